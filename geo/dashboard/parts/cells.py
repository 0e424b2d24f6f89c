"""Read single figures out of protected tables, knowing a missing value from a withheld one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.dashboard.formats import count_text, decimal_text, is_missing, share_text
from geo.dashboard.words import gettext as _
from geo.measures.catalogue import CATALOGUE
from geo.privacy import Protected

__all__ = ["Cell", "read_cell", "read_row", "series", "unit_text"]


@dataclass(frozen=True)
class Cell:
    """One figure: its value, or None; and whether it is withheld."""

    value: float | None
    withheld: bool = False

    def text(self, unit: str = "count") -> str:
        """Write the figure in its unit."""
        return _("withheld") if self.withheld else unit_text(self.value, unit)


def read_cell(table: Protected | None, column: str, row: int = 0) -> Cell:
    """Read a figure; a table or a column that is not there is a missing value."""
    if table is None or column not in table.frame.columns or row >= len(table.frame):
        return Cell(None)
    withheld = column in table.protected.columns and bool(table.protected[column].iloc[row])
    value = table.frame[column].iloc[row]
    return Cell(None if withheld or is_missing(value) else float(value), withheld)


def read_row(table: Protected, area_id: str) -> int | None:
    """Return the position of an area's row; None if it has none."""
    found = table.frame.index[table.frame["area_id"] == area_id]
    return None if found.empty else int(table.frame.index.get_loc(found[0]))


def series(tables: tuple[Protected, ...], column: str) -> list[float | None]:
    """Return one figure of each table, in order."""
    return [read_cell(table, column).value for table in tables]


def unit_text(value: float | None, unit: str) -> str:
    """Write a value in the unit of its measure."""
    if unit == "share":
        return share_text(value)
    if unit in ("count", "households"):
        return count_text(value)
    return decimal_text(value)


def unit_of(measure_id: str) -> str:
    """Return the unit of a measure."""
    return CATALOGUE[measure_id].unit if measure_id in CATALOGUE else "count"


def column_values(table: Protected, column: str) -> pd.Series[Any]:
    """Return a column, or missing values where the table has none such."""
    if column in table.frame.columns:
        return table.frame[column]
    return pd.Series(pd.NA, index=table.frame.index)
