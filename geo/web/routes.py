"""The routes beside the dashboard: shapes, scripts, styles, font and health under /maplegrid; the first page's name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from geo import __version__
from geo.access import Scope
from geo.errors import GeoError
from geo.maps.assets import FONT_FILE, SCRIPTS, STYLES, asset_text, font_path, image_path
from geo.store import Store
from geo.web.closed import SECURITY
from geo.web.geometry import GeometryCache
from geo.web.tiles import TileDesk, answer_area, answer_marks, answer_tile
from geo.web.tokens import WINDOW_HOURS, make_token, read_token, token_key

__all__ = ["FIRST_PAGE", "PREFIX", "TOKEN", "routes", "sign_address", "store_root"]

#: Path that all our routes begin with.
PREFIX = "/maplegrid"

#: Another address of the first page.
FIRST_PAGE = "/today"

#: Name of the parameter that a token stands in.
TOKEN = "t"  # noqa: S105  a name

#: What a route runs.
Endpoint = Callable[[Request], Awaitable[Response]]

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FOREVER = "public, max-age=31536000, immutable"
# The address holds a token that is over some time: no longer, and by nobody between us and the browser.
_A_WINDOW = f"private, max-age={WINDOW_HOURS * 3600}, immutable"
_ASK_AGAIN = "no-cache"
_A_WEEK = "public, max-age=604800"
_TYPES = {".js": "text/javascript", ".css": "text/css"}


def store_root() -> Path:
    """Return the store's folder: ``MAPLEGRID_STORE``, or ``store`` in the working directory."""
    return Path(os.environ.get("MAPLEGRID_STORE") or "store").resolve()


def sign_address(address: str, scope: Scope, *, root: Path | str | None = None, now: datetime | None = None) -> str:
    """Return an address of our own with the token by which a scope may ask for it.

    Parameters
    ----------
    address
        Such as ``../../maplegrid/geometry/KEY``; what stands before our own path is not signed.
    scope
        For whom.
    root, now
        Folder of the store, that of the environment if not given; moment, now if not given.
    """
    key = token_key(root if root is not None else store_root())
    return f"{address}?{TOKEN}={make_token(_asked(address), scope, key=key, now=now or datetime.now(UTC))}"


def _asked(address: str) -> str:
    """Return what is signed of an address: our own path, wherever it is mounted."""
    before, found, path = address.rpartition(f"{PREFIX}/")
    return path if found else before


def routes(root: Path | str | None = None, *, clock: Callable[[], datetime] | None = None) -> list[Route]:
    """Return the routes to mount in ``st.App``.

    Parameters
    ----------
    root
        Folder of the store; that of the environment if not given.
    clock
        Tells the moment; the system's if not given.

    Examples
    --------
    >>> [route.path for route in routes("store")][0]
    '/maplegrid/geometry/{key}'
    """
    folder = Path(root) if root is not None else store_root()
    shapes = GeometryCache(folder)

    def open_shapes(key: str, token: str) -> bytes | None:
        scope = read_token(token, f"geometry/{key}", key=token_key(folder), now=(clock or _now)())
        return None if scope is None else shapes.packed(key, scope)

    async def geometry(request: Request) -> Response:
        key, tokens = request.path_params["key"], request.query_params.getlist(TOKEN)
        if not _KEY.fullmatch(key):
            return _not_found()
        if len(tokens) != 1:
            return _refused()
        try:
            packed = await run_in_threadpool(open_shapes, key, tokens[0])
        except GeoError as error:
            return _broken(error)
        return _refused() if packed is None else _packed_response(request, packed, key)

    desk = TileDesk(folder, clock or _now)

    async def health(_request: Request) -> Response:
        return await run_in_threadpool(_health, folder)

    return [
        Route(f"{PREFIX}/geometry/{{key}}", geometry),
        Route(f"{PREFIX}/tiles/{{spec}}/at/{{lon}}/{{lat}}", _with_token(desk, answer_area)),
        Route(f"{PREFIX}/tiles/{{spec}}/of/{{area_id}}", _with_token(desk, answer_area)),
        Route(f"{PREFIX}/tiles/{{spec}}/marks/{{z}}/{{x0}}/{{y0}}/{{x1}}/{{y1}}", _with_token(desk, answer_marks)),
        Route(f"{PREFIX}/tiles/{{spec}}/{{z}}/{{x}}/{{y}}", _with_token(desk, answer_tile)),
        Route(f"{PREFIX}/assets/fonts/{{name}}", _font),
        Route(f"{PREFIX}/assets/images/{{name}}", _image),
        Route(f"{PREFIX}/assets/{{name}}", _asset),
        Route(f"{PREFIX}/health", health),
        Route(FIRST_PAGE, _to_the_root),
    ]


def _now() -> datetime:
    return datetime.now(UTC)


def _with_token(desk: TileDesk, answer: Callable[[Request, TileDesk, str], Awaitable[Response | None]]) -> Endpoint:
    """Return a route that answers to those who have one token, and refuses all others in the same way."""

    async def endpoint(request: Request) -> Response:
        tokens = request.query_params.getlist(TOKEN)
        try:
            found = await answer(request, desk, tokens[0]) if len(tokens) == 1 else None
        except LookupError:
            return _not_found()
        except GeoError as error:
            return _broken(error)
        return _refused() if found is None else found

    return endpoint


async def _to_the_root(request: Request) -> Response:
    """Send on who asks for the first page by its name: Streamlit has it at the root alone."""
    address = f"./?{request.url.query}" if request.url.query else "./"
    return RedirectResponse(address, status_code=307, headers=SECURITY)


async def _asset(request: Request) -> Response:
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


async def _font(request: Request) -> Response:
    if request.path_params["name"] != FONT_FILE:
        return _not_found()
    return FileResponse(font_path(), media_type="font/otf", headers={**SECURITY, "Cache-Control": _A_WEEK})


async def _image(request: Request) -> Response:
    path = image_path(request.path_params["name"])
    if path is None:
        return _not_found()
    return FileResponse(path, media_type="image/png", headers={**SECURITY, "Cache-Control": _A_WEEK})


def _health(root: Path) -> Response:
    """Tell whether there is data to show; nothing about the data itself."""
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
