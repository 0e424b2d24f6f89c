from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import InputRefused
from geo.intake import assign_file
from geo.intake.assignment.files import find_code_column, find_lon_lat

POINTS = "id,lon,lat,note\n007,120.05,30.05,a\n008,120.15,30.05,b\n\n009,,,c\n010,125,30,d\n011,x,30,e\n"


@pytest.fixture
def points(tmp_path: Path) -> Path:
    """Five points: in the first grid, in the second, without coordinates, outside, with coordinates that are none."""
    path = tmp_path / "points.csv"
    path.write_text(POINTS, encoding="utf-8")
    return path


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    """Two grids, side by side."""
    boxes = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)]
    gpd.GeoDataFrame({"grid_id": ["g1", "g2"]}, geometry=boxes, crs=4326).to_file(tmp_path / "grids.geojson")
    return tmp_path / "grids.geojson"


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_rows_come_out_as_they_went_in_and_are_placed(points: Path, grids: Path, tmp_path: Path, name: str) -> None:
    report = assign_file(points, grids, tmp_path / name)
    read = pd.read_csv(tmp_path / name, dtype="str") if name.endswith("csv") else pd.read_parquet(tmp_path / name)
    assert list(read.columns) == ["id", "lon", "lat", "note", "grid_id", "placed"]
    assert read["id"].tolist() == ["007", "008", "009", "010", "011"]
    assert read["grid_id"].fillna("-").tolist() == ["g1", "g2", "-", "-", "-"]
    assert read["placed"].tolist() == ["inside", "inside", "no_coordinates", "outside", "no_coordinates"]
    assert report.to_dict()["placed"] == {"inside": 2, "snapped": 0, "outside": 1, "no_coordinates": 2}


def test_both_files_may_be_in_systems_of_their_own(points: Path, grids: Path, tmp_path: Path) -> None:
    gpd.read_file(grids).to_crs(32651).to_file(tmp_path / "utm.gpkg")
    spots = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(120.15, 30.05)], crs=4326).to_crs(32650)
    spots.to_file(tmp_path / "spots.gpkg")
    assign_file(tmp_path / "spots.gpkg", tmp_path / "utm.gpkg", tmp_path / "out.csv")
    out = pd.read_csv(tmp_path / "out.csv")
    assert out[["n", "grid_id", "placed"]].to_numpy().tolist() == [[1, "g2", "inside"]]


def test_columns_in_metres_are_taken_by_the_system_that_is_given(grids: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("x,y\n13364004.8,3511000\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="these are no degrees"):
        assign_file(tmp_path / "p.csv", grids, tmp_path / "out.csv")
    report = assign_file(tmp_path / "p.csv", grids, tmp_path / "out.csv", crs="EPSG:3857")
    assert report.placed["inside"] == 1


def test_chinese_text_is_written_so_that_excel_reads_it(grids: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes("编号,经度,纬度,村\n1,120.05,30.05,枫源村\n".encode("gb18030"))
    assign_file(tmp_path / "p.csv", grids, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith("\ufeff编号".encode())
    assert "1,120.05,30.05,枫源村,g1,inside" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")


def test_the_file_s_own_columns_of_our_names_are_kept_and_told(grids: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("grid_id,lon,lat,placed\nold,120.05,30.05,by hand\n", encoding="utf-8")
    report = assign_file(tmp_path / "p.csv", grids, tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text()
    assert text == "grid_id_file,lon,lat,placed_file,grid_id,placed\nold,120.05,30.05,by hand,g1,inside\n"
    assert report.to_dict()["renamed"] == {"grid_id": "grid_id_file", "placed": "placed_file"}
    assert "  the file's own columns are kept: grid_id as grid_id_file, placed as placed_file" in report.lines()


def test_a_lone_carriage_return_in_a_cell_comes_back(grids: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(b'id,lon,lat\n"a\rb",120.05,30.05\n')
    assign_file(tmp_path / "p.csv", grids, tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv")["id"].tolist() == ["a\rb"]


def test_nothing_is_renamed_where_no_name_is_taken(points: Path, grids: Path, tmp_path: Path) -> None:
    report = assign_file(points, grids, tmp_path / "out.csv")
    assert report.to_dict()["renamed"] == {}
    assert not any("kept" in line for line in report.lines())


def test_a_third_assignment_loses_no_earlier_one(points: Path, grids: Path, tmp_path: Path) -> None:
    names = ["once.csv", "twice.csv", "thrice.csv"]
    for given, name in zip([points.name, *names], names, strict=False):
        assign_file(tmp_path / given, grids, tmp_path / name)
    columns = pd.read_csv(tmp_path / "thrice.csv").columns.tolist()
    assert columns[4:] == ["grid_id_file", "placed_file", "grid_id_file_2", "placed_file_2", "grid_id", "placed"]


def test_pieces_are_joined_and_invalid_polygons_repaired_and_told(points: Path, tmp_path: Path) -> None:
    bow = shapely.Polygon([(121, 30), (122, 31), (122, 30), (121, 31)])
    shapes = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1), bow]
    gpd.GeoDataFrame({"code": ["a", "a", "b"]}, geometry=shapes, crs=4326).to_file(tmp_path / "g.gpkg")
    report = assign_file(points, tmp_path / "g.gpkg", tmp_path / "out.csv")
    assert (report.areas, report.dissolved, report.repaired) == (2, {"a": 2}, ("b",))


def test_columns_of_persons_are_told(grids: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("phone,lon,lat\n1,120.05,30.05\n", encoding="utf-8")
    assert assign_file(tmp_path / "p.csv", grids, tmp_path / "out.csv").person_columns == ("phone",)


def test_nothing_is_left_behind_where_it_can_t_be_written(points: Path, grids: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="can't be written"):
        assign_file(points, grids, tmp_path / "no" / "out.csv")
    with pytest.raises(InputRefused, match="this kind of file can't be written"):
        assign_file(points, grids, tmp_path / "out.xls")


NAMES = [
    (["LON", "LAT"], ("LON", "LAT")),
    (["lng", "Latitude"], ("lng", "Latitude")),
    (["经度", "纬度"], ("经度", "纬度")),
    (["x", "y", "longitude", "latitude"], ("longitude", "latitude")),
    (["X_COORD", "Y_COORD"], ("X_COORD", "Y_COORD")),
    (["lon", "n"], None),
    (["long_name", "platform"], None),
]


@pytest.mark.parametrize(("columns", "expected"), NAMES)
def test_longitude_and_latitude_are_found_by_name(columns: list[str], expected: tuple[str, str] | None) -> None:
    assert find_lon_lat(columns) == expected


CODES = [
    ({"name": ["x", "y"], "grid_id": ["1", "2"]}, "grid_id"),
    ({"网格编码": ["1", "2"], "名称": ["x", "y"]}, "网格编码"),
    ({"SECTOR": ["1", "1"], "BEAT_NUM": ["1", "2"]}, "BEAT_NUM"),
    ({"osm_id": ["1", "2"], "DIST_NUM": ["1", "1"]}, "DIST_NUM"),
    ({"osm_id": ["1", None], "name": ["x", "y"]}, "name"),
    ({"kind": ["x", "x"]}, None),
]


@pytest.mark.parametrize(("columns", "expected"), CODES)
def test_the_column_of_codes_is_found(columns: dict[str, list[str]], expected: str | None) -> None:
    assert find_code_column(pd.DataFrame(columns)) == expected
