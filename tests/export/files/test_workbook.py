"""A workbook as a spreadsheet reads it: heads, filters, formats, units, charts, definitions; nothing in it runs."""

from __future__ import annotations

import csv
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo.access import Scope
from geo.export.files import Asked, write_file
from geo.export.tables import with_withheld
from geo.store import Release
from geo.view import View
from tests.hostile import hostile_store
from tests.maps.small import MARCH, NASTY, protected_disputes, publish_small

#: Of a view of both sources the head of a number says so.
NUMBER = "Disputes, reported and discovered together, number"
CHANGE = "Change, reported and discovered together, %"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def written(small: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("written") / "a.xlsx"
    write_file("xlsx", small, View(MARCH), Scope("planner"), out, Asked())
    return out


@pytest.fixture(scope="module")
def book(written: Path) -> Workbook:
    return openpyxl.load_workbook(written)


def heads(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


def about(book: Workbook) -> dict[str, str]:
    return {str(name): str(value) for name, value in book["About this file"].iter_rows(values_only=True)}


def column(sheet: Worksheet, head: str) -> list[object]:
    at = heads(sheet).index(head)
    return [row[at].value for row in sheet.iter_rows(min_row=2)]


def test_each_table_is_a_sheet_whose_head_stays_and_filters(book: Workbook) -> None:
    assert book.sheetnames[:3] == ["Areas", "By month", "By class"]
    assert book.sheetnames[-3:] == ["Charts", "Definitions", "About this file"]
    for name in ("Areas", "By month", "By class", "Definitions"):
        assert book[name].freeze_panes in ("C2", "B2", "A2")
        assert book[name].auto_filter.ref
        assert len(set(heads(book[name]))) == len(heads(book[name]))


def test_figures_are_those_of_the_screen(small: Release, book: Workbook) -> None:
    frame = protected_disputes(small).frame
    assert column(book["Areas"], NUMBER) == frame["n"].tolist() == list(range(9))
    shares = [None if value != value else value for value in frame["change"].astype(float).tolist()]
    assert column(book["Areas"], CHANGE) == shares


def test_codes_are_text_and_figures_have_formats(book: Workbook) -> None:
    sheet = book["Areas"]
    formats = {head: (cell.data_type, cell.number_format) for head, cell in zip(heads(sheet), sheet[3], strict=True)}
    assert formats["Code"] == ("s", "@")
    assert formats[NUMBER] == ("n", "#,##0")
    assert formats["Per 1,000 residents, reported and discovered together"] == ("n", "0.00")
    assert formats["Settled share, %"][1] == "0.0%"
    assert book["By month"]["A2"].number_format == "yyyy-mm"


def test_nothing_runs(written: Path, book: Workbook, tmp_path: Path) -> None:
    assert column(book["Areas"], "Name")[0] == NASTY
    release = hostile_store(tmp_path / "store").current()
    assert release is not None
    out = tmp_path / "b.xlsx"
    write_file("xlsx", release, View(MARCH), Scope("planner"), out, Asked())
    for path in (written, out):
        cells = [cell for sheet in openpyxl.load_workbook(path).worksheets for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}
        assert not [cell for cell in cells if cell.hyperlink]


def test_charts_are_native_and_follow_the_cells(written: Path) -> None:
    with zipfile.ZipFile(written) as bundle:
        charts = [bundle.read(name).decode() for name in bundle.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3
    assert any("Areas!$E$2:$E$10" in chart for chart in charts)
    assert any("<c:lineChart>" in chart for chart in charts)


def test_withheld_cells_are_empty_hatched_and_named(small: Release, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    write_file("xlsx", small, View(MARCH, level="village"), Scope("public"), out, Asked())
    book = openpyxl.load_workbook(out)
    sheet = book["Areas"]
    first = sheet[2][heads(sheet).index(NUMBER)]
    assert (first.value, first.fill.patternType) == (None, "lightDown")
    protected = protected_disputes(small, level="village", role="public")
    assert column(sheet, "Withheld columns") == with_withheld(protected)["withheld"].tolist()
    assert "By hour" not in book.sheetnames
    told = about(book)
    assert (told["Mark"], told["Seen by"]) == ("Public", "for everybody")
    assert told["Coordinates"] == "None: areas by their codes"


def test_every_column_of_figures_is_defined_and_the_file_says_what_it_is(book: Workbook) -> None:
    defined = {(row[0], row[1]): row for row in book["Definitions"].iter_rows(min_row=2, values_only=True)}
    for head in heads(book["Areas"]):
        assert ("Areas", head) in defined
    assert defined["Areas", NUMBER][2:5] == (
        "n",
        "number",
        "Disputes that came to be known in the period.",
    )
    told = about(book)
    assert told["Shown"].startswith("Disputes · March 2025 · by grid")
    assert (told["Mark"], told["Release"], told["Data"]) == ("For internal use", "1", "Made-up data")


def test_chinese_officials_read_it_in_chinese(small: Release, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    write_file("xlsx", small, View(MARCH), Scope("planner"), out, Asked(lang="zh_CN"))
    book = openpyxl.load_workbook(out)
    assert not [name for name in book.sheetnames if name.isascii()]
    bare = [head for head in heads(book.worksheets[0]) if head.isascii()]
    assert bare == []


@pytest.mark.slow
def test_libreoffice_reads_the_same_figures(small: Release, written: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc-nogui, and this is tested too")
    text = "csv:Text - txt - csv (StarCalc):44,34,76"
    words = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", text]
    subprocess.run([*words, "--outdir", str(tmp_path), str(written)], check=True, capture_output=True, timeout=120)
    if not (tmp_path / "a.csv").exists():
        pytest.skip("LibreOffice opens no workbooks: apt-get install libreoffice-calc-nogui, and this is tested too")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row[NUMBER]) for row in rows] == list(range(9))
    assert [row["Code"] for row in rows] == [f"G{n}" for n in range(9)]
