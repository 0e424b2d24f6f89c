"""Clusters of any number of points, made by the server for the part of the map that is seen: never more than 2,000."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access import Scope
from geo.intake.assignment.compiled import compiled
from geo.maps.tiles_kept import Kept
from geo.maps.tiles_mercator import to_world, world_to_lonlat
from geo.measures import records
from geo.privacy import protect_points
from geo.store import Release
from geo.view import View

__all__ = ["MOST_MARKS", "Places", "cluster_places", "encode_marks", "find_places", "sort_places"]

#: Marks that are sent at most.
MOST_MARKS = 2000
# Side of the square whose points are one mark, in pixels of a screen; from a zoom on only those on top of each other.
_CELL_PIXELS, _CLOSE_PIXELS, _CLOSE_ZOOM = 80, 6, 17
_PIXELS_PER_WORLD = 256
# Squares that are counted at once; a wider part of the map gets larger ones.
_MOST_CELLS = 1 << 20
_MOST_BYTES = 512 * 2**20


@dataclass(frozen=True, eq=False)
class Places:
    """Where the records of a view lie that a scope may see as points, from west to east.

    Parameters
    ----------
    east, south
        Places on the map of the world (`geo.maps.tiles_mercator.to_world`), n each.
    kinds
        Position of each record's class in ``classes``.
    classes
        Codes of the classes.
    """

    east: NDArray[np.float64]
    south: NDArray[np.float64]
    kinds: NDArray[np.uint8]
    classes: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return self.east.nbytes + self.south.nbytes + self.kinds.nbytes


@dataclass(frozen=True, eq=False)
class Marks:
    """Marks on a map: where, for how many records, and of which class; -1 where they are several."""

    east: NDArray[np.float64]
    south: NDArray[np.float64]
    counts: NDArray[np.int64]
    kinds: NDArray[np.int64]


_PLACES = Kept["Places | None"](most_bytes=_MOST_BYTES, size=lambda places: 0 if places is None else places.nbytes)


def find_places(release: Release, view: View, scope: Scope) -> Places | None:
    """Return the places of a view's records as a scope may see them; None where it may see no single points.

    Family and medical matters are among them for no role (`geo.measures.records`).
    """
    # Whether, is told before what: nothing is read for those who may see none.
    if protect_points(pd.DataFrame(), view, scope, release=release) is None:
        return None
    return _PLACES.get((release.key, view, scope), lambda: _find(release, view, scope))


def _find(release: Release, view: View, scope: Scope) -> Places | None:
    points = protect_points(records(release, view), view, scope, release=release)
    return None if points is None else sort_places(points)


def sort_places(points: pd.DataFrame) -> Places:
    """Return points (``lon``, ``lat`` in degrees, ``class``) ready to be clustered."""
    kinds, classes = pd.factorize(points["class"], sort=True)
    east, south = to_world(points["lon"].to_numpy(dtype=np.float64), points["lat"].to_numpy(dtype=np.float64))
    order = np.argsort(east, kind="stable")
    return Places(east[order], south[order], kinds[order].astype(np.uint8), tuple(str(code) for code in classes))


def cluster_places(
    places: Places, *, zoom: int, window: tuple[float, float, float, float], most: int = MOST_MARKS
) -> Marks:
    """Return the marks for a part of the map: the points of a square of the screen are one, in their middle.

    Parameters
    ----------
    zoom
        Of the map.
    window
        West, north, east, south of the part, on the map of the world.
    most
        Marks at most: the squares are doubled until there are no more.
    """
    west, north, east, south = window
    first, last = np.searchsorted(places.east, [west, east])
    side = (_CLOSE_PIXELS if zoom >= _CLOSE_ZOOM else _CELL_PIXELS) / _PIXELS_PER_WORLD / 2.0**zoom
    while (east - west) * (south - north) > _MOST_CELLS * side**2:
        side *= 2
    part = (places.east[first:last], places.south[first:last], places.kinds[first:last])
    while True:
        # Squares are counted from the corner of the world, so that a mark stays when the map is moved.
        begin, end = (
            (math.floor(west / side), math.floor(north / side)),
            (math.floor(east / side), math.floor(south / side)),
        )
        shape = (end[1] - begin[1] + 1, end[0] - begin[0] + 1)
        counts, along, down, kinds = _gather(*part, (north, south), side, begin, shape)
        held = np.flatnonzero(counts)
        if len(held) <= most:
            return Marks(along[held] / counts[held], down[held] / counts[held], counts[held], kinds[held])
        side *= 2


@compiled
def _gather(
    east: NDArray[np.float64],
    south: NDArray[np.float64],
    kinds: NDArray[np.uint8],
    rows: tuple[float, float],
    side: float,
    begin: tuple[int, int],
    shape: tuple[int, int],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Count the points of each square, sum up where they lie, and tell their kind, -1 where they are of several."""
    squares = shape[0] * shape[1]
    counts, kind = np.zeros(squares, np.int64), np.zeros(squares, np.int64)
    along, down = np.zeros(squares, np.float64), np.zeros(squares, np.float64)
    for point in range(len(east)):
        if not rows[0] <= south[point] < rows[1]:
            continue
        row, column = int(south[point] / side) - begin[1], int(east[point] / side) - begin[0]
        square = row * shape[1] + column
        if counts[square] == 0:
            kind[square] = kinds[point]
        elif kind[square] != kinds[point]:
            kind[square] = -1
        counts[square] += 1
        along[square] += east[point]
        down[square] += south[point]
    return counts, along, down, kind


def encode_marks(marks: Marks) -> dict[str, Any]:
    """Write marks as plain values for the browser, places in microdegrees."""
    lon, lat = world_to_lonlat(marks.east, marks.south)
    return {
        "lon": np.rint(lon * 1e6).astype(np.int64).tolist(),
        "lat": np.rint(lat * 1e6).astype(np.int64).tolist(),
        "n": marks.counts.tolist(),
        "kind": marks.kinds.tolist(),
    }
