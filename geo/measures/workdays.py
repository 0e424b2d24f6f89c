"""Which days are worked: not weekends and public holidays, but weekend days made up for; data with a range of years."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError
from geo.measures.times import day_number
from geo.resources import resource

__all__ = ["Workdays", "load_workdays"]

Days = npt.NDArray[np.int64]

#: Days that terms may begin and end on; far beyond any record, and small as a table.
_FIRST, _AFTER = date(1949, 10, 1), date(2150, 1, 1)
_FRIDAY, _SUNDAY = 4, 6


@dataclass(frozen=True, eq=False)
class Workdays:
    """The days that are worked, as numbers since 1970-01-01.

    Parameters
    ----------
    version
        Of the data.
    known_from, known_until
        The days that notices tell of, half-open; days outside are told by weekends alone, and are provisional.
    sources
        Notice of each year.
    worked
        All days that are worked, in order, 1949 to 2149. Shared, as ``worked_before`` is: not to be changed.
    worked_before
        For each day of those years, and the day after, how many days were worked before it.
    """

    version: str
    known_from: int
    known_until: int
    sources: Mapping[int, str]
    worked: Days = field(repr=False)
    worked_before: Days = field(repr=False)

    @property
    def first_day(self) -> int:
        """The first day that can be counted."""
        return day_number(_FIRST)

    @property
    def after_last_day(self) -> int:
        """The day after the last one that can be counted."""
        return day_number(_AFTER)

    def is_worked(self, days: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return whether each day is worked."""
        return np.isin(np.asarray(days), self.worked)

    def count(self, start: npt.ArrayLike, end: npt.ArrayLike) -> Days:
        """Return how many days are worked from ``start`` to before ``end``, of those that can be counted."""
        first, after = (np.clip(day, self.first_day, self.after_last_day) - self.first_day for day in (start, end))
        return np.asarray(np.maximum(self.worked_before[after] - self.worked_before[first], 0), dtype=np.int64)


def load_workdays(path: Path | None = None) -> Workdays:
    """Read the days that are worked from a TOML file; without a path, China's that come with the product.

    Raises
    ------
    GeoError
        When the file can't be read, years are missing in between, or a day is no day of the kind it is given as.

    Examples
    --------
    >>> china = load_workdays()
    >>> spring_festival = [day_number(date(2025, 1, day)) for day in (25, 26, 27, 28)]
    >>> china.is_worked(spring_festival).tolist(), china.sources[2025]
    ([False, True, True, False], '国办发明电〔2024〕12号')
    """
    return _load(path or resource("workdays.toml"))


@cache
def _load(path: Path) -> Workdays:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return _read(raw)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        problem = f"{path.name}: the workdays can't be read: {error}"
        raise GeoError(f"{problem}. Remedy: compare with the workdays delivered.") from error


def _read(raw: Mapping[str, Any]) -> Workdays:
    years = {int(entry["year"]): entry for entry in raw["years"]}
    if sorted(years) != list(range(min(years), max(years) + 1)) or len(years) != len(raw["years"]):
        raise ValueError(
            f"the years are {', '.join(str(entry['year']) for entry in raw['years'])}, and not one after another"
        )
    days = np.arange(day_number(_FIRST), day_number(_AFTER))
    # 1970-01-01 was a Thursday, day 3 of a week that begins with Monday.
    worked = (days + 3) % 7 <= _FRIDAY
    for entry in years.values():
        for first, last in entry["holidays"]:
            worked[_position(_checked(first, last)) : _position(last) + 1] = False
    for day in (day for entry in years.values() for day in entry["made_up"]):
        if not _FRIDAY < day.weekday() <= _SUNDAY:
            raise ValueError(f"{day} is made up for, and is no Saturday or Sunday")
        worked[_position(day)] = True
    return Workdays(
        version=raw["version"],
        known_from=day_number(date(min(years), 1, 1)),
        known_until=day_number(date(max(years) + 1, 1, 1)),
        sources=MappingProxyType({year: str(entry["source"]) for year, entry in sorted(years.items())}),
        worked=days[worked],
        worked_before=np.concatenate([[0], np.cumsum(worked)]),
    )


def _position(day: date) -> int:
    return day_number(day) - day_number(_FIRST)


def _checked(first: date, last: date) -> date:
    if last < first:
        raise ValueError(f"a holiday ends on {last}, before it begins on {first}")
    return first
