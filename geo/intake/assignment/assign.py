"""Assign every point to its grid: inside one, snapped to a near one, outside of all, or without coordinates."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import layer_bounds, project_geometries, project_points, require_lonlat, working_crs
from geo.errors import GeoError
from geo.intake.assignment.grid_checks import check_grids
from geo.intake.assignment.kept import kept_index
from geo.intake.assignment.raster_index import GridIndex
from geo.store import Release

__all__ = ["PLACED", "GridIndex", "assign_points", "find_by_index", "find_by_tree", "index_grids", "snap_points"]

PLACED = ("inside", "snapped", "outside", "no_coordinates")
"""How a point came to its grid, or why it has none; the code list `placed`."""

# With fewer points, in all or for each grid, a search tree is done before the index is built, or even compiled.
_FEWEST_POINTS_FOR_INDEX = 250_000
_FEWEST_POINTS_PER_GRID = 8
_METRES_PER_DEGREE = 110_500.0
# Edges are cut in pieces of about a kilometre before they are projected: a straight edge then stays within 1 cm.
_STEP_DEGREES = 0.01
# Distances that differ by less are taken as equal: the same border, projected from either side.
_TIE_M = 1e-6


def assign_points(
    lon: ArrayLike,
    lat: ArrayLike,
    grids: gpd.GeoDataFrame,
    *,
    snap_tolerance_m: float,
    index: GridIndex | None = None,
) -> pd.DataFrame:
    """Give each point its grid, or say why it has none; as many rows come out as points go in.

    Parameters
    ----------
    lon, lat
        n degrees each, in the datum of the grids; NaN where there is none.
    grids
        Areas with a column `grid_id` of different codes and valid polygons in EPSG:4326.
    snap_tolerance_m
        A point outside of all grids goes to the nearest one up to this many metres away, measured in the local
        projection; of several equally near, to the one with the smallest code. 0 snaps nothing.
    index
        Index of the same grids, for those who come with batch after batch; made where it pays if None.

    Returns
    -------
    DataFrame
        n rows: `grid_id` (text, missing where there is none) and `placed` (one of `PLACED`). A point on a border, or
        in several grids, is in the one with the smallest code, compared as text.

    Raises
    ------
    GeoError
        If the tolerance is negative, the grids are not in EPSG:4326 or lack codes, or a polygon is invalid.

    Examples
    --------
    >>> grids = gpd.GeoDataFrame({"grid_id": ["g1"]}, geometry=[shapely.box(120, 30, 120.1, 30.1)], crs=4326)
    >>> placed = assign_points([120.05, 120.1001, 121.0, np.nan], [30.05] * 4, grids, snap_tolerance_m=30)
    >>> placed["placed"].tolist()
    ['inside', 'snapped', 'outside', 'no_coordinates']
    """
    if not snap_tolerance_m >= 0:
        raise GeoError(f"a snapping tolerance of {snap_tolerance_m} m is not a distance. Remedy: give 0 or more")
    lons, lats = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    codes, polygons = _read_grids(grids)
    fewest = max(_FEWEST_POINTS_FOR_INDEX, _FEWEST_POINTS_PER_GRID * len(codes))
    if index is not None:
        positions = index.assign(lons, lats)
    else:
        find = find_by_index if len(lons) >= fewest else find_by_tree
        positions = find(lons, lats, polygons, codes)
    reason = np.where(np.isfinite(lons) & np.isfinite(lats), PLACED.index("outside"), PLACED.index("no_coordinates"))
    placed = np.where(positions >= 0, PLACED.index("inside"), reason)
    outside = np.flatnonzero(placed == PLACED.index("outside"))
    if snap_tolerance_m > 0 and len(outside):
        near = snap_points(lons[outside], lats[outside], polygons, codes, tolerance_m=snap_tolerance_m)
        positions[outside] = near
        placed[outside[near >= 0]] = PLACED.index("snapped")
    return pd.DataFrame(
        {
            "grid_id": pd.array(codes.tolist(), dtype="str").take(positions, allow_fill=True),
            "placed": pd.array(list(PLACED), dtype="str").take(placed),
        }
    )


def index_grids(grids: gpd.GeoDataFrame, *, source: Release | None = None) -> GridIndex:
    """Return the index of grids that `assign_points` takes; that of the grids of a release is kept with it."""
    codes, polygons = _read_grids(grids)
    build = GridIndex.build if source is None else partial(kept_index, source, "grids")
    return build(polygons, codes.tolist())


def _read_grids(grids: gpd.GeoDataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    if "grid_id" not in grids.columns:
        raise GeoError("grids: there is no column grid_id. Remedy: name the column that holds the code of each grid")
    require_lonlat(grids, "grids")
    missing = np.flatnonzero(grids["grid_id"].isna().to_numpy())
    if len(missing):
        raise GeoError(f"grids, column grid_id, rows {missing[:5].tolist()}: no code. Remedy: give each grid its code")
    return grids["grid_id"].astype(str).to_numpy(dtype=object), grids.geometry.to_numpy(dtype=object)


def find_by_index(
    lon: NDArray[np.float64], lat: NDArray[np.float64], polygons: NDArray[np.object_], codes: NDArray[np.object_]
) -> NDArray[np.int32]:
    """Give the position of each point's grid, or -1, by the raster index: for many points."""
    return GridIndex.build(polygons, codes.tolist()).assign(lon, lat)


