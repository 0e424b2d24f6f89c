"""Coordinate systems of files: the right zone, marked where places are moved."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.crs import gcj02_to_wgs84
from geo.errors import GeoError
from geo.export.files.systems import as_system, system_of

COUNTY = (119.9, 29.4, 120.6, 30.0)


def moved(lon: float, lat: float, asked: str) -> tuple[float, float]:
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(lon, lat)], crs=4326)
    point = as_system(layer, system_of(asked, COUNTY)).geometry.iloc[0]
    return point.x, point.y


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("wgs84", 4326),
        ("cgcs2000", 4490),
        ("cgcs2000-3", 4549),
        ("cgcs2000-3:117", 4548),
        ("cgcs2000-zone", 4528),
        ("cgcs2000-zone:39", 4527),
        ("CGCS2000-zone:25", 4513),
        ("cgcs2000-zone:45", 4533),
    ],
)
def test_systems_have_their_numbers(asked: str, number: int) -> None:
    system = system_of(asked, COUNTY)
    assert (system.crs.to_epsg(), f"EPSG:{number}" in system.words) == (number, True)


def test_on_the_central_meridian_the_easting_is_half_a_million_with_the_zone_before_it() -> None:
    assert moved(120, 0, "cgcs2000-3") == pytest.approx((500_000, 0), abs=1e-6)
    assert moved(120, 0, "cgcs2000-zone") == pytest.approx((40_500_000, 0), abs=1e-6)
    # A quarter of the meridian of the ellipsoid GRS80, as published: 10,001,965.729 m.
    assert moved(120, 90, "cgcs2000-3")[1] == pytest.approx(10_001_965.729, abs=0.001)


def test_a_county_across_the_border_of_two_zones_gets_that_of_its_middle_or_the_one_named() -> None:
    across = (121.3, 30.0, 121.9, 30.4)
    assert system_of("cgcs2000-zone", across).crs.to_epsg() == 4529
    assert system_of("cgcs2000-zone:40", across).crs.to_epsg() == 4528


def test_gcj02_is_moved_and_says_so() -> None:
    system = system_of("gcj02", COUNTY)
    assert (system.crs.name, system.crs.to_epsg()) == ("GCJ-02", None)
    lon, lat = moved(121.5272106, 31.1774276, "gcj02")
    # Published pair of coordinates, as in geo.crs.
    assert (lon, lat) == pytest.approx((121.531542, 31.175304), abs=1e-6)
    assert gcj02_to_wgs84(lon, lat) == pytest.approx((121.5272106, 31.1774276), abs=1e-9)


@pytest.mark.parametrize("asked", ["", "wgs72", "wgs84:40", "cgcs2000-3:118", "cgcs2000-zone:46", "cgcs2000-3:3"])
def test_what_is_no_system_is_refused(asked: str) -> None:
    with pytest.raises(GeoError, match="Remedy"):
        system_of(asked, COUNTY)


def test_far_from_china_there_is_no_zone() -> None:
    assert system_of("wgs84", (-87.9, 41.6, -87.5, 42.0)).crs.to_epsg() == 4326
    with pytest.raises(GeoError, match="75° E to 135° E"):
        system_of("cgcs2000-3", (-87.9, 41.6, -87.5, 42.0))
