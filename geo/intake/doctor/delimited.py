"""Read a delimited text file for the doctor: bounded in rows and bytes, its ragged rows told rather than refused."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from geo.intake.doctor.sheet import find_header, find_tail, holds_no_names
from geo.intake.doctor.table import Layout, RawTable, Reading, make_frame, name_columns
from geo.intake.readers.encoding_evidence import Evidence, judge_file
from geo.intake.readers.limits import load_limits
from geo.intake.readers.text_scan import find_delimiter, read_head

__all__ = ["read_text_table"]

_HEAD_ROWS = 60
_BLOCK_BYTES = 8 << 20
_MOST_ROWS = 1_500_000
_MOST_BYTES = 400 << 20
_NO_TEXT = ("mixed", "broken", "unknown")
_BLANK = re.compile(r"[\s,;|\"]*")
_ENCODINGS = {"utf-8-sig": "utf-8"}
_UTF_8 = ("utf-8", "utf-8-sig")

Told = tuple[str, Mapping[str, Any]]


@dataclass
class _Ragged:
    """Rows that don't have as many cells as the others, apart from blank ones."""

    rows: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)

    def __call__(self, row: pacsv.InvalidRow) -> str:
        blank = _BLANK.fullmatch(row.text[:1000]) is not None
        (self.blank if blank else self.rows).append(int(row.number))
        return "skip"


def read_text_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, header_row: int | None = None
) -> Reading:
    """Read a text file, however ragged.

    Parameters
    ----------
    path
        The file.
    encoding, delimiter, header_row
        Told by a recipe; found by evidence if None.
    """
    evidence = judge_file(path) if encoding is None else Evidence(encoding, "sure")
    told = [_tell_encoding(evidence, encoding)]
    codec = evidence.encoding or ("utf-8" if evidence.verdict == "mixed" else None)
    if codec is None:
        return Reading(None, tuple(told))
    head = read_head(path, codec)
    if not head.strip():
        return Reading(None, (("text.empty", {}),))
    cut = delimiter or find_delimiter(head)
    rows = _parse(head, cut)[:_HEAD_ROWS]
    most = load_limits().table_columns
    if max((len(row) for row in rows), default=0) > most:
        return Reading(None, (*told, ("text.too_wide", {"columns": max(map(len, rows)), "most": most})))
    place = header_row or find_header(rows)
    if place > len(rows) or not any(cell.strip() for cell in rows[place - 1]):
        return Reading(None, (*told, ("text.no_table", {})))
    sound = encoding is None and evidence.verdict in ("ascii", "sure")
    return _read_below(path, codec, cut, rows, place, told=told, asked=header_row is not None, sound=sound)


def _read_below(
    path: Path,
    codec: str,
    delimiter: str,
    head: Sequence[Sequence[str]],
    place: int,
    *,
    told: list[Told],
    asked: bool,
    sound: bool,
) -> Reading:
    below = [row for row in head[place:] if any(cell.strip() for cell in row)]
    width = _usual_width(below) or len(head[place - 1])
    header = [*head[place - 1][:width], *[""] * (width - len(head[place - 1]))]
    names, double = name_columns(header)
    (columns, numbers, complete), ragged, fault = _read_batches(path, codec, delimiter, width, sound=sound)
    if sum(bool(cell.strip()) for cell in head[place - 1]) > width:
        told.append(("text.header_width", {"names": len(head[place - 1]), "cells": width}))
    if double:
        told.append(("text.double_names", {"columns": double}))
    if not asked and place > 1:
        told.append(("text.header_row", {"row": place}))
    if holds_no_names(header, below):
        told.append(("text.no_header", {"row": place}))
    if delimiter != ",":
        told.append(("text.delimiter", {"delimiter": {"\t": "a tab"}.get(delimiter, delimiter)}))
    if fault is None and complete and _ends_in_quotes(path, columns):
        fault = int(numbers[-1])
    # Where bytes are of no encoding, that is why, and has been told.
    garbled = any(code == "text.evidence" and figures["evidence"].verdict in _NO_TEXT for code, figures in told)
    if fault is not None and not garbled:
        told.append(("text.broken", {"row": fault}))
    unfit = [row for row in ragged.rows if row > place]
    if unfit:
        told.append(("text.ragged", {"rows": unfit, "columns": width}))
    first = int(np.searchsorted(numbers, place, side="right"))
    frame = make_frame(names, [column.slice(first) for column in columns], numbers[first:])
    filled = np.asarray(frame.notna().to_numpy(dtype=bool).any(axis=1))
    # Of a long table a copy is made only where there is something to leave out.
    frame = frame if filled.all() else frame.loc[filled]
    nameless = [name for name in frame.columns if name.startswith("column ") and not frame[name].notna().any()]
    frame = frame.drop(columns=nameless) if nameless else frame
    tail = find_tail(frame)
    if not complete:
        told.append(("text.sampled", {"looked_at": len(frame)}))
    layout = Layout("text", codec, delimiter, place, complete=complete, total_rows=tail)
    return Reading(RawTable(frame.drop(index=list(tail)) if tail else frame, layout), tuple(told))


