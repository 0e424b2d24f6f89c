"""Disputes: what became of those accepted in the period, what is open at its end, and what those found are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import code_columns, state_columns
from geo.measures.events import Sample
from geo.measures.figures import Columns, as_counts, share_columns
from geo.measures.survival import median_times
from geo.measures.times import NEVER, Window
from geo.rules import Rules

__all__ = ["dispute_columns", "stock_columns"]

Ints = npt.NDArray[np.integer]
_WEEK_DAYS = 7


def dispute_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the columns that disputes have beside their counts: cohort, stock, codes and states."""
    found = sample.found_between(window.start, window.end)
    return {
        **_cohort_columns(sample, window, rules),
        **stock_columns(sample, window, rules),
        **code_columns(sample, found, "class"),
        **state_columns(sample, found, window.state_day),
        **code_columns(sample, found, "channel"),
    }


def _cohort_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    day, known = window.state_day, sample.found_by(window.state_day)
    accepted, settled = sample.days("accepted_on")[known], sample.days("settled_on")[known]
    in_cohort = (accepted >= window.start) & (accepted < window.end)
    cohort, done = np.flatnonzero(in_cohort), np.flatnonzero(in_cohort & (settled <= day))
    transferred = np.flatnonzero(in_cohort & (sample.days("transferred_on")[known] <= day))
    accepted_n, settled_n = sample.count(cohort), sample.count(done)
    return {
        "accepted": as_counts(accepted_n),
        "settled": as_counts(settled_n),
        **share_columns("settled_share", settled_n, accepted_n, alpha=rules.alpha, with_n=False),
        **_month_columns(sample, cohort, window, rules),
        "median_days": _median_days(sample, cohort, day),
        **code_columns(sample, done, "settled_at", prefix="settled"),
        **code_columns(sample, transferred, "transfer", prefix="transferred"),
    }


def _month_columns(sample: Sample, cohort: Ints, window: Window, rules: Rules) -> Columns:
    month_end = sample.days("accepted_on")[cohort] + rules.deadlines.past_month_days
    over = month_end <= window.as_of
    in_month = over & (sample.days("settled_on")[cohort] <= month_end)
    hits, n = sample.count(cohort[in_month]), sample.count(cohort[over])
    return share_columns("settled_in_month", hits, n, alpha=rules.alpha, with_n=True)


def _median_days(sample: Sample, cohort: Ints, day: int) -> npt.NDArray[np.float64]:
    settled = sample.days("settled_on")[cohort]
    ended = settled <= day
    # A transfer or a failure ends the watching without a settlement.
    watched_to = np.where(ended, settled, np.minimum(sample.days("closed")[cohort], day))
    times = np.maximum(watched_to - sample.days("accepted_on")[cohort], 0)
    return median_times(sample.row[cohort], times, ended, n_groups=sample.n_rows)


def stock_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return what was closed in the period, and what is open, late and due at the end of its last day."""
    day, open_records = window.state_day, sample.open_on(window.state_day)
    accepted, given = sample.days("accepted_on")[open_records], sample.days("due_on")[open_records]
    # A dispute that nobody has accepted has no term, unless it was given one.
    due = np.where(given < NEVER, given, accepted + rules.deadlines.mediation_days)
    past_month = accepted + rules.deadlines.past_month_days < day
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
    known = sample.found_by(day)
    settled, returned = sample.days("settled_on")[known], sample.days("returned_on")[known]
    first = day - rules.deadlines.return_visit_days
    due = (settled >= first) & (settled < first + _WEEK_DAYS) & (settled <= day)
    return np.flatnonzero(due & (returned > day))
