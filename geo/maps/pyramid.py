"""A density as tiles: the one field of `geo.stats.density`, kernel in metres, looked up at each zoom's own pixels.

The field is worked out once for a view, on cells that are small beside its bandwidth; a tile reads it between the
cells' centres. So a value, its class and its colour are the same at every zoom and at every latitude.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from geo.intake.assignment.compiled import compiled, inner
from geo.maps.classify import Classes
from geo.maps.heat import cells_at_knots, lonlat_bounds
from geo.maps.tiles_mercator import TILE_PIXELS, Tile, to_world, world_to_lonlat
from geo.maps.tiles_png import write_png
from geo.stats.density import Density

__all__ = ["density_at_pixels", "density_tile"]

_CLEAR = (0, 0, 0, 0)


def density_tile(density: Density, classes: Classes, tile: Tile) -> bytes:
    """Return a tile of a density as PNG; what is below the lowest class, or outside the region, is clear."""
    values = density_at_pixels(density, tile)
    # Class 0 of the palette is clear; a comparison with NaN is false.
    indexed = np.zeros(values.shape, dtype=np.uint8)
    for lowest in classes.breaks:
        indexed += values >= lowest
    colours = [tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour in classes.colours]
    return write_png(indexed, [_CLEAR, *((red, green, blue, 255) for red, green, blue in colours)])


def density_at_pixels(density: Density, tile: Tile) -> NDArray[np.float32]:
    """Return the density at the centres of a tile's pixels, in events per km² and year; NaN outside the region."""
    values = np.full((TILE_PIXELS, TILE_PIXELS), np.nan, dtype=np.float32)
    rows, columns = _window(density, tile)
    if rows.start < rows.stop and columns.start < columns.stop:
        values[rows, columns] = _read(density, tile, rows, columns)
    return values


def _window(density: Density, tile: Tile) -> tuple[slice, slice]:
    """Return the rows and columns of pixels that the cells of a density can lie in."""
    west, south, east, north = lonlat_bounds(density)
    (left, right), (top, bottom) = tile.pixels_at(*to_world([west, east], [north, south]))
    first, last = np.clip(np.floor([top, left]), 0, TILE_PIXELS), np.clip(np.ceil([bottom, right]), 0, TILE_PIXELS)
    return slice(int(first[0]), int(last[0])), slice(int(first[1]), int(last[1]))


def _read(density: Density, tile: Tile, rows: slice, columns: slice) -> NDArray[np.float32]:
    """Read a density between the centres of its cells, at a window of pixels."""
    count, along = rows.stop - rows.start, columns.stop - columns.start
    scale = TILE_PIXELS * 2.0**tile.zoom
    (west, east), (north, south) = world_to_lonlat(
        (tile.column * TILE_PIXELS + np.array([columns.start, columns.stop])) / scale,
        (tile.row * TILE_PIXELS + np.array([rows.start, rows.stop])) / scale,
    )
    bounds = (float(west), float(south), float(east), float(north))
    return _read_between(density.values, cells_at_knots(density, bounds), count, along)


@compiled
def _read_between(
    values: NDArray[np.float64], knots: NDArray[np.float64], rows: int, columns: int
) -> NDArray[np.float32]:
    """Read values at the pixels of a window whose knots lie at known rows and columns of cells."""
    found = np.empty((rows, columns), np.float32)
    spaces = knots.shape[1] - 1
    line = np.empty((2, spaces + 1), np.float64)
    for down in range(rows):
        from_above = (down + 0.5) / rows * spaces
        above = min(int(from_above), spaces - 1)
        share = from_above - above
        for knot in range(spaces + 1):
            line[0, knot] = knots[0, above, knot] * (1 - share) + knots[0, above + 1, knot] * share
            line[1, knot] = knots[1, above, knot] * (1 - share) + knots[1, above + 1, knot] * share
        for across in range(columns):
            from_left = (across + 0.5) / columns * spaces
            left = min(int(from_left), spaces - 1)
            beside = from_left - left
            row = line[0, left] * (1 - beside) + line[0, left + 1] * beside
            column = line[1, left] * (1 - beside) + line[1, left + 1] * beside
            found[down, across] = _value_at(values, row, column)
    return found


@inner
def _value_at(values: NDArray[np.float64], row: float, column: float) -> float:
    """Read a value between the centres of four cells, those without one as nought; NaN where the nearest has none."""
    rows, columns = values.shape
    if not (-0.5 <= row < rows - 0.5 and -0.5 <= column < columns - 0.5):
        return math.nan
    # One more, so that cutting off is rounding down.
    above, left = int(row + 1) - 1, int(column + 1) - 1
    down, across = row - above, column - left
    if math.isnan(values[above + (down >= 0.5), left + (across >= 0.5)]):
        return math.nan
    upper, lower = max(above, 0), min(above + 1, rows - 1)
    west, east = max(left, 0), min(left + 1, columns - 1)
    total = _or_nought(values[upper, west]) * (1 - across) * (1 - down)
    total += _or_nought(values[upper, east]) * across * (1 - down)
    total += _or_nought(values[lower, west]) * (1 - across) * down
    return total + _or_nought(values[lower, east]) * across * down


@inner
def _or_nought(value: float) -> float:
    return 0.0 if math.isnan(value) else value
