"""What an import has to do with the layers that it does not bring: place their points anew, keep links whole."""

from __future__ import annotations

from typing import cast

import geopandas as gpd
import pandas as pd

from geo.errors import LayerError
from geo.intake.borders import Borders, find_borders
from geo.intake.ground import Layers, find_areas, find_keys, is_placed
from geo.intake.placing import place_rows
from geo.layers import LAYERS, check_keys
from geo.rules import Rules
from geo.store import Release, StagedRows, read_layer

__all__ = ["check_links", "compare_borders", "place_again"]


def place_again(layers: Layers, current: Release | None, rules: Rules) -> dict[str, tuple[pd.DataFrame, int]]:
    """Place the points of layers that are carried over, where the grids are new; return rows and how many moved."""
    grids = find_areas("grids", layers, None)
    if grids is None or current is None:
        return {}
    moved = {}
    for name in current.layers:
        if is_placed(name) and name not in layers:
            rows = read_layer(current, name)
            again = place_rows(rows, grids, snap_tolerance_m=rules.snap_tolerance_m)
            moved[name] = (again, int((again["grid_id"].fillna("") != rows["grid_id"].fillna("")).sum()))
    return moved


def compare_borders(layers: Layers, current: Release | None) -> Borders | None:
    """Tell what became of the grids, and of the records that both releases hold; None if there are no new grids."""
    grids = find_areas("grids", layers, None)
    if grids is None or current is None or not current.has("grids"):
        return None
    columns = {name: [*LAYERS[name].key, "lon", "lat", "grid_id"] for name in layers if is_placed(name)}
    before = {name: read_layer(current, name, columns=columns[name]) for name in columns if current.has(name)}
    after = {name: find_keys(name, columns[name], layers, None) for name in before}
    old = read_layer(current, "grids", columns=["grid_id", "name", "geometry"])
    there = {name: rows for name, rows in after.items() if rows is not None}
    return find_borders(cast("gpd.GeoDataFrame", old), grids, before, there)


def check_links(layers: Layers, current: Release | None) -> None:
    """Refuse when rows that are carried over would point to areas or posts that this import takes away."""
    carried = [name for name in current.layers if name not in layers] if current is not None else []
    pointing = [name for name in [*carried, *layers] if not isinstance(layers.get(name), StagedRows)]
    # Staged rows that point nowhere were rejected; they matter where others point to them.
    parents = {parent for name in pointing for parent in LAYERS[name].parents.values()}
    needed = {name: [*LAYERS[name].key, *LAYERS[name].parents] for name in [*carried, *layers]}
    together = {
        name: find_keys(name, list(dict.fromkeys(columns)), layers, current)
        for name, columns in needed.items()
        if name in pointing or name in parents
    }
    faults = check_keys({name: rows for name, rows in together.items() if rows is not None})
    if faults:
        raise LayerError(faults)
