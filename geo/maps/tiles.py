"""Maps of many areas: tiles coloured by the server, from the same table, classes and legend as the value layer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.areas import find_area
from geo.errors import GeoError
from geo.layers import AREA_LEVELS
from geo.maps.classify import Classes
from geo.maps.densities import event_density
from geo.maps.geometry import encode_rings, release_bounds
from geo.maps.palettes import Theme, theme_colours
from geo.maps.tiles_kept import Kept
from geo.maps.tiles_mercator import Tile
from geo.maps.tiles_paint import Paint, draw_tile, mix_paint
from geo.maps.tiles_raster import Ground, tile_ground, tile_raster
from geo.maps.tiles_told import STATES, VALUES, find_told, keep_told
from geo.maps.values import OUTLINE, classes_of, numbers_of, shading, sign_colours, state_shading, value_signs
from geo.rules import load_rules
from geo.store import Release, connect
from geo.view import Period, View

if TYPE_CHECKING:
    from geo.access import Scope
    from geo.privacy import Protected

__all__ = [
    "HEAT",
    "POINTS",
    "TileSpec",
    "area_under",
    "is_for_tiles",
    "read_spec",
    "tile_image",
    "tile_payload",
    "tile_spec",
]

#: Kinds of layers that are no tables.
HEAT, POINTS = "heat", "points"
_KINDS = (VALUES, STATES, HEAT, POINTS)
_PAINT_BYTES = 256 * 2**20
_MOST_TEXT = 4000
# More areas in focus than these are shown with all the others.
_MOST_FOCUS = 200
_PAINTS = Kept[Paint](most_bytes=_PAINT_BYTES, size=lambda paint: paint.nbytes)


@dataclass(frozen=True)
class TileSpec:
    """What a layer of tiles shows, as its address says it; who asks is in the token beside.

    Parameters
    ----------
    kind
        Kind of the table, or ``heat`` or ``points``.
    release, stamp
        Number of the release, and part of its manifest's hash: another store's release of that number is another.
    view
        The view as a query.
    lang, theme
        Language of names and words, and paper.
    measure_id
        Measure shown; None for outlines alone, and where it is not one measure.
    breaks, colours
        Classes that the legend shows.
    bandwidth_m
        Bandwidth of a density.
    """

    kind: str
    release: int
    stamp: str
    view: str
    lang: str
    theme: Theme
    measure_id: str | None = None
    breaks: tuple[float, ...] = ()
    colours: tuple[str, ...] = ()
    bandwidth_m: float = 0.0

    def to_text(self) -> str:
        """Return the spec as a part of an address; `read_spec` makes the same spec of it."""
        content = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).rstrip(b"=").decode()

    def classes(self) -> Classes:
        """Return the classes that areas are coloured by."""
        return Classes(self.breaks, self.colours, ("",) * len(self.breaks), "count")

    def asked(self) -> View:
        """Return the view."""
        return View.parse(self.view, period=Period("2000"))

    def is_of(self, release: Release) -> bool:
        """Tell whether this is about a release."""
        return release.number == self.release and release.manifest_sha256.startswith(self.stamp)


def tile_spec(release: Release, view: View, kind: str, *, lang: str, theme: Theme, **more: Any) -> TileSpec:  # noqa: ANN401  fields by name
    """Return the spec of a layer of a release; ``more`` are its other fields."""
    return TileSpec(kind, release.number, release.manifest_sha256[:16], view.to_query(), lang, theme, **more)


def read_spec(text: str) -> TileSpec | None:
    """Return the spec that is a part of an address; None if it is none. Whether it is ours, its token tells."""
    if len(text) > _MOST_TEXT:
        return None
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        spec = TileSpec(**{**found, "breaks": tuple(found["breaks"]), "colours": tuple(found["colours"])})
    except (binascii.Error, ValueError, TypeError, KeyError):
        return None
    return spec if spec.kind in _KINDS else None


def is_for_tiles(release: Release, level: str) -> bool:
    """Tell whether a level has more areas than are sent to a browser as shapes (a rule).

    The shapes of a level are sent whole, once, whichever of its areas a table has.
    """
    return release.layers[AREA_LEVELS[level]].rows > load_rules().map_shapes


def tile_payload(
    release: Release,
    protected: Protected,
    measure_id: str | None,
    *,
    lang: str,
    theme: Theme,
    selected: str | None = None,
    classes: Classes | None = None,
    focus: Collection[str] = (),
) -> tuple[TileSpec, dict[str, Any]]:
    """Return what the tiles of a protected table show, and what the browser has to know beside their address.

    Parameters
    ----------
    release, protected, lang, theme, selected, classes, focus
        As `geo.maps.value_layer` takes them.
    measure_id
        Measure to show; None for outlines alone, or for the states of a table of coverage states.
    """
    keep_told(release, protected)
    if measure_id is not None:
        classes = classes or classes_of(protected, measure_id, theme=theme)
    known = classes or Classes((), (), (), "count")
    more = {"measure_id": measure_id, "breaks": known.breaks, "colours": known.colours}
    spec = tile_spec(release, protected.view, protected.kind, lang=lang, theme=theme, **more)
    focused = [area_id for area_id in protected.frame["area_id"] if area_id in set(focus)] if focus else []
    west, south, east, north = _bounds(release, protected.view, tuple(focused[:_MOST_FOCUS]))
    return spec, {
        "level": protected.view.level,
        "fit": " ".join([protected.view.area or "", *focused]).strip(),
        "bounds": [[south, west], [north, east]],
        "selected": selected,
    }


def tile_image(release: Release, spec: TileSpec, scope: Scope, tile: Tile) -> bytes:
    """Return a tile as PNG, as a scope may see it.

    Raises
    ------
    NotPermitted
        When the scope may not see such a table.
    """
    view = spec.asked()
    if spec.kind == HEAT:
        from geo.maps.pyramid import density_tile

        return density_tile(event_density(release, view, scope, bandwidth_m=spec.bandwidth_m), spec.classes(), tile)
    ground = tile_ground(release, view.level)
    paint = _PAINTS.get((release.key, spec, scope), lambda: _mix(ground, release, spec, scope))
    return draw_tile(ground, tile_raster(ground, tile), paint, tile)


def area_under(
    release: Release, spec: TileSpec, scope: Scope, *, place: tuple[float, float] | None = None, area_id: str = ""
) -> dict[str, Any] | None:
    """Return the area at a place, or of a code, with its outline and the figures that its tiles show of it.

    Parameters
    ----------
    place
        Longitude and latitude; without it the area of the code.

    Returns
    -------
    dict or None
        ``area`` as `geo.maps.geometry.encode_areas` writes it, and ``values`` of its one row; None where there is none.
    """
    view = spec.asked()
    told = find_told(release, spec.kind, view, scope)
    if place is not None:
        ground = tile_ground(release, view.level)
        found = ground.area_at(*place)
        area_id = "" if found is None else str(ground.ids[found])
    rows = np.flatnonzero((told.frame["area_id"] == area_id).to_numpy())
    if not len(rows):
        return None
    ground = tile_ground(release, view.level)
    return {"area": _encode(told, int(rows[0]), ground), "values": _figures(told, spec, int(rows[0]))}


def _encode(told: Protected, row: int, ground: Ground) -> dict[str, Any]:
    area_id, name, name_en = (told.frame[column].iloc[row] for column in ("area_id", "name", "name_en"))
    at = int(np.searchsorted(ground.ids, area_id))
    rings = ground.rings_of(at)
    return encode_rings(str(area_id), str(name), name_en if isinstance(name_en, str) else None, rings)


def _figures(told: Protected, spec: TileSpec, row: int) -> dict[str, Any]:
    if spec.kind == STATES:
        return state_shading(told, lang=spec.lang, theme=spec.theme, row=row)
    if spec.measure_id is None:
        return {"classes": None}
    return shading(told, spec.measure_id, lang=spec.lang, theme=spec.theme, classes=spec.classes(), row=row)


def _mix(ground: Ground, release: Release, spec: TileSpec, scope: Scope) -> Paint:
    told = find_told(release, spec.kind, spec.asked(), scope)
    places = pd.Index(ground.ids).get_indexer(pd.Index(told.frame["area_id"], dtype=object)).astype(np.int64)
    if (places < 0).any():
        raise GeoError(f"Release {release.number} lacks areas of this table. Remedy: draw the release measured.")
    look: dict[str, Any] = {"areas": len(ground.ids), "look": theme_colours(spec.theme)}
    if spec.kind == STATES:
        shown = state_shading(told, lang=spec.lang, theme=spec.theme)
        look |= {"colours": shown["colours"], "hatches": shown["hatches"]}
        outlined, dotted = (np.asarray(shown[name], dtype=np.int64) for name in ("outlined", "dots"))
        return mix_paint(_signs(shown["classes"]), places, outlined=outlined, dotted=dotted, **look)
    if spec.measure_id is None:
        return mix_paint(np.full(len(places), OUTLINE), places, colours={}, hatches={}, **look)
    classes = spec.classes()
    signs = _signs(value_signs(told, spec.measure_id, classes=classes))
    values = numbers_of(told, spec.measure_id)
    return mix_paint(signs, places, values=values, classes=classes, **sign_colours(classes, theme=spec.theme), **look)


def _signs(text: str) -> NDArray[np.str_]:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<U1") if text else np.empty(0, "<U1")


def _bounds(release: Release, view: View, focus: tuple[str, ...]) -> tuple[float, float, float, float]:
    """Return the bounds in degrees of areas in focus, of the view's area, or of the whole release."""
    wanted, level = focus, view.level
    if not focus:
        if view.area is None:
            return release_bounds(release)
        wanted = (view.area,)
    shapes = _shapes(release, level if focus else str(find_area(release, wanted[0])["level"]), wanted)
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    return west, south, east, north


def _shapes(release: Release, level: str, ids: tuple[str, ...]) -> gpd.GeoSeries:
    query = f"SELECT geometry FROM {AREA_LEVELS[level]} WHERE list_contains($ids, {level}_id)"  # noqa: S608  our own names
    with connect(release) as connection:
        found = connection.execute(query, {"ids": list(ids)}).fetchall()
    return gpd.GeoSeries(shapely.from_wkb([bytes(row[0]) for row in found]), crs=4326)
