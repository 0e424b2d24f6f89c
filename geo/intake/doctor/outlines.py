"""Findings on outlines of areas: broken, on each other, with gaps between, in far parts, outside of their parent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from geo.crs import LONLAT
from geo.intake.doctor.areas import (
    SLIVER_WIDTH_M,
    Metric,
    far_parts,
    find_gaps,
    find_outside,
    find_overlaps,
    find_slivers,
    stray_parts,
)
from geo.intake.doctor.case import Case, System
from geo.intake.doctor.finding import Finding, make_finding
from geo.intake.doctor.table import RawTable
from geo.intake.shapes import repair_polygons
from geo.layers import AREA_LEVELS, LAYERS
from geo.store import read_layer

__all__ = ["NARROW_M", "border_faults", "find_outlines", "outlines_found", "outlines_of"]

#: Gaps and overlaps up to this width are slips of drawing; wider ones somebody has to decide.
NARROW_M = 20.0
_POLYGONS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))
# Of what two areas hold, or of what the smaller one holds, both hold as much: they are one, or one lies in the other.
_TWICE, _ENCLAVE = 0.98, 0.98
# Less of an area outside of its parent, or a narrower strip, is a border drawn twice.
_LEAST_OUTSIDE = 0.01


def find_outlines(case: Case) -> Iterator[Finding]:
    """Find what is wrong with the outlines of a file of areas."""
    shapes = case.table.geometry
    if shapes is None or not _are_areas(case, shapes):
        return
    rows = case.table.cells.index.to_numpy(dtype=np.int64)
    empty = (shapely.is_missing(shapes) | shapely.is_empty(shapes)) & ~np.isin(rows, case.table.unreadable)
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    other = there & ~np.isin(shapely.get_type_id(shapes), _POLYGONS)
    for code, hit in (("areas.empty", empty), ("areas.not_polygons", other)):
        if hit.any():
            yield make_finding(code, count=hit.sum(), rows=rows[hit])
    invalid = there & ~other & ~shapely.is_valid(shapes)
    if invalid.any():
        reasons = Counter(str(reason).partition("[")[0] for reason in shapely.is_valid_reason(shapes[invalid]))
        told = ", ".join(f"{reason} ({n})" for reason, n in reasons.most_common(3))
        yield make_finding("areas.invalid", count=invalid.sum(), rows=rows[invalid], figures={"reasons": told})
    system = case.system[-1] if case.system else System((case.recipe.crs or "") if case.recipe else "", swapped=False)
    outlines = outlines_of(case.table, crs=system.crs or None, swapped=system.swapped)
    if outlines is None:
        yield make_finding("areas.no_place", count=len(shapes))
    elif len(outlines):
        yield from _find_borders(outlines)
        yield from _find_parts(outlines, mended=rows[invalid])
        yield from _find_parents(case, outlines)


def outlines_of(table: RawTable, *, crs: str | None = None, swapped: bool = False) -> gpd.GeoDataFrame | None:
    """Return the areas of a file, repaired, in EPSG:4326, by row; None where it is not known where they lie.

    Parameters
    ----------
    table
        The file's table with its shapes.
    crs
        System that holds instead of the file's own word.
    swapped
        Whether the second number is the one that goes east.
    """
    shapes, told = table.geometry, crs or table.crs
    if shapes is None:
        return None
    usable = ~shapely.is_missing(shapes) & np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
    drawn = shapely.transform(shapes[usable], lambda points: points[:, ::-1]) if swapped else shapes[usable]
    try:
        system = CRS.from_user_input(told) if told is not None else _assumed(drawn)
        layer = gpd.GeoDataFrame(geometry=drawn, index=table.cells.index[usable], crs=system)
        lonlat = layer.to_crs(LONLAT)
    except (CRSError, ProjError, ValueError):
        return None
    west, south, east, north = lonlat.total_bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    repaired, _ = repair_polygons(lonlat, pd.Series(lonlat.index, index=lonlat.index))
    return repaired


def outlines_found(table: RawTable, findings: Iterable[Finding]) -> gpd.GeoDataFrame | None:
    """Return the areas of a file as `outlines_of`, in the system that the findings tell, if they tell one."""
    told = [one for one in findings if one.repair in ("coordinates:system", "coordinates:swap")]
    if not told:
        return outlines_of(table)
    swapped = told[-1].code.removesuffix("_range").endswith("swapped")
    return outlines_of(table, crs=str(told[-1].figures.get("crs", "EPSG:4326")), swapped=swapped)


def border_faults(outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return gaps and overlaps as areas for a map and a table.

    Parameters
    ----------
    outlines
        Areas in EPSG:4326; the index is the row.

    Returns
    -------
    GeoDataFrame
        ``kind`` (``overlap``, ``gap``, ``hole``), ``rows`` (of the areas concerned, as text), ``area_m2``,
        ``width_m``, ``geometry``; the largest of each kind first.
    """
    metric, rows = Metric.of(outlines.geometry.to_numpy()), outlines.index
    overlaps, gaps = find_overlaps(metric), find_gaps(metric, open_width_m=NARROW_M)
    overlaps["kind"] = "overlap"
    pairs = zip(overlaps["first"], overlaps["second"], strict=True)
    overlaps["rows"] = [f"{rows[first]}, {rows[second]}" for first, second in pairs]
    gaps["kind"] = ["gap" if len(around) > 1 else "hole" for around in gaps["neighbours"]]
    gaps["rows"] = [", ".join(str(rows[place]) for place in around) for around in gaps["neighbours"]]
    columns = ["kind", "rows", "area_m2", "width_m", "geometry"]
    together = pd.concat([overlaps[columns], gaps[columns]], ignore_index=True)
    return gpd.GeoDataFrame(together, geometry="geometry", crs=LONLAT)


