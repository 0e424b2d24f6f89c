"""Kills an importing process again and again, and counts the rows that were lost or doubled.

``python -m bench.kill_import`` imports generated CSV and GeoJSON by recipes, kills the importer at random moments, and
prints one JSON line. One kill in eight comes anywhere in the import, the others while it publishes, which is the part
that could tear. It fails if a release does not hold its files' rows exactly once, if a release lacks its reports or
their rejected rows, if the check finds anything, if leftovers stay, or if fewer than half of the kills left evidence in
the store of having been in the middle: layer files, reports and drafts that no release names, or a dead publisher's
lease. Meanwhile a reader opens the current release over and over, and must never see anything but a whole one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Event as ThreadEvent
from threading import Thread
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.intake import import_recipes
from geo.intake.pipeline import Progress
from geo.store import Release, Store, read_layer, read_rejects

_KILLS = 200
_ANYWHERE = 8
_VERSIONS = 1_000
_LONGER, _SHORTER = 1.1, 1 / 1.1**9
_READER_RESTS_S = 0.5
_RECORDS = 2_000
_BAD_RECORDS = 40
_GRIDS = 60
# Roads of many points are quick to check and long to write: much of an import is then the part that can tear.
_ROADS = 400
_POINTS_PER_ROAD = 1_500
_HEAD = '[release]\ntitle = "Kill bench"\ntime_zone = "Asia/Shanghai"\nas_of = 2025-12-31\n'


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=_KILLS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = kill_and_count(Path(folder), kills=options.kills, seed=options.seed)
    print(json.dumps(result), flush=True)
    broken = ("rows_lost", "rows_doubled", "reports_missing", "rejects_wrong", "problems", "reader_faults")
    failed = any(result[name] for name in broken) or result["left_after_collect"]
    return 1 if failed or 2 * result["left_evidence"] < options.kills else 0


def kill_and_count(folder: Path, *, kills: int, seed: int) -> dict[str, Any]:
    """Return what was killed, what it left, and what the releases hold."""
    started = time.perf_counter()
    random = np.random.default_rng(seed)
    store = Store(folder / "store")
    _write_recipes(folder)
    _import(folder, store, version=0)
    # A server that has loaded everything forks the importers: each starts at once and with no threads.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["geo.intake.pipeline", "pyogrio", "pandera.pandas", "geopandas", "duckdb"])
    all_s, publishing_s = _durations(folder, context)
    evidence, with_files = 0, 0
    with _reader(store) as reader_faults:
        for number in range(kills):
            before = set(store.leftovers())
            anywhere = number % _ANYWHERE == 0
            life_s = random.uniform(0, all_s if anywhere else publishing_s)
            done = _kill_one(folder, context, version=(1 + number) * _VERSIONS, anywhere=anywhere, life_s=life_s)
            if not anywhere:
                # Nobody knows how busy the machine is: about one kill in ten is to come after the release.
                publishing_s *= _SHORTER if done else _LONGER
            after = set(store.leftovers()) - before
            evidence += bool(after)
            with_files += any(not name.endswith(".lock") for name in after)
    counts: Counter[str] = Counter()
    for release in store.releases():
        counts.update(_count(store, release))
    problems = store.check()
    left = len(store.leftovers())
    store.collect(grace_seconds=0)
    return {
        "bench": "kill_import",
        "kills": kills,
        "left_evidence": evidence,
        "left_files": with_files,
        "releases": len(store.releases()),
        **{name: counts[name] for name in ("rows", "rows_lost", "rows_doubled", "reports_missing", "rejects_wrong")},
        "problems": len(problems),
        "first_problems": problems[:3],
        "reader_faults": len(reader_faults),
        "first_reader_faults": reader_faults[:3],
        "left": left,
        "left_after_collect": len(store.leftovers()),
        "import_seconds": round(all_s, 2),
        "publishing_seconds": round(publishing_s, 2),
        "seconds": round(time.perf_counter() - started, 1),
    }


def import_forever(folder: str, first: int, started: Event, publishing: Event, done: Event) -> None:
    """Import ever new versions of the files, until killed; tell when the first begins, is published, and is done."""

    def tell(share: float, step: str) -> None:
        if step == "release":
            (publishing if share < 1 else done).set()

    started.set()
    for version in range(first, first + _VERSIONS):
        _import(Path(folder), Store(Path(folder) / "store"), version=version, progress=tell)


def _durations(folder: Path, context: ForkServerContext) -> tuple[float, float]:
    """Return how long a process's first import takes, and how long of it it publishes."""
    process, started, publishing, done = _start(folder, context, version=1)
    moments = [_wait(event) for event in (started, publishing, done)]
    process.kill()
    process.join()
    return moments[2] - moments[0], moments[2] - moments[1]


def _kill_one(folder: Path, context: ForkServerContext, *, version: int, anywhere: bool, life_s: float) -> bool:
    """Kill an importer after a while; True if it had published its first release by then."""
    process, started, publishing, done = _start(folder, context, version=version)
    _wait(started if anywhere else publishing)
    time.sleep(life_s)
    process.kill()
    process.join()
    return done.is_set()


