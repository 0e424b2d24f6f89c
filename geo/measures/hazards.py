"""Hazards: what is open and overdue at the period's end, what was removed in it and how soon, what came again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import count_by_code, count_states
from geo.measures.figures import Columns, as_counts, median_columns, share_columns
from geo.measures.samples import Sample
from geo.measures.tallies import Counts
from geo.measures.terms import hazard_due, is_major
from geo.measures.times import Window
from geo.rules import Rules

__all__ = [
    "count_codes_and_states",
    "count_removals",
    "count_repeats",
    "count_stock",
    "days_columns",
    "removal_columns",
    "stock_columns",
]

Ints = npt.NDArray[np.integer]


def count_codes_and_states(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the hazards found in the period by grade, class and state."""
    del rules  # no rule bears on them
    found = sample.found_between(window.start, window.end)
    return {
        **count_by_code(sample, found, "grade"),
        **count_by_code(sample, found, "class"),
        **count_states(sample, found, window.state_day),
    }


def count_repeats(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the hazards found in the period that come again in their grid."""
    found = sample.found_between(window.start, window.end)
    again = sample.days("since_same")[found] <= rules.deadlines.repeat_days
    return sample.count_each(found, {"repeats": again})


def count_stock(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count what is open and overdue at the end of the period's last day, and what was removed in the period."""
    open_records = sample.open_on(window.state_day)
    overdue = hazard_due(sample, open_records, rules) < window.state_day
    major = is_major(sample, open_records)
    return {
        "open": sample.count(open_records),
        **sample.count_each(open_records, {"overdue": overdue, "major_open": major, "major_overdue": major & overdue}),
        "removed": sample.count(sample.closed_between(window.start, window.end)),
    }


def stock_columns(counts: Counts, sample: Sample, rules: Rules) -> Columns:
    """Return what is open and overdue at the end of the period's last day, and what was removed in the period."""
    del sample
    columns: Columns = {name: as_counts(values) for name, values in counts.items()}
    removed = columns.pop("removed")
    hits, n = counts["major_overdue"], counts["major_open"]
    columns |= share_columns("major_overdue_share", hits, n, alpha=rules.alpha, with_n=False)
    return {**columns, "removed": removed}


def count_removals(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the hazards found in the period whose term is over, and those of them removed in time."""
    found = sample.found_between(window.start, window.end)
    due, rectified = hazard_due(sample, found, rules), sample.days("rectified_on")[found]
    over = due <= window.as_of
    return sample.count_each(found, {"over": over, "in_time": over & (rectified <= due)})


def removal_columns(counts: Counts, sample: Sample, rules: Rules) -> Columns:
    """Return the share removed on time of the hazards found in the period."""
    del sample
    return share_columns("removed_on_time", counts["in_time"], counts["over"], alpha=rules.alpha, with_n=True)


def days_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the median days to removal of the hazards found in the period, with its interval."""
    found = sample.found_between(window.start, window.end)
    rectified = sample.days("rectified_on")[found]
    times = np.maximum(np.minimum(rectified, window.state_day) - sample.days("found")[found], 0)
    ended = rectified <= window.state_day
    return median_columns(sample.rows_of(found), times, ended, n_groups=sample.n_rows, alpha=rules.alpha)
