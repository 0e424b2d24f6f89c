"""Files that are broken, each in one way; every fixture writes one and returns its path."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

AREAS = gpd.GeoDataFrame(
    {"code": ["a", "b"], "名称": ["枫源村一格", "枫源村二格"]},
    geometry=[shapely.box(120, 30, 121, 31), shapely.box(121, 30, 122, 31)],
    crs=4326,
)
BIG = 300  # rows enough that half of a file is cut in the middle of its data


def write_bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def cut_in_half(path: Path) -> Path:
    content = path.read_bytes()
    return write_bytes(path, content[: len(content) // 2])


def many_areas() -> gpd.GeoDataFrame:
    return pd.concat([AREAS] * BIG, ignore_index=True)


@pytest.fixture
def empty_file(tmp_path: Path) -> Path:
    """No byte at all."""
    return write_bytes(tmp_path / "a.csv", b"")


@pytest.fixture
def binary_csv(tmp_path: Path) -> Path:
    """A picture by the name of a CSV."""
    return write_bytes(tmp_path / "a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")


@pytest.fixture
def unclosed_quote(tmp_path: Path) -> Path:
    """A quotation mark that is opened and not closed."""
    return write_bytes(tmp_path / "a.csv", b'id,text\n1,fine\n2,"not closed\n3,x\n')


@pytest.fixture
def short_row(tmp_path: Path) -> Path:
    """A file that is cut off in its last row."""
    return write_bytes(tmp_path / "a.csv", b"id,a,b\n1,2,3\n2,3")


@pytest.fixture
def long_row(tmp_path: Path) -> Path:
    """A comma too many in one row."""
    return write_bytes(tmp_path / "a.csv", b"id,a\n1,2\n2,3,4\n")


@pytest.fixture
def double_header(tmp_path: Path) -> Path:
    """Two columns of one name."""
    return write_bytes(tmp_path / "a.csv", b"id,a,id\n1,2,3\n")


@pytest.fixture
def latin_1(tmp_path: Path) -> Path:
    """Western text that is neither UTF-8 nor Chinese."""
    return write_bytes(tmp_path / "a.csv", "id,place\n1,café\n".encode("latin-1"))


@pytest.fixture
def utf_8_cut_in_a_character(tmp_path: Path) -> Path:
    """Chinese text in UTF-8 that ends in the middle of a character."""
    return write_bytes(tmp_path / "a.csv", "编码,名称\n1,枫桥镇枫源村".encode()[:-1])


@pytest.fixture
def unclosed_ring(tmp_path: Path) -> Path:
    """A GeoJSON whose second feature has a ring of which first and last point differ."""
    ring = "[[120,30],[121,30],[121,31],[120,31]{}]"
    feature = '{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[{}]}}}}'
    features = [feature.format(ring.format(",[120,30]")), feature.format(ring.format(""))]
    text = f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
    return write_bytes(tmp_path / "a.geojson", text.encode())


@pytest.fixture
def cut_geojson(tmp_path: Path) -> Path:
    """Half a GeoJSON."""
    many_areas().to_file(tmp_path / "a.geojson")
    return cut_in_half(tmp_path / "a.geojson")


@pytest.fixture
def json_of_something_else(tmp_path: Path) -> Path:
    """JSON without a feature."""
    return write_bytes(tmp_path / "a.json", b'{"rows": [1, 2]}')


def write_shapefile(folder: Path) -> Path:
    many_areas().to_file(folder / "a.shp", encoding="utf-8")
    return folder / "a.shp"


@pytest.fixture
def cut_shapes(tmp_path: Path) -> Path:
    """A shapefile with half of its .shp: GDAL would give the rest without geometry."""
    return cut_in_half(write_shapefile(tmp_path))


@pytest.fixture
def cut_attributes(tmp_path: Path) -> Path:
    """A shapefile with half of its .dbf."""
    path = write_shapefile(tmp_path)
    cut_in_half(path.with_suffix(".dbf"))
    return path


@pytest.fixture
def lone_shp(tmp_path: Path) -> Path:
    """A .shp without the files that belong to it."""
    path = write_shapefile(tmp_path)
    path.with_suffix(".dbf").unlink()
    path.with_suffix(".shx").unlink()
    return path


@pytest.fixture
def unknown_code_page(tmp_path: Path) -> Path:
    """A shapefile whose .cpg names an encoding that there is not."""
    path = write_shapefile(tmp_path)
    path.with_suffix(".cpg").write_text("KLINGON", encoding="ascii")
    return path


@pytest.fixture
def wrong_code_page(tmp_path: Path) -> Path:
    """A shapefile in GBK whose .cpg says UTF-8."""
    AREAS.to_file(tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").write_text("UTF-8", encoding="ascii")
    return tmp_path / "a.shp"


@pytest.fixture
def cut_gpkg(tmp_path: Path) -> Path:
    """Half a GeoPackage."""
    many_areas().to_file(tmp_path / "a.gpkg")
    return cut_in_half(tmp_path / "a.gpkg")


@pytest.fixture
def gpkg_of_two_layers(tmp_path: Path) -> Path:
    """A GeoPackage of two layers, where nothing says which."""
    AREAS.to_file(tmp_path / "a.gpkg", layer="one")
    AREAS.to_file(tmp_path / "a.gpkg", layer="two")
    return tmp_path / "a.gpkg"


@pytest.fixture
def cut_parquet(tmp_path: Path) -> Path:
    """Half a GeoParquet: its footer is gone."""
    AREAS.to_parquet(tmp_path / "a.parquet")
    return cut_in_half(tmp_path / "a.parquet")


@pytest.fixture
def cut_workbook(tmp_path: Path) -> Path:
    """Half a workbook."""
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    return cut_in_half(tmp_path / "a.xlsx")


@pytest.fixture
def empty_workbook(tmp_path: Path) -> Path:
    """A workbook without a cell."""
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


@pytest.fixture
def cut_zip(tmp_path: Path) -> Path:
    """Half a zip."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("a.csv", "id\n1\n" * BIG)
    return cut_in_half(tmp_path / "a.zip")


@pytest.fixture
def zip_of_pictures(tmp_path: Path) -> Path:
    """A zip without a file that can be read."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("a.png", "x")
    return tmp_path / "a.zip"


@pytest.fixture
def unknown_kind(tmp_path: Path) -> Path:
    """A file of a kind that is not read."""
    return write_bytes(tmp_path / "a.docx", b"x")


@pytest.fixture
def header_of_a_shapefile_that_lies(tmp_path: Path) -> Path:
    """A .shp whose header tells a length that it has not."""
    path = write_shapefile(tmp_path)
    content = bytearray(path.read_bytes())
    content[24:28] = struct.pack(">I", len(content))
    return write_bytes(path, bytes(content))
