"""Findings on coordinates: how they are written, places that stand for none, axes, systems and datums, by evidence."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.areas import levels
from geo.crs import DATUMS, LONLAT
from geo.intake.doctor.angles import ANGLE_KINDS, Angles, read_angles
from geo.intake.doctor.case import Case
from geo.intake.doctor.datum import weigh_datums
from geo.intake.doctor.finding import Finding, make_finding
from geo.intake.doctor.systems import clear_system, find_systems, is_outside_of_use
from geo.layers import AREA_LEVELS
from geo.store import Release, read_layer

__all__ = ["Points", "case_angles", "find_coordinates", "find_placeholders", "guess_zone", "may_repeat", "points_of"]

_Floats = NDArray[np.float64]
# A place that as many rows share is no place; real ones, a town hall say, gather less.
_PLACEHOLDER_SHARE, _PLACEHOLDER_ROWS = 0.05, 20
_MOST_ELSEWHERE = 0.5
_NOTED_SHARE = 0.05
_MOST_NAMED = 3
_KNOWN_CODES_SHARE = 0.6
# Odd, and without a pattern in its bits: places that differ are mixed to numbers that differ.
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_CHINA = (72.0, 0.8, 137.9, 55.9)
# CGCS2000, 3-degree zones 25 to 45 and 6-degree zones 13 to 23, whose number stands before the easting.
_ZONES = {**{zone: 4513 + zone - 25 for zone in range(25, 46)}, **{zone: 4491 + zone - 13 for zone in range(13, 24)}}
_ZONE_M = 1_000_000
_LEAST_METRES, _MOST_EASTING = 10_000.0, 1_000_000.0


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
    """

    first: _Floats
    second: _Floats
    rows: NDArray[np.int64]
    columns: tuple[str, str] | None = None

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which rows have both numbers."""
        return np.isfinite(self.first) & np.isfinite(self.second)

    def without(self, gone: NDArray[np.bool_]) -> Points:
        """Return the points with some of them missing."""
        return replace(self, first=np.where(gone, np.nan, self.first), second=np.where(gone, np.nan, self.second))


def find_coordinates(case: Case) -> Iterator[Finding]:
    """Find what is wrong with the coordinates of points."""
    yield from _find_label(case)
    yield from _find_writing(case)
    points = points_of(case)
    if points is None or not points.known.any():
        return
    gone = np.zeros(len(points.rows), dtype=bool)
    for lon, lat, hit in find_placeholders(points.first, points.second):
        gone |= hit
        figures = {"lon": lon, "lat": lat, "share": float(hit.sum() / points.known.sum())}
        yield make_finding("coordinates.placeholder", count=hit.sum(), rows=points.rows[hit], figures=figures)
    points = points.without(gone)
    if not points.known.any():
        return
    located = yield from _find_place(case, points)
    if located is not None:
        yield from _find_datum(case, located)


def points_of(case: Case) -> Points | None:
    """Return the coordinates of a file's rows, read however they are written; None if it has none."""
    table = case.table
    rows = table.cells.index.to_numpy(dtype=np.int64)
    lon, lat = case.source("lon"), case.source("lat")
    if lon in table.columns and lat in table.columns:
        first, second = (case_angles(case, str(name)).degrees for name in (lon, lat))
        return Points(first, second, rows, (str(lon), str(lat)))
    if table.geometry is None:
        return None
    is_point = shapely.get_type_id(table.geometry) == int(shapely.GeometryType.POINT)
    if not is_point.any():
        return None
    first, second = (np.where(is_point, get(table.geometry), np.nan) for get in (shapely.get_x, shapely.get_y))
    return Points(first, second, rows)


def case_angles(case: Case, column: str) -> Angles:
    """Return a column's degrees, read once for all finders."""
    if column not in case.angles:
        case.angles[column] = read_angles(case.table.cells[column])
    found: Angles = case.angles[column]
    return found


def find_placeholders(lon: _Floats, lat: _Floats) -> Iterator[tuple[float, float, NDArray[np.bool_]]]:
    """Yield places that stand for no place: both numbers whole on several rows, or shared by one row in twenty.

    Examples
    --------
    >>> lon, lat = np.array([-77.0, -77.0, -76.61, -76.62]), np.array([39.0, 39.0, 39.29, 39.31])
    >>> [(at_lon, at_lat, hit.tolist()) for at_lon, at_lat, hit in find_placeholders(lon, lat)]
    [(-77.0, 39.0, [True, True, False, False])]
    """
    known = np.isfinite(lon) & np.isfinite(lat)
    shared = known & may_repeat(lon, lat)
    counts = pd.DataFrame({"lon": lon[shared], "lat": lat[shared]}).value_counts().reset_index(name="rows")
    is_whole = (counts["lon"] == counts["lon"].round()) & (counts["lat"] == counts["lat"].round())
    usual = max(_PLACEHOLDER_ROWS, _PLACEHOLDER_SHARE * known.sum())
    told = counts[(is_whole & (counts["rows"] > 1)) | (counts["rows"] >= usual)]
    for at_lon, at_lat in zip(told["lon"], told["lat"], strict=True):
        yield float(at_lon), float(at_lat), (lon == at_lon) & (lat == at_lat)


