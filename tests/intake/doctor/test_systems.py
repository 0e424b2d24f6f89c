"""The coordinate system of numbers, told by where it puts them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.intake.doctor.systems import clear_system, find_systems, is_outside_of_use
from tests.shared_files import shared_file

COUNTY = shapely.box(120.1, 29.5, 120.5, 29.9)


def places(n: int = 300) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    random = np.random.default_rng(3)
    return random.uniform(120.1, 120.5, n), random.uniform(29.5, 29.9, n)


@pytest.mark.parametrize("crs", ["EPSG:4528", "EPSG:4549", "EPSG:4499", "EPSG:3857"])
@pytest.mark.parametrize("swapped", [False, True])
def test_metres_are_told_with_zone_and_order(crs: str, swapped: bool) -> None:
    easting, northing = Transformer.from_crs(4326, crs, always_xy=True).transform(*places())
    numbers = (northing, easting) if swapped else (easting, northing)
    found = clear_system(find_systems(*numbers, COUNTY))
    assert found is not None
    assert (found.crs, found.swapped, found.share) == (crs, swapped, 1.0)


def test_of_equal_formulas_the_usual_code_is_told() -> None:
    # 117° E is a meridian of zones of 3 degrees, 4548, and of 6 degrees, 4509.
    lon, lat = places()
    easting, northing = Transformer.from_crs(4326, "EPSG:4509", always_xy=True).transform(lon - 3.2, lat)
    found = find_systems(easting, northing, shapely.box(116.9, 29.5, 117.3, 29.9))
    assert (found[0].crs, found[0].share) == ("EPSG:4548", 1.0)
    assert "EPSG:4509" not in [one.crs for one in found]


# By hand: the shift of the datum is 1,512 m, 1,053 m and 859 m; the regions are squares of a kilometre.
@pytest.mark.parametrize(
    ("crs", "lon", "lat"), [("EPSG:3727", 55.5, -21.1), ("EPSG:2002", -61.4, 15.4), ("EPSG:3829", 121.0, 24.0)]
)
def test_a_datum_that_is_far_off_takes_no_system_away(crs: str, lon: float, lat: float) -> None:
    east, north = np.linspace(lon, lon + 0.01, 50), np.linspace(lat, lat + 0.01, 50)
    numbers = Transformer.from_crs(4326, crs, always_xy=True).transform(east, north)
    found = find_systems(*numbers, shapely.box(lon - 1e-6, lat - 1e-6, lon + 0.010001, lat + 0.010001))
    assert (found[0].crs, found[0].share) == (crs, 1.0)


def test_zones_are_tried_beyond_where_they_are_in_use() -> None:
    # Zone 40 ends at 118.5° E; a county at 118.3° E is often drawn in it.
    lon, lat = places()
    easting, northing = Transformer.from_crs(4326, "EPSG:4528", always_xy=True).transform(lon - 2, lat)
    found = clear_system(find_systems(easting, northing, shapely.box(118.1, 29.5, 118.5, 29.9)))
    assert found is not None
    assert (found.crs, found.share) == ("EPSG:4528", 1.0)


def test_degrees_and_degrees_with_latitude_first() -> None:
    lon, lat = places()
    plain, swapped = (clear_system(find_systems(*numbers, COUNTY)) for numbers in ((lon, lat), (lat, lon)))
    assert plain is not None
    assert swapped is not None
    assert [(one.crs, one.swapped) for one in (plain, swapped)] == [("EPSG:4326", False), ("EPSG:4326", True)]


def test_the_neighbouring_meridian_puts_points_elsewhere() -> None:
    easting, northing = Transformer.from_crs(4326, "EPSG:4550", always_xy=True).transform(*places())
    found = find_systems(easting, northing, COUNTY)
    assert "EPSG:4549" not in [one.crs for one in found if one.share > 0.5]


def test_systems_of_one_meridian_and_another_scale_are_left_to_the_user() -> None:
    easting, northing = Transformer.from_crs(4326, "EPSG:32651", always_xy=True).transform(*places())
    found = find_systems(easting, northing, COUNTY)
    assert [(one.crs, round(one.share, 1)) for one in found[:2]] == [("EPSG:32651", 1.0), ("EPSG:4550", 1.0)]
    assert found[0].share > found[1].share
    assert clear_system(found) is None


def test_points_that_lie_nowhere_are_in_no_system() -> None:
    assert find_systems([1.0] * 10, [2.0] * 10, COUNTY) == ()
    assert find_systems([], [], COUNTY) == ()
    assert clear_system(()) is None


def test_half_of_the_points_are_no_clear_evidence() -> None:
    lon, lat = places()
    found = find_systems(np.append(lon, lon * 0), np.append(lat, lat * 0), COUNTY)
    assert found[0].share == pytest.approx(0.5)
    assert clear_system(found) is None


def test_the_feet_of_a_real_city_are_found() -> None:
    crimes, areas = shared_file("data", "chicago-crimes"), shared_file("data", "chicago-police-areas")
    rows = pd.read_csv(crimes / "chicago_crimes_25k_2017_2019.csv", usecols=["x_coordinate", "y_coordinate"])
    region = gpd.read_file(areas / "police_districts.geojson").union_all()
    found = find_systems(rows["x_coordinate"], rows["y_coordinate"], region)
    clear = clear_system(found)
    assert clear is not None
    assert "Illinois East (ftUS)" in clear.name
    assert clear.share > 0.99


def test_a_real_label_that_is_wrong_is_noticed() -> None:
    areas = shared_file("data", "chicago-police-areas", "community_areas.geojson")
    layer = gpd.read_file(areas)
    assert layer.crs is not None
    west, south, east, north = layer.total_bounds
    assert is_outside_of_use(layer.crs, (west, south, east, north))
    assert not is_outside_of_use("EPSG:4326", (west, south, east, north))
