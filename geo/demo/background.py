"""What the map shows below the figures: rivers, lakes, roads and the names of towns."""

from collections.abc import Iterable
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from geo.demo.geometry import Land, to_lonlat, to_metres
from geo.demo.layout import nearest_cells
from geo.demo.lines import Shapes, merge_segments, nearest_on, smooth_line
from geo.demo.mesh import as_graph, travel_costs
from geo.demo.names import station_order, words
from geo.demo.terrain import Floats, Ints

THROUGH_M = 35_000.0
"""The through road leads on to places this far from the county's centre."""

SHORTEST_DEGREES = 0.02
"""Shorter pieces of river at the county's edge are left out."""

Row = dict[str, object]
Step = tuple[int, int]


def make_background(land: Land) -> gpd.GeoDataFrame:
    """Draw the background in lon/lat, greatest rivers and roads first in each kind.

    Parameters
    ----------
    land
        The county's land.
    """
    rows = [*_lakes(land), *_rivers(land), *_roads(land), *_towns(land)]
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    return frame.astype({"kind": "str", "name": "str", "name_en": "str", "rank": "Int64"})


def _row(kind: str, rank: int, geometry: shapely.Geometry, *, zh: str | None = None, en: str | None = None) -> Row:
    return {"kind": kind, "name": zh, "name_en": en, "rank": rank, "geometry": geometry}


def _lakes(land: Land) -> Iterable[Row]:
    listed = words()["lakes"]
    for number in np.unique(land.layout.grid_lake[land.layout.grid_lake >= 0]):
        water = shapely.coverage_union_all(land.grids[land.layout.grid_lake == number])
        yield _row("water", int(number) + 1, water, zh=listed["zh"][number], en=listed["en"][number])


def _rivers(land: Land) -> Iterable[Row]:
    listed = words()["rivers"]
    water = shapely.union_all(land.grids[land.layout.grid_lake >= 0])
    dry = shapely.difference(land.county, water)
    shapely.prepare(dry)
    lines = shapely.transform(np.array([shapely.linestrings(river.line) for river in land.rivers]), to_lonlat)
    courses = shapely.intersection(lines, dry)
    weight = shapely.length(courses) * [river.catchment_km2 for river in land.rivers]
    for place, number in enumerate(np.argsort(-weight, kind="stable")):
        if shapely.length(courses[number]) > SHORTEST_DEGREES:
            names = [listed[language][place] if place < len(listed["zh"]) else None for language in ("zh", "en")]
            yield _row("river", land.rivers[number].rank, courses[number], zh=names[0], en=names[1])


def _towns(land: Land) -> Iterable[Row]:
    listed, order = words()["stations"], station_order(land)
    for number, town in enumerate(land.towns):
        name = words()["seat"] if town.seat else listed[order[number + 2]]
        point = shapely.Point(to_lonlat(town.centre[None])[0])
        yield _row("town", 1 if town.seat else 2, point, zh=name["zh"], en=name["en"])


def _roads(land: Land) -> Iterable[Row]:
    """Lay roads where it costs least to go: through the county, between towns, from villages to their town."""
    mesh = land.mesh
    costs = travel_costs(mesh, land.terrain, climb=22.0, river=500.0, street=0.0)
    wet = (land.layout.grid_lake[land.layout.grid] >= 0) & (land.layout.grid >= 0)
    costs = costs * np.where(wet[mesh.edges].any(axis=1), 25.0, 1.0)
    towns = nearest_cells(mesh.sites, np.array([town.centre for town in land.towns]))
    reach, before = dijkstra(as_graph(mesh, costs), directed=False, indices=towns, return_predecessors=True)
    through = _steps([_path(before[0], cell) for cell in _through(land, reach[0])])
    between = _steps([_path(before[start], towns[end]) for start, end in _links(reach[:, towns])]) - through
    homeward = _homeward(land, costs, towns, through | between)
    rural = land.villages[land.layout.village_urban == 0]
    villages = nearest_on(to_metres(_middles(rural)), mesh.sites)
    local = _steps([_path(homeward, cell) for cell in villages]) - through - between
    for rank, steps in ((1, through), (2, between), (3, local)):
        name = words()["roads"]["through"] if rank == 1 else {"zh": None, "en": None}
        lines = _draw(mesh.sites[np.array(sorted(steps))])
        roads = shapely.MultiLineString(lines.tolist()).intersection(land.county)
        yield _row("road", rank, roads, zh=name["zh"], en=name["en"])


def _homeward(land: Land, costs: Floats, towns: Ints, laid: set[Step]) -> Ints:
    """Find the next cell on the way to the nearest town, along roads that are already laid where that helps."""
    size = len(land.mesh.sites)
    keys = np.sort(land.mesh.edges, axis=1) @ np.array([size, 1])
    on_road = np.isin(keys, [start * size + end for start, end in laid])
    # Uneven ground draws tracks together in valleys and at fords.
    uneven = costs * (1 + 0.5 * np.sin(keys * 12.9898) ** 2) * np.where(on_road, 0.3, 1.0)
    graph = as_graph(land.mesh, uneven)
    _, homeward, _ = dijkstra(graph, directed=False, indices=towns, min_only=True, return_predecessors=True)
    return np.asarray(homeward)


def _steps(paths: list[list[int]]) -> set[Step]:
    return {(min(pair), max(pair)) for path in paths for pair in pairwise(path)}


def _through(land: Land, reach: Floats) -> list[int]:
    """Choose three places beyond the county, in three directions, that are the easiest to get to from the seat."""
    sites = land.mesh.sites
    angle = np.arctan2(sites[:, 1], sites[:, 0])
    far = np.hypot(sites[:, 0], sites[:, 1]) > THROUGH_M
    ends: list[int] = []
    for _ in range(3):
        cell = int(np.argmin(np.where(far, reach, np.inf)))
        ends.append(cell)
        far &= np.abs(np.angle(np.exp(1j * (angle - angle[cell])))) > 1.5
    return ends


def _links(reach: Floats) -> list[tuple[int, int]]:
    """Pair the towns that get a road: the least tree that joins all, and each with its nearest two."""
    tree = minimum_spanning_tree(reach).tocoo()
    pairs = {tuple(sorted(pair)) for pair in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    nearest = np.argsort(reach, axis=1, kind="stable")[:, 1:3]
    pairs |= {tuple(sorted((town, int(other)))) for town, others in enumerate(nearest) for other in others}
    return sorted((int(start), int(end)) for start, end in pairs)


def _path(before: Ints, end: int) -> list[int]:
    path = [int(end)]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path


def _draw(segments: Floats) -> Shapes:
    """Join steps to roads with smooth bends, in lon/lat; junctions stay where they are."""
    merged = shapely.simplify(merge_segments(segments), 110.0)
    return shapely.transform(np.array([smooth_line(line, times=2) for line in merged], dtype=object), to_lonlat)


def _middles(shapes: Shapes) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)))
