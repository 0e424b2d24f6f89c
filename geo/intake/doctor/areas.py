"""What is wrong with areas that should fill a map: overlaps, gaps, slivers, doubles, strays.

Sizes are measured in the local equal-area projection, in metres; shapes stay in longitude and latitude. The width of a
gap or an overlap is that of the largest circle that fits into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import LONLAT, layer_bounds, project_geometries, working_crs

__all__ = ["Metric", "far_parts", "find_gaps", "find_outside", "find_overlaps", "find_slivers"]

_Shapes: TypeAlias = NDArray[np.object_]
_Positions: TypeAlias = NDArray[np.intp]
# Smaller pieces are where two systems round a shared border differently: less than a sheet of paper.
_LEAST_M2 = 0.1
# An area narrower than a lane, however long, is what is left between two borders, not an area.
_SLIVER_WIDTH_M = 3.0
_FAR_M = 5_000.0
_CLOSE_DEGREES = 1e-8
# The circle that tells a width is found to this share of the piece's extent.
_CIRCLE_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class Metric:
    """Areas in longitude and latitude with the same in metres.

    Parameters
    ----------
    lonlat
        n valid polygons or multipolygons, EPSG:4326.
    metres
        The same n in the local projection around them.
    """

    lonlat: _Shapes
    metres: _Shapes

    @classmethod
    def of(cls, polygons: Sequence[Any] | _Shapes) -> Metric:
        """Project areas around their own centre."""
        shapes = np.asarray(polygons, dtype=object)
        return cls(shapes, _in_metres(shapes))


def find_overlaps(areas: Metric) -> gpd.GeoDataFrame:
    """Return where areas lie on each other.

    Returns
    -------
    GeoDataFrame
        ``first``, ``second`` (positions of the areas, first < second), ``area_m2``, ``width_m``, ``share`` (of the
        smaller of the two; near 1 they are one area twice), ``geometry`` in EPSG:4326; the largest first.

    Examples
    --------
    >>> found = find_overlaps(Metric.of(shapely.box([120, 120.01], 30, [120.011, 120.02], 30.01)))
    >>> found["area_m2"].round(-3).tolist(), found["width_m"].round(-1).tolist()
    ([107000.0], [100.0])
    """
    first, second = shapely.STRtree(areas.metres).query(areas.metres, predicate="intersects")
    first, second = first[first < second], second[first < second]
    # Most neighbours only touch, which is quick to tell; the others alone are cut out of each other.
    deep = ~shapely.touches(areas.metres[first], areas.metres[second])
    first, second = first[deep], second[deep]
    pieces = shapely.intersection(areas.metres[first], areas.metres[second])
    smaller = np.minimum(shapely.area(areas.metres[first]), shapely.area(areas.metres[second]))
    found = gpd.GeoDataFrame(
        {"first": first, "second": second, "area_m2": shapely.area(pieces)},
        geometry=shapely.intersection(areas.lonlat[first], areas.lonlat[second]),
        crs=LONLAT,
    )
    found.insert(3, "width_m", _widths_m(pieces))
    found.insert(4, "share", found["area_m2"] / smaller)
    return _largest_first(found)


def find_gaps(areas: Metric) -> gpd.GeoDataFrame:
    """Return the places that areas go round and none of them holds.

    Returns
    -------
    GeoDataFrame
        ``neighbours`` (positions of the areas around it, a tuple; the one with the longest border first; a single one
        has a hole that nothing fills), ``area_m2``, ``width_m``, ``geometry`` in EPSG:4326; the largest first.

    Examples
    --------
    >>> ring = shapely.box(120, 30, 120.03, 30.03).difference(shapely.box(120.01, 30.01, 120.02, 30.02))
    >>> find_gaps(Metric.of([ring]))["neighbours"].tolist()
    [(0,)]
    """
    parts = shapely.get_parts(shapely.union_all(areas.lonlat))
    gaps = np.array([shapely.Polygon(ring) for part in parts for ring in part.interiors], dtype=object)
    metres = _in_metres(gaps)
    found = gpd.GeoDataFrame(
        {"neighbours": _neighbours(gaps, areas.lonlat), "area_m2": shapely.area(metres), "width_m": _widths_m(metres)},
        geometry=gaps,
        crs=LONLAT,
    )
    return _largest_first(found)


def find_slivers(areas: Metric) -> _Positions:
    """Return positions of areas that are nowhere wider than three metres."""
    # Twice the area by the outline is the width of a strip: it spares most areas the search for a circle.
    thin = np.flatnonzero(2 * shapely.area(areas.metres) / shapely.length(areas.metres) < _SLIVER_WIDTH_M)
    narrow: _Positions = thin[_widths_m(areas.metres[thin]) < _SLIVER_WIDTH_M]
    return narrow


def far_parts(areas: Metric) -> dict[int, float]:
    """Return areas with a part farther than five kilometres from their largest part: position → metres."""
    far = {}
    for position in np.flatnonzero(shapely.get_num_geometries(areas.metres) > 1):
        parts = shapely.get_parts(areas.metres[position])
        distance_m = float(shapely.distance(parts, parts[np.argmax(shapely.area(parts))]).max())
        if distance_m > _FAR_M:
            far[int(position)] = distance_m
    return far


def find_outside(areas: Metric, parents: Sequence[Any] | _Shapes) -> NDArray[np.float64]:
    """Return the share of each area that lies in its parent.

    Parameters
    ----------
    areas
        n areas.
    parents
        n parents in EPSG:4326, one for each area; None where none is recorded.

    Returns
    -------
    ndarray of float64
        n shares from 0 to 1; NaN without a parent.
    """
    shapes = np.asarray(parents, dtype=object)
    known = np.flatnonzero(~shapely.is_missing(shapes))
    shares = np.full(len(areas.lonlat), np.nan)
    if len(known):
        crs = working_crs(layer_bounds(np.append(areas.lonlat[known], shapes[known])))
        own = project_geometries(areas.lonlat[known], crs)
        common = shapely.area(shapely.intersection(own, project_geometries(shapes[known], crs)))
        shares[known] = common / shapely.area(own)
    return shares


def _in_metres(shapes: _Shapes) -> _Shapes:
    return project_geometries(shapes, working_crs(layer_bounds(shapes))) if len(shapes) else shapes


def _widths_m(pieces: _Shapes) -> NDArray[np.float64]:
    """Return the diameter of the largest circle in each piece; 0 in a line or a point."""
    return np.array([_width_m(piece) for piece in pieces], dtype=np.float64)


def _width_m(piece: shapely.Geometry) -> float:
    parts = [part for part in shapely.get_parts(piece) if isinstance(part, shapely.Polygon) and part.area > 0]
    if not parts:
        return 0.0
    largest = max(parts, key=lambda part: part.area)
    extent = max(largest.bounds[2] - largest.bounds[0], largest.bounds[3] - largest.bounds[1])
    # A long thin strip needs a finer search than its extent: its mean width bounds what there is to find.
    tolerance = max(min(_CIRCLE_SHARE * extent, 0.1 * largest.area / largest.length), 1e-3)
    return 2 * float(shapely.length(shapely.maximum_inscribed_circle(largest, tolerance)))


def _neighbours(gaps: _Shapes, areas: _Shapes) -> list[tuple[int, ...]]:
    # The union moves points by a hair's breadth: what goes round a gap may no longer touch it.
    gap, area = shapely.STRtree(areas).query(gaps, predicate="dwithin", distance=_CLOSE_DEGREES)
    border = shapely.length(shapely.intersection(shapely.boundary(gaps[gap]), areas[area]))
    found: list[list[int]] = [[] for _ in gaps]
    for place in np.lexsort((area, -border, gap)):
        found[gap[place]].append(int(area[place]))
    return [tuple(positions) for positions in found]


def _largest_first(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    found = found[found["area_m2"] > _LEAST_M2]
    return found.sort_values("area_m2", ascending=False, kind="stable", ignore_index=True)
