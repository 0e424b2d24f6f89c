"""What an import has to do with the layers that it does not bring: look things up in them, place their points anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import geopandas as gpd
import pandas as pd

from geo.errors import LayerError
from geo.intake.borders import Borders, find_borders
from geo.intake.placing import place_rows
from geo.layers import LAYERS, check_keys
from geo.rules import Rules
from geo.store import Release, read_layer

__all__ = ["check_links", "compare_borders", "find_grids", "find_layer", "is_placed", "place_again"]


def is_placed(layer: str) -> bool:
    """Tell whether the rows of a layer are points that get their grid."""
    return LAYERS[layer].kind == "event" or layer == "places"


def find_layer(name: str, layers: Mapping[str, pd.DataFrame], current: Release | None) -> pd.DataFrame | None:
    """Return a layer of this call, or else of the current release."""
    if name in layers:
        return layers[name]
    return read_layer(current, name) if current is not None and current.has(name) else None


def find_grids(layers: Mapping[str, pd.DataFrame], current: Release | None) -> gpd.GeoDataFrame | None:
    """Return the grids of this call, or else of the current release."""
    return find_layer("grids", layers, current)


def place_again(
    layers: Mapping[str, pd.DataFrame], current: Release | None, rules: Rules
) -> dict[str, tuple[pd.DataFrame, int]]:
    """Place the points of layers that are carried over, where the grids are new; return rows and how many moved."""
    if "grids" not in layers or current is None:
        return {}
    moved = {}
    for name in current.layers:
        if is_placed(name) and name not in layers:
            rows = read_layer(current, name)
            again = place_rows(rows, find_grids(layers, None), snap_tolerance_m=rules.snap_tolerance_m)
            moved[name] = (again, int((again["grid_id"].fillna("") != rows["grid_id"].fillna("")).sum()))
    return moved


def compare_borders(layers: Mapping[str, pd.DataFrame], current: Release | None) -> Borders | None:
    """Tell what became of the grids, and of the records that both releases hold; None if there are no new grids."""
    grids = layers.get("grids")
    if not isinstance(grids, gpd.GeoDataFrame) or current is None or not current.has("grids"):
        return None
    placed = {name: rows for name, rows in layers.items() if is_placed(name) and current.has(name)}
    before = {name: read_layer(current, name, columns=[*LAYERS[name].key, "lon", "lat", "grid_id"]) for name in placed}
    old = read_layer(current, "grids", columns=["grid_id", "name", "geometry"])
    return find_borders(cast("gpd.GeoDataFrame", old), grids, before, placed)


def check_links(layers: Mapping[str, pd.DataFrame], current: Release | None) -> None:
    """Refuse when rows that are carried over would point to areas or posts that this import takes away."""
    together = dict(layers)
    for name in current.layers if current is not None else ():
        if name not in together and current is not None:
            keys = [*LAYERS[name].key, *LAYERS[name].parents]
            together[name] = read_layer(current, name, columns=list(dict.fromkeys(keys)))
    faults = check_keys(together)
    if faults:
        raise LayerError(faults)
