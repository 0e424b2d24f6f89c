"""Times doctor and import of a CSV of a million hazards, as whole processes: seconds, CPU and the most memory.

``python -m bench.bulk_import`` generates grids and a CSV from a seed, runs ``maplegrid doctor`` and
``maplegrid import`` (assignment and publishing in it), each in a process of its own, and prints a JSON line for each
and one for both: rows, seconds, CPU seconds of all threads, peak bytes. It fails if the release does not hold exactly
the rows that the generator made good, if the report counts anything else, or if memory is above the budget;
``--strict`` adds the seconds, which hold for two cores that nobody else works on.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.areas import make_areas
from geo.codes import code_list
from geo.store import Store, connect

__all__ = ["main", "measure", "write_files"]

_ROWS = (1_000_000, 10_000_000)
_GRIDS = 1_500
_ROWS_AT_A_TIME = 250_000
_BUDGET_SECONDS, _BUDGET_BYTES = 25.0, 3 * 2**29
_CLASSES, _GRADES, _SOURCES = (tuple(code_list(name)) for name in ("hazard_class", "hazard_grade", "source"))
#: Every so many rows one is bad: of a class that is not known, with no date, with the id of the row before, found after
#: the release's day, rectified before it was found. Every so many rows one has no coordinates, or lies far away.
_BAD_EVERY, _NOWHERE_EVERY = 500, 200
_FAULTS = ("class", "found_at", "record_id", "late", "rectified_on")
_FIRST_DAY, _DAYS = np.datetime64("2023-01-01"), 1_090
_RELEASE = '[release]\ntitle = "Bulk bench"\ntime_zone = "Asia/Shanghai"\nas_of = 2025-12-31\n'
_GRIDS_RECIPE = f"""layer = "grids"
file = "grids.parquet"
[columns]
grid_id = "grid_id"
name = "grid_id"
{_RELEASE}"""
_HAZARDS_RECIPE = f"""layer = "hazards"
file = "hazards.csv"
leave_out = ["reporter_name"]
[columns]
record_id = "id"
class = "class"
grade = "grade"
source = "source"
found_at = "found_at"
notified_on = "notified_on"
rectified_on = "rectified_on"
lon = "lon"
lat = "lat"
[placement]
no_coordinates = [[0.0, 0.0]]
{_RELEASE}"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=_ROWS)
    parser.add_argument("--grids", type=int, default=_GRIDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None, help="keep the files and the store here")
    parser.add_argument("--strict", action="store_true", help="fail beyond the seconds as well")
    options = parser.parse_args(arguments)
    good = True
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (options.folder or Path(temporary)) / str(rows)
            for line in measure(folder, rows=rows, grids=options.grids, seed=options.seed):
                print(json.dumps(line), flush=True)
                good = good and line.get("right", True) and line["peak_bytes"] <= _BUDGET_BYTES
                over = line["step"] == "both" and line["seconds"] > _BUDGET_SECONDS * max(1, rows / _ROWS[0])
                good = good and not (options.strict and over)
    return 0 if good else 1


