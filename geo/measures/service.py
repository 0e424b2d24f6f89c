"""Service at the door: households visited, requests handled, volunteer groups, reach of places, surveys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table
from geo.codes import code_list
from geo.errors import ViewError
from geo.layers import UPPER_LEVELS
from geo.measures.figures import Columns, as_counts, event_rate_columns, share, sum_by
from geo.measures.intervals import dispersion_of, wilson_interval
from geo.measures.reach import reach_columns
from geo.measures.rows import WHOLE, Rows, grid_areas
from geo.measures.times import Window, make_window
from geo.rules import Rules
from geo.store import Release, connect
from geo.view import View

__all__ = [
    "groups_by_grid",
    "last_surveys",
    "service_columns",
    "station_rows",
    "visit_dispersions",
    "visits_begin",
    "visits_by_grid",
]

Ints: TypeAlias = npt.NDArray[np.integer]
Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
_LAYERS = ("visits", "groups", "surveys")
_RELEASES_KEPT = 2
# Of one release the months of a trend and some periods.
_PERIODS_KEPT = 64
#: Count columns that are sums of visits → the columns of the layer.
_VISIT_SUMS = {"n": "visited", "requests_handled": "handled"}
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


def service_columns(
    release: Release, view: View, rows: Rows, rules: Rules, *, parts: Collection[str] | None = None
) -> tuple[Columns, Window]:
    """Return households visited, requests handled, volunteer groups, the reach of places, and survey scores.

    A view's class and source do not bear on them. What the release has no layer of is missing, not zero.

    Parameters
    ----------
    parts
        ``visits``: nothing but visits, requests and households; all if None.

    Raises
    ------
    ViewError
        When the release has none of these layers.
    """
    if not any(release.has(layer) for layer in (*_LAYERS, "places")):
        raise ViewError(
            f"Release {release.number} has no visits, groups, surveys or places. Remedy: import a file of one of them."
        )
    window = make_window(release, view, data_begin=visits_begin(release))
    # Visits and groups are summed by month: of a week nobody can tell.
    by_month = not view.period.is_week
    visited, handled = _visit_sums(release, rows, window) if by_month else (_unknown(rows), _unknown(rows))
    dispersions = visit_dispersions(release, window.start, window.end)
    visits: Columns = {
        "n": as_counts(visited),
        "requests_handled": as_counts(handled),
        **event_rate_columns(
            "requests_per_1000",
            handled,
            rows.figure("households"),
            alpha=rules.alpha,
            dispersion=dispersions["requests_handled"],
        ),
        **_visited_columns(visited, rows, rules, dispersion=dispersions["n"]),
        "households": as_counts(rows.figure("households")),
    }
    if parts is not None:
        return visits, window
    groups, members, shifts = _group_sums(release, rows, window) if by_month else (_unknown(rows),) * 3
    columns: Columns = {
        **visits,
        "groups": as_counts(groups),
        "members": as_counts(members),
        **event_rate_columns("members_per_1000", members, rows.figure("residents"), alpha=rules.alpha),
        "shifts": as_counts(shifts),
        **reach_columns(release, rows, rules),
        **_survey_columns(release, rows, window, rules),
    }
    return columns, window


def visits_by_grid(release: Release, start: int, end: int, *, of: str = "n") -> Floats:
    """Return households visited in each grid from a day to before another; NaN if the release has no visits.

    ``of`` is the count column: ``n``, or ``requests_handled``.
    """
    n = len(grid_areas(release))
    if not release.has("visits"):
        return np.full(n, np.nan)
    visits = _read(release, "visits")
    first, after = np.searchsorted(visits["day"], (start, end))
    grid, values = visits["grid"][first:after], visits[_VISIT_SUMS[of]][first:after]
    return sum_by(grid[grid >= 0], values[grid >= 0], n_groups=n)


def groups_by_grid(release: Release, start: int, end: int) -> Floats:
    """Return members of volunteer groups in each grid, summed over the months from a day to before another."""
    groups = _read(release, "groups")
    first, after = np.searchsorted(groups["day"], (start, end))
    grid, members = groups["grid"][first:after], groups["members"][first:after]
    return sum_by(grid[grid >= 0], members[grid >= 0], n_groups=len(grid_areas(release)))


def last_surveys(release: Release, kind: str, *, before: int) -> Ints:
    """Return the last day of the latest survey of a kind in each station that ended before a day; -1 if none did.

    In the order of the stations in `geo.areas.area_table`.
    """
    surveys, areas = _read(release, "surveys"), area_table(release)
    position = list(code_list("survey_kind")).index(kind)
    asked = (surveys["kind"] == position) & (surveys["station"] >= 0) & (surveys["day"] < before)
    last = np.full(int((areas["level"] == "station").sum()), -1)
    np.maximum.at(last, surveys["station"][asked], surveys["day"][asked].astype(np.int64))
    return last


def visit_dispersions(release: Release, start: int, end: int) -> Mapping[str, float]:
    """Return the dispersion of visits from a day to before another, by the count columns ``n``, ``requests_handled``.

    A round through a village visits many households at once: sums of them vary more than counts of single events do.
    Grids over the period vary about the rate of their station, as `geo.measures.intervals.dispersion_of` tells.
    """
    return _visit_dispersions(release, start, end)


@lru_cache(maxsize=_PERIODS_KEPT)
def _visit_dispersions(release: Release, start: int, end: int) -> Mapping[str, float]:
    grids = grid_areas(release)
    stations = pd.factorize(grids["station_id"])[0]
    households = grids["households"].to_numpy(dtype=np.float64, na_value=np.nan)
    sums = {column: visits_by_grid(release, start, end, of=column) for column in _VISIT_SUMS}
    return MappingProxyType({column: dispersion_of(values, households, stations) for column, values in sums.items()})


def _visited_columns(visited: Floats, rows: Rows, rules: Rules, *, dispersion: float) -> Columns:
    """Return visits for every household, as a rate: a household visited twice counts twice."""
    households = rows.figure("households")
    rates = event_rate_columns("visited_share", visited, households, alpha=rules.alpha, dispersion=dispersion)
    return {name: np.asarray(values, dtype=np.float64) / 1000 for name, values in rates.items()}


def visits_begin(release: Release) -> int | None:
    """Return the first day of the first month that visits are told of; None if the release has none."""
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


def _survey_columns(release: Release, rows: Rows, window: Window, rules: Rules) -> Columns:
    """Return mean scores weighted by respondents, and respondents, of rows that hold whole stations.

    A survey belongs to the period in which its last day lies. Files do not tell how answers spread: the interval is as
    wide as it can be, as if every answer were 0 or 100.
    """
    columns: Columns = {}
    for position, kind in enumerate(code_list("survey_kind")):
        weighted, n = _survey_sums(release, position, rows, window)
        score = share(weighted, n)
        _mean, low, high = wilson_interval(score / 100 * n, n, alpha=rules.alpha)
        ends = {f"survey_{kind}": score, f"survey_{kind}_low": 100 * low, f"survey_{kind}_high": 100 * high}
        columns |= {**ends, f"survey_{kind}_n": as_counts(n)}
    return columns


def _survey_sums(release: Release, kind: int, rows: Rows, window: Window) -> tuple[Floats, Floats]:
    level = "" if rows.areas.empty else str(rows.areas["level"].iloc[0])
    if not release.has("surveys") or level not in (WHOLE, *UPPER_LEVELS, "county", "station"):
        return _unknown(rows), _unknown(rows)
    surveys = _within(_read(release, "surveys"), window)
    row = station_rows(release, rows, surveys["station"], level=level)
    kept = (surveys["kind"] == kind) & (row >= 0)
    weighted, n = (sum_by(row[kept], surveys[name][kept], n_groups=rows.n) for name in ("weighted", "respondents"))
    return weighted, n


def station_rows(release: Release, rows: Rows, stations: Ints, *, level: str) -> npt.NDArray[np.intp]:
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
