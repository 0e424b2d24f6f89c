"""When a term ends: calendar or working days, pauses during which it stands still, and extensions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError
from geo.measures.times import NEVER, day_of
from geo.measures.workdays import Days, Workdays, load_workdays
from geo.rules import DayKind

__all__ = ["DayKind", "Due", "Pauses", "due_on"]

Ints = npt.NDArray[np.int64]


class Pauses(NamedTuple):
    """Days on which terms stand still, one row a pause; a record may have several, in any order and overlapping.

    ``record`` is the position of the record that it belongs to, ``first`` its first day and ``until`` the day on which
    the term runs again, both as numbers since 1970-01-01; ``until`` is `geo.measures.times.NEVER` while it lasts.
    """

    record: npt.ArrayLike
    first: npt.ArrayLike
    until: npt.ArrayLike


class Due(NamedTuple):
    """Last day of each term, and whether it may still move because the days it runs over are not all published."""

    day: Days
    provisional: npt.NDArray[np.bool_]


def due_on(
    start: npt.ArrayLike,
    days: npt.ArrayLike,
    kind: DayKind,
    *,
    pauses: Pauses | None = None,
    extended_days: npt.ArrayLike = 0,
    ends_on_workday: bool = False,
    workdays: Workdays | None = None,
) -> Due:
    """Return the last day of each term; something is late from the day after.

    The day on which a term begins is not counted (Civil Code of China, article 201). Days within pauses are not counted
    either, and a term that is paused with no end has no last day.

    Parameters
    ----------
    start
        Day of each record on which its term begins, as number since 1970-01-01; `geo.measures.times.NEVER` where it has
        not begun.
    days
        Length of the terms in days of the kind, not negative; one for all or one for each.
    kind
        ``calendar``: every day counts; ``working``: those that are worked.
    pauses
        Days on which terms stand still.
    extended_days
        Days of the kind by which terms were extended, not negative; one for all or one for each.
    ends_on_workday
        Whether a term whose last day is not worked ends on the next one that is (Civil Code, article 203).
    workdays
        Without them, China's that come with the product.

    Returns
    -------
    Due
        Days as numbers since 1970-01-01 in the shape of ``start``, NEVER where there is none; provisional where days
        that are not published yet were told by weekends alone.

    Raises
    ------
    GeoError
        When a length is negative, a pause ends before it begins or belongs to no record, or a term leaves 1949 to 2149.

    Examples
    --------
    Three working days from Friday, 24 January 2025: the Sunday after is worked, and the Spring Festival is not.

    >>> from datetime import date
    >>> from geo.measures.times import day_number
    >>> due = due_on([day_number(date(2025, 1, 24))], 3, "working")
    >>> day_of(int(due.day[0])).isoformat(), bool(due.provisional[0])
    ('2025-02-05', False)
    """
    calendar = workdays or load_workdays()
    begun = np.asarray(start, dtype=np.int64)
    length = np.broadcast_to(np.asarray(days, dtype=np.int64), begun.shape)
    added = np.broadcast_to(np.asarray(extended_days, dtype=np.int64), begun.shape)
    if (length < 0).any() or (added < 0).any():
        raise GeoError("A term or its extension is shorter than 0 days. Remedy: give days to wait, 0 or more.")
    terms = np.flatnonzero(begun.ravel() < NEVER)
    first, wanted = begun.ravel()[terms], (length + added).ravel()[terms]
    _check_range(first, calendar)
    last = _advance(first, wanted, kind, calendar)
    if pauses is not None:
        last = _pause(first, wanted, last, _arrange(pauses, begun.size, terms), kind, calendar)
    if ends_on_workday:
        last = np.where(last < NEVER, _next_workday(last, calendar), NEVER)
    told_by = first + 1 if kind == "working" else last
    counted = kind == "working" or ends_on_workday
    unknown = (last < NEVER) & ((told_by < calendar.known_from) | (last >= calendar.known_until)) & counted
    due, provisional = np.full(begun.size, NEVER, dtype=np.int64), np.zeros(begun.size, dtype=np.bool_)
    due[terms], provisional[terms] = last, unknown
    return Due(due.reshape(begun.shape), provisional.reshape(begun.shape))


def _check_range(days: Ints, calendar: Workdays) -> None:
    outside = days[(days < calendar.first_day) | (days >= calendar.after_last_day)]
    if len(outside):
        years = f"{day_of(calendar.first_day).year} to {day_of(calendar.after_last_day).year - 1}"
        raise GeoError(f"{len(outside)} terms lie outside of {years}. Remedy: look for dates that were misread.")


def _advance(first: Ints, wanted: Ints, kind: DayKind, calendar: Workdays) -> Ints:
    """Return the day on which the wanted number of days after the first is reached; the first itself for 0."""
    if kind == "calendar":
        _check_range(first + wanted, calendar)
        return first + wanted
    position = calendar.worked_before[first + 1 - calendar.first_day] + wanted - 1
    if len(position) and position.max() >= len(calendar.worked):
        _check_range(np.array([calendar.after_last_day]), calendar)
    return np.where(wanted > 0, calendar.worked[position], first)


def _next_workday(days: Ints, calendar: Workdays) -> Ints:
    position = calendar.worked_before[np.minimum(days, calendar.worked[-1]) - calendar.first_day]
    return np.asarray(calendar.worked[position], dtype=np.int64)


class _Stops(NamedTuple):
    """Pauses in the order of their terms and days, apart from each other; ``turn`` numbers those of a term."""

    term: Ints
    first: Ints
    until: Ints
    turn: Ints


def _arrange(pauses: Pauses, n: int, terms: Ints) -> _Stops:
    record, first, until = (np.asarray(part, dtype=np.int64) for part in pauses)
    if ((record < 0) | (record >= n)).any() or (until < first).any():
        raise GeoError(
            "A pause belongs to no record, or ends before it begins. Remedy: correct its record or its days."
        )
    of_record = np.full(n, -1)
    of_record[terms] = np.arange(len(terms))
    kept = np.flatnonzero(of_record[record] >= 0)
    order = kept[np.lexsort((first[kept], of_record[record[kept]]))]
    term, first, until = of_record[record[order]], first[order], until[order]
    # A term's pauses are followed by the latest end so far; a step between terms keeps one's from reaching the next.
    step = term * (4 * NEVER)
    reached = np.maximum.accumulate(until + step) - step
    same = np.r_[False, term[1:] == term[:-1]]
    first = np.where(same, np.maximum(first, np.r_[0, reached[:-1]][: len(first)]), first)
    begins = np.flatnonzero(~same)
    turn = np.arange(len(term)) - np.repeat(begins, np.diff(np.r_[begins, len(term)]))
    return _Stops(term, first, np.maximum(until, first), turn)


def _pause(first: Ints, wanted: Ints, last: Ints, stops: _Stops, kind: DayKind, calendar: Workdays) -> Ints:
    """Return the last days, each pause in turn putting off those of terms that had not ended when it began."""
    waited, due = wanted.copy(), last.copy()
    for turn in range(int(stops.turn.max()) + 1 if len(stops.turn) else 0):
        now = np.flatnonzero(stops.turn == turn)
        # A pause that begins on a term's last day still stops it: that day is not counted.
        now = now[(stops.first[now] <= due[stops.term[now]]) & (waited[stops.term[now]] > 0)]
        term, until = stops.term[now], stops.until[now]
        begin = np.maximum(stops.first[now], first[term] + 1)
        lasting = (until >= NEVER) & (begin < until)
        end = np.where(lasting, begin, until)
        if kind == "calendar":
            waited[term] += np.maximum(end - begin, 0)
        else:
            waited[term] += calendar.count(begin, end)
        stopped = due[term] >= NEVER
        due[term] = _advance(first[term], waited[term], kind, calendar)
        due[term[lasting | stopped]] = NEVER
    return due
