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
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import LONLAT, layer_bounds, project_geometries, unproject_points, working_crs

__all__ = [
    "SLIVER_WIDTH_M",
    "Metric",
    "far_parts",
    "find_gaps",
    "find_outside",
    "find_overlaps",
    "find_slivers",
    "stray_parts",
]

_Shapes: TypeAlias = NDArray[np.object_]
_Positions: TypeAlias = NDArray[np.intp]
# Smaller pieces are where two systems round a shared border differently: less than a sheet of paper.
_LEAST_M2 = 0.1
#: An area narrower than a lane, however long, is what is left between two borders, not an area.
SLIVER_WIDTH_M = 3.0
_FAR_M, _FAR_EXTENTS = 500.0, 3.0
_STRAY_M2 = 1.0
# A strip lies between two areas when the others share at least this much of the border that one of them has.
_OTHER_SIDE = 1 / 3
# … and is this many times as long as wide: else it is a notch of the outer border where two areas meet.
_LEAST_LENGTHS = 5.0
# Areas fill a map when more of them than this have another one beside them.
_LEAST_BESIDE = 0.5
# Corners stay as sharp as they are when a strip is closed; only a notch of less than 23° is filled.
_MITRE = 5.0
# An edge of a hundred metres is straight in the projection to a tenth of a millimetre.
_STEP_DEGREES = 0.001
_HAIR_M = 0.01
_CLOSE_DEGREES, _SNAP_DEGREES = 1e-8, 1e-7
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
        return cls(shapes, _in_metres(shapes, shapes))


def find_overlaps(areas: Metric) -> gpd.GeoDataFrame:
    """Return where areas lie on each other.

    Returns
    -------
    GeoDataFrame
        ``first``, ``second`` (positions of the areas, first < second), ``area_m2``, ``width_m``, ``share`` (of the
        smaller of the two; near 1 it lies in the other one), ``alike`` (what both hold of what either holds; near 1
        they are one area twice), ``geometry`` in EPSG:4326; the largest first.

    Examples
    --------
    >>> found = find_overlaps(Metric.of(shapely.box([120, 120.01], 30, [120.011, 120.02], 30.01)))
    >>> found["area_m2"].round(-3).tolist(), found["width_m"].round(-1).tolist()
    ([107000.0], [100.0])
    """
    # Edges are straight in longitude and latitude: in the projection a border with fewer points leaves the other one.
    first, second = shapely.STRtree(areas.lonlat).query(areas.lonlat, predicate="intersects")
    first, second = first[first < second], second[first < second]
    # Most neighbours only touch, which is quick to tell; the others alone are cut out of each other.
    deep = ~shapely.touches(areas.lonlat[first], areas.lonlat[second])
    first, second = first[deep], second[deep]
    pieces = shapely.intersection(areas.lonlat[first], areas.lonlat[second])
    metres, sizes = _in_metres(pieces, areas.lonlat), shapely.area(areas.metres)
    found = gpd.GeoDataFrame(
        {"first": first, "second": second, "area_m2": shapely.area(metres), "width_m": _widths_m(metres)},
        geometry=pieces,
        crs=LONLAT,
    )
    smaller, both = np.minimum(sizes[first], sizes[second]), sizes[first] + sizes[second]
    found.insert(4, "share", found["area_m2"] / smaller)
    found.insert(5, "alike", found["area_m2"] / (both - found["area_m2"]))
    return _largest_first(found)


