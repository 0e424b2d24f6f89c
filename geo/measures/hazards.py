"""Hazards: what is open and overdue at the period's end, what was removed in it, and how soon."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import code_columns, state_columns
from geo.measures.events import Events, Sample, code_names
from geo.measures.figures import Columns, as_counts, share_columns
from geo.measures.survival import median_times
from geo.measures.times import NEVER, Window
from geo.rules import Rules

__all__ = ["hazard_columns", "hazard_due_days", "is_major"]

Ints = npt.NDArray[np.integer]


def hazard_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the columns that hazards have beside their counts: stock, removals, grades, codes and states."""
    found = sample.found_between(window.start, window.end)
    return {
        **_stock_columns(sample, window, rules),
        **_removal_columns(sample, found, window, rules),
        **code_columns(sample, found, "grade"),
        **code_columns(sample, found, "class"),
        **state_columns(sample, found, window.state_day),
    }


def hazard_due_days(events: Events, rules: Rules) -> Ints:
    """Return the day each hazard is due: its own, or by the rules for its grade from the day it was found.

    The term runs from the day on which the hazard came to be known, so that a late notice does not lengthen it.
    """
    given = events.days["due_on"]
    terms = np.where(is_major(events), rules.deadlines.hazard_major_days, rules.deadlines.hazard_general_days)
    return np.where(given < NEVER, given, events.days["found"] + terms)


def is_major(events: Events) -> npt.NDArray[np.bool_]:
    """Tell for each hazard whether it is of the major grade."""
    return np.equal(events.codes["grade"], code_names("hazards", "grade").index("major"))


def _stock_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    events, day = sample.events, window.state_day
    open_records = sample.open_on(day)
    overdue = hazard_due_days(events, rules)[open_records] < day
    major = is_major(events)[open_records]
    return {
        "open": as_counts(sample.count(open_records)),
        "overdue": as_counts(sample.count(open_records[overdue])),
        "major_open": as_counts(sample.count(open_records[major])),
        "major_overdue": as_counts(sample.count(open_records[major & overdue])),
        "removed": as_counts(sample.count(sample.closed_between(window.start, window.end))),
    }


def _removal_columns(sample: Sample, found: Ints, window: Window, rules: Rules) -> Columns:
    days = sample.events.days
    due = hazard_due_days(sample.events, rules)
    term_over = found[due[found] <= window.as_of]
    on_time = term_over[days["rectified_on"][term_over] <= due[term_over]]
    hits, n = sample.count(on_time), sample.count(term_over)
    ended = days["rectified_on"][found] <= window.state_day
    watched_to = np.minimum(days["rectified_on"][found], window.state_day)
    times = np.maximum(watched_to - days["found"][found], 0)
    return {
        **share_columns("removed_on_time", hits, n, alpha=rules.alpha, with_n=True),
        "median_days": median_times(sample.row[found], times, ended, n_groups=sample.n_rows),
    }
