"""A broken file is refused in words that name it and the remedy, never with another error."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import InputRefused
from geo.intake import assign_file, list_columns, read_table
from tests.shared_files import shared_file

FAULTS = {
    "empty_file": "the file is empty",
    "binary_csv": "this is not a text file",
    "unclosed_quote": r"row 3 can't be read.*quotation mark",
    "short_row": r"row 3: 1 rows don't have the 3 cells",
    "long_row": r"row 3: 1 rows don't have the 2 cells",
    "double_header": "columns with the same name: id",
    "latin_1": "row 2 is neither UTF-8 nor Chinese GB18030",
    "utf_8_cut_in_a_character": "row 2 holds bytes that are not UTF-8",
    "unclosed_ring": r"column geometry, row 2: a ring is not closed.*QGIS",
    "cut_geojson": "the file can't be read.*cut off or damaged",
    "json_of_something_else": "the file can't be read",
    "cut_shapes": r"a\.shp is cut off",
    "cut_attributes": r"a\.dbf is cut off",
    "lone_shp": r"\.shx, \.dbf of the shapefile is missing",
    "unknown_code_page": "an encoding that nobody knows, 'klingon'",
    "wrong_code_page": "is not utf-8.*give its encoding",
    "cut_gpkg": "the file can't be read",
    "gpkg_of_two_layers": "several layers.*one, two",
    "cut_parquet": "the file can't be read",
    "cut_workbook": "the workbook can't be read",
    "empty_workbook": "no sheet holds a cell",
    "cut_zip": "the zip can't be read",
    "zip_of_pictures": "no such file in it",
    "unknown_kind": "this kind of file can't be read",
    "header_of_a_shapefile_that_lies": r"a\.shp is cut off",
}


@pytest.mark.parametrize(("fault", "message"), FAULTS.items())
def test_a_broken_file_is_refused_with_its_name_and_a_remedy(
    fault: str, message: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(fault)
    with pytest.raises(InputRefused, match=message) as refused:
        read_table(path)
    assert path.name in str(refused.value)
    assert "Remedy: " in str(refused.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_columns_are_listed_or_refused_in_the_same_way(fault: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(fault)
    try:
        assert isinstance(list_columns(path), tuple)
    except InputRefused as refused:
        assert "Remedy: " in str(refused)  # noqa: PT017 - either is right


@pytest.mark.parametrize("fault", FAULTS)
def test_an_assignment_refuses_it_on_either_side(fault: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    path: Path = request.getfixturevalue(fault)
    out = tmp_path / "out.csv"
    with pytest.raises(InputRefused):
        assign_file(path, path, out)
    assert not out.exists()


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="there is no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InputRefused, match="this is not a file"):
        read_table(tmp_path)


def test_a_real_map_with_an_unclosed_ring_is_refused_by_its_features() -> None:
    path = shared_file("data", "cn-osm-qixinzhuang", "qixinzhuang.geojson")
    with pytest.raises(InputRefused, match=r"qixinzhuang\.geojson, column geometry, rows 1, 2.*a ring is not closed"):
        read_table(path)