def find_by_tree(
    lon: NDArray[np.float64], lat: NDArray[np.float64], polygons: NDArray[np.object_], codes: NDArray[np.object_]
) -> NDArray[np.int32]:
    """Give what `find_by_index` gives, by a search tree of shapely: at once, for few points."""
    check_grids(polygons, codes.tolist())
    order = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int32)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    points = shapely.points(lon[known], lat[known])
    point, rank = shapely.STRtree(polygons[order]).query(points, predicate="intersects")
    nobody = len(order)
    first = np.full(len(lon), nobody, np.int32)
    np.minimum.at(first, known[point], rank.astype(np.int32))
    return np.append(order, np.int32(-1))[first]


def snap_points(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    polygons: NDArray[np.object_],
    codes: NDArray[np.object_],
    *,
    tolerance_m: float,
) -> NDArray[np.int32]:
    """Give the position of the nearest grid within a tolerance for points outside of all grids.

    Parameters
    ----------
    lon, lat
        n finite degrees each.
    polygons, codes
        Polygons in longitude and latitude, and their codes; the smallest code wins among equally near ones.
    tolerance_m
        Largest distance in metres.

    Returns
    -------
    ndarray of int32
        n positions; -1 where no grid is near enough.
    """
    positions = np.full(len(lon), -1, np.int32)
    point, grid = _close_pairs(lon, lat, polygons, tolerance_m)
    if not len(point):
        return positions
    involved, at = np.unique(grid, return_inverse=True)
    crs = working_crs(layer_bounds(polygons[involved]))
    shapes = project_geometries(polygons[involved], crs, step_degrees=_STEP_DEGREES)
    points = shapely.points(*project_points(lon[point], lat[point], crs))
    pairs = pd.DataFrame({"point": point, "grid": grid, "code": codes[grid]})
    pairs["distance_m"] = shapely.distance(points, shapes[at])
    pairs = pairs[pairs["distance_m"] <= tolerance_m]
    nearest = pairs.groupby("point")["distance_m"].transform("min")
    chosen = pairs[pairs["distance_m"] <= nearest + _TIE_M].sort_values(["point", "code"]).drop_duplicates("point")
    positions[chosen["point"].to_numpy()] = chosen["grid"].to_numpy()
    return positions


def _close_pairs(
    lon: NDArray[np.float64], lat: NDArray[np.float64], polygons: NDArray[np.object_], tolerance_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair points with the grids whose bounds, widened by more than the tolerance, hold them."""
    up = 1.1 * tolerance_m / _METRES_PER_DEGREE
    along = up / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + up, 89.9))), 1e-3)
    boxes = shapely.box(lon - along, lat - up, lon + along, lat + up)
    point, grid = shapely.STRtree(polygons).query(boxes)
    return point, grid
