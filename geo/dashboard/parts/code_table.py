"""Tables of classes or grades: one row each with the figures of what is open, late and closed on time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.codes import label
from geo.dashboard.parts.figure_table import Column, scaled, show_figures, withheld_cells
from geo.privacy import Protected
from geo.words import language
from geo.words.cells import is_closed

__all__ = ["code_rows", "show_code_table"]

_NAME_WIDTH = 150


def show_code_table(
    table: Protected, columns: Sequence[Column], *, code: str, list_name: str, title: str, key: str
) -> None:
    """Show a table of codes; columns that it does not have, or that are not for this reader at all, are left out.

    Parameters
    ----------
    columns
        Those wanted, of the table's layer.
    code, list_name
        The column that holds the code, and the list that names it.
    title
        What the codes are called.
    """
    present = [column for column in columns if column.name in table.frame.columns and not is_closed(table, column.name)]
    rows = code_rows(table, present, code=code, list_name=list_name)
    config: dict[str, Any] = {"name": st.column_config.TextColumn(title, pinned=True, width=_NAME_WIDTH)}
    withheld = pd.DataFrame({column.key: withheld_cells(table, column) for column in present}, index=table.frame.index)
    # Rows keep their index: those of nothing at all are left out.
    show_figures(rows, present, withheld=withheld.loc[rows.index], key=key, alt=title, config=config)


def code_rows(table: Protected, columns: Sequence[Column], *, code: str, list_name: str) -> pd.DataFrame:
    """Return the rows with the names of their codes, shares in per cent; those of nothing at all are left out."""
    named = [label(list_name, str(found), language()) for found in table.frame[code]]
    values = {column.key: scaled(table, column) for column in columns}
    rows = pd.DataFrame({"name": pd.Series(named, index=table.frame.index), **values})
    counted = [column.key for column in columns if column.meaning.unit == "count"]
    nothing = rows[counted].eq(0).all(axis=1)
    # Of both sources there may be records that no column counts.
    found = table.frame["n"].ne(0).fillna(value=True).astype(bool) if "n" in table.frame else False
    return rows[~nothing | found]
