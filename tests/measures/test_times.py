"""Which days a view's figures are told of."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from geo.measures.times import Window, day_number, day_of, make_window, month_floor
from geo.view import Period, View

BEGIN = day_number(date(2024, 1, 1))


def window(period: str, *, as_of: date = date(2025, 3, 31), compare: str = "last-year", begin: int = BEGIN) -> Window:
    view = View(Period(period)).replace(compare=compare)
    return make_window(SimpleNamespace(as_of=as_of), view, data_begin=begin)  # type: ignore[arg-type]


def dates(start: int | None, end: int | None) -> tuple[date | None, date | None]:
    return (None if start is None else day_of(start), None if end is None else day_of(end))


def test_day_numbers_go_both_ways() -> None:
    assert day_number(date(1970, 1, 2)) == 1
    assert day_of(day_number(date(2024, 2, 29))) == date(2024, 2, 29)
    assert day_of(month_floor(day_number(date(2024, 2, 29)))) == date(2024, 2, 1)


def test_whole_month_against_the_same_month_a_year_before() -> None:
    told = window("2025-03")
    assert dates(told.start, told.end) == (date(2025, 3, 1), date(2025, 4, 1))
    assert dates(told.compare_start, told.compare_end) == (date(2024, 3, 1), date(2024, 4, 1))
    assert (day_of(told.state_day), told.days, told.over, told.known) == (date(2025, 3, 31), 31, True, True)


@pytest.mark.parametrize(
    ("period", "compare", "as_of", "ends"),
    [
        # 2025 up to 15 May against 2024 up to 15 May.
        ("2025", "last-year", date(2025, 5, 15), date(2024, 5, 16)),
        # Q2 up to 15 May against Q1 up to 15 February.
        ("2025-Q2", "previous", date(2025, 5, 15), date(2025, 2, 16)),
        # March up to the 30th against February, which has no 30th: all of it.
        ("2025-03", "previous", date(2025, 3, 30), date(2025, 3, 1)),
        # February 2024 has a 29th, 2023 does not.
        ("2024-02", "last-year", date(2024, 2, 28), date(2023, 3, 1)),
    ],
)
def test_running_period_is_compared_with_the_same_part(period: str, compare: str, as_of: date, ends: date) -> None:
    told = window(period, as_of=as_of, compare=compare, begin=0)
    assert not told.over
    assert day_of(told.state_day) == as_of
    assert dates(told.compare_start, told.compare_end)[1] == ends


def test_comparison_that_begins_before_the_data_is_none() -> None:
    assert window("2025").compare_days == 91  # January to March 2024, with a 29 February
    assert window("2024").compare_days is None
    assert window("2025-03", begin=day_number(date(2024, 4, 1))).compare_days is None


def test_no_comparison_asked() -> None:
    assert window("2025-03", compare="none").compare_days is None


@pytest.mark.parametrize("period", ["2025-04", "2026", "2023-12"])
def test_period_outside_the_data_is_not_known(period: str) -> None:
    told = window(period)
    assert not told.known
    assert told.days == 0
    assert told.compare_days is None
