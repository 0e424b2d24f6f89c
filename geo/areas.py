"""The areas of a release: which levels there are, what lies in what, and what each is called."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from geo.crs import areas_km2
from geo.errors import ViewError
from geo.layers import AREA_LEVELS, UPPER_LEVELS
from geo.store import Release, read_layer

__all__ = ["area_table", "children_level", "find_area", "levels", "parent"]

#: Columns of `area_table`, in order.
_COLUMNS = (
    "area_id",
    "level",
    "name",
    "name_en",
    *(f"{level}_id" for level in AREA_LEVELS),
    "kind",
    "residents",
    "floating",
    "households",
    "area_km2",
)
_FIGURES = ("residents", "floating", "households")
_UPPER_IDS = frozenset(f"{level}_id" for level in UPPER_LEVELS)
_HOLDERS = tuple(f"{level}_id" for level in AREA_LEVELS)[:-1]
_RELEASES_KEPT = 4


def levels(release: Release) -> tuple[str, ...]:
    """Return the levels that the release has areas of, top to bottom."""
    return tuple(level for level, layer in AREA_LEVELS.items() if release.has(layer))


def area_table(release: Release) -> pd.DataFrame:
    """Return all areas of all levels, one row each.

    Returns
    -------
    DataFrame
        ``area_id``, ``level``, ``name``, ``name_en``, the ids of itself and of the areas above it (a column such as
        ``county_id`` for each of `geo.layers.AREA_LEVELS`; missing below its own level or where the data name none),
        ``kind``, ``residents``, ``floating`` and ``households`` (of grids, summed upwards; missing where no grid gives
        any), ``area_km2``. In the order of levels, then of codes. Not to be changed: it is shared.
    """
    return _area_table(release)


@lru_cache(maxsize=_RELEASES_KEPT)
def _area_table(release: Release) -> pd.DataFrame:
    tables: dict[str, pd.DataFrame] = {}
    for level in levels(release):
        tables[level] = _level_table(release, level, above=tables)
    if not tables:
        return pd.DataFrame(columns=list(_COLUMNS))
    if "grid" in tables:
        tables = {level: _with_figures(table, level, tables["grid"]) for level, table in tables.items()}
    return pd.concat(tables.values(), ignore_index=True)[list(_COLUMNS)]


def _level_table(release: Release, level: str, *, above: dict[str, pd.DataFrame]) -> pd.DataFrame:
    own = f"{level}_id"
    layer = read_layer(release, AREA_LEVELS[level])
    table = pd.DataFrame(layer.drop(columns="geometry")).assign(area_km2=areas_km2(layer.geometry.to_numpy()))
    for upper in reversed(list(above)):
        table = _fill_from_above(table, upper, above[upper])
    table = table.assign(area_id=table[own], level=level).reindex(columns=list(_COLUMNS))
    return table.sort_values("area_id", ignore_index=True)


def _fill_from_above(table: pd.DataFrame, upper: str, areas: pd.DataFrame) -> pd.DataFrame:
    """Fill the ids above ``upper`` from the areas of that level.

    What the table says itself stands, but above the county: a county lies where its city does, whatever else its own
    row says, so that areas are strictly inside of each other.
    """
    key = f"{upper}_id"
    if key not in table.columns:
        return table
    lookup = areas.set_index("area_id")
    filled = {}
    for column in _HOLDERS:
        if column != key and lookup[column].notna().any():
            first, second = table.get(column), table[key].map(lookup[column])
            if column in _UPPER_IDS and first is not None:
                first, second = second, first
            filled[column] = second if first is None else first.fillna(second)
    return table.assign(**filled)


def _with_figures(table: pd.DataFrame, level: str, grids: pd.DataFrame) -> pd.DataFrame:
    if level == "grid":
        return table
    sums = grids.groupby(f"{level}_id", dropna=True)[list(_FIGURES)].sum(min_count=1)
    return table.assign(**{figure: table["area_id"].map(sums[figure]).astype("Int64") for figure in _FIGURES})


def find_area(release: Release, area_id: str) -> dict[str, Any]:
    """Return an area's row of `area_table`, by column.

    Raises
    ------
    ViewError
        When the release has no such area.
    """
    table = area_table(release)
    rows = table.index[table["area_id"] == area_id]
    if rows.empty:
        raise ViewError(f"Release {release.number} has no area {area_id!r}. Remedy: use the code of one of its areas.")
    return {str(column): value for column, value in table.loc[rows[0]].items()}


def parent(release: Release, area_id: str) -> str | None:
    """Return the code of the area that holds this one; None at the top."""
    row = find_area(release, area_id)
    above = list(AREA_LEVELS)[: list(AREA_LEVELS).index(str(row["level"]))]
    held_by = [str(row[f"{level}_id"]) for level in above if pd.notna(row[f"{level}_id"])]
    return held_by[-1] if held_by else None


def children_level(release: Release, area_id: str | None) -> str | None:
    """Return the level below an area, or the level to begin with when no area is given; None below the lowest."""
    present = levels(release)
    if area_id is None:
        # The whole release is one county more often than not: its stations are what there is to see.
        counts = area_table(release)["level"].value_counts()
        tops = [level for level in present if level not in (*UPPER_LEVELS, "county") or counts[level] > 1]
        return tops[0] if tops else None
    below = present[present.index(str(find_area(release, area_id)["level"])) + 1 :]
    return below[0] if below else None
