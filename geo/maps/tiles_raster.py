"""Which area lies under each pixel of a tile: exact, looked up for each zoom's own pixels, and the same for all values.

A pixel belongs to the area at its centre. Where areas are smaller than pixels that would be a matter of chance, so for
such pixels all areas are told whose own point lies in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.layers import AREA_LEVELS
from geo.maps.tiles_kept import Kept
from geo.maps.tiles_mercator import TILE_PIXELS, Tile, to_world
from geo.store import Release, read_layer

if TYPE_CHECKING:
    from geo.intake.assignment.raster_index import GridIndex

__all__ = ["MARGIN", "Ground", "TileRaster", "lay_tile_ground", "tile_ground", "tile_raster"]

#: Pixels around a tile that are looked up too, so that lines along its edge are those of its neighbour.
MARGIN = 2
# Areas have lines from this many pixels along a side on: half as many points of the screen.
_LINED_PIXELS = 20.0
# Two levels of a county, or one of a country.
_MOST_GROUND_BYTES = 3 * 2**30
# Some two hundred tiles: what a dozen readers look at.
_MOST_RASTER_BYTES = 256 * 2**20


@dataclass(frozen=True, eq=False)
class Ground:
    """The areas of a level, ready to be looked up.

    Parameters
    ----------
    key
        Names the areas, for caches.
    ids
        Codes of n areas, rising.
    index
        Finds the area of a place, as a position in ``ids``.
    east, south
        Where a point inside each area lies, on the map of the world (`to_world`).
    side
        Side of a square as large as the area, in shares of the map of the world.
    starts
        Where each area's vertices begin among those of the index, and where the last one's end: n + 1 numbers.
    """

    key: str
    ids: NDArray[np.object_]
    index: GridIndex
    east: NDArray[np.float64]
    south: NDArray[np.float64]
    side: NDArray[np.float32]
    starts: NDArray[np.int64]

    @cached_property
    def from_west(self) -> NDArray[np.int64]:
        """Positions of the areas from west to east."""
        return np.argsort(self.east, kind="stable")

    @cached_property
    def east_sorted(self) -> NDArray[np.float64]:
        """How far east the areas are, in that order."""
        return self.east[self.from_west]

    @property
    def nbytes(self) -> int:
        """Size in memory, codes counted as one word each."""
        return self.index.nbytes + self.ids.nbytes + 4 * self.east.nbytes + self.side.nbytes + self.starts.nbytes

    def areas_in(self, tile: Tile, *, margin_pixels: float = 0.0) -> NDArray[np.int64]:
        """Return the positions of areas whose own point lies in a tile, or so many pixels around it."""
        around = margin_pixels / TILE_PIXELS
        scale = 2.0**tile.zoom
        west, east = (tile.column - around) / scale, (tile.column + 1 + around) / scale
        first, last = np.searchsorted(self.east_sorted, [west, east])
        found = self.from_west[first:last]
        south = self.south[found] * scale - tile.row
        return found[(south >= -around) & (south < 1 + around)]

    def rings_of(self, area: int) -> list[NDArray[np.float64]]:
        """Return the rings of an area, each closed, (vertices, 2) in degrees."""
        vertices = self.index.coordinates[self.starts[area] : self.starts[area + 1]]
        rings, first = [], 0
        while first < len(vertices):
            # A ring comes back to its first vertex at its end, and never before.
            end = first + 2 + int(np.flatnonzero((vertices[first + 1 :] == vertices[first]).all(axis=1))[0])
            rings.append(vertices[first:end])
            first = end
        return rings

    def area_at(self, lon: float, lat: float) -> int | None:
        """Return the position of the area that holds a place; None where there is none."""
        found = int(self.index.assign([lon], [lat])[0])
        return None if found < 0 else found


@dataclass(frozen=True, eq=False)
class TileRaster:
    """What lies under the pixels of a tile.

    Parameters
    ----------
    positions
        Position of each pixel's area, -1 for none, with `MARGIN` pixels around: (pixels, pixels).
    lines
        Pixels, counted row by row without the margin, on borders between areas that are large enough for a line.
    crowded
        Pixels with the points of two areas or more.
    crowd, crowd_at
        Those areas, and for each the place of its pixel in ``crowded``.
    """

    positions: NDArray[np.int32]
    lines: NDArray[np.int32]
    crowded: NDArray[np.int32]
    crowd: NDArray[np.int32]
    crowd_at: NDArray[np.int32]

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return sum(part.nbytes for part in (self.positions, self.lines, self.crowded, self.crowd, self.crowd_at))

    @property
    def inner(self) -> NDArray[np.int32]:
        """Positions without the margin."""
        return self.positions[MARGIN:-MARGIN, MARGIN:-MARGIN]


_GROUNDS = Kept[Ground](most_bytes=_MOST_GROUND_BYTES, size=lambda ground: ground.nbytes)
_RASTERS = Kept[TileRaster](most_bytes=_MOST_RASTER_BYTES, size=lambda raster: raster.nbytes)


def tile_ground(release: Release, level: str) -> Ground:
    """Return the areas of a level of a release; made once for the same shapes, however many releases have them.

    The index of the grids is kept with the release; those of the few areas above them are soon built.
    """
    name = AREA_LEVELS[level]
    key = f"{level} {release.layers[name].sha256}"

    def make() -> Ground:
        shapes = read_layer(release, name, columns=[f"{level}_id", "geometry"])
        ids, polygons = shapes[f"{level}_id"].to_numpy(dtype=object), shapes["geometry"].to_numpy()
        return lay_tile_ground(key, ids, polygons, source=release if level == "grid" else None)

    return _GROUNDS.get(key, make)


def lay_tile_ground(
    key: str, ids: NDArray[np.object_], shapes: NDArray[np.object_], *, source: Release | None = None
) -> Ground:
    """Make areas ready to be looked up.

    Parameters
    ----------
    key
        Names them, for caches.
    ids, shapes
        n codes and valid polygons in longitude and latitude.
    source
        Release whose grids they are: their index is kept with it.
    """
    from geo.intake.assignment.kept import kept_index
    from geo.intake.assignment.raster_index import GridIndex

    order = np.argsort(ids.astype(str), kind="stable")
    codes, polygons = ids[order], shapes[order]
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(polygons)).T
    east, south = to_world(lon, lat)
    # A degree is longer on the map the further from the equator, along and up alike.
    degrees = np.sqrt(shapely.area(polygons) / np.cos(np.radians(lat)))
    build = GridIndex.build if source is None else partial(kept_index, source, AREA_LEVELS["grid"])
    index = build(polygons, codes.tolist())
    starts = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(polygons))])
    return Ground(key, codes, index, east, south, (degrees / 360).astype(np.float32), starts)


def tile_raster(ground: Ground, tile: Tile) -> TileRaster:
    """Return what lies under the pixels of a tile; kept for whoever asks next, with whatever values."""
    return _RASTERS.get((ground.key, tile), lambda: _look_up(ground, tile))


def _look_up(ground: Ground, tile: Tile) -> TileRaster:
    lon, lat = tile.pixel_centres(margin=MARGIN)
    side = TILE_PIXELS + 2 * MARGIN
    positions = ground.index.assign(np.tile(lon, side), np.repeat(lat, side), in_order=True).reshape(side, side)
    crowded, crowd, crowd_at = _find_crowds(ground, tile)
    return TileRaster(positions, _find_lines(ground, tile, positions), crowded, crowd, crowd_at)


def _find_lines(ground: Ground, tile: Tile, positions: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the pixels whose neighbour to the right or below is of another area, where both are large enough."""
    large = np.append(ground.side * (2.0**tile.zoom * TILE_PIXELS) >= _LINED_PIXELS, True)
    here = positions[MARGIN:-MARGIN, MARGIN:-MARGIN]
    if not large[:-1].any():
        return np.empty(0, np.int32)
    right = positions[MARGIN:-MARGIN, MARGIN + 1 : 1 - MARGIN]
    below = positions[MARGIN + 1 : 1 - MARGIN, MARGIN:-MARGIN]
    at = np.flatnonzero((here != right) | (here != below))
    one, *others = (part.ravel()[at] for part in (here, right, below))
    both = large[one] & np.logical_or.reduce([(one != other) & large[other] for other in others])
    return np.asarray(at[both], dtype=np.int32)


def _find_crowds(ground: Ground, tile: Tile) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    areas = ground.areas_in(tile)
    across, down = tile.pixels_at(ground.east[areas], ground.south[areas])
    most = TILE_PIXELS - 1
    pixel = np.clip(down.astype(np.int64), 0, most) * TILE_PIXELS + np.clip(across.astype(np.int64), 0, most)
    counts = np.bincount(pixel, minlength=TILE_PIXELS**2)
    several = counts[pixel] > 1
    slots = np.cumsum(counts > 1, dtype=np.int32) - 1
    return (
        np.flatnonzero(counts > 1).astype(np.int32),
        areas[several].astype(np.int32),
        slots[pixel[several]],
    )
