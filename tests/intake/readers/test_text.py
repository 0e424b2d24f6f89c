from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import InputRefused
from geo.intake.readers.encoding import decode_bytes
from geo.intake.readers.text import delimited_columns, read_delimited


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_codes_keep_their_zeros_and_rows_their_numbers(tmp_path: Path) -> None:
    table = read_delimited(write(tmp_path / "a.csv", b"code,n\n007,1\n\n010,\n"))
    assert table["code"].tolist() == ["007", "010"]
    assert table.index.tolist() == [2, 4]
    assert table["n"].isna().tolist() == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_chinese_is_read_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    text = "网格编码,名称\n330681001001001,枫桥镇枫源村第一网格\n"
    table = read_delimited(write(tmp_path / "a.csv", text.encode(encoding)))
    assert list(table.columns) == ["网格编码", "名称"]
    assert table["名称"].tolist() == ["枫桥镇枫源村第一网格"]


def test_a_rare_character_of_gb18030_in_four_bytes_is_read() -> None:
    assert decode_bytes("枫桥镇枫源村网格员走访登记表之一㐀".encode("gb18030"), name="a.csv").endswith("㐀")


def test_latin_1_is_not_taken_for_chinese() -> None:
    with pytest.raises(InputRefused, match="neither UTF-8 nor Chinese"):
        decode_bytes("café,naïve façade".encode("latin-1"), name="a.csv")


def test_utf_8_that_is_cut_in_a_character_is_not_taken_for_chinese() -> None:
    with pytest.raises(InputRefused, match=r"row 2 holds bytes that are not UTF-8"):
        decode_bytes("编码,名称\n1,枫桥镇枫源村".encode()[:-1], name="a.csv")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = "\n".join(delimiter.join(row) for row in (["id", "note, free", "n"], ["1", "x", "2"], ["2", "y", "3"]))
    path = write(tmp_path / "a.txt", lines.replace("note, free", '"note, free"').encode())
    assert delimited_columns(path) == ("id", "note, free", "n")


def test_a_line_break_in_quotes_stays_in_its_cell(tmp_path: Path) -> None:
    table = read_delimited(write(tmp_path / "a.csv", b'id,text\r\n1,"two\r\nlines"\r\n2,one\r\n'))
    assert table["text"].tolist() == ["two\r\nlines", "one"]
    assert table.index.tolist() == [2, 3]


def test_only_the_columns_asked_for_are_kept(tmp_path: Path) -> None:
    table = read_delimited(write(tmp_path / "a.csv", b"id,secret,n\n1,x,2\n"), columns=["n", "id"])
    assert list(table.columns) == ["id", "n"]


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    table = read_delimited(write(tmp_path / "a.csv", b"A list of 2025,,\nid,n,m\n1,2,3\n"), header_row=2)
    assert list(table.columns) == ["id", "n", "m"]
    assert table.index.tolist() == [3]


def test_delimiters_too_many_at_the_end_are_no_fault(tmp_path: Path) -> None:
    assert read_delimited(write(tmp_path / "a.csv", b"id,n\n1,2,,\n"))["n"].tolist() == ["2"]