def find_gaps(areas: Metric, *, open_width_m: float = 0.0) -> gpd.GeoDataFrame:
    """Return the places that areas go round and none of them holds, and strips between them that lead outside.

    Parameters
    ----------
    areas
        n areas.
    open_width_m
        Widest strip between two areas that counts as a gap although it is open to the outside; 0 leaves them out. What
        is wider is the border of the map; between areas that lie scattered, as parks do, strips are streets.

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
    >>> len(find_gaps(Metric.of(shapely.box([120, 120.0101], 30, [120.01, 120.02], 30.01)), open_width_m=20))
    1
    """
    union = shapely.union_all(areas.lonlat)
    gaps = _closed_gaps(union)
    around, _ = _neighbours(gaps, areas.lonlat)
    if open_width_m > 0 and _fill_a_map(areas, within_m=open_width_m):
        strips = _open_strips(union, areas.lonlat, width_m=open_width_m)
        beside, borders = _neighbours(strips, areas.lonlat)
        between = np.array([_lies_between(lengths) for lengths in borders], dtype=bool)
        between &= _are_long(_in_metres(strips, areas.lonlat))
        gaps = np.append(gaps, strips[between])
        around += [places for places, kept in zip(beside, between, strict=True) if kept]
    metres = _in_metres(gaps, areas.lonlat)
    found = gpd.GeoDataFrame(
        {"neighbours": around, "area_m2": shapely.area(metres), "width_m": _widths_m(metres)},
        geometry=gaps,
        crs=LONLAT,
    )
    return _largest_first(found)


def find_slivers(areas: Metric) -> _Positions:
    """Return positions of areas that are nowhere wider than three metres."""
    # Twice the area by the outline is the width of a strip: it spares most areas the search for a circle.
    thin = np.flatnonzero(2 * shapely.area(areas.metres) / shapely.length(areas.metres) < SLIVER_WIDTH_M)
    narrow: _Positions = thin[_widths_m(areas.metres[thin]) < SLIVER_WIDTH_M]
    return narrow


def far_parts(areas: Metric) -> dict[int, float]:
    """Return areas with a part far from their largest part: position → metres.

    Far is more than half a kilometre and three times the extent of the largest part: what belongs to an island of a
    county is far from a village.
    """
    far = {}
    for position in np.flatnonzero(shapely.get_num_geometries(areas.metres) > 1):
        parts = shapely.get_parts(areas.metres[position])
        largest = parts[np.argmax(shapely.area(parts))]
        west, south, east, north = shapely.bounds(largest)
        distance_m = float(shapely.distance(parts, largest).max())
        if distance_m > max(_FAR_M, _FAR_EXTENTS * float(np.hypot(east - west, north - south))):
            far[int(position)] = distance_m
    return far


def stray_parts(areas: Metric) -> _Positions:
    """Return positions of areas of several parts, one of which is smaller than a square metre."""
    parts, positions = shapely.get_parts(areas.metres, return_index=True)
    several = shapely.get_num_geometries(areas.metres)[positions] > 1
    strays: _Positions = np.unique(positions[several & (shapely.area(parts) < _STRAY_M2)])
    return strays


def find_outside(areas: Metric, parents: Sequence[Any] | _Shapes) -> pd.DataFrame:
    """Return how much of each area lies outside of its parent.

    Parameters
    ----------
    areas
        n areas.
    parents
        n parents in EPSG:4326, one for each area; None where none is recorded.

    Returns
    -------
    DataFrame
        n rows: ``share`` of the area that lies outside, 0 to 1, and ``width_m`` of that; NaN without a parent.
    """
    shapes = np.asarray(parents, dtype=object)
    known = np.flatnonzero(~shapely.is_missing(shapes))
    found = pd.DataFrame({"share": np.nan, "width_m": np.nan}, index=range(len(shapes)))
    if len(known):
        outside = _in_metres(shapely.difference(areas.lonlat[known], shapes[known]), areas.lonlat)
        found.loc[known, "share"] = shapely.area(outside) / shapely.area(areas.metres[known])
        found.loc[known, "width_m"] = _widths_m(outside)
    return found


def _in_metres(shapes: _Shapes, around: _Shapes) -> _Shapes:
    return project_geometries(shapes, working_crs(layer_bounds(around))) if len(shapes) else shapes


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


def _closed_gaps(union: shapely.Geometry) -> _Shapes:
    """Return the holes of a union of areas, without the islands that lie in them."""
    parts = shapely.get_parts(union)
    holes = np.array([shapely.Polygon(ring) for part in parts for ring in part.interiors], dtype=object)
    hole, island = shapely.STRtree(parts).query(holes, predicate="contains_properly")
    for place in np.unique(hole):
        holes[place] = shapely.difference(holes[place], shapely.union_all(parts[island[hole == place]]))
    cut: _Shapes = shapely.get_parts(holes)
    return cut


