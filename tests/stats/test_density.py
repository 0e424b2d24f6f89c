"""Densities: the right unit, the right place, nothing lost at the border."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from geo.crs import areas_km2, project_geometries, unproject_points, working_crs
from geo.errors import GeoError
from geo.stats.density import (
    DAYS_PER_YEAR,
    Density,
    kernel_density,
    lay_ground,
    narrowest_bandwidth_m,
    spread_events,
)

BOUNDS = (120.0, 30.0, 120.1, 30.1)
CENTRE = working_crs(BOUNDS)
REGION = shapely.box(*BOUNDS)


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Degrees of a place so many metres from the middle of the bounds."""
    lon, lat = unproject_points([east_m], [north_m], CENTRE)
    return float(lon[0]), float(lat[0])


def around(lon: float, lat: float, **options: object) -> Density:
    chosen = {"bounds": BOUNDS, "bandwidth_m": 400.0, "period_days": 365, **options}
    return kernel_density([lon], [lat], **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize("distance_m", [0, 200, 400, 800, 1200])
def test_a_lone_event_spreads_as_the_formula_says(distance_m: float) -> None:
    # exp(-d² / 2 h²) / (2 π h²) per km², times the year over the period.
    expected = math.exp(-((distance_m / 400) ** 2) / 2) / (2 * math.pi * 0.4**2) * DAYS_PER_YEAR / 365
    density = around(*place(0, 0), cell_m=20.0)
    assert density.value_at(*place(distance_m, 0))[0] == pytest.approx(expected, rel=0.04)
    assert density.value_at(*place(0, distance_m))[0] == pytest.approx(expected, rel=0.04)


def test_the_integral_is_the_number_of_events_a_year() -> None:
    lon, lat = np.random.default_rng(1).uniform((120, 30), (120.1, 30.1), (500, 2)).T
    density = kernel_density(lon, lat, bounds=BOUNDS, bandwidth_m=500, period_days=730, region=REGION)
    assert density.events == 500
    assert density.events_per_year == pytest.approx(500 * DAYS_PER_YEAR / 730, rel=1e-9)


def test_an_even_pattern_is_even_up_to_the_border() -> None:
    steps = (np.arange(200) + 0.5) / 2000
    lon, lat = (axis.ravel() for axis in np.meshgrid(120 + steps, 30 + steps))
    density = kernel_density(lon, lat, bounds=BOUNDS, bandwidth_m=500, period_days=365, region=REGION)
    even = 200 * 200 / float(areas_km2([REGION])[0]) * DAYS_PER_YEAR / 365
    assert np.nanmedian(density.values) == pytest.approx(even, rel=0.02)
    uncorrected = kernel_density(lon, lat, bounds=BOUNDS, bandwidth_m=500, period_days=365)
    # On a straight border half of the kernel is outside; given back event by event it makes the integral of φ/Φ from
    # 0 on, which is ln 2.
    border = (120.0002, 30.05)
    assert density.value_at(*border)[0] == pytest.approx(math.log(2) * even, rel=0.06)
    assert uncorrected.value_at(*border)[0] == pytest.approx(0.5 * even, rel=0.08)


def test_north_is_the_first_row_and_west_the_first_column() -> None:
    density = around(*place(-3000, 2000))
    row, column = np.unravel_index(np.argmax(density.values), density.values.shape)
    rows, columns = density.values.shape
    assert row == pytest.approx(rows / 2 - 2000 / density.cell_m, abs=1)
    assert column == pytest.approx(columns / 2 - 3000 / density.cell_m, abs=1)


def test_nothing_is_told_outside_the_region() -> None:
    west = shapely.box(120.0, 30.0, 120.05, 30.1)
    density = kernel_density([120.04], [30.05], bounds=BOUNDS, bandwidth_m=500, period_days=365, region=west)
    assert np.isnan(density.value_at(120.06, 30.05)[0])
    assert density.events_per_year == pytest.approx(DAYS_PER_YEAR / 365)


def test_an_event_just_outside_counts_in_the_nearest_cell_inside() -> None:
    density = kernel_density([120.1003], [30.05], bounds=BOUNDS, bandwidth_m=500, period_days=365, region=REGION)
    assert density.events_per_year == pytest.approx(DAYS_PER_YEAR / 365)
    assert (
        np.nanargmax(density.values) % density.values.shape[1]
        >= np.flatnonzero(np.isfinite(density.values).any(axis=0)).max() - 1
    )


def test_an_event_far_away_and_one_without_a_place_are_left_out() -> None:
    density = kernel_density(
        [120.05, 121.0, np.nan], [30.05, 30.05, 30], bounds=BOUNDS, bandwidth_m=500, period_days=365
    )
    assert density.events == 1


def test_the_bandwidth_is_in_metres_not_degrees() -> None:
    far_north = (120.0, 60.0, 120.2, 60.1)
    density = kernel_density([120.1], [60.05], bounds=far_north, bandwidth_m=500, period_days=365, cell_m=50)
    crs = working_crs(far_north)
    sides = [unproject_points([500, 0], [0, 500], crs)[axis] for axis in (0, 1)]
    east, north = density.value_at(sides[0], sides[1])
    assert east == pytest.approx(north, rel=0.05)


def test_no_events_are_a_density_of_zero() -> None:
    density = kernel_density([], [], bounds=BOUNDS, bandwidth_m=500, period_days=365, region=REGION)
    assert (density.events, density.highest, density.events_per_year) == (0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bandwidth_m": 0.0}, "above zero"),
        ({"period_days": 0}, "above zero"),
        ({"cell_m": 300.0}, "bandwidth of 400 m needs cells of at most 200 m"),
    ],
)
def test_what_makes_no_density_is_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(GeoError, match=message):
        around(120.05, 30.05, **options)


