"""Findings on coordinates: each fault is found in a file that has it, and not in one that almost has it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.intake.doctor import Finding, diagnose
from geo.intake.doctor.coordinates import find_placeholders, guess_zone
from geo.intake.doctor.outlines import border_faults, outlines_found
from geo.store import Store

TODAY = date(2025, 12, 31)
WEST, SOUTH, SIDE, ROWS = 120.1, 29.5, 0.02, 10


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A county of a hundred squares of two kilometres."""
    column, row = (part.ravel() for part in np.meshgrid(np.arange(ROWS), np.arange(ROWS)))
    squares = shapely.box(
        WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE
    )
    codes = [f"99068100100{number:04d}" for number in range(ROWS * ROWS)]
    grids = gpd.GeoDataFrame({"grid_id": codes, "name": codes}, geometry=squares, crs=4326)
    store = Store(tmp_path_factory.mktemp("squares") / "store")
    store.publish({"grids": grids}, as_of=TODAY, time_zone="Asia/Shanghai", title="Squares")
    return store


def places(n: int = 400) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Random places with the code of the square that each lies in."""
    random = np.random.default_rng(2)
    column, row = random.uniform(0, ROWS, n), random.uniform(0, ROWS, n)
    codes = [f"99068100100{int(y) * ROWS + int(x):04d}" for x, y in zip(column, row, strict=True)]
    return WEST + column * SIDE, SOUTH + row * SIDE, codes


def findings(folder: Path, store: Store | None = None, /, **columns: object) -> dict[str, Finding]:
    """Write columns as a CSV file and return what the doctor says of its coordinates, by code."""
    path = folder / "hazards.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    told = diagnose(path, layer="hazards", store=store, today=TODAY).findings
    return {found.code: found for found in told if found.code.startswith("coordinates.")}


def test_plain_degrees_in_the_right_grid_are_right(tmp_path: Path, store: Store) -> None:
    lon, lat, codes = places()
    assert set(findings(tmp_path, store, lon=lon, lat=lat, grid_id=codes)) == {"coordinates.datum_right"}


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_points_of_a_web_map_are_told_with_their_shares(
    tmp_path: Path, store: Store, datum: str, shift: object
) -> None:
    lon, lat, codes = places()
    moved_lon, moved_lat = shift(lon, lat)  # type: ignore[operator]
    found = findings(tmp_path, store, lon=moved_lon, lat=moved_lat, grid_id=codes)[f"coordinates.datum_{datum}"]
    assert found.figures[datum] == pytest.approx(1.0, abs=0.01)
    assert float(found.figures["wgs84"]) < 0.8
    assert found.repair == f"datum:{datum}"
    assert f"of 400 lie in the grid that grid_id records, as WGS84 {found.figures['wgs84']:.1%}" in found.problem


def test_half_of_one_datum_and_half_of_another_is_asked(tmp_path: Path, store: Store) -> None:
    lon, lat, codes = places()
    moved_lon, moved_lat = wgs84_to_gcj02(lon, lat)
    half = np.arange(len(lon)) % 2 == 0
    mixed = findings(
        tmp_path, store, lon=np.where(half, lon, moved_lon), lat=np.where(half, lat, moved_lat), grid_id=codes
    )
    assert mixed["coordinates.datum_unclear"].severity == "ask"


def test_without_recorded_areas_the_datum_is_not_told(tmp_path: Path, store: Store) -> None:
    lon, lat, _ = places()
    assert set(findings(tmp_path, store, lon=lon, lat=lat)) == {"coordinates.datum_unknown"}
    abroad = findings(tmp_path, lon=lon - 200, lat=lat)
    assert "coordinates.datum_unknown" not in abroad


def test_swapped_axes_are_told_with_a_store_and_without(tmp_path: Path, store: Store) -> None:
    lon, lat, codes = places()
    told = findings(tmp_path, store, lon=lat, lat=lon, grid_id=codes)
    assert told["coordinates.swapped"].figures["found"] == 1.0
    assert told["coordinates.swapped"].repair == "coordinates:swap"
    assert "coordinates.datum_right" in told
    assert "coordinates.swapped_range" in findings(tmp_path, lon=lat, lat=lon)
    # Where both could be degrees of either kind nothing is said.
    assert "coordinates.swapped_range" not in findings(tmp_path, lon=[39.3, 39.2], lat=[-76.6, -76.5])


def test_metres_of_a_zone_are_told_by_where_they_lie(tmp_path: Path, store: Store) -> None:
    easting, northing = Transformer.from_crs(4326, 4549, always_xy=True).transform(*places()[:2])
    told = findings(tmp_path, store, lon=easting, lat=northing)["coordinates.system"]
    assert (told.figures["crs"], told.figures["found"]) == ("EPSG:4549", 1.0)
    assert 'crs = "EPSG:4549"' in told.remedy
    assert findings(tmp_path, lon=easting, lat=northing)["coordinates.metres"].severity == "ask"


def test_metres_with_the_number_of_their_zone_need_no_store(tmp_path: Path) -> None:
    easting, northing = Transformer.from_crs(4326, 4528, always_xy=True).transform(*places()[:2])
    assert findings(tmp_path, lon=easting, lat=northing)["coordinates.zone"].figures["crs"] == "EPSG:4528"
    assert "coordinates.zone_swapped" in findings(tmp_path, lon=northing, lat=easting)


@pytest.mark.parametrize(
    ("easting", "crs"), [(25_500_000, 4513), (45_500_000, 4533), (13_500_000, 4491), (23_500_000, 4501)]
)
def test_zones_are_those_of_the_register(easting: float, crs: int) -> None:
    assert guess_zone(np.array([easting, easting + 9_000.0])) == f"EPSG:{crs}"


def test_a_mix_of_zones_is_no_zone() -> None:
    assert guess_zone(np.array([39_500_000.0, 40_500_000.0])) is None
    assert guess_zone(np.array([np.nan])) is None


def test_degrees_written_otherwise_are_counted_and_read(tmp_path: Path, store: Store) -> None:
    lon = ["120°12′36″", "120,21", "120.21", "nearby"]
    told = findings(tmp_path, store, lon=lon, lat=["29.6"] * 4)
    assert told["coordinates.sexagesimal"].rows == (2,)
    assert told["coordinates.comma"].rows == (3,)
    assert told["coordinates.no_number"].rows == (5,)
    assert "coordinates.outside" not in told


def test_placeholders_are_told_with_their_share(tmp_path: Path, store: Store) -> None:
    lon, lat, codes = places()
    lon[:40], lat[:40] = 120.0, 30.0
    told = findings(tmp_path, store, lon=lon, lat=lat, grid_id=codes)["coordinates.placeholder"]
    assert (told.count, told.rows[0], told.figures["share"]) == (40, 2, 0.1)
    assert "[[120.0, 30.0]]" in told.remedy


def kinds(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[tuple[float, float, str, int]]:
    return [(one.lon, one.lat, one.kind, int(one.hit.sum())) for one in find_placeholders(lon, lat)]


def test_a_point_is_suspicious_from_one_row_in_twenty_on() -> None:
    random = np.random.default_rng(1)
    lon, lat = random.uniform(120, 121, 1000), random.uniform(29, 30, 1000)
    lon[:49], lat[:49] = 120.123, 29.456
    assert kinds(lon, lat) == []
    lon[:50], lat[:50] = 120.123, 29.456
    assert kinds(lon, lat) == [(120.123, 29.456, "shared", 50)]


@pytest.mark.parametrize("rows", [0, 1, 15, 20, 21, 39])
def test_files_of_any_length_are_looked_at(rows: int) -> None:
    lon, lat = np.linspace(120.1, 120.2, rows), np.linspace(29.1, 29.2, rows)
    assert kinds(lon, lat) == []
    assert len(kinds(np.full(rows, 120.1), lat * 0 + 29.1)) == (rows >= 20)


def test_whole_metres_and_feet_are_no_placeholders() -> None:
    # Two records in each of two houses, in whole feet.
    assert kinds(np.array([1150001.0, 1150001.0, 1150420.0, 1150420.0]), np.array([1900001.0] * 4)) == []
    degrees = np.array([120.0, 120.0, 120.21, 120.22]), np.array([30.0, 30.0, 29.7, 29.8])
    assert kinds(*degrees) == [(120.0, 30.0, "filler", 2)]
    # A file of whole degrees was rounded.
    assert kinds(degrees[0][:2], degrees[1][:2]) == []


@pytest.mark.parametrize(("number", "kind"), [(0.0, "zero"), (-0.0, "zero"), (-1.0, "filler"), (999.0, "filler")])
def test_nought_and_fillers_are_told_from_one_row_on(number: float, kind: str) -> None:
    for lon, lat in (([120.2, 120.3], [29.7, 29.8]), ([512345.6, 512400.0], [3301234.0, 3301300.0])):
        found = kinds(np.array([number, *lon]), np.array([number, *lat]))
        assert found == [(number, number, kind, 1)]


def test_only_nought_is_taken_out_unasked_and_digits_are_all_there(tmp_path: Path) -> None:
    lon = [0.0, 999.0, *[-87.62401234567] * 40, *np.linspace(-87.7, -87.6, 40)]
    lat = [0.0, 999.0, *[41.88512345678] * 40, *np.linspace(41.7, 41.9, 40)]
    told = findings(tmp_path, lon=lon, lat=lat)
    repairs = {code: told[code].repair for code in told if "coordinates:" in (told[code].repair or "")}
    assert repairs == {
        "coordinates.zero": "coordinates:placeholders",
        "coordinates.placeholder": "coordinates:fillers",
        "coordinates.shared_point": "coordinates:shared",
    }
    assert "[[-87.62401234567, 41.88512345678]]" in told["coordinates.shared_point"].remedy
    assert "from 20 rows on" in told["coordinates.shared_point"].problem


def test_points_outside_of_all_areas_are_counted(tmp_path: Path, store: Store) -> None:
    lon, lat, codes = places()
    lon[0] += 1
    told = findings(tmp_path, store, lon=lon, lat=lat, grid_id=codes)["coordinates.outside"]
    assert (told.count, told.rows, told.severity) == (1, (2,), "note")


def test_points_of_another_place_are_asked_about(tmp_path: Path, store: Store) -> None:
    random = np.random.default_rng(5)
    told = findings(tmp_path, store, lon=random.uniform(-77, -76.3, 100), lat=random.uniform(39.1, 39.4, 100))
    assert told["coordinates.elsewhere"].severity == "ask"


def test_numbers_that_are_no_place_on_earth(tmp_path: Path) -> None:
    told = findings(tmp_path, lon=[120.2, 420.3, 120.4, 120.1], lat=[29.6, 29.7, 95.0, 29.8])
    assert told["coordinates.no_degrees"].rows == (3, 4)


def shapes_file(folder: Path, *, name: str = "grids.shp", crs: str = "EPSG:4326", label: str | None = None) -> Path:
    """Write the squares as shapes: their numbers in one system, what the file says of it another, or nothing."""
    column, row = (part.ravel() for part in np.meshgrid(np.arange(ROWS), np.arange(ROWS)))
    squares = shapely.box(
        WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE
    )
    # The last one lies on its neighbour by a third: borders are looked at where they are in metres.
    squares[-1] = shapely.transform(squares[-1], lambda points: points - [SIDE / 3, 0])
    codes = [f"99068100100{number:04d}" for number in range(len(squares))]
    layer = gpd.GeoDataFrame({"grid_id": codes, "name": codes}, geometry=squares, crs=4326).to_crs(crs)
    layer.set_crs(label or crs, allow_override=True).to_file(folder / name)
    if label is None:
        (folder / name).with_suffix(".prj").unlink()
    return folder / name


def shape_findings(path: Path, store: Store | None = None) -> dict[str, Finding]:
    told = diagnose(path, layer="grids", store=store, today=TODAY).findings
    return {found.code: found for found in told if found.code.startswith(("coordinates.", "areas."))}


@pytest.mark.parametrize("crs", ["EPSG:4528", "EPSG:4549"])
def test_areas_in_metres_without_a_label_are_told_by_where_they_lie(tmp_path: Path, store: Store, crs: str) -> None:
    told = shape_findings(shapes_file(tmp_path, crs=crs), store)
    assert (told["coordinates.system"].figures["crs"], told["coordinates.system"].count) == (crs, 100)
    assert {"coordinates.no_system", "areas.overlaps"} <= set(told)
    # A third of a square of 0.02° by 0.02° at 29.69° N.
    overlap_m2 = 0.02 / 3 * 0.02 * 110_853 * 96_801
    assert told["areas.overlaps"].figures["total_m2"] == pytest.approx(overlap_m2, rel=0.01)


def test_areas_whose_place_nothing_tells_are_told_to_be_so(tmp_path: Path) -> None:
    alone = shape_findings(shapes_file(tmp_path, crs="EPSG:4549"))
    assert {"coordinates.no_system", "coordinates.metres", "areas.no_place"} == set(alone)
    prefixed = shape_findings(shapes_file(tmp_path, crs="EPSG:4528", name="others.shp"))
    assert prefixed["coordinates.zone"].figures["crs"] == "EPSG:4528"
    assert "areas.overlaps" in prefixed


def test_labels_that_can_not_be_right_are_named(tmp_path: Path, store: Store) -> None:
    lengths = shape_findings(shapes_file(tmp_path, crs="EPSG:4549", label="EPSG:4326"), store)
    assert lengths["coordinates.label_lengths"].severity == "ask"
    assert lengths["coordinates.system"].figures["crs"] == "EPSG:4549"
    degrees = shape_findings(shapes_file(tmp_path, name="b.shp", label="EPSG:4549"))
    assert degrees["coordinates.label_degrees"].figures["crs"] == "EPSG:4326"
    assert not {"areas.slivers", "areas.no_place"} & set(degrees)
    other = shape_findings(shapes_file(tmp_path, name="c.shp", crs="EPSG:4549", label="EPSG:4548"), store)
    assert other["coordinates.system"].figures["crs"] == "EPSG:4549"


def test_faults_of_borders_lie_where_the_findings_put_them(tmp_path: Path, store: Store) -> None:
    for name, crs in (("a.shp", "EPSG:4549"), ("b.shp", "EPSG:4326")):
        path = shapes_file(tmp_path, name=name, crs=crs)
        found = diagnose(path, layer="grids", store=store, today=TODAY)
        assert found.table is not None
        outlines = outlines_found(found.table, found.findings)
        assert outlines is not None
        assert border_faults(outlines).total_bounds == pytest.approx([120.28 - 0.02 / 3, 29.68, 120.28, 29.7], abs=1e-5)


def test_swapped_areas_are_told_and_nothing_else(tmp_path: Path, store: Store) -> None:
    layer = gpd.read_file(shapes_file(tmp_path))
    swapped = layer.set_geometry(shapely.transform(layer.geometry.to_numpy(), lambda points: points[:, ::-1]))
    swapped.set_crs(4326).to_file(tmp_path / "swapped.geojson")
    assert {"coordinates.swapped", "areas.overlaps"} == set(shape_findings(tmp_path / "swapped.geojson", store))
    assert {"coordinates.swapped_range", "areas.overlaps"} == set(shape_findings(tmp_path / "swapped.geojson"))


def test_zones_that_are_not_in_use_there_are_told(tmp_path: Path, store: Store) -> None:
    for crs in (4527, 4529, 4551):
        easting, northing = Transformer.from_crs(4326, crs, always_xy=True).transform(*places()[:2])
        told = findings(tmp_path, store, lon=easting, lat=northing)
        assert told["coordinates.system"].figures["crs"] == f"EPSG:{crs}"
    # The same meridian, 126° E, in the older datums.
    same = told["coordinates.same_zones"].figures
    assert (same["xian"], same["beijing"]) == ("EPSG:2387", "EPSG:2439")
