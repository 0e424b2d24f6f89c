"""What would run in a spreadsheet or a page is text in every file that leaves the product."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from geo.access import Scope
from geo.cli.table_files import write_table
from geo.export.files.geojson import geojson_text
from geo.export.html import write_html
from geo.export.rows import rows_csv, rows_xlsx
from geo.export.tables import csv_text
from geo.intake import assign_file
from geo.measures import measure
from geo.privacy import Protected, protect
from geo.store import Release, read_layer
from geo.view import Period, View
from tests.hostile import ATTRIBUTION, NAMES, TITLE, hostile_store

VIEW = View(Period("2025-03"), level="grid")
GRIDS = NAMES[4:]
#: As cells may be, which the store would have trimmed.
CELLS = (*NAMES, "\t=1+1", "\r=1+1", "\n=1+1", "{=1+1}", "＝1+1", "-1", "+86", "-76.61")
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[\d.]+")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    release = hostile_store(tmp_path_factory.mktemp("hostile")).current()
    assert release is not None
    return release


def table(release: Release) -> Protected:
    return protect(measure(release, VIEW), VIEW, Scope("planner"))


def read(text: str) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    live = [cell for row in rows for cell in row if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)]
    assert live == []
    return rows


def bare(cells: list[str]) -> list[str]:
    """Return cells without the apostrophe that keeps them from running."""
    return [re.sub(r"^'(?=[=+\-@\t\r\n＝])", "", cell) for cell in cells]


def test_an_import_keeps_a_name_as_its_file_has_it(release: Release) -> None:
    assert read_layer(release, "grids")["name"].tolist() == list(GRIDS)
    assert read_layer(release, "stations")["name"].tolist() == list(NAMES[:3])


def test_the_csv_of_a_table_runs_nothing(release: Release) -> None:
    rows = read(csv_text(table(release)))
    names = [row[1] for row in rows[1:]]
    assert names != list(GRIDS)
    assert bare(names) == list(GRIDS)


def test_the_csv_of_the_command_line_runs_nothing(release: Release, tmp_path: Path) -> None:
    for ending in ("csv", "json", "parquet"):
        write_table(table(release), tmp_path / f"t.{ending}")
    rows = read((tmp_path / "t.csv").read_bytes().decode("utf-8"))
    assert bare([row[1] for row in rows[1:]]) == list(GRIDS)
    # Nobody's spreadsheet runs these.
    assert [row["name"] for row in json.loads((tmp_path / "t.json").read_text("utf-8"))] == list(GRIDS)
    assert pd.read_parquet(tmp_path / "t.parquet")["name"].tolist() == list(GRIDS)


def test_negative_numbers_stay_numbers(release: Release) -> None:
    shown = table(release)
    changes = pd.to_numeric(shown.frame["change"]).dropna()
    assert (changes < 0).any()
    back = pd.read_csv(io.StringIO(csv_text(shown)))["change"].dropna()
    assert back.tolist() == pytest.approx(changes.tolist())


def test_geojson_holds_the_names_themselves(release: Release) -> None:
    collection = json.loads(geojson_text(release, table(release)))
    assert [feature["properties"]["name"] for feature in collection["features"]] == list(GRIDS)
    assert collection["maplegrid"]["sources"]["grids"] == ATTRIBUTION


def test_rejected_rows_run_nothing_as_csv_or_workbook() -> None:
    rows = pd.DataFrame({"row": range(len(CELLS)), "=name": CELLS, "{=1+1}": "x", "n": -1.5})
    back = read(rows_csv(rows))
    assert bare([row[1] for row in back[1:]]) == list(CELLS)
    assert {row[3] for row in back[1:]} == {"-1.5"}
    (sheet,) = openpyxl.load_workbook(io.BytesIO(rows_xlsx(rows, sheet=NAMES[0]))).worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"n", "s"}
    assert [cell.value for cell in sheet[1]] == ["row", "=name", "{=1+1}", "n"]
    assert [str(cell.value).replace("_x000D_", "\r") for cell in sheet["B"][1:]] == list(CELLS)


def test_points_given_their_grid_run_nothing_as_csv(tmp_path: Path) -> None:
    points = pd.DataFrame({"=name": CELLS, "lon": -0.5, "lat": 0.5})
    points.to_parquet(tmp_path / "points.parquet")
    square = gpd.GeoDataFrame({"code": ["=G1"]}, geometry=[shapely.box(-1, 0, 0, 1)], crs=4326)
    square.to_file(tmp_path / "grids.geojson")
    for ending in ("csv", "parquet"):
        assign_file(tmp_path / "points.parquet", tmp_path / "grids.geojson", tmp_path / f"out.{ending}")
    rows = read((tmp_path / "out.csv").read_bytes().decode("utf-8"))
    assert bare([row[0] for row in rows[1:]]) == list(CELLS)
    assert {(row[1], row[3]) for row in rows[1:]} == {("-0.5", "'=G1")}
    assert pd.read_parquet(tmp_path / "out.parquet")["=name"].tolist() == list(CELLS)


def test_a_saved_map_has_no_element_of_a_name(release: Release, tmp_path: Path) -> None:
    write_html(release, VIEW, Scope("planner"), tmp_path / "m.html", places=read_layer(release, "places"))
    text = (tmp_path / "m.html").read_text("utf-8")
    for name in (*GRIDS, TITLE, ATTRIBUTION):
        assert "<" not in name or name not in text
    assert text.count("<script") == text.count("</script>") == 2
