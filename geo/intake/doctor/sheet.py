"""Where a table lies on its sheet: the row of the names, rows above it, totals and notes below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.intake.match import fullmatch

__all__ = ["TOTAL", "find_header", "find_tail", "holds_no_names"]

#: A cell that names its row a total.
TOTAL = r"(?i)[(（]?(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|grand total|sub-?total|totals?|sum)[)）]?\s*[:：]?"
_HEAD_ROWS = 30
_FULL_SHARE = 0.6
_TAIL_ROWS = 10
# A word such as "total" in many rows is a value, not a row of totals.
_MOST_TOTALS = 0.05
_VALUE = re.compile(r"[-+]?[\d.,/:\s%-]*\d[\d.,/:\s%-]*(?:[AP]M)?", re.IGNORECASE)


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row, from 1, that holds the names: the first that is about as full as the fullest one.

    Examples
    --------
    >>> find_header([["Grids of the town", "", ""], ["code", "name", "households"], ["1", "a", "300"]])
    2
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:_HEAD_ROWS]]
    wanted = _FULL_SHARE * max(filled, default=0)
    return next((place for place, count in enumerate(filled, start=1) if count and count >= wanted), 1)


def holds_no_names(header: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row is a record rather than names: numbers and dates stand in it as in those below."""
    values = [place for place, cell in enumerate(header) if _VALUE.fullmatch(cell.strip())]
    alike = [
        place for place in values if any(_VALUE.fullmatch(row[place].strip()) for row in below if place < len(row))
    ]
    there = [cell for cell in header if cell.strip()]
    return len(there) > 1 and len(alike) * 2 >= len(there)


def find_tail(cells: pd.DataFrame) -> tuple[int, ...]:
    """Return the rows that are no records: totals and the header anywhere, and notes of one cell below the table.

    Parameters
    ----------
    cells
        Columns of text, the index is the row.
    """
    if cells.empty or cells.shape[1] < 2:
        return ()
    found = np.zeros(len(cells), dtype=bool)
    for name in cells.columns[:3]:
        found |= fullmatch(cells[name], TOTAL)
    if found.sum() > max(1, _MOST_TOTALS * len(cells)):
        found[:] = False
    return tuple(int(row) for row in cells.index[found | _notes(cells) | _header_again(cells)])


def _header_again(cells: pd.DataFrame) -> Any:  # noqa: ANN401 - an array of booleans
    """Tell which rows hold the names of the columns, as pages that were put one below the other do."""
    first, second = cells.columns[:2]
    rows = ((cells[first] == first) & (cells[second] == second)).fillna(False).to_numpy(dtype=bool, copy=True)
    for place in np.flatnonzero(rows):
        row = cells.iloc[place].dropna()
        rows[place] = bool((row == row.index).all())
    return rows


def _notes(cells: pd.DataFrame) -> Any:  # noqa: ANN401 - an array of booleans
    """Tell which of the last rows hold one cell alone, where the rows above hold more."""
    notes = np.zeros(len(cells), dtype=bool)
    if cells.shape[1] < 3 or len(cells) < 3:
        return notes
    filled = cells.iloc[-_TAIL_ROWS:].notna().sum(axis=1).to_numpy()
    usual = float(cells.iloc[: -_TAIL_ROWS // 2 or None].head(1000).notna().sum(axis=1).median())
    for back in range(1, len(filled)):
        if filled[-back] > 1 or usual < 3:
            break
        notes[-back] = True
    return notes
