"""Service at the door: households visited, requests handled, volunteer groups, reach of places, surveys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table
from geo.codes import code_list
from geo.errors import ViewError
from geo.measures.figures import Columns, as_counts, share, sum_by
from geo.measures.reach import reach_columns
from geo.measures.rows import WHOLE, Rows, grid_areas
from geo.measures.times import Window, make_window
from geo.rules import Rules
from geo.store import Release, connect
from geo.view import View

__all__ = ["service_columns"]

Ints: TypeAlias = npt.NDArray[np.integer]
Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
_LAYERS = ("visits", "groups", "surveys")
_RELEASES_KEPT = 2
_QUERIES = {
    "visits": """
        SELECT grid_id, (month::DATE - DATE '1970-01-01')::INTEGER AS day,
            households_visited AS visited, requests_handled AS handled
        FROM visits ORDER BY day
    """,
    "groups": """
        SELECT grid_id, group_id, (month::DATE - DATE '1970-01-01')::INTEGER AS day, members, shifts
        FROM groups ORDER BY day
    """,
    "surveys": """
        SELECT station_id, kind, (until_on::DATE - DATE '1970-01-01')::INTEGER - 1 AS day,
            respondents, score * respondents AS weighted
        FROM surveys ORDER BY day
    """,
}


def service_columns(release: Release, view: View, rows: Rows, rules: Rules) -> tuple[Columns, Window]:
    """Return households visited, requests handled, volunteer groups, the reach of places, and survey scores.

    A view's class and source do not bear on them. What the release has no layer of is missing, not zero.

    Raises
    ------
    ViewError
        When the release has none of these layers.
    """
    if not any(release.has(layer) for layer in (*_LAYERS, "places")):
        raise ViewError(
            f"Release {release.number} has no visits, groups, surveys or places. Remedy: import a file of one of them."
        )
    window = make_window(release, view, data_begin=_data_begin(release))
    visited, handled = _visit_sums(release, rows, window)
    groups, members, shifts = _group_sums(release, rows, window)
    columns: Columns = {
        "n": as_counts(visited),
        "requests_handled": as_counts(handled),
        "visited_share": share(visited, rows.figure("households")),
        "households": as_counts(rows.figure("households")),
        "groups": as_counts(groups),
        "members": as_counts(members),
        "shifts": as_counts(shifts),
        **reach_columns(release, rows, rules),
        **_survey_columns(release, rows, window),
    }
    return columns, window


def _data_begin(release: Release) -> int | None:
    days = _read(release, "visits")["day"] if release.has("visits") else np.array([])
    return int(days[0]) if len(days) else None


def _visit_sums(release: Release, rows: Rows, window: Window) -> tuple[Floats, Floats]:
    """Return households visited and requests handled in the window, per row; NaN if the release has no visits."""
    if not release.has("visits"):
        return _unknown(rows), _unknown(rows)
    visits = _within(_read(release, "visits"), window)
    return _sum_in_grids(visits, "visited", rows), _sum_in_grids(visits, "handled", rows)


def _group_sums(release: Release, rows: Rows, window: Window) -> tuple[Floats, Floats, Floats]:
    """Return groups and members, in each group's last month of the window, and shifts; NaN without such a layer."""
    if not release.has("groups"):
        return _unknown(rows), _unknown(rows), _unknown(rows)
    groups = _within(_read(release, "groups"), window)
    last = np.full(int(groups["group"].max(initial=-1)) + 1, -1)
    # Rows come by month: of a group's rows the last one stays.
    last[groups["group"]] = np.arange(len(groups["group"]))
    latest = {name: values[last[last >= 0]] for name, values in groups.items()}
    latest["one"] = np.ones(len(latest["grid"]))
    sums = [_sum_in_grids(latest, name, rows) for name in ("one", "members")]
    return sums[0], sums[1], _sum_in_grids(groups, "shifts", rows)


def _survey_columns(release: Release, rows: Rows, window: Window) -> Columns:
    """Return mean scores weighted by respondents, and respondents, of rows that hold whole stations.

    A survey belongs to the period in which its last day lies.
    """
    columns: Columns = {}
    for position, kind in enumerate(code_list("survey_kind")):
        weighted, n = _survey_sums(release, position, rows, window)
        columns |= {f"survey_{kind}": share(weighted, n), f"survey_{kind}_n": as_counts(n)}
    return columns


def _survey_sums(release: Release, kind: int, rows: Rows, window: Window) -> tuple[Floats, Floats]:
    level = "" if rows.areas.empty else str(rows.areas["level"].iloc[0])
    if not release.has("surveys") or level not in (WHOLE, "county", "station"):
        return _unknown(rows), _unknown(rows)
    surveys = _within(_read(release, "surveys"), window)
    row = _station_rows(release, rows, surveys["station"], level=level)
    kept = (surveys["kind"] == kind) & (row >= 0)
    weighted, n = (sum_by(row[kept], surveys[name][kept], n_groups=rows.n) for name in ("weighted", "respondents"))
    return weighted, n


def _station_rows(release: Release, rows: Rows, stations: Ints, *, level: str) -> npt.NDArray[np.intp]:
    """Return the row that each station lies in, by its position among the stations; -1 for none."""
    if level == WHOLE:
        return np.zeros(len(stations), dtype=np.intp)
    areas = area_table(release)
    held_by = areas.loc[areas["level"] == "station", f"{level}_id"].to_numpy()[stations]
    return np.asarray(pd.Index(rows.areas["area_id"]).get_indexer(held_by), dtype=np.intp)


def _within(table: Arrays, window: Window) -> Arrays:
    first, after = np.searchsorted(table["day"], (window.start, window.end))
    return {name: values[first:after] for name, values in table.items()}


def _sum_in_grids(table: Arrays, name: str, rows: Rows) -> Floats:
    row = rows.of_grid[table["grid"]]
    return sum_by(row[row >= 0], table[name][row >= 0], n_groups=rows.n)


def _unknown(rows: Rows) -> Floats:
    return np.full(rows.n, np.nan)


@lru_cache(maxsize=_RELEASES_KEPT * len(_LAYERS))
def _read(release: Release, layer: str) -> Arrays:
    """Return a table by day, its codes as positions: among the grids, the stations, the kinds of surveys."""
    with connect(release) as connection:
        table = connection.execute(_QUERIES[layer]).df()
    areas = area_table(release)
    known = {
        "grid_id": pd.Index(grid_areas(release)["area_id"]),
        "station_id": pd.Index(areas.loc[areas["level"] == "station", "area_id"]),
        "kind": pd.Index(list(code_list("survey_kind"))),
    }
    arrays = {
        name.removesuffix("_id"): index.get_indexer(table[name]) for name, index in known.items() if name in table
    }
    if layer == "groups":
        arrays["group"] = table.groupby(["grid_id", "group_id"]).ngroup().to_numpy()
    numbers = ("day", "visited", "handled", "members", "shifts", "respondents", "weighted")
    arrays |= {name: table[name].to_numpy(dtype=np.float64) for name in numbers if name in table}
    return MappingProxyType(arrays)
