"""Grids in a new or persistent hot spot: where more is reported around a grid than chance puts there, since when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from geo.measures.events import Events, code_names, read_events
from geo.measures.figures import Columns, as_counts, share
from geo.measures.intervals import wilson_interval
from geo.measures.rows import Rows, grid_areas
from geo.measures.service import visits_by_grid
from geo.measures.times import Window, day_number, month_start
from geo.rules import HotSpotRules, Rules
from geo.stats.hotspots import (
    Spot,
    chance_of_sums,
    classify_spots,
    find_discoveries,
    gi_star,
    queen_neighbours,
)
from geo.store import Release, read_layer
from geo.view import View

__all__ = ["Spots", "hot_spot_columns", "last_full_month", "spots_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]
_REPORTED = "reported"
# Of each county the months of a trend, of the period and of the one compared with.
_COUNTIES_KEPT, _TESTS_KEPT, _KINDS_KEPT = 64, 128, 1024


@dataclass(frozen=True, eq=False)
class _Tested:
    """The grids of a county, tested in each month: grids × months. Shared between calls: not to be changed."""

    first_month: int
    hot: npt.NDArray[np.bool_]
    scores: Floats


@dataclass(frozen=True, eq=False)
class Spots:
    """What every grid is at the end of a month, by its position in `geo.measures.rows.grid_areas`.

    Parameters
    ----------
    kind
        `geo.stats.hotspots.Spot`; -1 for a grid that is not asked for.
    around
        How many grids are tested together with it, itself among them.
    """

    kind: npt.NDArray[np.int8]
    around: Floats


def hot_spot_columns(release: Release, view: View, rows: Rows, window: Window, rules: Rules) -> Columns:
    """Return how many grids of each row are in a hot spot in the last month that is over by the end of the period.

    Counts of a month are those of reported records, unless the view asks for discovered ones; a grid is tested with
    those around it against all grids of its county (`geo.stats.hotspots`); of the grids found in a month at most the
    share alpha is expected to be chance. Missing where the data do not reach back over the months of the rules.

    Returns
    -------
    dict
        ``hot_new``, ``hot_persistent``, ``hot_fading``; ``hot_spots``, those new or persistent, and ``hot_share`` of
        ``hot_share_n`` grids with its interval; households visited in these months for every 1,000 there are, in the
        grids of ``hot_spots``, ``hot_visits_per_1000``, and in all, ``visits_per_1000``.
    """
    month = last_full_month(window)
    spots = spots_of(release, view, rows, month, rules)
    known = np.nan if spots is None else 1.0
    kind, around = (spots.kind, spots.around) if spots else (np.full(len(rows.of_grid) - 1, -1), np.nan)
    new, lasting, fading = (known * rows.sum_grids(kind == one) for one in (Spot.NEW, Spot.PERSISTENT, Spot.FADING))
    n, hits = known * rows.sum_grids(np.ones(len(kind))), new + lasting
    # Grids that are tested together are hot together: the interval takes them as one.
    together = share(rows.sum_grids(np.broadcast_to(around, len(kind))), n)
    _share, low, high = wilson_interval(hits / together, n / together, alpha=rules.alpha)
    hot = np.isin(kind, (Spot.NEW, Spot.PERSISTENT))
    return {
        "hot_spots": as_counts(hits),
        "hot_new": as_counts(new),
        "hot_persistent": as_counts(lasting),
        "hot_fading": as_counts(fading),
        "hot_share": share(hits, n),
        "hot_share_low": low,
        "hot_share_high": high,
        "hot_share_n": as_counts(n),
        **_visit_columns(release, rows, hot, month, rules),
    }


def _visit_columns(release: Release, rows: Rows, hot: npt.NDArray[np.bool_], month: int, rules: Rules) -> Columns:
    """Return the households visited in the months told of, in grids that are hot and in all: cold may be unseen."""
    start, end = (month_start(month + 1 - back) for back in (rules.hot_spots.months, 0))
    visited = visits_by_grid(release, start, end)
    households = grid_areas(release)["households"].to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(visited) & np.isfinite(households)
    columns: Columns = {}
    for name, part in (("hot_visits_per_1000", hot & known), ("visits_per_1000", known)):
        sums = [rows.sum_grids(np.where(part, values, 0.0)) for values in (visited, households)]
        columns[name] = 1000 * share(*sums)
    return columns


def last_full_month(window: Window) -> int:
    """Return the last month that is over by a window's last day, in months since 1970-01."""
    return int(_month_numbers(np.array([window.end]))[0]) - 1


