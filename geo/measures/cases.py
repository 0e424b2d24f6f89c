"""Single cases that wait: records that are open and grids that lack something, each with the row that it counts in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measures.again import read_repeats
from geo.measures.coverage import states
from geo.measures.covered import coverage_window
from geo.measures.duties import DUTIES
from geo.measures.events import as_positions, read_events
from geo.measures.hot_spots import last_full_month, spots_of
from geo.measures.reach import reach_by_grid
from geo.measures.rows import Rows, grid_areas
from geo.measures.samples import Sample, sample_of
from geo.measures.service import groups_by_grid, last_surveys, station_rows, visits_begin, visits_by_grid
from geo.measures.terms import hazard_due, is_major, mediation_due, return_due
from geo.measures.times import NEVER, Window, day_of, make_window, month_start
from geo.rules import Rules
from geo.stats.hotspots import Spot
from geo.store import Release
from geo.view import View

__all__ = ["Cases", "cases_of"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]
_WEEK_DAYS = 7
_MONTHS = 12


class Cases(NamedTuple):
    """What waits: the row that each case lies in, days that it is late, and what is told of its term.

    Days are 0 or less where it is in time or has no term, and NaN where it is late and nobody knows since when.
    """

    row: Ints
    days_late: Floats
    paused: Bools
    extended: Bools

    @classmethod
    def of(cls, row: Ints, days_late: Floats, *, paused: Bools | None = None, extended: Bools | None = None) -> Cases:
        """Return cases, none of them paused or extended if nothing is said of it."""
        none = np.zeros(len(row), dtype=bool)
        return cls(row, days_late, none if paused is None else paused, none if extended is None else extended)

    @classmethod
    def without_term(cls, row: Ints) -> Cases:
        """Return cases that have no day by which they are to be done."""
        return cls.of(row, np.full(len(row), -np.inf))


class Asked(NamedTuple):
    """What cases are looked for in."""

    release: Release
    view: View
    rows: Rows
    rules: Rules


def cases_of(release: Release, view: View, rows: Rows, rules: Rules, duty: str) -> Cases | None:
    """Return the cases of a duty at the end of the view's period; None where the data do not tell of it."""
    asked = Asked(release, view, rows, rules)
    if duty in _OF_RECORDS:
        return _records(asked, duty)
    return _OF_GRIDS[duty](asked)


def _window(asked: Asked, layer: str, data_begin: int | None) -> Window:
    return make_window(asked.release, asked.view.replace(layer=layer, compare="none"), data_begin=data_begin)


def _filtered(view: View, layer: str) -> View:
    """Return the view of a layer: classes are those of the view's own layer."""
    asked = view.replace(layer=layer, compare="none")
    return asked if view.layer == layer else asked.replace(classes=())


def _records(asked: Asked, duty: str) -> Cases | None:
    layer = DUTIES[duty].layer
    if not asked.release.has(layer):
        return None
    events = read_events(asked.release, layer)
    window = _window(asked, layer, events.begin)
    if not window.known or (duty == "visit_again" and not events.tells("returned_on")):
        return None
    sample = sample_of(events, asked.rows, _filtered(asked.view, layer))
    records, due = _OF_RECORDS[duty](sample, window, asked.rules)
    late = np.where(due >= NEVER, -np.inf, window.state_day - due.astype(np.float64))
    if duty == "visit_again":
        return Cases.of(sample.rows_of(records), late)
    paused = (_day(sample, records, "paused_on") <= window.state_day) & (
        window.state_day < _day(sample, records, "resumed_on")
    )
    extended = _day(sample, records, "extended_until_on") < NEVER
    return Cases.of(sample.rows_of(records), late, paused=paused, extended=extended)


def _day(sample: Sample, records: Ints, step: str) -> Ints:
    return sample.days(step)[records] if sample.knows(step) else np.full(len(records), NEVER)


def _unsettled(sample: Sample, window: Window, rules: Rules) -> tuple[Ints, Ints]:
    records = sample.open_on(window.state_day)
    return records, mediation_due(sample, records, rules)


def _unvisited(sample: Sample, window: Window, rules: Rules) -> tuple[Ints, Ints]:
    day, known = window.state_day, as_positions(sample.found_by(window.state_day))
    due, settled = return_due(sample, known, rules), sample.days("settled_on")[known]
    soon = (due < day + _WEEK_DAYS) & (due >= day - rules.deadlines.repeat_days) & (settled <= day)
    unvisited = soon & (sample.days("returned_on")[known] > day)
    return known[unvisited], due[unvisited]


def _unremoved(sample: Sample, window: Window, rules: Rules, *, major: bool) -> tuple[Ints, Ints]:
    records = sample.open_on(window.state_day)
    records = records[is_major(sample, records) == major]
    return records, hazard_due(sample, records, rules)


_OF_RECORDS: Mapping[str, Callable[[Sample, Window, Rules], tuple[Ints, Ints]]] = {
    "settle": _unsettled,
    "visit_again": _unvisited,
    "remove_major": lambda sample, window, rules: _unremoved(sample, window, rules, major=True),
    "remove": lambda sample, window, rules: _unremoved(sample, window, rules, major=False),
}


