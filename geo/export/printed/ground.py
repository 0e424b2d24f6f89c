"""What lies under a printed map: its frame in metres, borders, neighbours, rivers and roads, all in one projection."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.access import Scope
from geo.areas import area_table, find_area
from geo.crs import layer_bounds, project_geometries, working_crs
from geo.layers import AREA_LEVELS, UPPER_LEVELS
from geo.maps.base import border_level
from geo.maps.geometry import BACKGROUND, geometry_layers
from geo.privacy import Protected
from geo.store import Release, read_layer

__all__ = ["Ground", "Shapes", "lay_ground", "shapes_of"]

Frame = tuple[float, float, float, float]
# Numbers that a scale begins with: round ones that lie close together.
_SCALES = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 10.0)
# Room that is left around the areas, as a share of the map.
_ROOM = 0.03
_LEAST_M = 200.0


@dataclass(frozen=True, eq=False)
class Shapes:
    """Areas of a level in a projection: codes, names, and polygons in metres."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    polygons: NDArray[np.object_]

    def of(self, ids: Iterable[str]) -> NDArray[np.object_]:
        """Return the polygons of some codes, in their order."""
        place = {area_id: at for at, area_id in enumerate(self.ids)}
        return self.polygons[[place[area_id] for area_id in ids]]

    def without(self, ids: Collection[str]) -> Shapes:
        """Return the areas but some."""
        return _take(self, [at for at, area_id in enumerate(self.ids) if area_id not in ids])


@dataclass(frozen=True, eq=False)
class Ground:
    """A map's ground.

    Parameters
    ----------
    crs
        Projection in metres.
    frame
        West, south, east, north of the map in metres.
    metres_per_mm
        Metres on the ground that a millimetre of paper holds.
    areas
        The areas that the table tells of.
    borders
        Areas whose borders and names are always shown; None where the data have none above the table's own.
    neighbours
        Areas beside the one that is shown, named; empty where the whole release is.
    background
        ``kind``, and ``geometry`` in metres.
    """

    crs: CRS
    frame: Frame
    metres_per_mm: float
    areas: Shapes
    borders: Shapes | None
    neighbours: Shapes
    background: pd.DataFrame

    @property
    def scale(self) -> int:
        """What a length on the ground is divided by on paper."""
        return round(self.metres_per_mm * 1000)


def lay_ground(
    release: Release,
    protected: Protected,
    scope: Scope,
    *,
    width_mm: float,
    height_mm: float,
    lang: str,
    crs: CRS | None = None,
) -> Ground:
    """Return the ground of a table's areas, at the largest round scale that fits them into a map of a size.

    ``crs`` is a projection in metres; one of equal area centred on the release if not given.
    """
    view = protected.view
    ids = tuple(protected.frame["area_id"])
    present = geometry_layers(release, scope)
    crs = crs or working_crs(_bounds(release))
    shapes = shapes_of(release, view.level, crs, lang)
    areas = _chosen(shapes, set(ids))
    extent = areas.polygons if len(areas.ids) else shapes.polygons
    frame, metres_per_mm = _frame(shapely.total_bounds(extent), width_mm, height_mm)
    # Stations would hide the borders of cities and provinces.
    above = border_level(present) if view.level not in UPPER_LEVELS else None
    upper = shapes_of(release, above, crs, lang) if above is not None and above != view.level else None
    return Ground(
        crs,
        frame,
        metres_per_mm,
        areas,
        None if upper is None else _within(upper, frame),
        _neighbours(release, view.area, crs, frame, present, lang),
        _background(release, crs, frame) if BACKGROUND in present else pd.DataFrame({"kind": [], "geometry": []}),
    )


@lru_cache(maxsize=16)
def shapes_of(release: Release, level: str, crs: CRS, lang: str) -> Shapes:
    """Return all areas of a level in a projection, simplified by nothing."""
    layer = read_layer(release, AREA_LEVELS[level])
    table = area_table(release)
    names = table[table["level"] == level].set_index("area_id")
    own = names["name_en"].fillna(names["name"]) if lang == "en" else names["name"]
    ids = tuple(layer[f"{level}_id"].astype(str))
    return Shapes(
        ids, tuple(own.reindex(ids).fillna("").astype(str)), project_geometries(layer.geometry.to_numpy(), crs)
    )


def _bounds(release: Release) -> Frame:
    top = next(layer for layer in AREA_LEVELS.values() if release.has(layer))
    return layer_bounds(read_layer(release, top).geometry.to_numpy())


def _frame(bounds: NDArray[np.float64], width_mm: float, height_mm: float) -> tuple[Frame, float]:
    west, south, east, north = (float(edge) for edge in bounds)
    room = 1 - 2 * _ROOM
    wanted = max((east - west) / (width_mm * room), (north - south) / (height_mm * room), _LEAST_M / width_mm)
    metres_per_mm = _round_scale(wanted)
    across, up = width_mm * metres_per_mm / 2, height_mm * metres_per_mm / 2
    easting, northing = (west + east) / 2, (south + north) / 2
    return (easting - across, northing - up, easting + across, northing + up), metres_per_mm


def _round_scale(metres_per_mm: float) -> float:
    """Return the next round scale that shows no less.

    Examples
    --------
    >>> _round_scale(131.0)
    150.0
    """
    power = 10.0 ** math.floor(math.log10(metres_per_mm))
    return next(step * power for step in _SCALES if step * power >= metres_per_mm * (1 - 1e-9))


def _chosen(shapes: Shapes, wanted: set[str]) -> Shapes:
    return _take(shapes, [at for at, area_id in enumerate(shapes.ids) if area_id in wanted])


def _within(shapes: Shapes, frame: Frame) -> Shapes:
    return _take(shapes, np.flatnonzero(shapely.intersects(shapes.polygons, shapely.box(*frame))).tolist())


def _take(shapes: Shapes, at: Sequence[int]) -> Shapes:
    return Shapes(tuple(shapes.ids[i] for i in at), tuple(shapes.names[i] for i in at), shapes.polygons[list(at)])


def _neighbours(
    release: Release, area_id: str | None, crs: CRS, frame: Frame, present: Sequence[str], lang: str
) -> Shapes:
    """Return the areas beside the one that is shown, of its own level, that reach into the map."""
    none = Shapes((), (), np.array([], dtype=object))
    if area_id is None:
        return none
    level = str(find_area(release, area_id)["level"])
    if level not in present:
        return none
    shapes = _within(shapes_of(release, level, crs, lang), frame)
    return shapes.without([area_id])


def _background(release: Release, crs: CRS, frame: Frame) -> pd.DataFrame:
    layer = read_layer(release, BACKGROUND)
    geometry: Any = shapely.make_valid(project_geometries(layer.geometry.to_numpy(), crs))
    clipped = shapely.clip_by_rect(geometry, *frame)
    kept = ~shapely.is_empty(clipped)
    return pd.DataFrame({"kind": layer["kind"].to_numpy()[kept], "geometry": clipped[kept]})
