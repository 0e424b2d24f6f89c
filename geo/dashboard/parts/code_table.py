"""Tables of classes or grades: one row each with the figures of what is open, late and closed on time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.codes import label
from geo.dashboard.parts.area_table import Column, number_column, show_withheld
from geo.dashboard.parts.cells import unit_of
from geo.dashboard.parts.table import show_table
from geo.dashboard.words import language
from geo.privacy import Protected

__all__ = ["code_rows", "show_code_table"]

_NAME_WIDTH = 150


def show_code_table(
    table: Protected, columns: Sequence[Column], *, code: str, list_name: str, title: str, key: str
) -> None:
    """Show a table of codes; columns that it does not have are left out.

    Parameters
    ----------
    columns
        Those wanted, of the table's layer.
    code, list_name
        The column that holds the code, and the list that names it.
    title
        What the codes are called.
    """
    present = [column for column in columns if column.name in table.frame.columns]
    rows = code_rows(table, present, code=code, list_name=list_name)
    config: dict[str, Any] = {"name": st.column_config.TextColumn(title, pinned=True, width=_NAME_WIDTH)}
    config |= {column.key: number_column(column) for column in present}
    show_table(rows, key=key, alt=title, config=config)
    show_withheld([table])


def code_rows(table: Protected, columns: Sequence[Column], *, code: str, list_name: str) -> pd.DataFrame:
    """Return the rows with the names of their codes, shares in per cent; those of nothing at all are left out."""
    named = [label(list_name, str(found), language()) for found in table.frame[code]]
    values = {
        column.key: table.frame[column.name] * (100 if unit_of(column.name) == "share" else 1) for column in columns
    }
    rows = pd.DataFrame({"name": named, **values})
    counted = [column.key for column in columns if unit_of(column.name) == "count"]
    return rows[~rows[counted].eq(0).all(axis=1)].reset_index(drop=True)