def _ends_in_quotes(path: Path, columns: Sequence[pa.ChunkedArray]) -> bool:
    """Tell whether the last row runs over lines to the end of the file for want of a closing quotation mark."""
    if not len(columns[-1]) or "\n" not in (columns[-1][-1].as_py() or ""):
        return False
    marks, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_BLOCK_BYTES):
            marks, tail = marks + chunk.count(b'"'), chunk[-64:]
    return marks % 2 == 1 and not tail.rstrip().endswith(b'"')


def _tell_encoding(evidence: Evidence, told: str | None) -> Told:
    if told is not None:
        return "text.as_told", {"encoding": told}
    return "text.evidence", {"evidence": evidence}


def _parse(text: str, delimiter: str) -> list[list[str]]:
    rows = list[list[str]]()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) >= _HEAD_ROWS:
                break
    except csv.Error:
        # A cell longer than any that a table has; what came before is enough to go by.
        return rows
    return rows


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    return Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0


class _Mended(io.RawIOBase):
    """The bytes of a file as UTF-8 throughout, what is none of it marked: Arrow hands out no row that is not."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file, self._rest = path.open("rb"), b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - the protocol of buffers has no type before 3.12
        view = memoryview(buffer)
        while not self._rest and (piece := self._file.read(_BLOCK_BYTES)):
            self._rest = self._decoder.decode(piece).encode()
        self._rest = self._rest or self._decoder.decode(b"", final=True).encode()
        given, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(given)] = given
        return len(given)

    def close(self) -> None:
        self._file.close()
        super().close()


def _read_batches(
    path: Path, codec: str, delimiter: str, width: int, *, sound: bool
) -> tuple[tuple[list[pa.ChunkedArray], NDArray[np.int64], bool], _Ragged, int | None]:
    """Return columns, the number of each row and whether that is all; the ragged rows; the row where it broke off."""
    ragged = _Ragged()
    names = [str(place) for place in range(width)]
    batches, rows, size, complete, fault = list[pa.RecordBatch](), 0, 0, True, None
    try:
        reader = pacsv.open_csv(
            path if sound or codec not in _UTF_8 else _Mended(path),
            read_options=pacsv.ReadOptions(
                column_names=names, encoding=_ENCODINGS.get(codec, codec), use_threads=False, block_size=_BLOCK_BYTES
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=ragged,
            ),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
        for batch in reader:
            batches.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows >= _MOST_ROWS or size >= _MOST_BYTES:
                complete = False
                break
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeError, LookupError):
        fault = rows + len(ragged.rows) + len(ragged.blank) + 1
    schema = pa.schema([(name, pa.string()) for name in names])
    table = pa.Table.from_batches(batches, schema=schema)
    skipped = np.array([*ragged.rows, *ragged.blank], dtype="int64")
    # The reader looks ahead: rows behind the last one that was kept may have been skipped as well.
    held = np.ones(rows + len(skipped), dtype=bool)
    held[skipped[skipped <= len(held)] - 1] = False
    numbers = np.flatnonzero(held)[:rows] + 1
    return (list(table.columns), numbers, complete), ragged, fault
