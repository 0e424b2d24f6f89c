"""The cells of one column as the guards look at them: each different text once, and how many cells it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geo.intake.match import contains
from geo.intake.persons.numbers import NumberCells, find_numbers
from geo.intake.persons.patterns import of_usual_width

__all__ = ["PersonCells"]


@dataclass(frozen=True, eq=False)
class PersonCells:
    """The different cells of a column.

    Parameters
    ----------
    column
        Its header.
    kinds
        The different cells, in letters of usual width.
    counts
        How many cells are each.
    worded
        Whether two letters stand together in any, or a letter and a star.
    """

    column: str
    kinds: pd.Series[str]
    counts: NDArray[np.int64]
    worded: bool

    @classmethod
    def of(cls, text: pd.Series[str], column: str) -> PersonCells:
        """Take up the cells of a column that hold anything."""
        found = text.value_counts()
        plain = of_usual_width(pa.array(found.index, pa.large_string()))
        kinds = pd.Series(plain.to_pylist(), dtype="str")
        worded = bool(contains(kinds, "[A-Za-z\u4e00-\u9fff]{2}|[\u4e00-\u9fff][*]").any())
        return cls(column, kinds, np.asarray(found, dtype=np.int64), worded)

    @property
    def cells(self) -> int:
        """How many cells were taken up."""
        return int(self.counts.sum())

    @cached_property
    def numbers(self) -> NumberCells:
        """The numbers in the different cells."""
        return find_numbers(pa.array(self.kinds, pa.large_string()), self.counts)

    def share(self, hits: Any) -> float:  # noqa: ANN401 - an array or a series of booleans, one for each kind
        """Return the share of cells that are hit."""
        return float(self.counts[np.asarray(hits, dtype=bool)].sum()) / self.cells

    def holding(self, pattern: str) -> float:
        """Return the share of cells that hold a match of a pattern (RE2)."""
        return self.share(contains(self.kinds, pattern))
