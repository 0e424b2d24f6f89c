"""Times a page in a real browser: a changed filter to the painted map, first start, change of page; bytes sent.

``python -m bench.page`` publishes a county (`bench.county`), starts the dashboard on it, opens Disputes with a map of
single grids in headless Chromium, and changes period and source there and back. It prints a JSON line with the
milliseconds from the click to the painted map (median, and all of them), the bytes that the server sent for each
change, the seconds from starting the server to the first painted map in a browser that is open, and the milliseconds
from the click on another page to its painted map.
The line ``plain`` is the same for `bench.plain_page`: a page written with pandas, folium.Choropleth and st_folium,
that builds its map anew for each change; what it asks the web for is answered from files beside it, at once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page, Route, sync_playwright

from bench.county import publish_county
from bench.wire import Wire, wire_to
from geo.maps.assets import asset_text
from geo.store import Store

__all__ = ["main", "measure"]

PROJECT = Path(__file__).resolve().parent.parent
SIZES = ((1_500, 200_000), (10_000, 1_000_000))
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
_SHOWN = """() => {
  const maple = window.map?.maple;
  const values = maple?.painter?.layer?.values;
  if (values && maple.painter.shown.length) return [values.values, () => JSON.stringify([values.values, values.title])];
  const stack = maple?.tiler?.stack?.shown;
  if (stack?.length !== 1 || stack[0].isLoading()) return null;
  return [stack[0].address, () => stack[0].address];
}"""
_PLAIN_SHOWN = """() => {
  const mark = document.querySelector(".plain-mark")?.textContent;
  return mark && document.querySelector("path.leaflet-interactive") ? [mark, () => mark] : null;
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
_CHANGES = (("Period", "2025-10"), ("Source", "Discovered"), ("Period", "2025-11"), ("Source", "Both"))
_PAGES = ("Hazards", "Incidents", "Disputes")
_MONTHS = {"2025-10": "October 2025", "2025-11": "November 2025"}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, nargs="+", default=[grids for grids, _ in SIZES])
    parser.add_argument("--records", type=int, nargs="+", default=[records for _, records in SIZES])
    parser.add_argument("--rounds", type=int, default=4, help="how often the four changes are made")
    parser.add_argument("--plain-grids", type=int, default=10_000, help="no plain page with more grids than these")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        parser.error("There is no Chromium. Remedy: install it, or put it on the PATH")
    with tempfile.TemporaryDirectory() as temporary:
        for grids, records in zip(options.grids, options.records, strict=True):
            store = (options.folder or Path(temporary)) / f"{grids}-{records}"
            if Store(store).current() is None:
                publish_county(store, grids=grids, records=records, seed=options.seed)
            size = {"bench": "page", "grids": grids, "records": records}
            ours = measure(store, chromium, options.rounds)
            print(json.dumps({**size, **ours}), flush=True)
            if grids <= options.plain_grids:
                plain = _measure_plain(store, chromium)
                ratios = {
                    "ratio": round(plain["change_ms"] / ours["change_ms"], 1),
                    "bytes_ratio": round(plain["bytes"] / ours["bytes"], 1),
                }
                print(json.dumps({**size, "step": "plain", **plain, **ratios}), flush=True)
    return 0


def measure(store: Path, chromium: str, rounds: int) -> dict[str, Any]:
    """Open the dashboard on a store and change its filter so many times."""
    with _browse(chromium, _SHOWN) as page, _serve(PROJECT / "app.py", store) as (address, wire, started):
        page.goto(f"{address}disputes?period=2025-11&level=grid&lang=en")
        shown, _at = _painted(page, None)
        first_s = time.perf_counter() - started
        times, sizes = list[float](), list[int]()
        for label, option in _CHANGES * rounds:
            before = wire.sent
            _choose(page, label, _MONTHS.get(option, option))
            shown, at = _painted(page, shown)
            times.append(at - _clicked(page))
            # What comes after the paint belongs to the change as well.
            page.wait_for_function(_WHOLE)
            page.wait_for_timeout(1000)
            sizes.append(wire.sent - before)
        pages = list[float]()
        for name in _PAGES * rounds:
            page.wait_for_function(_WHOLE)
            page.get_by_role("link", name=name).first.click()
            shown, at = _painted(page, shown)
            pages.append(at - _clicked(page))
    return {
        "change_ms": round(statistics.median(times)),
        "changes_ms": [round(ms) for ms in times],
        "bytes": round(statistics.median(sizes)),
        "first_map_s": round(first_s, 2),
        "page_ms": round(statistics.median(pages)),
        "pages_ms": [round(ms) for ms in pages],
    }


def _measure_plain(store: Path, chromium: str) -> dict[str, Any]:
    script = PROJECT / "bench" / "plain_page.py"
    with _browse(chromium, _PLAIN_SHOWN) as page, _serve(script, store) as (address, wire, started):
        page.goto(address)
        shown, _at = _painted(page, None)
        first_s = time.perf_counter() - started
        times, sizes = list[float](), list[int]()
        for option in ("2025-10", "2025-11", "2025-10"):
            before = wire.sent
            _choose(page, "Period", option)
            shown, at = _painted(page, shown)
            times.append(at - _clicked(page))
            page.wait_for_function(_WHOLE)
            page.wait_for_timeout(1000)
            sizes.append(wire.sent - before)
    change = round(statistics.median(times))
    return {"change_ms": change, "bytes": round(statistics.median(sizes)), "first_map_s": round(first_s, 2)}


def _choose(page: Page, label: str, option: str) -> None:
    """Choose an option in the sidebar of a page that is whole, with one click at the end."""
    page.wait_for_function(_WHOLE)
    field = page.get_by_role("combobox", name=re.compile(label)).first
    field.click()
    field.fill(option)
    page.get_by_role("option", name=option, exact=True).first.click()


def _clicked(page: Page) -> float:
    """Return when the last click was, in milliseconds since 1970."""
    at: float = page.evaluate("() => window.clicked")
    return at


def _painted(page: Page, before: str | None) -> tuple[str, float]:
    """Wait until the map shows something else than before; return what, and when, in milliseconds since 1970."""
    deadline = time.monotonic() + _SLOW_MS / 1000
    while time.monotonic() < deadline:
        for frame in [frame for frame in page.frames if "streamlit_folium" in frame.url]:
            painted = _ask(frame)
            if painted is not None and painted["text"] != before:
                return painted["text"], painted["at"]
        page.wait_for_timeout(20)
    raise TimeoutError("The map was not painted. Remedy: open the page and look at its console")


def _ask(frame: Frame) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] | None = frame.evaluate("() => window.painted")
    except PlaywrightError:  # the frame may be gone by now
        return None
    return found


@contextmanager
def _serve(script: Path, store: Path) -> Iterator[tuple[str, Wire, float]]:
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
def _browse(chromium: str, drawn: str) -> Iterator[Page]:
    """Open a browser that notes when the map is drawn; ``drawn`` tells what it shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
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


if __name__ == "__main__":
    raise SystemExit(main())
