"""The third guard: values of mapped columns that are of persons or of petitions, told in batches with their rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.errors import Fault
from geo.intake.cells import to_arrow
from geo.intake.persons import PLATE_PROVINCES, is_identity_number, petition_words

__all__ = ["PersonValues", "find_person_values"]

# Digits of any script, as people type them on Chinese keyboards.
_DIGIT = r"\p{Nd}"
_DAY = rf"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]{_DIGIT}|3[01])"
_IDENTITY = rf"[1-9]{_DIGIT}{{5}}(?:19|20){_DIGIT}{{2}}{_DAY}{_DIGIT}{{3}}[0-9Xx]"
_MOBILE = rf"(?:\+?86[- ]?)?1[3-9]{_DIGIT}{{9}}"
_PLATE = rf"[{PLATE_PROVINCES}][A-Z][·\- ]?[A-Z0-9]{{4,5}}[A-Z0-9挂学警港澳]"
_KINDS = ("identity numbers", "phone numbers", "plates of vehicles", "petitions")
# Numbers of records may look like phones by chance; a column of which this share does is a column of phones.
_PHONE_SHARE = 0.2
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
    """

    cells: Mapping[str, int]
    rows: Mapping[tuple[str, str], tuple[int, ...]]

    @classmethod
    def look(cls, table: pd.DataFrame) -> PersonValues:
        """Look at columns of text; the index is the row."""
        cells = {str(name): int(table[name].notna().sum()) for name in table.columns}
        found = {(str(name), kind): rows for name in table.columns for kind, rows in _look(table[name]) if rows}
        return cls(cells, found)

    def add(self, other: PersonValues) -> PersonValues:
        """Return what is in these rows and in the rows that follow."""
        names, keys = dict.fromkeys([*self.cells, *other.cells]), dict.fromkeys([*self.rows, *other.rows])
        return PersonValues(
            {name: self.cells.get(name, 0) + other.cells.get(name, 0) for name in names},
            {key: (*self.rows.get(key, ()), *other.rows.get(key, ())) for key in keys},
        )

    def faults(self, file: str) -> tuple[Fault, ...]:
        """Return a fault for each column and kind, with rows and never with values."""
        return tuple(
            Fault(file, name, rows, f"the values are {kind}", _REMEDY)
            for name in self.cells
            for kind in _KINDS
            if (rows := self.rows.get((name, kind), ())) and (kind != "phone numbers" or self._are_phones(name))
        )

    def _are_phones(self, name: str) -> bool:
        return len(self.rows[name, "phone numbers"]) > _PHONE_SHARE * self.cells[name]


def find_person_values(file: str, table: pd.DataFrame) -> tuple[Fault, ...]:
    """Return a fault for each column that holds identity numbers, phones, plates or petitions.

    Parameters
    ----------
    file
        Name of the file, for the message.
    table
        The mapped columns as text; the index is the row.
    """
    return PersonValues.look(table).faults(file)


def _look(column: pd.Series[str]) -> Iterable[tuple[str, tuple[int, ...]]]:
    text = column.dropna()
    # Each different text is looked at once: of classes there are few.
    coded = to_arrow(text).dictionary_encode()
    words, places = coded.dictionary, coded.indices.to_numpy()
    if not pc.any(pc.match_substring_regex(words, "|".join(f"(?:{pattern})" for pattern in _patterns()))).as_py():
        return
    for kind, pattern in zip(_KINDS, _patterns(), strict=True):
        hits = pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False)
        if kind == "identity numbers":
            hits = _with_check_signs(words, hits)
        if hits.any():
            yield kind, tuple(int(row) for row in text.index[hits[places]])


def _with_check_signs(words: pa.Array, hits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    right = hits.copy()
    for place in np.flatnonzero(hits):
        right[place] = is_identity_number(words[int(place)].as_py())
    return right


@cache
def _patterns() -> tuple[str, ...]:
    # "competition" is none.
    words = (rf"(?:^|[^a-z]){re.escape(word)}" if word.isascii() else word for word in petition_words())
    return f"^(?:{_IDENTITY})$", f"^(?:{_MOBILE})$", f"^{_PLATE}$", f"(?i){'|'.join(words)}"