def spots_of(release: Release, view: View, rows: Rows, month: int, rules: Rules) -> Spots | None:
    """Return what the grids of all rows are at the end of a month; None where the data do not reach back far enough."""
    grids = grid_areas(release)
    kind, around = np.full(len(grids), -1, dtype=np.int8), np.zeros(len(grids))
    asked = np.flatnonzero(rows.of_grid[:-1] >= 0)
    counties = _county_of(release)
    for county in np.unique(counties[asked]):
        own = counties == county
        found = _kinds(
            release, int(county), view.source or _REPORTED, _classes(view), month, rules.hot_spots, rules.alpha
        )
        if found is None:
            return None
        kind[own], around[own] = found, np.diff(_neighbours(release, int(county)).indptr)
    return Spots(kind, around)


@lru_cache(maxsize=_KINDS_KEPT)
def _kinds(
    release: Release, county: int, source: str, classes: tuple[str, ...], month: int, rules: HotSpotRules, alpha: float
) -> npt.NDArray[np.int8] | None:
    tested = _test(release, county, source, classes, alpha)
    after = month + 1 - tested.first_month
    span = slice(after - rules.months, after)
    if span.start < 0 or after > tested.hot.shape[1]:
        return None
    return classify_spots(tested.hot[:, span], tested.scores[:, span], persistent=rules.persistent, alpha=alpha)


def _classes(view: View) -> tuple[str, ...]:
    return view.classes if view.layer == "incidents" else ()


@lru_cache(maxsize=_COUNTIES_KEPT)
def _county_of(release: Release) -> npt.NDArray[np.int64]:
    """Return a number for each grid's county; one for all grids of which no county is known."""
    return np.asarray(pd.factorize(grid_areas(release)["county_id"])[0], dtype=np.int64)


@lru_cache(maxsize=_COUNTIES_KEPT)
def _neighbours(release: Release, county: int) -> csr_array[Any, tuple[int, int]]:
    shapes = read_layer(release, "grids").set_index("grid_id").geometry
    own = grid_areas(release)["area_id"][_county_of(release) == county]
    return queen_neighbours(shapes.reindex(own).to_numpy())


@lru_cache(maxsize=_TESTS_KEPT)
def _test(release: Release, county: int, source: str, classes: tuple[str, ...], alpha: float) -> _Tested:
    """Return which grids of a county are hot in each month that the data tell of wholly."""
    events = read_events(release, "incidents")
    first, after = _full_months(events, release)
    own = _county_of(release) == county
    position = np.append(np.where(own, np.cumsum(own) - 1, -1), -1)
    grid, month = position[events.grid], _month_numbers(events.days["found"]) - first
    kept = (grid >= 0) & (month >= 0) & (month < after - first) & _let_through(events, source, classes)
    shape = (int(own.sum()), max(after - first, 0))
    at = grid[kept] * shape[1] + month[kept]
    counts = np.bincount(at, minlength=shape[0] * shape[1]).reshape(shape)
    neighbours = _neighbours(release, county)
    hot = find_discoveries(chance_of_sums(counts, neighbours), alpha=alpha)
    return _Tested(first, hot, gi_star(counts, neighbours))


def _let_through(events: Events, source: str, classes: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    chosen: npt.NDArray[np.bool_] = events.codes["source"] == code_names("incidents", "source").index(source)
    names = code_names("incidents", "class")
    return chosen & np.isin(events.codes["class"], [names.index(one) for one in classes]) if classes else chosen


def _full_months(events: Events, release: Release) -> tuple[int, int]:
    """Return the months that the data tell of wholly, half-open, since 1970-01."""
    begin, after = events.begin, day_number(release.as_of) + 1
    last = int(_month_numbers(np.array([after]))[0])
    return (last, last) if begin is None else (int(_month_numbers(np.array([begin]))[0]), last)


def _month_numbers(days: Ints) -> npt.NDArray[np.int64]:
    return np.asarray(days, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)
