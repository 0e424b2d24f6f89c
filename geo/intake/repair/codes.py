"""Repair of codes that were typed or exported badly: full-width signs, hidden signs, spaces, a point and a zero."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from geo.intake.cells import to_arrow
from geo.intake.match import contains, holds_only

__all__ = ["FLAWS", "clean_code", "clean_codes", "flaw_of"]

_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Every flaw shows in one of these; all other cells are passed over at once.
_BEYOND_SUSPICION = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_/"
_SUSPECT = r"[\x{FF01}-\x{FF5E}\x{3000}\x{00A0}\x{00AD}\x{200B}-\x{200D}\x{2060}\x{FEFF}]|\s|^['‘’`]|^\d+\.0+$"

#: What a code may suffer, and the pattern that tells it (Python's).
FLAWS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "full_width": re.compile("[\uff01-\uff5e]"),
        "hidden": re.compile(f"[{_HIDDEN}]"),
        "spaces": re.compile(r"^[\d\s]*\d\s+\d[\d\s]*$|^\s|\s$"),
        "apostrophe": re.compile(r"^['‘’`]\w"),
        "float": re.compile(r"^\d+\.0+$"),
    }
)


def clean_code(code: str) -> str:
    """Return a code without what typing and exporting did to it; its letters and digits stay as they are.

    Examples
    --------
    >>> [clean_code(code) for code in ("３３０６８１", "3306 81 109", "'0832", "990101.0", "New Town")]
    ['330681', '330681109', '0832', '990101', 'New Town']
    """
    text = "".join(_usual(sign) for sign in code if sign not in _HIDDEN).strip()
    if FLAWS["apostrophe"].match(text):
        text = text[1:]
    if FLAWS["spaces"].match(text):
        text = re.sub(r"\s+", "", text)
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def clean_codes(cells: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Index[Any]]:
    """Clean a column of codes.

    Returns
    -------
    tuple
        The column, and the labels of the cells that were changed.
    """
    if holds_only(to_arrow(cells), _BEYOND_SUSPICION):
        return cells, cells.index[:0]
    suspects = cells[contains(cells, _SUSPECT)]
    cleaned = suspects.map(clean_code)
    changed = suspects.index[(cleaned != suspects).to_numpy(dtype=bool)]
    if changed.empty:
        return cells, changed
    mended = cells.copy()
    mended.loc[changed] = cleaned.loc[changed]
    return mended, changed


def flaw_of(code: str) -> str | None:
    """Return the first flaw of a code; None if it has none.

    Examples
    --------
    >>> flaw_of("990101.0"), flaw_of("990101")
    ('float', None)
    """
    return next((name for name, pattern in FLAWS.items() if pattern.search(code)), None)


def _usual(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" or sign in "\u3000\u00a0" else sign
