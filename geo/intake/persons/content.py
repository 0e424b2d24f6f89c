"""The second guard at the door: persons are told by what stands in a column, whatever its header says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.intake.match import contains, fullmatch
from geo.intake.persons.column import PersonCells
from geo.intake.persons.names import name_share
from geo.intake.persons.numbers import runs_on
from geo.intake.persons.patterns import (
    ADDRESS,
    EMAIL,
    MASKED_IDENTITY,
    MASKED_PHONE,
    OTHER_PHONE,
    PLATE,
    WECHAT,
    special_words,
)
from geo.intake.persons.refusal import refuse_columns
from geo.intake.persons.writing import free_text_share, standing_share

__all__ = ["PersonContent", "find_person_content", "refuse_person_content"]

_SAMPLE = 5_000
# Numbers of before 2000: six digits of the place, the day of birth with two for the year, three more.
_OLD_IDENTITY = r"[1-6]\d{5}[2-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
_PASSPORT = r"(?:[EG]\d{8}|E[A-HJ-NP-Z]\d{7})"
_AREA_CODE = r"0(?:10|2[0-57-9]|[3-9]\d{2})"
_LANDLINE_TOGETHER = rf"'?{_AREA_CODE}[2-8]\d{{6,7}}(?:\.0)?"
_MOBILE_AS_NUMBER = r"(?:86)?1\.[3-9]\d{1,9}[Ee]\+?10"
_HOUSE = r"\d{1,4}(?:-\d{1,4})?号(?:\d{1,4}室)?"
_MOST_GRIDS = 30
# Cards of the great banks, whose numbers are 16 or 19 digits; tokens and old ones have no check digit.
_USUAL_CARD = r"62(?:1[2-7]|2[1-8])\d{12}(?:\d{3})?"


@dataclass(frozen=True)
class PersonContent:
    """A column that holds persons by its content: of what kind, and in which share of the cells looked at."""

    column: str
    group: str
    title: str
    share: float


def find_person_content(
    table: pd.DataFrame, *, left_out: Iterable[str] = (), named: Iterable[str] = (), mapped: Iterable[str] = ()
) -> tuple[PersonContent, ...]:
    """Return the columns whose cells hold persons.

    Parameters
    ----------
    table
        Columns of text; up to 5,000 cells of each, spread evenly, are looked at.
    left_out
        Columns that are not looked at.
    named
        Columns that hold names of areas or places: neither these nor where they lie tells of a person.
    mapped
        Columns that are taken into a layer. Of these a few rows with a person are rejected one by one; any other column
        is refused sooner, as nothing is lost when it is left out.

    Examples
    --------
    >>> phones = pd.DataFrame({"extra": ["13800138000", "13912345678"]}, dtype="str")
    >>> [(found.group, found.share) for found in find_person_content(phones)]
    [('phone', 1.0)]
    """
    out, places, taken = frozenset(left_out), frozenset(named), frozenset(mapped)
    found = (
        _judge(str(column), table[column], place=column in places, taken=column in taken)
        for column in table.columns
        if column not in out
    )
    return tuple(one for one in found if one is not None)


def refuse_person_content(
    file: str,
    table: pd.DataFrame,
    *,
    left_out: Iterable[str] = (),
    named: Iterable[str] = (),
    mapped: Iterable[str] = (),
) -> None:
    """Raise when columns hold persons by their content and are not left out by name; no value is in the message.

    Parameters
    ----------
    file
        Name of the file, for the message.
    table, left_out, named, mapped
        As in `find_person_content`.

    Raises
    ------
    LayerError
        With a fault for each such column.
    """
    found = find_person_content(table, left_out=left_out, named=named, mapped=mapped)
    refuse_columns(file, {one.column: f"{max(one.share, 0.001):.1%} of its cells hold {one.title}" for one in found})


def _judge(column: str, cells: pd.Series[str], *, place: bool, taken: bool) -> PersonContent | None:
    there = np.flatnonzero(cells.notna().to_numpy())
    if not len(there):
        return None
    if len(there) > _SAMPLE:
        there = there[np.linspace(0, len(there) - 1, _SAMPLE).astype("int64")]
    seen = PersonCells.of(cells.iloc[there].astype("str"), column)
    for detector in _DETECTORS:
        if (place and detector.group in ("names", "address")) or (detector.words and not seen.worded):
            continue
        if taken and detector.not_taken:
            continue
        share = detector.share(seen)
        if share >= detector.least:
            return PersonContent(column, detector.group, detector.title, share)
    return None


def _identity_share(seen: PersonCells) -> float:
    return seen.share(seen.numbers.identity(seen.numbers.seen) | contains(seen.kinds, MASKED_IDENTITY))


def _old_identity_share(seen: PersonCells) -> float:
    """Days of birth lie all over the year; the parts of a grid's code of 15 digits do not."""
    shaped = fullmatch(seen.kinds, _OLD_IDENTITY)
    hits = seen.kinds[shaped]
    spread = hits.str.slice(8, 10).nunique() >= min(6, max(3, len(hits) // 2))
    return seen.share(shaped) if spread else 0.0


def _passport_share(seen: PersonCells) -> float:
    hits = fullmatch(seen.kinds, _PASSPORT)
    return 0.0 if runs_on(seen.kinds[hits].str.extract(r"(\d+)$", expand=False)) else seen.share(hits)


def _phone_share(seen: PersonCells) -> float:
    share = max(seen.holding(pattern) for pattern in (MASKED_PHONE, OTHER_PHONE))
    return max(share, seen.share(fullmatch(seen.kinds, _LANDLINE_TOGETHER)), _mobile_share(seen))


def _mobile_share(seen: PersonCells) -> float:
    return seen.share(seen.numbers.phones(seen.numbers.seen))


def _rounded_mobile_share(seen: PersonCells) -> float:
    """Other numbers of ten thousand millions, which a spreadsheet rounds as well, do not all begin as phones do."""
    return seen.share(fullmatch(seen.kinds, _MOBILE_AS_NUMBER))


def _account_share(seen: PersonCells) -> float:
    return max(seen.share(seen.numbers.cards(seen.numbers.seen)), seen.holding(WECHAT))


def _card_share(seen: PersonCells) -> float:
    return seen.share(fullmatch(seen.kinds, _USUAL_CARD))


def _plate_share(seen: PersonCells) -> float:
    return seen.holding(PLATE)


def _email_share(seen: PersonCells) -> float:
    return seen.holding(EMAIL)


def _address_share(seen: PersonCells) -> float:
    return seen.holding(ADDRESS) if contains(seen.kinds, "[0-9一二三四五六七八九十]").any() else 0.0


def _house_share(seen: PersonCells) -> float:
    """Numbers of houses go higher, or are more, than those of grids and stations."""
    hits = fullmatch(seen.kinds, _HOUSE)
    numbers = pd.to_numeric(seen.kinds[hits].str.extract(r"(\d+)", expand=False), errors="coerce")
    return seen.share(hits) if len(numbers) and (numbers.max() > _MOST_GRIDS or len(numbers) > _MOST_GRIDS) else 0.0


def _petition_share(seen: PersonCells) -> float:
    return seen.holding(special_words().petition)


@dataclass(frozen=True)
class _Detector:
    """What tells one kind of person data, and the share of cells from which on a column is one of it."""

    group: str
    title: str
    share: Callable[[PersonCells], float]
    least: float
    words: bool = True
    not_taken: bool = False


# One number with a right check sign in two hundred cells is beyond chance; phones and names may look so by chance.
_DETECTORS = (
    _Detector("identity", "identity numbers", _identity_share, 0.005, words=False),
    _Detector("identity", "identity numbers of 15 digits", _old_identity_share, 0.9, words=False),
    _Detector("identity", "numbers of passports", _passport_share, 0.5, words=False, not_taken=True),
    _Detector("account", "numbers of bank cards or accounts", _account_share, 0.005, words=False),
    _Detector("account", "numbers of bank cards", _card_share, 0.9, words=False),
    _Detector("plate", "plates of vehicles", _plate_share, 0.005, words=False),
    _Detector("email", "e-mail addresses", _email_share, 0.005),
    _Detector("phone", "phone numbers", _mobile_share, 0.005, words=False, not_taken=True),
    _Detector("phone", "phone numbers", _phone_share, 0.1, words=False),
    _Detector("phone", "phone numbers that a spreadsheet has rounded", _rounded_mobile_share, 0.5, words=False),
    _Detector("address", "addresses", _address_share, 0.2),
    _Detector("address", "numbers of houses", _house_share, 0.5, words=False),
    _Detector("standing", "belief, ethnicity or other standing of persons", standing_share, 0.9, words=False),
    _Detector("free_text", "text that somebody wrote freely", free_text_share, 0.3),
    _Detector("names", "names of persons", name_share, 0.6),
    _Detector("petition", "types of petitions", _petition_share, 1e-9, not_taken=True),
)
