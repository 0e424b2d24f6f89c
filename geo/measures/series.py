"""A view's records by month, by hour of the week and by state."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import ViewError
from geo.measures.breakdown import STATE_STEPS, record_states, state_names
from geo.measures.events import Records
from geo.measures.figures import as_counts, compared_columns, make_table
from geo.measures.intervals import change_interval, compare_at_once, poisson_interval
from geo.measures.parts import count_found, count_sources
from geo.measures.samples import Sample, knows_hours, total_sample
from geo.measures.survival import median_times
from geo.measures.table import Table
from geo.measures.tallies import tally
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
    after_last = _month_of(view.period.last_day) + 1
    shown = np.arange(after_last - max(months, len(view.period.months)), after_last)
    edges = _first_days(np.append(shown, after_last))
    after, begin = day_number(release.as_of) + 1, sample.events.begin
    starts, ends = edges[:-1], np.minimum(edges[1:], after)
    known = (starts < after) & (begin is not None and starts >= begin)
    windows = _windows(starts, ends, after)
    sources = tally(release, sample, windows, rules, count_sources)
    by_source = {name.removeprefix("source_"): counts for name, counts in sources.items()}
    n = np.where(known, tally(release, sample, windows, rules, count_found)["n"], np.nan)
    low, high = poisson_interval(n, alpha=rules.alpha)
    days = np.maximum(ends - starts, 1)
    starts, ends = _compared_days(view, shown, ends - starts)
    told = known & (starts >= begin) if begin is not None and view.comparison is not None else np.zeros_like(known)
    counts = tally(release, sample, _windows(starts, ends, after), rules, count_found)["n"]
    compared, days_compare = np.where(told, counts, np.nan), np.maximum(ends - starts, 1)
    change = compare_at_once(
        lambda at: change_interval(n, compared, days=days, days_compare=days_compare, alpha=at), alpha=rules.alpha
    )
    columns = {
        "month": pd.DatetimeIndex(shown.astype("datetime64[M]").astype("datetime64[ms]")),
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


def _month_of(day: date) -> int:
    """Return a day's month in months since 1970-01."""
    return 12 * (day.year - 1970) + day.month - 1


def _first_days(months: Ints) -> Ints:
    days: Ints = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days


def _windows(starts: Ints, ends: Ints, after: int) -> list[Window]:
    """Return the days from each to before the other, none where these come first, in data that end before ``after``."""
    spans = zip(starts.tolist(), np.maximum(starts, ends).tolist(), strict=True)
    return [Window(start, end, None, None, as_of=after - 1, over=True, known=True) for start, end in spans]


def _compared_days(view: View, months: Ints, days: Ints) -> tuple[Ints, Ints]:
    """Return the days that the view's comparison puts beside months told of so many days, half-open."""
    before = 0 if view.comparison is None else _month_of(view.period.start) - _month_of(view.comparison.start)
    starts, ends = _first_days(months - before), _first_days(months - before + 1)
    # Of a month that is not over, the same number of days; of one that is, all of the other.
    whole = _first_days(months + 1) - _first_days(months) == days
    return starts, np.where(whole, ends, np.minimum(starts + days, ends))


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
