"""Counts the bytes that a server really sends: a go-between that passes all on as it comes, packed or not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

__all__ = ["Wire", "wire_to"]

_AT_ONCE = 1 << 16


class Wire:
    """A port of its own that leads to a server's; ``sent`` is what the server has sent through it, in bytes."""

    def __init__(self, server_port: int) -> None:
        self.sent = 0
        self.port = 0
        self._server_port = server_port

    async def listen(self) -> asyncio.Server:
        """Open the port."""
        server = await asyncio.start_server(self._lead, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _lead(self, asked: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        there, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        with suppress(asyncio.CancelledError):  # the end of the wire
            await asyncio.gather(self._pass_on(asked, to_server), self._pass_on(there, answers, counts=True))

    async def _pass_on(self, come: asyncio.StreamReader, go: asyncio.StreamWriter, *, counts: bool = False) -> None:
        try:
            while data := await come.read(_AT_ONCE):
                self.sent += len(data) if counts else 0
                go.write(data)
                await go.drain()
        except ConnectionError:
            pass  # the browser went
        finally:
            go.close()


@contextmanager
def wire_to(server_port: int) -> Iterator[Wire]:
    """Open a wire to a server on this machine."""
    loop, wire = asyncio.new_event_loop(), Wire(server_port)
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(wire.listen(), loop).result()
        yield wire
    finally:
        asyncio.run_coroutine_threadsafe(_end_others(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_others() -> None:
    """End what still leads somewhere: a browser may be open longer."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
