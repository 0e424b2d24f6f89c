"""The second guard at the door: persons are told by what stands in a column, whatever its header says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.codes import all_words
from geo.errors import Fault, LayerError
from geo.intake.match import contains, fullmatch
from geo.intake.persons import PLATE_PROVINCES, is_identity_number
from geo.resources import resource

__all__ = ["PersonContent", "SpecialWords", "find_person_content", "refuse_person_content", "special_words"]

Text: TypeAlias = "pd.Series[Any]"

_SAMPLE = 5_000
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"(?:^|[^0-9A-Za-z])([1-9]\d{{5}}(?:19|20)\d{{2}}{_DAY}\d{{3}}[0-9Xx])(?:[^0-9A-Za-z]|$)"
_IDENTITY_CELL = _IDENTITY.replace("([1-9]", "(?:[1-9]")  # without the group that takes it out
# Numbers of before 2000: six digits of the place, the day of birth with two for the year, three more.
_OLD_IDENTITY = rf"[1-6]\d{{5}}[2-9]\d{_DAY}\d{{3}}"
# The digits behind a point are those of a coordinate, not of a phone.
_MOBILE = r"(?:^|[^0-9.A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?:[^0-9.]|$)"
_LANDLINE = r"(?:^|[^0-9])[(（]?0[1-9]\d{1,2}(?:[)）] ?|[- ])\d{7,8}(?:[^0-9]|$)"
_NANP = r"(?:^|[^0-9-])(?:\+?1[-. ]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?:[^0-9-]|$)"
_PLATE = rf"[{PLATE_PROVINCES}][A-HJ-NP-Z][·\- ]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]"
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_CHINESE_ADDRESS = (
    r"(?:路|街|道|巷|弄|胡同|村|小区|花园|公寓|苑|社区|组)[^，。；]{0,12}?"
    r"\d+\s*(?:号楼|幢|栋|弄|单元|室|号(?:[^网格点岗站警]|$))"
)
_STREETS = "st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|pl|place|way|ter|terrace|pkwy|hwy|cir"
_ENGLISH_ADDRESS = rf"(?i)^\d{{1,6}}[X\d]*(?:-\d+)?\s+(?:[NSEW]\.?\s+)?[A-Za-z0-9'. ]{{2,40}}\s(?:{_STREETS})\b"
_CHINESE_NAME = r"[一-鿿]{2,4}"
_FUNCTION_WORDS = r"(?i)\b(?:the|was|were|is|has|had|he|she|they|to|with|that|from|his|her|their|said|not|and)\b"
_CHINESE_STOPS = "[，。；！？]"


@dataclass(frozen=True)
class PersonContent:
    """A column that holds persons by its content: of what kind, and in which share of the cells looked at."""

    column: str
    group: str
    title: str
    share: float


@dataclass(frozen=True)
class SpecialWords:
    """Words in values that speak of petitions, of minors, of violence in families."""

    petition: str
    minors: str
    family_violence: str


@dataclass(frozen=True)
class _Content:
    surnames: frozenset[str]
    endings: frozenset[str]
    given: frozenset[str]
    free_headers: tuple[str, ...]


def find_person_content(
    table: pd.DataFrame, *, left_out: Iterable[str] = (), named: Iterable[str] = ()
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

    Examples
    --------
    >>> phones = pd.DataFrame({"extra": ["13800138000", "13912345678"]}, dtype="str")
    >>> [(found.group, found.share) for found in find_person_content(phones)]
    [('phone', 1.0)]
    """
    out, places = frozenset(left_out), frozenset(named)
    found = (
        _judge(str(column), table[column], place=column in places) for column in table.columns if column not in out
    )
    return tuple(one for one in found if one is not None)


