"""What our routes answer with: shapes, tiles and what is under a pointer by token; scripts, styles, fonts; health."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from geo import __version__
from geo.errors import GeoError
from geo.maps.assets import FONT_FILE, SCRIPTS, STYLES, asset_text, font_path, image_path
from geo.store import Store
from geo.web.asked import SHAPES
from geo.web.closed import SECURITY
from geo.web.geometry import GeometryCache
from geo.web.paths import TOKEN
from geo.web.tiles import TileDesk, answer_area, answer_marks, answer_tile
from geo.web.tokens import WINDOW_HOURS, read_token, token_key

__all__ = ["Answers"]

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FOREVER = "public, max-age=31536000, immutable"
# The address holds a token that is over some time: no longer, and by nobody between us and the browser.
_A_WINDOW = f"private, max-age={WINDOW_HOURS * 3600}, immutable"
_ASK_AGAIN = "no-cache"
_A_WEEK = "public, max-age=604800"
_TYPES = {".js": "text/javascript", ".css": "text/css"}


class Answers:
    """Answers for one store.

    Parameters
    ----------
    root
        Folder of the store.
    clock
        Tells the moment.
    """

    def __init__(self, root: Path, clock: Callable[[], datetime]) -> None:
        self._root, self._clock = root, clock
        self._shapes, self._tiles = GeometryCache(root), TileDesk(root, clock)

    async def geometry(self, request: Request) -> Response:
        """Answer with the shapes of a key."""
        key, tokens = request.path_params["key"], request.query_params.getlist(TOKEN)
        if not _KEY.fullmatch(key):
            return _not_found()
        if len(tokens) != 1:
            return _refused()
        try:
            packed = await run_in_threadpool(self._open_shapes, key, tokens[0])
        except GeoError as error:
            return _broken(error)
        SHAPES.note()
        return _refused() if packed is None else _packed_response(request, packed, key)

    def _open_shapes(self, key: str, token: str) -> bytes | None:
        scope = read_token(token, f"geometry/{key}", key=token_key(self._root), now=self._clock())
        return None if scope is None else self._shapes.packed(key, scope)

    async def tile(self, request: Request) -> Response:
        """Answer with a tile."""
        return await self._by_token(request, answer_tile)

    async def area(self, request: Request) -> Response:
        """Answer with the area at a place or of a code."""
        return await self._by_token(request, answer_area)

    async def marks(self, request: Request) -> Response:
        """Answer with the marks of points between two tiles."""
        return await self._by_token(request, answer_marks)

    async def _by_token(
        self, request: Request, answer: Callable[[Request, TileDesk, str], Awaitable[Response | None]]
    ) -> Response:
        """Answer those who have one token, and refuse all others in the same way."""
        tokens = request.query_params.getlist(TOKEN)
        try:
            found = await answer(request, self._tiles, tokens[0]) if len(tokens) == 1 else None
        except LookupError:
            return _not_found()
        except GeoError as error:
            return _broken(error)
        SHAPES.note()
        return _refused() if found is None else found

    async def asset(self, request: Request) -> Response:
        """Answer with a script or style of the map."""
        name = request.path_params["name"]
        if name not in (*SCRIPTS, *STYLES):
            return _not_found()
        content, tag = _content(name)
        # An address with a version changes with its content; one without is asked for again.
        caching = _FOREVER if "v" in request.query_params else _ASK_AGAIN
        headers = {**SECURITY, "Cache-Control": caching, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)

    async def font(self, request: Request) -> Response:
        """Answer with the Chinese font."""
        if request.path_params["name"] != FONT_FILE:
            return _not_found()
        # As it is: packing it took the server half a second, for a seventh less.
        headers = {**SECURITY, "Cache-Control": _A_WEEK, "Content-Encoding": "identity"}
        return FileResponse(font_path(), media_type="font/otf", headers=headers)

    async def image(self, request: Request) -> Response:
        """Answer with one of Leaflet's images."""
        path = image_path(request.path_params["name"])
        if path is None:
            return _not_found()
        return FileResponse(path, media_type="image/png", headers={**SECURITY, "Cache-Control": _A_WEEK})

    async def health(self, _request: Request) -> Response:
        """Tell whether there is data to show; nothing about the data itself."""
        return await run_in_threadpool(_health, self._root)


def _health(root: Path) -> Response:
    try:
        release = Store(root).current()
    except GeoError as error:
        return _broken(error)
    number = None if release is None else release.number
    headers = {**SECURITY, "Cache-Control": "no-store"}
    return JSONResponse({"status": "ok", "version": __version__, "release": number}, headers=headers)


def _broken(error: GeoError) -> Response:
    """Tell that the store can't be read, but not where it is or what is in it."""
    content = {"status": "broken", "reason": type(error).__name__}
    return JSONResponse(content, status_code=503, headers={**SECURITY, "Cache-Control": "no-store"})


def _packed_response(request: Request, packed: bytes, key: str) -> Response:
    tag = f'"{key}"'
    headers = {**SECURITY, "Cache-Control": _A_WINDOW, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return PlainTextResponse("This route speaks gzip alone.", status_code=406, headers=SECURITY)
    return Response(packed, media_type="application/json", headers={**headers, "Content-Encoding": "gzip"})


def _refused() -> Response:
    """Refuse, in the same way whatever the reason: nothing is told of what there is."""
    return Response(status_code=403, headers={**SECURITY, "Cache-Control": "no-store"})


def _not_found() -> Response:
    return PlainTextResponse("Not found", status_code=404, headers={**SECURITY, "Cache-Control": "no-store"})


@lru_cache(maxsize=len(SCRIPTS) + len(STYLES))
def _content(name: str) -> tuple[bytes, str]:
    content = asset_text(name).encode("utf-8")
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
