"""The table that the doctor looks at: every cell as text, as the file has it, however unfit the file is for import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Layout", "RawTable", "Reading", "make_frame", "name_columns", "spread"]

TEXT = pd.StringDtype(na_value=np.nan)
#: Rows looked at where a sample proves it.
SAMPLE_ROWS = 5_000


@dataclass(frozen=True)
class Layout:
    """How the table lies in its file.

    Parameters
    ----------
    kind
        ``text``, ``workbook``, ``vector`` or ``parquet``.
    encoding, delimiter
        Of a text file, or of a shapefile's attributes.
    header_row
        Row of the names, from 1; 0 where the format keeps names apart.
    part
        Sheet, layer or member that was looked at.
    complete
        False where only the first rows were looked at.
    total_rows
        Rows that are no records: totals and notes below the table.
    """

    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    part: str | None = None
    complete: bool = True
    total_rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file's table.

    Parameters
    ----------
    cells
        All columns as text without white space around it, empty cells missing; the index ``row`` is the row as a reader
        counts it. Rows that are no records (`Layout.total_rows`) are not in it.
    layout
        How it lies in the file.
    geometry
        Shapes of the rows, in the file's own coordinates; None for a table without any.
    crs
        What the file says of its coordinates, as WKT or a name; None if it says nothing.
    unreadable
        Rows whose shapes are there and can't be read; they have none in ``geometry``.
    judged
        Shares that have been worked out: of a column's cells that may be of a kind.
    """

    cells: pd.DataFrame
    layout: Layout
    geometry: NDArray[np.object_] | None = None
    crs: str | None = None
    unreadable: tuple[int, ...] = ()
    judged: dict[tuple[str, str], float | None] = field(default_factory=dict, repr=False)
    _samples: dict[str, pd.Series[Any]] = field(default_factory=dict, repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(str(name) for name in self.cells.columns)

    def column(self, name: str) -> pd.Series[Any]:
        """Return the cells of a column that hold anything."""
        cells = self.cells[name]
        return cells.dropna() if cells.hasnans else cells

    def sample(self, name: str) -> pd.Series[Any]:
        """Return up to 5,000 cells of a column that hold anything, spread evenly over the file."""
        if name not in self._samples:
            self._samples[name] = spread(self.column(name), SAMPLE_ROWS)
        return self._samples[name]


@dataclass(frozen=True, eq=False)
class Reading:
    """What reading gave: the table (None if nothing could be read) and what was wrong on the way, as code → figures."""

    table: RawTable | None
    told: tuple[tuple[str, Mapping[str, Any]], ...] = ()


def spread(cells: pd.Series[Any], most: int) -> pd.Series[Any]:
    """Return up to ``most`` cells, spread evenly.

    Examples
    --------
    >>> spread(pd.Series(range(10)), 3).tolist()
    [0, 4, 9]
    """
    if len(cells) <= most:
        return cells
    return cells.iloc[np.linspace(0, len(cells) - 1, most).astype("int64")]


def make_frame(names: Sequence[str], columns: Sequence[pa.ChunkedArray | pa.Array], rows: NDArray[Any]) -> pd.DataFrame:
    """Make a frame of columns of text, trimmed, empty cells missing."""
    trimmed = [_trim(column) for column in columns]
    # Columns are named by their place on the way: a file may have the same name twice.
    table = pa.table(trimmed, names=[str(place) for place in range(len(names))])
    frame: pd.DataFrame = table.to_pandas(types_mapper=lambda _: TEXT)
    frame.columns = pd.Index(list(names), dtype=object)
    return frame.set_axis(pd.Index(rows, dtype="int64", name="row"))


def name_columns(header: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return names that differ, and those that stood there twice; a nameless column is named by its place.

    Examples
    --------
    >>> name_columns(["id", "", "id"])
    (['id', 'column 2', 'id (column 3)'], ['id'])
    """
    names, double = list[str](), list[str]()
    for place, cell in enumerate(header, start=1):
        name = str(cell).strip().lstrip("\ufeff") or f"column {place}"
        if name in names:
            double.append(name)
            name = f"{name} (column {place})"
        names.append(name)
    return names, double


def _trim(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    text = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
    blank = pc.equal(text, "")
    return pc.if_else(blank, None, text) if pc.any(blank).as_py() else text
