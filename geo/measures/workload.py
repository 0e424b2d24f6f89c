"""What grids ask of the posts assigned to them, in standard hours a week: never what anyone did."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table
from geo.measures.covered import coverage_window
from geo.measures.events import read_events
from geo.measures.figures import as_counts, make_table, share, sum_by
from geo.measures.inequality import gini_interval
from geo.measures.roster import Roster, read_roster
from geo.measures.rows import Rows, grid_areas, total_row
from geo.measures.table import LINEAGE, Table
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["spread", "workload"]

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
_YEAR_DAYS = 365.25
# Of the draws for the interval of the Gini coefficient: any will do, and one for all times gives the same figures.
_SEED = 1
_RESAMPLES, _FEWEST_RESAMPLES, _MOST_DRAWN = 2000, 200, 5_000_000


def workload(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return for each post the hours a week that its grids ask for, against its own.

    A grid's disputes and hazards of the period and its due visits ask for standard hours. They fall on the posts of
    counting roles assigned to it on the period's last day, by their shares of time in it.

    Returns
    -------
    Table
        ``post_id``, ``role``, ``station_id``, ``grids`` (number looked after), ``hours_asked`` and ``hours`` a week,
        and ``ratio`` of the two; one row per post of a counting role that looks after a grid of the view's area on that
        day. All of a post's grids count, those outside the area too. Lineage is that of the post's station.

    Raises
    ------
    ViewError
        When the release has no assignments or no such area.
    """
    rules = rules or load_rules()
    roster, rows = read_roster(release), total_row(release, view)
    window = coverage_window(release, view.replace(layer="coverage"))
    kept = np.flatnonzero(roster.valid_on(window.state_day) & roster.counting(rules)) if window.known else np.arange(0)
    asked = _split_hours(roster, kept, _grid_hours(release, window.start, window.end, rules))
    pairs = np.unique(roster.grid[kept].astype(np.int64) * len(roster.post_id) + roster.post[kept])
    grids = np.bincount(pairs % len(roster.post_id), minlength=len(roster.post_id)) if len(pairs) else asked * 0
    shown = np.unique(roster.post[kept][_inside(roster, kept, rows)])
    columns = {
        "post_id": roster.post_id[shown],
        "role": roster.role[shown],
        "station_id": roster.station_id[shown],
        "grids": as_counts(grids[shown]),
        "hours_asked": asked[shown],
        "hours": roster.hours_per_week[shown],
        "ratio": share(asked[shown], roster.hours_per_week[shown]),
    }
    return make_table(release, rules, "workload", columns, lineage=_post_lineage(release, roster.station_id[shown]))


def spread(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return how evenly the posts of a view's area are asked for hours, in one row.

    Returns
    -------
    Table
        ``posts``, ``median`` of hours asked against hours there are, ``max_to_median`` and ``max_to_min`` (missing
        where the divisor is 0), and ``gini`` (0 is even) with its bootstrap interval (``gini_low``, ``gini_high``;
        missing for fewer than two posts).

    Raises
    ------
    ViewError
        As `workload` does.
    """
    rules = rules or load_rules()
    posts = workload(release, view, rules=rules)
    ratios = posts.frame["ratio"].dropna().to_numpy(dtype=np.float64)
    top, middle, bottom = (ratios.max(), np.median(ratios), ratios.min()) if len(ratios) else (np.nan,) * 3
    resamples = int(np.clip(_MOST_DRAWN // max(len(ratios), 1), _FEWEST_RESAMPLES, _RESAMPLES))
    gini, gini_low, gini_high = gini_interval(ratios, alpha=rules.alpha, seed=_SEED, resamples=resamples)
    frame = pd.DataFrame(
        {
            "posts": as_counts([len(ratios)]),
            "median": [middle],
            "max_to_median": share([top], [middle]),
            "max_to_min": share([top], [bottom]),
            "gini": [gini],
            "gini_low": [gini_low],
            "gini_high": [gini_high],
        }
    )
    lineage = total_row(release, view).lineage.reset_index(drop=True)
    return Table(frame, "workload_spread", posts.release, posts.rules_hash, posts.as_of, 0, lineage)


def _grid_hours(release: Release, start: int, end: int, rules: Rules) -> Floats:
    """Return the hours a week that each grid asks for."""
    weeks = max(end - start, 1) / 7
    households = grid_areas(release)["households"].to_numpy(dtype=np.float64, na_value=0.0)
    visits = households * rules.workload.visits_per_household_year * 7 / _YEAR_DAYS
    hours = visits * rules.workload.visit_hours
    standard = {"disputes": rules.workload.dispute_hours, "hazards": rules.workload.hazard_hours}
    for layer, hours_each in standard.items():
        if release.has(layer):
            events = read_events(release, layer)
            first, after = np.searchsorted(events.days["found"], (start, end))
            grid = events.grid[first:after]
            hours = hours + hours_each * np.bincount(grid[grid >= 0], minlength=len(hours)) / weeks
    return hours


def _split_hours(roster: Roster, kept: Ints, grid_hours: Floats) -> Floats:
    """Return each post's part of its grids' hours: by share of time, evenly where all shares in a grid are 0."""
    grid, time = roster.grid[kept], roster.share[kept]
    total = sum_by(grid, time, n_groups=len(grid_hours))[grid]
    assigned = np.bincount(grid, minlength=len(grid_hours))[grid]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(total > 0, time / total, 1 / assigned)
    return sum_by(roster.post[kept], part * grid_hours[grid], n_groups=len(roster.post_id))


def _inside(roster: Roster, kept: Ints, rows: Rows) -> npt.NDArray[np.bool_]:
    return rows.of_grid[roster.grid[kept]] >= 0


def _post_lineage(release: Release, station_ids: npt.NDArray[np.object_]) -> pd.DataFrame:
    areas = area_table(release).set_index("area_id", drop=False)[list(LINEAGE)]
    return areas.reindex(pd.Index(station_ids, dtype="str")).reset_index(drop=True)
