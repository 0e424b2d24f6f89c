"""Times each step from a country down to a grid: what the page Today and its map ask of the server.

``python -m bench.drill`` publishes a country (`bench.county`), opens the release in a process of its own, reads it, and
goes down from the country along random ways: at each step it asks for the page and the values of its map as the
dashboard does after a click (`geo.dashboard.state.drill_into`), with no table kept of any view. It prints a JSON line
for each step: the level gone to, the level on the map and its areas, wall and CPU seconds (p50, p95) of what can be
added up alone (``additive``) and of all that the page shows (``page``); CPU seconds hold on a machine that others work
on. For a level that is sent as shapes also how large these are, which a browser reads once. The lines ``browser`` tell
of such ways in headless Chromium, by clicks on random areas of the map: milliseconds from the click to the painted map,
with the shapes or tiles of the next level, which this browser has not loaded before (``--no-browser`` leaves them out).
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import statistics
import tempfile
import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Page

from bench.browser import MAP_SHOWN, PROJECT, browse, clicked, map_frames, painted, serve, wait_until_whole
from bench.county import publish_county
from bench.figures import ask_additive, ask_page, percentiles, time_once
from geo.access import Scope
from geo.areas import area_table
from geo.dashboard import cache
from geo.dashboard.state import PageState, drill_into
from geo.figures.tree import Tree
from geo.maps import is_for_tiles
from geo.maps.geometry import geometry_text
from geo.store import Release, Store
from geo.view import Period, View

__all__ = ["main", "measure", "walk"]

_SIDES = (1, 3, 2, 3, 3)
_PERIOD = Period("2025-11")
_WAYS = 5
_PAGE = "today"
#: Where on the map an area lies that is chosen by a number from 0 to 1; nearly the middle where the server paints it.
_PLACE = """(chosen) => {
  const painter = map.maple.painter;
  if (!painter?.isDrawn()) {
    const size = map.getSize();
    return [size.x * (0.46 + 0.08 * chosen), size.y * (0.54 - 0.08 * chosen)];
  }
  const inside = painter.layer.values.focus?.map((place) => painter.shown[place]) ?? painter.shown;
  const point = map.latLngToContainerPoint(inside[Math.floor(chosen * inside.length)].maple.centre);
  return [point.x, point.y];
}"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, default=100_000)
    parser.add_argument("--records", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--ways", type=int, default=_WAYS, help="ways down from the country to a grid")
    parser.add_argument("--browser", action=argparse.BooleanOptionalAction, default=True, help="walk in a browser too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        for records in options.records:
            store = (options.folder or Path(temporary)) / f"country-{options.grids}-{records}"
            if Store(store).current() is None:
                publish_county(store, grids=options.grids, records=records, seed=options.seed, sides=_SIDES)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                lines = pool.apply(measure, (store, options.ways, options.seed))
            _print(lines, options.grids, records)
            if options.browser:
                _print(walk(store, options.ways, options.seed), options.grids, records)
    return 0


def _print(lines: list[dict[str, Any]], grids: int, records: int) -> None:
    for line in lines:
        print(json.dumps({"bench": "drill", "grids": grids, "records": records, **line}), flush=True)


def measure(root: Path, ways: int, seed: int) -> list[dict[str, Any]]:
    """Go down so many ways; give a line for each step, and one for reading the release."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    release, start = Store(root).release(1), time.perf_counter()
    tree = cache.tree(release)
    top = PageState(View(_PERIOD, level=tree.first_level(None)))
    ask_page(release, _PAGE, top.view)
    read_seconds = round(time.perf_counter() - start, 2)
    steps: dict[tuple[str, str], dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    random = np.random.default_rng(seed)
    for _ in range(ways):
        for state in _way_down(top, tree, random):
            own = tree.level(state.view.area) or "all"
            kept = steps[own, state.view.level]
            kept["additive"].append(time_once(partial(ask_additive, release, tree, _PAGE, state.view)))
            kept["page"].append(time_once(partial(ask_page, release, _PAGE, state.view)))
    lines = [
        {"step": own, "map": shown, **_size(release, shown), **{name: percentiles(told) for name, told in of.items()}}
        for (own, shown), of in steps.items()
    ]
    return [*lines, {"step": "read", "read_seconds": read_seconds}]


def walk(root: Path, ways: int, seed: int) -> list[dict[str, Any]]:
    """Go down so many ways in a browser, after one to warm it up; give a line for each level gone to."""
    tree, random = cache.tree(Store(root).release(1)), np.random.default_rng(seed)
    times: dict[str, list[float]] = defaultdict(list)
    with browse(MAP_SHOWN) as page, serve(PROJECT / "app.py", root) as (address, _wire, _started):
        for way in range(ways + 1):
            page.goto(f"{address}today?period={_PERIOD.text}&lang=en")
            shown, _at = painted(page, None)
            level = ""
            while level != tree.levels[-1]:
                wait_until_whole(page)
                page.wait_for_timeout(1000)
                x, y = _place_on_map(page, random.random())
                page.mouse.click(x, y)
                shown, at = painted(page, shown)
                level = tree.level(parse_qs(urlsplit(page.url).query)["area"][0]) or ""
                if way:
                    times[level].append(at - clicked(page))
    return [
        {"browser": level, "ms": round(statistics.median(found)), "all_ms": [round(ms) for ms in found]}
        for level, found in times.items()
    ]


def _place_on_map(page: Page, chosen: float) -> tuple[float, float]:
    """Return where on the page an area of the map lies."""
    box = page.locator("iframe").first.bounding_box()
    if box is None:
        raise RuntimeError("There is no map. Remedy: open the page and look at it")
    x, y = map_frames(page)[0].evaluate(_PLACE, chosen)
    return box["x"] + x, box["y"] + y


def _way_down(top: PageState, tree: Tree, random: np.random.Generator) -> list[PageState]:
    """Return the states from the whole down to a grid, each the one that a click gives."""
    states = [top]
    tops = tree.children(None)
    below = tree.children(tops[0]) if len(tops) == 1 else tops
    while below:
        states.append(drill_into(states[-1], str(random.choice(below)), tree))
        below = tree.children(states[-1].view.area)
    return states


def _size(release: Release, level: str) -> dict[str, int]:
    areas = int((area_table(release)["level"] == level).sum())
    if is_for_tiles(release, level):
        return {"areas": areas}
    return {"areas": areas, "shape_bytes": len(geometry_text(release, level, Scope("planner")).encode())}


if __name__ == "__main__":
    raise SystemExit(main())
