"""Service at the door: households visited, requests handled, volunteer groups, surveys."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table
from geo.codes import code_list
from geo.errors import ViewError
from geo.measures.figures import Columns, as_counts, share, sum_by
from geo.measures.rows import WHOLE, Rows, grid_areas
from geo.measures.times import Window, day_number, day_of, make_window, month_floor
from geo.rules import Rules
from geo.store import Release, connect
from geo.view import View

__all__ = ["service_columns"]

Floats = npt.NDArray[np.float64]
_LAYERS = ("visits", "groups", "surveys")
_VISITS = """
    SELECT grid_id, sum(households_visited)::DOUBLE, sum(requests_handled)::DOUBLE
    FROM visits WHERE month >= $start AND month < $end GROUP BY grid_id
"""
# Members are those of each group's last month; shifts add up.
_GROUPS = """
    SELECT grid_id, sum(members)::DOUBLE, sum(shifts)::DOUBLE FROM (
        SELECT grid_id, group_id, arg_max(members, month) AS members, sum(shifts) AS shifts
        FROM groups WHERE month >= $start AND month < $end GROUP BY grid_id, group_id
    ) GROUP BY grid_id
"""
# A survey belongs to the period in which its last day lies.
_SURVEYS = """
    SELECT station_id, sum(score * respondents), sum(respondents)::DOUBLE
    FROM surveys WHERE kind = $kind AND until_on > $start AND until_on <= $end GROUP BY station_id
"""


def service_columns(release: Release, view: View, rows: Rows, rules: Rules) -> tuple[Columns, Window]:
    """Return households visited, requests handled, group members and shifts, and survey scores.

    A view's class and source do not bear on them. What the release has no layer of is missing, not zero.

    Raises
    ------
    ViewError
        When the release has none of these layers.
    """
    del rules  # no rule bears on service
    if not any(release.has(layer) for layer in _LAYERS):
        raise ViewError(
            f"Release {release.number} has no visits, groups or surveys. Remedy: import a file of one of them."
        )
    window = make_window(release, view, data_begin=_data_begin(release))
    visited, handled = _sum_grids(release, "visits", _VISITS, rows, window)
    members, shifts = _sum_grids(release, "groups", _GROUPS, rows, window)
    columns: Columns = {
        "n": as_counts(visited),
        "requests_handled": as_counts(handled),
        "visited_share": share(visited, rows.figure("households")),
        "households": rows.areas["households"].astype("Int64").array,
        "members": as_counts(members),
        "shifts": as_counts(shifts),
        **_survey_columns(release, rows, window),
    }
    return columns, window


def _data_begin(release: Release) -> int | None:
    if not release.has("visits"):
        return None
    with connect(release) as connection:
        first = connection.execute("SELECT min(month)::DATE FROM visits").fetchall()[0][0]
    return None if first is None else month_floor(day_number(first))


def _sum_grids(release: Release, layer: str, query: str, rows: Rows, window: Window) -> tuple[Floats, Floats]:
    """Return the query's two figures summed per row; NaN if the release does not have the layer."""
    if not release.has(layer):
        unknown = np.full(rows.n, np.nan)
        return unknown, unknown
    with connect(release) as connection:
        cells = connection.execute(query, _days(window)).fetchnumpy()
    grid, first, second = (np.asarray(cell) for cell in cells.values())
    row = rows.of_grid[pd.Index(grid_areas(release)["area_id"]).get_indexer(grid)]
    kept = row >= 0
    return sum_by(row[kept], first[kept], n_groups=rows.n), sum_by(row[kept], second[kept], n_groups=rows.n)


def _survey_columns(release: Release, rows: Rows, window: Window) -> Columns:
    """Return mean scores weighted by respondents, and respondents, of rows that hold whole stations."""
    columns: Columns = {}
    for kind in code_list("survey_kind"):
        weighted, respondents = _survey_sums(release, kind, rows, window)
        columns[f"survey_{kind}"] = share(weighted, respondents)
        columns[f"survey_{kind}_n"] = as_counts(respondents)
    return columns


def _survey_sums(release: Release, kind: str, rows: Rows, window: Window) -> tuple[Floats, Floats]:
    level = "" if rows.areas.empty else str(rows.areas["level"].iloc[0])
    if not release.has("surveys") or level not in (WHOLE, "county", "station"):
        return np.full(rows.n, np.nan), np.full(rows.n, np.nan)
    with connect(release) as connection:
        cells = connection.execute(_SURVEYS, {**_days(window), "kind": kind}).fetchnumpy()
    station, weighted, respondents = (np.asarray(cell) for cell in cells.values())
    row = _station_rows(release, rows, station, level=level)
    inside = row >= 0
    return (
        sum_by(row[inside], weighted[inside], n_groups=rows.n),
        sum_by(row[inside], respondents[inside], n_groups=rows.n),
    )


def _station_rows(
    release: Release, rows: Rows, stations: npt.NDArray[np.object_], *, level: str
) -> npt.NDArray[np.intp]:
    """Return the row that each station lies in; -1 for none."""
    if level == WHOLE:
        return np.zeros(len(stations), dtype=np.intp)
    held_by = area_table(release).set_index("area_id").reindex(stations)[f"{level}_id"]
    return np.asarray(pd.Index(rows.areas["area_id"]).get_indexer(held_by), dtype=np.intp)


def _days(window: Window) -> dict[str, object]:
    return {"start": day_of(window.start), "end": day_of(window.end)}
