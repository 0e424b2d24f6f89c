"""In which coordinate system numbers are, by evidence: which one puts them where the areas are.

A file may say nothing, or say it wrongly: metres of a zone without its prefix, feet, latitude first, a label with a
slip of the pen. Every system that is in use where the areas lie is tried in both orders, and the share of points that
then lie in the areas is told. The exact way from a system to WGS84 takes a tenth of a second to look up, and there are
a hundred systems: which of them come near the areas at all is first told without the shift of their datum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError

from geo.crs import LONLAT, Bounds
from geo.intake.doctor.zones import CHINA, CHINESE_ZONES

__all__ = ["SystemCandidate", "clear_system", "find_systems", "is_outside_of_use"]

_Floats: TypeAlias = NDArray[np.float64]
_MOST_POINTS = 2_000
_WGS84 = "EPSG:4326"
# What points come in most often, tried first; of systems that put points to the same places the first one is told.
_USUAL = ("CGCS2000 / 3-degree", "CGCS2000", "WGS 84 / UTM", "WGS 84 / Pseudo-Mercator")
# Of systems that put points to the same places another one is told only if it has so much more of them in the region.
_MORE = 0.05
_LEAST_METRES = 10_000.0
# Systems with the same lines and another datum differ by less; which of them it is nobody can tell from places alone.
_SAME_PLACE_M = 300.0
_LEAST_SHARE = 0.05
_CLEAR_SHARE = 0.8
_CLEAR_LEAD = 0.3
# Over all systems of the EPSG register a datum shifts places by 1.5 km at most (Reunion 1947), a seventh of this.
_FARTHEST_SHIFT_DEG = 0.1
_POLAR_DEG = 80.0
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class SystemCandidate:
    """A system that the numbers may be in.

    Parameters
    ----------
    crs
        Such as ``EPSG:4549``.
    name
        Its name in the EPSG register.
    swapped
        Whether the second number is the one that goes east.
    share
        Share of the points that lie in the region then.
    """

    crs: str
    name: str
    swapped: bool
    share: float


def find_systems(first: ArrayLike, second: ArrayLike, region: shapely.Geometry) -> tuple[SystemCandidate, ...]:
    """Try every system in use where a region lies.

    Parameters
    ----------
    first, second
        n numbers each, as the file's columns have them (longitude or easting first, if they are in order).
    region
        Where the points should lie: all areas, in longitude and latitude, WGS84.

    Returns
    -------
    tuple of SystemCandidate
        Those that put at least one point in twenty into the region, the best first; of several that put them to the
        same places, within 300 m, the most usual one. From all points, or 2,000 of them, taken evenly. In China all
        zones of CGCS2000 are tried, in use there or not, where no other system is clear.

    Examples
    --------
    >>> found = find_systems([3320113.4] * 5, [40500000.0] * 5, shapely.box(119.9, 29.9, 120.1, 30.1))
    >>> found[0].crs, found[0].swapped
    ('EPSG:4528', True)
    """
    numbers = _sample(np.asarray(first, np.float64), np.asarray(second, np.float64))
    if not len(numbers[0]):
        return ()
    shapely.prepare(region)
    west, south, east, north = shapely.bounds(region).tolist()
    candidates = _try_systems(_systems((west, south, east, north)), *numbers, region)
    # A zone of another meridian is drawn on beyond its border: such numbers are in a system that is not in use there.
    if clear_system(candidates) is None and _may_be_chinese_zone((west, south, east, north), *numbers):
        systems = dict([*_chinese_zones(), *_systems((west, south, east, north))])
        candidates = _try_systems(systems.items(), *numbers, region)
    return candidates


def _try_systems(
    systems: Iterable[tuple[str, str]], first: _Floats, second: _Floats, region: shapely.Geometry
) -> tuple[SystemCandidate, ...]:
    found: list[tuple[SystemCandidate, _Floats, _Floats]] = []
    around = _widen(*shapely.bounds(region).tolist())
    for crs, name in systems:
        for swapped in (False, True):
            numbers = (second, first) if swapped else (first, second)
            if not _come_near(*numbers, crs=crs, around=around):
                continue
            lon, lat = _to_lonlat(*numbers, crs=crs)
            share = float(shapely.contains_xy(region, lon, lat).mean())
            if share < _LEAST_SHARE:
                continue
            same = next((other for other in found if _same_places((lon, lat), other[1:])), None)
            if same is None or share > same[0].share + _MORE:
                found.append((SystemCandidate(crs, name, swapped, share), lon, lat))
    # Sorting keeps the usual ones in front of others with the same share.
    return tuple(sorted((one for one, _, _ in found), key=lambda one: -round(one.share, 2)))


def clear_system(candidates: Sequence[SystemCandidate]) -> SystemCandidate | None:
    """Return the candidate that the evidence is clear for: most points in the region, and no other near it."""
    if not candidates or candidates[0].share < _CLEAR_SHARE:
        return None
    second = candidates[1].share if len(candidates) > 1 else 0.0
    return candidates[0] if candidates[0].share - second >= _CLEAR_LEAD else None


def is_outside_of_use(crs: object, bounds: Bounds) -> bool:
    """Tell whether data lie wholly outside of where their system is in use, so that its label may be wrong.

    Parameters
    ----------
    crs
        The system that the file names.
    bounds
        Of the data, in longitude and latitude.

    Examples
    --------
    Hu Tzu Shan 1950 is a system of Taiwan.

    >>> [is_outside_of_use(crs, (-87.9, 41.6, -87.5, 42.0)) for crs in ("EPSG:4236", "EPSG:4326")]
    [True, False]
    """
    use = CRS.from_user_input(crs).area_of_use
    if use is None or use.west > use.east:
        return False
    west, south, east, north = bounds
    return west > use.east or east < use.west or south > use.north or north < use.south


def _sample(first: _Floats, second: _Floats) -> tuple[_Floats, _Floats]:
    known = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
    if len(known) > _MOST_POINTS:
        known = known[np.linspace(0, len(known) - 1, _MOST_POINTS).astype(np.intp)]
    return first[known], second[known]


def _systems(bounds: Bounds) -> Iterator[tuple[str, str]]:
    """Give WGS84 and every projected system in use at a place, the usual ones first."""
    yield _WGS84, LONLAT.name
    yield from _projected_systems(*(round(degrees, 1) for degrees in bounds))


@lru_cache(maxsize=8)
def _projected_systems(west: float, south: float, east: float, north: float) -> tuple[tuple[str, str], ...]:
    around = AreaOfInterest(west, south, east, north)
    listed = query_crs_info(auth_name="EPSG", pj_types=PJType.PROJECTED_CRS, area_of_interest=around)
    named = [(f"EPSG:{one.code}", one.name) for one in listed if not one.deprecated]
    return tuple(sorted(named, key=lambda one: (_usual_rank(one[1]), one[0])))


def _may_be_chinese_zone(bounds: Bounds, first: _Floats, second: _Floats) -> bool:
    west, south, east, north = CHINA
    inside = bounds[0] < east and bounds[2] > west and bounds[1] < north and bounds[3] > south
    return inside and float(np.median(np.maximum(np.abs(first), np.abs(second)))) >= _LEAST_METRES


@lru_cache(maxsize=1)
def _chinese_zones() -> tuple[tuple[str, str], ...]:
    return tuple((code, CRS.from_user_input(code).name) for code in CHINESE_ZONES)


def _usual_rank(name: str) -> int:
    return next((rank for rank, usual in enumerate(_USUAL) if name.startswith(usual)), len(_USUAL))


def _widen(west: float, south: float, east: float, north: float) -> Bounds:
    """Return bounds with room for what datums differ by."""
    farthest = max(abs(south), abs(north))
    lat = _FARTHEST_SHIFT_DEG
    lon = lat / math.cos(math.radians(farthest)) if farthest < _POLAR_DEG else 360.0
    return west - lon, south - lat, east + lon, north + lat


def _come_near(first: _Floats, second: _Floats, *, crs: str, around: Bounds) -> bool:
    """Tell whether enough points may lie within bounds; True also where nothing tells that fast."""
    transformer = None if crs == _WGS84 else _unshifted(crs)
    if transformer is None:
        return True
    lon, lat = (np.asarray(degrees) for degrees in transformer.transform(first, second))
    west, south, east, north = around
    near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return bool(near.mean() >= _LEAST_SHARE)


@lru_cache(maxsize=512)
def _unshifted(crs: str) -> Transformer | None:
    """Return the way from a projected system to the degrees of its own datum, which needs no look-up."""
    projected = CRS.from_user_input(crs)
    degrees = projected.geodetic_crs
    meridian = projected.prime_meridian
    if degrees is None or meridian is None or meridian.longitude or degrees.axis_info[0].unit_name != "degree":
        return None
    try:
        return Transformer.from_crs(projected, degrees, always_xy=True)
    except ProjError:
        return None


def _to_lonlat(first: _Floats, second: _Floats, *, crs: str) -> tuple[_Floats, _Floats]:
    """Return degrees; NaN where a system has no way to them."""
    if crs == _WGS84:
        return first, second
    transformer = _transformer(crs)
    if transformer is None:
        return np.full(len(first), np.nan), np.full(len(first), np.nan)
    lon, lat = transformer.transform(first, second)
    return np.asarray(lon), np.asarray(lat)


@lru_cache(maxsize=256)
def _transformer(crs: str) -> Transformer | None:
    """Return the way from a system; None for those that the register names but gives no formula for."""
    try:
        return Transformer.from_crs(crs, LONLAT, always_xy=True)
    except ProjError:
        return None


def _same_places(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Tell whether two ways put points, on the whole, to the same places."""
    both = np.isfinite(one[0]) & np.isfinite(other[0])
    if not both.any():
        return False
    _, _, metres = _GEOD.inv(one[0][both], one[1][both], other[0][both], other[1][both])
    return bool(np.median(metres) < _SAME_PLACE_M)
