"""The import takes an encoding that the bytes show, and asks for one that they do not."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.errors import InputRefused
from geo.intake.doctor import diagnose
from geo.intake.readers.encoding import decode_bytes, find_codec
from geo.intake.readers.read import read_table

TRADITIONAL = "網格編碼,名稱\n1,楓源村第一網格\n2,調解室與警務室\n"
SIMPLIFIED = "网格编码,名称\n1,枫源村第一网格\n2,调解室与警务室\n"
UNCLEAR = "id,分类\n1,a\n"


@pytest.mark.parametrize(
    ("text", "encoding", "codec"),
    [
        (TRADITIONAL, "big5", "big5"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED, "utf-8", "utf-8"),
        (TRADITIONAL, "utf-8-sig", "utf-8-sig"),
        (TRADITIONAL, "utf-16", "utf-16"),
    ],
)
def test_import_and_doctor_find_the_same_encoding(tmp_path: Path, text: str, encoding: str, codec: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    assert find_codec(path) == codec
    assert read_table(path).to_csv(index=False) == text
    table = diagnose(path).table
    assert table is not None
    assert table.layout.encoding == codec


def test_what_is_unclear_is_asked_for_by_both(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(UNCLEAR.encode("gbk"))
    with pytest.raises(InputRefused, match=r'a\.csv: the few signs.*row 1.*encoding = "gb18030" or encoding = "big5"'):
        read_table(path)
    assert "text.encoding_unclear" in {one.code for one in diagnose(path).findings}
    assert list(read_table(path, encoding="gb18030").columns) == ["id", "分类"]


def test_two_files_put_together_are_refused_by_their_row() -> None:
    raw = "网格,名称\n1,枫源\n2,枫桥\n".encode() + "3,枫源村\n4,枫桥镇\n5,杜黄新村\n".encode("gbk")
    with pytest.raises(InputRefused, match=r"others such as row 4 are not.*Remedy"):
        decode_bytes(raw, name="a.csv")


def test_a_row_far_below_that_does_not_fit_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名称\n".encode("gbk") + "枫源村第一网格\n".encode("gbk") * 30_000 + b"\xff\xff\n")
    with pytest.raises(InputRefused, match="row 30002 is not gb18030"):
        find_codec(path)


@pytest.mark.parametrize(("encoding", "name"), [("big5", "楓源村調解室與警務室"), ("gbk", "枫源村调解室与警务室")])
def test_a_shapefile_without_a_code_page_is_read_by_its_own_signs(tmp_path: Path, encoding: str, name: str) -> None:
    areas = gpd.GeoDataFrame({"name": [name]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    areas.to_file(tmp_path / "a.shp", encoding=encoding)
    (tmp_path / "a.cpg").unlink()
    assert read_table(tmp_path / "a.shp")["name"].tolist() == [name]
