"""Delimited text files as people have them: UTF-8 or GB18030, comma, tab or semicolon, every cell kept as text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import Fault, InputRefused, LayerError

__all__ = ["decode_bytes", "delimited_columns", "header_names", "read_delimited", "table_of_rows"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = (",", "\t", ";", "|")
# GB2312 puts both bytes of a character from A1; Latin-1 text with single accents between ASCII letters does not.
_GB_CHARACTER = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9]")
_BEYOND_ASCII = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x80-\xff](?s:.)?")
_GB_SHARE = 0.9
_SNIFFED_ROWS = 50
_TEXT = pd.StringDtype(na_value=np.nan)


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
    rows = _rows(path, encoding=encoding, delimiter=delimiter)
    return table_of_rows(path, rows, columns=columns, header_row=header_row)


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
    rows = islice(_rows(path, encoding=encoding, delimiter=delimiter), header_row)
    return tuple(table_of_rows(path, rows, columns=None, header_row=header_row).columns)


def decode_bytes(raw: bytes, *, name: str, encoding: str | None = None) -> str:
    r"""Return the text of a file in UTF-8, UTF-16 with a mark, or GB18030.

    GB18030 is taken only where the bytes look like Chinese: nearly any bytes can be read as GB18030.

    Parameters
    ----------
    raw
        The bytes.
    name
        Name of the file, for the message.
    encoding
        Name of an encoding, if the user knows it.

    Raises
    ------
    InputRefused
        When no encoding fits.

    Examples
    --------
    >>> decode_bytes("网格".encode("gbk"), name="grids.csv")
    '网格'
    """
    if encoding is not None:
        return _decode_as(raw, encoding, name)
    for mark, codec in _BOMS:
        if raw.startswith(mark):
            return _decode_as(raw, codec, name)
    if b"\x00" in raw:
        raise _refuse(name, "this is not a text file", "save it as CSV in UTF-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_chinese(raw, error, name)


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
    header = next((row for number, row in numbered if number == header_row), None)
    if header is None or not any(cell.strip() for cell in header):
        raise _refuse(path, f"row {header_row} holds no header", "give the row of the header as header_row")
    names = header_names(path, header)
    kept = {name: place for place, name in enumerate(names) if columns is None or name in columns}
    numbers, flat = _fitting_rows(path, numbered, width=len(names), places=list(kept.values()))
    cells = pa.table({name: _trimmed(flat[place :: len(kept)]) for place, name in enumerate(kept)})
    table: pd.DataFrame = cells.to_pandas(types_mapper={pa.large_string(): _TEXT}.get)
    return table.set_axis(pd.Index(numbers, dtype="int64", name="row")) if kept else table.reindex(numbers)


def header_names(path: Path, header: Sequence[str]) -> list[str]:
    """Return the names of columns, trimmed; a nameless column is named by its place.

    Raises
    ------
    InputRefused
        When a name stands twice.
    """
    names = [cell.strip().lstrip("\ufeff") or f"column {place}" for place, cell in enumerate(header, start=1)]
    double = [name for name, count in Counter(names).items() if count > 1]
    if double:
        raise _refuse(path, f"columns with the same name: {', '.join(double)}", "give each column its own name")
    return names


def _rows(path: Path, *, encoding: str | None, delimiter: str | None) -> Iterator[list[str]]:
    text = decode_bytes(path.read_bytes(), name=path.name, encoding=encoding)
    if not text.strip():
        raise _refuse(path, "the file is empty", "export it again")
    return _parse(path, text, delimiter or _find_delimiter(text))


def _decode_as(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except LookupError as error:
        raise _refuse(name, f"there is no encoding {encoding!r}", "use UTF-8 or GB18030") from error
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise _refuse(name, f"row {row} is not {encoding}", "save the file as UTF-8, or give its encoding") from error


def _decode_chinese(raw: bytes, error: UnicodeDecodeError, name: str) -> str:
    row = raw.count(b"\n", 0, error.start) + 1
    if _utf8_share(raw) > 1 / 2:
        problem = f"row {row} holds bytes that are not UTF-8"
        raise _refuse(name, problem, "export it again; it may be cut off") from error
    if _gb_share(raw) >= _GB_SHARE:
        return _decode_as(raw, "gb18030", name)
    raise _refuse(
        name, f"row {row} is neither UTF-8 nor Chinese GB18030", "save the file as UTF-8, or give its encoding"
    ) from error


def _utf8_share(raw: bytes) -> float:
    """Return the share of characters beyond ASCII that are good UTF-8; some bytes of GB18030 are by chance."""
    beyond = [char for char in raw.decode("utf-8", errors="replace") if char > "\x7f"]
    return 1 - beyond.count("\ufffd") / max(1, len(beyond))


def _gb_share(raw: bytes) -> float:
    """Return the share of characters beyond ASCII in the GB2312 part of GB18030, or in its part of four bytes."""
    beyond = _BEYOND_ASCII.findall(raw)
    return sum(map(bool, map(_GB_CHARACTER.fullmatch, beyond))) / max(1, len(beyond))


def _find_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first rows into the most columns, the same number in each."""
    lines = text.splitlines(keepends=True)[:_SNIFFED_ROWS]

    def columns(delimiter: str) -> tuple[int, int]:
        # A row may span lines; what is cut at the end of the sample is of no account here.
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        width, rows = counts.most_common(1)[0]
        return (rows if width > 1 else 0, width)

    return max(_DELIMITERS, key=columns)


def _parse(path: Path, text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):  # noqa: B007 - the message needs the last good row
            yield row
    except csv.Error as error:
        problem = f"row {number + 1} can't be read ({error})"
        raise _refuse(path, problem, "look for a quotation mark that is not closed; the file may be cut off") from error


def _fitting_rows(
    path: Path, rows: Iterable[tuple[int, Sequence[str]]], *, width: int, places: Sequence[int]
) -> tuple[list[int], list[str]]:
    """Return the numbers of the rows that hold anything, and the cells at some places of them, one row after another.

    One flat list: a million lists of cells would keep the garbage collector busy for longer than the reading takes.
    """
    numbers, flat, unfit = list[int](), list[str](), list[int]()
    for number, row in rows:
        if not any(row):
            continue
        if len(row) < width or any(row[width:]):
            unfit.append(number)
        else:
            numbers.append(number)
            flat += [row[place] for place in places]
    if unfit:
        raise LayerError([_unfit_rows(path, unfit, width)])
    return numbers, flat


def _trimmed(cells: list[str]) -> pa.Array:
    """Return cells without white space around them, empty ones missing."""
    text = pc.utf8_trim_whitespace(pa.array(cells, pa.large_string()))
    return pc.if_else(pc.equal(text, ""), None, text)


def _unfit_rows(path: Path, rows: list[int], width: int) -> Fault:
    problem = f"{len(rows):,} rows don't have the {width} cells of the header"
    remedy = "export the file again; it may be cut off or have stray delimiters"
    return Fault(path.name, None, tuple(rows), problem, remedy)


def _refuse(path: Path | str, problem: str, remedy: str) -> InputRefused:
    name = path.name if isinstance(path, Path) else path
    return InputRefused(f"{name}: {problem}. Remedy: {remedy}.")
