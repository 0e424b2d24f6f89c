"""What records are placed in and checked against: grids, areas above them, keys that are there, the release's rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias, cast

import geopandas as gpd
import pandas as pd

from geo.errors import InputRefused
from geo.intake.assignment.assign import GridIndex, index_grids
from geo.intake.placing import grid_parents
from geo.intake.recipes.recipe import Recipe, ReleaseSettings
from geo.layers import AREA_LEVELS, LAYERS
from geo.rules import Rules
from geo.store import Release, StagedRows, read_layer

__all__ = ["Ground", "Layers", "find_areas", "find_keys", "is_placed", "lay_ground"]

#: Layers of an import, areas at once and records staged.
Layers: TypeAlias = Mapping[str, "pd.DataFrame | StagedRows"]

_PLACES = "places"


@dataclass(frozen=True, eq=False)
class Ground:
    """What records are placed in and checked against; the same for all batches of a file.

    Parameters
    ----------
    time_zone, codes, rules
        Of the release.
    as_of
        Day after which no record may lie; None where the records themselves tell it.
    grids
        The grids; None if there are none.
    parents, areas
        As in `geo.intake.placing.compare_recorded`.
    known
        Layer that records point to → the keys that are there.
    source
        Release that the grids are from; None if they are new.
    """

    time_zone: str
    codes: str
    rules: Rules
    as_of: date | None
    grids: gpd.GeoDataFrame | None
    parents: pd.DataFrame | None = None
    areas: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    known: Mapping[str, pd.Index[Any]] = field(default_factory=dict)
    source: Release | None = None

    @cached_property
    def index(self) -> GridIndex:
        """Index of the grids, made when it is first asked for, unless it is kept with the release they are from."""
        if self.grids is None:
            raise InputRefused("there are no grids to make an index of. Remedy: import the grids before.")
        return index_grids(self.grids, source=self.source)


def is_placed(layer: str) -> bool:
    """Tell whether the rows of a layer get a grid."""
    return LAYERS[layer].kind == "event" or layer == _PLACES


def lay_ground(
    recipe: Recipe,
    layers: Layers,
    current: Release | None,
    rules: Rules,
    settings: ReleaseSettings,
) -> Ground:
    """Gather what the records of a recipe are placed in and checked against.

    Parameters
    ----------
    recipe
        The recipe.
    layers
        Layers of this call that are done: areas, and those that the records point to.
    current
        The release that the others are taken from.
    rules, settings
        Of the new release.
    """
    grids = find_areas("grids", layers, current) if is_placed(recipe.layer) else None
    compared = grids is not None and bool(recipe.placement.recorded)
    above = {f"{level}_id": find_areas(AREA_LEVELS[level], layers, current) for level in ("village", "station")}
    parents = {
        parent: find_keys(parent, LAYERS[parent].key[:1], layers, current)
        for parent in LAYERS[recipe.layer].parents.values()
    }
    return Ground(
        time_zone=cast("str", settings.time_zone),
        codes=cast("str", settings.codes),
        rules=rules,
        as_of=settings.as_of if isinstance(settings.as_of, date) else None,
        grids=grids,
        parents=grid_parents(grids, above["village_id"]) if grids is not None and compared else None,
        areas={column: areas for column, areas in above.items() if areas is not None} if compared else {},
        known={name: pd.Index(keys.iloc[:, 0]) for name, keys in parents.items() if keys is not None},
        source=None if "grids" in layers else current,
    )


def find_areas(name: str, layers: Layers, current: Release | None) -> gpd.GeoDataFrame | None:
    """Return a layer of areas of this call, or else of the current release."""
    found = layers.get(name)
    if found is None and current is not None and current.has(name):
        found = read_layer(current, name)
    return found if isinstance(found, gpd.GeoDataFrame) else None


def find_keys(name: str, columns: Sequence[str], layers: Layers, current: Release | None) -> pd.DataFrame | None:
    """Return some columns of a layer of this call, or else of the current release; of sparse ones those it has."""
    found = layers.get(name)
    if isinstance(found, StagedRows):
        return found.read(columns)
    if found is not None:
        return pd.DataFrame(found[_there(name, columns, found.columns)])
    if current is None or not current.has(name):
        return None
    return read_layer(current, name, columns=_there(name, columns, current.layers[name].columns))


def _there(name: str, columns: Sequence[str], present: Collection[str]) -> list[str]:
    return [column for column in columns if column in present or column not in LAYERS[name].sparse]
