"""Workbooks of the old kind (.xls), written by hand: no library that the tests have writes them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

__all__ = ["SECTOR", "write_old_book"]

SECTOR = 512
_END, _TABLE, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_FIRST = 2


def write_old_book(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write a sheet of texts; sector 0 holds the table of sectors, 1 the directory, the workbook follows."""
    stream = _stream(rows)
    stream += bytes(-len(stream) % SECTOR)
    stream += bytes(max(0, 4096 - len(stream)))
    count = len(stream) // SECTOR
    chain = [_TABLE, _END, *range(_FIRST + 1, _FIRST + count), _END]
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[_FREE] * (SECTOR // 4 - len(chain)))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, _FIRST, len(stream))
    path.write_bytes(_head() + table + directory.ljust(SECTOR, b"\0") + stream)
    return path


def _head() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    return head + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    entry = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)


def _stream(rows: Sequence[Sequence[str]]) -> bytes:
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    sheet += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            label = struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le")
            sheet += _record(0x204, label)
    sheet += _record(0x0A, b"")
    book = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    # The place of the sheet is told from the begin of the stream, this record and the end of the head in between.
    start = len(book) + 4 + 9 + 4
    return book + _record(0x85, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"S") + _record(0x0A, b"") + sheet


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content
