"""Shapes as the browser reads them: simplified as a coverage, in microdegrees, named by the hash of their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.access import Scope
from geo.areas import area_table, levels
from geo.errors import NotPermitted
from geo.layers import AREA_LEVELS, UPPER_LEVELS
from geo.rules import load_rules
from geo.store import Release, read_layer

__all__ = [
    "BACKGROUND",
    "FORMAT",
    "area_ids",
    "encode_areas",
    "encode_lines",
    "encode_rings",
    "geometry_key",
    "geometry_layers",
    "geometry_text",
    "release_bounds",
    "simplify_coverage",
]

#: Part of every key; to be raised when this code makes other shapes of the same layer.
FORMAT = 1
#: The layer of lines behind the areas.
BACKGROUND = "background"
# About two metres: not to be seen at the deepest zoom of a grid, and a third of the bytes.
_TOLERANCE_DEGREES = 2e-5
# Above the county about a pixel of a map that one area fills: their borders have more points than a browser can draw.
_SIDE_PER_TOLERANCE = 700
_MICRODEGREES = 1e6


def geometry_layers(release: Release, scope: Scope) -> tuple[str, ...]:
    """Return the levels whose shapes a scope may have, top to bottom, then ``background`` if there is one."""
    lowest = list(AREA_LEVELS).index(load_rules().privacy[scope.role].min_level)
    allowed = [level for level in levels(release) if list(AREA_LEVELS).index(level) <= lowest]
    return (*allowed, *([BACKGROUND] if release.has(BACKGROUND) else []))


def geometry_key(release: Release, level: str, scope: Scope) -> str:
    """Return the name of a level's shapes: the same for the same content.

    Raises
    ------
    NotPermitted
        When the scope may not see areas of this level.
    """
    if level not in geometry_layers(release, scope):
        raise NotPermitted(
            f"The role {scope.role} may not see the shapes of level {level}. Remedy: ask for a level above."
        )
    content = release.layers[AREA_LEVELS.get(level, BACKGROUND)].sha256
    return hashlib.sha256(json.dumps([FORMAT, level, content]).encode()).hexdigest()[:32]


def _tolerance(level: str, shapes: NDArray[np.object_]) -> float:
    """Return how far borders of a level may move, in degrees."""
    if level not in UPPER_LEVELS:
        return _TOLERANCE_DEGREES
    return max(_TOLERANCE_DEGREES, float(np.median(np.sqrt(shapely.area(shapes)))) / _SIDE_PER_TOLERANCE)


def geometry_text(release: Release, level: str, scope: Scope) -> str:
    """Return the shapes of a level, or the background, as JSON text.

    Raises
    ------
    NotPermitted
        When the scope may not see areas of this level.
    """
    geometry_key(release, level, scope)
    layer = read_layer(release, AREA_LEVELS.get(level, BACKGROUND))
    if level == BACKGROUND:
        return _to_json(encode_lines(layer))
    named = layer.set_index(f"{level}_id").loc[list(area_ids(release, level))]
    tolerance = _tolerance(level, named.geometry.to_numpy())
    return _to_json(encode_areas(named.rename_axis("area_id").reset_index(), tolerance_degrees=tolerance))


@lru_cache(maxsize=16)
def area_ids(release: Release, level: str) -> tuple[str, ...]:
    """Return the codes of a level's areas in the order of their shapes."""
    table = area_table(release)
    return tuple(sorted(table.loc[table["level"] == level, "area_id"]))


@lru_cache(maxsize=16)
def release_bounds(release: Release) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of the highest level's areas."""
    shapes = read_layer(release, AREA_LEVELS[levels(release)[0]])
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    return west, south, east, north


