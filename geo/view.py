"""What is asked: a frozen view of layer, level, area, periods and filters, for the URL and for every file."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import parse_qsl, urlencode

from geo.codes import code_list
from geo.errors import ViewError

__all__ = ["CLASS_LISTS", "Compare", "Every", "Period", "View", "default_period", "last_closed"]

Compare = Literal["previous", "last-year", "none"]
#: How often something comes round.
Every = Literal["week", "month", "quarter", "year"]

#: The layers that can be asked for, with the code list of their classes.
CLASS_LISTS: Mapping[str, str | None] = {
    "disputes": "dispute_class",
    "hazards": "hazard_class",
    "incidents": "incident_class",
    "coverage": None,
    "service": None,
}
_YEARS = (1900, 2200)
# Months of some decades: each view is told of dozens.
_TEXTS_KEPT = 1000
_UNIT = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?", re.ASCII)
_WEEK = re.compile(r"(?P<year>\d{4})-W(?P<week>\d{2})", re.ASCII)
_WEEK_DAYS, _YEAR_WEEKS = 7, 52
_AREA = re.compile(r"\S(?:.{0,62}\S)?")


@dataclass(frozen=True)
class Period:
    """Whole years, quarters, months, or one week, half-open: ``start`` is in, ``end`` is not.

    Parameters
    ----------
    text
        ``2025``, ``2025-Q1``, ``2025-03``, or two of these with ``..`` between, both in: ``2017..2019``; or a week from
        Monday to Sunday by ISO 8601: ``2025-W12``.

    Raises
    ------
    ViewError
        When the text is none of these or its ends are the wrong way round.

    Examples
    --------
    >>> Period("2025-Q1").end
    datetime.date(2025, 4, 1)
    >>> Period("2017..2019").days
    1095
    >>> Period("2025-03").last_year().text
    '2024-03'
    >>> Period("2025-W01").start
    datetime.date(2024, 12, 30)
    """

    text: str

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ViewError(f"Period {self.text!r} ends before it begins. Remedy: write the earlier end first.")

    @property
    def start(self) -> date:
        """First day."""
        monday = _monday(self.text)
        return _month_start(self._months()[0]) if monday is None else monday

    @property
    def end(self) -> date:
        """First day after the period."""
        monday = _monday(self.text)
        return _month_start(self._months()[1]) if monday is None else monday + timedelta(days=_WEEK_DAYS)

    @property
    def is_week(self) -> bool:
        """Whether it is a week, and so not made of whole months."""
        return _monday(self.text) is not None

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the period, as texts such as ``2025-03``; of a week those that it has days of."""
        first, after = self._months()
        return tuple(_month_text(month) for month in range(first, after))

    def previous(self) -> Period:
        """Return the period of the same number of months, or the week, that ends where this one begins."""
        if self.is_week:
            return self.moved(-1)
        first, after = self._months()
        return Period.from_months(first - (after - first), first)

    def last_year(self) -> Period:
        """Return the same months a year earlier; of a week the one of 52 weeks before, with the same days."""
        return self.moved(-_YEAR_WEEKS if self.is_week else -12)

    def moved(self, steps: int) -> Period:
        """Return the period some months later; a week some weeks later.

        Examples
        --------
        >>> Period("2025-Q1").moved(-1).text, Period("2025-W01").moved(-1).text
        ('2024-12..2025-02', '2024-W52')
        """
        if self.is_week:
            return Period.from_week(self.start + timedelta(days=_WEEK_DAYS * steps))
        first, after = self._months()
        return Period.from_months(first + steps, after + steps)

    @classmethod
    def from_week(cls, day: date) -> Period:
        """Return the week of a day."""
        year, week, _weekday = day.isocalendar()
        return cls(f"{year:04d}-W{week:02d}")

    def is_closed(self, as_of: date) -> bool:
        """Tell whether the period is over in data that reach to the end of ``as_of``."""
        return self.last_day <= as_of

    @classmethod
    def from_months(cls, first: int, after: int) -> Period:
        """Make a period from month numbers (12 × year + month - 1), the second not in it, in its shortest text."""
        if first % 12 == 0 and after % 12 == 0:
            return cls._join(f"{first // 12:04d}", f"{after // 12 - 1:04d}")
        if first % 3 == 0 and after - first == 3:
            return cls(f"{first // 12:04d}-Q{first % 12 // 3 + 1}")
        return cls._join(_month_text(first), _month_text(after - 1))

    @classmethod
    def _join(cls, first: str, last: str) -> Period:
        return cls(first if first == last else f"{first}..{last}")

    def _months(self) -> tuple[int, int]:
        if self.is_week:
            return _month_number(self.start), _month_number(self.last_day) + 1
        first, _, last = self.text.partition("..")
        if self.text.endswith(".."):
            raise _bad_period(self.text)
        begin, end = _unit_months(first, self.text), _unit_months(last or first, self.text)
        return begin[0], end[1]