def measure(folder: Path, *, rows: int, grids: int, seed: int) -> list[dict[str, Any]]:
    """Write the files, import the grids, then doctor and import the records; give a line for each step and for both."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = write_files(folder, rows=rows, grids=grids, seed=seed)
    csv, number = folder / "hazards.csv", len(list(folder.glob("store-*")))
    store = folder / f"store-{number}"
    _run("import", str(folder / "grids.toml"), "--store", str(store))
    doctor, _ = _run("doctor", str(csv), "--layer", "hazards", "--store", str(store))
    imported, told = _run("import", str(folder / "hazards.toml"), "--store", str(store))
    right = _count(Store(store), json.loads(told), expected)
    size = {"bench": "bulk_import", "rows": rows, "grids": grids, "csv_bytes": csv.stat().st_size}
    both = {name: round(doctor[name] + imported[name], 2) for name in ("seconds", "cpu_seconds")}
    both["peak_bytes"] = max(doctor["peak_bytes"], imported["peak_bytes"])
    return [
        {**size, "step": "doctor", **doctor},
        {**size, "step": "import", **imported, "right": right},
        {**size, "step": "both", **both},
    ]


def write_files(folder: Path, *, rows: int, grids: int, seed: int) -> dict[str, int]:
    """Write grids, hazards and their recipes; give how many rows are good, and how many are bad by their fault."""
    areas = make_areas(grids, seed=seed)
    areas.to_parquet(folder / "grids.parquet")
    (folder / "grids.toml").write_text(_GRIDS_RECIPE, encoding="utf-8")
    (folder / "hazards.toml").write_text(_HAZARDS_RECIPE, encoding="utf-8")
    counts = dict.fromkeys(("good", *_FAULTS), 0)
    with (folder / "hazards.csv").open("w", encoding="utf-8") as file:
        for first, records in _make_records(areas, rows=rows, seed=seed):
            faults = records.pop("fault")
            for fault in _FAULTS:
                counts[fault] += int((faults == fault).sum())
            records.to_csv(file, index=False, header=first == 0, lineterminator="\n")
    counts["good"] = rows - sum(counts[fault] for fault in _FAULTS)
    return counts


def _make_records(areas: gpd.GeoDataFrame, *, rows: int, seed: int) -> Iterator[tuple[int, pd.DataFrame]]:
    for first in range(0, rows, _ROWS_AT_A_TIME):
        random = np.random.default_rng([seed, first])
        yield first, _make_some(areas, np.arange(first, min(rows, first + _ROWS_AT_A_TIME)), random)


def _make_some(areas: gpd.GeoDataFrame, numbers: NDArray[np.int64], random: np.random.Generator) -> pd.DataFrame:
    n = len(numbers)
    west, south, east, north = areas.total_bounds
    fault = np.full(n, "", dtype=object)
    # The first row has none before it, and thus no id to take again.
    bad = (numbers % _BAD_EVERY == 0) & (numbers > 0)
    fault[bad] = np.take(_FAULTS, (numbers[bad] // _BAD_EVERY) % len(_FAULTS))
    found = _FIRST_DAY + random.integers(0, _DAYS * 24 * 60, n).astype("timedelta64[m]")
    found[fault == "late"] += np.timedelta64(5 * 365 * 24 * 60, "m")
    rectified = found.astype("datetime64[D]") + np.where(fault == "rectified_on", -3, random.integers(1, 5, n))
    lon, lat = random.uniform(west, east, n), random.uniform(south, north, n)
    nowhere = numbers % _NOWHERE_EVERY == 1
    lon[nowhere], lat[nowhere] = np.where(numbers[nowhere] % (2 * _NOWHERE_EVERY) == 1, 0.0, 10.0), 0.0
    return pd.DataFrame(
        {
            "id": pd.Series(numbers - (fault == "record_id")).map("HZ-{:09d}".format),
            "class": np.where(fault == "class", "meteorite", np.take(_CLASSES, random.integers(0, len(_CLASSES), n))),
            "grade": np.take(_GRADES, random.integers(0, len(_GRADES), n)),
            "source": np.take(_SOURCES, random.integers(0, len(_SOURCES), n)),
            "found_at": np.where(fault == "found_at", "soon", np.char.replace(found.astype("U16"), "T", " ")),
            "notified_on": (found.astype("datetime64[D]") + 0).astype("U10"),
            "rectified_on": np.where((random.random(n) < 0.8) | (fault != ""), rectified.astype("U10"), ""),
            "lon": np.round(lon, 6),
            "lat": np.round(lat, 6),
            "reporter_name": "",
            "remark": np.take(["", "seen again", "已通知物业"], random.integers(0, 3, n)),
            "fault": fault,
        }
    )


def _run(*words: str) -> tuple[dict[str, Any], str]:
    """Run a command as a user does; give what it took and what it said."""
    # Modules are compiled once, as an installation does it, wherever the benchmark's own process keeps that.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "maplegrid-bench-pycache")
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "geo", *words, "--json"], stdout=out, env=kept)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        said = out.read().decode()
    # A doctor who refuses a file ends with 1: the file has bad rows on purpose.
    if os.waitstatus_to_exitcode(status) not in ((0, 1) if words[0] == "doctor" else (0,)):
        raise RuntimeError(f"maplegrid {words[0]} failed with status {status}")
    took = {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "peak_bytes": used.ru_maxrss * 1024,
    }
    return took, said


def _count(store: Store, told: dict[str, Any], expected: dict[str, int]) -> bool:
    """Tell whether the release and the report hold what the generator made."""
    release = store.current()
    if release is None or release.number != told["release"]:
        return False
    layer = told["layers"][0]
    with connect(release) as query:
        rows, ids = query.execute("select count(*), count(distinct record_id) from hazards").fetchall()[0]
    rejected = sorted(layer["rejected"].values())
    wanted = sorted(count for fault, count in expected.items() if fault != "good" and count)
    return bool(rows == ids == layer["records"] == layer["rows_loaded"] == expected["good"]) and rejected == wanted


if __name__ == "__main__":
    raise SystemExit(main())