def _are_areas(case: Case, shapes: NDArray[np.object_]) -> bool:
    if case.layer in LAYERS:
        return LAYERS[str(case.layer)].kind == "area"
    return bool(np.isin(shapely.get_type_id(shapes), _POLYGONS).any())


def _assumed(shapes: NDArray[np.object_]) -> CRS | None:
    """Return longitude and latitude for numbers that can be such."""
    west, south, east, north = shapely.total_bounds(shapes)
    return LONLAT if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None


def _find_borders(outlines: gpd.GeoDataFrame) -> Iterator[Finding]:
    metric, rows = Metric.of(outlines.geometry.to_numpy()), outlines.index.to_numpy(dtype=np.int64)
    slivers = find_slivers(metric)
    if len(slivers):
        yield make_finding("areas.slivers", count=len(slivers), rows=rows[slivers])
    overlaps = find_overlaps(metric)
    twice = overlaps["alike"] >= _TWICE
    if twice.any():
        yield make_finding("areas.double", count=twice.sum(), rows=rows[overlaps.loc[twice, "second"]])
    overlaps = overlaps[~twice]
    enclave = overlaps["share"] >= _ENCLAVE
    if enclave.any():
        inner = _smaller_of(metric, overlaps[enclave])
        yield make_finding("areas.enclaves", count=enclave.sum(), rows=rows[inner], figures=_sizes(overlaps[enclave]))
    overlaps = overlaps[~enclave]
    if len(overlaps):
        narrow = bool((overlaps["width_m"] <= NARROW_M).all())
        concerned = np.unique(overlaps[["first", "second"]].to_numpy())
        figures = _sizes(overlaps)
        count = len(overlaps)
        yield make_finding("areas.overlaps", count=count, rows=rows[concerned], figures=figures, repairable=narrow)
    gaps = find_gaps(metric, open_width_m=NARROW_M)
    is_narrow = gaps["width_m"] <= NARROW_M
    for code, found in (("areas.gaps", gaps[is_narrow]), ("areas.holes", gaps[~is_narrow])):
        if len(found):
            around = np.unique([place for places in found["neighbours"] for place in places]).astype(np.intp)
            yield make_finding(code, count=len(found), rows=rows[around], figures=_sizes(found))


def _smaller_of(metric: Metric, pairs: pd.DataFrame) -> NDArray[np.intp]:
    """Return the smaller area of each pair."""
    first, second = (pairs[name].to_numpy(dtype=np.intp) for name in ("first", "second"))
    sizes = shapely.area(metric.metres)
    return np.where(sizes[first] < sizes[second], first, second)


def _find_parts(outlines: gpd.GeoDataFrame, *, mended: NDArray[np.int64]) -> Iterator[Finding]:
    """Look at areas of several parts."""
    metric, rows = Metric.of(outlines.geometry.to_numpy()), outlines.index.to_numpy(dtype=np.int64)
    far = far_parts(metric)
    if far:
        farthest = {"farthest_km": max(far.values()) / 1000}
        yield make_finding("areas.far_parts", count=len(far), rows=rows[list(far)], figures=farthest)
    strays = rows[stray_parts(metric)]
    # A broken outline falls into parts when it is repaired; that it is broken has been told.
    strays = strays[~np.isin(strays, mended)]
    if len(strays):
        yield make_finding("areas.stray_parts", count=len(strays), rows=strays)


def _sizes(found: pd.DataFrame) -> dict[str, float]:
    return {"total_m2": float(found["area_m2"].sum()), "widest_m": float(found["width_m"].max())}


def _find_parents(case: Case, outlines: gpd.GeoDataFrame) -> Iterator[Finding]:
    """Compare areas with the station or village that the file names for them, if the release has it."""
    for level, layer in AREA_LEVELS.items():
        source = case.source(f"{level}_id")
        if source not in case.table.columns or case.release is None or not case.release.has(layer):
            continue
        if case.layer is None or f"{level}_id" not in LAYERS[case.layer].parents:
            continue
        parents: Any = read_layer(case.release, layer).set_index(f"{level}_id")["geometry"]
        named = case.table.cells.loc[outlines.index, str(source)]
        shapes = parents.reindex(named).to_numpy(dtype=object)
        outside = find_outside(Metric.of(outlines.geometry.to_numpy()), shapes)
        told = outside[(outside["share"] >= _LEAST_OUTSIDE) & (outside["width_m"] > SLIVER_WIDTH_M)]
        if len(told):
            worst = told.sort_values("share", ascending=False, kind="stable")
            rows = outlines.index.to_numpy(dtype=np.int64)[worst.index]
            figures: dict[str, Any] = {"level": level, "most": float(worst["share"].iloc[0])}
            yield make_finding("areas.outside_parent", count=len(told), rows=rows, column=source, figures=figures)
