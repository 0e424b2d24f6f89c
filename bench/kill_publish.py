"""Kills a publishing process again and again, and looks whether any release is torn afterwards.

``python -m bench.kill_publish`` prints one JSON line and fails if a release is torn, if leftovers stay, or if fewer
than half of the kills landed while the process published, as shown by the layer files and drafts that nobody names,
and by leases of the dead.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from datetime import date
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.store import Release, Store, connect

_KILLS = 50
_RECORDS = 5_000
# Roads of many points are quick to check and long to write: most of a publisher's life is then the part that can tear.
_ROADS = 5_000
_POINTS_PER_ROAD = 200
_LONGEST_LIFE_S = 1.0
_HEADER: dict[str, Any] = {"as_of": date(2025, 12, 31), "time_zone": "Asia/Shanghai", "title": "Kill bench"}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=_KILLS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = kill_and_check(Store(Path(folder) / "store"), kills=options.kills, seed=options.seed)
    print(json.dumps(result), flush=True)
    failed = result["torn"] or result["left_after_collect"] or 2 * result["landed_in_publish"] < options.kills
    return 1 if failed else 0


def kill_and_check(store: Store, *, kills: int, seed: int) -> dict[str, Any]:
    """Return what was killed, what it left, and what is torn."""
    started = time.perf_counter()
    random = np.random.default_rng(seed)
    store.publish({"grids": _grids()}, **_HEADER, note=json.dumps({"grids": 100}))
    # A server that has imported everything forks the publishers: each starts at once and with no threads.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["geo.store"])
    landed = 0
    for number in range(kills):
        before = set(store.leftovers())
        _kill_one(store, context, seed=number, life_s=random.uniform(0, _LONGEST_LIFE_S))
        landed += bool(set(store.leftovers()) - before)
    torn = _torn(store)
    left = len(_unnamed(store))
    collected = store.collect(grace_seconds=0)
    return {
        "bench": "kill_publish",
        "kills": kills,
        "landed_in_publish": landed,
        "releases": len(store.releases()),
        "torn": len(torn),
        "problems": torn[:5],
        "left": left,
        "collected": len(collected),
        "left_after_collect": len(_unnamed(store)),
        "seconds": round(time.perf_counter() - started, 1),
    }


def publish_forever(root: str, seed: int, ready: Event) -> None:
    """Publish two layers of ever new lengths, until killed; the note tells the lengths."""
    store = Store(root)
    random = np.random.default_rng(seed)
    records, roads = _incidents(_RECORDS), _roads()
    # The first time in a process takes longer, at checks that leave nothing behind.
    _publish(store, records.iloc[:1], roads.iloc[:1])
    ready.set()
    while True:
        _publish(store, records.iloc[: random.integers(_RECORDS)], roads.iloc[: random.integers(_ROADS // 2, _ROADS)])


def _publish(store: Store, records: pd.DataFrame, roads: gpd.GeoDataFrame) -> None:
    layers = {"incidents": records, "background": roads}
    rows = {layer: len(frame) for layer, frame in layers.items()}
    store.publish(layers, **_HEADER, note=json.dumps(rows))


def _kill_one(store: Store, context: ForkServerContext, *, seed: int, life_s: float) -> None:
    ready = context.Event()
    process = context.Process(target=publish_forever, args=(str(store.root), seed, ready))
    process.start()
    if not ready.wait(timeout=60):
        raise TimeoutError("the publisher did not start within a minute")
    time.sleep(life_s)
    process.kill()
    process.join()


def _unnamed(store: Store) -> set[str]:
    """Return layer files and drafts of manifests that no release names."""
    named = {file.path for release in store.releases() for file in release.layers.values()}
    files = [*(store.root / "layers").iterdir(), *(store.root / "releases").glob("*.tmp")]
    return {path.relative_to(store.root).as_posix() for path in files} - named


def _torn(store: Store) -> list[str]:
    releases = store.releases()
    gaps = [release.number for position, release in enumerate(releases, start=1) if release.number != position]
    wrong = [release.number for release in releases if not _holds_what_was_published(release)]
    return [
        *store.check(),
        *(f"release {number}: not the next number" for number in gaps),
        *(f"release {number}: not the rows that were published" for number in wrong),
    ]


def _holds_what_was_published(release: Release) -> bool:
    expected: dict[str, int] = json.loads(release.note)
    with connect(release) as connection:
        counts = {layer: connection.table(layer).shape[0] for layer in expected}
    return counts == expected


def _grids() -> gpd.GeoDataFrame:
    codes = [f"g{number}" for number in range(100)]
    shapes = [shapely.box(column, 0, column + 1, 1) for column in range(100)]
    return gpd.GeoDataFrame({"grid_id": codes, "name": codes}, geometry=shapes, crs="EPSG:4326")


def _incidents(n: int) -> pd.DataFrame:
    numbers = np.arange(n)
    return pd.DataFrame(
        {
            "record_id": pd.Series(numbers.astype(str), dtype="str"),
            "class": "theft",
            "source": "reported",
            "found_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(numbers, unit="min"),
            "lon": numbers % 100 + 0.5,
            "lat": 0.5,
            "grid_id": pd.Series("g" + pd.Series(numbers % 100).astype("str"), dtype="str"),
            "placed": "inside",
        }
    )


def _roads() -> gpd.GeoDataFrame:
    steps = np.random.default_rng(0).normal(scale=1e-3, size=(_ROADS, _POINTS_PER_ROAD, 2))
    roads = shapely.linestrings(steps.cumsum(axis=1) + np.array([120.0, 30.0]))
    return gpd.GeoDataFrame(geometry=roads, crs="EPSG:4326").assign(kind="road", rank=1)


if __name__ == "__main__":
    sys.exit(main())
