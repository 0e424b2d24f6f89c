"""Disputes: what became of those accepted in the period, what is open at its end, and what those found are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import code_columns, state_columns
from geo.measures.events import code_names
from geo.measures.figures import Columns, as_counts, median_columns, share_columns
from geo.measures.rows import Rows
from geo.measures.samples import Sample
from geo.measures.terms import mediation_due, month_end, return_due, return_term
from geo.measures.times import Window
from geo.rules import Rules

__all__ = [
    "again_columns",
    "code_and_state_columns",
    "cohort_columns",
    "days_columns",
    "settlement_columns",
    "stock_columns",
]

Ints = npt.NDArray[np.integer]
_WEEK_DAYS = 7


def cohort_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return how many disputes accepted in the period are settled, and how many within their month."""
    cohort = _cohort(sample, window)
    done = cohort[sample.days("settled_on")[cohort] <= window.state_day]
    accepted_n, settled_n = sample.count(cohort), sample.count(done)
    return {
        "accepted": as_counts(accepted_n),
        "settled": as_counts(settled_n),
        **share_columns("settled_share", settled_n, accepted_n, alpha=rules.alpha, with_n=False),
        **_month_columns(sample, cohort, window, rules),
    }


def settlement_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return where the disputes accepted in the period were settled or went, and whether they were visited again."""
    day, cohort = window.state_day, _cohort(sample, window)
    done = cohort[sample.days("settled_on")[cohort] <= day]
    transferred = cohort[sample.days("transferred_on")[cohort] <= day]
    return {
        **code_columns(sample, done, "settled_at", prefix="settled"),
        **_level_columns(sample, done, rules),
        **code_columns(sample, transferred, "transfer", prefix="transferred"),
        **_transfer_columns(sample, transferred, sample.count(cohort), rules),
        **_return_columns(sample, cohort, window, rules),
    }


def code_and_state_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the disputes found in the period by class, state and channel."""
    del rules  # no rule bears on them
    found = sample.found_between(window.start, window.end)
    return {
        **code_columns(sample, found, "class"),
        **state_columns(sample, found, window.state_day),
        **code_columns(sample, found, "channel"),
    }


def _cohort(sample: Sample, window: Window) -> Ints:
    """Return the disputes accepted in the period, of those found by its last day."""
    return sample.came_between("accepted_on", window.start, window.end, found_by=window.state_day)


def _level_columns(sample: Sample, done: Ints, rules: Rules) -> Columns:
    """Return where disputes were settled, as shares of all settled; missing where the level of none is told."""
    names = code_names("disputes", "settled_at")
    counts = sample.count_codes(done, sample.codes("settled_at")[done], n_codes=len(names))
    settled = np.where(counts.sum(axis=1) > 0, sample.count(done), np.nan)
    parts = {"village_share": ("village",), "town_share": ("town",), "above_share": ("county", "court")}
    columns: Columns = {}
    for name, levels in parts.items():
        hits = counts[:, [names.index(level) for level in levels]].sum(axis=1)
        columns |= share_columns(name, hits, settled, alpha=rules.alpha, with_n=False)
    return columns


def _transfer_columns(sample: Sample, transferred: Ints, accepted: npt.NDArray[np.int64], rules: Rules) -> Columns:
    """Return transfers by right and lapses apart, as shares of the cohort, and transfers of which neither is told."""
    kinds = sample.codes("transfer")[transferred]
    columns: Columns = {"transferred_untold": as_counts(sample.count(transferred[kinds < 0]))}
    for position, kind in enumerate(code_names("disputes", "transfer")):
        hits = sample.count(transferred[kinds == position])
        columns |= share_columns(f"{kind}_share", hits, accepted, alpha=rules.alpha, with_n=False)
    return columns


def _return_columns(sample: Sample, cohort: Ints, window: Window, rules: Rules) -> Columns:
    """Return the share of return visits made in time, of settlements whose visit's term is over."""
    due, returned = return_due(sample, cohort, rules), sample.days("returned_on")[cohort]
    over = due <= window.as_of
    n = np.where(sample.events.tells("returned_on"), sample.count(cohort[over]), np.nan)
    hits = sample.count(cohort[over & (returned <= due)])
    return share_columns("return_on_time", hits, n, alpha=rules.alpha, with_n=True)


