"""A fine mesh of small cells over the landscape: the stuff that areas, borders and roads are made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Voronoi, cKDTree

from geo.demo.terrain import CELL_M, CELLS, Floats, Ints, River, Terrain, resample

REACH_M = 37_000.0
"""The mesh covers a disc of this radius around the county's centre."""
STREET_M = 84.0
"""From one street to the next in a town."""
RIVER_STEP_M = 240.0
RIVER_BANK_M = 75.0
"""Cells beside a river stand in pairs this far from its line, so that borders can follow the water."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Town:
    """A built-up place: its centre in local metres and how far it reaches."""

    centre: Floats
    radius_m: float
    seat: bool


@dataclass(frozen=True)
class Mesh:
    """Voronoi cells and their neighbours; positions in local metres."""

    sites: Floats
    """Centres of the cells, shape (n, 2)."""
    corners: Floats
    """Corners of the cells, shape (m, 2)."""
    edges: Ints
    """The two cells that share each edge, shape (k, 2)."""
    edge_corners: Ints
    """The two corners of each edge, shape (k, 2)."""
    town: Ints
    """The town that each cell is built up with, -1 in the country, shape (n,)."""
    block: Ints
    """Block of houses between main streets that each cell lies in, -1 in the country, shape (n,)."""
    crossing: Ints
    """Rank of the river that runs along an edge, 0 for none, shape (k,)."""

    def lengths_m(self) -> Floats:
        """Distance between the centres on both sides of each edge."""
        step = self.sites[self.edges[:, 0]] - self.sites[self.edges[:, 1]]
        return np.asarray(np.hypot(step[:, 0], step[:, 1]))


def make_mesh(rng: np.random.Generator, *, rivers: list[River], towns: list[Town], lakes: Mask) -> Mesh:
    """Scatter cells: small and in street-like rows in towns, in pairs along rivers, finer around lakes.

    Parameters
    ----------
    rng
        Source of all chance.
    rivers, towns
        What the cells are laid along.
    lakes
        True on raster cells under water, shape (CELLS, CELLS).
    """
    banks, bank_rank = _bank_sites(rivers)
    street, street_town, street_block = _street_sites(rng, towns)
    free = _apart(street, banks, RIVER_BANK_M * 0.8)
    built = np.concatenate([banks, street[free]])
    near_lake = ndimage.binary_dilation(lakes, iterations=2)
    country = _jittered(rng, pitch_m=330.0, half_m=REACH_M, jitter=0.42)
    country = country[~_at(near_lake, country) & ~_close_to_towns(country, towns, 1.5)]
    fine = _jittered(rng, pitch_m=170.0, half_m=REACH_M, jitter=0.42)
    fine = fine[_at(near_lake, fine) | _close_to_towns(fine, towns, 1.5)]
    loose = np.concatenate([country, fine])
    loose = loose[_apart(loose, built, 110.0)]
    nowhere = np.full(len(loose), -1)
    town = np.concatenate([_town_of(banks, towns), street_town[free], nowhere])
    block = np.concatenate([np.full(len(banks), -1), street_block[free], nowhere])
    rank = np.concatenate([bank_rank, np.zeros(len(built) - len(banks) + len(loose), dtype=np.int64)])
    sites = np.concatenate([built, loose])
    inside = np.hypot(sites[:, 0], sites[:, 1]) < REACH_M
    return _voronoi(sites[inside], town[inside], block[inside], rank[inside])


def _voronoi(sites: Floats, town: Ints, block: Ints, bank: Ints) -> Mesh:
    diagram = Voronoi(sites)
    edge_corners = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    finite = (edge_corners >= 0).all(axis=1)
    edges = np.asarray(diagram.ridge_points, dtype=np.int64)[finite]
    # Sites on the two banks carry the river's rank with opposite signs.
    left, right = bank[edges].T
    crossing = np.where(left * right < 0, np.maximum(np.abs(left), np.abs(right)), 0)
    return Mesh(sites, diagram.vertices, edges, edge_corners[finite], town, block, crossing)


def _bank_sites(rivers: list[River]) -> tuple[Floats, Ints]:
    sites, ranks = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)]
    for river in sorted(rivers, key=lambda one: one.rank):
        if river.rank > 2:
            continue
        line = resample(river.line, RIVER_STEP_M)
        tangent = np.gradient(line, axis=0)
        normal = np.column_stack([-tangent[:, 1], tangent[:, 0]]) / np.hypot(*tangent.T)[:, None]
        free = _apart(line, np.concatenate(sites), 2.5 * RIVER_BANK_M)
        for side in (1, -1):
            sites.append((line + side * RIVER_BANK_M * normal)[free])
            ranks.append(np.full(int(free.sum()), side * river.rank))
    return np.concatenate(sites), np.concatenate(ranks)


def _street_sites(rng: np.random.Generator, towns: list[Town]) -> tuple[Floats, Ints, Ints]:
    """Lay sites along the streets of each town; every third street is a main street, which parts two blocks."""
    sites, members, blocks = [], [], []
    for number, town in enumerate(towns):
        turn = rng.uniform(0, np.pi / 2)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        lattice = _jittered(rng, pitch_m=STREET_M, half_m=town.radius_m * 1.5, jitter=0.12)
        spread = lattice @ rotation.T + town.centre
        kept = town_depth(spread, town) < 1.0
        column, row = np.floor_divide(np.rint(lattice[kept] / STREET_M), 3).astype(np.int64).T
        sites.append(spread[kept])
        members.append(np.full(int(kept.sum()), number))
        blocks.append((number * 1_000 + column + 500) * 1_000 + row + 500)
    return np.concatenate(sites), np.concatenate(members), np.concatenate(blocks)


def town_depth(points: Floats, town: Town) -> Floats:
    """Tell how far points lie from a town's centre, as a share of its uneven edge: below 1 is built up."""
    offset = points - town.centre
    angle = np.arctan2(offset[:, 1], offset[:, 0])
    phase = town.centre.sum() / 1000.0
    waves = 0.22 * np.sin(2 * angle + phase) + 0.13 * np.sin(3 * angle - 2 * phase) + 0.08 * np.sin(7 * angle + phase)
    return np.asarray(np.hypot(offset[:, 0], offset[:, 1]) / (town.radius_m * (1 + waves)))


