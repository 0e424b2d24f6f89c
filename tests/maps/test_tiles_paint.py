"""Colours on tiles: classes, hatches, means where pixels are crowded, outlines, dots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geo.maps.classify import Classes
from geo.maps.palettes import theme_colours
from geo.maps.tiles_mercator import TILE_PIXELS, Tile, to_world
from geo.maps.tiles_paint import CLEAR, HALO, LINE, QUIET, TEXT, mix_paint, paint_tile
from geo.maps.tiles_raster import Ground, tile_ground, tile_raster
from geo.store import Release

COLOURS = {"0": "#ff0000", "1": "#00ff00", "w": "#888888", "m": "#ffffff"}
HATCHES = {"w": "withheld", "m": "missing"}
CLASSES = Classes((0.0, 5.0), ("#ff0000", "#00ff00"), ("", ""), "count")
RED, GREEN, GREY, WHITE = 5, 6, 7, 8


@pytest.fixture
def ground(small: Release) -> Ground:
    return tile_ground(small, "grid")


def painted(ground: Ground, tile: Tile, signs: str, **more: object) -> np.ndarray:
    look: dict[str, Any] = {"areas": 9, "colours": COLOURS, "hatches": HATCHES, "look": theme_colours("light")}
    paint = mix_paint(np.array(list(signs)), np.arange(len(signs)), **{**look, **more})
    return paint_tile(ground, tile_raster(ground, tile), paint, tile)


def tile_of(area: int, zoom: int) -> Tile:
    """The tile with the middle of a grid."""
    east, south = to_world(120.005 + 0.01 * (area % 3), 30.005 + 0.01 * (area // 3))
    return Tile(zoom, int(east * 2**zoom), int(south * 2**zoom))


def test_an_area_has_the_colour_of_its_class_and_what_is_outside_none(ground: Ground) -> None:
    pixels = painted(ground, tile_of(0, 17), "010101010")
    assert set(pixels.ravel().tolist()) == {RED}
    assert set(np.unique(painted(ground, tile_of(0, 11), "000000000"))) <= {CLEAR, RED, LINE}


def test_areas_without_a_row_are_clear(ground: Ground) -> None:
    assert (painted(ground, tile_of(8, 17), "000") == CLEAR).all()


@pytest.mark.parametrize(("sign", "place"), [("w", GREY), ("m", WHITE)])
def test_withheld_and_missing_are_hatched_each_in_its_way(ground: Ground, sign: str, place: int) -> None:
    pixels = painted(ground, tile_of(4, 17), "0000" + sign + "0000")
    assert set(np.unique(pixels)) == {place, QUIET}
    # It comes again after sixteen pixels, of which a tile has thirty-two times as many: so it goes on in the next one.
    np.testing.assert_array_equal(pixels[:, :16], pixels[:, -16:])
    share = (pixels == QUIET).mean()
    assert 0.05 < share < 0.4


def test_the_two_hatches_differ(ground: Ground) -> None:
    withheld, missing = (painted(ground, tile_of(4, 17), "0000" + sign + "0000") == QUIET for sign in "wm")
    assert (withheld != missing).any()


def test_a_vacant_area_is_hatched_in_the_colour_of_the_halo(ground: Ground) -> None:
    pixels = painted(ground, tile_of(4, 17), "0" * 9, hatches={"0": "alarm"})
    assert set(np.unique(pixels)) == {RED, HALO}


def test_a_crowded_pixel_has_the_mean_of_what_is_shown(ground: Ground) -> None:
    tile = tile_of(4, 0)
    values = np.array([0, 0, 0, 0, 0, 0, 0, 0, 100.0])
    pixels = painted(ground, tile, "000000001", values=values, classes=CLASSES)
    east, south = tile.pixels_at(ground.east[4], ground.south[4])
    assert pixels[int(south), int(east)] == GREEN
    values[8] = np.nan
    pixels = painted(ground, tile, "00000000w", values=values, classes=CLASSES)
    assert pixels[int(south), int(east)] == RED


def test_where_all_is_withheld_a_crowded_pixel_tells_nothing(ground: Ground) -> None:
    pixels = painted(ground, tile_of(4, 0), "wwwwwwwww", values=np.full(9, np.nan), classes=CLASSES)
    assert not np.isin(pixels, [RED, GREEN]).any()


def test_outlines_and_dots_mark_single_areas(ground: Ground) -> None:
    tile = tile_of(4, 14)
    plain = painted(ground, tile, "0" * 9)
    outlined = painted(ground, tile, "0" * 9, outlined=np.array([4]))
    raster = tile_raster(ground, tile)
    changed = plain != outlined
    assert changed.any()
    assert set(raster.inner[changed].tolist()) == {4}
    dotted = painted(ground, tile, "0" * 9, dotted=np.array([4]))
    east, south = (int(at) for at in tile.pixels_at(ground.east[4], ground.south[4]))
    if 0 <= east < TILE_PIXELS and 0 <= south < TILE_PIXELS:
        assert dotted[south, east] == TEXT
    assert HALO in dotted


def test_marks_are_for_areas_that_are_large_enough(ground: Ground) -> None:
    pixels = painted(ground, tile_of(4, 8), "0" * 9, outlined=np.array([4]), dotted=np.array([4]))
    assert not np.isin(pixels, [TEXT, HALO]).any()
