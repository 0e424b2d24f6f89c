"""A table of rows as every page shows it: as high as it has rows, up to a limit; missing cells as a dash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

__all__ = ["show_table"]

_ROW_HEIGHT = 32
_FRAME_HEIGHT = 4
_DASH = "–"


def show_table(
    rows: pd.DataFrame, *, key: str, alt: str, config: Mapping[str, Any] | None = None, most: int | None = None
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
    """
    seen = len(rows) if most is None else min(len(rows), most)
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        column_config=config,
        row_height=_ROW_HEIGHT,
        height=_ROW_HEIGHT * (seen + 1) + _FRAME_HEIGHT,
        placeholder=_DASH,
        alt=alt,
    )
