"""What a file with geometry says of its coordinate system, and whether its numbers can be in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.crs import LONLAT
from geo.intake.doctor.case import Case, System
from geo.intake.doctor.finding import Finding, make_finding
from geo.intake.doctor.systems import is_outside_of_use

__all__ = ["find_label", "usable_label"]

_REACH, _LAT_REACH = 180.0, 90.0


def find_label(case: Case) -> Iterator[Finding]:
    """Look at what a file with geometry says of its system, where no recipe says better."""
    table = case.table
    if table.geometry is None or not len(table.geometry) or (case.recipe and case.recipe.crs):
        return
    count = len(table.geometry)
    if table.crs is None:
        yield make_finding("coordinates.no_system", count=count)
        return
    try:
        crs = CRS.from_user_input(table.crs)
    except CRSError:
        yield make_finding("coordinates.unknown_system", count=count)
        return
    bounds = np.abs(shapely.total_bounds(table.geometry))
    if not np.isfinite(bounds).all():
        return
    if usable_label(case) is None:
        if crs.is_projected:
            case.system.append(System("EPSG:4326", swapped=False))
            yield make_finding("coordinates.label_degrees", count=count, figures={"name": crs.name, "crs": "EPSG:4326"})
        elif not _are_swapped(bounds):
            figures: dict[str, float | str] = {"name": crs.name, "largest": float(bounds.max())}
            yield make_finding("coordinates.label_lengths", count=count, figures=figures)
        return
    if _lie_outside_of_use(case, crs):
        use = (crs.area_of_use.name if crs.area_of_use else "").rstrip(".")
        yield make_finding("coordinates.label", count=count, figures={"name": crs.name, "use": use})


def usable_label(case: Case) -> str | None:
    """Return what the file says of its system, if its numbers can be in it: degrees in one of degrees, lengths not."""
    table = case.table
    if table.crs is None or table.geometry is None:
        return None
    try:
        crs = CRS.from_user_input(table.crs)
    except CRSError:
        return None
    east, north = np.abs(shapely.total_bounds(table.geometry)).reshape(2, 2).max(axis=0)
    are_degrees = bool(east <= _REACH and north <= _LAT_REACH)
    could_be = are_degrees if crs.is_geographic else not (are_degrees and crs.is_projected)
    return table.crs if could_be else None


def _are_swapped(bounds: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Tell whether what goes east could be latitudes, and what goes north longitudes."""
    return bool(bounds[[0, 2]].max() <= _LAT_REACH and bounds[[1, 3]].max() <= _REACH)


def _lie_outside_of_use(case: Case, crs: CRS) -> bool:
    try:
        bounds = Transformer.from_crs(crs, LONLAT, always_xy=True).transform_bounds(
            *shapely.total_bounds(case.table.geometry)
        )
    except ProjError:
        # No place on earth has such numbers in this system.
        return True
    return is_outside_of_use(crs, bounds)
