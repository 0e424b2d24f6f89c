"""Excel workbooks: one sheet as a table of text, codes as they were typed, rows numbered as on the sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import python_calamine as calamine

from geo.errors import InputRefused
from geo.intake.readers.book_file import open_book
from geo.intake.readers.text import table_of_rows

__all__ = ["read_workbook"]

_Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta


def read_workbook(
    path: Path, *, columns: Sequence[str] | None = None, sheet: str | None = None, header_row: int = 1
) -> pd.DataFrame:
    """Read a sheet; numbers that are whole become text without a decimal point, dates ISO text.

    Parameters
    ----------
    path
        An XLSX (or XLS) file.
    columns
        Columns to keep; all if None.
    sheet
        Name of the sheet; may be left out when only one sheet holds cells.
    header_row
        Row of the sheet, from 1, that holds the names of the columns.

    Returns
    -------
    pandas.DataFrame
        Columns of dtype ``str``; the index ``row`` is the row number on the sheet.

    Raises
    ------
    InputRefused
        When the file is broken or protected, or the sheet can't be told.
    """
    with open_book(path) as book:
        cells = _pick_sheet(path, book, sheet).to_python(skip_empty_area=False)
    return table_of_rows(path, _rows_of_text(cells), columns=columns, header_row=header_row)


def _pick_sheet(path: Path, book: calamine.CalamineWorkbook, sheet: str | None) -> calamine.CalamineSheet:
    names = list(book.sheet_names)
    if sheet is not None:
        if sheet not in names:
            raise _refuse_sheet(path, f"there is no sheet {sheet!r}", names)
        return book.get_sheet_by_name(sheet)
    filled = [found for found in map(book.get_sheet_by_name, names) if found.height and found.width]
    if not filled:
        raise InputRefused(f"{path.name}: no sheet holds a cell. Remedy: export it again.")
    if len(filled) > 1:
        raise _refuse_sheet(path, "several sheets hold cells", [found.name for found in filled])
    return filled[0]


def _refuse_sheet(path: Path, problem: str, names: Sequence[str]) -> InputRefused:
    return InputRefused(f"{path.name}: {problem}. Remedy: name one of {', '.join(names)} as the recipe's part.")


def _rows_of_text(cells: Sequence[Sequence[_Cell]]) -> Iterator[list[str]]:
    for row in cells:
        yield [_cell_text(cell) for cell in row]


def _cell_text(cell: _Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return cell if isinstance(cell, str) else str(cell)
