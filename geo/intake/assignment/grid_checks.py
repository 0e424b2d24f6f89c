"""What grids must be before points are placed in them: valid polygons, each with a code of its own."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import Fault, GeoError, LayerError

__all__ = ["check_grids"]

_THREADS = min(2, os.cpu_count() or 1)
_SHOWN = 5
_AREAL = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]


def check_grids(shapes: NDArray[np.object_], codes: list[str]) -> None:
    """Refuse grids without a valid polygon or with a code that another has; LayerError names them and the remedy."""
    if len(shapes) != len(codes):
        raise GeoError(f"{len(shapes)} polygons and {len(codes)} codes. Remedy: give each grid both")
    named = np.array(codes, dtype=object)
    areal = np.isin(shapely.get_type_id(shapes), _AREAL) & ~shapely.is_empty(shapes)
    valid = _are_valid(shapes)
    faults = []
    if not areal.all():
        faults.append(_fault(named[~areal], "has no polygon", "give it one, or leave the grid out"))
    if not valid[areal].all():
        broken = areal & ~valid
        reasons = "; ".join(shapely.is_valid_reason(shapes[broken][:_SHOWN]))
        remedy = "repair it with shapely.make_valid or with 'Fix geometries' in QGIS"
        faults.append(_fault(named[broken], f"has an invalid polygon ({reasons})", remedy))
    if len(set(codes)) < len(codes):
        unique, counts = np.unique(named, return_counts=True)
        faults.append(_fault(unique[counts > 1], "is there more than once", "dissolve its pieces to one area"))
    if faults:
        raise LayerError(faults)


def _are_valid(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    # shapely lets go of the interpreter while it checks.
    with ThreadPoolExecutor(_THREADS) as pool:
        return np.concatenate(list(pool.map(shapely.is_valid, np.array_split(shapes, _THREADS))))


def _fault(codes: NDArray[np.object_], problem: str, remedy: str) -> Fault:
    more = f" and {len(codes) - _SHOWN:,} more" if len(codes) > _SHOWN else ""
    return Fault("grids", "geometry", (), f"grid {', '.join(codes[:_SHOWN])}{more} {problem}", remedy)
