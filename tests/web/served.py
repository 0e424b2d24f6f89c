"""A script behind Streamlit on a port of its own, and a page of it watched in a real browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Frame, Page, Request, expect, sync_playwright

__all__ = ["ROOT", "Watched", "browse", "serve", "watch"]

ROOT = Path(__file__).parents[2]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]

# As long as a busy machine needs.
_SLOW_MS = 120_000


@dataclass
class Watched:
    """A page with the map on it, and what it asked for and complained of."""

    page: Page
    address: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        """The frame that the map is drawn in."""
        return next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)

    def note(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.asked.append(request.url)


@contextmanager
def serve(script: Path, store: Path) -> Iterator[str]:
    """Run a script by Streamlit over a store; yields its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "MAPLEGRID_STORE": str(store), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=script.parent, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            # Streamlit names its address once it answers.
            assert server.stdout is not None
            assert any("URL:" in line for line in server.stdout), "the server stopped before it answered"
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


@contextmanager
def browse(chromium: str) -> Iterator[BrowserContext]:
    """Start a browser; its pages share what it has once read of the scripts, and nothing else."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        context = browser.new_context(viewport={"width": 1000, "height": 800})
        context.set_default_timeout(_SLOW_MS)
        expect.set_options(timeout=_SLOW_MS)
        yield context
        browser.close()


@contextmanager
def watch(context: BrowserContext, address: str, *, path: str = "", areas: int | None) -> Iterator[Watched]:
    """Open a page and wait until its map has painted so many areas, or its tiles if it has none."""
    page = context.new_page()
    seen = Watched(page, address)
    page.on("request", seen.note)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("console", lambda said: seen.complaints.append(said.text) if said.type == "error" else None)
    page.goto(address + path)
    page.frame_locator("iframe").locator(".maple-name-area").first.wait_for(timeout=_SLOW_MS)
    if areas is None:
        page.frame_locator("iframe").locator("img.leaflet-tile-loaded").first.wait_for(timeout=_SLOW_MS)
    else:
        there = f"() => window.map?.maple?.painter?.shown.length === {areas}"
        seen.frame.wait_for_function(there, timeout=_SLOW_MS)
    seen.frame.evaluate("() => { window.mark = Math.random(); }")
    yield seen
    page.close()
