"""Whatever is in a file, the doctor answers with findings: any bytes, and good files cut, changed and doubled."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.intake.doctor import Diagnosis, diagnose
from geo.intake.readers.read import READABLE
from tests.intake.doctor.conftest import TODAY

SETTINGS = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
AREAS = gpd.GeoDataFrame(
    {"code": ["330681109290", "330681109291"], "名称": ["枫源村一格", "枫源村二格"]},
    geometry=[shapely.box(120, 30, 121, 31), shapely.box(121, 30, 122, 31)],
    crs=4326,
)
TABLE = pd.DataFrame(
    {
        "网格编码": ["0101", "0102"],
        "发现时间": ["2025-03-01", "3/4/25"],
        "经度": ["120.1", ""],
        "备注": ["王小明", "x,y"],
    }
)


def write_good(folder: Path) -> dict[str, bytes]:
    """Write a good file of each kind and return their bytes by ending."""
    AREAS.to_file(folder / "a.geojson")
    AREAS.to_file(folder / "a.gpkg")
    AREAS.to_parquet(folder / "a.parquet")
    TABLE.to_csv(folder / "a.csv", index=False, encoding="gbk")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [list(TABLE.columns), *TABLE.to_numpy().tolist()]:
        sheet.append(row)
    book.save(folder / "a.xlsx")
    AREAS.to_file(folder / "s.shp")
    with zipfile.ZipFile(folder / "a.zip", "w") as bundle:
        for part in sorted(folder.glob("s.*")):
            bundle.write(part, part.name)
    return {path.suffix: path.read_bytes() for path in sorted(folder.glob("a.*"))}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return write_good(tmp_path_factory.mktemp("good"))


def assert_answered(found: Diagnosis) -> None:
    """A file gets its table or what is wrong with it, in lines to read and in JSON."""
    assert found.findings or found.table is not None
    assert found.lines()
    assert json.loads(json.dumps(found.to_dict(), ensure_ascii=False))["file"] == found.file


@pytest.mark.parametrize("ending", READABLE)
@SETTINGS
@given(raw=st.binary(max_size=400))
def test_any_bytes_get_an_answer(tmp_path: Path, ending: str, raw: bytes) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(raw)
    assert_answered(diagnose(path, today=TODAY))


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".geojson", ".gpkg", ".parquet", ".zip"])
@SETTINGS
@given(data=st.data())
def test_good_files_cut_and_changed_get_an_answer(
    tmp_path: Path, good: dict[str, bytes], ending: str, data: st.DataObject
) -> None:
    raw = bytearray(good[ending])
    for _ in range(data.draw(st.integers(0, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    path = tmp_path / f"a{ending}"
    path.write_bytes(bytes(raw[:cut] if data.draw(st.booleans()) else raw))
    assert_answered(diagnose(path, today=TODAY))


@SETTINGS
@given(
    rows=st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=12),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_any_table_of_text_gets_an_answer(tmp_path: Path, rows: list[list[str]], encoding: str) -> None:
    path = tmp_path / "a.csv"
    text = "\n".join(",".join(row) for row in rows)
    path.write_bytes(text.encode(encoding, errors="ignore"))
    assert_answered(diagnose(path, today=TODAY))


HEADERS = ["记录编号", "纠纷类型", "发现时间", "化解日期", "经度", "纬度", "网格编码", "extra"]


@SETTINGS
@given(
    rows=st.lists(
        st.lists(st.text(alphabet="0123456789-/: .E+年月日王小明村AP\u200b１", max_size=14), min_size=8, max_size=8),
        min_size=1,
        max_size=8,
    )
)
def test_any_cells_under_known_headers_get_an_answer(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(row) for row in [HEADERS, *rows]), "utf-8")
    assert_answered(diagnose(path, today=TODAY, layer="disputes"))


def test_a_cell_of_many_megabytes_and_a_million_columns_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,name\n1,"' + b"x" * (20 << 20) + b'"\n')
    assert "text.broken" in [one.code for one in diagnose(path, today=TODAY).findings]
    path.write_bytes(b"a," * 200_000 + b"a\n1\n")
    assert [one.code for one in diagnose(path, today=TODAY).findings] == ["text.too_wide"]


def test_a_bomb_of_a_workbook_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        bundle.writestr("xl/worksheets/sheet1.xml", b'<row r="1"/>' + b"0" * (60 << 20))
        for at in range(20):
            bundle.writestr(f"xl/media/{at}.bin", b"0" * (60 << 20))
    assert [one.code for one in diagnose(path, today=TODAY).findings] == ["file.unreadable"]


@pytest.mark.parametrize("text", ["\n\n,", "\n,", ",\n", ",,\n,,\n", "\ufeff\n"])
def test_rows_of_nothing_are_no_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    assert {one.code for one in diagnose(path, today=TODAY).findings} & {"text.no_table", "text.empty"}


def test_a_point_of_which_nothing_is_left_gets_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{','.join(HEADERS)}\n,,,,0,190,,\n", "utf-8")
    assert diagnose(path, today=TODAY, layer="disputes").table is not None
