"""Rows read in bulk are those that Python's strict reader gives, in batches of any size."""

from __future__ import annotations

import csv
import io
import os
import time
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputRefused, LayerError
from geo.intake.readers.text import read_delimited, read_delimited_batches
from geo.intake.readers.text_scan import scan_text

CELLS = st.text(alphabet='ab12 ",;\n\r\t枫\u3000', max_size=5)
ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A header of three and rows of two to five cells, written well or with cells that lack their quotes."""
    end = draw(ENDS)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])))
    writer.writerow(["a", "b", "c"])
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["good"] * 6 + ["blank", "empty", "raw", "wide", "ragged"]))
        row = [draw(CELLS) for _ in range(3)]
        if kind == "blank":
            out.write(end)
        elif kind == "raw":
            out.write(",".join(row) + end)
        else:
            writer.writerow({"empty": [""] * 3, "wide": [*row, ""], "ragged": row[:2]}.get(kind, row))
    return out.getvalue()


def read_strictly(text: str) -> tuple[list[int], list[list[str]]] | None:
    """Return numbers and cells of the rows of three columns, by the csv module; None where that refuses the file."""
    numbers, cells = [], []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if number == 1 or not any(row):
                continue
            if len(row) < 3 or any(row[3:]):
                return None
            numbers.append(number)
            cells.append([cell.strip() for cell in row[:3]])
    except csv.Error:
        return None
    return numbers, cells


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=tables(), block=st.integers(1_000, 1_010), size=st.integers(1, 4))
def test_batches_hold_what_the_strict_reader_reads(tmp_path: Path, text: str, block: int, size: int) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode())
    expected = read_strictly(text)
    batches = read_delimited_batches(tmp_path / "a.csv", delimiter=",", block_bytes=block, rows_at_a_time=size)
    try:
        table = pd.concat(list(batches))
    except InputRefused:
        assert expected is None
        return
    assert expected == (table.index.tolist(), table.fillna("").to_numpy().tolist())


def test_a_long_file_comes_in_many_batches_and_keeps_its_numbers(tmp_path: Path) -> None:
    rows = [f"{number},x" for number in range(5_000)]
    (tmp_path / "a.csv").write_text("\n".join(["a title,", "id,n", *rows]), encoding="utf-8")
    batches = list(read_delimited_batches(tmp_path / "a.csv", header_row=2, block_bytes=4_096))
    assert len(batches) > 5
    table = pd.concat(batches)
    assert table["id"].tolist() == [str(number) for number in range(5_000)]
    assert table.index.tolist() == list(range(3, 5_003))


def test_a_row_of_another_width_is_told_by_its_number_however_far_down(tmp_path: Path) -> None:
    rows = [f"{number},x" for number in range(5_000)]
    rows[4_000] = "1,2,3"
    (tmp_path / "a.csv").write_text("\n".join(["id,n", *rows]), encoding="utf-8")
    with pytest.raises(LayerError, match=r"row 4002: 1 rows don't have the 2 cells"):
        list(read_delimited_batches(tmp_path / "a.csv", block_bytes=4_096))


@pytest.mark.parametrize(
    ("text", "regular"),
    [
        ("a,b\n1,2\n", True),
        ('a,b\n"1","2 ""x"""\r\n', True),
        ('a,b\n1,"two\nlines"\n', True),
        ('a,b\n1,5" pipe\n', False),
        ('a,b\n1,"x"y\n', False),
        ('a,b\n1, "x"\n', False),
        ('a,b\n1,"x\n', False),
        ("a,b\r1,2\r", False),
    ],
)
def test_a_file_is_read_in_bulk_only_where_its_quotation_marks_stand_right(
    tmp_path: Path, text: str, *, regular: bool
) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode())
    assert scan_text(tmp_path / "a.csv", delimiter=",").regular is regular


def test_marks_that_lie_across_pieces_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.intake.readers.encoding._PIECE_BYTES", 3)
    for text, regular in (('a,b\n"1","""x"""\r\n', True), ('a,b\n1,"xyz"z\n', False), ('a,b\n1,ab"c\n', False)):
        (tmp_path / "a.csv").write_bytes(text.encode())
        assert scan_text(tmp_path / "a.csv", delimiter=",").regular is regular


def test_gb18030_is_read_in_bulk_as_well(tmp_path: Path) -> None:
    names = np.array(["枫源村", "杜黄新村", ""])[np.arange(3_000) % 3]
    lines = "\n".join(["编码,名称", *(f"{number},{name}" for number, name in enumerate(names))])
    (tmp_path / "a.csv").write_bytes(lines.encode("gb18030"))
    batches = list(read_delimited_batches(tmp_path / "a.csv", block_bytes=4_096))
    assert len(batches) > 2
    assert pd.concat(batches)["名称"].fillna("").tolist() == names.tolist()


def test_no_row_below_the_header_gives_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,n\n")
    table = read_delimited(tmp_path / "a.csv")
    assert (len(table), list(table.columns)) == (0, ["id", "n"])


def test_a_file_is_looked_through_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = Mock(return_value="utf-8")
    monkeypatch.setattr("geo.intake.readers.text_scan.find_codec", look)
    path = tmp_path / "a.csv"
    for written_s, text in ((1_000, "a,b\n"), (1_001, "a;b\n"), (time.time(), "a,b\n"), (time.time(), "a;b\n")):
        path.write_text(text)
        os.utime(path, (written_s, written_s))
        found = [scan_text(path).delimiter for _ in range(2)]
        assert found == [text[1], text[1]]
    assert look.call_count == 1 + 1 + 2 + 2
