"""Tiles and their pixels: as the usual pyramid has them."""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import GeoError
from geo.maps.tiles_mercator import TILE_PIXELS, Tile, to_world, world_to_lonlat


def test_a_corner_known_from_another_program() -> None:
    # mercantile's manual: ul(486, 332, 10) is -9.140625, 53.33087298301705.
    west, _, _, north = Tile(10, 486, 332).bounds
    assert (west, north) == pytest.approx((-9.140625, 53.33087298301705), abs=1e-12)
    east, south = to_world(west + 1e-9, north - 1e-9)
    assert (int(east * 2**10), int(south * 2**10)) == (486, 332)


def test_pixels_lie_at_their_centres_and_go_on_in_the_next_tile() -> None:
    lon, lat = Tile(1, 0, 0).pixel_centres(margin=1)
    assert lon[1] == pytest.approx(-180 + 0.5 * 180 / TILE_PIXELS)
    assert lat[-2] == pytest.approx(0.5 * 180 / TILE_PIXELS, rel=1e-3)
    assert Tile(1, 1, 0).pixel_centres()[0][0] == pytest.approx(lon[-1])


def test_there_and_back() -> None:
    lon, lat = np.array([-179.0, 0.0, 120.5]), np.array([-80.0, 0.0, 30.25])
    there = world_to_lonlat(*to_world(lon, lat))
    np.testing.assert_allclose(there, (lon, lat), atol=1e-9)


@pytest.mark.parametrize("place", [(0, 1, 0), (3, -1, 0), (20, 0, 0), (2, 0, 4)])
def test_there_is_no_tile_beside_the_world(place: tuple[int, int, int]) -> None:
    with pytest.raises(GeoError, match="no tile"):
        Tile(*place)
