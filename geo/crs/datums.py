"""Datums of Chinese maps: WGS84 (CGCS2000 is the same to a few centimetres), GCJ-02 and BD-09, there and back.

Maps published in China shift every place by some hundred metres: GCJ-02 (Amap, Tencent) by a sum of sines of longitude
and latitude, BD-09 (Baidu) by a turn and a stretch on top. Both are defined from WGS84 outwards only. The way back is
found by repeating the way out until it hits, which is exact to well under a centimetre; the closed formula that is in
use for it is off by up to some metres.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError

__all__ = [
    "DATUMS",
    "Datum",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "to_wgs84",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]

Datum: TypeAlias = Literal["wgs84", "gcj02", "bd09"]
_Degrees: TypeAlias = NDArray[np.float64]
_LonLat: TypeAlias = tuple[_Degrees, _Degrees]

# Krasovsky 1940, which the shift is worked out on, whatever the place's own ellipsoid.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
# West, south, east, north of the rectangle in which places are shifted.
_SHIFTED = (72.004, 0.8293, 137.8347, 55.8271)
_CENTRE_LON, _CENTRE_LAT = 105.0, 35.0
_BD09_LON, _BD09_LAT = 0.0065, 0.006
_BD09_TURN = np.pi * 3000.0 / 180.0
# 1e-9 degrees are a tenth of a millimetre; the error falls by a factor of about a thousand a round.
_CLOSE_DEGREES = 1e-9
_MOST_ROUNDS = 12


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    """Shift places from WGS84 to GCJ-02.

    Parameters
    ----------
    lon, lat
        n degrees each. Places outside the rectangle around China stay where they are.

    Returns
    -------
    tuple of ndarray
        n longitudes and n latitudes in degrees.

    Examples
    --------
    >>> lon, lat = wgs84_to_gcj02([121.5272106], [31.1774276])
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6)
    (121.531542, 31.175304)
    """
    lon, lat = _as_degrees(lon, lat)
    d_lon, d_lat = _shift(lon, lat)
    inside = _is_shifted(lon, lat)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    """Return places of GCJ-02 to WGS84, to under a centimetre; see `wgs84_to_gcj02`."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    """Turn and stretch places of GCJ-02 (n degrees each) to BD-09."""
    lon, lat = _as_degrees(lon, lat)
    distance = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD09_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD09_TURN)
    return distance * np.cos(angle) + _BD09_LON, distance * np.sin(angle) + _BD09_LAT


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    """Return places of BD-09 to GCJ-02, to under a centimetre."""
    return _inverse(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    """Shift places from WGS84 (n degrees each) to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    """Return places of BD-09 to WGS84, to under a centimetre."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _stay(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    return _as_degrees(lon, lat)


#: Every datum that coordinates may come in, with the way from it to WGS84.
DATUMS: Mapping[Datum, Callable[[ArrayLike, ArrayLike], _LonLat]] = MappingProxyType(
    {"wgs84": _stay, "gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
)


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> _LonLat:
    """Return places of a datum to WGS84.

    Raises
    ------
    GeoError
        When there is no such datum.
    """
    if datum not in DATUMS:
        raise GeoError(f"unknown datum {datum!r}. Remedy: use one of {', '.join(DATUMS)}")
    return DATUMS[datum](lon, lat)


def _as_degrees(lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _is_shifted(lon: _Degrees, lat: _Degrees) -> NDArray[np.bool_]:
    west, south, east, north = _SHIFTED
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _shift(lon: _Degrees, lat: _Degrees) -> _LonLat:
    """Return by how many degrees GCJ-02 moves places."""
    x, y = lon - _CENTRE_LON, lat - _CENTRE_LAT
    root, waves = np.sqrt(np.abs(x)), 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2.0 / 3.0 * (waves + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi))
    east += 2.0 / 3.0 * (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2.0 / 3.0 * (waves + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi))
    north += 2.0 / 3.0 * (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0))
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (magic * np.sqrt(magic))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(magic) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def _inverse(way_out: Callable[[ArrayLike, ArrayLike], _LonLat], lon: ArrayLike, lat: ArrayLike) -> _LonLat:
    """Return the places that a way out leads to the given ones, by repeating it with what was missed."""
    aim_lon, aim_lat = _as_degrees(lon, lat)
    lon, lat = aim_lon.copy(), aim_lat.copy()
    for _ in range(_MOST_ROUNDS):
        hit_lon, hit_lat = way_out(lon, lat)
        miss_lon, miss_lat = hit_lon - aim_lon, hit_lat - aim_lat
        lon, lat = lon - miss_lon, lat - miss_lat
        missed = np.maximum(np.abs(miss_lon), np.abs(miss_lat))
        if not np.nanmax(missed, initial=0.0) > _CLOSE_DEGREES:
            break
    return lon, lat
