"""Open a workbook only once its own bytes have shown that it can be held: sizes, places of cells, texts, chains."""

from __future__ import annotations

import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import python_calamine as calamine

from geo.errors import InputRefused
from geo.intake.readers.limits import Limits, load_limits
from geo.intake.readers.trial import TrialFailed, try_out
from geo.intake.readers.unpack import copy_members, open_zip
from geo.intake.readers.vector_check import check_size

__all__ = ["open_book"]

_CHUNK = 4 << 20
_READ = (".xml", ".bin", ".rels")
_MOST_WIDE = 16_384
# A sheet's reader makes room for the whole rectangle up to the last cell, filled or not.
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,10})["']""")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row\b")
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\b")
_PLAIN_ROW = re.compile(rb"<row[ >]")
_SPACES = bytes.maketrans(b"\t\r\n/", b"   >")
_NUMBER = re.compile(rb">\s*([0-9]{1,9})\s*<")
_LESS, _MORE = b"<>"
_SMALLER = "delete empty rows and columns far from the table, and save it again, or save the sheet as CSV"
# More than anything is packed; sheets repeat themselves, and what they may unpack to is bounded as a whole.
_ANY_RATIO = 10_000
_TRIAL_SECONDS, _TRIAL_BYTES = 30, 2 << 30
_TRIAL = """
import python_calamine as calamine
try:
    with calamine.CalamineWorkbook.from_path(sys.argv[1]) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
except calamine.CalamineError as error:
    print(error, end="")
    sys.exit(1)
"""
# A count that the reader makes room for.
_COUNT = re.compile(rb"""ount\s*=\s*["']([^"']{0,40})["']""")


@contextmanager
def open_book(path: Path) -> Iterator[calamine.CalamineWorkbook]:
    """Open an XLSX, XLSM or XLS for reading, if it can be held.

    What is opened of an XLSX is a copy of the parts that have been looked through: readers of zips need not agree on
    what is in one.

    Raises
    ------
    InputRefused
        When it is broken or protected, unpacks to more than any real one, lies of its sizes, or has a cell so far out
        that the sheet could not be held; here or where its cells are read.
    """
    check_size(path)
    try:
        if not zipfile.is_zipfile(path):
            _try_out(path)
            with calamine.CalamineWorkbook.from_path(str(path)) as book:
                yield book
            return
        with _looked_through(path) as copy, calamine.CalamineWorkbook.from_path(str(copy)) as book:
            yield book
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _broken(path, error) from error
    except BaseException as error:
        # What the reader's own language calls a panic is no Exception here; all else goes on its way.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken(path, error) from error


@contextmanager
def _looked_through(path: Path) -> Iterator[Path]:
    """Give a copy of a workbook's parts, each unpacked and looked through, in a folder for the time."""
    limits = load_limits()
    with tempfile.TemporaryDirectory(prefix="maplegrid-") as folder:
        with open_zip(path, limits) as bundle:
            parts = [one for one in bundle.infolist() if one.filename.lower().endswith(_READ)]
            copies = {one: Path(folder, str(place)) for place, one in enumerate(parts)}
            most = limits.workbook_unpacked_bytes
            copy_members(path, bundle, copies, most_bytes=most, ratio=_ANY_RATIO, remedy=_SMALLER)
        _check_parts(path, {one.filename: copy for one, copy in copies.items()}, limits)
        copy = Path(folder, "book.xlsx")
        with zipfile.ZipFile(copy, "w") as book:
            for part, unpacked in copies.items():
                book.write(unpacked, part.filename)
                unpacked.unlink()
        yield copy


@dataclass(frozen=True)
class _Seen:
    """What a part of a workbook holds: the longest text, the signs ``<``, the last cell, what it says that it holds."""

    longest: int
    marks: int
    rows: int
    columns: int
    told: int


def _check_parts(path: Path, parts: dict[str, Path], limits: Limits) -> None:
    seen = {name: _look_through(part, sheet="worksheets/" in name.lower()) for name, part in parts.items()}
    for name, one in seen.items():
        if one.longest > 4 * limits.table_cell_characters and name.lower().endswith(".xml"):
            problem = f"a cell of more than {limits.table_cell_characters:,} characters, in {name}"
            raise _refuse(path, problem, "take it out, and save the workbook again")
        if max(one.rows * max(1, one.columns), one.told) > limits.workbook_cells or one.columns > _MOST_WIDE:
            raise _too_large(path)
    shared = next((part for name, part in parts.items() if name.lower().endswith("sharedstrings.xml")), None)
    texts = next((one for name, one in seen.items() if name.lower().endswith("sharedstrings.xml")), None)
    sheets = {name: one for name, one in seen.items() if "worksheets/" in name.lower()}
    # The same text may stand in each cell; only where that could be too much is it counted.
    if shared is None or texts is None:
        return
    if texts.longest * sum(one.marks for one in sheets.values()) <= limits.workbook_unpacked_bytes:
        return
    lengths = _lengths_of_texts(shared)
    if sum(_bytes_of_texts(parts[name], lengths) for name in sheets) > limits.workbook_unpacked_bytes:
        raise _too_large(path)


