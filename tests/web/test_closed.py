"""The door: shut while there is a reason, for pages, routes and sockets alike."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from geo.web.closed import ClosedFor, is_loopback
from tests.web.asgi import ask


async def _page(_request: object) -> PlainTextResponse:
    return PlainTextResponse("figures")


def served(came_to: list[str | None], reason: str | None) -> Starlette:
    def why(address: str | None) -> str | None:
        came_to.append(address)
        return reason

    return Starlette(routes=[Route("/", _page)], middleware=[Middleware(ClosedFor, why=why)])


def test_without_a_reason_all_is_passed_on() -> None:
    came_to: list[str | None] = []
    assert ask(served(came_to, None), "/").body == b"figures"
    assert came_to == ["testserver"]


@pytest.mark.parametrize("path", ["/", "/none", "/_stcore/health", "/maplegrid/health"])
def test_with_a_reason_it_is_all_there_is(path: str) -> None:
    answer = ask(served([], "Closed: nobody is asked."), path)
    assert (answer.status, answer.body) == (403, b"Closed: nobody is asked.")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("server", "came_to"), [(("10.0.0.7", 8501), "10.0.0.7"), (("/run/x", None), None), (None, None)]
)
def test_with_a_reason_no_socket_opens(server: tuple[str, int | None] | None, came_to: str | None) -> None:
    sent: list[MutableMapping[str, Any]] = []
    asked: list[str | None] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "server": server}
    asyncio.run(served(asked, "Closed.")(scope, receive, send))
    assert [(message["type"], message.get("code")) for message in sent] == [("websocket.close", 1008)]
    assert asked == [came_to]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost"])
def test_addresses_of_this_machine_alone(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.7", "::ffff:10.0.0.7", "fenglin.example", "", None])  # noqa: S104
def test_all_others_may_be_reached_by_others(address: str | None) -> None:
    assert not is_loopback(address)