def _start(folder: Path, context: ForkServerContext, *, version: int) -> tuple[ForkServerProcess, Event, Event, Event]:
    started, publishing, done = context.Event(), context.Event(), context.Event()
    process = context.Process(target=import_forever, args=(str(folder), version, started, publishing, done))
    process.start()
    return process, started, publishing, done


def _wait(event: Event) -> float:
    if not event.wait(timeout=120):
        raise TimeoutError("the importer did not come so far within two minutes")
    return time.perf_counter()


def _import(folder: Path, store: Store, *, version: int, progress: Progress | None = None) -> None:
    """Write the files of a version and import them; the attribution tells the version."""
    _write_files(folder, version)
    attribution = f'attribution = "{version}"\n'
    for name in ("grids", "incidents", "background"):
        recipe = folder / f"{name}.toml"
        recipe.write_text(attribution + (folder / f"{name}.recipe").read_text(encoding="utf-8"), encoding="utf-8")
    recipes = [folder / f"{name}.toml" for name in ("grids", "incidents", "background")]
    import_recipes(recipes, store, progress=progress)


def _write_recipes(folder: Path) -> None:
    grids = 'layer = "grids"\nfile = "grids.geojson"\n[columns]\ngrid_id = "code"\nname = "code"\n'
    incidents = (
        'layer = "incidents"\nfile = "incidents.csv"\n[columns]\nrecord_id = "id"\nclass = "class"\n'
        'found_at = "date"\nlon = "lon"\nlat = "lat"\n[constants]\nsource = "reported"\n'
    )
    roads = 'layer = "background"\nfile = "roads.parquet"\n[constants]\nkind = "road"\nrank = "1"\n'
    for name, text in {"grids": grids, "incidents": incidents, "background": roads}.items():
        (folder / f"{name}.recipe").write_text(text + _HEAD, encoding="utf-8")
    _roads().to_parquet(folder / "all_roads.parquet")


def _write_files(folder: Path, version: int) -> None:
    """Write grids whose borders, and incidents whose ids, are those of the version; some incidents are no good."""
    edges = np.linspace(120, 121, _GRIDS + 1) + (version % 7) * 1e-4
    shapes = [shapely.box(west, 30, east, 30.5) for west, east in pairwise(edges)]
    codes = [f"g{version % 5}-{number}" for number in range(_GRIDS)]
    gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4326).to_file(folder / "grids.geojson")
    _incidents(version).to_csv(folder / "incidents.csv", index=False)
    roads = gpd.read_parquet(folder / "all_roads.parquet").iloc[version % 50 :]
    roads.to_parquet(folder / "roads.parquet")


def _incidents(version: int) -> pd.DataFrame:
    n = _good(version) + _BAD_RECORDS
    numbers = np.arange(n)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(numbers % 360, unit="D")
    return pd.DataFrame(
        {
            "id": [f"{version}-{number}" for number in numbers],
            "class": np.where(numbers < _good(version), "theft", "arson"),
            "date": days.strftime("%Y-%m-%d"),
            "lon": 120 + (numbers * 0.618) % 1,
            "lat": 30.25,
        }
    )


def _good(version: int) -> int:
    return _RECORDS + version % 100


def _roads() -> gpd.GeoDataFrame:
    steps = np.random.default_rng(0).normal(scale=1e-3, size=(_ROADS, _POINTS_PER_ROAD, 2))
    roads = shapely.linestrings(steps.cumsum(axis=1) + np.array([120.5, 30.25]))
    return gpd.GeoDataFrame(geometry=roads, crs="EPSG:4326")


def _count(store: Store, release: Release) -> Counter[str]:
    """Compare a release with the files of the version that its attribution tells."""
    version = int(release.sources["incidents"])
    ids = read_layer(release, "incidents", columns=["record_id"])["record_id"]
    expected = {f"{version}-{number}" for number in range(_good(version))}
    reports = {report.name: report for report in store.reports(release)}
    told = reports["incidents"].payload if "incidents" in reports else {"rows_in": -1}
    rejects = read_rejects(reports["incidents"]) if "incidents" in reports else pd.DataFrame()
    in_full = len(rejects) == _BAD_RECORDS and told["rows_in"] == _good(version) + _BAD_RECORDS
    other_files = {release.sources[name] for name in ("grids", "background")} != {str(version)}
    return Counter(
        rows=len(ids),
        rows_lost=len(expected - set(ids)) + other_files,
        rows_doubled=len(ids) - len(set(ids) & expected),
        reports_missing=3 - len(reports),
        rejects_wrong=int(not in_full),
    )


@contextmanager
def _reader(store: Store) -> Iterator[list[str]]:
    """Read the current release over and over while the block runs, and list what was wrong with it."""
    done, faults = ThreadEvent(), list[str]()

    def read() -> None:
        while not done.is_set():
            release = store.current()
            if release is None:
                faults.append("no release")
                return
            counts = _count(store, release)
            faults.extend(f"release {release.number}: {name}" for name in counts if name != "rows" and counts[name])
            done.wait(_READER_RESTS_S)

    def watch() -> None:
        try:
            read()
        except Exception as error:
            # What a reader meets is the finding, whatever it is.
            faults.append(f"{type(error).__name__}: {error}")

    reader = Thread(target=watch)
    reader.start()
    try:
        yield faults
    finally:
        done.set()
        reader.join()


if __name__ == "__main__":
    sys.exit(main())
