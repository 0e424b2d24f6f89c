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
    assert "[[120, 30]]" in told.remedy


def test_a_busy_town_hall_is_no_placeholder() -> None:
    random = np.random.default_rng(1)
    lon, lat = random.uniform(120, 121, 1000), random.uniform(29, 30, 1000)
    lon[:19], lat[:19] = 120.123, 29.456
    assert list(find_placeholders(lon, lat)) == []
    lon[:60], lat[:60] = 120.123, 29.456
    assert [(at_lon, at_lat, int(hit.sum())) for at_lon, at_lat, hit in find_placeholders(lon, lat)] == [
        (120.123, 29.456, 60)
    ]


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
