"""Delimited text files as people have them: UTF-8 or GB18030, comma, tab or semicolon, every cell kept as text."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import ArrayLike, NDArray

from geo.errors import Fault, InputRefused, LayerError
from geo.intake.readers.limits import load_limits
from geo.intake.readers.text_scan import TextFile, scan_text

__all__ = ["delimited_columns", "header_names", "read_delimited", "read_delimited_batches", "table_of_rows"]

_BLOCK_BYTES = 12 << 20
# A line as long as this is none; the strict reader takes in one line at a time.
_LONGEST_LINE = 8 << 20
_ROWS_AT_A_TIME = 100_000
_TEXT = pd.StringDtype(na_value=np.nan)
# Arrow passes over the mark of UTF-8 by itself.
_SAME = {"utf-8-sig": "utf-8"}


def read_delimited(
    path: Path,
    *,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> pd.DataFrame:
    """Read a CSV or TSV file; every cell is text, an empty cell is missing.

    Parameters
    ----------
    path
        The file.
    columns
        Columns to keep; all if None. Cells of other columns are not kept in memory.
    encoding, delimiter
        Found from the file if None.
    header_row
        Row, from 1, that holds the names of the columns.

    Returns
    -------
    pandas.DataFrame
        Columns of dtype ``str``; the index ``row`` is the row as a spreadsheet numbers it, from 1, header included.

    Raises
    ------
    InputRefused
        When the file is empty, not text, cut off, or its rows don't fit its header.
    """
    tables = read_delimited_batches(
        path, columns=columns, encoding=encoding, delimiter=delimiter, header_row=header_row
    )
    return pd.concat(list(tables))


def read_delimited_batches(
    path: Path,
    *,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    block_bytes: int = _BLOCK_BYTES,
    rows_at_a_time: int = _ROWS_AT_A_TIME,
) -> Iterator[pd.DataFrame]:
    """Read a file of any length in batches of rows; put together they are what `read_delimited` returns.

    Parameters
    ----------
    path, columns, encoding, delimiter, header_row
        As in `read_delimited`.
    block_bytes, rows_at_a_time
        How much is read at a time; a row in bulk may be as long as the block.

    Yields
    ------
    pandas.DataFrame
        At least one, which may have no rows.

    Raises
    ------
    InputRefused
        As `read_delimited`; rows that don't fit the header are told when all have been read.
    """
    file = scan_text(path, encoding=encoding, delimiter=delimiter)
    names = header_names(path, _find_header(path, enumerate(_parse(file), start=1), header_row))
    kept = [place for place, name in enumerate(names) if columns is None or name in columns]
    if file.regular and kept:
        yield from _read_in_bulk(file, names, kept, header_row, block_bytes)
        return
    numbered = enumerate(_parse(file), start=1)
    _find_header(path, numbered, header_row)
    yield from _make_tables(path, numbered, names, kept, rows_at_a_time)


def delimited_columns(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, header_row: int = 1
) -> tuple[str, ...]:
    """Return the names of the columns; no row below the header is read.

    Parameters
    ----------
    path, encoding, delimiter, header_row
        As in `read_delimited`.

    Raises
    ------
    InputRefused
        As `read_delimited`.
    """
    file = scan_text(path, encoding=encoding, delimiter=delimiter)
    return tuple(header_names(path, _find_header(path, enumerate(_parse(file), start=1), header_row)))


def table_of_rows(
    path: Path, rows: Iterable[Sequence[str]], *, columns: Sequence[str] | None, header_row: int
) -> pd.DataFrame:
    """Make a table of rows of text, the first ``header_row`` of which end with the header.

    Parameters
    ----------
    path
        The file, for messages.
    rows
        All rows of the file, the header among them; an empty row is passed over and keeps its number.
    columns
        Columns to keep; all if None.
    header_row
        Row, from 1, that holds the header.

    Returns
    -------
    pandas.DataFrame
        As `read_delimited`.
    """
    numbered = enumerate(rows, start=1)
    names = header_names(path, _find_header(path, numbered, header_row))
    kept = [place for place, name in enumerate(names) if columns is None or name in columns]
    return pd.concat(list(_make_tables(path, numbered, names, kept, _ROWS_AT_A_TIME)))


def header_names(path: Path, header: Sequence[str]) -> list[str]:
    """Return the names of columns, trimmed; a nameless column is named by its place.

    Raises
    ------
    InputRefused
        When a name stands twice.
    """
    most = load_limits().table_columns
    if len(header) > most:
        problem = f"{len(header):,} columns; a table has at most {most:,}"
        raise _refuse(path, problem, "turn rows and columns around, or take out those that are not needed")
    names = [cell.strip().lstrip("\ufeff") or f"column {place}" for place, cell in enumerate(header, start=1)]
    double = [name for name, count in Counter(names).items() if count > 1]
    if double:
        raise _refuse(path, f"columns with the same name: {', '.join(double)}", "give each column its own name")
    return names


def _find_header(path: Path, numbered: Iterator[tuple[int, Sequence[str]]], header_row: int) -> Sequence[str]:
    """Return the row of the header; what numbers the rows goes on below it."""
    header = next((row for number, row in numbered if number == header_row), None)
    if header is None or not any(cell.strip() for cell in header):
        raise _refuse(path, f"row {header_row} holds no header", "give the row of the header as header_row")
    return header


def _parse(file: TextFile) -> Iterator[list[str]]:
    """Read rows one by one, strictly."""
    number = 0
    with file.path.open(encoding=file.codec, newline="") as text:
        reader = csv.reader(_lines(file.path, text), delimiter=file.delimiter, strict=True)
        try:
            for number, row in enumerate(reader, start=1):  # noqa: B007 - the message needs the last good row
                yield row
        except csv.Error as error:
            problem = f"row {number + 1} can't be read ({error})"
            remedy = "look for a quotation mark that is not closed; the file may be cut off"
            raise _refuse(file.path, problem, remedy) from error


def _lines(path: Path, text: TextIO) -> Iterator[str]:
    for number in count(1):
        line = text.readline(_LONGEST_LINE)
        if len(line) == _LONGEST_LINE:
            problem = f"line {number} is longer than {_LONGEST_LINE:,} characters"
            raise _refuse(path, problem, "look for line ends that are missing; this is not a table")
        if not line:
            return
        yield line


def _make_tables(
    path: Path, numbered: Iterable[tuple[int, Sequence[str]]], names: Sequence[str], kept: Sequence[int], size: int
) -> Iterator[pd.DataFrame]:
    """Make tables of rows of text; raise at the end if some did not fit."""
    unfit, rows = list[int](), iter(numbered)
    some = list(islice(rows, size))
    while True:
        numbers, flat = _fitting_rows(some, len(names), kept, unfit)
        columns = [pa.array(flat[place :: len(kept)], pa.large_string()) for place in range(len(kept))]
        yield _make_table([names[place] for place in kept], columns, numbers)
        some = list(islice(rows, size))
        if not some:
            break
    if unfit:
        raise LayerError([_unfit_rows(path, unfit, len(names))])


def _fitting_rows(
    rows: Iterable[tuple[int, Sequence[str]]], width: int, places: Sequence[int], unfit: list[int]
) -> tuple[list[int], list[str]]:
    """Return the numbers of the rows that hold anything, and the cells at some places of them, one row after another.

    One flat list: a million lists of cells would keep the garbage collector busy for longer than the reading takes.
    """
    numbers, flat = list[int](), list[str]()
    for number, row in rows:
        if not any(row):
            continue
        if len(row) < width or any(row[width:]):
            unfit.append(number)
        else:
            numbers.append(number)
            flat += [row[place] for place in places]
    return numbers, flat


def _read_in_bulk(
    file: TextFile, names: Sequence[str], kept: Sequence[int], header_row: int, block_bytes: int
) -> Iterator[pd.DataFrame]:
    """Read the rows of a regular file by Arrow; from where it meets a row of another width on, by the strict reader."""
    # Of a blank row all cells must be seen to be empty.
    asked = range(len(names)) if file.blank_rows else kept
    skipped, next_row = list[int](), 1
    try:
        for batch in _open(file, len(names), asked, skipped, header_row, block_bytes):
            numbers = np.arange(next_row, next_row + batch.num_rows + len(skipped))
            numbers = (np.setdiff1d(numbers, skipped) if skipped else numbers)[: batch.num_rows]
            next_row = int(numbers[-1]) + 1 if len(numbers) else next_row
            wanted = (numbers > header_row) & _hold_anything(batch, file)
            columns = [batch.column(str(place)).filter(pa.array(wanted)) for place in kept]
            yield _make_table([names[place] for place in kept], columns, numbers[wanted])
    except pa.ArrowInvalid:
        rest = ((number, row) for number, row in enumerate(_parse(file), start=1) if number >= next_row)
        below = ((number, row) for number, row in rest if number > header_row)
        yield from _make_tables(file.path, below, names, kept, _ROWS_AT_A_TIME)


def _open(
    file: TextFile, width: int, asked: Iterable[int], skipped: list[int], header_row: int, block_bytes: int
) -> pacsv.CSVStreamingReader:
    def above_the_header(row: pacsv.InvalidRow) -> str:
        if row.number > header_row:
            return "error"
        skipped.append(row.number)
        return "skip"

    names = [str(place) for place in range(width)]
    codec = codecs.lookup(file.codec).name
    return pacsv.open_csv(
        file.path,
        # The number of a row that does not fit is told to one thread only.
        read_options=pacsv.ReadOptions(
            column_names=names, encoding=_SAME.get(codec, codec), use_threads=False, block_size=block_bytes
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=file.delimiter,
            newlines_in_values=file.quoted,
            ignore_empty_lines=False,
            invalid_row_handler=above_the_header,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            include_columns=[str(place) for place in asked],
            strings_can_be_null=False,
        ),
    )


def _hold_anything(batch: pa.RecordBatch, file: TextFile) -> NDArray[np.bool_]:
    holds = np.full(batch.num_rows, not file.blank_rows)
    for column in batch.columns if file.blank_rows else ():
        holds |= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    return holds


def _make_table(names: Sequence[str], columns: Sequence[pa.Array], numbers: ArrayLike) -> pd.DataFrame:
    """Make a table of cells without white space around them, empty ones missing."""
    index = pd.Index(np.asarray(numbers, dtype=np.int64), name="row")
    cells = {name: _trim(column) for name, column in zip(names, columns, strict=True)}
    if not cells:
        return pd.DataFrame(index=index)
    table: pd.DataFrame = pa.table(cells).to_pandas(types_mapper={pa.large_string(): _TEXT}.get)
    return table.set_axis(index)


def _trim(column: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(column)
    blank = pc.equal(text, "")
    return pc.if_else(blank, pa.scalar(None, text.type), text) if pc.any(blank).as_py() else text


def _unfit_rows(path: Path, rows: list[int], width: int) -> Fault:
    problem = f"{len(rows):,} rows don't have the {width} cells of the header"
    remedy = "export the file again; it may be cut off or have stray delimiters"
    return Fault(path.name, None, tuple(rows), problem, remedy)


def _refuse(path: Path | str, problem: str, remedy: str) -> InputRefused:
    name = path.name if isinstance(path, Path) else path
    return InputRefused(f"{name}: {problem}. Remedy: {remedy}.")
