"""Coordinate systems that files can be asked for: WGS84, CGCS2000, its three-degree zones, GCJ-02 marked as such."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.crs import Bounds, wgs84_to_gcj02
from geo.errors import GeoError

__all__ = ["GCJ02", "SYSTEMS", "System", "as_system", "system_of"]

#: Systems by the names that they are asked for; a zone may have its number behind a colon, ``cgcs2000-zone:40``.
SYSTEMS = ("wgs84", "cgcs2000", "cgcs2000-3", "cgcs2000-zone", "gcj02")
GCJ02 = "GCJ-02"
# Three-degree zones of China by their central meridians 75° to 135° E, zones 25 to 45; eastings begin with the number
# of the zone (EPSG:4513 to 4533) or not (EPSG:4534 to 4554).
_FIRST_ZONE, _LAST_ZONE = 25, 45
_WITH_NUMBER, _WITHOUT_NUMBER = 4513, 4534
_DEGREES = 3
_ASKED = re.compile(r"(?P<name>[a-z0-9-]+)(?::(?P<number>\d{2,3}))?")


@dataclass(frozen=True)
class System:
    """A coordinate system of a file.

    Parameters
    ----------
    name
        As it is asked for.
    crs
        What the file says; for GCJ-02 a system of that name on the ellipsoid of WGS84, which none has a number for.
    words
        What a reader is told.
    """

    name: str
    crs: CRS
    words: str

    @property
    def is_shifted(self) -> bool:
        """Whether places are moved from where they are, as maps published in China are."""
        return self.name == "gcj02"


def system_of(asked: str, bounds: Bounds) -> System:
    """Return a system by its name.

    Parameters
    ----------
    asked
        One of `SYSTEMS`. ``cgcs2000-3`` is the three-degree zone that the middle of the data lies in, with eastings
        around 500,000 m; ``cgcs2000-zone`` the same with the zone's number before them. ``cgcs2000-3:120`` names the
        central meridian and ``cgcs2000-zone:40`` the zone, as for a county that crosses the border of two.
    bounds
        West, south, east, north of the data in degrees.

    Raises
    ------
    GeoError
        When there is no such system or zone.

    Examples
    --------
    >>> system_of("cgcs2000-zone", (119.9, 29.5, 120.6, 30.1)).words
    'EPSG:4528, CGCS2000 / 3-degree Gauss-Kruger zone 40'
    """
    match = _ASKED.fullmatch(asked.lower())
    if match is None or match["name"] not in SYSTEMS or (match["number"] and match["name"] not in SYSTEMS[2:4]):
        raise GeoError(f"There is no coordinate system {asked!r}. Remedy: use one of {', '.join(SYSTEMS)}.")
    name, number = match["name"], match["number"]
    if name == "gcj02":
        return System(name, _gcj02(), f"{GCJ02}, moved from WGS84 by some hundred metres")
    if name in SYSTEMS[:2]:
        return _numbered(name, {"wgs84": 4326, "cgcs2000": 4490}[name])
    zone = round((bounds[0] + bounds[2]) / 2 / _DEGREES)
    if number is not None:
        zone = int(number) if name == "cgcs2000-zone" else round(int(number) / _DEGREES)
    if not _FIRST_ZONE <= zone <= _LAST_ZONE or (name == "cgcs2000-3" and int(number or 0) % _DEGREES):
        raise GeoError(
            f"{asked}: the three-degree zones of CGCS2000 are those of 75° E to 135° E, numbers {_FIRST_ZONE} to "
            f"{_LAST_ZONE}. Remedy: use wgs84, or name a zone."
        )
    return _numbered(name, (_WITH_NUMBER if name == "cgcs2000-zone" else _WITHOUT_NUMBER) + zone - _FIRST_ZONE)


def as_system(layer: gpd.GeoDataFrame, system: System) -> gpd.GeoDataFrame:
    """Return a layer in longitude and latitude (EPSG:4326) in another system."""
    if not system.is_shifted:
        return layer if system.name == "wgs84" else layer.to_crs(system.crs)
    shifted = shapely.transform(layer.geometry.to_numpy(), _shift)
    return layer.set_geometry(gpd.GeoSeries(shifted, index=layer.index, crs=system.crs))


def _shift(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(wgs84_to_gcj02(lonlat[:, 0], lonlat[:, 1]))


def _numbered(name: str, number: int) -> System:
    crs = CRS.from_epsg(number)
    return System(name, crs, f"EPSG:{number}, {crs.name}")


@cache
def _gcj02() -> CRS:
    """Return a system that says its name: a program that does not know it shows it where it lies, not where it is."""
    ellipsoid = 'DATUM["GCJ-02",SPHEROID["WGS 84",6378137,298.257223563]]'
    return CRS.from_wkt(f'GEOGCS["{GCJ02}",{ellipsoid},PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]')