def _open_strips(union: shapely.Geometry, areas: _Shapes, *, width_m: float) -> _Shapes:
    """Return what closing a map by half a width from each side adds at its outside, in longitude and latitude."""
    crs = working_crs(layer_bounds(areas))
    whole = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(union)])
    metres = project_geometries([whole], crs, step_degrees=_STEP_DEGREES)[0]
    closed = _widened(_widened(metres, width_m / 2), -width_m / 2)
    # Rounding leaves a hair along every edge, which is opened away.
    strips = shapely.get_parts(_widened(_widened(shapely.difference(closed, metres), -_HAIR_M), _HAIR_M))
    strips = strips[shapely.area(strips) > _LEAST_M2]
    back = shapely.transform(strips, lambda points: np.column_stack(unproject_points(points[:, 0], points[:, 1], crs)))
    # On the way to metres and back corners move by millimetres: they are put onto those of the areas again.
    straight = shapely.simplify(back, _CLOSE_DEGREES / 10)
    snapped = shapely.make_valid(_snapped(straight, union))
    cut = shapely.get_parts(shapely.get_parts(shapely.difference(snapped, union)))
    pieces: _Shapes = cut[(shapely.get_type_id(cut) == int(shapely.GeometryType.POLYGON)) & (shapely.area(cut) > 0)]
    return pieces


def _snapped(pieces: _Shapes, union: shapely.Geometry) -> _Shapes:
    """Put corners of pieces onto those of a union that are near; with all of its corners each would be compared."""
    corners: Any = shapely.points(shapely.get_coordinates(union))
    piece, corner = shapely.STRtree(corners).query(pieces, predicate="dwithin", distance=2 * _SNAP_DEGREES)
    order = np.lexsort((corner, piece))
    near = np.full(len(pieces), shapely.MultiPoint(), dtype=object)
    if len(order):
        shapely.multipoints(corners[corner[order]], indices=piece[order], out=near)
    snapped: _Shapes = shapely.snap(pieces, near, _SNAP_DEGREES)
    return snapped


def _widened(shape: shapely.Geometry, by_m: float) -> shapely.Geometry:
    return shapely.buffer(shape, by_m, join_style="mitre", mitre_limit=_MITRE)


def _fill_a_map(areas: Metric, *, within_m: float) -> bool:
    """Tell whether most areas have another one beside them."""
    if len(areas.metres) < 2:
        return False
    one, other = shapely.STRtree(areas.metres).query(areas.metres, predicate="dwithin", distance=within_m)
    return len(np.unique(one[one != other])) > _LEAST_BESIDE * len(areas.metres)


def _lies_between(borders: tuple[float, ...]) -> bool:
    """Tell whether a strip has areas on two sides, from the borders that it has with each, the longest first."""
    return len(borders) > 1 and sum(borders[1:]) >= _OTHER_SIDE * borders[0]


def _are_long(strips: _Shapes) -> NDArray[np.bool_]:
    """Tell which strips, in metres, are much longer than wide."""
    long: NDArray[np.bool_] = shapely.area(strips) >= _LEAST_LENGTHS * _widths_m(strips) ** 2
    return long


def _neighbours(gaps: _Shapes, areas: _Shapes) -> tuple[list[tuple[int, ...]], list[tuple[float, ...]]]:
    """Return the areas around each gap, and how long their border with it is, in degrees; the longest first."""
    # The union moves points by a hair's breadth: what goes round a gap may no longer touch it.
    gap, area = shapely.STRtree(areas).query(gaps, predicate="dwithin", distance=_CLOSE_DEGREES)
    near = shapely.buffer(gaps, 2 * _CLOSE_DEGREES, quad_segs=1)
    border = shapely.length(shapely.intersection(shapely.boundary(areas[area]), near[gap]))
    found: list[list[tuple[int, float]]] = [[] for _ in gaps]
    for place in np.lexsort((area, -border, gap)):
        found[gap[place]].append((int(area[place]), float(border[place])))
    around = [tuple(place for place, _ in places) for places in found]
    return around, [tuple(length for _, length in places) for places in found]


def _largest_first(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    found = found[found["area_m2"] > _LEAST_M2]
    return found.sort_values("area_m2", ascending=False, kind="stable", ignore_index=True)
