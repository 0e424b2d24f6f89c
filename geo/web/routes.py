"""The routes beside the dashboard, all under /maplegrid but the first page by its name; answers are loaded when asked.

A server that loads it before it answers keeps the first browser from loading the dashboard itself for seconds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from geo.web.closed import SECURITY
from geo.web.paths import FIRST_PAGE, PREFIX, store_root

if TYPE_CHECKING:
    from geo.web.answers import Answers

__all__ = ["routes"]

#: What a route runs.
Endpoint = Callable[[Request], Awaitable[Response]]


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
    desk = _Desk(Path(root) if root is not None else store_root(), clock or _now)
    return [
        Route(f"{PREFIX}/geometry/{{key}}", desk.endpoint("geometry")),
        Route(f"{PREFIX}/tiles/{{spec}}/at/{{lon}}/{{lat}}", desk.endpoint("area")),
        Route(f"{PREFIX}/tiles/{{spec}}/of/{{area_id}}", desk.endpoint("area")),
        Route(f"{PREFIX}/tiles/{{spec}}/marks/{{z}}/{{x0}}/{{y0}}/{{x1}}/{{y1}}", desk.endpoint("marks")),
        Route(f"{PREFIX}/tiles/{{spec}}/{{z}}/{{x}}/{{y}}", desk.endpoint("tile")),
        Route(f"{PREFIX}/assets/fonts/{{name}}", desk.endpoint("font")),
        Route(f"{PREFIX}/assets/images/{{name}}", desk.endpoint("image")),
        Route(f"{PREFIX}/assets/{{name}}", desk.endpoint("asset")),
        Route(f"{PREFIX}/health", desk.endpoint("health")),
        Route(FIRST_PAGE, _to_the_root),
    ]


class _Desk:
    """Where routes find what answers, once one of them is asked."""

    def __init__(self, root: Path, clock: Callable[[], datetime]) -> None:
        self._root, self._clock = root, clock
        self._answers: Answers | None = None

    def endpoint(self, name: str) -> Endpoint:
        """Return a route that is answered by the method of this name."""

        async def endpoint(request: Request) -> Response:
            answer: Endpoint = getattr(await self._loaded(), name)
            return await answer(request)

        return endpoint

    async def _loaded(self) -> Answers:
        if self._answers is not None:
            return self._answers
        made = await run_in_threadpool(_load)
        # Nobody else has a turn from here on, but somebody may have been faster.
        return self._set(made)

    def _set(self, made: type[Answers]) -> Answers:
        if self._answers is None:
            self._answers = made(self._root, self._clock)
        return self._answers


def _load() -> type[Answers]:
    from geo.web.answers import Answers

    return Answers


def _now() -> datetime:
    return datetime.now(UTC)


async def _to_the_root(request: Request) -> Response:
    """Send on who asks for the first page by its name: Streamlit has it at the root alone."""
    address = f"./?{request.url.query}" if request.url.query else "./"
    return RedirectResponse(address, status_code=307, headers=SECURITY)
