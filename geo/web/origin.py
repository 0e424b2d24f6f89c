"""Turn away pages of other origins before Streamlit sees them.

Streamlit refuses them too, but first asks a service on the internet for this machine's address, to compare with.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

__all__ = ["SameOriginOnly"]

_POLICY_VIOLATION = 1008


class SameOriginOnly:
    """ASGI middleware: a WebSocket from a page of another origin is closed; one without an origin is no browser's.

    Parameters
    ----------
    app
        What is asked when the origin is right.

    Examples
    --------
    >>> from starlette.applications import Starlette
    >>> from starlette.middleware import Middleware
    >>> app = Starlette(middleware=[Middleware(SameOriginOnly)])
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or close it."""
        if scope["type"] == "websocket" and _is_foreign(Headers(scope=scope)):
            await WebSocketClose(code=_POLICY_VIOLATION, reason="A page of another origin.")(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_foreign(headers: Headers) -> bool:
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
