"""Compares our way with the plain way of geopandas and folium, on the same data in the same run.

``python -m bench.plain_compare`` writes synthetic points and grids to a temporary folder, lets the plain script work on
them in its own process (`PLAIN`: --plain, or the variable MAPLEGRID_PLAIN, or ../shared/bench/plain.py), does the same
work our way and prints one JSON line for each step: seconds, bytes and ratios, plain divided by ours. A step's figure
(points joined, records counted) has to be the same on both sides.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import folium
import geopandas as gpd
import pandas as pd
import shapely

from bench.areas import write_inputs
from geo.access import Scope
from geo.codes import code_list
from geo.intake.assignment.assign import GridIndex, assign_points
from geo.maps import base_map, heat_layer, heat_of, value_layer
from geo.maps.geometry import geometry_text
from geo.measures import measure, records
from geo.privacy import protect
from geo.stats.density import Density, kernel_density
from geo.store import Release, Store
from geo.view import Period, View

__all__ = ["compare", "main"]

SIZES = ((1_500, 200_000), (10_000, 1_000_000))
PROJECT = Path(__file__).resolve().parent.parent
_REPEATS = 3
_BANDWIDTH_M = 500.0
_SCOPE = Scope("planner")
_Result = TypeVar("_Result")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("MAPLEGRID_PLAIN", str(PROJECT.parent / "shared" / "bench" / "plain.py"))
    parser.add_argument("--plain", type=Path, default=Path(default), help="the plain script")
    parser.add_argument("--grids", type=int, nargs="+", default=[grids for grids, _ in SIZES])
    parser.add_argument("--points", type=int, nargs="+", default=[points for _, points in SIZES])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if not options.plain.is_file():
        parser.error(f"{options.plain}: there is no plain script. Remedy: --plain FILE, or set MAPLEGRID_PLAIN")
    same = True
    for grids, points in zip(options.grids, options.points, strict=True):
        for line in compare(options.plain, grids=grids, points=points, seed=options.seed):
            print(json.dumps(line), flush=True)
            same = same and line.get("same_figure", True)
    return 0 if same else 1


def compare(plain: Path, *, grids: int, points: int, seed: int) -> list[dict[str, Any]]:
    """Run both ways on one set of data; give a line for each step."""
    with tempfile.TemporaryDirectory() as name:
        paths = write_inputs(Path(name), grids=grids, points=points, seed=seed)
        theirs = _run_plain(plain, *paths)
        ours = _run_ours(Path(name), pd.read_parquet(paths[0]), gpd.read_parquet(paths[1]))
    size = {"bench": "plain", "grids": grids, "points": points}
    return [{**size, **_set_beside(line, theirs.get(str(line["step"]).partition(".")[0]))} for line in ours]


def _run_plain(plain: Path, points_path: Path, grids_path: Path) -> dict[str, dict[str, Any]]:
    command = [sys.executable, str(plain), str(points_path), str(grids_path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {line["step"]: line for line in map(json.loads, printed.splitlines())}


def _set_beside(ours: dict[str, Any], plain: dict[str, Any] | None) -> dict[str, Any]:
    if plain is None:
        return ours
    line = {**ours, "plain_seconds": plain["seconds"], "ratio": round(plain["seconds"] / ours["seconds"], 1)}
    if "bytes" in ours:
        line |= {"plain_bytes": plain["figure"], "bytes_ratio": round(plain["figure"] / ours["bytes"], 1)}
    if "figure" in ours:
        line |= {"same_figure": ours["figure"] == plain["figure"]}
    return line


def _run_ours(folder: Path, points: pd.DataFrame, grids: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Do each step; those that a page does again and again are told by their median, after the first time."""
    _warm_up()
    seconds, placed = _time(lambda: assign_points(points["lon"], points["lat"], grids, snap_tolerance_m=0), repeats=1)
    index = GridIndex.build(grids.geometry.to_numpy(), grids["grid_id"].tolist())
    kept, _ = _time(lambda: index.assign(points["lon"], points["lat"]))
    joined = int(placed["grid_id"].notna().sum())
    lines = [_line("join", seconds, figure=joined), _line("join.index_kept", kept, figure=joined)]
    release = _publish(folder / "store", points, grids, placed)
    view = View(
        Period(str(points["at"].dt.year.max())),
        layer="hazards",
        level="grid",
        compare="none",
        classes=(str(points["category"].iloc[0]),),
    )
    others = [code for code in code_list("hazard_class") if code not in view.classes]
    first, _ = _time(lambda: measure(release, view.replace(classes=())), repeats=1)
    timings = [_time(partial(measure, release, view.replace(classes=(code,))))[0] for code in others[:_REPEATS]]
    table = measure(release, view)
    lines.append(_line("filter", statistics.median(timings), figure=int(table.frame["n"].sum()), first_seconds=first))
    protected = protect(table, view, _SCOPE)
    lines.append(_draw("choropleth", release, lambda: value_layer(release, protected, "n", lang="en")))
    lines.append(_fetch_geometry(release))
    lines.append(_draw("heat", release, lambda: heat_layer(heat_of(_smooth(release, view, grids)))))
    return lines


