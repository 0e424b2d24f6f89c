"""Kernel densities in events per km² and year, worked out in metres and corrected at the border of the region."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS

from geo.crs import Bounds, project_geometries, project_points, require_projected, working_crs
from geo.errors import GeoError

__all__ = [
    "DAYS_PER_YEAR",
    "Density",
    "Ground",
    "kernel_density",
    "lay_ground",
    "narrowest_bandwidth_m",
    "spread_events",
]

DAYS_PER_YEAR = 365.25
# A cell is this part of the bandwidth, so that moving events to the centres of their cells changes next to nothing.
_CELLS_PER_BANDWIDTH = 6.0
_FEWEST_CELLS_PER_BANDWIDTH = 2.0
# Cells along the longer side that are wanted at most, and those that a narrow bandwidth over a large area may take.
_USUAL_CELLS = 1024
_MOST_CELLS = 1536
# The kernel ends this many bandwidths out, where 0.03 % of it is left.
_REACH = 4.0


@dataclass(frozen=True, eq=False)
class Density:
    """A density on square cells of a projection in metres.

    Parameters
    ----------
    values
        Events per km² and year, (rows, columns), the first row in the north, the first column in the west; NaN
        outside the region.
    west_m, north_m
        Easting and northing of the outer corner of the first cell.
    cell_m
        Side of a cell in metres.
    crs
        Projection in metres.
    bandwidth_m
        Standard deviation of the Gaussian kernel in metres.
    events
        Number of events that the density is made of.
    period_days
        Days in which they happened.
    """

    values: NDArray[np.float64]
    west_m: float
    north_m: float
    cell_m: float
    crs: CRS
    bandwidth_m: float
    events: int
    period_days: int

    @property
    def highest(self) -> float:
        """The highest value; 0 when there are no events."""
        return float(np.nanmax(self.values)) if np.isfinite(self.values).any() else 0.0

    @property
    def events_per_year(self) -> float:
        """The integral of the density over the region."""
        return float(np.nansum(self.values)) * (self.cell_m / 1000) ** 2

    def value_at(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Return the value of the cell that each place lies in; NaN outside."""
        row, column = _cells(lon, lat, self.west_m, self.north_m, self.cell_m, self.crs)
        inside = _inside(row, column, self.values.shape)
        found = np.full(row.shape, np.nan)
        found[inside] = self.values[row[inside], column[inside]]
        return found


@dataclass(frozen=True, eq=False)
class Ground:
    """Cells of an area at one bandwidth, with what the correction at its border needs; any events can be spread on it.

    Parameters
    ----------
    west_m, north_m, cell_m, crs
        As in `Density`.
    shape
        Rows and columns.
    bandwidth_m
        Standard deviation of the kernel in metres.
    mask
        Cells whose centre lies inside the region; None without a region.
    kept
        Share of the kernel of an event in each cell that stays inside the region; None without a region.
    """

    west_m: float
    north_m: float
    cell_m: float
    crs: CRS
    shape: tuple[int, int]
    bandwidth_m: float
    mask: NDArray[np.bool_] | None
    kept: NDArray[np.float64] | None

    @cached_property
    def nearest_inside(self) -> NDArray[np.int64]:
        """Position of the nearest cell inside for every cell, row by row; found when first asked for."""
        from scipy.ndimage import distance_transform_edt

        mask = np.ones(self.shape, dtype=bool) if self.mask is None else self.mask
        _, (rows, columns) = distance_transform_edt(~mask, return_indices=True)
        return np.asarray(rows.astype(np.int64) * self.shape[1] + columns).ravel()


