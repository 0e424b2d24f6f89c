"""What coverage says of every grid on a day, and of areas over a period."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measures.events import read_events
from geo.measures.figures import Columns, as_counts, share, share_columns, sum_by
from geo.measures.parts import count_sources
from geo.measures.roster import Roster, read_roster
from geo.measures.rows import Rows, grid_areas
from geo.measures.samples import Sample
from geo.measures.tallies import tally
from geo.measures.times import Window, day_number, make_window, month_floor
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["FLAGS", "GridDay", "coverage_columns", "coverage_window", "grid_day", "reported_events"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
#: What a grid can be beside covered or vacant.
FLAGS = ("shared", "over_size", "under_size", "no_backup")
# The ends of the months of a trend, and of some periods.
_DAYS_KEPT = 64
# All grids of a country are many: the days of one page.
_GRID_DAYS_KEPT = 4


@dataclass(frozen=True, eq=False)
class GridDay:
    """All grids of a release on one day, in the order of `geo.measures.rows.grid_areas`.

    Parameters
    ----------
    posts, counting_posts
        Number of posts with a valid assignment: of any role, and of roles that count for coverage.
    shared
        Whether every counting post of the grid looks after more grids than the rules allow its role.
    over_size, under_size
        Whether the grid has more or fewer households than the rules of its kind; False where either is missing.
    no_backup
        Whether the grid is covered, but by fewer posts of any role than the rules want behind one another.
    households
        NaN where missing.
    """

    posts: Ints
    counting_posts: Ints
    shared: Bools
    over_size: Bools
    under_size: Bools
    no_backup: Bools
    households: Floats

    @property
    def covered(self) -> Bools:
        """Whether a post of a counting role looks after the grid, shared or not."""
        return self.counting_posts > 0

    @property
    def state(self) -> npt.NDArray[np.str_]:
        """``covered``, ``shared`` or ``vacant``."""
        return np.where(self.shared, "shared", np.where(self.covered, "covered", "vacant"))


def grid_day(release: Release, day: int, rules: Rules) -> GridDay:
    """Return what coverage says of every grid on a day, given as days since 1970-01-01."""
    return _grid_day(release, day, rules)


@lru_cache(maxsize=_GRID_DAYS_KEPT)
def _grid_day(release: Release, day: int, rules: Rules) -> GridDay:
    roster, grids = read_roster(release), grid_areas(release)
    pairs = _valid_pairs(roster, day)
    grid, post = pairs // len(roster.post_id), pairs % len(roster.post_id)
    counts_for = np.isin(roster.role, list(rules.coverage.counting_roles))[post]
    too_many = (np.bincount(post, minlength=len(roster.post_id)) > roster.most_grids(rules))[post]
    posts = np.bincount(grid, minlength=len(grids))
    counting = np.bincount(grid[counts_for], minlength=len(grids))
    stretched = np.bincount(grid[counts_for & too_many], minlength=len(grids))
    households = grids["households"].to_numpy(dtype=np.float64, na_value=np.nan)
    low, high = _size_bounds(grids["kind"], rules)
    return GridDay(
        posts=posts,
        counting_posts=counting,
        shared=(counting > 0) & (stretched == counting),
        over_size=households > high,
        under_size=households < low,
        no_backup=(counting > 0) & (posts < rules.coverage.backup_posts),
        households=households,
    )


def coverage_window(release: Release, view: View) -> Window:
    """Return the days that coverage is told of: those of the view's period that assignments reach to.

    Raises
    ------
    ViewError
        When the release has no assignments.
    """
    start = read_roster(release).start
    return make_window(release, view, data_begin=month_floor(int(start.min())) if len(start) else None)


def coverage_columns(
    release: Release, view: View, rows: Rows, rules: Rules, *, parts: Collection[str] | None = None
) -> tuple[Columns, Window]:
    """Return coverage of each row's grids at the period's last day, and as the share of its grid-days.

    A view's class and source do not bear on it.

    Parameters
    ----------
    parts
        Of what there is on the last day, ``shares``: grids and how many are covered; ``flags``: how many are shared,
        too large and so on. All if None.
    """
    window = coverage_window(release, view)
    if parts is not None:
        return _on_last_day(release, window, rows, rules, parts), window
    today = grid_day(release, window.state_day, rules)
    events = reported_events(release, window.start, window.end)
    days = _covered_days(read_roster(release), rules, window, n_grids=len(today.posts))
    n = rows.sum_grids(np.ones(len(days)))
    known_events = None if events is None else rows.sum_grids(events)
    counts = _flag_columns(release, window, rows, rules)
    shares = _share_columns(today.covered, rows, rules)
    columns: Columns = {
        "n": shares.pop("n"),
        "covered": shares.pop("covered"),
        "shared": counts.pop("shared"),
        "vacant": shares.pop("vacant"),
        **counts,
        **shares,
        "covered_share_days": share(rows.sum_grids(days), n * window.days),
        "covered_share_households": share(
            rows.sum_grids(today.households * today.covered), rows.sum_grids(today.households)
        ),
        "covered_share_events": _unknown(rows)
        if events is None or known_events is None
        else share(rows.sum_grids(events * today.covered), known_events),
        "posts": as_counts(_distinct_posts(read_roster(release), rows, window.state_day)),
        "households": rows.areas["households"].astype("Int64").array,
        "events": as_counts(_unknown(rows) if known_events is None else known_events),
    }
    return columns, window


def _on_last_day(release: Release, window: Window, rows: Rows, rules: Rules, parts: Collection[str]) -> Columns:
    columns = Columns()
    if "shares" in parts:
        columns |= _share_columns(_covered_on(release, window.state_day, rules), rows, rules)
    if "flags" in parts:
        columns |= _flag_columns(release, window, rows, rules)
    return columns


def _share_columns(is_covered: Bools, rows: Rows, rules: Rules) -> Columns:
    n, covered = rows.sum_grids(np.ones(len(is_covered))), rows.sum_grids(is_covered)
    return {
        "n": as_counts(n),
        "covered": as_counts(covered),
        "vacant": as_counts(n - covered),
        **share_columns("covered_share", covered, n, alpha=rules.alpha, with_n=False),
    }


def _flag_columns(release: Release, window: Window, rows: Rows, rules: Rules) -> Columns:
    today = grid_day(release, window.state_day, rules)
    return {name: as_counts(rows.sum_grids(getattr(today, name))) for name in FLAGS}


@lru_cache(maxsize=_DAYS_KEPT)
def _covered_on(release: Release, day: int, rules: Rules) -> Bools:
    """Return whether a post of a counting role looks after each grid on a day."""
    roster, is_covered = read_roster(release), np.zeros(len(grid_areas(release)), dtype=np.bool_)
    is_covered[roster.grid[roster.valid_on(day) & roster.counting(rules)]] = True
    return is_covered


def reported_events(release: Release, start: int, end: int) -> Floats | None:
    """Return the reported disputes and hazards found in each grid in these days; None if the release has neither."""
    layers = [layer for layer in ("disputes", "hazards") if release.has(layer)]
    if not layers:
        return None
    total, each = np.zeros(len(grid_areas(release))), np.arange(len(grid_areas(release)) + 1)
    each[-1] = -1
    window = Window(start, end, None, None, as_of=day_number(release.as_of), over=True, known=True)
    for layer in layers:
        in_grids = Sample(read_events(release, layer), each, len(total))
        total += tally(release, in_grids, (window,), load_rules(), count_sources)["source_reported"]
    return total


def _valid_pairs(roster: Roster, day: int) -> npt.NDArray[np.int64]:
    """Return each grid and post with an assignment valid on the day once, as grid × number of posts + post."""
    valid = roster.valid_on(day)
    return np.unique(roster.grid[valid].astype(np.int64) * len(roster.post_id) + roster.post[valid])


def _size_bounds(kinds: pd.Series[str], rules: Rules) -> tuple[Floats, Floats]:
    unbound = (-np.inf, np.inf)
    position, names = pd.factorize(kinds)
    # The last place is that of a missing kind, which is at position -1.
    bounds = np.array([*(rules.grid_sizes.get(name, unbound) for name in names), unbound], dtype=np.float64)
    return bounds[position, 0], bounds[position, 1]


def _covered_days(roster: Roster, rules: Rules, window: Window, *, n_grids: int) -> Floats:
    """Return the number of days of the window on which each grid is covered; assignments that overlap count once."""
    kept = roster.counting(rules) & (roster.start < window.end) & (roster.until > window.start)
    grid = roster.grid[kept].astype(np.int64)
    start = np.maximum(roster.start[kept], window.start) - window.start
    until = np.minimum(roster.until[kept], window.end) - window.start
    # Assignments come by grid, then by start: a running maximum that each next grid lifts over all before it.
    lift = grid * (window.days + 1)
    reached = np.maximum.accumulate(until + lift) - lift
    same_grid = np.r_[False, grid[1:] == grid[:-1]]
    covered_to = np.where(same_grid, np.r_[0, reached[:-1] + lift[:-1]] - lift, 0)
    new_days = np.maximum(until - np.maximum(start, covered_to), 0)
    return sum_by(grid, new_days, n_groups=n_grids)


def _distinct_posts(roster: Roster, rows: Rows, day: int) -> npt.NDArray[np.int64]:
    valid = roster.valid_on(day)
    row = rows.of_grid[roster.grid[valid]].astype(np.int64)
    pairs = np.unique(row * len(roster.post_id) + roster.post[valid])
    inside = pairs >= 0
    return np.bincount(pairs[inside] // max(len(roster.post_id), 1), minlength=rows.n)


def _unknown(rows: Rows) -> Floats:
    return np.full(rows.n, np.nan)
