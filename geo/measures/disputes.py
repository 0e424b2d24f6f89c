"""Disputes: what became of those accepted in the period, what is open at its end, and what those found are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import code_columns, state_columns
from geo.measures.events import Events, Sample
from geo.measures.figures import Columns, as_counts, share_columns
from geo.measures.survival import median_times
from geo.measures.times import NEVER, Window
from geo.rules import Rules

__all__ = ["dispute_columns", "dispute_due_days"]

Ints = npt.NDArray[np.integer]
_WEEK_DAYS = 7


def dispute_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the columns that disputes have beside their counts: cohort, stock, codes and states."""
    found = sample.found_between(window.start, window.end)
    return {
        **_cohort_columns(sample, window, rules),
        **_stock_columns(sample, window, rules),
        **code_columns(sample, found, "class"),
        **state_columns(sample, found, window.state_day),
        **code_columns(sample, found, "channel"),
    }


def dispute_due_days(events: Events, rules: Rules) -> Ints:
    """Return the day each dispute is due: its own, or by the rules from acceptance; `NEVER` if never accepted."""
    accepted, given = events.days["accepted_on"], events.days["due_on"]
    by_rule = np.where(accepted < NEVER, accepted + rules.deadlines.mediation_days, NEVER)
    return np.where(given < NEVER, given, by_rule)


def _cohort_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    days = sample.events.days
    known = sample.found_by(window.state_day)
    cohort = known[(days["accepted_on"][known] >= window.start) & (days["accepted_on"][known] < window.end)]
    settled = cohort[days["settled_on"][cohort] <= window.state_day]
    transferred = cohort[days["transferred_on"][cohort] <= window.state_day]
    accepted_n, settled_n = sample.count(cohort), sample.count(settled)
    return {
        "accepted": as_counts(accepted_n),
        "settled": as_counts(settled_n),
        **share_columns("settled_share", settled_n, accepted_n, alpha=rules.alpha, with_n=False),
        **_month_columns(sample, cohort, window, rules),
        "median_days": _median_days(sample, cohort, window.state_day),
        **code_columns(sample, settled, "settled_at", prefix="settled"),
        **code_columns(sample, transferred, "transfer", prefix="transferred"),
    }


def _month_columns(sample: Sample, cohort: Ints, window: Window, rules: Rules) -> Columns:
    days, term = sample.events.days, rules.deadlines.past_month_days
    over = cohort[days["accepted_on"][cohort] + term <= window.as_of]
    in_month = over[days["settled_on"][over] <= days["accepted_on"][over] + term]
    hits, n = sample.count(in_month), sample.count(over)
    return share_columns("settled_in_month", hits, n, alpha=rules.alpha, with_n=True)


def _median_days(sample: Sample, cohort: Ints, day: int) -> npt.NDArray[np.float64]:
    days = sample.events.days
    settled = days["settled_on"][cohort]
    ended = settled <= day
    # A transfer or a failure ends the watching without a settlement.
    watched_to = np.where(ended, settled, np.minimum(days["closed"][cohort], day))
    times = np.maximum(watched_to - days["accepted_on"][cohort], 0)
    return median_times(sample.row[cohort], times, ended, n_groups=sample.n_rows)


def _stock_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    events, day = sample.events, window.state_day
    open_records = sample.open_on(day)
    past_month = events.days["accepted_on"][open_records] + rules.deadlines.past_month_days < day
    overdue = dispute_due_days(events, rules)[open_records] < day
    return {
        "closed": as_counts(sample.count(sample.closed_between(window.start, window.end))),
        "open": as_counts(sample.count(open_records)),
        "past_month": as_counts(sample.count(open_records[past_month])),
        "overdue": as_counts(sample.count(open_records[overdue])),
        "return_due": as_counts(sample.count(_return_due(sample, day, rules))),
    }


def _return_due(sample: Sample, day: int, rules: Rules) -> Ints:
    """Return the settled disputes whose return visit is due in the week that begins with the day, and not yet made."""
    days, known = sample.events.days, sample.found_by(day)
    settled = known[(days["settled_on"][known] <= day) & (days["returned_on"][known] > day)]
    due = days["settled_on"][settled] + rules.deadlines.return_visit_days
    return settled[(due >= day) & (due < day + _WEEK_DAYS)]
