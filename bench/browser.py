"""A server, a headless browser before it, and when the map on its page was clicked and painted."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page, Route, sync_playwright

from bench.wire import Wire, wire_to
from geo.maps.assets import asset_text

__all__ = [
    "MAP_SHOWN",
    "PROJECT",
    "browse",
    "chromium",
    "clicked",
    "map_frames",
    "painted",
    "serve",
    "wait_until_whole",
]

PROJECT = Path(__file__).resolve().parent.parent
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_SLOW_MS = 120_000
_WEB = re.compile("^https:")
_LEAFLET = ("leaflet.js", "leaflet.css")
#: What the map shows: an object that is another one once a change is drawn, and its text. Shapes carry values, tiles
#: have an address.
MAP_SHOWN = """() => {
  const maple = window.map?.maple;
  const painter = maple?.painter;
  if (painter?.layer) {
    if (!painter.isDrawn()) return null;
    const values = painter.layer.values;
    return [values.values, () => JSON.stringify([values.values, values.title, values.fit])];
  }
  const stack = maple?.tiler?.stack?.shown;
  if (stack?.length !== 1 || stack[0].isLoading()) return null;
  return [stack[0].address, () => stack[0].address];
}"""
#: Each frame notes by itself when the reader clicked, and when the browser had drawn what the map shows: asking from
#: outside takes the time that is measured.
_WATCH = """(() => {
  const drawn = %s;
  const now = () => performance.timeOrigin + performance.now();
  addEventListener("click", (event) => { window.clicked = performance.timeOrigin + event.timeStamp; }, true);
  if (window === window.top) return;
  let last = null;
  const look = () => {
    const [object, text] = drawn() ?? [null, null];
    if (object === null || object === last) return;
    last = object;
    const note = () => { window.painted = { text: text(), at: now() }; };
    requestAnimationFrame(() => requestAnimationFrame(note));
  };
  setInterval(look, 5);
})()"""
_WHOLE = "() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'"


def chromium() -> str:
    """Return where the browser is.

    Raises
    ------
    SystemExit
        When there is none.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("There is no Chromium. Remedy: install it, or put it on the PATH")
    return found


@contextmanager
def serve(script: Path, store: Path) -> Iterator[tuple[str, Wire, float]]:
    """Start a server; give its address, what it sends, and the moment in which it was started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "MAPLEGRID_STORE": str(store), "PYTHONPATH": str(PROJECT)}
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            # Streamlit names its address once it answers.
            if server.stdout is None or not any("URL:" in line for line in server.stdout):
                raise RuntimeError(
                    "The server stopped before it answered. Remedy: start it by hand and read what it says"
                )
            with wire_to(port) as wire:
                yield f"http://127.0.0.1:{wire.port}/", wire, started
        finally:
            server.terminate()
            server.wait()


@contextmanager
def browse(drawn: str) -> Iterator[Page]:
    """Open a browser that notes when the map is drawn; ``drawn`` tells what it shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_SLOW_MS)
        page.route(_WEB, _answer_from_here)
        page.add_init_script(_WATCH % drawn)
        yield page
        browser.close()


def _answer_from_here(route: Route) -> None:
    """Answer what the plain page asks the web for: Leaflet at once, and nothing else."""
    name = route.request.url.rpartition("/")[2]
    route.fulfill(body=asset_text(name) if name in _LEAFLET else "")


def wait_until_whole(page: Page) -> None:
    """Wait until all of a page has come."""
    page.wait_for_function(_WHOLE)


def clicked(page: Page) -> float:
    """Return when the last click was, on the page or on its map, in milliseconds since 1970."""
    found = [float(_ask(frame, "() => window.clicked ?? 0") or 0) for frame in page.frames]
    return max(found)


def painted(page: Page, before: str | None) -> tuple[str, float]:
    """Wait until the map shows something else than before; return what, and when, in milliseconds since 1970."""
    deadline = time.monotonic() + _SLOW_MS / 1000
    while time.monotonic() < deadline:
        for frame in map_frames(page):
            found = _ask(frame, "() => window.painted")
            if found is not None and found["text"] != before:
                return found["text"], found["at"]
        page.wait_for_timeout(20)
    raise TimeoutError("The map was not painted. Remedy: open the page and look at its console")


def map_frames(page: Page) -> list[Frame]:
    """Return the frame of a page's map; none while there is no map."""
    return [frame for frame in page.frames if "streamlit_folium" in frame.url]


def _ask(frame: Frame, script: str) -> Any:  # noqa: ANN401  whatever the script gives
    try:
        return frame.evaluate(script)
    except PlaywrightError:  # the frame may be gone by now
        return None
