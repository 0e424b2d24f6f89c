"""Kernel densities in events per km² and year, worked out in metres and corrected at the border of the region."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS
from scipy.ndimage import distance_transform_edt, gaussian_filter

from geo.crs import Bounds, project_geometries, project_points, require_projected, working_crs
from geo.errors import GeoError

__all__ = ["DAYS_PER_YEAR", "Density", "kernel_density"]

DAYS_PER_YEAR = 365.25
# A cell is this part of the bandwidth, so that moving events to the centres of their cells changes next to nothing.
_CELLS_PER_BANDWIDTH = 6.0
_FEWEST_CELLS_PER_BANDWIDTH = 2.0
_MOST_CELLS = 1024
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
        Side of a cell in metres; a sixth of the bandwidth if not given, or what makes 1,024 cells.
    region
        Polygon in degrees that events can lie in; None for all of the bounds and around, uncorrected.

    Returns
    -------
    Density
        On cells of the local equal-area projection of the bounds.

    Raises
    ------
    GeoError
        When bandwidth, period or cell are not positive, or the cells are too large for the bandwidth.

    Examples
    --------
    >>> density = kernel_density([120.5], [30.0], bounds=(120.4, 29.9, 120.6, 30.1), bandwidth_m=500, period_days=365)
    >>> round(density.events_per_year, 3), round(density.highest, 2)
    (1.001, 0.64)
    """
    crs = working_crs(bounds)
    reach_m = _REACH * bandwidth_m
    west_m, south_m, east_m, north_m = _outline(bounds, crs, margin_m=reach_m)
    cell_m = _checked_cell(cell_m, max(east_m - west_m, north_m - south_m), bandwidth_m, period_days)
    shape = math.ceil((north_m - south_m) / cell_m), math.ceil((east_m - west_m) / cell_m)
    row, column = _cells(lon, lat, west_m, north_m, cell_m, crs)
    inside = _inside(row, column, shape)
    cells = np.bincount(row[inside] * shape[1] + column[inside], minlength=shape[0] * shape[1])
    counts = cells.reshape(shape).astype(np.float64)
    mask = None if region is None else _mask(region, shape, west_m, north_m, cell_m, crs)
    smooth = _smooth(counts, mask, bandwidth_m / cell_m)
    per_km2_year = smooth / (cell_m / 1000) ** 2 / (period_days / DAYS_PER_YEAR)
    return Density(per_km2_year, west_m, north_m, cell_m, crs, bandwidth_m, int(inside.sum()), period_days)


def _smooth(counts: NDArray[np.float64], mask: NDArray[np.bool_] | None, sigma: float) -> NDArray[np.float64]:
    if mask is None:
        return _filter(counts, sigma)
    if not mask.any():
        return np.full(counts.shape, np.nan)
    kept = _filter(mask.astype(np.float64), sigma)
    moved = _move_inside(counts, mask)
    weighted = np.divide(moved, kept, out=np.zeros_like(moved), where=mask)
    return np.where(mask, _filter(weighted, sigma), np.nan)


def _filter(cells: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return np.asarray(gaussian_filter(cells, sigma, mode="constant", truncate=_REACH), dtype=np.float64)


def _move_inside(counts: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Count events of cells outside the region in the nearest cell inside."""
    outside = np.flatnonzero((counts > 0) & ~mask)
    if outside.size == 0:
        return counts
    _, (rows, columns) = distance_transform_edt(~mask, return_indices=True)
    moved = np.where(mask, counts, 0.0)
    np.add.at(moved, (rows.ravel()[outside], columns.ravel()[outside]), counts.ravel()[outside])
    return moved


def _mask(
    region: shapely.Geometry, shape: tuple[int, int], west_m: float, north_m: float, cell_m: float, crs: CRS
) -> NDArray[np.bool_]:
    projected = project_geometries([region], crs)[0]
    shapely.prepare(projected)
    easting = west_m + (np.arange(shape[1]) + 0.5) * cell_m
    northing = north_m - (np.arange(shape[0]) + 0.5) * cell_m
    return np.asarray(shapely.contains_xy(projected, easting[np.newaxis, :], northing[:, np.newaxis]), dtype=bool)


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


def _checked_cell(cell_m: float | None, extent_m: float, bandwidth_m: float, period_days: int) -> float:
    if bandwidth_m <= 0 or period_days <= 0 or (cell_m is not None and cell_m <= 0):
        raise GeoError("bandwidth, period and cell must be above zero. Remedy: give metres and days above zero.")
    chosen = max(bandwidth_m / _CELLS_PER_BANDWIDTH, extent_m / _MOST_CELLS) if cell_m is None else cell_m
    most = bandwidth_m / _FEWEST_CELLS_PER_BANDWIDTH
    if chosen > most:
        raise GeoError(
            f"a bandwidth of {bandwidth_m:g} m needs cells of at most {most:g} m, not {chosen:.0f} m. "
            "Remedy: take a larger bandwidth, or look at a smaller area."
        )
    return chosen


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