def kernel_density(
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    bounds: Bounds,
    bandwidth_m: float,
    period_days: int,
    cell_m: float | None = None,
    region: shapely.Geometry | None = None,
) -> Density:
    """Smooth events by a Gaussian kernel.

    With a region, what the kernel would put outside it is given back to the inside, event by event (Diggle 1985,
    doi:10.2307/2347366): the density of a cell's events is divided by the share of their kernel inside the region. So
    the integral over the region is the number of events per year. An event just outside it, as a snapped one is, counts
    in the nearest cell inside.

    Parameters
    ----------
    lon, lat
        Degrees (WGS84), n each. Events further outside the bounds than the kernel reaches are left out.
    bounds
        West, south, east, north in degrees of the area looked at.
    bandwidth_m
        Standard deviation of the kernel in metres.
    period_days
        Days in which the events happened.
    cell_m
        Side of a cell in metres; if not given a sixth of the bandwidth, or what makes 1,024 cells, but never more than
        half the bandwidth.
    region
        Polygon in degrees that events can lie in; None for all of the bounds and around, uncorrected.

    Returns
    -------
    Density
        On cells of the local equal-area projection of the bounds.

    Raises
    ------
    GeoError
        When bandwidth, period or cell are not positive, or the bandwidth is too narrow for so large an area.

    Examples
    --------
    >>> density = kernel_density([120.5], [30.0], bounds=(120.4, 29.9, 120.6, 30.1), bandwidth_m=500, period_days=365)
    >>> round(density.events_per_year, 3), round(density.highest, 2)
    (1.001, 0.64)
    """
    ground = lay_ground(bounds, bandwidth_m=bandwidth_m, cell_m=cell_m, region=region)
    return spread_events(lon, lat, ground, period_days=period_days)


def lay_ground(
    bounds: Bounds, *, bandwidth_m: float, cell_m: float | None = None, region: shapely.Geometry | None = None
) -> Ground:
    """Return the cells that `kernel_density` spreads events on, to be kept while events change; see there."""
    crs = working_crs(bounds)
    extent = _outline(bounds, crs, margin_m=_REACH * bandwidth_m)
    west_m, south_m, east_m, north_m = extent
    cell_m = _checked_cell(cell_m, max(east_m - west_m, north_m - south_m), bandwidth_m)
    shape = math.ceil((north_m - south_m) / cell_m), math.ceil((east_m - west_m) / cell_m)
    mask = kept = None
    if region is not None:
        mask = _mask(region, shape, west_m, north_m, cell_m, crs)
        kept = _filter(mask.astype(np.float64), bandwidth_m / cell_m)
    return Ground(west_m, north_m, cell_m, crs, shape, bandwidth_m, mask, kept)


def narrowest_bandwidth_m(bounds: Bounds) -> float:
    """Return the narrowest bandwidth in metres that an area can be smoothed with; see `kernel_density`.

    Examples
    --------
    >>> round(narrowest_bandwidth_m((120.0, 30.0, 120.5, 30.5)))
    72
    """
    west_m, south_m, east_m, north_m = _outline(bounds, working_crs(bounds), margin_m=0.0)
    # The cells have to hold the kernel's reach on both sides too.
    return max(east_m - west_m, north_m - south_m) / (_MOST_CELLS / _FEWEST_CELLS_PER_BANDWIDTH - 2 * _REACH)


def spread_events(lon: ArrayLike, lat: ArrayLike, ground: Ground, *, period_days: int) -> Density:
    """Smooth events on cells that were laid before; see `kernel_density`.

    Raises
    ------
    GeoError
        When the period is not positive.
    """
    if period_days <= 0:
        raise GeoError("the period must be above zero. Remedy: give days above zero.")
    row, column = _cells(lon, lat, ground.west_m, ground.north_m, ground.cell_m, ground.crs)
    rows, columns = ground.shape
    inside = _inside(row, column, ground.shape)
    cells = np.bincount(row[inside] * columns + column[inside], minlength=rows * columns)
    smooth = _smooth(cells.astype(np.float64), ground)
    per_km2_year = smooth / (ground.cell_m / 1000) ** 2 / (period_days / DAYS_PER_YEAR)
    return Density(
        per_km2_year,
        ground.west_m,
        ground.north_m,
        ground.cell_m,
        ground.crs,
        ground.bandwidth_m,
        int(inside.sum()),
        period_days,
    )


def _smooth(counts: NDArray[np.float64], ground: Ground) -> NDArray[np.float64]:
    sigma = ground.bandwidth_m / ground.cell_m
    if ground.mask is None or ground.kept is None:
        return _filter(counts.reshape(ground.shape), sigma)
    if not ground.mask.any():
        return np.full(ground.shape, np.nan)
    moved = _move_inside(counts, ground, ground.mask).reshape(ground.shape)
    weighted = np.divide(moved, ground.kept, out=np.zeros_like(moved), where=ground.mask)
    return np.where(ground.mask, _filter(weighted, sigma), np.nan)


