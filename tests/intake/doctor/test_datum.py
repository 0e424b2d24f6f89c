"""The datum of points is told by evidence, and only by clear evidence."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from geo.crs import Datum, wgs84_to_bd09, wgs84_to_gcj02
from geo.intake.doctor.datum import weigh_datums

SIDE = 0.02  # degrees: about two kilometres
WEST, SOUTH, ROWS = 120.2, 29.7, 10


@pytest.fixture(scope="module")
def areas() -> NDArray[np.object_]:
    """A hundred squares of two kilometres."""
    column, row = (part.ravel() for part in np.meshgrid(np.arange(ROWS), np.arange(ROWS)))
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    squares: NDArray[np.object_] = shapely.box(west, south, west + SIDE, south + SIDE)
    return squares


def places(n: int, *, seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Random places in WGS84 and the square that each lies in."""
    random = np.random.default_rng(seed)
    column, row = random.uniform(0, ROWS, n), random.uniform(0, ROWS, n)
    return WEST + column * SIDE, SOUTH + row * SIDE, (row.astype(int) * ROWS + column.astype(int)).astype(np.intp)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_the_datum_that_the_places_are_in_is_found(areas: NDArray[np.object_], datum: Datum) -> None:
    lon, lat, at = places(1000)
    shifted = {"wgs84": (lon, lat), "gcj02": wgs84_to_gcj02(lon, lat), "bd09": wgs84_to_bd09(lon, lat)}[datum]
    evidence = weigh_datums(*shifted, at, areas)
    assert evidence.clear == datum
    assert evidence.compared == 1000
    assert evidence.share(datum) == pytest.approx(1.0, abs=0.001)
    assert all(evidence.inside[other] < 0.9 * 1000 for other in evidence.inside if other != datum)


def test_counts_are_those_of_a_plain_look(areas: NDArray[np.object_]) -> None:
    lon, lat, at = places(300)
    moved_lon, moved_lat = wgs84_to_gcj02(lon, lat)
    plain = sum(
        areas[square].covers(shapely.Point(x, y)) for x, y, square in zip(moved_lon, moved_lat, at, strict=True)
    )
    assert weigh_datums(moved_lon, moved_lat, at, areas).inside["wgs84"] == plain


@pytest.mark.parametrize("n", [0, 3, 10])
def test_few_points_decide_nothing(areas: NDArray[np.object_], n: int) -> None:
    lon, lat, at = places(n)
    evidence = weigh_datums(lon, lat, at, areas)
    assert (evidence.clear, evidence.compared) == (None, n)


def test_points_far_from_every_border_decide_nothing() -> None:
    whole = np.array([shapely.box(119.0, 29.0, 122.0, 31.0)], dtype=object)
    lon, lat, _ = places(1000)
    evidence = weigh_datums(lon, lat, np.zeros(1000, np.intp), whole)
    assert set(evidence.inside.values()) == {1000}
    assert evidence.clear is None


def test_records_that_are_often_wrong_decide_nothing(areas: NDArray[np.object_]) -> None:
    lon, lat, at = places(1000)
    at[:600] = (at[:600] + 37) % len(areas)
    assert weigh_datums(lon, lat, at, areas).clear is None


def test_a_mix_of_two_datums_decides_nothing(areas: NDArray[np.object_]) -> None:
    lon, lat, at = places(2000)
    moved_lon, moved_lat = wgs84_to_gcj02(lon[1000:], lat[1000:])
    evidence = weigh_datums(np.append(lon[:1000], moved_lon), np.append(lat[:1000], moved_lat), at, areas)
    assert evidence.clear is None


def test_points_without_coordinates_or_area_are_not_compared(areas: NDArray[np.object_]) -> None:
    lon, lat, at = places(100)
    lon[:10], at[10:30] = np.nan, -1
    assert weigh_datums(lon, lat, at, areas).compared == 70


def test_of_very_many_points_a_part_is_weighed_evenly(areas: NDArray[np.object_]) -> None:
    lon, lat, at = places(50_000)
    evidence = weigh_datums(*wgs84_to_bd09(lon, lat), at, areas)
    assert (evidence.compared, evidence.clear) == (20_000, "bd09")
