"""From a view's periods to the days that its figures are told of; the clock is never read."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from geo.store import Release
from geo.view import Period, View

__all__ = ["NEVER", "Window", "day_number", "day_of", "make_window", "month_floor", "month_start"]

#: Stands for a transition that has not come: later than any day, with room for a term of days in 32 bits.
NEVER = 2_000_000_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Window:
    """Days that a view's figures are told of, as numbers since 1970-01-01, half-open.

    Parameters
    ----------
    start, end
        The part of the period that the data tell of: flows are counted over it.
    compare_start, compare_end
        The same part of the period compared with; None if there is none, or the data do not reach back to it.
    as_of
        Last day that the data tell of.
    over
        Whether the whole period is told of.
    known
        Whether the data tell of any day of the period; if not, ``start`` and ``end`` are the same and no figure is
        known.
    told_on
        A later day at whose end states are told, where the period's last day is not asked for.
    """

    start: int
    end: int
    compare_start: int | None
    compare_end: int | None
    as_of: int
    over: bool
    known: bool
    told_on: int | None = None

    @property
    def state_day(self) -> int:
        """The day at whose end states are told: the period's last, or the data's if that is earlier."""
        return self.end - 1 if self.told_on is None else self.told_on

    @property
    def days(self) -> int:
        """Number of days told of."""
        return self.end - self.start

    @property
    def compare_days(self) -> int | None:
        """Number of days compared with."""
        if self.compare_start is None or self.compare_end is None:
            return None
        return self.compare_end - self.compare_start

    @property
    def compared(self) -> Window | None:
        """The days compared with; None if there are none."""
        if self.compare_start is None or self.compare_end is None:
            return None
        return Window(self.compare_start, self.compare_end, None, None, self.as_of, over=True, known=True)


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=number)


def month_floor(number: int) -> int:
    """Return the first day of a day's month."""
    return day_number(day_of(number).replace(day=1))


def month_start(month: int) -> int:
    """Return the first day of a month that is told in months since 1970-01.

    Examples
    --------
    >>> month_start(12)
    365
    """
    return day_number(date(1970 + month // 12, month % 12 + 1, 1))


def month_of(number: int) -> int:
    """Return the month of a day in months since 1970-01.

    Examples
    --------
    >>> month_of(365)
    12
    """
    day = day_of(number)
    return 12 * (day.year - 1970) + day.month - 1


def make_window(release: Release, view: View, *, data_begin: int | None, told_on: int | None = None) -> Window:
    """Return the days that a view's figures are told of.

    A period that is not over by ``as_of`` is told up to it, and compared with the same part of the other period: up to
    the same day of the month, or of the week. A comparison with days before the data begin is none.

    Parameters
    ----------
    data_begin
        First day that the layer's data tell of; None if it has no records.
    told_on
        A day after the period at whose end states are told; its own last day if None.
    """
    as_of = day_number(release.as_of)
    start, end = day_number(view.period.start), min(day_number(view.period.end), as_of + 1)
    over = end == day_number(view.period.end)
    if start >= end or (data_begin is not None and end <= data_begin):
        return Window(start, start, None, None, as_of=as_of, over=over, known=False)
    other = view.comparison
    compare = None if other is None else _same_part(view.period, other, end=end)
    if compare is None or data_begin is None or compare[0] < data_begin:
        return Window(start, end, None, None, as_of=as_of, over=over, known=True, told_on=told_on)
    return Window(start, end, *compare, as_of=as_of, over=over, known=True, told_on=told_on)


def _same_part(period: Period, other: Period, *, end: int) -> tuple[int, int]:
    start, whole_end = day_number(other.start), day_number(other.end)
    if end == day_number(period.end):
        return start, whole_end
    if period.is_week:
        return start, start + end - day_number(period.start)
    months = 12 * (period.start.year - other.start.year) + period.start.month - other.start.month
    return start, min(whole_end, day_number(_months_before(day_of(end - 1), months)) + 1)


def _months_before(day: date, months: int) -> date:
    month = 12 * day.year + day.month - 1 - months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
