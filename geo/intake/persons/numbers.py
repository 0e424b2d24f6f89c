"""Numbers in the cells of a column: of persons, or of records that only look so by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.intake.persons.patterns import (
    BANK_CARD,
    IDENTITY,
    MOBILE,
    NUMBER_OF_11,
    beyond_chance,
    is_card_number,
    right_check_signs,
)

__all__ = ["NumberCells", "Numbers", "find_numbers", "runs_on"]

_NO_DIGIT = "[^0-9Xx]"
# Systems that number records by their day are of this century; who is in a file was mostly born before.
_CENTURY = 2000
_LAST_YEARS = 2
_CHANCE_OF_IDENTITY = 1 / 11
_CHANCE_OF_CARD = 1 / 10
_DIGITS_IN_A_ROW = r"\d(?:[ -]?\d){10}"
_LEAST_FOR_RUN = 20
_STEP = 50
_LOOKED_AT = 20_000


@dataclass(frozen=True, eq=False)
class Numbers:
    """What numbers a column holds, as far as it was looked at.

    Parameters
    ----------
    births
        Year in numbers of the form of identity numbers → how many there are, and how many with a right check sign.
    cards
        Numbers of the form of cards of banks, and those with a right check digit.
    eleven
        Numbers of eleven digits, and those that may be phones.
    running
        Whether those that may be phones follow each other, as numbers of records do.
    """

    births: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    cards: tuple[int, int] = (0, 0)
    eleven: tuple[int, int] = (0, 0)
    running: bool = False

    def add(self, other: Numbers) -> Numbers:
        """Return these and more."""
        years = dict.fromkeys([*self.births, *other.births])
        return Numbers(
            {year: _sum(self.births.get(year, (0, 0)), other.births.get(year, (0, 0))) for year in years},
            _sum(self.cards, other.cards),
            _sum(self.eleven, other.eleven),
            self.running or other.running,
        )

    def born(self) -> Callable[[int], bool]:
        """Return what tells whether numbers with a right check sign and this year are identity numbers.

        A number of a record may hold the division and the day, as 330681 20250301 0001, and one in eleven has a right
        check sign by chance. So three spans are judged apart, each by how many of its numbers have a right one: the
        years before 2000, which no system numbers its records by; the column's last three years, in which its records
        would be; and those between.
        """
        newest = max((year for year in self.births), default=0)

        def span(year: int) -> int:
            return 0 if year < _CENTURY else 2 if year >= newest - _LAST_YEARS else 1

        forms = {at: [pair for year, pair in self.births.items() if span(year) == at] for at in range(3)}
        told = {
            at: beyond_chance(sum(one for one, _ in pairs), sum(hits for _, hits in pairs), chance=_CHANCE_OF_IDENTITY)
            for at, pairs in forms.items()
        }
        return lambda year: told[span(year)]

    @property
    def are_cards(self) -> bool:
        """Whether numbers with a right check digit are of cards."""
        return beyond_chance(*self.cards, chance=_CHANCE_OF_CARD)

    @property
    def are_phones(self) -> bool:
        """Whether numbers of eleven digits that may be phones are: not where most are none, or one follows another."""
        return self.eleven[1] > self.eleven[0] / 2 and not self.running


@dataclass(frozen=True, eq=False)
class NumberCells:
    """Where the different cells of a column hold numbers that may be of persons; each array has one entry a cell."""

    seen: Numbers
    year: NDArray[np.int64]
    card: NDArray[np.bool_]
    phone: NDArray[np.bool_]

    def identity(self, known: Numbers) -> NDArray[np.bool_]:
        """Tell which hold an identity number, by what is known of the column."""
        if not self.year.any():
            return self._none
        born = known.born()
        told = [year for year in np.unique(self.year) if year > 0 and born(int(year))]
        return np.isin(self.year, told)

    def cards(self, known: Numbers) -> NDArray[np.bool_]:
        """Tell which hold the number of a card."""
        return self.card if known.are_cards else self._none

    def phones(self, known: Numbers) -> NDArray[np.bool_]:
        """Tell which hold a phone."""
        return self.phone if known.are_phones else self._none

    @property
    def _none(self) -> NDArray[np.bool_]:
        return np.zeros(len(self.year), dtype=bool)


def find_numbers(words: pa.Array, counts: NDArray[np.int64]) -> NumberCells:
    """Find the numbers in the different cells of a column.

    Parameters
    ----------
    words
        The different cells, in letters of usual width.
    counts
        How many cells are each.

    Examples
    --------
    >>> found = find_numbers(pa.array(["tel 13800138000", "D00001"], pa.large_string()), np.array([1, 1]))
    >>> found.phones(found.seen).tolist()
    [True, False]
    """
    none = np.zeros(len(words), dtype=bool)
    year = np.zeros(len(words), dtype=np.int64)
    long = _match(words, _DIGITS_IN_A_ROW)
    if not long.any():
        return NumberCells(Numbers(), year, none, none)
    births = _find_births(words, counts, long, year)
    cards, card = [0, 0], none.copy()
    for place, number in _numbers(words, BANK_CARD, long):
        card[place] = is_card_number(number)
        cards = [cards[0] + int(counts[place]), cards[1] + int(card[place]) * int(counts[place])]
    phone = long & _match(words, MOBILE)
    eleven = long & (phone | _match(words, NUMBER_OF_11))
    some = [number for _, number in _numbers(words.slice(0, _LOOKED_AT), MOBILE, phone[:_LOOKED_AT])]
    seen = Numbers(
        births,
        (cards[0], cards[1]),
        (int(counts[eleven].sum()), int(counts[phone].sum())),
        runs_on(pd.Series(some, dtype="str")),
    )
    return NumberCells(seen, year, card, phone)


def _find_births(
    words: pa.Array, counts: NDArray[np.int64], where: NDArray[np.bool_], year: NDArray[np.int64]
) -> dict[int, tuple[int, int]]:
    """Return what stands in numbers of the form of identity numbers; note the year of those with a right check sign."""
    found = _numbers(words, IDENTITY, where)
    if not found:
        return {}
    places = np.array([place for place, _ in found])
    signs = np.array([number for _, number in found], dtype="S18").view(np.uint8).reshape(-1, 18)
    right = right_check_signs(signs)
    born = (signs[:, 6:10].astype(np.int64) - 48) @ (1000, 100, 10, 1)
    year[places[right]] = born[right]
    weight = counts[places]
    return {
        int(one): (int(weight[born == one].sum()), int(weight[(born == one) & right].sum())) for one in np.unique(born)
    }


def runs_on(kinds: pd.Series[str]) -> bool:
    """Tell whether numbers follow each other, as those of records do and phones do not.

    Examples
    --------
    >>> runs_on(pd.Series([str(13_000_000_000 + at) for at in range(30)]))
    True
    """
    numbers = pd.to_numeric(kinds, errors="coerce").dropna().sort_values()
    return len(numbers) >= max(_LEAST_FOR_RUN, 0.9 * len(kinds)) and float(numbers.diff().median()) < _STEP


def _numbers(words: pa.Array, pattern: str, where: NDArray[np.bool_]) -> list[tuple[int, str]]:
    """Return the cells that hold a number, with its signs together."""
    places = np.flatnonzero(where & _match(words, pattern))
    if not len(places):
        return []
    found = pc.struct_field(pc.extract_regex(words.take(pa.array(places)), pattern), "number")
    found = pc.replace_substring_regex(found, _NO_DIGIT, "")
    return list(zip(places.tolist(), found.to_pylist(), strict=True))


def _match(words: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
