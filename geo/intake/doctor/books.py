"""Read a workbook for the doctor: one sheet as text, and what the book hides; bounded before a cell is unpacked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from geo.intake.doctor.sheet import find_header, find_tail, holds_no_names
from geo.intake.doctor.table import Layout, RawTable, Reading, make_frame, name_columns
from geo.intake.readers.book_file import open_book
from geo.intake.readers.limits import load_limits

__all__ = ["read_book_table"]

_MOST_CELLS = 40_000_000
_MOST_ROWS = 1_100_000
_HEAD_ROWS = 60

Told = tuple[str, Mapping[str, Any]]
_Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta


def read_book_table(path: Path, *, sheet: str | None = None, header_row: int | None = None) -> Reading:
    """Read a sheet of a workbook: the one named, or the first visible one that holds cells.

    Raises
    ------
    InputRefused
        When the book is broken, protected, or unpacks to more than any real one.
    """
    with open_book(path) as book:
        return _read_sheet(book, sheet, header_row)


def _read_sheet(book: calamine.CalamineWorkbook, sheet: str | None, header_row: int | None) -> Reading:
    told = list[Told]()
    visible = {str(meta.name): meta.visible == calamine.SheetVisibleEnum.Visible for meta in book.sheets_metadata}
    names = list(book.sheet_names)
    if sheet is not None and sheet not in names:
        return Reading(None, (("text.no_sheet", {"sheets": ", ".join(names)}),))
    filled = [name for name in names if _is_filled(book, name)]
    shown = [name for name in filled if visible.get(name, True)]
    hidden = [name for name in filled if not visible.get(name, True)]
    if hidden:
        told.append(("text.hidden_sheets", {"sheets": hidden}))
    if not filled:
        return Reading(None, (*told, ("text.empty", {})))
    chosen = sheet or (shown or filled)[0]
    # The import counts hidden sheets too: it asks for a name where several hold cells.
    if sheet is None and len(filled) > 1:
        told.append(("text.sheets", {"sheets": filled, "chosen": chosen}))
    found = book.get_sheet_by_name(chosen)
    reading = _read_cells(found, chosen, header_row)
    merged = _merged(found)
    if merged and reading.table is not None:
        below = sorted({row for row, last in merged if last >= reading.table.layout.header_row})
        if below:
            told.append(("text.merged", {"rows": below}))
    return Reading(reading.table, (*told, *reading.told))


def _is_filled(book: calamine.CalamineWorkbook, name: str) -> bool:
    sheet = book.get_sheet_by_name(name)
    return bool(sheet.height and sheet.width)


def _merged(sheet: calamine.CalamineSheet) -> list[tuple[int, int]]:
    """Return first and last row, from 1, of each merged range."""
    ranges = sheet.merged_cell_ranges or []
    return [(first[0] + 1, last[0] + 1) for first, last in ranges]


def _read_cells(sheet: calamine.CalamineSheet, name: str, header_row: int | None) -> Reading:
    first_row = sheet.start[0] if sheet.start else 0
    first_column = sheet.start[1] if sheet.start else 0
    rows = _rows_of_text(sheet)
    head = [[""] * first_column + row for row in islice(rows, _HEAD_ROWS)]
    head = [*[[]] * first_row, *head]
    width = max(map(len, head), default=0)
    most = load_limits().table_columns
    if not width or width > most:
        return Reading(None, (("text.too_wide", {"columns": width, "most": most}),))
    place = header_row or find_header(head)
    if place > len(head):
        return Reading(None, (("text.no_table", {}),))
    header = [*head[place - 1], *[""] * (width - len(head[place - 1]))]
    names, double = name_columns(header)
    told = list[Told]()
    if double:
        told.append(("text.double_names", {"columns": double}))
    if header_row is None and place > 1:
        told.append(("text.header_row", {"row": place}))
    if holds_no_names(header, head[place:]):
        told.append(("text.no_header", {"row": place}))
    rest = ([""] * first_column + row for row in rows)
    flat, count, complete = _flatten(head[place:], rest, width)
    if not complete:
        told.append(("text.sampled", {"looked_at": count}))
    columns = [pa.array(flat[at::width], pa.large_string()) for at in range(width)]
    frame = make_frame(names, columns, np.arange(place + 1, place + 1 + count))
    frame = frame.loc[frame.notna().any(axis=1)]
    frame = frame.drop(
        columns=[one for one in map(str, frame.columns) if one.startswith("column ") and not frame[one].notna().any()]
    )
    tail = find_tail(frame)
    layout = Layout("workbook", header_row=place, part=name, complete=complete, total_rows=tail)
    return Reading(RawTable(frame.drop(index=list(tail)), layout), tuple(told))


def _flatten(head: Sequence[list[str]], rest: Iterator[list[str]], width: int) -> tuple[list[str], int, bool]:
    flat, count = list[str](), 0
    for rows in (iter(head), rest):
        for row in rows:
            if count >= _MOST_ROWS or len(flat) >= _MOST_CELLS:
                return flat, count, False
            flat += row[:width] if len(row) >= width else [*row, *[""] * (width - len(row))]
            count += 1
    return flat, count, True


def _rows_of_text(sheet: calamine.CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [_cell_text(cell) for cell in row]


def _cell_text(cell: _Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)
