"""The routes beside the dashboard: shapes, scripts, styles, font and health under /maplegrid; the first page's name."""

from __future__ import annotations

import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from geo import __version__
from geo.access import Scope, scope_from_environment
from geo.errors import GeoError
from geo.maps.assets import FONT_FILE, SCRIPTS, STYLES, asset_text, font_path, image_path
from geo.store import Store
from geo.web.geometry import GeometryCache

__all__ = ["FIRST_PAGE", "PREFIX", "routes", "store_root"]

#: Path that all our routes begin with.
PREFIX = "/maplegrid"

#: Another address of the first page.
FIRST_PAGE = "/today"

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_A_WEEK = "public, max-age=604800"
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
}
_TYPES = {".js": "text/javascript", ".css": "text/css"}


def store_root() -> Path:
    """Return the store's folder: ``MAPLEGRID_STORE``, or ``store`` in the working directory."""
    return Path(os.environ.get("MAPLEGRID_STORE") or "store").resolve()


def routes(root: Path | str | None = None, *, scope: Scope | None = None) -> list[Route]:
    """Return the routes to mount in ``st.App``.

    Parameters
    ----------
    root
        Folder of the store; that of the environment if not given.
    scope
        Who asks; that of the environment if not given.

    Examples
    --------
    >>> [route.path for route in routes("store")][0]
    '/maplegrid/geometry/{key}'
    """
    folder = Path(root) if root is not None else store_root()
    shapes = GeometryCache(folder, scope or scope_from_environment())

    async def geometry(request: Request) -> Response:
        key = request.path_params["key"]
        if not _KEY.fullmatch(key):
            return _not_found()
        try:
            packed = await run_in_threadpool(shapes.packed, key)
        except GeoError as error:
            return _broken(error)
        return _not_found() if packed is None else _packed_response(request, packed, key)

    async def health(_request: Request) -> Response:
        return await run_in_threadpool(_health, folder)

    return [
        Route(f"{PREFIX}/geometry/{{key}}", geometry),
        Route(f"{PREFIX}/assets/fonts/{{name}}", _font),
        Route(f"{PREFIX}/assets/images/{{name}}", _image),
        Route(f"{PREFIX}/assets/{{name}}", _asset),
        Route(f"{PREFIX}/health", health),
        Route(FIRST_PAGE, _to_the_root),
    ]


async def _to_the_root(request: Request) -> Response:
    """Send on who asks for the first page by its name: Streamlit has it at the root alone."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./", status_code=307)


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in (*SCRIPTS, *STYLES):
        return _not_found()
    content, tag = _content(name)
    # An address with a version changes with its content; one without is asked for again.
    caching = _FOREVER if "v" in request.query_params else _ASK_AGAIN
    headers = {**_SECURITY, "Cache-Control": caching, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)


async def _font(request: Request) -> Response:
    if request.path_params["name"] != FONT_FILE:
        return _not_found()
    return FileResponse(font_path(), media_type="font/otf", headers={**_SECURITY, "Cache-Control": _A_WEEK})


async def _image(request: Request) -> Response:
    path = image_path(request.path_params["name"])
    if path is None:
        return _not_found()
    return FileResponse(path, media_type="image/png", headers={**_SECURITY, "Cache-Control": _A_WEEK})


def _health(root: Path) -> Response:
    """Tell whether there is data to show; nothing about the data itself."""
    try:
        release = Store(root).current()
    except GeoError as error:
        return _broken(error)
    number = None if release is None else release.number
    headers = {**_SECURITY, "Cache-Control": "no-store"}
    return JSONResponse({"status": "ok", "version": __version__, "release": number}, headers=headers)


def _broken(error: GeoError) -> Response:
    """Tell that the store can't be read, but not where it is or what is in it."""
    content = {"status": "broken", "reason": type(error).__name__}
    return JSONResponse(content, status_code=503, headers={**_SECURITY, "Cache-Control": "no-store"})


def _packed_response(request: Request, packed: bytes, key: str) -> Response:
    tag = f'"{key}"'
    headers = {**_SECURITY, "Cache-Control": _FOREVER, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return PlainTextResponse("This route speaks gzip alone.", status_code=406, headers=_SECURITY)
    return Response(packed, media_type="application/json", headers={**headers, "Content-Encoding": "gzip"})


def _not_found() -> Response:
    return PlainTextResponse("Not found", status_code=404, headers={**_SECURITY, "Cache-Control": "no-store"})


@lru_cache(maxsize=len(SCRIPTS) + len(STYLES))
def _content(name: str) -> tuple[bytes, str]:
    content = asset_text(name).encode("utf-8")
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
