"""When disputes and hazards are due, by the rules: the one place that knows of given dates, pauses and extensions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import numpy.typing as npt

from geo.measures.deadlines import Pauses, due_on
from geo.measures.events import Records, code_names
from geo.measures.samples import Sample
from geo.measures.times import NEVER, day_number
from geo.measures.workdays import load_workdays
from geo.rules import DayKind, Rules

__all__ = ["hazard_due", "is_major", "is_provisional", "mediation_due", "month_end", "return_due", "return_term"]

Ints = npt.NDArray[np.integer]
Bools = npt.NDArray[np.bool_]
# Terms are counted between these days; a date further out was misread, and is told as it stands.
_AT_A_TIME = 500_000
_FIRST, _AFTER = day_number(date(1950, 1, 1)), day_number(date(2140, 1, 1))


def mediation_due(sample: Sample, records: Records, rules: Rules) -> Ints:
    """Return the last day on which each dispute is in time: `NEVER` where it was not accepted and has no date.

    It is the record's own date, else that of the rules from acceptance; a later extension replaces either. A term that
    is paused runs on by the rules after the pause, and while the pause lasts it has no last day.
    """
    terms = rules.deadlines

    def count(all_of_them: slice) -> Ints:
        accepted = sample.days("accepted_on")[all_of_them]
        counted = _counted(sample, all_of_them, accepted, terms.mediation_days, terms.mediation_kind, rules)
        return _given_or(sample, all_of_them, counted)

    return _once(sample, "mediation_due", rules, count)[records]


def month_end(sample: Sample, records: Records, rules: Rules) -> Ints:
    """Return the last day of each accepted dispute's month: pauses put it off, extensions and given dates do not."""
    terms = rules.deadlines

    def count(all_of_them: slice) -> Ints:
        accepted = sample.days("accepted_on")[all_of_them]
        return _counted(sample, all_of_them, accepted, terms.past_month_days, terms.past_month_kind, rules)

    return _once(sample, "month_end", rules, count)[records]


def hazard_due(sample: Sample, records: Records, rules: Rules) -> Ints:
    """Return the last day on which each hazard is in time: its own date, or by the rules for its grade.

    The term runs from the day on which the hazard came to be known, so that a late notice does not lengthen it.
    """
    terms = rules.deadlines

    def count(all_of_them: slice) -> Ints:
        days = np.where(is_major(sample, all_of_them), terms.hazard_major_days, terms.hazard_general_days)
        found = sample.days("found")[all_of_them]
        return _given_or(sample, all_of_them, _counted(sample, all_of_them, found, days, terms.hazard_kind, rules))

    return _once(sample, "hazard_due", rules, count)[records]


def return_due(sample: Sample, records: Records, rules: Rules) -> Ints:
    """Return the day on which each settled dispute's return visit is due; `NEVER` where it was not settled."""
    return return_term(sample.days("settled_on")[records], rules)


def return_term(settled: Ints, rules: Rules) -> Ints:
    """Return the days on which the return visits of settlements are due, by the days of these alone."""
    terms = rules.deadlines
    return _end_of(settled, terms.return_visit_days, terms.return_visit_kind, None, rules)


def is_major(sample: Sample, records: Records) -> Bools:
    """Return which hazards are of the major grade."""
    return np.equal(sample.codes("grade")[records], code_names("hazards", "grade").index("major"))


def is_provisional(layer: str, start: int, end: int, rules: Rules) -> bool:
    """Tell whether terms of these days count workdays that no notice tells of yet: weekends alone, and may move.

    Parameters
    ----------
    layer
        ``disputes`` or ``hazards``; other layers have no terms.
    start, end
        Days that figures are told of, as numbers since 1970-01-01, half-open.
    """
    terms, calendar = rules.deadlines, load_workdays()
    kinds: dict[str, tuple[DayKind, ...]] = {
        "disputes": (terms.mediation_kind, terms.past_month_kind, terms.return_visit_kind),
        "hazards": (terms.hazard_kind,),
    }
    counted = layer in kinds and (terms.ends_on_workday or "working" in kinds[layer])
    return counted and (start < calendar.known_from or end > calendar.known_until)


def _once(sample: Sample, term: str, rules: Rules, count: Callable[[slice], Ints]) -> Ints:
    """Return a term of all of a layer's records, counted once for the same deadlines, a stretch at a time."""
    kept, n = sample.events.terms, len(sample.events.grid)
    if term not in kept or kept[term][0] != rules.deadlines:
        parts = [count(slice(first, min(first + _AT_A_TIME, n))) for first in range(0, n, _AT_A_TIME)]
        kept[term] = (rules.deadlines, np.concatenate([*parts, np.array([], dtype=np.int64)]).astype(np.int32))
    return kept[term][1]


def _counted(
    sample: Sample, records: Records, start: Ints, days: int | npt.NDArray[np.int64], kind: DayKind, rules: Rules
) -> Ints:
    """Return the ends of terms by the rules, pauses left out."""
    return _end_of(start, days, kind, _pauses(sample, records), rules)


def _pauses(sample: Sample, records: Records) -> tuple[Ints, Ints] | None:
    """Return from which day each term stands still and from which it runs on: what is closed meanwhile, then."""
    if not sample.knows("paused_on"):
        return None
    paused, closed = sample.days("paused_on")[records], sample.days("closed")[records]
    resumed = sample.days("resumed_on")[records] if sample.knows("resumed_on") else np.full_like(paused, NEVER)
    return paused, np.maximum(np.where(resumed < NEVER, resumed, closed), paused)


def _end_of(
    start: Ints, days: int | npt.NDArray[np.int64], kind: DayKind, pauses: tuple[Ints, Ints] | None, rules: Rules
) -> Ints:
    ends = np.where(start < NEVER, start + days, NEVER)
    own = np.zeros(len(start), dtype=bool) if pauses is None else pauses[0] < NEVER
    if kind == "working" or rules.deadlines.ends_on_workday:
        own = np.ones(len(start), dtype=bool)
    # Adding days is all there is to most terms; the others are counted one by one.
    at = np.flatnonzero(own & (start >= _FIRST) & (start < _AFTER))
    if not len(at):
        return ends
    stops = None
    if pauses is not None:
        stopped = np.flatnonzero(pauses[0][at] < NEVER)
        stops = Pauses(stopped, pauses[0][at][stopped], pauses[1][at][stopped])
    length = np.broadcast_to(np.asarray(days, dtype=np.int64), start.shape)[at]
    due = due_on(start[at], length, kind, pauses=stops, ends_on_workday=rules.deadlines.ends_on_workday)
    ends[at] = due.day
    return ends


def _given_or(sample: Sample, records: Records, counted: Ints) -> Ints:
    """Return the record's own date where it has one, extended where it was, and none while the term stands still.

    A date within a pause was set before it: the days that were left run on after the pause. A date after the pause was
    set knowing of it, and holds.
    """
    given = sample.days("due_on")[records]
    due = np.where(given < NEVER, given, counted)
    if sample.knows("extended_until_on"):
        extended = sample.days("extended_until_on")[records]
        due = np.where((extended < NEVER) & (due < NEVER), np.maximum(extended, due), due)
    pauses = _pauses(sample, records)
    if pauses is None:
        return due
    paused, resumed = pauses
    within = (paused <= due) & (due < resumed)
    return np.where(within, np.where(resumed < NEVER, due + (resumed - paused), NEVER), due)
