"""Polygons of areas: into lon/lat, repaired where the recipe allows it, joined by key, nested in their parents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import ProjError

from geo.crs import Datum, layer_bounds, project_geometries, to_wgs84, working_crs
from geo.errors import Fault, InputRefused, LayerError
from geo.intake.recipes.recipe import Recipe
from geo.intake.repair.close_borders import Closing, WideOverlaps, close_borders
from geo.intake.repair.table import POINT_REPAIRS
from geo.layers import LAYERS, STORE_CRS

__all__ = [
    "Nesting",
    "Prepared",
    "Split",
    "find_parents",
    "nest_areas",
    "prepare_shapes",
    "repair_polygons",
    "split_areas",
    "to_lonlat",
]

# An area of which less lies in its parent is told; what is missing of more is the width of a border drawn twice.
_WHOLE_SHARE = 0.99
_OVERLAP = "largest_overlap"
# What a system is called that none has a number for.
_SHIFTED = re.compile(r"(?<![a-z])gcj[ _-]?02(?!\d)", re.IGNORECASE)
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class Prepared:
    """Areas in lon/lat, what was repaired (names), keys in several pieces (key → pieces), and what was closed."""

    areas: gpd.GeoDataFrame
    repaired: tuple[str, ...]
    dissolved: Mapping[str, int]
    closing: Closing | None = None


@dataclass(frozen=True)
class Split:
    """An area that lies in several parents: the largest share of it and whose, the second and whose (None, 0)."""

    area: str
    parent: str
    share: float
    second: str | None
    second_share: float


@dataclass(frozen=True)
class Nesting:
    """How areas lie in their parents.

    Parameters
    ----------
    column
        Column of the parent's code.
    method
        ``largest_overlap`` or ``representative_point``.
    nested
        Areas that lie in a parent by the method.
    disagreeing
        (area, recorded parent, parent by the method) where the two differ.
    split
        Areas of which less than 99 % lie in one parent, the most divided first; only told by ``largest_overlap``.
    """

    column: str
    method: str
    nested: int
    disagreeing: tuple[tuple[str, str, str], ...]
    split: tuple[Split, ...] = ()


def prepare_shapes(rows: gpd.GeoDataFrame, recipe: Recipe) -> Prepared:
    """Make mapped rows of a file areas, or background, of a layer.

    Parameters
    ----------
    rows
        The layer's columns and the geometry as the file has it; the index is the row.
    recipe
        For the coordinate system, the repairs that are allowed, and whether pieces are joined.

    Raises
    ------
    LayerError
        When geometries are missing or invalid and not to be repaired, or pieces of one area differ.
    InputRefused
        When the coordinate system is not known.
    """
    layer = LAYERS[recipe.layer]
    told = _says_it_is_shifted(rows)
    rows = to_lonlat(rows, name=recipe.file, crs=recipe.crs)
    for repair in () if told else set(POINT_REPAIRS) & set(recipe.repair):
        rows = _unshifted(rows, POINT_REPAIRS[repair])
    _refuse_rows(rows, rows.geometry.isna() | rows.geometry.is_empty, recipe, "no geometry", "draw it, or take it out")
    names = rows[layer.key[0]] if layer.key else rows.index.to_series()
    repaired: tuple[str, ...] = ()
    if layer.kind == "area":
        invalid = ~rows.geometry.is_valid
        if "make_valid" in recipe.repair:
            rows, repaired = repair_polygons(rows, names)
        _refuse_rows(rows, ~rows.geometry.is_valid, recipe, *_invalid(names[invalid]))
    areas, pieces = _dissolve(rows, layer.key[0], recipe) if recipe.dissolve else (rows, {})
    if layer.kind != "area" or recipe.close_borders_m is None:
        return Prepared(areas, repaired, pieces)
    closing = _close(areas, recipe, width_m=recipe.close_borders_m)
    shapes = gpd.GeoSeries(closing.areas, index=areas.index, crs=STORE_CRS)
    return Prepared(areas.set_geometry(shapes), repaired, pieces, closing)


def _close(areas: gpd.GeoDataFrame, recipe: Recipe, *, width_m: float) -> Closing:
    """Close narrow gaps and overlaps; tell wide overlaps with the codes of the areas."""
    try:
        return close_borders(areas.geometry.to_numpy(), width_m=width_m)
    except WideOverlaps as error:
        codes = areas[LAYERS[recipe.layer].key[0]].astype("str").to_numpy()
        pairs = ", ".join(f"{codes[first]} and {codes[second]}" for first, second in error.pairs[:5])
        problem = f"{len(error.pairs):,} overlaps are wider than {width_m:g} m, such as of {pairs}"
        rows = tuple(int(areas.index[first]) for first, _ in error.pairs)
        remedy = "decide in QGIS whose land it is, or allow a larger close_borders_m"
        raise LayerError([Fault(recipe.file, "geometry", rows, problem, remedy)]) from error


def to_lonlat(rows: gpd.GeoDataFrame, *, name: str, crs: str | None = None) -> gpd.GeoDataFrame:
    """Return rows in EPSG:4326.

    Parameters
    ----------
    rows
        Any geometry.
    name
        Name of the file, for the message.
    crs
        Coordinate system that holds instead of the file's own word.

    Raises
    ------
    InputRefused
        When nothing says in which system the coordinates are, or they do not fit it.
    """
    if crs is not None:
        rows = rows.set_crs(crs, allow_override=True)
    if _says_it_is_shifted(rows):
        rows = _unshifted(rows.set_crs(STORE_CRS, allow_override=True), "gcj02")
    if rows.crs is None:
        raise InputRefused(f"{name}: the file does not say its coordinate system. Remedy: give its crs in the recipe.")
    try:
        lonlat = rows.to_crs(STORE_CRS)
    except ProjError as error:
        raise InputRefused(f"{name}: the coordinates don't fit {rows.crs.name}. Remedy: give the right crs.") from error
    if not np.isfinite(shapely.get_coordinates(lonlat.geometry.array)).all():
        raise InputRefused(f"{name}: coordinates lie outside {rows.crs.name}. Remedy: give the right crs.")
    return lonlat.set_geometry(gpd.GeoSeries(shapely.force_2d(lonlat.geometry.array), index=rows.index, crs=STORE_CRS))


def _says_it_is_shifted(rows: gpd.GeoDataFrame) -> bool:
    return rows.crs is not None and _SHIFTED.search(rows.crs.name) is not None


def _unshifted(rows: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    """Return shapes of a shifted datum where they are."""

    def back(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_wgs84(lonlat[:, 0], lonlat[:, 1], datum))

    shapes = shapely.transform(shapely.force_2d(rows.geometry.to_numpy()), back)
    return rows.set_geometry(gpd.GeoSeries(shapes, index=rows.index, crs=rows.crs))


def repair_polygons(rows: gpd.GeoDataFrame, names: pd.Series[Any]) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return rows whose polygons are valid, and the names of those that were not; lines and points left over go."""
    invalid = ~rows.geometry.is_valid.to_numpy()
    if not invalid.any():
        return rows, ()
    shapes = rows.geometry.to_numpy().copy()
    shapes[invalid] = [_polygons_of(shape) for shape in shapely.make_valid(shapes[invalid])]
    return rows.set_geometry(gpd.GeoSeries(shapes, index=rows.index, crs=rows.crs)), tuple(names[invalid].astype("str"))


