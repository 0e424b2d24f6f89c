"""Density tiles: the values of `geo.stats.density`, the kernel in metres, the same at every zoom and latitude."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from geo.maps.heat import density_classes
from geo.maps.pyramid import density_at_pixels, density_tile
from geo.maps.tiles_mercator import TILE_PIXELS, Tile, to_world
from geo.stats.density import Density, kernel_density

BANDWIDTH_M, METRES_PER_DEGREE = 500.0, 111_195.0


def one_event(lat: float) -> Density:
    """One event a year at 120° E."""
    bounds = (119.95, lat - 0.04, 120.05, lat + 0.04)
    return kernel_density([120.0], [lat], bounds=bounds, bandwidth_m=BANDWIDTH_M, period_days=365)


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    east, south = to_world(lon, lat)
    return Tile(zoom, int(east * 2**zoom), int(south * 2**zoom))


@pytest.mark.parametrize("zoom", [8, 10, 12, 14, 17])
@pytest.mark.parametrize("lat", [0.013, 30.013, 60.013])
def test_pixels_have_the_kernel_in_metres(lat: float, zoom: int) -> None:
    tile = tile_at(120.001, lat + 0.001, zoom)
    found, (lon, lats) = density_at_pixels(one_event(lat), tile), tile.pixel_centres()
    north = (lats[:, np.newaxis] - lat) * METRES_PER_DEGREE
    east = (lon - 120.0) * METRES_PER_DEGREE * np.cos(np.radians(lat))
    per_km2 = 1e6 / (2 * np.pi * BANDWIDTH_M**2) * 365.25 / 365
    expected = per_km2 * np.exp(-(north**2 + east**2) / (2 * BANDWIDTH_M**2))
    near = np.hypot(north, east) < 1500
    assert near.any()
    # An event is moved to the centre of its cell, by up to an eighth of the bandwidth, where the kernel falls by 0.6.
    np.testing.assert_allclose(found[near], expected[near], atol=0.08 * per_km2)


@pytest.mark.parametrize("zoom", [9, 12, 15])
def test_pixels_in_the_middle_of_cells_have_their_values(zoom: int) -> None:
    random = np.random.default_rng(3)
    bounds = (120.0, 30.0, 120.1, 30.1)
    lon, lat = random.uniform([120, 30], [120.1, 30.1], (5000, 2)).T
    density = kernel_density(lon, lat, bounds=bounds, bandwidth_m=800, period_days=365)
    tile = tile_at(120.05, 30.05, zoom)
    across, down = tile.pixel_centres()
    rows, columns = random.integers(0, TILE_PIXELS, (2, 400))
    direct = density.value_at(across[columns], down[rows])
    found = density_at_pixels(density, tile)[rows, columns]
    known = np.isfinite(direct)
    assert known.any()
    # Between the centres of two cells a density of this bandwidth changes by no more.
    np.testing.assert_allclose(found[known], direct[known], atol=0.06 * density.highest)


def test_colours_are_those_of_the_legend_and_nothing_lies_outside() -> None:
    density = one_event(30.0)
    classes = density_classes(density.highest)
    tile = tile_at(120.0, 30.0, 15)
    read = np.asarray(Image.open(io.BytesIO(density_tile(density, classes, tile))).convert("RGBA"))
    across, down = (int(place) for place in tile.pixels_at(*to_world(120.0, 30.0)))
    expected = classes.colours[int(classes.index(np.array([density.highest]))[0])]
    assert "#{:02x}{:02x}{:02x}".format(*read[min(down, 511), min(across, 511), :3]) == expected
    far = np.asarray(Image.open(io.BytesIO(density_tile(density, classes, tile_at(10.0, -50.0, 6)))).convert("RGBA"))
    assert (far[..., 3] == 0).all()


def test_without_events_a_tile_is_clear() -> None:
    density = kernel_density([], [], bounds=(120, 30, 120.1, 30.1), bandwidth_m=500, period_days=30)
    image = density_tile(density, density_classes(density.highest), tile_at(120.05, 30.05, 12))
    assert (np.asarray(Image.open(io.BytesIO(image)).convert("RGBA"))[..., 3] == 0).all()
