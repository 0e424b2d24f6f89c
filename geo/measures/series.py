"""A view's records by month, by hour of the week and by state."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import ViewError
from geo.measures.breakdown import STATE_STEPS, record_states, state_names
from geo.measures.events import Records, code_names
from geo.measures.figures import as_counts, compared_columns, make_table
from geo.measures.intervals import change_interval, compare_at_once, poisson_interval
from geo.measures.samples import Sample, knows_hours, total_sample
from geo.measures.survival import median_times
from geo.measures.table import Table
from geo.measures.times import Window, day_number
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["by_hour", "flow", "monthly"]

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
_WEEK_HOURS = 7 * 24
# 1970-01-01 was a Thursday, three days after a Monday.
_EPOCH_WEEKDAY = 3
# Steps that follow a closed record, with the step that they wait for.
_BEFORE = {"returned_on": "settled_on", "verified_on": "rectified_on"}


def monthly(release: Release, view: View, *, months: int = 12, rules: Rules | None = None) -> Table:
    """Return the records found in each month up to the period's last, in all of the view's area.

    Parameters
    ----------
    months
        At least this many; all of the period's if it has more.

    Returns
    -------
    Table
        ``month`` (its first day), ``n`` with the exact Poisson interval ``low`` and ``high``, ``n_compare`` (the month
        that the view's comparison puts beside it), ``change`` with ``change_low``, ``change_high`` and
        ``beyond_chance``, ``reported``, ``discovered``, ``over`` (whether the data tell of the whole month). Missing
        for months that the data do not wholly or partly tell of; a running month is compared with the same part of the
        other. The intervals of the changes are widened for the number of months: see
        `geo.measures.intervals.compare_at_once`.

    Raises
    ------
    ViewError
        When the release has no such layer or area, or the layer has no records.
    """
    rules, (rows, sample, _) = rules or load_rules(), total_sample(release, view)
    last = pd.Period(view.period.last_day, freq="M")
    shown = pd.period_range(last - (max(months, len(view.period.months)) - 1), last, freq="M")
    edges = np.append(_month_days(shown), _month_days(shown[-1:] + 1))
    after, begin = day_number(release.as_of) + 1, sample.events.begin
    starts, ends = edges[:-1], np.minimum(edges[1:], after)
    known = (starts < after) & (begin is not None and starts >= begin)
    by_source = _count_sources(sample, starts, ends)
    n = np.where(known, _count_between(sample, starts, ends), np.nan)
    low, high = poisson_interval(n, alpha=rules.alpha)
    days = np.maximum(ends - starts, 1)
    compared, days_compare = _compared(sample, view, shown, ends - starts, known)
    change = compare_at_once(
        lambda at: change_interval(n, compared, days=days, days_compare=days_compare, alpha=at), alpha=rules.alpha
    )
    columns = {
        "month": pd.DatetimeIndex(shown.to_timestamp()).as_unit("ms"),
        "n": as_counts(n),
        "low": low,
        "high": high,
        "n_compare": as_counts(compared),
        **compared_columns("change", change, test="beyond_chance"),
        **{name: as_counts(values, known=known) for name, values in by_source.items()},
        "over": edges[1:] <= after,
    }
    return make_table(release, rules, "monthly", columns, lineage=rows.lineage)


def by_hour(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return the records of the period in all of the view's area by hour of the week.

    Returns
    -------
    Table
        ``weekday`` (0 is Monday), ``hour``, ``n``: 168 rows. ``n`` is missing where the time of day was not recorded:
        see `geo.measures.samples.knows_hours`.

    Raises
    ------
    ViewError
        When the release has no such layer or area.
    """
    rules, (rows, sample, window) = rules or load_rules(), total_sample(release, view)
    found = sample.found_between(window.start, window.end)
    weekday = (sample.days("found")[found] + _EPOCH_WEEKDAY) % 7
    n = np.bincount(weekday * 24 + sample.hours()[found], minlength=_WEEK_HOURS)
    hours = np.arange(_WEEK_HOURS)
    known = window.known and knows_hours(sample.events, view, most_at_midnight=rules.most_at_midnight)
    columns = {"weekday": hours // 24, "hour": hours % 24, "n": as_counts(n, known=known)}
    return make_table(release, rules, "by_hour", columns, lineage=rows.lineage)


def flow(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return how far the records found in the period have come by its last day.

    Returns
    -------
    Table
        ``state``, ``n`` (reached it), ``now`` (are in it on the last day), ``median_days`` from being found to reaching
        it: Kaplan-Meier, those that have not reached it counted as censored.

    Raises
    ------
    ViewError
        When the layer has no states, or the release has no such layer or area.
    """
    if view.layer not in STATE_STEPS:
        raise ViewError(f"Records of {view.layer} have no states. Remedy: use one of {', '.join(STATE_STEPS)}.")
    rules, (rows, sample, window) = rules or load_rules(), total_sample(release, view)
    found, names = sample.found_between(window.start, window.end), state_names(view.layer)
    now = np.bincount(record_states(sample, found, window.state_day), minlength=len(names))
    steps = dict(STATE_STEPS[view.layer])
    reached = {name: sample.days(steps.get(name, "found"))[found] <= window.state_day for name in names}
    columns = {
        "state": names,
        "n": as_counts([int(reached[name].sum()) for name in names], known=window.known),
        "now": as_counts(now, known=window.known),
        "median_days": _median_days(sample, found, window, [steps.get(name, "found") for name in names]),
    }
    return make_table(release, rules, "flow", columns, lineage=rows.lineage)


def _month_days(months: pd.PeriodIndex) -> npt.NDArray[np.int64]:
    days: npt.NDArray[np.int64] = months.to_timestamp().to_numpy().astype("datetime64[D]").astype(np.int64)
    return days


def _count_between(sample: Sample, starts: Ints, ends: Ints) -> npt.NDArray[np.int64]:
    """Return the number of records found in each span of days."""
    return np.array([sample.count(records).sum() for records in _found(sample, starts, ends)], dtype=np.int64)


def _count_sources(sample: Sample, starts: Ints, ends: Ints) -> dict[str, npt.NDArray[np.int64]]:
    """Return the number of records of each source found in each span of days."""
    names = code_names(sample.events.layer, "source")
    # A place more, in front, takes those without a source.
    coded = [sample.codes("source")[records] + 1 for records in _found(sample, starts, ends)]
    counts = np.array([np.bincount(codes, minlength=len(names) + 1) for codes in coded], dtype=np.int64)
    return {name: counts[:, position + 1] for position, name in enumerate(names)}


def _found(sample: Sample, starts: Ints, ends: Ints) -> list[Records]:
    spans = zip(starts.tolist(), np.maximum(starts, ends).tolist(), strict=True)
    return [sample.found_between(start, end) for start, end in spans]


def _compared(
    sample: Sample, view: View, months: pd.PeriodIndex, days: Ints, known: npt.NDArray[np.bool_]
) -> tuple[Floats, Ints]:
    """Return the records of the months compared with, and their days.

    NaN where there is no such month or the data don't tell of it.
    """
    other, begin = view.comparison, sample.events.begin
    if other is None or begin is None:
        return np.full(len(months), np.nan), np.ones(len(months), dtype=np.int64)
    before = 12 * (view.period.start.year - other.start.year) + view.period.start.month - other.start.month
    starts = _month_days(months - before)
    # Of a month that is not over, the same number of days; of one that is, all of the other.
    whole = _month_days(months + 1) - _month_days(months) == days
    ends = np.where(whole, _month_days(months - before + 1), starts + days)
    ends = np.minimum(ends, _month_days(months - before + 1))
    counts = _count_between(sample, starts, ends)
    return np.where(known & (starts >= begin), counts, np.nan), np.maximum(ends - starts, 1)


def _median_days(sample: Sample, found: Records, window: Window, steps: list[str]) -> Floats:
    start = sample.days("found")[found]
    reached = [sample.days(step)[found] <= window.state_day for step in steps]
    ends = [
        np.where(there, sample.days(step)[found], _seen_to(sample, found, step, window.state_day))
        for step, there in zip(steps, reached, strict=True)
    ]
    groups = np.repeat(np.arange(len(steps)), len(start))
    times = np.maximum(np.concatenate(ends) - np.tile(start, len(steps)), 0)
    return median_times(groups, times, np.concatenate(reached), n_groups=len(steps))


def _seen_to(sample: Sample, found: Records, step: str, day: int) -> Ints:
    """Return the day to which each record was watched for a step that has not come: until it was closed otherwise."""
    closed = np.minimum(sample.days("closed")[found], day)
    return np.where(sample.days(_BEFORE[step])[found] <= day, day, closed) if step in _BEFORE else closed
