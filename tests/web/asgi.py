"""Ask an ASGI application without a server."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette

__all__ = ["Answer", "ask"]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(app: Starlette, path: str, *, query: str = "", **headers: str) -> Answer:
    """Ask for a raw path, with headers named with underscores."""
    sent: list[MutableMapping[str, Any]] = []
    asked = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": asked,
        "root_path": "",
        "scheme": "http",
        "server": ("testserver", 80),
    }

    async def receive() -> MutableMapping[str, Any]:
        # Who asks stays on the line; an answer that listens for the end must not hear it, nor a second request.
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], head, b"".join(part.get("body", b"") for part in sent[1:]))
