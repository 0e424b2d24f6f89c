"""Rows as they came from a file, as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import re

import pandas as pd

__all__ = ["rows_csv", "safe_cell"]

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


def rows_csv(rows: pd.DataFrame) -> str:
    """Return rows as CSV text for a spreadsheet, names of columns too; see `safe_cell`.

    Parameters
    ----------
    rows
        Any cells; missing ones become empty.
    """
    safe = pd.DataFrame(
        {position: [_cell(value) for value in rows.iloc[:, position]] for position in range(len(rows.columns))}
    )
    names = [safe_cell(str(name)) for name in rows.columns]
    return str(safe.to_csv(index=False, header=names, lineterminator="\r\n"))


def _cell(value: object) -> object:
    return safe_cell(value) if isinstance(value, str) else value
