"""Coordinate reference systems: the local projection in metres that lengths and areas are worked out in.

Layers are stored as longitude and latitude (EPSG:4326). Nothing is measured in degrees, nor in Web Mercator, which
inflates areas by a third at 30° N; it is measured in a Lambert azimuthal equal-area projection centred on the data:

* areas are exact on the WGS84 ellipsoid, everywhere;
* lengths are off by at most c²/8, c being the distance from the centre in earth radii: 3 mm per km at 31 km from the
  centre (a county), 0.03 % at 300 km (a province), 2 % at 2,500 km (the far ends of a large country).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.errors import GeoError

__all__ = [
    "LONLAT",
    "Bounds",
    "areas_km2",
    "layer_bounds",
    "project_geometries",
    "project_points",
    "require_lonlat",
    "require_projected",
    "unproject_points",
    "working_crs",
]

Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

LONLAT = CRS.from_epsg(4326)
"""What every geometry of a release is stored in; straight edges are straight in longitude and latitude."""

_M2_PER_KM2 = 1e6


def working_crs(bounds: Bounds) -> CRS:
    """Give the local projection in metres for data within bounds.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees (WGS84). The centre is rounded to a hundredth of a degree, so that
        small changes of the data leave the projection as it is.

    Returns
    -------
    pyproj.CRS
        Lambert azimuthal equal area on WGS84, metres.

    Raises
    ------
    GeoError
        If the bounds are not four finite degrees in order.

    Examples
    --------
    >>> working_crs((120.0, 29.5, 120.6, 30.1)).axis_info[0].unit_name
    'metre'
    """
    west, south, east, north = (float(degrees) for degrees in bounds)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        msg = (
            f"bounds {west}, {south}, {east}, {north} are not west, south, east, north in degrees. "
            "Remedy: give the layer's own CRS, or swap longitude and latitude"
        )
        raise GeoError(msg)
    return _equal_area_crs(round((west + east) / 2, 2), round((south + north) / 2, 2))


@lru_cache(maxsize=64)
def _equal_area_crs(longitude: float, latitude: float) -> CRS:
    return CRS.from_dict(
        {"proj": "laea", "lon_0": longitude, "lat_0": latitude, "datum": "WGS84", "units": "m", "type": "crs"}
    )


def layer_bounds(geometries: Sequence[Any] | NDArray[np.object_]) -> Bounds:
    """Give west, south, east, north of geometries in degrees; GeoError if there is nothing in them."""
    west, south, east, north = (
        float(degrees) for degrees in shapely.total_bounds(np.asarray(geometries, dtype=object))
    )
    if np.isnan(west):
        raise GeoError("the layer holds no coordinates. Remedy: give a layer with at least one area")
    return west, south, east, north


def require_projected(crs: object) -> CRS:
    """Return a CRS in metres as it is and refuse every other: metric work demands a projected CRS.

    Raises
    ------
    GeoError
        If there is no CRS, or it counts in degrees or in a unit other than the metre.
    """
    known = _read_crs(crs)
    if not known.is_projected:
        msg = f"lengths and areas demand a projected CRS, not {known.name}. Remedy: project with geo.crs.working_crs"
        raise GeoError(msg)
    if any(axis.unit_conversion_factor != 1.0 for axis in known.axis_info[:2]):
        msg = f"lengths and areas demand metres, not the {known.axis_info[0].unit_name} of {known.name}"
        raise GeoError(msg + ". Remedy: project with geo.crs.working_crs")
    return known


def require_lonlat(layer: gpd.GeoDataFrame, name: str) -> None:
    """Refuse a layer that is not in EPSG:4326; the message names the layer and the remedy."""
    if layer.crs is None or not CRS.from_user_input(layer.crs).equals(LONLAT, ignore_axis_order=True):
        has = "no CRS" if layer.crs is None else CRS.from_user_input(layer.crs).name
        raise GeoError(f"{name}: needs longitude and latitude (EPSG:4326), has {has}. Remedy: layer.to_crs(4326)")


def _read_crs(crs: object) -> CRS:
    if crs is None:
        raise GeoError("lengths and areas demand a projected CRS, the data name none. Remedy: name the data's CRS")
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise GeoError(f"unknown CRS {crs!r}. Remedy: name it by its EPSG code, such as EPSG:4490") from error


@lru_cache(maxsize=64)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def project_points(lon: ArrayLike, lat: ArrayLike, crs: CRS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Project longitudes and latitudes (n degrees each) to easting and northing (n metres each).

    Raises
    ------
    GeoError
        If `crs` is not projected.

    Examples
    --------
    >>> easting, northing = project_points([120.0], [30.0], working_crs((119.9, 29.9, 120.1, 30.1)))
    >>> bool(abs(easting[0]) < 1e-6)
    True
    """
    easting, northing = _transformer(LONLAT, require_projected(crs)).transform(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    )
    return np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)


def unproject_points(
    easting: ArrayLike, northing: ArrayLike, crs: CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn easting and northing (n metres each) back to longitude and latitude (n degrees each)."""
    lon, lat = _transformer(require_projected(crs), LONLAT).transform(
        np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)
    )
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def project_geometries(
    geometries: Sequence[Any] | NDArray[np.object_], crs: CRS, *, step_degrees: float | None = None
) -> NDArray[np.object_]:
    """Project geometries in longitude and latitude to metres.

    Parameters
    ----------
    geometries
        n shapely geometries, EPSG:4326.
    crs
        A projected CRS in metres.
    step_degrees
        Longest piece of an edge before it is projected. An edge is straight in longitude and latitude, so it is
        bent in the projection: by 1 cm where it is 1 km long, by 1 m at 10 km (at 30° N). None leaves edges whole.

    Returns
    -------
    ndarray of object
        n geometries in metres; None stays None.

    Raises
    ------
    GeoError
        If `crs` is not projected.
    """
    whole = np.asarray(geometries, dtype=object)
    if step_degrees is not None:
        whole = shapely.segmentize(whole, step_degrees)
    transform: Any = _transformer(LONLAT, require_projected(crs)).transform
    projected: NDArray[np.object_] = shapely.transform(whole, transform, interleaved=False)
    return projected


def areas_km2(geometries: Sequence[Any] | NDArray[np.object_], crs: CRS | None = None) -> NDArray[np.float64]:
    """Give the areas of geometries in longitude and latitude, in km².

    Parameters
    ----------
    geometries
        n shapely polygons or multipolygons, EPSG:4326.
    crs
        The projection to measure in; by default the equal-area one around all the geometries.

    Returns
    -------
    ndarray of float64
        n areas in km²; NaN where there is no geometry.

    Examples
    --------
    One degree by one degree on the equator has 12,308 km² on WGS84.

    >>> round(float(areas_km2([shapely.box(0, 0, 1, 1)])[0]))
    12308
    """
    shapes = np.asarray(geometries, dtype=object)
    if not len(shapes):
        return np.empty(0)
    measured = project_geometries(shapes, crs or working_crs(layer_bounds(shapes)), step_degrees=_AREA_STEP_DEGREES)
    areas: NDArray[np.float64] = shapely.area(measured) / _M2_PER_KM2
    return areas


_AREA_STEP_DEGREES = 0.1
