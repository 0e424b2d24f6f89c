"""Disputes: what became of those accepted in the period, what is open at its end, and what those found are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.breakdown import count_by_code, count_states
from geo.measures.events import code_names
from geo.measures.figures import Columns, as_counts, median_columns, share_columns
from geo.measures.samples import Sample
from geo.measures.tallies import Counts
from geo.measures.terms import mediation_due, month_end, return_due, return_term
from geo.measures.times import Window
from geo.rules import Rules

__all__ = [
    "again_columns",
    "cohort_columns",
    "count_codes_and_states",
    "count_cohort",
    "count_settlements",
    "count_stock",
    "days_columns",
    "settlement_columns",
    "stock_columns",
]

Ints = npt.NDArray[np.integer]
_WEEK_DAYS = 7


def count_cohort(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the disputes accepted in the period, those settled, those whose month is over, and those settled in it."""
    cohort = _cohort(sample, window)
    settled_on, last_day = sample.days("settled_on")[cohort], month_end(sample, cohort, rules)
    over = last_day <= window.as_of
    settled, in_month = settled_on <= window.state_day, over & (settled_on <= last_day)
    return {
        "accepted": sample.count(cohort),
        **sample.count_each(cohort, {"settled": settled, "month_over": over, "in_month": in_month}),
    }


def cohort_columns(counts: Counts, sample: Sample, rules: Rules) -> Columns:
    """Return how many disputes accepted in the period are settled, and how many within their month."""
    del sample
    accepted, settled = counts["accepted"], counts["settled"]
    return {
        "accepted": as_counts(accepted),
        "settled": as_counts(settled),
        **share_columns("settled_share", settled, accepted, alpha=rules.alpha, with_n=False),
        **share_columns("settled_in_month", counts["in_month"], counts["month_over"], alpha=rules.alpha, with_n=True),
    }


def count_settlements(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count where the disputes accepted in the period were settled or went, and visits after it that were due."""
    day, cohort = window.state_day, _cohort(sample, window)
    settled_on = sample.days("settled_on")[cohort]
    done = cohort[settled_on <= day]
    transferred = cohort[sample.days("transferred_on")[cohort] <= day]
    due, returned = return_term(settled_on, rules), sample.days("returned_on")[cohort]
    over = due <= window.as_of
    return {
        "accepted": sample.count(cohort),
        "settled": sample.count(done),
        **count_by_code(sample, done, "settled_at", prefix="settled"),
        "transferred_untold": sample.count(transferred[sample.codes("transfer")[transferred] < 0]),
        **count_by_code(sample, transferred, "transfer", prefix="transferred"),
        **sample.count_each(cohort, {"visits_over": over, "visits_in_time": over & (returned <= due)}),
    }


def settlement_columns(counts: Counts, sample: Sample, rules: Rules) -> Columns:
    """Return where the disputes accepted in the period were settled or went, and whether they were visited again."""
    visits = np.where(sample.events.tells("returned_on"), counts["visits_over"], np.nan)
    return {
        **_counts_by_code(counts, "settled_at", "settled"),
        **_level_columns(counts, rules),
        **_counts_by_code(counts, "transfer", "transferred"),
        **_transfer_columns(counts, rules),
        **share_columns("return_on_time", counts["visits_in_time"], visits, alpha=rules.alpha, with_n=True),
    }


def count_codes_and_states(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the disputes found in the period by class, state and channel."""
    del rules  # no rule bears on them
    found = sample.found_between(window.start, window.end)
    return {
        **count_by_code(sample, found, "class"),
        **count_states(sample, found, window.state_day),
        **count_by_code(sample, found, "channel"),
    }


def _counts_by_code(counts: Counts, column: str, prefix: str) -> Columns:
    names = [f"{prefix}_{name}" for name in code_names("disputes", column)]
    return {name: as_counts(counts[name]) for name in names}


def _cohort(sample: Sample, window: Window) -> Ints:
    """Return the disputes accepted in the period, of those found by its last day."""
    return sample.came_between("accepted_on", window.start, window.end, found_by=window.state_day)


def _level_columns(counts: Counts, rules: Rules) -> Columns:
    """Return where disputes were settled, as shares of all settled; missing where the level of none is told."""
    told = np.sum([counts[f"settled_{name}"] for name in code_names("disputes", "settled_at")], axis=0)
    settled = np.where(told > 0, counts["settled"], np.nan)
    parts = {"village_share": ("village",), "town_share": ("town",), "above_share": ("county", "court")}
    columns: Columns = {}
    for name, levels in parts.items():
        hits = np.sum([counts[f"settled_{level}"] for level in levels], axis=0)
        columns |= share_columns(name, hits, settled, alpha=rules.alpha, with_n=False)
    return columns


def _transfer_columns(counts: Counts, rules: Rules) -> Columns:
    """Return transfers by right and lapses apart, as shares of the cohort, and transfers of which neither is told."""
    columns: Columns = {"transferred_untold": as_counts(counts["transferred_untold"])}
    for kind in code_names("disputes", "transfer"):
        hits = counts[f"transferred_{kind}"]
        columns |= share_columns(f"{kind}_share", hits, counts["accepted"], alpha=rules.alpha, with_n=False)
    return columns


def again_columns(hits: Ints, n: Ints, known: npt.NDArray[np.bool_], rules: Rules) -> Columns:
    """Return the disputes found in the period that broke out again after a settlement, and their share.

    Parameters
    ----------
    hits, n
        Those that broke out again, and all, of the grids with households enough: they never point at a home.
    known
        Which rows hold any such grid.
    """
    shares = share_columns("repeat_share", hits, np.where(known, n, np.nan), alpha=rules.alpha, with_n=True)
    return {"repeats": as_counts(hits, known=known), **shares}


def days_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    """Return the median days to settlement of the disputes accepted in the period, with its interval."""
    day, cohort = window.state_day, _cohort(sample, window)
    settled = sample.days("settled_on")[cohort]
    ended = settled <= day
    # A transfer or a failure ends the watching without a settlement.
    watched_to = np.where(ended, settled, np.minimum(sample.days("closed")[cohort], day))
    times = np.maximum(watched_to - sample.days("accepted_on")[cohort], 0)
    return median_columns(sample.rows_of(cohort), times, ended, n_groups=sample.n_rows, alpha=rules.alpha)


def count_stock(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count what was closed in the period, and what is open, late and due at the end of its last day."""
    day, open_records = window.state_day, sample.open_on(window.state_day)
    # A dispute that nobody has accepted has no term, unless it was given one.
    due = mediation_due(sample, open_records, rules)
    past_month, overdue = month_end(sample, open_records, rules) < day, due < day
    return {
        "closed": sample.count(sample.closed_between(window.start, window.end)),
        "open": sample.count(open_records),
        **sample.count_each(open_records, {"past_month": past_month, "overdue": overdue}),
        "return_due": sample.count(_return_due(sample, day, rules)),
    }


def stock_columns(counts: Counts, sample: Sample, rules: Rules) -> Columns:
    """Return what was closed in the period, and what is open, late and due at the end of its last day."""
    del rules
    known = {"return_due": sample.events.tells("returned_on")}
    return {name: as_counts(values, known=known.get(name)) for name, values in counts.items()}


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
