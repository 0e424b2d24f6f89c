"""Times a page in a real browser: a changed filter to the painted map, first start, change of page; bytes sent.

``python -m bench.page`` publishes a county (`bench.county`), starts the dashboard on it, opens Disputes with a map of
single grids in headless Chromium, and changes period and source there and back. It prints a JSON line with the
milliseconds from the click to the painted map (median, and all of them), the bytes that the server sent for each
change, the seconds from starting the server to the first painted map, and those of a change to the page Hazards.
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
from collections.abc import Callable, Iterator
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
#: What the map shows; another text once a change is painted. Shapes carry values, tiles have an address.
_SHOWN = """() => {
  const maple = window.map?.maple;
  const values = maple?.painter?.layer?.values;
  if (values && maple.painter.shown.length) return JSON.stringify([values.values, values.title]);
  const stack = maple?.tiler?.stack?.shown;
  return stack?.length === 1 && !stack[0].isLoading() ? stack[0].address : null;
}"""
_PLAIN_SHOWN = """() => {
  const mark = document.querySelector(".plain-mark")?.textContent;
  return mark && document.querySelectorAll("path.leaflet-interactive").length ? mark : null;
}"""
_CHANGES = (("Period", "2025-10"), ("Source", "Discovered"), ("Period", "2025-11"), ("Source", "Both"))
_MONTHS = {"2025-10": "October 2025", "2025-11": "November 2025"}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, nargs="+", default=[grids for grids, _ in SIZES])
    parser.add_argument("--records", type=int, nargs="+", default=[records for _, records in SIZES])
    parser.add_argument("--rounds", type=int, default=2, help="how often the four changes are made")
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
    started = time.perf_counter()
    with _serve(PROJECT / "app.py", store) as (address, wire), _browse(chromium) as page:
        page.goto(f"{address}disputes?period=2025-11&level=grid&lang=en")
        shown = _wait(page, _SHOWN, None)
        first_s = time.perf_counter() - started
        times, sizes = list[float](), list[int]()
        for label, option in _CHANGES * rounds:
            before = wire.sent
            ms, shown = _change(page, label, option, shown)
            times.append(ms)
            # What comes after the paint belongs to the change as well.
            page.wait_for_timeout(1500)
            sizes.append(wire.sent - before)
        start = time.perf_counter()
        page.get_by_role("link", name="Hazards").first.click()
        _wait(page, _SHOWN, shown)
        page_s = time.perf_counter() - start
    return {
        "change_ms": round(statistics.median(times)),
        "changes_ms": [round(ms) for ms in times],
        "bytes": round(statistics.median(sizes)),
        "first_map_s": round(first_s, 2),
        "page_s": round(page_s, 2),
    }


def _measure_plain(store: Path, chromium: str) -> dict[str, Any]:
    started = time.perf_counter()
    with _serve(PROJECT / "bench" / "plain_page.py", store) as (address, wire), _browse(chromium) as page:
        page.goto(address)
        shown = _wait(page, _PLAIN_SHOWN, None)
        first_s = time.perf_counter() - started
        times, sizes = list[float](), list[int]()
        for option in ("2025-10", "2025-11", "2025-10"):
            before = wire.sent
            start = time.perf_counter()
            _choose(page, "Period", option)
            shown = _wait(page, _PLAIN_SHOWN, shown)
            times.append(1000 * (time.perf_counter() - start))
            sizes.append(wire.sent - before)
    change = round(statistics.median(times))
    return {"change_ms": change, "bytes": round(statistics.median(sizes)), "first_map_s": round(first_s, 2)}


def _change(page: Page, label: str, option: str, shown: str) -> tuple[float, str]:
    """Choose an option in the sidebar; give the milliseconds from the click to the painted map, and what it shows."""
    _choose(page, label, _MONTHS.get(option, option), before=lambda: None)
    start = time.perf_counter()
    after = _wait(page, _SHOWN, shown)
    return 1000 * (time.perf_counter() - start), after


def _choose(page: Page, label: str, option: str, *, before: Callable[[], None] | None = None) -> None:
    field = page.get_by_role("combobox", name=re.compile(label)).first
    field.click()
    field.fill(option)
    if before is not None:
        before()
    page.get_by_role("option", name=option, exact=True).first.click()


def _wait(page: Page, script: str, before: str | None) -> str:
    """Wait until the map shows something else than before, and until the browser has drawn it."""
    deadline = time.monotonic() + _SLOW_MS / 1000
    while time.monotonic() < deadline:
        for frame in [frame for frame in page.frames if "streamlit_folium" in frame.url]:
            shown = _ask(frame, script)
            if shown is not None and shown != before:
                frame.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
                return shown
        page.wait_for_timeout(10)
    raise TimeoutError("The map was not painted. Remedy: open the page and look at its console")


def _ask(frame: Frame, script: str) -> str | None:
    try:
        found: str | None = frame.evaluate(script)
    except PlaywrightError:  # the frame may be gone by now
        return None
    return found


@contextmanager
def _serve(script: Path, store: Path) -> Iterator[tuple[str, Wire]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "MAPLEGRID_STORE": str(store), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            # Streamlit names its address once it answers.
            if server.stdout is None or not any("URL:" in line for line in server.stdout):
                raise RuntimeError(
                    "The server stopped before it answered. Remedy: start it by hand and read what it says"
                )
            with wire_to(port) as wire:
                yield f"http://127.0.0.1:{wire.port}/", wire
        finally:
            server.terminate()


@contextmanager
def _browse(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_SLOW_MS)
        page.route(_WEB, _answer_from_here)
        yield page
        browser.close()


def _answer_from_here(route: Route) -> None:
    """Answer what the plain page asks the web for: Leaflet at once, and nothing else."""
    name = route.request.url.rpartition("/")[2]
    route.fulfill(body=asset_text(name) if name in _LEAFLET else "")


if __name__ == "__main__":
    raise SystemExit(main())
