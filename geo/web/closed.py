"""Keep the door shut while there is a reason to: pages, routes and sockets answer with it and with nothing else."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

__all__ = ["SECURITY", "ClosedFor", "is_loopback"]

#: Headers of every answer of ours.
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
}
_POLICY_VIOLATION = 1008
_NO_ADDRESS = ""


def is_loopback(address: str | None) -> bool:
    """Tell whether only this machine can reach an address.

    Examples
    --------
    >>> [is_loopback(address) for address in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.1.2.3", "", None)]
    [True, True, True, False, False, False, False]
    """
    if address == "localhost":
        return True
    try:
        parsed = ipaddress.ip_address(address or _NO_ADDRESS)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


class ClosedFor:
    """ASGI middleware that answers nothing but a reason as long as there is one.

    Parameters
    ----------
    app
        What is asked when there is no reason.
    why
        Returns the reason, given the address of this machine that the request came to (None where it has none, as with
        a socket file); None for no reason.
    """

    def __init__(self, app: ASGIApp, *, why: Callable[[str | None], str | None]) -> None:
        self._app, self._why = app, why

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer with the reason."""
        reason = self._why(_came_to(scope)) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=_POLICY_VIOLATION, reason="Closed.")(scope, receive, send)
        else:
            headers = {**SECURITY, "Cache-Control": "no-store"}
            await PlainTextResponse(reason, status_code=403, headers=headers)(scope, receive, send)


def _came_to(scope: Scope) -> str | None:
    server = scope.get("server")
    # A socket file has no port.
    return None if server is None or server[1] is None else str(server[0])
