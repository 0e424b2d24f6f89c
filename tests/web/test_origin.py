"""A page of another origin never reaches the dashboard's WebSocket."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from geo.web.origin import SameOriginOnly


async def _welcome(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})


async def _nothing() -> Message:
    return {"type": "websocket.connect"}


def ask(origin: str | None, *, kind: str = "websocket") -> list[Message]:
    """What is sent back to a page of an origin, by a server that is called localhost:8501."""
    headers = [(b"host", b"localhost:8501")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(SameOriginOnly(_welcome)({"type": kind, "headers": headers}, _nothing, send))
    return sent


@pytest.mark.parametrize("origin", [None, "http://localhost:8501", "https://LOCALHOST:8501"])
def test_own_pages_and_programs_are_let_in(origin: str | None) -> None:
    assert ask(origin) == [{"type": "websocket.accept"}]


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:8502", "http://localhost", "null", ""])
def test_pages_of_other_origins_are_turned_away(origin: str) -> None:
    (answer,) = ask(origin)
    assert (answer["type"], answer["code"]) == ("websocket.close", 1008)


def test_what_is_no_websocket_passes() -> None:
    assert ask("http://evil.example", kind="http") == [{"type": "websocket.accept"}]
