"""The third guard: values of mapped columns that are of persons or of petitions, told in batches with their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.errors import Fault
from geo.intake.cells import to_arrow
from geo.intake.persons.numbers import Numbers, find_numbers
from geo.intake.persons.patterns import (
    ADDRESS,
    EMAIL,
    MASKED_IDENTITY,
    MASKED_PHONE,
    OTHER_PHONE,
    PLATE,
    WECHAT,
    name_words,
    of_usual_width,
    special_words,
)

__all__ = ["KINDS", "PersonValues", "find_person_values"]

#: What is looked for, and how one of it is called.
KINDS = {
    "identity numbers": "an identity number",
    "phone numbers": "a phone number",
    "plates of vehicles": "a plate of a vehicle",
    "accounts": "an account or an e-mail address",
    "addresses": "an address",
    "names of persons": "the name of a person",
    "petitions": "a petition",
}
# A few rows with a person in them are rejected; from such a share on the column is one of persons.
_MANY = 0.01
_MANY_OF = {"petitions": 0.0, "phone numbers": 0.2}
# What all but numbers have: a sign that is no letter or digit, stars written as x, or a word of petitions.
_WORTH = "(?i)[^0-9a-z]|[0-9]x{4}|petition|xinfang"
_REMEDY = "take these rows out of the file, or leave them out in the recipe by [[leave_out_rows]]"


@dataclass(frozen=True, eq=False)
class PersonValues:
    """What of persons stands in columns, as far as they were looked at.

    Parameters
    ----------
    cells
        Column → cells that hold anything.
    rows
        (Column, kind of value) → rows that hold one.
    numbers
        Column → its numbers, of persons or of records.
    """

    cells: Mapping[str, int]
    rows: Mapping[tuple[str, str], tuple[int, ...]]
    numbers: Mapping[str, Numbers] = field(default_factory=dict)

    @classmethod
    def look(
        cls,
        table: pd.DataFrame,
        *,
        before: PersonValues | None = None,
        places: Collection[str] = (),
        coded: Collection[str] = (),
    ) -> PersonValues:
        """Look at columns of text; the index is the row.

        Parameters
        ----------
        table
            The columns.
        before
            What stands in the rows before: by all of a column's numbers together chance is told from persons.
        places
            Columns of the names of areas or places, which may be as persons' and tell where they lie.
        coded
            Columns of classes and of areas' codes, whose words may be as names.
        """
        cells, found, numbers = dict[str, int](), dict[tuple[str, str], tuple[int, ...]](), dict[str, Numbers]()
        for name in map(str, table.columns):
            text = table[name].dropna()
            cells[name] = len(text)
            past = Numbers() if before is None else before.numbers.get(name, Numbers())
            skipped = _skipped(place=name in places, coded=name in coded)
            hits, numbers[name] = _look(text, past, skipped)
            found |= {(name, kind): rows for kind, rows in hits if rows}
        return cls(cells, found, numbers)

    def add(self, other: PersonValues) -> PersonValues:
        """Return what is in these rows and in the rows that follow."""
        names, keys = dict.fromkeys([*self.cells, *other.cells]), dict.fromkeys([*self.rows, *other.rows])
        none = Numbers()
        return PersonValues(
            {name: self.cells.get(name, 0) + other.cells.get(name, 0) for name in names},
            {key: (*self.rows.get(key, ()), *other.rows.get(key, ())) for key in keys},
            {name: self.numbers.get(name, none).add(other.numbers.get(name, none)) for name in names},
        )

    def faults(self, file: str) -> tuple[Fault, ...]:
        """Return a fault for each column with many of a kind, or with a petition; with rows and never with values."""
        return tuple(
            Fault(file, name, rows, f"the values are {kind}", _REMEDY)
            for name in self.cells
            for kind in KINDS
            if (rows := self.rows.get((name, kind), ())) and len(rows) > _MANY_OF.get(kind, _MANY) * self.cells[name]
        )

    def counted(self) -> PersonValues:
        """Return the same without the rows: what the batches after are judged by."""
        return PersonValues(self.cells, {}, self.numbers)

    def petitions_alone(self) -> PersonValues:
        """Return the same with nothing but the petitions."""
        return PersonValues(self.cells, {key: rows for key, rows in self.rows.items() if key[1] == "petitions"})

    def single(self) -> Iterable[tuple[str, str, tuple[int, ...]]]:
        """Give column, kind and rows of what rejects the row that it stands in."""
        for (name, kind), rows in self.rows.items():
            if kind != "petitions":
                yield name, kind, rows


def find_person_values(file: str, table: pd.DataFrame) -> tuple[Fault, ...]:
    """Return a fault for each column of which many cells are of persons, or one is of a petition.

    Parameters
    ----------
    file
        Name of the file, for the message.
    table
        The mapped columns as text; the index is the row.
    """
    return PersonValues.look(table).faults(file)


def _skipped(*, place: bool, coded: bool) -> frozenset[str]:
    kinds = {"addresses", "names of persons"} if place else {"names of persons"} if coded else set[str]()
    return frozenset(kinds)


def _look(
    text: pd.Series[str], past: Numbers, skipped: Collection[str]
) -> tuple[list[tuple[str, tuple[int, ...]]], Numbers]:
    # Each different text is looked at once: of classes there are few.
    coded = to_arrow(text).dictionary_encode()
    words, places = of_usual_width(coded.dictionary), coded.indices.to_numpy()
    numbers = find_numbers(words, np.bincount(places, minlength=len(words)))
    known = past.add(numbers.seen)
    by_kind = {"identity numbers": numbers.identity(known), "phone numbers": numbers.phones(known)}
    by_kind["accounts"] = numbers.cards(known)
    for kind, hits in _find_forms(words):
        by_kind[kind] = by_kind[kind] | hits if kind in by_kind else hits
    found = [
        (kind, tuple(int(row) for row in text.index[hits[places]]))
        for kind, hits in by_kind.items()
        if kind not in skipped and hits.any()
    ]
    return found, numbers.seen


def _find_forms(words: pa.Array) -> Iterable[tuple[str, NDArray[np.bool_]]]:
    """Give the cells of each kind; cells of letters and digits alone, as codes are, are not looked at long."""
    worth = np.flatnonzero(_match(words, _WORTH))
    some = words.take(pa.array(worth))
    if not len(some) or not pc.any(pc.match_substring_regex(some, _all_forms())).as_py():
        return
    for kind, pattern in _forms().items():
        hits = np.zeros(len(words), dtype=bool)
        hits[worth] = _match(some, pattern)
        yield kind, hits


@cache
def _forms() -> Mapping[str, str]:
    words = name_words()
    return {
        "identity numbers": MASKED_IDENTITY,
        "phone numbers": f"{MASKED_PHONE}|{OTHER_PHONE}",
        "plates of vehicles": PLATE,
        "accounts": f"{EMAIL}|{WECHAT}",
        "addresses": ADDRESS,
        "names of persons": rf"^(?:{words.likely}|{words.shortened})(?:$|[^一-鿿])",
        "petitions": special_words().petition,
    }


@cache
def _all_forms() -> str:
    return "|".join(f"(?:{pattern})" for pattern in _forms().values())


def _match(words: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), dtype=bool)