def refuse_person_content(
    file: str, table: pd.DataFrame, *, left_out: Iterable[str] = (), named: Iterable[str] = ()
) -> None:
    """Raise when columns hold persons by their content and are not left out by name; no value is in the message.

    Parameters
    ----------
    file
        Name of the file, for the message.
    table, left_out, named
        As in `find_person_content`.

    Raises
    ------
    LayerError
        With a fault for each such column.
    """
    found = find_person_content(table, left_out=left_out, named=named)
    if found:
        names = ", ".join(f'"{one.column}"' for one in found)
        remedy = f"take the column out of the file, or write leave_out = [{names}] into the recipe"
        raise LayerError(
            [Fault(file, one.column, (), f"{one.share:.1%} of its cells hold {one.title}", remedy) for one in found]
        )


@cache
def special_words() -> SpecialWords:
    """Return patterns (RE2) of the words that make a value one of petitions, of minors, or of violence in families."""
    values = _raw()["values"]
    return SpecialWords(*(_any_of(values[name]) for name in ("petition", "minors", "family_violence")))


def _judge(column: str, cells: Text, *, place: bool) -> PersonContent | None:
    text = cells.dropna()
    if text.empty:
        return None
    if len(text) > _SAMPLE:
        text = text.iloc[np.linspace(0, len(text) - 1, _SAMPLE).astype("int64")]
    seen = _Seen.of(text.astype("str"), column)
    for detector in _DETECTORS:
        if (place and detector.group in ("names", "address")) or (detector.words and not seen.worded):
            continue
        share = detector.share(seen)
        if share >= detector.least:
            return PersonContent(column, detector.group, detector.title, share)
    return None


@dataclass(frozen=True, eq=False)
class _Seen:
    """The different cells of a column, how many cells are each, and whether letters stand in any."""

    column: str
    kinds: Text
    counts: NDArray[np.int64]
    worded: bool

    @classmethod
    def of(cls, text: Text, column: str) -> _Seen:
        found = text.value_counts()
        kinds = pd.Series(found.index, dtype="str")
        worded = bool(contains(kinds, "[A-Za-z\u4e00-\u9fff]{2}").any())
        return cls(column, kinds, np.asarray(found, dtype=np.int64), worded)

    @property
    def cells(self) -> int:
        return int(self.counts.sum())

    def share(self, hits: Any) -> float:  # noqa: ANN401 - an array or a series of booleans, one for each kind
        return float(self.counts[np.asarray(hits, dtype=bool)].sum()) / self.cells

    def holding(self, pattern: str) -> float:
        return self.share(contains(self.kinds, pattern))


def _identity_share(seen: _Seen) -> float:
    hits = contains(seen.kinds, _IDENTITY_CELL)
    numbers = seen.kinds[hits].str.extract(_IDENTITY, expand=False)
    right = np.zeros(len(hits), dtype=bool)
    right[hits] = [is_identity_number(number) for number in numbers]
    return seen.share(right)


