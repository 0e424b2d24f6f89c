"""Whether the cells of a table are of a length that a table's cells have."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import Fault, LayerError
from geo.intake.readers.limits import load_limits

__all__ = ["check_cells"]


def check_cells(file: str, table: pd.DataFrame) -> None:
    """Refuse a table with a text in it that is longer than any cell's.

    Parameters
    ----------
    file
        Name of the file, for the message.
    table
        Columns of text and others; the index tells the rows.

    Raises
    ------
    LayerError
        When a text is longer than the limits allow; it names columns and rows.
    """
    most = load_limits().table_cell_characters
    faults = list[Fault]()
    for place, name in enumerate(table.columns):
        cells = table.iloc[:, place]
        if not isinstance(cells.dtype, pd.StringDtype):
            continue
        if _most_bytes(cells) <= most:
            continue
        lengths = cells.str.len()
        rows = tuple(int(row) for row in table.index[(lengths > most).fillna(value=False).to_numpy(dtype=bool)])
        if rows:
            column = str(name) if len(str(name)) <= 60 else f"{str(name)[:59]}…"
            problem = f"a cell of {int(lengths.max()):,} characters; a cell has at most {most:,}"
            remedy = "look for a quotation mark that is not closed, or take the text out"
            faults.append(Fault(file, column, rows, problem, remedy))
    if faults:
        raise LayerError(faults)


def _most_bytes(cells: pd.Series[Any]) -> int:
    """Return the bytes of the longest text: no text has more characters than bytes, and these are counted already."""
    lengths = pc.binary_length(pa.array(cells, from_pandas=True))
    return int(pc.max(lengths).as_py() or 0)