def again_columns(
    again: Sample, found: Sample, window: Window, rules: Rules, *, rows: Rows, households: npt.NDArray[np.float64]
) -> Columns:
    """Return the disputes found in the period that broke out again after a settlement, and their share.

    They are told of grids with enough households alone, so that they never point at a home.

    Parameters
    ----------
    again
        The disputes of `geo.measures.again.read_repeats`.
    found
        All disputes.
    rows
        The rows that both count in.
    households
        Of each grid, by its position in `geo.measures.rows.grid_areas`; NaN where not known.
    """
    told = households >= rules.repeat_min_households
    hits, n = (_count_told(sample, window, told) for sample in (again, found))
    known = rows.sum_grids(told) > 0
    shares = share_columns("repeat_share", hits, np.where(known, n, np.nan), alpha=rules.alpha, with_n=True)
    return {"repeats": as_counts(hits, known=known), **shares}


def _count_told(sample: Sample, window: Window, told: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    found = sample.found_between(window.start, window.end)
    return np.bincount(sample.rows_of(found)[told[sample.grids()[found]]], minlength=sample.n_rows)


def _month_columns(sample: Sample, cohort: Ints, window: Window, rules: Rules) -> Columns:
    last_day = month_end(sample, cohort, rules)
    over = last_day <= window.as_of
    in_month = over & (sample.days("settled_on")[cohort] <= last_day)
    hits, n = sample.count(cohort[in_month]), sample.count(cohort[over])
    return share_columns("settled_in_month", hits, n, alpha=rules.alpha, with_n=True)


def days_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the median days to settlement of the disputes accepted in the period, with its interval."""
    day, cohort = window.state_day, _cohort(sample, window)
    settled = sample.days("settled_on")[cohort]
    ended = settled <= day
    # A transfer or a failure ends the watching without a settlement.
    watched_to = np.where(ended, settled, np.minimum(sample.days("closed")[cohort], day))
    times = np.maximum(watched_to - sample.days("accepted_on")[cohort], 0)
    return median_columns(sample.rows_of(cohort), times, ended, n_groups=sample.n_rows, alpha=rules.alpha)


def stock_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return what was closed in the period, and what is open, late and due at the end of its last day."""
    day, open_records = window.state_day, sample.open_on(window.state_day)
    # A dispute that nobody has accepted has no term, unless it was given one.
    due = mediation_due(sample, open_records, rules)
    past_month = month_end(sample, open_records, rules) < day
    visits = sample.count(_return_due(sample, day, rules))
    return {
        "closed": as_counts(sample.count(sample.closed_between(window.start, window.end))),
        "open": as_counts(sample.count(open_records)),
        "past_month": as_counts(sample.count(open_records[past_month])),
        "overdue": as_counts(sample.count(open_records[due < day])),
        "return_due": as_counts(visits, known=sample.events.tells("returned_on")),
    }


def _return_due(sample: Sample, day: int, rules: Rules) -> Ints:
    """Return the settled disputes whose return visit is due in the week that begins with the day, and not yet made."""
    # A visit is due so long after the settlement: the days of settlements whose visits are due lie close together.
    days = np.arange(sample.events.first_day("settled_on"), day + 1)
    last_day = return_term(days, rules)
    due = np.flatnonzero((last_day >= day) & (last_day < day + _WEEK_DAYS))
    if not len(due):
        return np.array([], dtype=np.int64)
    first, after = int(days[due[0]]), int(days[due[-1]]) + 1
    settled = sample.came_between("settled_on", first, after, found_by=day)
    last_day = return_due(sample, settled, rules)
    waits = (last_day >= day) & (last_day < day + _WEEK_DAYS) & (sample.days("returned_on")[settled] > day)
    return np.asarray(settled[waits])