def _warm_up() -> None:
    """Compile, or read from the disk what was compiled before: no part of the work on data."""
    GridIndex.build([shapely.box(0, 0, 1, 1)], ["a"]).assign([0.5], [0.5])


def _time(function: Callable[[], _Result], *, repeats: int = _REPEATS) -> tuple[float, _Result]:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def _line(step: str, seconds: float, **more: float) -> dict[str, Any]:
    return {"step": step, "seconds": round(seconds, 5), **{name: round(value, 4) for name, value in more.items()}}


def _publish(root: Path, points: pd.DataFrame, grids: gpd.GeoDataFrame, placed: pd.DataFrame) -> Release:
    hazards = pd.DataFrame({
        "record_id": pd.RangeIndex(len(points)).astype("str"),
        "class": points["category"],
        "grade": "general",
        "source": "reported",
        "found_at": points["at"],
        "lon": points["lon"],
        "lat": points["lat"],
        "grid_id": placed["grid_id"],
        "placed": placed["placed"],
    })  # fmt: skip
    layers = {"grids": grids.assign(name=grids["grid_id"]), "hazards": hazards}
    return Store(root).publish(layers, as_of=date(2025, 12, 31), time_zone="Asia/Shanghai", title="Bench", made_up=True)


def _draw(step: str, release: Release, layer: Callable[[], folium.FeatureGroup]) -> dict[str, Any]:
    """Time a layer from its figures to the text that is sent, and count what it adds to a page with the base map."""
    empty = len(base_map(release, lang="en").get_root().render().encode())

    def draw() -> int:
        page = base_map(release, lang="en")
        layer().add_to(page)
        return len(page.get_root().render().encode())

    seconds, sent = _time(draw)
    return _line(step, seconds, bytes=sent - empty)


def _fetch_geometry(release: Release) -> dict[str, Any]:
    """Count the shapes, which the browser reads once for a release and keeps."""
    seconds, text = _time(lambda: geometry_text(release, "grid", _SCOPE), repeats=1)
    return _line("geometry_once", seconds, bytes=len(text.encode()), gzip_bytes=len(gzip.compress(text.encode())))


def _smooth(release: Release, view: View, grids: gpd.GeoDataFrame) -> Density:
    found = records(release, view)
    west, south, east, north = (float(edge) for edge in grids.total_bounds)
    return kernel_density(
        found["lon"],
        found["lat"],
        bounds=(west, south, east, north),
        bandwidth_m=_BANDWIDTH_M,
        period_days=(view.period.end - view.period.start).days,
    )


if __name__ == "__main__":
    raise SystemExit(main())
