"""Tiles of maps, the area under a pointer, and clusters of points: each opened by a token of its layer alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from geo.access import Scope, require_area
from geo.errors import GeoError, NotPermitted, StoreError
from geo.maps.geometry import geometry_layers
from geo.maps.tiles import POINTS, TileSpec, area_under, read_spec, tile_image
from geo.maps.tiles_mercator import Tile
from geo.store import Release, Store
from geo.web.closed import SECURITY
from geo.web.tokens import WINDOW_HOURS, read_token, token_key

__all__ = ["TileDesk", "answer_area", "answer_marks", "answer_tile"]

_AREA_KINDS = ("measure", "coverage_states")
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9})?", re.ASCII)
# As for shapes: no longer than the token, and by nobody between us and the browser.
_A_WINDOW = f"private, max-age={WINDOW_HOURS * 3600}, immutable"


class TileDesk:
    """Answers for the tiles of one store.

    Parameters
    ----------
    root
        Folder of the store.
    clock
        Tells the moment.
    """

    def __init__(self, root: Path, clock: Callable[[], datetime]) -> None:
        self._root, self._store, self._clock = root, Store(root), clock

    def open(self, text: str, token: str) -> tuple[Release, TileSpec, Scope] | None:
        """Return what an address asks for and for whom; None when its token does not open it."""
        scope = read_token(token, f"tiles/{text}", key=token_key(self._root), now=self._clock())
        spec = None if scope is None else read_spec(text)
        if scope is None or spec is None:
            return None
        try:
            release = self._store.release(spec.release)
            require_area(scope, release, spec.asked().area)
        except (NotPermitted, StoreError):
            return None
        return (release, spec, scope) if spec.is_of(release) else None

    def tile(self, text: str, token: str, tile: Tile) -> bytes | None:
        """Return a tile as PNG; None when the one who asks may not have it."""
        opened = self.open(text, token)
        if opened is None or opened[1].kind == POINTS:
            return None
        release, spec, scope = opened
        try:
            return tile_image(release, spec, scope, tile) if _may_see(release, spec, scope) else None
        except NotPermitted:
            return None

    def area(self, text: str, token: str, *, place: tuple[float, float] | None, area_id: str) -> str | None:
        """Return the area at a place or of a code as JSON, ``null`` where there is none; None when it is not to be."""
        opened = self.open(text, token)
        if opened is None or opened[1].kind not in _AREA_KINDS or not _may_see(*opened):
            return None
        try:
            found = area_under(*opened, place=place, area_id=area_id)
        except NotPermitted:
            return None
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def marks(self, text: str, token: str, corners: tuple[Tile, Tile]) -> str | None:
        """Return the marks of the points between two tiles as JSON; None when the one who asks may not have them."""
        from geo.maps.clusters import cluster_places, encode_marks, find_places

        opened = self.open(text, token)
        if opened is None or opened[1].kind != POINTS:
            return None
        release, spec, scope = opened
        places = find_places(release, spec.asked(), scope)
        if places is None:
            return None
        first, last = corners
        scale = 2.0**first.zoom
        window = (first.column / scale, first.row / scale, (last.column + 1) / scale, (last.row + 1) / scale)
        marks = encode_marks(cluster_places(places, zoom=first.zoom, window=window))
        return json.dumps({**marks, "classes": places.classes}, separators=(",", ":"))


def _may_see(release: Release, spec: TileSpec, scope: Scope) -> bool:
    """Tell whether a scope may have the shapes that its tiles would show."""
    return spec.kind not in _AREA_KINDS or spec.asked().level in geometry_layers(release, scope)


async def answer_tile(request: Request, desk: TileDesk, token: str) -> Response | None:
    """Answer with a tile; None to refuse.

    Raises
    ------
    LookupError
        When there is no such tile in the world.
    """
    asked = request.path_params
    tile = _tile_of(asked["z"], asked["x"], asked["y"])
    image = await run_in_threadpool(desk.tile, asked["spec"], token, tile)
    return _answered(image, "image/png")


async def answer_area(request: Request, desk: TileDesk, token: str) -> Response | None:
    """Answer with the area at a place or of a code; None to refuse.

    Raises
    ------
    LookupError
        When the place is none.
    """
    asked = request.path_params
    place = _place_of(asked["lon"], asked["lat"]) if "lon" in asked else None
    text = await run_in_threadpool(desk.area, asked["spec"], token, place=place, area_id=str(asked.get("area_id", "")))
    return _answered(text, "application/json")


async def answer_marks(request: Request, desk: TileDesk, token: str) -> Response | None:
    """Answer with the marks of points between two tiles; None to refuse.

    Raises
    ------
    LookupError
        When they are no tiles.
    """
    asked = request.path_params
    first, last = (_tile_of(asked["z"], asked[f"x{end}"], asked[f"y{end}"]) for end in "01")
    text = await run_in_threadpool(desk.marks, asked["spec"], token, (first, last))
    return _answered(text, "application/json")


def _tile_of(zoom: str, column: str, row: str) -> Tile:
    if not all(_NUMBER.fullmatch(text) for text in (zoom, column, row)):
        raise LookupError
    try:
        return Tile(int(zoom), int(column), int(row))
    except GeoError as error:
        raise LookupError from error


def _place_of(lon: str, lat: str) -> tuple[float, float]:
    if not (_DEGREES.fullmatch(lon) and _DEGREES.fullmatch(lat)):
        raise LookupError
    return float(lon), float(lat)


def _answered(content: bytes | str | None, kind: str) -> Response | None:
    if content is None:
        return None
    return Response(content, media_type=kind, headers={**SECURITY, "Cache-Control": _A_WINDOW})
