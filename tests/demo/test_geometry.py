"""The county's areas: coverages at every level, large in the hills and small in towns."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.demo import Demo
from geo.demo.areas import Made, make_county
from geo.demo.geometry import around, to_lonlat, to_metres


def areas(demo: Demo, layer: str) -> gpd.GeoDataFrame:
    frame = demo.layers[layer]
    assert isinstance(frame, gpd.GeoDataFrame)
    return frame


@pytest.mark.parametrize("layer", ["counties", "stations", "villages", "grids"])
def test_there_are_no_gaps_and_no_overlaps(demo: Demo, layer: str) -> None:
    shapes = areas(demo, layer).geometry.array

    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()


@pytest.mark.parametrize(
    ("layer", "key", "parts"),
    [("villages", "village_id", "grids"), ("stations", "station_id", "grids"), ("stations", "station_id", "villages")],
)
def test_an_area_is_the_exact_union_of_its_parts(demo: Demo, layer: str, key: str, parts: str) -> None:
    members = areas(demo, parts).groupby(key)["geometry"].agg(lambda shapes: shapely.coverage_union_all(shapes.array))
    whole = areas(demo, layer).set_index(key).geometry

    assert shapely.equals(members.loc[whole.index].to_numpy(), whole.array).all()


def test_the_county_is_one_piece_without_holes(demo: Demo) -> None:
    county = areas(demo, "counties").geometry.iloc[0]

    assert county.geom_type == "Polygon"
    assert len(county.interiors) == 0


def test_the_county_is_about_sixty_kilometres_across(made: Made) -> None:
    border = to_metres(shapely.get_coordinates(made.county.land.county))

    assert (np.ptp(border, axis=0) > 45_000).all()
    assert (np.ptp(border, axis=0) < 70_000).all()
    assert 2_000 < made.county.land.grid_area_km2.sum() < 2_800


def test_town_grids_are_small_and_village_grids_large(made: Made) -> None:
    land = made.county.land

    assert np.median(land.grid_area_km2[land.grid_urban == 1]) * 8 < np.median(land.grid_area_km2[land.grid_urban == 0])


def test_borders_wind(made: Made) -> None:
    """The border of a village is longer than a string around it, and has many bends."""
    land = made.county.land
    shapes = land.villages[land.layout.village_urban == 0]

    assert np.median(shapely.length(shapes) / shapely.length(shapely.convex_hull(shapes))) > 1.12
    assert np.median(shapely.get_num_coordinates(shapes)) > 60


def test_metres_come_back_as_the_same_degrees() -> None:
    lonlat = np.array([[120.1, 29.5], [120.6, 29.95]])

    assert to_lonlat(to_metres(lonlat)).tolist() == lonlat.tolist()


def test_around_keeps_the_distance() -> None:
    spots = around(np.array([10.0, 20.0]), np.array([5.0, 7.0]), np.random.default_rng(0))

    assert np.hypot(*(spots - [10.0, 20.0]).T) == pytest.approx([5.0, 7.0])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 5, 8, 13, 21])
def test_other_seeds_make_whole_counties_too(seed: int) -> None:
    land = make_county(seed).county.land

    assert (len(land.grids), len(land.villages), len(land.stations)) == (1_500, 480, 12)
    assert all(shapely.coverage_is_valid(shapes) for shapes in (land.grids, land.villages, land.stations))
    assert isinstance(land.county, shapely.Polygon)
