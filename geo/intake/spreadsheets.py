"""Texts as a spreadsheet may read them: what would begin a formula is marked as text."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

__all__ = ["safe_cell", "safe_texts"]

#: What makes a spreadsheet take a cell for a formula.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe goes before what would begin a formula.

    A number stays a number, whatever its sign.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-76.61"), safe_cell("-1+1"), safe_cell("Elm Street")
    ("'=1+1", '-76.61', "'-1+1", 'Elm Street')
    """
    return f"'{text}" if text.startswith(_STARTS) and not _NUMBER.fullmatch(text) else text


def safe_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose texts and names of columns no spreadsheet runs, ready for CSV; see `safe_cell`.

    All else stays as it is: numbers, dates, missing cells.
    """
    columns = [rows.iloc[:, position] for position in range(len(rows.columns))]
    safe = pd.DataFrame(dict(enumerate(map(_safe_column, columns))), index=rows.index)
    return safe.set_axis([safe_cell(str(name)) for name in rows.columns], axis="columns")


def _safe_column(cells: pd.Series[Any]) -> pd.Series[Any]:
    dtype = cells.dtype
    if not (isinstance(dtype, pd.CategoricalDtype | pd.StringDtype) or pd.api.types.is_object_dtype(dtype)):
        return cells
    return pd.Series(list(map(_cell, cells)), index=cells.index, dtype="object")


def _cell(value: object) -> object:
    return safe_cell(value) if isinstance(value, str) else value