def encode_areas(areas: gpd.GeoDataFrame, *, tolerance_degrees: float = _TOLERANCE_DEGREES) -> dict[str, Any]:
    """Write areas as plain values for the browser.

    Parameters
    ----------
    areas
        ``area_id``, ``name``, perhaps ``name_en``, and polygons in EPSG:4326.
    tolerance_degrees
        How far borders may move.

    Returns
    -------
    dict
        ``ids``, ``names``, ``names_en``; ``centres``, a point inside each area; ``shapes``, an area's polygons with
        their rings. Coordinates are whole microdegrees; a ring is a flat list of steps, the first from 0, 0, without
        the point that closes it.
    """
    shapes = simplify_coverage(areas.geometry.to_numpy(), tolerance_degrees=tolerance_degrees)
    centres = _microdegrees(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    return {
        "ids": areas["area_id"].tolist(),
        "names": areas["name"].tolist(),
        "names_en": _texts(areas.get("name_en"), len(areas)),
        "centres": centres.ravel().tolist(),
        "shapes": _polygon_steps(shapes),
    }


def encode_rings(area_id: str, name: str, name_en: str | None, rings: Sequence[NDArray[np.float64]]) -> dict[str, Any]:
    """Write one area by its rings, each closed, (vertices, 2) in degrees, as `encode_areas` writes areas."""
    west, south, east, north = shapely.total_bounds(shapely.multipoints(np.concatenate(list(rings)))).tolist()
    return {
        "ids": [area_id],
        "names": [name],
        "names_en": [name_en],
        "centres": _microdegrees(np.array([(west + east) / 2, (south + north) / 2])).tolist(),
        "shapes": [[[_steps(ring[:-1]) for ring in rings]]],
    }


def encode_lines(background: gpd.GeoDataFrame) -> dict[str, Any]:
    """Write the background (rivers, roads, towns, water) as plain values for the browser."""
    texts = {column: _texts(background.get(column), len(background)) for column in ("name", "name_en")}
    return {"features": [
        {
            "kind": kind,
            "name": name,
            "name_en": name_en,
            "rank": int(rank),
            "type": _TYPES[shapely.get_type_id(shape)],
            "lines": [_steps(line) for line in _lines(shape)],
        }
        for kind, rank, name, name_en, shape in zip(
            background["kind"], background["rank"], texts["name"], texts["name_en"], background.geometry, strict=True
        )
    ]}  # fmt: skip


def simplify_coverage(
    shapes: NDArray[np.object_], *, tolerance_degrees: float = _TOLERANCE_DEGREES
) -> NDArray[np.object_]:
    """Leave out points that nobody can see, the same on both sides of a border, so that no gap opens.

    Parameters
    ----------
    shapes
        Polygons in degrees; a tessellation, or nearly one.
    tolerance_degrees
        How far a border may move.
    """
    simplified = shapely.coverage_simplify(shapes, tolerance_degrees)
    # An area that is smaller than the tolerance keeps its own points.
    return np.where(shapely.is_empty(simplified), shapes, simplified)


_TYPES: Mapping[int, str] = {0: "point", 1: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}


def _texts(column: Iterable[object] | None, count: int) -> list[str | None]:
    if column is None:
        return [None] * count
    return [text if isinstance(text, str) else None for text in column]


def _polygon_steps(shapes: NDArray[np.object_]) -> list[list[list[list[int]]]]:
    """Return each shape's polygons, their rings, and the steps along each; for all of them in one go."""
    polygons, shape_of = shapely.get_parts(shapes, return_index=True)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    whole = _microdegrees(coordinates)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    starts = np.searchsorted(ring_of, np.arange(len(rings) + 1))
    steps[starts[:-1]] = whole[starts[:-1]]
    flat = steps.ravel().tolist()
    found: list[list[list[list[int]]]] = [[] for _ in shapes]
    pieces: list[list[list[int]]] = [[] for _ in polygons]
    for polygon, shape in zip(pieces, shape_of.tolist(), strict=True):
        found[shape].append(polygon)
    for polygon, begin, end in zip(polygon_of.tolist(), starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        # The last point closes the ring and is left out.
        pieces[polygon].append(flat[2 * begin : 2 * end - 2])
    return found


def _lines(shape: shapely.Geometry) -> Iterator[NDArray[np.float64]]:
    for part in shapely.get_parts(shape):
        rings = shapely.get_rings(part)
        if len(rings):
            yield from (shapely.get_coordinates(ring)[:-1] for ring in rings)
        else:
            yield shapely.get_coordinates(part)


def _microdegrees(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(coordinates * _MICRODEGREES).astype(np.int64)


def _steps(coordinates: NDArray[np.float64]) -> list[int]:
    whole = _microdegrees(coordinates)
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()


def _to_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
