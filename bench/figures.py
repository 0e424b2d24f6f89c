"""Times the figures of a page after a changed filter, beside filter, groupby and merge of pandas on the same records.

``python -m bench.figures`` publishes a county (`bench.county`), opens the release in a process of its own, then asks
for the pages Today, Disputes and Hazards with random filters: area, level, period, classes, source. Each is asked by
the functions that the pages call, with no table kept of any view (Streamlit's caches are emptied each time), the
release read. It prints a JSON line for each page and one for all: wall and CPU seconds (p50, p95), of what can be added
up alone, medians, hours and flows left out (``additive``: some of the periods for the first time in this process;
``again``: the same filters, all periods asked for before), and of everything the page shows and the values of its map
(``page``); seconds to read the release and the most memory. ``plain`` is what `bench.plain_figures` needs for the
counts, shares and map values of the same filters; the ratio is between the medians of CPU seconds, which hold on a
machine that others work on.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench import plain_figures
from bench.county import publish_county
from geo import figures
from geo.access import Scope
from geo.codes import code_list
from geo.dashboard import cache
from geo.dashboard.ahead import spare_collector
from geo.figures.asked import only
from geo.figures.tree import Tree
from geo.measures.beforehand import count_beforehand
from geo.measures.parts import PARTS, parts_of
from geo.privacy import Protected
from geo.store import Release, Store
from geo.view import CLASS_LISTS, Period, View

__all__ = ["ask_additive", "ask_page", "main", "measure", "percentiles", "random_views", "time_once"]

SIZES = ((1_500, 200_000), (10_000, 1_000_000), (10_000, 10_000_000))
_PAGES = ("today", "disputes", "hazards")
_SCOPE = Scope("planner")
_PERIODS = ("2025-12", "2025-10", "2025-05", "2024-11", "2025-Q3", "2025-Q4", "2025", "2024")
_REPEATS = 12
# Frames of more records than this do not fit beside others on a laptop.
_PLAIN_RECORDS = 2_000_000
#: What the map of a layer shows: a share, its interval and what it is a share of.
_ON_MAP = {"disputes": "settled_in_month", "hazards": "removed_on_time"}
#: What can't be added up from parts: shown when it is ready.
_SLOW_TABLES, _SLOW_PARTS = ("by_hour", "flow"), ("days",)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, nargs="+", default=[grids for grids, _ in SIZES])
    parser.add_argument("--records", type=int, nargs="+", default=[records for _, records in SIZES])
    parser.add_argument("--repeats", type=int, default=_REPEATS, help="changes of the filter for each page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        for grids, records in zip(options.grids, options.records, strict=True):
            store = (options.folder or Path(temporary)) / f"{grids}-{records}"
            if Store(store).current() is None:
                publish_county(store, grids=grids, records=records, seed=options.seed)
            # A process of its own, so that the memory is that of a server with this release alone.
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                lines = pool.apply(measure, (store, options.repeats, options.seed))
            if records <= _PLAIN_RECORDS:
                with multiprocessing.get_context("spawn").Pool(1) as pool:
                    plain = pool.apply(_measure_plain, (store, options.repeats, options.seed))
                lines = [_set_beside(line, plain) for line in lines]
            for line in lines:
                print(json.dumps({"bench": "figures", "grids": grids, "records": records, **line}), flush=True)
    return 0


def measure(root: Path, repeats: int, seed: int) -> list[dict[str, Any]]:
    """Ask for each page with random filters; give a line for each, and one for reading the release."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    release = Store(root).release(1)
    start = time.perf_counter()
    for page in _PAGES:
        ask_page(release, page, View(Period("2025-11"), layer="disputes", level="station"))
    read_seconds = time.perf_counter() - start
    tree, views = cache.tree(release), random_views(release, repeats, seed=seed)
    # As the server does when it has read a release.
    spare_collector()
    additive = {page: partial(ask_additive, release, tree, page) for page in _PAGES}
    first = {page: [time_once(partial(additive[page], view)) for view in views[page]] for page in _PAGES}
    start = time.perf_counter()
    count_beforehand(release)
    beforehand_seconds = time.perf_counter() - start
    spare_collector()
    timed = {"first": first}
    timed["additive"] = {page: [time_once(partial(additive[page], view)) for view in views[page]] for page in _PAGES}
    timed["page"] = {
        page: [time_once(partial(ask_page, release, page, view)) for view in views[page]] for page in _PAGES
    }
    lines = [{"step": page, **{name: percentiles(each[page]) for name, each in timed.items()}} for page in _PAGES]
    every = {name: percentiles([one for page in _PAGES for one in each[page]]) for name, each in timed.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    read = {"read_seconds": round(read_seconds, 2), "beforehand_seconds": round(beforehand_seconds, 2)}
    return [*lines, {"step": "all", **every, **read, "peak_bytes": peak}]


def random_views(release: Release, count: int, *, seed: int) -> dict[str, list[View]]:
    """Give random changes of the filter for each page, the same for the same seed; two in five of the whole."""
    random, tree = np.random.default_rng(seed), cache.tree(release)
    stations = [code for code in tree.areas if tree.level(code) == "station"]
    villages = [code for code in tree.areas if tree.level(code) == "village"]
    return {page: [_random_view(page, tree, stations, villages, random) for _ in range(count)] for page in _PAGES}


def _random_view(page: str, tree: Tree, stations: list[str], villages: list[str], random: np.random.Generator) -> View:
    layer = page if page != "today" else str(random.choice(["disputes", "hazards"]))
    areas: list[str | None] = [None, None, str(random.choice(stations)), str(random.choice(stations))]
    area = [*areas, str(random.choice(villages))][random.integers(0, 5)]
    below = tree.levels_below(area)
    names = list(code_list(CLASS_LISTS[layer] or ""))
    classes = tuple(sorted({str(name) for name in random.choice(names, 2)})) if random.random() < 0.3 else ()
    source = ("reported", "discovered", None, None)[random.integers(0, 4)]
    return View(
        Period(str(random.choice(_PERIODS))),
        layer=layer,
        area=area,
        level=below[random.integers(0, len(below))],
        classes=classes,
        source=source,
    )


def time_once(do: Callable[[], object]) -> tuple[float, float]:
    for kept in (cache.today, cache.layer_page, cache._seen):
        kept.clear()
    wall, cpu = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - wall, time.process_time() - cpu


def percentiles(seconds: list[tuple[float, float]]) -> dict[str, float]:
    named = zip(("seconds", "cpu"), zip(*seconds, strict=True), strict=True)
    return {f"{name}_p{p}": round(float(np.percentile(values, p)), 4) for name, values in named for p in (50, 95)}


def ask_page(release: Release, page: str, view: View) -> None:
    """Ask for what a page shows: its figures, and the values of its map."""
    if page == "today":
        cache.today(release, view, _SCOPE)
    else:
        cache.layer_page(release, view, _SCOPE)
    cache.map_values(release, view, _SCOPE, measure_id=_ON_MAP[view.layer])


def ask_additive(release: Release, tree: Tree, page: str, view: View) -> None:
    """Ask for the same without what has to be worked out from single records."""
    kept: dict[tuple[str, View], Protected | None] = {}

    def ask(measured: str, asked: View) -> Protected:
        name, _, named = measured.partition(":")
        if name in _SLOW_TABLES:
            # What is left out: the pages take nothing for a table that is not told.
            return kept.setdefault((name, asked), None)  # type: ignore[return-value]  # as said above
        if name.removeprefix("by month ") in ("summary", "measure") and asked.layer in PARTS:
            parts = named.split("+") if named else list(PARTS[asked.layer])
            measured = only(name, [part for part in parts if part not in _SLOW_PARTS])
        if (measured, asked) not in kept:
            kept[measured, asked] = figures.seen(measured, release, asked, _SCOPE)
        found = kept[measured, asked]
        assert found is not None
        return found

    layers = cache.layers_shown(release)
    if page == "today":
        figures.today_figures(ask, layers, view, tree)
    else:
        figures.layer_figures(ask, layers, view, tree)
    ask(only("measure", parts_of(view.layer, _ON_MAP[view.layer])), view)


def _measure_plain(root: Path, repeats: int, seed: int) -> dict[str, dict[str, float]]:
    release = Store(root).release(1)
    views, tables = random_views(release, repeats, seed=seed), plain_figures.read_tables(release)
    return {
        page: percentiles([time_once(partial(plain_figures.page, tables, view)) for view in views[page]])
        for page in _PAGES
    }


def _set_beside(line: dict[str, Any], plain: dict[str, dict[str, float]]) -> dict[str, Any]:
    if line["step"] not in plain:
        return line
    theirs = plain[line["step"]]
    return {**line, "plain": theirs, "ratio": round(theirs["cpu_p50"] / line["additive"]["cpu_p50"], 1)}


if __name__ == "__main__":
    raise SystemExit(main())
