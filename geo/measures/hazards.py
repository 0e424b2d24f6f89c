"""Hazards: what is open and overdue at the period's end, what was removed in it and how soon, what came again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import code_columns, state_columns
from geo.measures.events import Records, Sample, code_names
from geo.measures.figures import Columns, as_counts, share_columns
from geo.measures.rows import Rows
from geo.measures.survival import median_times
from geo.measures.times import NEVER, Window
from geo.rules import Rules

__all__ = ["hazard_columns", "removal_columns", "repeat_columns", "stock_columns"]

Ints = npt.NDArray[np.integer]


def hazard_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the columns that hazards have beside their counts: stock, removals, grades, codes and states."""
    found = sample.found_between(window.start, window.end)
    return {
        **stock_columns(sample, window, rules),
        **removal_columns(sample, window, rules),
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
    n = np.bincount(sample.row[found][counted], minlength=sample.n_rows)
    return {"repeats": as_counts(n, known=rows.sum_grids(told) > 0)}


def stock_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return what is open and overdue at the end of the period's last day, and what was removed in the period."""
    open_records = sample.open_on(window.state_day)
    overdue = _due_days(sample, open_records, rules) < window.state_day
    major = _is_major(sample, open_records)
    return {
        "open": as_counts(sample.count(open_records)),
        "overdue": as_counts(sample.count(open_records[overdue])),
        "major_open": as_counts(sample.count(open_records[major])),
        "major_overdue": as_counts(sample.count(open_records[major & overdue])),
        "removed": as_counts(sample.count(sample.closed_between(window.start, window.end))),
    }


def removal_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the share removed on time and the median days to removal of the hazards found in the period."""
    found = sample.found_between(window.start, window.end)
    row, due, rectified = sample.row[found], _due_days(sample, found, rules), sample.days("rectified_on")[found]
    over = due <= window.as_of
    n = np.bincount(row[over], minlength=sample.n_rows)
    hits = np.bincount(row[over & (rectified <= due)], minlength=sample.n_rows)
    times = np.maximum(np.minimum(rectified, window.state_day) - sample.days("found")[found], 0)
    return {
        **share_columns("removed_on_time", hits, n, alpha=rules.alpha, with_n=True),
        "median_days": median_times(row, times, rectified <= window.state_day, n_groups=sample.n_rows),
    }


def _due_days(sample: Sample, records: Records, rules: Rules) -> Ints:
    """Return the day each hazard is due: its own, or by the rules for its grade from the day it was found.

    The term runs from the day on which the hazard came to be known, so that a late notice does not lengthen it.
    """
    given, deadlines = sample.days("due_on")[records], rules.deadlines
    terms = np.where(_is_major(sample, records), deadlines.hazard_major_days, deadlines.hazard_general_days)
    return np.where(given < NEVER, given, sample.days("found")[records] + terms)


def _is_major(sample: Sample, records: Records) -> npt.NDArray[np.bool_]:
    return np.equal(sample.codes("grade")[records], code_names("hazards", "grade").index("major"))
