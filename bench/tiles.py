"""Times tiles: values of 100,000 and 1,000,000 grids, densities and clusters of 10 M points, at all zooms.

``python -m bench.tiles`` prints one JSON line for each number of grids and each kind of points. Of random tiles over
the area, drawn from a seed, it tells the median and the 95th percentile in milliseconds, of time passed and of the
processor's, which a busy machine changes less, and the 95th percentile at each zoom:
``cold`` with everything looked up for a tile that nobody has asked for yet, ``warm`` with other values on a tile whose
areas are known, as after a change of the filter. A tile has 512 × 512 pixels and leaves as PNG; the release's index and
field are there before the first tile, and how long they take to make is told apart.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from bench.areas import make_areas, make_records
from geo.maps.classify import classify
from geo.maps.clusters import MOST_MARKS, cluster_places, encode_marks, sort_places
from geo.maps.heat import density_classes
from geo.maps.palettes import theme_colours
from geo.maps.pyramid import density_tile
from geo.maps.tiles_mercator import Tile, to_world
from geo.maps.tiles_paint import Paint, draw_tile, mix_paint
from geo.maps.tiles_raster import lay_tile_ground, tile_raster
from geo.maps.values import MISSING, WITHHELD, sign_colours
from geo.stats.density import lay_ground, spread_events

__all__ = ["main", "measure_points", "measure_values"]

_GRIDS = (100_000, 1_000_000)
_POINTS = 10_000_000
_GRIDS_OF_POINTS = 10_000
_BANDWIDTH_M = 500.0
_ZOOMS = range(4, 20)
_TILES = 20
#: Seconds that passed and that the processor worked, for each tile at each zoom.
Taken = dict[int, list[tuple[float, float]]]
# Tiles across and up that a large screen shows.
_SCREEN = (8, 5)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, nargs="+", default=_GRIDS)
    parser.add_argument("--points", type=int, default=_POINTS)
    parser.add_argument("--tiles", type=int, default=_TILES, help="tiles at each zoom")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    few = True
    # A process for each, so that the memory of one does not slow down the next.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for grids in options.grids:
            print(json.dumps(pool.apply(measure_values, (grids, options.tiles, options.seed))), flush=True)
        for line in pool.apply(measure_points, (options.points, options.tiles, options.seed)):
            print(json.dumps(line), flush=True)
            few = few and line.get("most_marks", 0) <= MOST_MARKS
    return 0 if few else 1


def measure_values(grids: int, tiles: int, seed: int) -> dict[str, Any]:
    """Time tiles of values of grids, first looked up and then painted anew."""
    _warm_up()
    areas, random = make_areas(grids, seed=seed), np.random.default_rng(seed)
    ids, shapes = areas["grid_id"].to_numpy(dtype=object), areas.geometry.to_numpy()
    start = time.perf_counter()
    ground = lay_tile_ground("bench", ids, shapes)
    _ = ground.east_sorted
    index_seconds = time.perf_counter() - start
    paints = [_mix(grids, random), _mix(grids, random)]
    asked = _random_tiles(areas, random, tiles)
    del areas, shapes
    cold = _time(asked, lambda tile: draw_tile(ground, tile_raster(ground, tile), paints[0], tile))
    rasters = {tile: tile_raster(ground, tile) for wanted in asked.values() for tile in wanted}
    warm = _time(asked, lambda tile: draw_tile(ground, rasters[tile], paints[1], tile))
    line = {"bench": "tiles", "kind": "values", "grids": grids, "tiles": sum(map(len, asked.values()))}
    line |= {"index_seconds": round(index_seconds, 1), "index_bytes": ground.nbytes}
    return {**line, **_told("cold", cold), **_told("warm", warm), "cold_p95_by_zoom": _by_zoom(cold)}


def measure_points(points: int, tiles: int, seed: int) -> list[dict[str, Any]]:
    """Time tiles of a density, and marks of what a large screen shows."""
    areas, random = make_areas(_GRIDS_OF_POINTS, seed=seed), np.random.default_rng(seed)
    records = make_records(points, areas, seed=seed + 1).rename(columns={"category": "class"})
    region = shapely.union_all(areas.geometry.to_numpy())
    west, south, east, north = (float(edge) for edge in areas.total_bounds)
    start = time.perf_counter()
    ground = lay_ground((west, south, east, north), bandwidth_m=_BANDWIDTH_M, region=region)
    density = spread_events(records["lon"], records["lat"], ground, period_days=1096)
    field_seconds = time.perf_counter() - start
    classes, asked = density_classes(density.highest), _random_tiles(areas, random, tiles)
    density_tile(density, classes, asked[_ZOOMS[0]][0])
    drawn = _time(asked, lambda tile: density_tile(density, classes, tile))
    heat = {"bench": "tiles", "kind": "density", "points": points, "tiles": sum(map(len, asked.values()))}
    heat |= {"bandwidth_m": _BANDWIDTH_M, "field_seconds": round(field_seconds, 2)}
    start = time.perf_counter()
    places = sort_places(records)
    sorted_seconds = time.perf_counter() - start
    most = 0

    def mark(tile: Tile) -> None:
        nonlocal most
        scale = 2.0**tile.zoom
        corner = (tile.column / scale, tile.row / scale)
        window = (*corner, corner[0] + _SCREEN[0] / scale, corner[1] + _SCREEN[1] / scale)
        most = max(most, len(encode_marks(cluster_places(places, zoom=tile.zoom, window=window))["n"]))

    marked = _time(asked, mark)
    clusters = {"bench": "tiles", "kind": "clusters", "points": points, "screens": sum(map(len, asked.values()))}
    clusters |= {"sort_seconds": round(sorted_seconds, 2)}
    return [
        {**heat, **_told("warm", drawn), "warm_p95_by_zoom": _by_zoom(drawn)},
        {**clusters, **_told("warm", marked), "warm_p95_by_zoom": _by_zoom(marked), "most_marks": most},
    ]


def _mix(grids: int, random: np.random.Generator) -> Paint:
    """Make values of which some are missing and some withheld, and their paint."""
    values = random.poisson(4, grids).astype(np.float64)
    values[random.random(grids) < 0.03] = np.nan
    classes = classify(values)
    signs = np.array([*map(str, range(len(classes.breaks))), MISSING])[classes.index(values)]
    withheld = random.random(grids) < 0.05
    signs[withheld], values[withheld] = WITHHELD, np.nan
    colours = sign_colours(classes, theme="light")
    look = theme_colours("light")
    return mix_paint(signs, np.arange(grids), areas=grids, look=look, values=values, classes=classes, **colours)


def _random_tiles(areas: gpd.GeoDataFrame, random: np.random.Generator, count: int) -> dict[int, list[Tile]]:
    west, south, east, north = areas.total_bounds
    places = {zoom: random.uniform([west, south], [east, north], (count, 2)) for zoom in _ZOOMS}
    return {zoom: list(dict.fromkeys(_tile_at(zoom, place) for place in wanted)) for zoom, wanted in places.items()}


def _tile_at(zoom: int, place: NDArray[np.float64]) -> Tile:
    east, south = to_world(place[0], place[1])
    return Tile(zoom, int(east * 2**zoom), int(south * 2**zoom))


def _time(asked: dict[int, list[Tile]], draw: Callable[[Tile], object]) -> Taken:
    taken: Taken = {zoom: [] for zoom in asked}
    for zoom, wanted in asked.items():
        for tile in wanted:
            start, worked = time.perf_counter(), time.process_time()
            draw(tile)
            taken[zoom].append((time.perf_counter() - start, time.process_time() - worked))
    return taken


def _told(name: str, taken: Taken) -> dict[str, float]:
    passed, worked = zip(*(both for zoom in taken.values() for both in zoom), strict=True)
    return {
        f"{name}_p50_ms": _percentile(passed, 50),
        f"{name}_p95_ms": _percentile(passed, 95),
        f"{name}_cpu_p95_ms": _percentile(worked, 95),
    }


def _by_zoom(taken: Taken) -> dict[int, float]:
    return {zoom: _percentile([passed for passed, _ in both], 95) for zoom, both in taken.items()}


def _percentile(seconds: Sequence[float], share: int) -> float:
    return round(1000 * float(np.percentile(seconds, share)), 1)


def _warm_up() -> None:
    """Load the machine code that a server has loaded before its first reader."""
    ground = lay_tile_ground("first", np.array(["a"], dtype=object), np.array([shapely.box(0, 0, 1, 1)], dtype=object))
    tile_raster(ground, Tile(8, 128, 127))


if __name__ == "__main__":
    raise SystemExit(main())
