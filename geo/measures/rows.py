"""The rows of a table: the areas that a view asks for, and which of them each grid counts in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table, find_area, levels
from geo.errors import ViewError
from geo.layers import AREA_LEVELS
from geo.measures.table import LINEAGE
from geo.store import Release
from geo.view import View

__all__ = ["WHOLE", "Rows", "area_rows", "grid_areas", "total_row"]

#: Code and level of the row for a whole release that has no one area on top.
WHOLE = "all"
_RELEASES_KEPT = 4
# Levels and areas that people look at are asked for again and again.
_ROWS_KEPT = 128


@dataclass(frozen=True, eq=False)
class Rows:
    """Areas asked for. Shared between calls: not to be changed.

    Parameters
    ----------
    areas
        One row per area: `geo.areas.area_table`'s columns.
    of_grid
        Row that each grid counts in, by the grid's position in `grid_areas`, -1 for none; one -1 more at the end, so
        that position -1 (a record in no grid) leads to it.
    """

    areas: pd.DataFrame
    of_grid: npt.NDArray[np.int32]
    _figures: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    _repeated: dict[int, Rows] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.areas)

    @cached_property
    def lineage(self) -> pd.DataFrame:
        """Ids of each row's area and of those above it."""
        return self.areas[list(LINEAGE)]

    def repeated(self, times: int) -> Rows:
        """Return the same rows several times below each other, as a table of several periods has them."""
        if times not in self._repeated:
            areas = self.areas.take(np.tile(np.arange(self.n), times)).reset_index(drop=True)
            self._repeated[times] = Rows(areas, self.of_grid)
        return self._repeated[times]

    def figure(self, name: str) -> npt.NDArray[np.float64]:
        """Return a figure of each row's area, such as ``households``; NaN where it is missing."""
        if name not in self._figures:
            self._figures[name] = self.areas[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return self._figures[name]

    def sum_grids(self, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return sums per row of one value per grid; NaN counts as nothing."""
        weights = np.nan_to_num(np.asarray(values, dtype=np.float64))
        inside = self.of_grid[:-1] >= 0
        return np.bincount(self.of_grid[:-1][inside], weights=weights[inside], minlength=self.n).astype(np.float64)


def grid_areas(release: Release) -> pd.DataFrame:
    """Return the grids of a release in the order of their codes: `geo.areas.area_table`'s rows of that level."""
    return _grid_areas(release)


@lru_cache(maxsize=_RELEASES_KEPT)
def _grid_areas(release: Release) -> pd.DataFrame:
    areas = area_table(release)
    return areas[areas["level"] == "grid"]


def area_rows(release: Release, view: View) -> Rows:
    """Return a row for each area of the view's level inside the view's area.

    Raises
    ------
    ViewError
        When the release has no such area or level, or the level lies above the area.
    """
    return _area_rows(release, view.level, view.area)


@lru_cache(maxsize=_ROWS_KEPT)
def _area_rows(release: Release, level: str, area: str | None) -> Rows:
    if level not in levels(release):
        raise ViewError(
            f"Release {release.number} has no areas of level {level!r}. "
            f"Remedy: use one of {', '.join(levels(release))}."
        )
    wanted, of_grid = _level_rows(release, level)
    if area is None:
        return Rows(wanted, np.append(of_grid, -1).astype(np.int32))
    inside = np.flatnonzero((wanted[_own_column(release, area)] == area).to_numpy(dtype=bool))
    _check_order(release, level, area)
    # The last place is that of a grid in no area of the level.
    row = np.full(len(wanted) + 1, -1, dtype=np.int32)
    row[inside] = np.arange(len(inside))
    return Rows(wanted.take(inside).reset_index(drop=True), np.append(row[of_grid], np.int32(-1)))


@lru_cache(maxsize=_RELEASES_KEPT * len(AREA_LEVELS))
def _level_rows(release: Release, level: str) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Return all areas of a level, and which of them each grid lies in, -1 for none."""
    areas = area_table(release)
    wanted = areas[areas["level"] == level].reset_index(drop=True)
    return wanted, pd.Index(wanted["area_id"]).get_indexer(grid_areas(release)[f"{level}_id"])


def total_row(release: Release, view: View) -> Rows:
    """Return one row for all of the view's area.

    Raises
    ------
    ViewError
        When the release has no such area.
    """
    return _total_row(release, view.area)


@lru_cache(maxsize=_ROWS_KEPT)
def _total_row(release: Release, area: str | None) -> Rows:
    grids = grid_areas(release)
    if area is None:
        return Rows(_whole_area(release, grids), np.append(np.zeros(len(grids)), -1).astype(np.int32))
    inside = (grids[_own_column(release, area)] == area).to_numpy()
    areas = area_table(release)
    row = areas[areas["area_id"] == area].reset_index(drop=True)
    return Rows(row, np.append(np.where(inside, 0, -1), -1).astype(np.int32))


def _own_column(release: Release, area_id: str) -> str:
    return f"{find_area(release, area_id)['level']}_id"


def _check_order(release: Release, level: str, area: str) -> None:
    order, own = list(AREA_LEVELS), str(find_area(release, area)["level"])
    if order.index(level) < order.index(own):
        raise ViewError(f"Area {area!r} is a {own}: no {level} lies inside it. Remedy: ask for {own} or a level below.")


def _whole_area(release: Release, grids: pd.DataFrame) -> pd.DataFrame:
    areas = area_table(release)
    top = areas[areas["level"] == levels(release)[0]]
    if len(top) == 1:
        return top.reset_index(drop=True)
    figures = {name: grids[name].sum(min_count=1) for name in ("residents", "floating", "households")}
    whole = pd.DataFrame({"area_id": [WHOLE], "level": WHOLE, "name": release.title_zh, "name_en": release.title})
    return whole.assign(**figures, area_km2=grids["area_km2"].sum()).reindex(columns=areas.columns).astype(areas.dtypes)
