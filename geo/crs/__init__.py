"""Coordinate reference systems: the projection that is measured in, and the datums of Chinese maps."""

from __future__ import annotations

from geo.crs.datums import (
    DATUMS,
    Datum,
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geo.crs.projection import (
    LONLAT,
    Bounds,
    areas_km2,
    layer_bounds,
    project_geometries,
    project_points,
    require_lonlat,
    require_projected,
    unproject_points,
    working_crs,
)

__all__ = [
    "DATUMS",
    "LONLAT",
    "Bounds",
    "Datum",
    "areas_km2",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "layer_bounds",
    "project_geometries",
    "project_points",
    "require_lonlat",
    "require_projected",
    "to_wgs84",
    "unproject_points",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
    "working_crs",
]
