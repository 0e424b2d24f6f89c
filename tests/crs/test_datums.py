"""Datums of Chinese maps: published places, and the way back from every place."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from geo.crs import (
    DATUMS,
    Datum,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geo.errors import GeoError
from tests.shared_files import shared_file

WGS84 = Geod(ellps="WGS84")
# The published forward values are rounded to 1e-7 degrees; the list's own test asks for 1e-4.
CLOSE = 1e-5

Places = dict[str, NDArray[np.float64]]


@pytest.fixture(scope="module")
def cities() -> Places:
    """Longitudes and latitudes of 664 cities by the name of their datum."""
    path = shared_file("reference", "ref-gcj02-vectors", "china-cities.json")
    listed = json.loads(path.read_text("utf-8"))
    return {name: np.array([city["coords"][name] for city in listed]).T for name in ("WGS84", "GCJ02", "BD09")}


def test_published_cities_are_shifted_as_published(cities: Places) -> None:
    assert cities["WGS84"].shape == (2, 664)
    assert np.abs(np.array(wgs84_to_gcj02(*cities["WGS84"])) - cities["GCJ02"]).max() < CLOSE
    assert np.abs(np.array(gcj02_to_bd09(*cities["GCJ02"])) - cities["BD09"]).max() < CLOSE
    assert np.abs(np.array(wgs84_to_bd09(*cities["WGS84"])) - cities["BD09"]).max() < CLOSE


def test_published_cities_come_back(cities: Places) -> None:
    names: dict[Datum, str] = {"gcj02": "GCJ02", "bd09": "BD09", "wgs84": "WGS84"}
    for datum, name in names.items():
        lon, lat = cities[name]
        assert np.abs(np.array(to_wgs84(lon, lat, datum)) - cities["WGS84"]).max() < CLOSE


@pytest.mark.parametrize(
    ("lat", "lon", "to_lat", "to_lon"),
    [
        (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
        (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
        (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
    ],
)
def test_published_shifts_to_every_digit(lat: float, lon: float, to_lat: float, to_lon: float) -> None:
    shifted = wgs84_to_gcj02(lon, lat)
    # The publisher rounds the earth's axes and pi a little otherwise: a millimetre.
    assert [float(value) for value in shifted] == pytest.approx([to_lon, to_lat], abs=2e-6)


@given(lon=st.floats(73, 137), lat=st.floats(2, 55))
@example(lon=105.0, lat=35.0)
@example(lon=105.0 + 1e-9, lat=30.0)
@example(lon=104.99, lat=29.5)
def test_the_way_back_is_exact_to_a_millimetre(lon: float, lat: float) -> None:
    for there, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)):
        again_lon, again_lat = back(*there(lon, lat))
        _, _, metres = WGS84.inv(lon, lat, float(again_lon), float(again_lat))
        assert metres < 0.001


@given(lon=st.floats(73, 137), lat=st.floats(18, 53))
def test_the_shift_is_some_hundred_metres(lon: float, lat: float) -> None:
    to_lon, to_lat = wgs84_to_gcj02(lon, lat)
    _, _, metres = WGS84.inv(lon, lat, float(to_lon), float(to_lat))
    assert 0 < metres < 1_000


@pytest.mark.parametrize(("lon", "lat"), [(-76.6, 39.3), (2.3, 48.9), (140.0, 36.0)])
def test_places_elsewhere_are_not_shifted(lon: float, lat: float) -> None:
    assert [float(value) for value in wgs84_to_gcj02(lon, lat)] == [lon, lat]
    assert [float(value) for value in gcj02_to_wgs84(lon, lat)] == [lon, lat]


def test_missing_places_stay_missing() -> None:
    lon, lat = bd09_to_wgs84([120.0, np.nan], [30.0, np.nan])
    assert np.isfinite([lon[0], lat[0]]).all()
    assert np.isnan([lon[1], lat[1]]).all()
    assert [len(part) for part in gcj02_to_wgs84([], [])] == [0, 0]


def test_an_unknown_datum_is_refused_by_name() -> None:
    with pytest.raises(GeoError, match=r"unknown datum 'xian80'.*wgs84, gcj02, bd09"):
        to_wgs84(120.0, 30.0, "xian80")  # type: ignore[arg-type]
    assert set(DATUMS) == {"wgs84", "gcj02", "bd09"}
