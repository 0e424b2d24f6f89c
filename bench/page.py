"""Times a page in a real browser: a changed filter to the painted map, first start, change of page; bytes sent.

``python -m bench.page`` publishes a county (`bench.county`), starts the dashboard on it, opens Disputes with a map of
single grids in headless Chromium, and changes period and source, to what nobody asked for before; then it goes to
Hazards and Incidents, each time of another month. It prints a JSON line with the milliseconds from the click to the
painted map (median, and all of them), the bytes that the server sent for each change, the seconds from starting the
server to the first painted map in a browser that is open, and the milliseconds from the click on another page to its
painted map.
The line ``plain`` is the same for `bench.plain_page`: a page written with pandas, folium.Choropleth and st_folium,
that builds its map anew for each change; what it asks the web for is answered from files beside it, at once.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from bench.browser import MAP_SHOWN, PROJECT, browse, clicked, painted, serve, wait_until_whole
from bench.county import publish_county
from geo.store import Store

__all__ = ["main", "measure"]

SIZES = ((1_500, 200_000), (10_000, 1_000_000))
_PLAIN_SHOWN = """() => {
  const mark = document.querySelector(".plain-mark")?.textContent;
  return mark && document.querySelector("path.leaflet-interactive") ? [mark, () => mark] : null;
}"""
_MONTHS = ("October", "September", "August", "July", "June", "May", "April", "March", "February", "January")
#: The map of both shows the reported alone, as that of the reported does.
_SOURCES = ("Discovered", "Both")
_PAGES = ("Hazards", "Incidents")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, nargs="+", default=[grids for grids, _ in SIZES])
    parser.add_argument("--records", type=int, nargs="+", default=[records for _, records in SIZES])
    parser.add_argument("--rounds", type=int, default=5, help="months, with two changes each; five at most")
    parser.add_argument("--plain-grids", type=int, default=10_000, help="no plain page with more grids than these")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        for grids, records in zip(options.grids, options.records, strict=True):
            store = (options.folder or Path(temporary)) / f"{grids}-{records}"
            if Store(store).current() is None:
                publish_county(store, grids=grids, records=records, seed=options.seed)
            size = {"bench": "page", "grids": grids, "records": records}
            ours = measure(store, options.rounds)
            print(json.dumps({**size, **ours}), flush=True)
            if grids <= options.plain_grids:
                plain = _measure_plain(store)
                ratios = {
                    "ours_ms": ours["change_ms"],
                    "ratio": round(plain["change_ms"] / ours["change_ms"], 1),
                    "bytes_ratio": round(plain["bytes"] / ours["bytes"], 1),
                }
                print(json.dumps({**size, "step": "plain", **plain, **ratios}), flush=True)
    return 0


def measure(store: Path, rounds: int) -> dict[str, Any]:
    """Open the dashboard on a store and change its filter so many times."""
    with browse(MAP_SHOWN) as page, serve(PROJECT / "app.py", store) as (address, wire, started):
        page.goto(f"{address}disputes?period=2025-11&level=grid&lang=en")
        shown, _at = painted(page, None)
        first_s = time.perf_counter() - started
        times, sizes = list[float](), list[int]()
        for label, option in _changes(_MONTHS[:rounds]):
            before = wire.sent
            _choose(page, label, option)
            shown, at = painted(page, shown)
            times.append(at - clicked(page))
            # What comes after the paint belongs to the change as well.
            wait_until_whole(page)
            page.wait_for_timeout(1000)
            sizes.append(wire.sent - before)
        pages = list[float]()
        for month in _MONTHS[rounds : 2 * rounds]:
            _choose(page, "Period", f"{month} 2025")
            shown, _at = painted(page, shown)
            for name in _PAGES:
                shown, ms = _go_to(page, name, shown)
                pages.append(ms)
            shown, _ms = _go_to(page, "Disputes", shown)
    return {
        "change_ms": round(statistics.median(times)),
        "changes_ms": [round(ms) for ms in times],
        "bytes": round(statistics.median(sizes)),
        "first_map_s": round(first_s, 2),
        "page_ms": round(statistics.median(pages)),
        "pages_ms": [round(ms) for ms in pages],
    }


def _changes(months: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield changes of the month, then of the source, each to a view that was not seen before."""
    for month, source in zip(months, cycle(_SOURCES), strict=False):
        yield "Period", f"{month} 2025"
        yield "Source", source


def _go_to(page: Page, name: str, shown: str) -> tuple[str, float]:
    """Go to another page; return what its map shows, and the milliseconds until it was painted."""
    wait_until_whole(page)
    page.get_by_role("link", name=name).first.click()
    shown, at = painted(page, shown)
    return shown, at - clicked(page)


def _measure_plain(store: Path) -> dict[str, Any]:
    script = PROJECT / "bench" / "plain_page.py"
    with browse(_PLAIN_SHOWN) as page, serve(script, store) as (address, wire, started):
        page.goto(address)
        shown, _at = painted(page, None)
        first_s = time.perf_counter() - started
        times, sizes = list[float](), list[int]()
        for option in ("2025-10", "2025-11", "2025-10"):
            before = wire.sent
            _choose(page, "Period", option)
            shown, at = painted(page, shown)
            times.append(at - clicked(page))
            wait_until_whole(page)
            page.wait_for_timeout(1000)
            sizes.append(wire.sent - before)
    change = round(statistics.median(times))
    return {"change_ms": change, "bytes": round(statistics.median(sizes)), "first_map_s": round(first_s, 2)}


def _choose(page: Page, label: str, option: str) -> None:
    """Choose an option in the sidebar of a page that is whole, with one click at the end."""
    wait_until_whole(page)
    field = page.get_by_role("combobox", name=re.compile(label)).first
    field.click()
    field.fill(option)
    page.get_by_role("option", name=option, exact=True).first.click()


if __name__ == "__main__":
    raise SystemExit(main())