def nest_areas(
    areas: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, *, layer: str, column: str, method: str
) -> tuple[gpd.GeoDataFrame, Nesting]:
    """Give areas their parent by where they lie, or compare with the parent that is recorded.

    Parameters
    ----------
    areas, parents
        Both in EPSG:4326; the parents carry ``column``.
    layer, column
        Layer of the areas; column of the parent's code.
    method
        ``largest_overlap`` or ``representative_point``.

    Returns
    -------
    tuple
        The areas with the column filled where nothing was recorded, and how the two agree.

    Raises
    ------
    LayerError
        When an area without a recorded parent lies in none.
    """
    shapes, parent_shapes, codes = areas.geometry.to_numpy(), parents.geometry.to_numpy(), parents[column].to_numpy()
    found = find_parents(shapes, parent_shapes, codes, method=method)
    by_place = pd.Series(found, index=areas.index, dtype="str")
    recorded = areas[column] if column in areas.columns else pd.Series(None, index=areas.index, dtype="str")
    key = LAYERS[layer].key[0]
    lost = areas.index[recorded.isna() & by_place.isna()]
    if len(lost):
        names = ", ".join(areas.loc[lost[:5], key].astype("str"))
        problem = f"{len(lost):,} areas lie in none of the parents, such as {names}"
        rows = tuple(int(row) for row in lost)
        raise LayerError([Fault(layer, column, rows, problem, "map the column, or import parents that hold them")])
    differing = areas.index[recorded.notna() & by_place.notna() & (recorded != by_place)]
    listed = [(str(areas.at[row, key]), str(recorded[row]), str(by_place[row])) for row in differing]
    names_of = areas[key].astype("str").tolist()
    split = split_areas(shapes, names_of, parent_shapes, codes) if method == _OVERLAP else ()
    nesting = Nesting(column, method, int(by_place.notna().sum()), tuple(listed), split)
    return areas.assign(**{column: recorded.fillna(by_place)}), nesting


