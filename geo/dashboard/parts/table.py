"""A table of rows as every page shows it: as high as it has rows, up to a limit; missing cells as a dash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from geo.dashboard.theme import theme_name
from geo.maps.palettes import theme_colours
from geo.words.formats import MISSING

__all__ = ["show_table", "text_width"]

_ROW_HEIGHT = 32
# Streamlit breaks lines in rows of more than four times its base font's size.
_WRAPPED_ROW_HEIGHT = 62
_FRAME_HEIGHT = 4
# Of a cell's font; a Chinese sign is as wide as it is high.
_WIDE_SIGN, _NARROW_SIGN, _CELL_PADDING = 13.2, 6.8, 30
_FIRST_WIDE = "\u2e80"


def show_table(
    rows: pd.DataFrame,
    *,
    key: str,
    alt: str,
    config: Mapping[str, Any] | None = None,
    most: int | None = None,
    wraps: bool = False,
    withheld: pd.DataFrame | None = None,
    read_as: Mapping[str, Callable[[object], str]] = MappingProxyType({}),
) -> None:
    """Show a table.

    Parameters
    ----------
    rows
        Its cells.
    key
        Tells it from all others on the page.
    alt
        What it is, for those who hear the page.
    config
        How its columns are shown, as Streamlit takes it.
    most
        Rows to see at once; the others are scrolled to. All of them if not given.
    wraps
        Whether long texts go on in the next line; rows are higher then.
    withheld
        For each row and any of its columns whether the cell is withheld: it is shaded then.
    read_as
        For columns of texts, what is seen in place of a text, which itself is copied, sorted by and heard.
    """
    row_height = _WRAPPED_ROW_HEIGHT if wraps else _ROW_HEIGHT
    seen = len(rows) if most is None else min(len(rows), most)
    st.dataframe(
        rows if withheld is None or not withheld.any(axis=None) else _shaded(rows, withheld, read_as),
        key=key,
        hide_index=True,
        column_config=config,
        row_height=row_height,
        height=_ROW_HEIGHT + row_height * seen + _FRAME_HEIGHT,
        placeholder=MISSING,
        alt=alt,
    )


def _shaded(rows: pd.DataFrame, withheld: pd.DataFrame, read_as: Mapping[str, Callable[[object], str]]) -> Styler:
    colours = theme_colours(theme_name())
    look = f"background-color:{colours.missing};color:{colours.text}"
    hidden = withheld.reindex(columns=rows.columns, fill_value=False)
    looks = pd.DataFrame("", index=rows.index, columns=rows.columns).mask(hidden, look)
    return rows.style.apply(lambda _rows: looks, axis=None).format({**read_as}, na_rep=MISSING)


def text_width(texts: Iterable[str], *, most: int = 240) -> int:
    """Return the width in pixels that a column needs to show texts whole.

    A browser measures them itself, but by the font that it has before the one for Chinese comes in.

    Parameters
    ----------
    most
        The width that no text makes a column go beyond.

    Examples
    --------
    >>> text_width(["", "abcdefghij", "\u67ab\u6797"]), text_width(["m" * 90])
    (98, 240)
    """
    widths = [sum(_WIDE_SIGN if sign >= _FIRST_WIDE else _NARROW_SIGN for sign in text) for text in texts]
    return min(most, round(max(widths, default=0.0)) + _CELL_PADDING)
