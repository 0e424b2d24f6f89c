"""A look through a text file before it is read: its encoding, its delimiter, and whether its rows can be read in bulk.

Arrow reads CSV ten times as fast as Python's own reader, and takes more for good: text behind a closing quotation mark,
a mark that is never closed. Rows are therefore read in bulk only where every quotation mark stands where it should, so
that both readers give the same cells; the other files go through the strict one, which tells what is wrong.
"""

from __future__ import annotations

import codecs
import csv
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from geo.errors import InputRefused
from geo.intake.readers.encoding import find_codec, read_pieces

__all__ = ["TextFile", "find_delimiter", "read_head", "scan_text"]

_DELIMITERS = (",", "\t", ";", "|")
_SNIFFED_ROWS = 50
_HEAD_BYTES = 1 << 20
_FILES_KEPT, _SETTLED_S = 4, 2.0
_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'


@dataclass(frozen=True)
class TextFile:
    """A delimited text file that has been looked through.

    Parameters
    ----------
    path
        Where it lies.
    codec
        Codec that reads all of it.
    delimiter
        What its cells are cut by.
    regular
        Whether every quotation mark opens or closes a cell, or is doubled within one, and lines are of usual length.
    quoted
        Whether there is a quotation mark at all.
    blank_rows
        Whether a row may hold nothing; False is sure, True is not.
    """

    path: Path
    codec: str
    delimiter: str
    regular: bool
    quoted: bool
    blank_rows: bool


def scan_text(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> TextFile:
    """Look a file through, in pieces.

    Parameters
    ----------
    path
        The file.
    encoding, delimiter
        Found from the file if None.

    Raises
    ------
    InputRefused
        When the file is empty, or not text.
    """
    found = path.stat()
    # What changed a moment ago may change again within one tick of the disk's clock, unseen.
    scan = _scan if time.time() - found.st_mtime > _SETTLED_S else _scan.__wrapped__
    return scan(path, (found.st_ino, found.st_size, found.st_mtime_ns), encoding, delimiter)


@lru_cache(maxsize=_FILES_KEPT)
def _scan(path: Path, _state: tuple[int, ...], encoding: str | None, delimiter: str | None) -> TextFile:
    """Look a file through that is as its state says: whoever lists its columns reads it next."""
    codec = find_codec(path, encoding=encoding)
    head = read_head(path, codec)
    if not head.strip() and not any(piece.strip() for piece in _as_utf8(path, codec)):
        raise InputRefused(f"{path.name}: the file is empty. Remedy: export it again.")
    delimiter = delimiter or find_delimiter(head)
    if len(delimiter) != 1 or not delimiter.isascii():
        return TextFile(path, codec, delimiter, regular=False, quoted=True, blank_rows=True)
    regular, quoted, blank_rows = _judge_rows(_as_utf8(path, codec), delimiter)
    return TextFile(path, codec, delimiter, regular=regular, quoted=quoted, blank_rows=blank_rows)


def read_head(path: Path, codec: str) -> str:
    """Return the first megabyte of a text file, up to the last whole line; what is no text in the codec is marked."""
    with path.open("rb") as file:
        raw = file.read(_HEAD_BYTES)
    text = raw.decode(codec, errors="replace")
    # The last line of a part of a file may be cut.
    return text if len(raw) < _HEAD_BYTES else text.rpartition("\n")[0] or text


def find_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first rows into the most columns, the same number in each."""
    lines = text.splitlines(keepends=True)[:_SNIFFED_ROWS]

    def columns(delimiter: str) -> tuple[int, int]:
        # A row may span lines; what is cut at the end of the sample is of no account here.
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:  # a cell longer than any that a table has
            return (0, 0)
        width, rows = counts.most_common(1)[0] if counts else (0, 0)
        return (rows if width > 1 else 0, width)

    return max(_DELIMITERS, key=columns)


def _as_utf8(path: Path, codec: str) -> Iterator[bytes]:
    if codecs.lookup(codec).name == "utf-8":
        yield from read_pieces(path)
        return
    decoder = codecs.getincrementaldecoder(codec)()
    for piece in read_pieces(path):
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _judge_rows(pieces: Iterable[bytes], delimiter: str) -> tuple[bool, bool, bool]:
    """Tell whether rows are regular, whether any cell is quoted, and whether a row may be blank."""
    edges = (ord(delimiter), _LINE_FEED, _RETURN, _QUOTE)
    before, inside, quoted, blank = b"\n", 0, False, False
    for piece in _unsplit(pieces):
        data = np.frombuffer(before + piece, np.uint8)
        ends = np.flatnonzero(data[:-1] == _LINE_FEED)
        # Nobody ends lines by a return alone any more; where it stands alone, it is part of something odd.
        odd = piece.count(b"\r") != piece.count(b"\r\n") or piece.endswith((b'"', b"\r"))
        if odd or (not len(ends) and len(piece) >= _HEAD_BYTES):
            return False, True, True
        blank = blank or bool(np.isin(data[ends + 1], edges).any())
        quotes = np.flatnonzero(data == _QUOTE)
        if len(quotes):
            opens = (inside + np.arange(len(quotes))) % 2 == 0
            beside = np.where(opens, data[quotes - 1], data[quotes + 1])
            if not np.isin(beside, edges).all():
                return False, True, True
            quoted, inside = True, (inside + len(quotes)) % 2
        before = piece[-1:]
    return inside == 0, quoted, blank


def _unsplit(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Move quotation marks and returns at the end of a piece to the next, so that what follows them is seen."""
    rest = b""
    for piece in pieces:
        whole = rest + piece
        end = len(whole.rstrip(b'"\r'))
        # Pieces of nothing else would gather without end; the byte that they are cut at makes them irregular.
        end = end or (len(whole) if len(whole) > _HEAD_BYTES else 0)
        rest = whole[end:]
        if end:
            yield whole[:end]
    if rest:
        yield rest + b"\n"
