"""Times the assignment of points to grids beside geopandas.sjoin, from 400 to 600,000 grids.

``python -m bench.assignment`` prints one JSON line for each number of grids: how long the index takes to build, its
bytes and the most memory the build took, how long it takes to open the index that a store keeps, points per second
(median of three), the rate of sjoin on the first of the same points with its own index ready, the ratio, and whether
both gave every one of those points the same grid. SedonaDB and DuckDB spatial join the same first points, where the
Python of ``--peers-python`` has them; the version of DuckDB with that extension may be another than this project's.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from bench import assignment_peers
from bench.areas import make_areas, make_records
from geo.intake.assignment.kept import take_apart
from geo.intake.assignment.raster_index import GridIndex
from geo.store.derived import open_arrays, write_arrays

__all__ = ["main", "measure"]

_GRIDS = (400, 10_000, 100_000, 600_000)
_POINTS = 10_000_000
_POINTS_OF_SJOIN = 1_000_000
_REPEATS = 3
_MOST_SECONDS_OF_PEER = 900


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, nargs="+", default=_GRIDS)
    parser.add_argument("--points", type=int, default=_POINTS)
    parser.add_argument("--sjoin-points", type=int, default=_POINTS_OF_SJOIN)
    parser.add_argument("--peers-python", default=sys.executable, help="has sedonadb, or DuckDB's spatial, or neither")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    same = True
    # A process for each, so that the memory of one does not hide that of the next.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for grids in options.grids:
            sizes = (grids, options.points, options.sjoin_points)
            line = pool.apply(measure, (*sizes, options.seed, options.peers_python))
            print(json.dumps(line), flush=True)
            same = same and line["same_grids"]
    return 0 if same else 1


def measure(grids: int, points: int, sjoin_points: int, seed: int, peers_python: str) -> dict[str, Any]:
    """Build the index, assign all points, and join the first of them by sjoin and by its peers."""
    areas = make_areas(grids, seed=seed)
    records = make_records(points, areas, seed=seed + 1)
    lon, lat = records["lon"].to_numpy(), records["lat"].to_numpy()
    del records
    GridIndex.build([shapely.box(0, 0, 1, 1)], ["a"]).assign([0.5], [0.5])
    before = _memory_bytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the highest so far is forgotten
    start = time.perf_counter()
    index = GridIndex.build(areas.geometry.to_numpy(), areas["grid_id"].tolist())
    build_seconds = time.perf_counter() - start
    peak = _memory_bytes("VmHWM") - before
    open_seconds = _time_open(index)
    seconds, positions = _time_assign(index, lon, lat)
    sjoin_seconds, expected = _join(areas, lon[:sjoin_points], lat[:sjoin_points])
    rate, sjoin_rate = points / seconds, len(expected) / sjoin_seconds
    return {
        "bench": "assignment",
        "grids": grids,
        "points": points,
        "build_seconds": round(build_seconds, 2),
        "index_bytes": index.nbytes,
        "build_peak_bytes": peak,
        "open_seconds": round(open_seconds, 2),
        "seconds": round(seconds, 3),
        "points_per_second": round(rate),
        "sjoin_points_per_second": round(sjoin_rate),
        "ratio": round(rate / sjoin_rate, 1),
        "same_grids": bool(np.array_equal(positions[: len(expected)], expected)),
        "peers": _join_by_peers(areas, lon[:sjoin_points], lat[:sjoin_points], expected, rate, peers_python),
    }


def _memory_bytes(field: str) -> int:
    """Read the memory in use now (VmRSS) or at most so far (VmHWM) from Linux."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def _time_open(index: GridIndex) -> float:
    """Keep the index as a store does, and open it: read, compared with its hash, and mapped."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.arrays"
        write_arrays(path, "bench", take_apart(index))
        start = time.perf_counter()
        found = open_arrays(path, "bench")
        seconds = time.perf_counter() - start
        assert found is not None
        return seconds


def _time_assign(
    index: GridIndex, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[float, NDArray[np.int32]]:
    seconds = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        positions = index.assign(lon, lat)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), positions


def _join(
    areas: gpd.GeoDataFrame, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[float, NDArray[np.int64]]:
    points = gpd.GeoDataFrame({"point": np.arange(len(lon))}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    grids = areas.assign(grid=np.arange(len(areas)))
    _ = grids.sindex
    start = time.perf_counter()
    joined = gpd.sjoin(points, grids, how="left", predicate="intersects")
    seconds = time.perf_counter() - start
    first = joined.sort_values(["point", "grid_id"]).drop_duplicates("point")
    return seconds, first["grid"].fillna(-1).to_numpy().astype(np.int64)


def _join_by_peers(
    areas: gpd.GeoDataFrame,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    expected: NDArray[np.int64],
    rate: float,
    python: str,
) -> dict[str, Any]:
    """Have each peer join the points; tell its rate, what ours is to it, and whether it found the same grids."""
    order = areas["grid_id"].astype(str).argsort().to_numpy()
    shapes = pa.array(shapely.to_wkb(areas.geometry.to_numpy()[order]), pa.binary())
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(pa.table({"rank": np.arange(len(order)), "wkb": shapes}), f"{folder}/grids.parquet")
        pq.write_table(pa.table({"point": np.arange(len(lon)), "lon": lon, "lat": lat}), f"{folder}/points.parquet")
        for name in assignment_peers.PEERS:
            told[name] = _ask_peer(name, folder, python)
            if "seconds" in told[name]:
                peer_rate = len(lon) / told[name].pop("seconds")
                found = np.append(order, -1)[np.load(f"{folder}/found.npy")]
                told[name] |= {"points_per_second": round(peer_rate), "ratio": round(rate / peer_rate, 1)}
                told[name] |= {"same_grids": bool(np.array_equal(found, expected))}
    return told


def _ask_peer(name: str, folder: str, python: str) -> dict[str, Any]:
    command = [python, "-W", "ignore", assignment_peers.__file__, name, folder]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=_MOST_SECONDS_OF_PEER, check=False)
    except subprocess.TimeoutExpired:
        return {"missing": f"not done after {_MOST_SECONDS_OF_PEER} s"}
    line: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"missing": "it failed"}
    return line


if __name__ == "__main__":
    raise SystemExit(main())
