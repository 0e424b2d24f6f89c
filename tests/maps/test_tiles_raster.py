"""What lies under the pixels of a tile: exact at every zoom, seamless between tiles, nobody left out where crowded."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from bench.areas import make_areas
from geo.maps.tiles_mercator import TILE_PIXELS, Tile, to_world
from geo.maps.tiles_raster import MARGIN, Ground, lay_tile_ground, tile_ground, tile_raster
from geo.store import Release
from tests.maps.small import SIDE


@pytest.fixture(scope="module")
def made() -> tuple[Ground, np.ndarray]:
    """Three hundred crooked grids, and their shapes in the order of their codes."""
    areas = make_areas(300, seed=5).sort_values("grid_id")
    ids, shapes = areas["grid_id"].to_numpy(dtype=object), areas.geometry.to_numpy()
    return lay_tile_ground("made", ids[::-1], shapes[::-1]), shapes


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    east, south = to_world(lon, lat)
    return Tile(zoom, int(east * 2**zoom), int(south * 2**zoom))


@pytest.mark.parametrize("zoom", [7, 9, 11, 13, 16, 19])
def test_each_pixel_has_the_area_at_its_centre(made: tuple[Ground, np.ndarray], zoom: int) -> None:
    ground, shapes = made
    tile = tile_at(120.1, 29.6, zoom)
    raster, (lon, lat) = tile_raster(ground, tile), tile.pixel_centres()
    random = np.random.default_rng(zoom)
    rows, columns = random.integers(0, TILE_PIXELS, (2, 300))
    points = shapely.points(lon[columns], lat[rows])
    expected = np.full(300, -1)
    point, area = shapely.STRtree(shapes).query(points, predicate="intersects")
    expected[point] = area
    np.testing.assert_array_equal(raster.inner[rows, columns], expected)
    assert (expected >= 0).any()


def test_the_margin_is_the_neighbours_edge(made: tuple[Ground, np.ndarray]) -> None:
    ground, _ = made
    tile = tile_at(120.1, 29.6, 12)
    east = Tile(12, tile.column + 1, tile.row)
    here, there = tile_raster(ground, tile), tile_raster(ground, east)
    np.testing.assert_array_equal(here.positions[MARGIN:-MARGIN, -MARGIN:], there.inner[:, :MARGIN])


def test_lines_come_with_areas_that_are_large_on_the_screen(small: Release) -> None:
    ground = tile_ground(small, "grid")
    # At zoom 9 a grid of a hundredth of a degree is 7 pixels wide, at 13 it is 117.
    assert len(tile_raster(ground, tile_at(120.005, 30.005, 9)).lines) == 0
    tile = tile_at(120.005, 30.005, 13)
    lines = tile_raster(ground, tile).lines
    columns = lines % TILE_PIXELS
    edge, _ = tile.pixels_at(*to_world(120 + SIDE, 30.005))
    assert {int(edge) - 1, int(edge)} & set(columns.tolist())


def test_every_area_is_told_where_a_pixel_holds_several(small: Release) -> None:
    ground = tile_ground(small, "grid")
    raster = tile_raster(ground, tile_at(120.005, 30.005, 3))
    # All nine grids are in one pixel, or around the corner of four.
    east, south = tile_at(120.005, 30.005, 3).pixels_at(ground.east, ground.south)
    pixels = np.floor(south).astype(int) * TILE_PIXELS + np.floor(east).astype(int)
    counts = {pixel: int((pixels == pixel).sum()) for pixel in set(pixels.tolist())}
    assert sorted(raster.crowded.tolist()) == sorted(pixel for pixel, count in counts.items() if count > 1)
    np.testing.assert_array_equal(raster.crowded[raster.crowd_at], pixels[raster.crowd])
    assert len(raster.crowd) == sum(count for count in counts.values() if count > 1)


def test_an_area_keeps_its_rings_with_holes_and_parts() -> None:
    hole = shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 2, 2))
    parts = shapely.union(shapely.box(10, 0, 11, 1), shapely.box(12, 0, 13, 1))
    ground = lay_tile_ground("rings", np.array(["b", "a"], dtype=object), np.array([hole, parts], dtype=object))
    first, second = ground.rings_of(0), ground.rings_of(1)
    assert shapely.equals(shapely.union_all([shapely.Polygon(ring) for ring in first]), parts)
    assert shapely.equals(shapely.Polygon(second[0], second[1:]), hole)
    assert (ground.area_at(10.5, 0.5), ground.area_at(1.5, 1.5)) == (0, None)
