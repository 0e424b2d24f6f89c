"""The squares that maps are cut in: which part of the world a tile is, and where its pixels lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError

__all__ = ["DEEPEST", "TILE_PIXELS", "Tile", "to_world", "world_to_lonlat"]

Floats = NDArray[np.float64]

#: Pixels along a side of a tile, which a map shows on half as many points: sharp on fine screens and between zooms.
TILE_PIXELS = 512
#: The deepest zoom that there are tiles of.
DEEPEST = 19
_MOST_LATITUDE = 85.0511287798066


@dataclass(frozen=True)
class Tile:
    """One tile of the usual pyramid (Web Mercator): at zoom z the world is 2**z × 2**z of them, the first north west.

    Parameters
    ----------
    zoom, column, row
        As in an address ``z/x/y``.

    Raises
    ------
    GeoError
        When there is no such tile.

    Examples
    --------
    >>> Tile(1, 0, 0).bounds
    (-180.0, 0.0, 0.0, 85.0511287798066)
    """

    zoom: int
    column: int
    row: int

    def __post_init__(self) -> None:
        if not 0 <= self.zoom <= DEEPEST or not (0 <= self.column < 2**self.zoom and 0 <= self.row < 2**self.zoom):
            raise GeoError(f"There is no tile {self.zoom}/{self.column}/{self.row}. Remedy: ask for one of the world.")

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        lon, lat = world_to_lonlat(
            np.array([self.column, self.column + 1]) / 2**self.zoom, np.array([self.row + 1, self.row]) / 2**self.zoom
        )
        return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])

    def pixel_centres(self, *, margin: int = 0) -> tuple[Floats, Floats]:
        """Return longitudes of the columns of pixels and latitudes of the rows, in degrees.

        Parameters
        ----------
        margin
            Pixels more on each side.
        """
        along = (np.arange(-margin, TILE_PIXELS + margin) + 0.5) / TILE_PIXELS
        return world_to_lonlat((self.column + along) / 2**self.zoom, (self.row + along) / 2**self.zoom)

    def pixels_at(self, east: ArrayLike, south: ArrayLike) -> tuple[Floats, Floats]:
        """Return columns and rows of pixels, not rounded, at places of `to_world`."""
        scale = float(2**self.zoom)
        return (
            (np.asarray(east, dtype=np.float64) * scale - self.column) * TILE_PIXELS,
            (np.asarray(south, dtype=np.float64) * scale - self.row) * TILE_PIXELS,
        )


def to_world(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return how far east and south places are on the map of the world, both from 0 to 1.

    Examples
    --------
    >>> [float(share[0]) for share in to_world([0.0], [0.0])]
    [0.5, 0.5]
    """
    degrees = np.clip(np.asarray(lat, dtype=np.float64), -_MOST_LATITUDE, _MOST_LATITUDE)
    south = 0.5 - np.arcsinh(np.tan(np.radians(degrees))) / (2 * np.pi)
    return np.asarray(lon, dtype=np.float64) / 360 + 0.5, south


def world_to_lonlat(east: ArrayLike, south: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes in degrees of places of `to_world`."""
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.asarray(south, dtype=np.float64)))))
    return np.asarray(east, dtype=np.float64) * 360 - 180, lat