def find_parents(
    areas: NDArray[np.object_], parents: NDArray[np.object_], codes: Sequence[str] | NDArray[Any], *, method: str
) -> list[str | None]:
    """Return the code of the parent that each area lies in; the smaller code where two are equal.

    Parameters
    ----------
    areas, parents
        n and m valid polygons in lon/lat.
    codes
        m codes.
    method
        ``largest_overlap`` compares areas in an equal-area projection, ``representative_point`` asks for the parent of
        a point inside the area.
    """
    order = np.argsort(np.asarray(codes, dtype="str"), kind="stable")
    shapes, names = parents[order], np.asarray(codes, dtype="object")[order]
    if method == _OVERLAP:
        area, parent, weight = _overlaps(areas, shapes)
    else:
        area, parent = shapely.STRtree(shapes).query(shapely.point_on_surface(areas), predicate="intersects")
        weight = np.ones(len(area))
    best: list[str | None] = [None] * len(areas)
    # Sorted by area, then weight from the largest, then code: the first of each area is its parent.
    ranked = np.lexsort((parent, -weight, area))
    for place in ranked[np.unique(area[ranked], return_index=True)[1]]:
        if weight[place] > 0:
            best[area[place]] = str(names[parent[place]])
    return best


def split_areas(
    areas: NDArray[np.object_], names: Sequence[str], parents: NDArray[np.object_], codes: Sequence[str] | NDArray[Any]
) -> tuple[Split, ...]:
    """Return the areas that do not lie in one parent, the most divided first.

    Parameters
    ----------
    areas, parents
        n and m valid polygons in lon/lat.
    names, codes
        n and m codes.
    """
    order = np.argsort(np.asarray(codes, dtype="str"), kind="stable")
    area, parent, overlap_m2 = _overlaps(areas, parents[order])
    if not len(area):
        return ()
    whole_m2 = shapely.area(project_geometries(areas, _crs_of(areas, parents)))
    pairs = pd.DataFrame(
        {"area": area, "parent": np.asarray(codes)[order][parent], "share": overlap_m2 / whole_m2[area]}
    )
    pairs = pairs[pairs["share"] > 0].sort_values(["area", "share", "parent"], ascending=[True, False, True])
    found = []
    for place, shares in pairs.groupby("area"):
        rows = [*shares[["parent", "share"]].itertuples(index=False, name=None), (None, 0.0)][:2]
        (first, share), (second, second_share) = rows
        if share < _WHOLE_SHARE:
            found.append(Split(names[cast("int", place)], str(first), float(share), second, float(second_share)))
    return tuple(sorted(found, key=lambda one: one.share))


def _overlaps(
    areas: NDArray[np.object_], parents: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of areas and parents that touch, and what they share in square metres."""
    area, parent = shapely.STRtree(parents).query(areas, predicate="intersects")
    if not len(area):
        return area, parent, np.zeros(0)
    shared = shapely.intersection(areas[area], parents[parent])
    return area, parent, shapely.area(project_geometries(shared, _crs_of(areas, parents)))


def _crs_of(areas: NDArray[np.object_], parents: NDArray[np.object_]) -> CRS:
    return working_crs(layer_bounds(np.concatenate([areas, parents])))


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a repaired shape; a ring that crosses itself leaves lines behind."""
    if shapely.get_type_id(shape) in _POLYGONS:
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if shapely.get_type_id(part) in _POLYGONS])


def _invalid(names: pd.Series[Any]) -> tuple[str, str]:
    shown = ", ".join(names.astype("str").head(5))
    return f"invalid polygons ({shown})", 'repair them in QGIS, or write repair = ["make_valid"] into the recipe'


def _refuse_rows(rows: gpd.GeoDataFrame, bad: pd.Series[bool], recipe: Recipe, problem: str, remedy: str) -> None:
    if bad.any():
        labels = tuple(int(row) for row in rows.index[bad])
        raise LayerError([Fault(recipe.file, "geometry", labels, problem, remedy)])


def _dissolve(rows: gpd.GeoDataFrame, key: str, recipe: Recipe) -> tuple[gpd.GeoDataFrame, Mapping[str, int]]:
    _refuse_rows(rows, rows[key].isna(), recipe, f"no {key} to join the pieces by", "fill the key in")
    attributes = [name for name in rows.columns if name != "geometry"]
    kinds = rows[attributes].drop_duplicates()
    differing = rows[key].isin(kinds.loc[kinds.duplicated(key), key])
    _refuse_rows(rows, differing, recipe, f"pieces with the same {key} differ in other columns", "make them alike")
    counts = rows[key].value_counts()
    pieces = {str(code): int(count) for code, count in counts[counts > 1].sort_index().items()}
    areas = rows.drop_duplicates(key)
    whole = rows.groupby(key, sort=False)["geometry"].agg(lambda shapes: shapely.union_all(shapes.to_numpy()))
    shapes = areas["geometry"].mask(areas[key].isin(list(pieces)), areas[key].map(whole))
    return areas.set_geometry(gpd.GeoSeries(shapes.to_numpy(), index=areas.index, crs=rows.crs)), pieces