@pytest.mark.parametrize("from_border_m", [50, 300, 700])
def test_at_a_straight_border_each_event_is_weighted_as_the_formula_says(from_border_m: float) -> None:
    # West of its border the half plane keeps the share Φ(d / h) of a kernel d metres inside it (Diggle 1985).
    border = shapely.Polygon([(120.0, 30.0), place(0, -5500), place(0, 5500), (120.0, 30.1)])
    density = around(*place(-from_border_m, 0), cell_m=20.0, region=border)
    for east_m in (-60.0, -300.0, -900.0):
        away_m = east_m + from_border_m
        kernel = math.exp(-((away_m / 400) ** 2) / 2) / (2 * math.pi * 0.4**2)
        expected = kernel / float(ndtr(from_border_m / 400)) * DAYS_PER_YEAR / 365
        assert density.value_at(*place(east_m, 0))[0] == pytest.approx(expected, rel=0.06)


def test_a_ground_is_laid_once_for_any_events() -> None:
    ground = lay_ground(BOUNDS, bandwidth_m=400.0, region=REGION)
    for east_m in (-2000.0, 1500.0):
        lon, lat = place(east_m, 500)
        kept = spread_events([lon], [lat], ground, period_days=365)
        anew = around(lon, lat, region=REGION)
        np.testing.assert_array_equal(kept.values, anew.values)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=3, max_size=9, unique=True),
    st.sampled_from([150.0, 400.0, 1000.0]),
)
def test_cells_inside_are_those_whose_centre_the_region_holds(
    corners: list[tuple[int, int]], bandwidth_m: float
) -> None:
    hull = shapely.MultiPoint(corners).convex_hull
    hole = shapely.affinity.scale(hull, 0.4, 0.4)
    island = shapely.box(120, 120, 130, 131)
    shape = shapely.transform(
        shapely.union_all([shapely.difference(hull.buffer(1), hole), island]),
        lambda points: np.array([120.0, 30.0]) + points / 1300,
    )
    ground = lay_ground(tuple(shapely.bounds(shape).tolist()), bandwidth_m=bandwidth_m, region=shape)
    rows, columns = ground.shape
    east = ground.west_m + (np.arange(columns) + 0.5) * ground.cell_m
    north = ground.north_m - (np.arange(rows) + 0.5) * ground.cell_m
    projected = project_geometries([shape], ground.crs)[0]
    expected = shapely.contains_xy(projected, east[np.newaxis, :], north[:, np.newaxis])
    assert ground.mask is not None
    np.testing.assert_array_equal(ground.mask, expected)


def test_a_narrow_bandwidth_over_a_large_area_takes_more_cells_and_ends_somewhere() -> None:
    county = (120.0, 30.0, 120.5, 30.5)
    narrowest_m = narrowest_bandwidth_m(county)
    ground = lay_ground(county, bandwidth_m=narrowest_m * 1.01)
    assert 1024 < max(ground.shape) <= 1536
    assert ground.cell_m == pytest.approx(narrowest_m * 1.01 / 2)
    with pytest.raises(GeoError, match="take a larger bandwidth"):
        lay_ground(county, bandwidth_m=narrowest_m * 0.98)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(120, 120.1), st.floats(30, 30.1)), min_size=1, max_size=40),
    st.sampled_from([300.0, 700.0, 2000.0]),
    st.integers(1, 1000),
)
def test_no_event_is_lost_wherever_it_lies(places: list[tuple[float, float]], bandwidth_m: float, days: int) -> None:
    lon, lat = zip(*places, strict=True)
    region = shapely.Polygon([(120, 30), (120.1, 30), (120.1, 30.1), (120.05, 30.02), (120, 30.1)])
    density = kernel_density(lon, lat, bounds=BOUNDS, bandwidth_m=bandwidth_m, period_days=days, region=region)
    assert density.events_per_year == pytest.approx(len(places) * DAYS_PER_YEAR / days, rel=1e-6)
    assert (density.values[np.isfinite(density.values)] >= 0).all()
