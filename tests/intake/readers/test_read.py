from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geo.errors import InputRefused
from geo.intake.doctor import diagnose
from geo.intake.readers.read import list_columns, read_table

AREAS = gpd.GeoDataFrame(
    {"code": ["007", "010"], "名称": ["枫源村一格", "枫源村二格"], "n": [1, 2]},
    geometry=[shapely.box(120, 30, 121, 31), shapely.box(121, 30, 122, 31)],
    crs=4326,
)


def write_areas(path: Path) -> Path:
    AREAS.to_parquet(path) if path.suffix == ".parquet" else AREAS.to_file(path, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.gpkg", "a.parquet"])
def test_every_kind_of_area_file_gives_the_same_table(tmp_path: Path, name: str) -> None:
    path = write_areas(tmp_path / name)
    table = read_table(path)
    assert isinstance(table, gpd.GeoDataFrame)
    assert table["code"].tolist() == ["007", "010"]
    assert table["名称"].tolist() == ["枫源村一格", "枫源村二格"]
    assert table.index.tolist() == [1, 2]
    assert table.crs.to_epsg() == 4326
    assert shapely.equals(table.geometry.to_numpy(), AREAS.geometry.to_numpy()).all()
    assert list_columns(path) == ("code", "名称", "n")
    assert list(read_table(path, columns=["n"]).columns) == ["n", "geometry"]


def write_gbk_shapefile(folder: Path, *, told: str | None) -> Path:
    AREAS.to_file(folder / "a.shp", encoding="GBK")
    (folder / "a.cpg").unlink()
    if told is not None:
        (folder / "a.cpg").write_text(told, encoding="ascii")
    return folder / "a.shp"


@pytest.mark.parametrize("told", ["GBK", "936", "ANSI 936", "GB18030", None])
def test_a_shapefile_in_gbk_is_read_with_and_without_its_code_page(tmp_path: Path, told: str | None) -> None:
    table = read_table(write_gbk_shapefile(tmp_path, told=told))
    assert table["名称"].tolist() == ["枫源村一格", "枫源村二格"]


def test_a_shapefile_in_big5_without_its_code_page_is_read(tmp_path: Path) -> None:
    names = ["臺北市大安區龍泉里", "臺北市大安區古風里"]
    AREAS.rename(columns={"名称": "name"}).assign(name=names).to_file(tmp_path / "a.shp", encoding="Big5")
    (tmp_path / "a.cpg").unlink()
    assert read_table(tmp_path / "a.shp")["name"].tolist() == names


def test_a_field_name_cut_within_a_sign_is_shown_as_the_doctor_shows_it(tmp_path: Path) -> None:
    AREAS.rename(columns={"名称": "abcdefghij"}).to_file(tmp_path / "a.shp", encoding="UTF-8")
    (tmp_path / "a.cpg").unlink()
    dbf = tmp_path / "a.dbf"
    dbf.write_bytes(dbf.read_bytes().replace(b"abcdefghij", "网格名称".encode()[:10]))
    assert "网格名�" in list_columns(tmp_path / "a.shp")
    table = read_table(tmp_path / "a.shp", columns=["网格名�"])
    assert table["网格名�"].tolist() == ["枫源村一格", "枫源村二格"]
    found = diagnose(tmp_path / "a.shp").table
    assert found is not None
    assert "网格名�" in found.columns


def test_a_zipped_shapefile_is_read_from_any_folder_inside(tmp_path: Path) -> None:
    path = write_areas(tmp_path / "a.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        for part in tmp_path.glob("a.*"):
            if part.suffix != ".zip":
                bundle.write(part, f"data/2025/{part.name}")
        bundle.writestr("__MACOSX/._a.shp", b"")
    assert read_table(tmp_path / "a.zip")["code"].tolist() == read_table(path)["code"].tolist()


def test_a_zip_of_two_files_asks_which(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("one.csv", "id\n1\n")
        bundle.writestr("two.csv", "id\n2\n")
    with pytest.raises(InputRefused, match=r"several files.*one\.csv, two\.csv"):
        read_table(tmp_path / "a.zip")
    assert read_table(tmp_path / "a.zip", part="two")["id"].tolist() == ["2"]


def write_workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "登记"
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_sheet_is_read_as_it_was_typed(tmp_path: Path) -> None:
    moment = dt.datetime(2025, 3, 1, 13, 45)
    path = write_workbook(
        tmp_path / "a.xlsx", ["编码", "n", "date", "x"], ["007", 330681109290, moment, 1.5], [], ["8"]
    )
    table = read_table(path)
    assert list(table.loc[2]) == ["007", "330681109290", "2025-03-01 13:45:00", "1.5"]
    assert table.index.tolist() == [2, 4]


def test_a_header_below_a_title_row_is_found_where_the_recipe_says(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", ["2025 年登记表"], ["id", "n"], ["1", 2])
    assert list(read_table(path, header_row=2).loc[3]) == ["1", "2"]


def test_two_filled_sheets_ask_which(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", ["id"], ["1"])
    book = openpyxl.load_workbook(path)
    book.create_sheet("more").append(["id"])
    book.save(path)
    with pytest.raises(InputRefused, match=r"several sheets hold cells.*登记, more"):
        read_table(path)
    assert read_table(path, part="登记")["id"].tolist() == ["1"]


def test_parquet_with_text_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame({"class": ["neighbour"]}).to_parquet(path, compression=None)
    path.write_bytes(path.read_bytes().replace(b"neighbour", b"neighb\x9eur"))
    with pytest.raises(InputRefused, match=r"the file can't be read .*UTF8"):
        read_table(path)


def test_parquet_that_ends_the_process_of_its_reader_is_refused(tmp_path: Path) -> None:
    """A wrong bit in the schema, no missing values beside a count of them, makes the library end all that runs."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": [1.0, None]}), path, store_schema=False)
    raw = path.read_bytes()
    at = raw.index(b"\x25\x02\x18\x01n")
    path.write_bytes(raw[: at + 1] + b"\0" + raw[at + 2 :])
    with pytest.raises(InputRefused, match="the file can't be read"):
        read_table(path)


def test_plain_parquet_keeps_its_types(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["01"], "at": pd.to_datetime(["2025-01-01"]), "n": [3]}).to_parquet(tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet", columns=["id", "n"])
    assert table.to_dict("list") == {"id": ["01"], "n": [3]}
    assert list_columns(tmp_path / "a.parquet") == ("id", "at", "n")


def test_text_that_looks_like_a_date_stays_text_in_geojson(tmp_path: Path) -> None:
    AREAS.assign(day=["2025/03/01", "2025/03/02"]).to_file(tmp_path / "a.geojson")
    assert read_table(tmp_path / "a.geojson")["day"].tolist() == ["2025/03/01", "2025/03/02"]