def _look_through(part: Path, *, sheet: bool) -> _Seen:
    """Look a part through, piece by piece."""
    longest, marks, rows, columns, since, tail = 0, 0, 0, 0, 0, b""
    letters, cells, in_row, widest, told = set[bytes](), 0, 0, 0, 0
    with part.open("rb") as file:
        while chunk := file.read(_CHUNK):
            signs = np.frombuffer(chunk, np.uint8)
            edges = np.flatnonzero((signs == _LESS) | (signs == _MORE))
            gaps = np.diff(np.concatenate([[-since - 1], edges, [len(signs)]])) - 1
            longest = max(longest, int(gaps.max()))
            since = int(gaps[-1])
            marks += int(np.count_nonzero(signs == _LESS))
            told = max([told, *map(_count_told, _COUNT.findall(tail + chunk))])
            if sheet:
                places = _PLACE.findall(tail + chunk)
                letters |= {column.upper() for column in {column for column, _ in places}}
                rows = max([rows, *map(int, {number for _, number in places})])
                in_row, widest, more = _count_cells(tail[-8:] + chunk, in_row, widest)
                cells += more
            tail = chunk[-64:]
    columns = max(max((_column_number(one) for one in letters), default=0), widest)
    return _Seen(longest, marks, max(rows, cells), columns, told)


def _count_told(digits: bytes) -> int:
    # A sign written by its number is no way to write a count.
    return int(digits) if digits.strip().isdigit() else sys.maxsize if b"&" in digits else 0


def _count_cells(chunk: bytes, in_row: int, widest: int) -> tuple[int, int, int]:
    """Count cells that may stand without a place: those of the widest row, and how many rows begin."""
    # The usual form is counted ten times as fast as one with prefixes.
    prefixed = b":row" in chunk or b":c" in chunk
    plain = chunk if prefixed else chunk.translate(_SPACES)
    first, *others = (_ROW if prefixed else _PLAIN_ROW).split(plain)
    in_row += _cells_in(first, prefixed=prefixed)
    widest = max(widest, in_row)
    for row in others:
        in_row = _cells_in(row, prefixed=prefixed)
        widest = max(widest, in_row)
    return in_row, widest, len(others)


def _cells_in(row: bytes, *, prefixed: bool) -> int:
    return len(_CELL.findall(row)) if prefixed else row.count(b"<c ") + row.count(b"<c>")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _lengths_of_texts(shared: Path) -> np.ndarray:
    """Return the bytes of each shared text."""
    texts = re.split(rb"<(?:\w+:)?si[\s>]", shared.read_bytes())[1:]
    return np.array([len(text) for text in texts], dtype=np.int64)


def _bytes_of_texts(sheet: Path, lengths: np.ndarray) -> int:
    """Return what the cells of a sheet become at most, each number taken for that of a shared text."""
    total, tail = 0, b""
    with sheet.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole = tail + chunk
            end = whole.rfind(b"<") + 1
            places = np.array(_NUMBER.findall(whole[:end]), dtype=np.int64)
            total += int(lengths[places[places < len(lengths)]].sum())
            tail = whole[max(0, end - 1) :]
    return total


def _try_out(path: Path) -> None:
    """Read an old workbook once in a process of its own, where it may break or grow without harm.

    Its reader trusts counts and chains in the file: it goes round in a ring for ever, or asks for more memory than
    there is, which ends the process.
    """
    try:
        try_out(path, _TRIAL, seconds=_TRIAL_SECONDS, memory_bytes=_TRIAL_BYTES)
    except TrialFailed as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: BaseException) -> InputRefused:
    why = str(error)[:200]
    remedy = "open it in Excel, take off a password, and save it again as .xlsx"
    return InputRefused(f"{path.name}: the workbook can't be read ({why}). Remedy: {remedy}.")


def _too_large(path: Path) -> InputRefused:
    return _refuse(path, "the workbook would unpack to too much", _SMALLER)


def _refuse(path: Path, problem: str, remedy: str) -> InputRefused:
    return InputRefused(f"{path.name}: {problem}. Remedy: {remedy}.")
