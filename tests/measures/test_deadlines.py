"""Terms in calendar and working days, worked out by hand over China's calendars, and what holds for any."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.measures.deadlines import DayKind, Pauses, due_on
from geo.measures.times import NEVER, day_number, day_of
from geo.measures.workdays import load_workdays

KINDS: tuple[DayKind, ...] = get_args(DayKind)
#: Days from 2019 to 2027, most of them known.
DAYS = st.integers(day_number(date(2018, 11, 1)), day_number(date(2027, 3, 1)))
WORKED = frozenset(load_workdays().worked.tolist())
PAUSES = st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 20)), max_size=4)


def number(text: str) -> int:
    """Day number of a date as text."""
    return day_number(date.fromisoformat(text))


def due(start: str, days: int, kind: DayKind = "working", pauses: Pauses | None = None, extended: int = 0) -> str:
    """Last day of one term, as text."""
    found = due_on([number(start)], days, kind, pauses=pauses, extended_days=extended)
    return day_of(int(found.day[0])).isoformat()


def pause(*spans: tuple[str, str]) -> Pauses:
    """Pauses of the one record, from a day to the day on which the term runs again."""
    return Pauses([0] * len(spans), [number(first) for first, _ in spans], [number(until) for _, until in spans])


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        # Friday 24 January 2025; worked are Sunday the 26th, Monday the 27th, and again from Wednesday, 5 February.
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-24", 2, "2025-01-27"),
        ("2025-01-24", 3, "2025-02-05"),
        # 5, 6, 7 and Saturday 8 February are worked, Sunday the 9th is not.
        ("2025-01-24", 6, "2025-02-08"),
        ("2025-01-24", 7, "2025-02-10"),
        # Begun on a day off, the first day counted is the next one worked.
        ("2025-01-30", 1, "2025-02-05"),
        # National Day and Mid-Autumn 2025: 1 to 8 October off, Sunday 28 September and Saturday 11 October worked.
        ("2025-09-26", 6, "2025-10-11"),
        # Spring Festival 2026: 15 to 23 February off, Saturdays 14 and 28 February worked.
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 6, "2026-02-28"),
        # From 2 January 2025: 16 up to the 24th, the 26th and 27th, 5 to 8 February (22), 10 to 14 (27), 17 to 19.
        ("2025-01-02", 30, "2025-02-19"),
    ],
)
def test_working_days_by_hand(start: str, days: int, expected: str) -> None:
    assert due(start, days) == expected


def test_calendar_days_by_hand() -> None:
    assert due("2025-01-24", 30, "calendar") == "2025-02-23"
    assert due("2024-02-28", 2, "calendar") == "2024-03-01"
    assert due("2025-01-24", 30, "calendar", extended=30) == "2025-03-25"


def test_term_that_ends_on_a_day_off_ends_on_the_next_workday() -> None:
    starts = [number(day) for day in ("2025-01-19", "2025-01-20", "2025-02-01", "2025-02-02")]
    # Ten days on: 29 January (in the festival), 30 January, 11 February (a Tuesday), 12 February.
    ends = due_on(starts, 10, "calendar", ends_on_workday=True).day
    assert [day_of(int(day)).isoformat() for day in ends] == ["2025-02-05", "2025-02-05", "2025-02-11", "2025-02-12"]


def test_pauses_by_hand() -> None:
    # Ten days from 1 March end on the 11th; without 4 to 6 March on the 14th.
    assert due("2025-03-01", 10, "calendar", pause(("2025-03-04", "2025-03-07"))) == "2025-03-14"
    # On the last day itself the term still runs and is stopped; a day later it is over.
    assert due("2025-03-01", 10, "calendar", pause(("2025-03-11", "2025-03-12"))) == "2025-03-12"
    assert due("2025-03-01", 10, "calendar", pause(("2025-03-12", "2025-03-20"))) == "2025-03-11"
    # A pause that began before the term counts from its first day on: 2 and 3 March.
    assert due("2025-03-01", 10, "calendar", pause(("2025-02-01", "2025-03-04"))) == "2025-03-13"
    # The second pause is reached because of the first; overlapping days are counted once.
    both = pause(("2025-03-12", "2025-03-14"), ("2025-03-10", "2025-03-13"), ("2025-03-15", "2025-03-16"))
    assert due("2025-03-01", 10, "calendar", both) == "2025-03-16"


def test_pauses_in_working_days() -> None:
    # Five working days from Monday, 3 March 2025, end on Monday the 10th; Thursday to Sunday paused takes two of them.
    assert due("2025-03-03", 5) == "2025-03-10"
    assert due("2025-03-03", 5, pauses=pause(("2025-03-06", "2025-03-10"))) == "2025-03-12"


def test_what_lasts_or_has_not_begun_has_no_last_day() -> None:
    start = np.array([number("2025-03-01"), NEVER, number("2025-03-01"), number("2025-03-01")])
    open_end = Pauses([0, 2, 1, 0], [start[0] + 5, start[0] + 10, start[0], start[0] + 7], [NEVER] * 3 + [start[0] + 9])
    for kind in KINDS:
        ends = due_on(start, [10, 10, 7, 0], kind, pauses=open_end).day
        assert (ends == NEVER).tolist() == [True, True, kind == "working", False]
    assert ends[3] == start[3]


def test_terms_beyond_the_notices_are_provisional() -> None:
    start = [number(day) for day in ("2018-12-30", "2018-12-31", "2026-12-30", "2026-12-31")]
    working = due_on(start, 1, "working")
    assert working.provisional.tolist() == [True, False, False, True]
    assert due_on(start, 1, "calendar").provisional.tolist() == [False] * 4
    assert due_on(start, 1, "calendar", ends_on_workday=True).provisional.tolist() == [True, False, False, True]


def test_what_can_not_be_is_refused() -> None:
    with pytest.raises(GeoError, match="shorter than 0"):
        due_on([0], -1, "calendar")
    with pytest.raises(GeoError, match="no record"):
        due_on([0], 1, "calendar", pauses=Pauses([1], [0], [1]))
    with pytest.raises(GeoError, match="before it begins"):
        due_on([0], 1, "calendar", pauses=Pauses([0], [1], [0]))
    for kind in KINDS:
        with pytest.raises(GeoError, match="1949 to 2149"):
            due_on([day_number(date(1900, 1, 1))], 1, kind)
        with pytest.raises(GeoError, match="1949 to 2149"):
            due_on([0], 100_000, kind)


def counted_one_by_one(start: int, days: int, kind: DayKind, pauses: list[tuple[int, int]]) -> int:
    """The last day of a term, found by walking from day to day."""
    day = start
    while days > 0:
        day += 1
        stopped = any(start + first <= day < start + first + length for first, length in pauses)
        days -= not stopped and (kind == "calendar" or day in WORKED)
    return day


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(start=DAYS, days=st.integers(0, 40), pauses=PAUSES)
def test_as_counted_one_by_one(kind: DayKind, start: int, days: int, pauses: list[tuple[int, int]]) -> None:
    stops = Pauses(
        [1] * len(pauses), [start + first for first, _ in pauses], [start + first + length for first, length in pauses]
    )
    found = due_on([start - 1, start], days, kind, pauses=stops).day
    assert found.tolist() == [
        counted_one_by_one(start - 1, days, kind, []),
        counted_one_by_one(start, days, kind, pauses),
    ]


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(start=DAYS, days=st.integers(0, 60), more=st.integers(0, 10), pauses=PAUSES)
def test_later_longer_or_paused_is_never_due_earlier(
    kind: DayKind, start: int, days: int, more: int, pauses: list[tuple[int, int]]
) -> None:
    stops = Pauses(
        [position for position in range(3) for _ in pauses],
        [start + first for first, _ in pauses] * 3,
        [start + first + length for first, length in pauses] * 3,
    )
    plain = due_on([start, start + more, start], [days, days, days + more], kind).day
    paused = due_on([start, start + more, start], [days, days, days + more], kind, pauses=stops).day
    assert plain[0] <= plain[1]
    assert plain[0] <= plain[2]
    assert (plain <= paused).all()
    assert paused[0] <= paused[1]
    assert paused[0] <= paused[2]
    assert due_on([start], days, kind, extended_days=more).day[0] == plain[2]


def test_shape_is_kept() -> None:
    start = np.full((2, 3), number("2025-03-03"))
    assert due_on(start, 5, "working").day.shape == (2, 3)
    assert due_on(number("2025-03-03"), 5, "working").day.shape == ()
    assert due_on(np.array([], dtype=np.int64), 5, "working", pauses=Pauses([], [], [])).day.shape == (0,)
    assert timedelta(days=int(due_on(start, 5, "calendar").day[1, 2] - start[1, 2])).days == 5