def _filter(cells: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(cells, sigma, mode="constant", truncate=_REACH), dtype=np.float64)


def _move_inside(counts: NDArray[np.float64], ground: Ground, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Count events of cells outside the region in the nearest cell inside."""
    outside = np.flatnonzero((counts > 0) & ~mask.ravel())
    if outside.size == 0:
        return counts
    moved = np.where(mask.ravel(), counts, 0.0)
    np.add.at(moved, ground.nearest_inside[outside], counts[outside])
    return moved


def _mask(
    region: shapely.Geometry, shape: tuple[int, int], west_m: float, north_m: float, cell_m: float, crs: CRS
) -> NDArray[np.bool_]:
    """Return the cells whose centre lies inside a region: left of it an odd number of its borders crosses the row."""
    rows, columns = shape
    begin, end = _edges(project_geometries([region], crs)[0])
    # In cells from the first centre: a border crosses the centres of rows from its upper end to above its lower one.
    east = (np.stack([begin[:, 0], end[:, 0]]) - west_m) / cell_m - 0.5
    south = (north_m - np.stack([begin[:, 1], end[:, 1]])) / cell_m - 0.5
    first = np.clip(np.ceil(south.min(axis=0)), 0, rows).astype(np.int64)
    crossed = np.clip(np.ceil(south.max(axis=0)), 0, rows).astype(np.int64) - first
    edge = np.repeat(np.arange(len(crossed)), crossed)
    row = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
    along = (row - south[0][edge]) / (south[1] - south[0])[edge]
    column = np.clip(np.ceil(east[0][edge] + along * (east[1] - east[0])[edge]), 0, columns).astype(np.int64)
    turns = np.bincount(row * (columns + 1) + column, minlength=rows * (columns + 1)).reshape(rows, columns + 1)
    return np.asarray(np.cumsum(turns, axis=1)[:, :columns] % 2 == 1)


def _edges(shape: shapely.Geometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both ends of every border of a shape, (n, 2) each."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return points[:-1][same], points[1:][same]


def _outline(bounds: Bounds, crs: CRS, *, margin_m: float) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    edge = shapely.segmentize(shapely.box(west, south, east, north), max(east - west, north - south, 1e-9) / 16)
    corners = shapely.get_coordinates(edge)
    easting, northing = project_points(corners[:, 0], corners[:, 1], crs)
    return (
        float(easting.min()) - margin_m,
        float(northing.min()) - margin_m,
        float(easting.max()) + margin_m,
        float(northing.max()) + margin_m,
    )


def _checked_cell(cell_m: float | None, extent_m: float, bandwidth_m: float) -> float:
    if bandwidth_m <= 0 or (cell_m is not None and cell_m <= 0):
        raise GeoError("bandwidth and cell must be above zero. Remedy: give metres above zero.")
    most_m = bandwidth_m / _FEWEST_CELLS_PER_BANDWIDTH
    wanted_m = min(max(bandwidth_m / _CELLS_PER_BANDWIDTH, extent_m / _USUAL_CELLS), most_m)
    chosen_m = wanted_m if cell_m is None else cell_m
    if chosen_m > most_m or (cell_m is None and extent_m / chosen_m > _MOST_CELLS):
        needed_m = max(chosen_m, extent_m / _MOST_CELLS)
        raise GeoError(
            f"a bandwidth of {bandwidth_m:g} m needs cells of at most {most_m:g} m, not {needed_m:.0f} m. "
            "Remedy: take a larger bandwidth, or look at a smaller area."
        )
    return chosen_m


def _cells(
    lon: ArrayLike, lat: ArrayLike, west_m: float, north_m: float, cell_m: float, crs: CRS
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    easting, northing = project_points(np.atleast_1d(lon), np.atleast_1d(lat), require_projected(crs))
    row = np.floor((north_m - northing) / cell_m)
    column = np.floor((easting - west_m) / cell_m)
    known = np.isfinite(row) & np.isfinite(column)
    return np.where(known, row, -1).astype(np.int64), np.where(known, column, -1).astype(np.int64)


def _inside(row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.asarray((row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1]))