def _broken_out_again(asked: Asked) -> Cases | None:
    """Return open disputes that broke out again after a settlement, of grids with households enough for it."""
    if not asked.release.has("disputes"):
        return None
    window = _window(asked, "disputes", read_events(asked.release, "disputes").begin)
    if not window.known:
        return None
    sample = sample_of(read_repeats(asked.release, asked.rules), asked.rows, _filtered(asked.view, "disputes"))
    records = sample.open_on(window.state_day)
    told = _has_households(asked)[sample.grids()[records]]
    return Cases.without_term(sample.rows_of(records[told]))


def _vacant(asked: Asked) -> Cases | None:
    """Return the grids without an officer, late since the last one left; NaN where none ever was."""
    release = asked.release
    if not (release.has("assignments") and release.has("officers")):
        return None
    window = coverage_window(release, asked.view.replace(layer="coverage", compare="none"))
    if not window.known:
        return None
    grids = states(release, day_of(window.state_day), rules=asked.rules, area=asked.view.area).frame
    vacant = grids[grids["state"] == "vacant"]
    position = pd.Index(grid_areas(release)["area_id"]).get_indexer(pd.Index(vacant["area_id"]))
    since = vacant["since"].to_numpy().astype("datetime64[D]").astype(np.float64)
    days = np.where(vacant["since"].isna(), np.nan, window.state_day + 1 - since)
    return Cases.of(asked.rows.of_grid[position], days)


def _little_visited(asked: Asked) -> Cases | None:
    """Return the grids with fewer household visits in twelve months than the year's target asks for."""
    target, begin = asked.rules.targets.get("visited_share"), visits_begin(asked.release)
    window = _window(asked, "service", begin)
    if target is None or begin is None or not window.known:
        return None
    first, after = _year(window)
    if begin > first:
        return None
    visited, households = visits_by_grid(asked.release, first, after), _households(asked)
    return _grids(asked, _has_households(asked) & (visited < target.value * households))


def _in_a_hot_spot(asked: Asked) -> Cases | None:
    if not asked.release.has("incidents"):
        return None
    window = _window(asked, "incidents", read_events(asked.release, "incidents").begin)
    if not window.known:
        return None
    view = _filtered(asked.view, "incidents")
    spots = spots_of(asked.release, view, asked.rows, last_full_month(window), asked.rules)
    return None if spots is None else _grids(asked, np.isin(spots.kind, (Spot.NEW, Spot.PERSISTENT)))


def _far_from(kind: str) -> Callable[[Asked], Cases | None]:
    def find(asked: Asked) -> Cases | None:
        """Return the grids of which no part lies near a place of the kind; those without households lack none."""
        near = reach_by_grid(asked.release, asked.rules, kind)
        return None if near is None else _grids(asked, (near == 0) & (_households(asked) != 0))

    return find


def _without_group(asked: Asked) -> Cases | None:
    """Return the grids of which no volunteer group has told any member in twelve months."""
    if not asked.release.has("groups"):
        return None
    window = _window(asked, "service", None)
    members = groups_by_grid(asked.release, *_year(window))
    return _grids(asked, members == 0) if window.known and members.any() else None


def _not_asked(kind: str) -> Callable[[Asked], Cases | None]:
    def find(asked: Asked) -> Cases | None:
        """Return the stations in which no survey of the kind ended in twelve months."""
        if not asked.release.has("surveys"):
            return None
        window = _window(asked, "service", None)
        if not window.known:
            return None
        last = last_surveys(asked.release, kind, before=window.end)
        level = "" if asked.rows.areas.empty else str(asked.rows.areas["level"].iloc[0])
        silent = np.flatnonzero(last < _year(window)[0])
        return Cases.without_term(station_rows(asked.release, asked.rows, silent, level=level))

    return find


_OF_GRIDS: Mapping[str, Callable[[Asked], Cases | None]] = {
    "settle_again": _broken_out_again,
    "assign": _vacant,
    "visit": _little_visited,
    "look_into": _in_a_hot_spot,
    "near_room": _far_from("mediation_room"),
    "near_window": _far_from("service_window"),
    "form_group": _without_group,
    "ask_security": _not_asked("security"),
    "ask_satisfaction": _not_asked("satisfaction"),
}


def _year(window: Window) -> tuple[int, int]:
    """Return the days of the last twelve months that are over by the end of a window, half-open."""
    after = last_full_month(window) + 1
    return month_start(after - _MONTHS), month_start(after)


def _grids(asked: Asked, wanted: Bools) -> Cases:
    return Cases.without_term(asked.rows.of_grid[:-1][wanted])


def _households(asked: Asked) -> Floats:
    return np.asarray(grid_areas(asked.release)["households"].to_numpy(dtype=np.float64, na_value=np.nan))


def _has_households(asked: Asked) -> Bools:
    """Return which grids have households enough, so that what is told of them points at no home."""
    return _households(asked) >= asked.rules.repeat_min_households
