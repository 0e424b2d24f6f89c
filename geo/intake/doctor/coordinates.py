"""Findings on coordinates: how they are written, places that stand for none, axes, systems and datums, by evidence."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.areas import levels
from geo.crs import DATUMS, LONLAT
from geo.intake.doctor.angles import ANGLE_KINDS
from geo.intake.doctor.case import Case, System
from geo.intake.doctor.datum import weigh_datums
from geo.intake.doctor.finding import Finding, make_finding
from geo.intake.doctor.labels import find_label, usable_label
from geo.intake.doctor.placeholders import Placeholder, find_placeholders, least_suspicious, may_repeat
from geo.intake.doctor.points import Points, case_angles, evidence_of, points_of
from geo.intake.doctor.systems import clear_system, find_systems
from geo.intake.doctor.zones import CHINA, guess_zone, same_zones
from geo.layers import AREA_LEVELS
from geo.store import Release, read_layer

__all__ = ["Points", "case_angles", "find_coordinates", "find_placeholders", "guess_zone", "may_repeat", "points_of"]

_MOST_ELSEWHERE = 0.5
_NOTED_SHARE = 0.05
_MOST_NAMED = 3
_KNOWN_CODES_SHARE = 0.6
_LEAST_METRES = 10_000.0
_PLACEHOLDER_CODES = {
    "zero": "coordinates.zero",
    "filler": "coordinates.placeholder",
    "shared": "coordinates.shared_point",
}


def find_coordinates(case: Case) -> Iterator[Finding]:
    """Find what is wrong with the coordinates of points, and with the system of areas."""
    yield from find_label(case)
    yield from _find_writing(case)
    points = evidence_of(case)
    if points is None or not points.known.any():
        return
    if not points.of_areas:
        points = yield from _find_placeholders(points)
    if not points.known.any():
        return
    located = yield from _find_place(case, points)
    if located is not None and not points.of_areas:
        yield from _find_datum(case, located)


def _find_placeholders(points: Points) -> Generator[Finding, None, Points]:
    """Tell places that may stand for none; return the points without them."""
    found = list(find_placeholders(points.first, points.second))
    known = int(points.known.sum())
    for one in found:
        figures = {"lon": one.lon, "lat": one.lat, "share": float(one.hit.sum() / known)}
        if one.kind == "shared":
            figures["least"] = least_suspicious(known)
        yield make_finding(
            _PLACEHOLDER_CODES[one.kind], count=one.hit.sum(), rows=points.rows[one.hit], figures=figures
        )
    rest = points.without(_any_hit(found, len(points.rows), kinds=("zero", "filler", "shared")))
    # Where all lie at one point it is a place after all, for what follows.
    return rest if rest.known.any() else points.without(_any_hit(found, len(points.rows), kinds=("zero", "filler")))


def _any_hit(found: list[Placeholder], rows: int, *, kinds: tuple[str, ...]) -> NDArray[np.bool_]:
    hits = [one.hit for one in found if one.kind in kinds]
    return np.logical_or.reduce(hits) if hits else np.zeros(rows, dtype=bool)


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
        return (yield from _find_range(case, lonlat))
    known = lonlat.known
    inside = shapely.contains_xy(region, lonlat.first[known], lonlat.second[known])
    compared = int(points.known.sum())
    share = float(inside.sum() / compared)
    if share >= 1 - _MOST_ELSEWHERE:
        out = np.flatnonzero(known)[~inside]
        if len(out) and not points.of_areas:
            severity: Any = "note" if len(out) / compared < _NOTED_SHARE else "warn"
            figures: dict[str, Any] = {"share": len(out) / compared}
            rows = lonlat.rows[out]
            yield make_finding("coordinates.outside", count=len(out), rows=rows, figures=figures, severity=severity)
        return lonlat
    return (yield from _find_system(case, points, region, {"share": share, "compared": compared}))


def _find_system(
    case: Case, points: Points, region: shapely.Geometry, figures: dict[str, Any]
) -> Generator[Finding, None, Points | None]:
    """Tell the system that puts points where the areas are; return them in degrees, if they are that."""
    compared = figures["compared"]
    candidates = find_systems(points.first, points.second, region)
    clear = clear_system(candidates)
    if clear is not None:
        case.system.append(System(clear.crs, swapped=clear.swapped))
        found = figures | {"crs": clear.crs, "name": clear.name, "found": clear.share}
        if clear.crs == "EPSG:4326" and clear.swapped:
            yield make_finding("coordinates.swapped", count=compared, figures=found)
            return replace(points, first=points.second, second=points.first)
        code = "coordinates.system_swapped" if clear.swapped else "coordinates.system"
        yield make_finding(code, count=compared, figures=found)
        yield from _find_kin(clear.crs, clear.name)
    elif candidates:
        told = "; ".join(f"{one.name} ({one.crs}) {one.share:.0%}" for one in candidates[:_MOST_NAMED])
        yield make_finding("coordinates.system_unclear", count=compared, figures=figures | {"candidates": told})
    else:
        yield from _find_prefix(case, points)
        yield make_finding("coordinates.elsewhere", count=compared, figures=figures)
    return None


def _find_kin(crs: str, name: str) -> Iterator[Finding]:
    """Tell the systems of other datums with the same zones, which places can't tell apart."""
    kin = same_zones(crs)
    if kin is not None:
        yield make_finding("coordinates.same_zones", figures={"name": name, "xian": kin[0], "beijing": kin[1]})