def may_repeat(lon: _Floats, lat: _Floats) -> NDArray[np.bool_]:
    """Tell which places may come more than once: all that do, and by chance a few more.

    Examples
    --------
    >>> may_repeat(np.array([1.0, 2.0, 1.0]), np.array([5.0, 5.0, 5.0])).tolist()
    [True, False, True]
    """
    # Zero is told from zero below nothing by its bits alone.
    mixed = ((lon + 0.0).view(np.uint64) * _MIXER) ^ (lat + 0.0).view(np.uint64)
    ordered = np.sort(mixed)
    return np.isin(mixed, ordered[1:][ordered[1:] == ordered[:-1]])


def guess_zone(numbers: _Floats) -> str | None:
    """Return the CGCS2000 zone whose number stands before eastings, as ``EPSG:4528``; None if they have no such prefix.

    Examples
    --------
    >>> guess_zone(np.array([40512345.0, 40498000.0])), guess_zone(np.array([512345.0]))
    ('EPSG:4528', None)
    """
    known = numbers[np.isfinite(numbers)]
    prefixes = np.unique((known // _ZONE_M).astype(np.int64)) if len(known) else np.empty(0, np.int64)
    return f"EPSG:{_ZONES[int(prefixes[0])]}" if len(prefixes) == 1 and int(prefixes[0]) in _ZONES else None


def _find_label(case: Case) -> Iterator[Finding]:
    """Look at what a file with geometry says of its system."""
    table = case.table
    if table.geometry is None or not len(table.geometry):
        return
    if table.crs is None:
        yield make_finding("coordinates.no_system", count=len(table.geometry))
        return
    try:
        crs = CRS.from_user_input(table.crs)
        bounds = Transformer.from_crs(crs, LONLAT, always_xy=True).transform_bounds(
            *shapely.total_bounds(table.geometry)
        )
    except (CRSError, ProjError):
        yield make_finding("coordinates.unknown_system", count=len(table.geometry))
        return
    if is_outside_of_use(crs, bounds):
        use = crs.area_of_use.name if crs.area_of_use else ""
        yield make_finding("coordinates.label", count=len(table.geometry), figures={"name": crs.name, "use": use})


def _find_writing(case: Case) -> Iterator[Finding]:
    """Look at how numbers are written."""
    codes = {"comma": "coordinates.comma", "sexagesimal": "coordinates.sexagesimal", "other": "coordinates.no_number"}
    for target in ("lon", "lat"):
        source = case.source(target)
        if source is None or source not in case.table.columns:
            continue
        cells = case.table.cells[source]
        angles = case_angles(case, source)
        for kind, code in codes.items():
            hit = angles.kinds == ANGLE_KINDS.index(kind)
            if hit.any():
                yield make_finding(code, count=hit.sum(), rows=cells.index.to_numpy()[hit], column=source)


def _find_place(case: Case, points: Points) -> Generator[Finding, None, Points | None]:
    """Look where points lie; return them in degrees when that is where they should.

    Returns
    -------
    Points or None
        In longitude and latitude.
    """
    lonlat = _by_label(case, points)
    region = _region(case.release)
    if region is None:
        return (yield from _find_range(lonlat))
    known = lonlat.known
    inside = shapely.contains_xy(region, lonlat.first[known], lonlat.second[known])
    if inside.mean() >= 1 - _MOST_ELSEWHERE:
        out = np.flatnonzero(known)[~inside]
        if len(out):
            severity: Any = "note" if len(out) / known.sum() < _NOTED_SHARE else "warn"
            share = {"share": float(len(out) / known.sum())}
            rows = lonlat.rows[out]
            yield make_finding("coordinates.outside", count=len(out), rows=rows, figures=share, severity=severity)
        return lonlat
    candidates = find_systems(points.first, points.second, region)
    clear = clear_system(candidates)
    figures: dict[str, Any] = {"share": float(inside.mean()), "compared": int(known.sum())}
    if clear is not None:
        found = figures | {"crs": clear.crs, "name": clear.name, "found": clear.share}
        if clear.crs == "EPSG:4326" and clear.swapped:
            yield make_finding("coordinates.swapped", count=known.sum(), figures=found)
            return replace(points, first=points.second, second=points.first)
        code = "coordinates.system_swapped" if clear.swapped else "coordinates.system"
        yield make_finding(code, count=known.sum(), figures=found)
    elif candidates:
        told = "; ".join(f"{one.name} ({one.crs}) {one.share:.0%}" for one in candidates[:_MOST_NAMED])
        yield make_finding("coordinates.system_unclear", count=known.sum(), figures=figures | {"candidates": told})
    else:
        yield make_finding("coordinates.elsewhere", count=known.sum(), figures=figures)
    return lonlat


def _by_label(case: Case, points: Points) -> Points:
    """Return points in the degrees that the file says they are in."""
    crs = (case.recipe.crs if case.recipe else None) or (case.table.crs if points.columns is None else None)
    if crs is None:
        return points
    try:
        transformer = Transformer.from_crs(CRS.from_user_input(crs), LONLAT, always_xy=True)
    except (CRSError, ProjError):
        return points
    lon, lat = transformer.transform(points.first, points.second)
    finite = np.isfinite(lon) & np.isfinite(lat)
    return replace(points, first=np.where(finite, lon, np.nan), second=np.where(finite, lat, np.nan))


def _find_range(points: Points) -> Generator[Finding, None, Points | None]:
    """Look at the size of numbers, where nothing tells where points should lie; return them if they are degrees."""
    known = points.known
    first, second, n = points.first[known], points.second[known], int(known.sum())
    largest = (float(np.median(np.abs(first))), float(np.median(np.abs(second))))
    if max(largest) >= _LEAST_METRES:
        zone = guess_zone(first) or guess_zone(second)
        if zone is not None:
            code = "coordinates.zone" if guess_zone(first) else "coordinates.zone_swapped"
            yield make_finding(code, count=n, figures={"crs": zone, "name": CRS.from_user_input(zone).name})
        else:
            yield make_finding("coordinates.metres", count=n)
        return None
    if ((np.abs(first) <= 90) & (np.abs(second) > 90) & (np.abs(second) <= 180)).mean() > _MOST_ELSEWHERE:
        yield make_finding("coordinates.swapped_range", count=n)
        return replace(points, first=points.second, second=points.first)
    nowhere = known & ~((np.abs(points.first) <= 180) & (np.abs(points.second) <= 90))
    if nowhere.any():
        yield make_finding("coordinates.no_degrees", count=nowhere.sum(), rows=points.rows[nowhere])
    return points.without(nowhere)


def _region(release: Release | None) -> shapely.Geometry | None:
    if release is None or not release.has("grids"):
        return None
    top = AREA_LEVELS[levels(release)[0]]
    region = shapely.union_all(read_layer(release, top)["geometry"].to_numpy())
    shapely.prepare(region)
    return region


def _find_datum(case: Case, points: Points) -> Iterator[Finding]:
    """Weigh the datums of points in China by the areas that the file records for them."""
    known = points.known
    west, south, east, north = _CHINA
    lon, lat = points.first[known], points.second[known]
    if not known.any() or ((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).mean() <= _MOST_ELSEWHERE:
        return
    recorded = _recorded_areas(case)
    if recorded is None:
        yield make_finding("coordinates.datum_unknown", count=known.sum())
        return
    level, column, positions, polygons = recorded
    evidence = weigh_datums(points.first, points.second, positions, polygons)
    figures: dict[str, Any] = {"level": level, "recorded": column, "compared": evidence.compared}
    figures |= {datum: evidence.share(datum) or 0.0 for datum in DATUMS}
    if evidence.clear == "wgs84":
        yield make_finding("coordinates.datum_right", count=evidence.compared, figures=figures)
    elif evidence.clear is not None:
        code = f"coordinates.datum_{evidence.clear}"
        yield make_finding(code, count=known.sum(), figures=figures)
    elif evidence.compared:
        yield make_finding("coordinates.datum_unclear", count=evidence.compared, figures=figures)


def _recorded_areas(case: Case) -> tuple[str, str, NDArray[np.intp], NDArray[np.object_]] | None:
    """Return the finest areas that the file records: level, column, position of each row's area, their polygons."""
    if case.release is None:
        return None
    for level in reversed(levels(case.release)):
        layer = read_layer(case.release, AREA_LEVELS[level])
        for key in (f"{level}_id", "name"):
            codes = pd.Index(layer[key].astype("str"))
            if not codes.is_unique:
                continue
            column = next((name for name in case.table.columns if _records(case, name, codes)), None)
            if column is not None:
                positions = codes.get_indexer(pd.Index(case.table.cells[column]))
                return level, column, positions, layer["geometry"].to_numpy()
    return None


def _records(case: Case, column: str, codes: pd.Index[Any]) -> bool:
    if column in case.persons:
        return False
    sample = case.table.sample(column)
    return len(sample) > 0 and bool((codes.get_indexer(pd.Index(sample)) >= 0).mean() >= _KNOWN_CODES_SHARE)