@lru_cache(maxsize=_TEXTS_KEPT)
def _monday(text: str) -> date | None:
    """Return the first day of a week; None for what is none."""
    match = _WEEK.fullmatch(text)
    if match is None:
        return None
    try:
        if not _YEARS[0] <= int(match["year"]) <= _YEARS[1]:
            raise ValueError(match["year"])
        return date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
    except ValueError:
        raise _bad_period(text) from None


def _month_number(day: date) -> int:
    return 12 * day.year + day.month - 1


@lru_cache(maxsize=_TEXTS_KEPT)
def _unit_months(unit: str, text: str) -> tuple[int, int]:
    match = _UNIT.fullmatch(unit)
    if match is None or not _YEARS[0] <= int(match["year"]) <= _YEARS[1]:
        raise _bad_period(text)
    january = 12 * int(match["year"])
    if match["quarter"]:
        first = january + 3 * (int(match["quarter"]) - 1)
        return first, first + 3
    if match["month"]:
        first = january + int(match["month"]) - 1
        return first, first + 1
    return january, january + 12


def _bad_period(text: str) -> ViewError:
    return ViewError(f"{text!r} is no period. Remedy: write 2025, 2025-Q1, 2025-03, 2025-W12 or 2017..2019.")


def _month_start(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def default_period(as_of: date) -> Period:
    """Return the last month that is over in data that reach to the end of ``as_of``.

    Examples
    --------
    >>> default_period(date(2025, 12, 31)).text, default_period(date(2025, 12, 30)).text
    ('2025-12', '2025-11')
    """
    return last_closed(as_of, "month")


def last_closed(as_of: date, every: Every) -> Period:
    """Return the last week, month, quarter or year that is over in data that reach to the end of ``as_of``.

    Examples
    --------
    >>> [last_closed(date(2025, 12, 30), every).text for every in ("week", "month", "quarter", "year")]
    ['2025-W52', '2025-11', '2025-Q3', '2024']
    """
    after = as_of + timedelta(days=1)
    if every == "week":
        return Period.from_week(after).moved(-1)
    months = {"month": 1, "quarter": 3, "year": 12}[every]
    number = _month_number(after) // months * months
    return Period.from_months(number - months, number)


@dataclass(frozen=True)
class View:
    """What is asked, checked; a view of a release that has no such area or level is refused where it is measured.

    Parameters
    ----------
    period
        The period asked for.
    layer
        ``disputes``, ``hazards``, ``incidents``, ``coverage`` or ``service``.
    level
        Level of the rows: ``county``, ``station``, ``village``, ``grid``, or what the release has above.
    area
        Code of the area looked at; None for all of the release.
    compare
        Period compared with: the one before, the same a year ago, or none.
    classes
        Classes counted, in the order of the code list; empty for all.
    source
        ``reported`` or ``discovered``; None for both.
    release
        Number of the release; None for the current one.

    Raises
    ------
    ViewError
        When a value is not one of those allowed.

    Examples
    --------
    >>> View(Period("2025")).to_query()
    'level=grid&period=2025&layer=disputes'
    """

    period: Period
    layer: str = "disputes"
    level: str = "grid"
    area: str | None = None
    compare: Compare = "last-year"
    classes: tuple[str, ...] = ()
    source: str | None = None
    release: int | None = None

    def __post_init__(self) -> None:
        _one_of("layer", self.layer, CLASS_LISTS)
        _one_of("level", self.level, code_list("level"))
        _one_of("compare", self.compare, get_args(Compare))
        if self.source is not None:
            _one_of("source", self.source, code_list("source"))
        if self.area is not None and not _AREA.fullmatch(self.area):
            raise ViewError(f"{self.area!r} is no area code. Remedy: use a code of up to 64 characters.")
        if self.release is not None and self.release < 1:
            raise ViewError(f"{self.release} is no release. Remedy: use a number from 1.")
        object.__setattr__(self, "classes", _ordered_classes(self.layer, self.classes))

    @property
    def comparison(self) -> Period | None:
        """The period compared with, if any: for one longer than a year that before it, so that no day is in both."""
        if self.compare == "none":
            return None
        overlaps = self.period.last_year().end > self.period.start
        return self.period.previous() if self.compare == "previous" or overlaps else self.period.last_year()

    def replace(self, **changes: object) -> View:
        """Return a view with some values changed; classes that a new layer does not have are dropped."""
        layer = str(changes.get("layer", self.layer))
        if layer != self.layer and "classes" not in changes:
            known = code_list(name) if (name := CLASS_LISTS.get(layer)) else {}
            changes["classes"] = tuple(code for code in self.classes if code in known)
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]  # __post_init__ checks the values

    def to_query(self) -> str:
        """Return the view as a query string; `parse` makes the same view of it."""
        pairs = [("level", self.level), ("period", self.period.text), ("layer", self.layer)]
        if self.area is not None:
            pairs.append(("area", self.area))
        pairs += [("class", code) for code in self.classes]
        if self.source is not None:
            pairs.append(("source", self.source))
        if self.compare != "last-year":
            pairs.append(("compare", self.compare))
        if self.release is not None:
            pairs.append(("release", str(self.release)))
        return urlencode(pairs)

    @classmethod
    def parse(cls, query: str, *, period: Period) -> View:
        """Make a view of a query string such as ``level=grid&period=2025&class=fire&class=gas``.

        Parameters
        ----------
        query
            As written by `to_query`; a class list may also be one value with commas.
        period
            Taken when the query names none.

        Raises
        ------
        ViewError
            When a key is unknown or given twice, or a value is not allowed.
        """
        values = _query_values(query)
        classes = tuple(code for text in values.pop("class", []) for code in text.split(",") if code)
        single = {key: _single(key, texts) for key, texts in values.items()}
        return cls(
            period=Period(single["period"]) if "period" in single else period,
            layer=single.get("layer", "disputes"),
            level=single.get("level", "grid"),
            area=single.get("area"),
            compare=single.get("compare", "last-year"),  # type: ignore[arg-type]  # checked by __post_init__
            classes=classes,
            source=single.get("source"),
            release=_release_number(single["release"]) if "release" in single else None,
        )


_KEYS = ("level", "period", "layer", "area", "class", "source", "compare", "release")


def _query_values(query: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        _one_of("key", key, _KEYS)
        values.setdefault(key, []).append(text)
    return values


def _single(key: str, texts: list[str]) -> str:
    if len(texts) != 1:
        raise ViewError(f"The view names {key} {len(texts)} times. Remedy: name it once.")
    return texts[0]


def _release_number(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII):
        raise ViewError(f"{text!r} is no release. Remedy: use a number from 1.")
    return int(text)


def _one_of(name: str, value: object, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise ViewError(f"{value!r} is no {name}. Remedy: use one of {', '.join(allowed)}.")


def _ordered_classes(layer: str, classes: tuple[str, ...]) -> tuple[str, ...]:
    name = CLASS_LISTS[layer]
    known = code_list(name) if name else {}
    for code in classes:
        _one_of(f"class of {layer}", code, known)
    return tuple(code for code in known if code in classes)
