"""Cohorts that are told late: a period whose terms are all over, and how it stands on the last day asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from geo.measures.times import day_number
from geo.view import Period

__all__ = ["LATE_PARTS", "is_ripe", "last_day_of", "moved_until"]

#: What alone is worked out of what is told late, of `geo.measures.parts.PARTS`.
LATE_PARTS = ("cohort", "settlements")
_MOST_STEPS_BACK = 12


def last_day_of(period: Period, as_of: date) -> int:
    """Return the last day of a period, or of the data if that is earlier, as days since 1970-01-01."""
    return day_number(min(period.last_day, as_of))


def is_ripe(period: Period, *, terms: int, last_day: int) -> bool:
    """Tell whether so many days from the last day of a period on are over by a day."""
    return day_number(period.last_day) + terms <= last_day


def moved_until(period: Period, is_told: Callable[[Period], bool]) -> Period:
    """Return the period, moved back by months, a week by weeks, until it can be told.

    Where a year of steps is not enough, it is the period itself.

    Examples
    --------
    >>> last_day = day_number(date(2025, 3, 31))
    >>> moved_until(Period("2025-03"), lambda moved: is_ripe(moved, terms=30, last_day=last_day)).text
    '2025-02'
    """
    steps = (period.moved(-back) for back in range(_MOST_STEPS_BACK))
    return next((moved for moved in steps if is_told(moved)), period)
