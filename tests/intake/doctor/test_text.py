"""Each finding on text has a file that has it, and one that almost has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyarrow as pa
import pytest
import shapely

from geo.intake.doctor import Diagnosis, diagnose
from geo.intake.doctor.sheet import find_header, find_tail, holds_no_names
from geo.intake.doctor.table import make_frame
from tests.intake.doctor.conftest import codes_of, of_kind

Look = Callable[..., Diagnosis]
PLAIN = "code,name,households\ng1,a,300\ng2,b,310\ng3,c,320\n"
CHINESE = "网格编码,网格名称,户数\ng1,枫源村第一网格,300\ng2,枫源村第二网格,310\n"


def test_a_good_file_has_nothing_wrong(look: Look) -> None:
    assert codes_of(look(PLAIN)) == []
    assert codes_of(look(CHINESE)) == []


@pytest.mark.parametrize(
    ("encoding", "code", "severity"),
    [
        ("gbk", "text.encoding", "note"),
        ("utf-8-sig", "text.bom", "note"),
        ("utf-16", "text.bom", "note"),
    ],
)
def test_encodings_that_import_finds_are_notes(look: Look, encoding: str, code: str, severity: str) -> None:
    found = look(CHINESE, encoding=encoding)
    assert [(one.code, one.severity) for one in of_kind(found)] == [(code, severity)]
    assert found.table is not None
    assert found.table.columns[0] == "网格编码"


def test_big5_is_told_and_nothing_is_to_do(look: Look) -> None:
    found = look("網格編碼,名稱\ng1,楓源村第一網格\ng2,調解室與警務室\n", encoding="big5")
    assert [(one.code, one.repair, one.figures["codec"]) for one in of_kind(found)] == [("text.encoding", None, "big5")]


def test_bytes_of_nobody_are_refused(look: Look) -> None:
    assert codes_of(look("id,name\n1,Café\n2,Straße\n", encoding="latin-1")) == ["text.encoding_unknown"]


def test_a_title_above_the_names_is_found_and_a_full_first_row_is_none(look: Look) -> None:
    found = look("枫桥镇网格,,\n,,\n" + PLAIN)
    assert [(one.code, one.count, one.rows, one.figures["row"]) for one in of_kind(found)] == [
        ("text.header_row", 2, (1, 2), 3)
    ]
    assert found.table is not None
    assert found.table.cells.index.tolist() == [4, 5, 6]
    assert find_header([["a", "b", ""], ["1", "2", "3"]]) == 1


@pytest.mark.parametrize("word", ["合计", "总 计", "Total", "小计：", "grand total"])
def test_total_rows_are_no_records(look: Look, word: str) -> None:
    found = look(PLAIN + f"{word},,930\n")
    assert [(one.code, one.rows, one.repair) for one in of_kind(found)] == [("text.total_rows", (5,), "rows:totals")]
    assert found.table is not None
    assert len(found.table.cells) == 3


def test_a_name_that_begins_like_a_total_is_a_record(look: Look) -> None:
    assert codes_of(look(PLAIN + "g4,Totalville,930\ng5,合计村,1\n")) == []


def test_a_value_total_in_many_rows_is_no_row_of_totals() -> None:
    columns = [pa.array([*["total"] * 5, *["x"] * 5]), pa.array(["1"] * 10)]
    frame = make_frame(["a", "b"], columns, np.arange(10))
    assert find_tail(frame) == ()


def test_a_note_below_the_table_is_no_record(look: Look) -> None:
    found = look(PLAIN + "Source: town office,,\n")
    assert [(one.code, one.rows) for one in of_kind(found)] == [("text.total_rows", (5,))]


def test_the_header_again_is_no_record(look: Look) -> None:
    found = look("code,name,n\n1,a,2\ncode,name,n\n2,b,3\n3,name,4\n")
    assert [(one.code, one.rows) for one in of_kind(found)] == [("text.total_rows", (3,))]


def test_bytes_that_break_a_text_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,名称\n1,枫桥\n".encode() + b"2,\xff\xfe\xff\n3,b\n")
    codes = codes_of(diagnose(path), "text.")
    assert ("text.encoding_broken" in codes, "text.broken" in codes) == (True, False)


def test_a_table_without_names_is_refused(look: Look) -> None:
    found = look("330681,120.1,30.1\n330682,120.2,30.2\n")
    assert codes_of(found) == ["text.no_header"]
    assert not holds_no_names(["2023", "2024", "name", "code"], [["1", "2", "a", "b"]] * 3) or found.refused


def test_ragged_rows_are_told_with_their_numbers(look: Look) -> None:
    found = look("id,a,b\n1,2,3\n\n2,3\n4,5,6\n5,6,7,8\n")
    assert [(one.code, one.rows) for one in of_kind(found)] == [("text.ragged", (4, 6))]
    assert found.table is not None
    assert found.table.cells.index.tolist() == [2, 5]


def test_names_that_stand_twice_and_empty_columns_are_told(look: Look) -> None:
    found = look("id,a,a,b\n1,2,3,\n2,3,4,\n")
    assert codes_of(found) == ["text.double_names", "text.blank_columns"]


def test_semicolons_are_told(look: Look) -> None:
    assert codes_of(look(PLAIN.replace(",", ";"))) == ["text.delimiter"]


@pytest.mark.parametrize("text", ["a�", "锟斤拷", "???"])
def test_lost_signs_are_told_and_a_question_is_none(look: Look, text: str) -> None:
    found = look(f"id,name\n1,{text}\n2,really?\n")
    assert [(one.code, one.rows) for one in of_kind(found)] == [("text.lost_signs", (2,))]


def test_utf8_read_as_gbk_is_garbled_and_chinese_is_not(look: Look) -> None:
    garbled = "网格名称枫源村".encode().decode("gbk", errors="ignore")
    found = look(f"id,name\n1,{garbled}\n2,{garbled}\n")
    assert "text.mojibake" in codes_of(found)


def test_an_unclosed_quotation_mark_is_told_with_its_place(look: Look) -> None:
    found = look('id,text\n1,fine\n2,"not closed\n3,x\n')
    assert [(one.code, one.figures["row"]) for one in of_kind(found)] == [("text.broken", 3)]
    assert codes_of(look('id,size\n1,5" pipe\n2,"two\nlines"\n')) == []


@pytest.mark.parametrize("text", ["", "   \n \n"])
def test_nothing_is_told_as_nothing(look: Look, text: str) -> None:
    assert codes_of(look(text)) == ["text.empty"]


def test_a_picture_by_the_name_of_a_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert codes_of(diagnose(path)) == ["text.binary"]


def write_book(path: Path, *, hidden: bool = False, merged: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[str | int]] = [["code", "name", "households"], ["0101", "a", 300], ["0102", "b", 310]]
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells("B2:B3")
    if hidden:
        other = book.create_sheet("old")
        other.append(["code"])
        other.sheet_state = "hidden"
    book.save(path)
    return path


def test_a_workbook_keeps_its_zeros(tmp_path: Path) -> None:
    found = diagnose(write_book(tmp_path / "a.xlsx"))
    assert codes_of(found) == []
    assert found.table is not None
    assert found.table.cells["code"].tolist() == ["0101", "0102"]
    assert found.table.cells.index.tolist() == [2, 3]


def test_hidden_sheets_and_merged_cells_are_told(tmp_path: Path) -> None:
    assert codes_of(diagnose(write_book(tmp_path / "a.xlsx", hidden=True))) == ["text.sheets", "text.hidden_sheets"]
    merged = diagnose(write_book(tmp_path / "b.xlsx", merged=True))
    assert [(one.code, one.rows) for one in of_kind(merged)] == [("text.merged", (2,))]


def test_the_sheet_that_is_named_is_not_asked_for(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", hidden=True)
    assert codes_of(diagnose(path, part="Sheet")) == ["text.hidden_sheets"]
    assert codes_of(diagnose(path, part="none")) == ["text.no_sheet"]


def test_a_cell_at_the_end_of_the_sheet_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "code"
    sheet["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert codes_of(diagnose(tmp_path / "a.xlsx")) == ["file.unreadable"]


def write_shapes(path: Path, *, encoding: str, cpg: str | None, ldid: int = 0, name: str = "名称") -> Path:
    boxes = [shapely.box(120 + at, 30, 121 + at, 31) for at in range(2)]
    frame = gpd.GeoDataFrame({"code": ["a", "b"], name: ["枫源村一格", "枫源村二格"]}, geometry=boxes, crs=4326)
    frame.to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = ldid
    path.with_suffix(".dbf").write_bytes(dbf)
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg", "ldid", "codes"),
    [
        ("gbk", "GBK", 0, []),
        ("gbk", None, 0x4D, []),
        ("utf-8", "UTF-8", 0, []),
        ("gbk", None, 0, ["text.cpg_missing"]),
        ("gbk", "UTF-8", 0, ["text.cpg_wrong"]),
        ("gbk", "nonsense", 0, ["text.cpg_wrong"]),
        ("utf-8", "936", 0, ["text.cpg_wrong"]),
        ("utf-8", None, 0x4D, ["text.ldid_wrong"]),
    ],
)
def test_a_shapefile_is_read_by_its_own_signs(
    tmp_path: Path, encoding: str, cpg: str | None, ldid: int, codes: list[str]
) -> None:
    found = diagnose(write_shapes(tmp_path / "a.shp", encoding=encoding, cpg=cpg, ldid=ldid))
    assert codes_of(found, "text.") == codes
    assert found.table is not None
    assert found.table.cells["名称"].tolist() == ["枫源村一格", "枫源村二格"]


def test_names_that_dbase_cut_are_told_also_within_a_sign(tmp_path: Path) -> None:
    cut = diagnose(write_shapes(tmp_path / "a.shp", encoding="utf-8", cpg="UTF-8", name="households_"[:10]))
    assert codes_of(cut, "text.") == ["text.names_cut"]
    path = write_shapes(tmp_path / "b.shp", encoding="utf-8", cpg="UTF-8", name="nn")
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    at = dbf.index(b"nn\0")
    dbf[at : at + 10] = "网格编码".encode()[:10]
    path.with_suffix(".dbf").write_bytes(dbf)
    assert "text.names_split" in codes_of(diagnose(path))


def test_a_shapefile_without_its_table_is_told(tmp_path: Path) -> None:
    path = write_shapes(tmp_path / "a.shp", encoding="utf-8", cpg="UTF-8")
    path.with_suffix(".dbf").unlink()
    assert "text.parts_missing" in codes_of(diagnose(path))
