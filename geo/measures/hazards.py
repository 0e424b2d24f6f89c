"""Hazards: what is open and overdue at the period's end, what was removed in it and how soon, what came again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import code_columns, state_columns
from geo.measures.figures import Columns, as_counts, median_columns, share_columns
from geo.measures.rows import Rows
from geo.measures.samples import Sample
from geo.measures.terms import hazard_due, is_major
from geo.measures.times import Window
from geo.rules import Rules

__all__ = ["code_and_state_columns", "days_columns", "removal_columns", "repeat_columns", "stock_columns"]

Ints = npt.NDArray[np.integer]


def code_and_state_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the hazards found in the period by grade, class and state."""
    del rules  # no rule bears on them
    found = sample.found_between(window.start, window.end)
    return {
        **code_columns(sample, found, "grade"),
        **code_columns(sample, found, "class"),
        **state_columns(sample, found, window.state_day),
    }


def repeat_columns(
    sample: Sample, window: Window, rules: Rules, *, rows: Rows, households: npt.NDArray[np.float64]
) -> Columns:
    """Return the number of hazards found in the period that come again in their grid.

    It is told of grids with enough households alone, so that it never points at a home: of others, and of those whose
    households are not known, it is missing, and the rows above hold the sum over the grids that it is told of.

    Parameters
    ----------
    rows
        The rows that the sample counts in.
    households
        Of each grid, by its position in `geo.measures.rows.grid_areas`; NaN where not known.
    """
    # NaN is not known to be enough.
    told = households >= rules.repeat_min_households
    found = sample.found_between(window.start, window.end)
    again = sample.days("since_same")[found] <= rules.deadlines.repeat_days
    counted = again & told[sample.grids()[found]]
    n = np.bincount(sample.rows_of(found)[counted], minlength=sample.n_rows)
    return {"repeats": as_counts(n, known=rows.sum_grids(told) > 0)}


def stock_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return what is open and overdue at the end of the period's last day, and what was removed in the period."""
    open_records = sample.open_on(window.state_day)
    overdue = hazard_due(sample, open_records, rules) < window.state_day
    major = is_major(sample, open_records)
    return {
        "open": as_counts(sample.count(open_records)),
        "overdue": as_counts(sample.count(open_records[overdue])),
        "major_open": as_counts(sample.count(open_records[major])),
        "major_overdue": as_counts(sample.count(open_records[major & overdue])),
        **share_columns(
            "major_overdue_share",
            sample.count(open_records[major & overdue]),
            sample.count(open_records[major]),
            alpha=rules.alpha,
            with_n=False,
        ),
        "removed": as_counts(sample.count(sample.closed_between(window.start, window.end))),
    }


def removal_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the share removed on time of the hazards found in the period."""
    found = sample.found_between(window.start, window.end)
    row, due, rectified = sample.rows_of(found), hazard_due(sample, found, rules), sample.days("rectified_on")[found]
    over = due <= window.as_of
    n = np.bincount(row[over], minlength=sample.n_rows)
    hits = np.bincount(row[over & (rectified <= due)], minlength=sample.n_rows)
    return share_columns("removed_on_time", hits, n, alpha=rules.alpha, with_n=True)


def days_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the median days to removal of the hazards found in the period, with its interval."""
    found = sample.found_between(window.start, window.end)
    rectified = sample.days("rectified_on")[found]
    times = np.maximum(np.minimum(rectified, window.state_day) - sample.days("found")[found], 0)
    ended = rectified <= window.state_day
    return median_columns(sample.rows_of(found), times, ended, n_groups=sample.n_rows, alpha=rules.alpha)