def _old_identity_share(seen: _Seen) -> float:
    """Days of birth lie all over the year; the parts of a grid's code of 15 digits do not."""
    shaped = fullmatch(seen.kinds, _OLD_IDENTITY)
    hits = seen.kinds[shaped]
    spread = hits.str.slice(8, 10).nunique() >= min(6, max(3, len(hits) // 2))
    return seen.share(shaped) if spread else 0.0


def _phone_share(seen: _Seen) -> float:
    share = max(seen.holding(pattern) for pattern in (_MOBILE, _LANDLINE, _NANP))
    return 0.0 if share and _runs_on(seen.kinds) else share


def _runs_on(kinds: Text) -> bool:
    """Tell whether the cells are numbers that follow each other, as those of records do and phones do not."""
    numbers = pd.to_numeric(kinds, errors="coerce").dropna().sort_values()
    return len(numbers) >= max(20, 0.9 * len(kinds)) and float(numbers.diff().median()) < 50


def _plate_share(seen: _Seen) -> float:
    return seen.holding(rf"(?:^|[^A-Za-z]){_PLATE}(?:[^A-Za-z0-9]|$)")


def _email_share(seen: _Seen) -> float:
    return seen.holding(_EMAIL)


def _address_share(seen: _Seen) -> float:
    return max(seen.holding(pattern) for pattern in (_CHINESE_ADDRESS, _ENGLISH_ADDRESS))


def _name_share(seen: _Seen) -> float:
    """Return the share of different cells that may be names: kinds repeat, persons seldom do."""
    return max(_chinese_names(seen.kinds), _english_names(seen.kinds)) if len(seen.kinds) >= 5 else 0.0


def _chinese_names(kinds: Text) -> float:
    """Return the share of values that may be Chinese names; 0 where their signs are more those of places or kinds."""
    words = _content()
    short = kinds[fullmatch(kinds, _CHINESE_NAME)]
    known = short.isin(all_words()) | short.str[-1].isin(words.endings)
    begun = short.str[0].isin(words.surnames) | short.str[:2].isin(words.surnames)
    names = short[begun & ~known]
    usual = (names.str.len() == 3).mean() if len(names) else 0.0
    return len(names) / len(kinds) if usual >= 0.3 else 0.0


def _english_names(kinds: Text) -> float:
    given = _content().given
    shaped = kinds[fullmatch(kinds, r"[A-Za-z][A-Za-z'-]+,?(?: [A-Za-z][A-Za-z'.-]*){1,3}")]
    tokens = shaped.str.lower().str.findall(r"[a-z][a-z'-]*")
    told = sum(len(words) > 1 and (words[0] in given or words[1] in given) for words in tokens)
    return told / len(kinds)


def _free_text_share(seen: _Seen) -> float:
    kinds = seen.kinds
    if len(kinds) < max(3, 0.5 * seen.cells):
        return 0.0
    chinese = _count(kinds, "[\u4e00-\u9fff]")
    stops = contains(kinds, _CHINESE_STOPS)
    words = _count(kinds, r"[A-Za-z]{2,}")
    lists = contains(kinds, r"[|{}<>]")
    told = contains(kinds, _FUNCTION_WORDS)
    written = (chinese >= 8) & stops | (chinese >= 30) | (words >= 12) | (words >= 5) & told
    if any(word in seen.column.lower() for word in _content().free_headers):
        written |= (chinese >= 6) | (words >= 4)
    return seen.share(written & ~lists)


def _count(kinds: Text, pattern: str) -> NDArray[np.int64]:
    counts = pc.count_substring_regex(pa.array(kinds, pa.large_string(), from_pandas=True), pattern)
    return np.asarray(counts.to_numpy(zero_copy_only=False), dtype=np.int64)


@dataclass(frozen=True)
class _Detector:
    """What tells one kind of person data, and the share of cells from which on a column is one of it."""

    group: str
    title: str
    share: Callable[[_Seen], float]
    least: float
    words: bool = True


# One number with a right check sign in two hundred cells is beyond chance; phones and names may look so by chance.
_DETECTORS = (
    _Detector("identity", "identity numbers", _identity_share, 0.005, words=False),
    _Detector("identity", "identity numbers of 15 digits", _old_identity_share, 0.9, words=False),
    _Detector("plate", "plates of vehicles", _plate_share, 0.005, words=False),
    _Detector("email", "e-mail addresses", _email_share, 0.005),
    _Detector("phone", "phone numbers", _phone_share, 0.1, words=False),
    _Detector("address", "addresses", _address_share, 0.2),
    _Detector("free_text", "text that somebody wrote freely", _free_text_share, 0.3),
    _Detector("names", "names of persons", _name_share, 0.6),
)


def _any_of(words: Iterable[str]) -> str:
    # "competition" is no petition, "domestic" flights are no violence: words in Latin letters stand by themselves.
    return "(?i)" + "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words)


@cache
def _raw() -> Mapping[str, Any]:
    with resource("persons.toml").open("rb") as file:
        return MappingProxyType(tomllib.load(file))


@cache
def _content() -> _Content:
    raw = _raw()["content"]
    return _Content(
        surnames=frozenset([*raw["surnames"], *raw["compound_surnames"]]),
        endings=frozenset(raw["place_endings"]),
        given=frozenset(raw["given_names"]),
        free_headers=tuple(raw["free_headers"]),
    )
