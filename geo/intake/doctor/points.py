"""Where the rows of a file lie: its points, its columns of degrees, or a point in each of its areas."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.intake.doctor.angles import Angles, read_angles
from geo.intake.doctor.case import Case

__all__ = ["Points", "case_angles", "evidence_of", "points_of"]

_Floats = NDArray[np.float64]
_POLYGONS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))


@dataclass(frozen=True, eq=False)
class Points:
    """Coordinates of rows, as the file has them.

    Parameters
    ----------
    first, second
        n numbers each: what is called longitude or goes east, and the other; NaN where there is none.
    rows
        n row numbers.
    columns
        Names of the two columns; None where the file has geometry.
    of_areas
        Whether each is a point in an area of the file.
    """

    first: _Floats
    second: _Floats
    rows: NDArray[np.int64]
    columns: tuple[str, str] | None = None
    of_areas: bool = False

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which rows have both numbers."""
        return np.isfinite(self.first) & np.isfinite(self.second)

    def without(self, gone: NDArray[np.bool_]) -> Points:
        """Return the points with some of them missing."""
        return replace(self, first=np.where(gone, np.nan, self.first), second=np.where(gone, np.nan, self.second))


def points_of(case: Case) -> Points | None:
    """Return the coordinates of a file's rows, read however they are written; None if it has none."""
    table = case.table
    rows = table.cells.index.to_numpy(dtype=np.int64)
    lon, lat = case.source("lon"), case.source("lat")
    if table.geometry is not None:
        is_point = shapely.get_type_id(table.geometry) == int(shapely.GeometryType.POINT)
        if is_point.any():
            first, second = (np.where(is_point, get(table.geometry), np.nan) for get in (shapely.get_x, shapely.get_y))
            return Points(first, second, rows)
    if lon in table.columns and lat in table.columns:
        first, second = (case_angles(case, str(name)).degrees for name in (lon, lat))
        return Points(first, second, rows, (str(lon), str(lat)))
    return None


def evidence_of(case: Case) -> Points | None:
    """Return the coordinates of a file's rows, or a point in each of its areas: what tells where the file lies."""
    points, shapes = points_of(case), case.table.geometry
    if points is not None or shapes is None:
        return points
    are_areas = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
    if not are_areas.any():
        return None
    within, valid = shapely.centroid(shapely.envelope(shapes)), are_areas & shapely.is_valid(shapes)
    within[valid] = shapely.point_on_surface(shapes[valid])
    first, second = (np.where(are_areas, get(within), np.nan) for get in (shapely.get_x, shapely.get_y))
    rows = case.table.cells.index.to_numpy(dtype=np.int64)
    return Points(first, second, rows, of_areas=True)


def case_angles(case: Case, column: str) -> Angles:
    """Return a column's degrees, read once for all finders."""
    if column not in case.angles:
        case.angles[column] = read_angles(case.table.cells[column])
    found: Angles = case.angles[column]
    return found