def _town_of(points: Floats, towns: list[Town]) -> Ints:
    member = np.full(len(points), -1)
    for number, town in enumerate(towns):
        member[town_depth(points, town) < 1.0] = number
    return member


def _close_to_towns(points: Floats, towns: list[Town], times: float) -> Mask:
    close = np.zeros(len(points), dtype=bool)
    for town in towns:
        close |= town_depth(points, town) < times
    return close


def _jittered(rng: np.random.Generator, *, pitch_m: float, half_m: float, jitter: float) -> Floats:
    """Lay points in staggered rows and push each off its place by a share of the pitch."""
    steps = np.arange(-half_m, half_m, pitch_m)
    east, north = np.meshgrid(steps, steps)
    east[1::2] += pitch_m / 2 * (jitter > 0.3)
    points = np.column_stack([east.ravel(), north.ravel()])
    return points + rng.uniform(-jitter, jitter, points.shape) * pitch_m


def _apart(points: Floats, others: Floats, distance_m: float) -> Mask:
    if not len(others):
        return np.ones(len(points), dtype=bool)
    nearest, _ = cKDTree(others).query(points, distance_upper_bound=distance_m)
    return np.asarray(np.isinf(nearest))


def _at(raster: Mask, points: Floats) -> Mask:
    place = np.clip(np.rint(points / CELL_M + (CELLS - 1) / 2).astype(int), 0, CELLS - 1)
    return np.asarray(raster[place[:, 1], place[:, 0]])


def lake_of(mesh: Mesh, lakes: list[Mask], rng: np.random.Generator) -> Ints:
    """Tell which lake each cell lies in, -1 for none; the shore winds beside the raster's straight edges."""
    lake = np.full(len(mesh.sites), -1)
    place = mesh.sites[:, ::-1].T / CELL_M + (CELLS - 1) / 2
    for number, mask in enumerate(lakes):
        wet = ndimage.map_coordinates(ndimage.gaussian_filter(mask.astype(np.float64), 1.0), place, order=1)
        lake[wet + rng.normal(0, 0.09, len(wet)) > 0.43] = number
    return lake


def travel_costs(mesh: Mesh, terrain: Terrain, *, climb: float, river: float, street: float) -> Floats:
    """Tell what it costs to go over each edge: its length, dearer uphill or downhill and across a river.

    Parameters
    ----------
    mesh, terrain
        Where one goes.
    climb
        Metres on the flat that one metre of height is worth.
    river
        Metres on the flat that crossing a river of rank 1 is worth; half of it for rank 2.
    street
        Metres that crossing a main street is worth.
    """
    height = terrain.sample(mesh.sites)
    rise = np.abs(height[mesh.edges[:, 0]] - height[mesh.edges[:, 1]])
    streets = np.not_equal(*mesh.block[mesh.edges].T)
    banks = np.array([0.0, 1.0, 0.5])[mesh.crossing]
    return np.asarray(mesh.lengths_m() + climb * rise + river * banks + street * streets)


def grow(mesh: Mesh, costs: Floats, seeds: Ints, *, within: Ints | None = None) -> Ints:
    """Give every cell to the seed from which it is cheapest to reach.

    Parameters
    ----------
    mesh
        The cells.
    costs
        Cost of every edge, shape (k,).
    seeds
        Cells where the areas start.
    within
        Label of each cell; areas do not grow from one label into another.

    Returns
    -------
    numpy.ndarray
        Number of the seed (its place in ``seeds``) for each cell, -1 where none reaches. Each area is connected.
    """
    open_edges = np.ones(len(mesh.edges), dtype=bool) if within is None else np.equal(*within[mesh.edges].T)
    _, _, source = dijkstra(
        as_graph(mesh, costs, open_edges), directed=False, indices=seeds, min_only=True, return_predecessors=True
    )
    number = np.full(len(mesh.sites) + 1, -1)
    number[seeds] = np.arange(len(seeds))
    return np.asarray(number[np.where(source >= 0, source, len(mesh.sites))])


def as_graph(mesh: Mesh, costs: Floats, kept: Mask | None = None) -> csr_array:
    """Make a sparse graph of the cells with the costs of the edges that are kept."""
    chosen = np.ones(len(mesh.edges), dtype=bool) if kept is None else kept
    ends = mesh.edges[chosen]
    size = len(mesh.sites)
    return csr_array((costs[chosen], (ends[:, 0], ends[:, 1])), shape=(size, size))