def _by_label(case: Case, points: Points) -> Points:
    """Return points in the degrees that the file says they are in."""
    crs = (case.recipe.crs if case.recipe else None) or (usable_label(case) if points.columns is None else None)
    if crs is None:
        return points
    try:
        transformer = Transformer.from_crs(CRS.from_user_input(crs), LONLAT, always_xy=True)
    except (CRSError, ProjError):
        return points
    lon, lat = transformer.transform(points.first, points.second)
    finite = np.isfinite(lon) & np.isfinite(lat)
    return replace(points, first=np.where(finite, lon, np.nan), second=np.where(finite, lat, np.nan))


def _find_range(case: Case, points: Points) -> Generator[Finding, None, Points | None]:
    """Look at the size of numbers, where nothing tells where points should lie; return them if they are degrees."""
    known = points.known
    first, second, n = points.first[known], points.second[known], int(known.sum())
    if not n:
        return None
    if max(float(np.median(np.abs(first))), float(np.median(np.abs(second)))) >= _LEAST_METRES:
        is_told = yield from _find_prefix(case, points)
        if not is_told:
            yield make_finding("coordinates.metres", count=n)
        return None
    if ((np.abs(first) <= 90) & (np.abs(second) > 90) & (np.abs(second) <= 180)).mean() > _MOST_ELSEWHERE:
        case.system.append(System("EPSG:4326", swapped=True))
        yield make_finding("coordinates.swapped_range", count=n)
        return replace(points, first=points.second, second=points.first)
    nowhere = known & ~((np.abs(points.first) <= 180) & (np.abs(points.second) <= 90))
    if nowhere.any():
        yield make_finding("coordinates.no_degrees", count=nowhere.sum(), rows=points.rows[nowhere])
    return points.without(nowhere)


def _find_prefix(case: Case, points: Points) -> Generator[Finding, None, bool]:
    """Tell the zone whose number stands before the eastings; return whether there is one."""
    in_order = guess_zone(points.first)
    zone = in_order or guess_zone(points.second)
    if zone is None:
        return False
    name = CRS.from_user_input(zone).name
    case.system.append(System(zone, swapped=in_order is None))
    code = "coordinates.zone" if in_order else "coordinates.zone_swapped"
    yield make_finding(code, count=points.known.sum(), figures={"crs": zone, "name": name})
    yield from _find_kin(zone, name)
    return True


def _region(release: Release | None) -> shapely.Geometry | None:
    """Return all areas of a release's uppermost level together."""
    known = levels(release) if release is not None else ()
    if release is None or not known:
        return None
    areas = read_layer(release, AREA_LEVELS[known[0]])["geometry"].to_numpy()
    # Areas whose borders fit are put together many times faster.
    region = shapely.coverage_union_all(areas) if shapely.coverage_is_valid(areas) else shapely.union_all(areas)
    shapely.prepare(region)
    return region


def _find_datum(case: Case, points: Points) -> Iterator[Finding]:
    """Weigh the datums of points in China by the areas that the file records for them."""
    known = points.known
    west, south, east, north = CHINA
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
