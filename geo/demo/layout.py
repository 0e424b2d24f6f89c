"""Which cells of the mesh make which grid, village and station."""

from dataclasses import dataclass

import numpy as np

from geo.demo.mesh import Mask, Mesh, grow, travel_costs
from geo.demo.settle import Settlement
from geo.demo.terrain import Floats, Ints, Terrain

SEAT_STATIONS = 3
COMMUNITIES = 100
VILLAGES = 380
URBAN_GRIDS = 480
RURAL_GRIDS = 1_020
COUNTY_RADIUS_M = 27_400.0


@dataclass(frozen=True)
class Layout:
    """Labels of the cells; -1 is outside the county."""

    station: Ints
    village: Ints
    grid: Ints
    village_station: Ints
    """Station of each village."""
    village_urban: Ints
    """1 for communities, 0 for villages."""
    grid_village: Ints
    """Village of each grid."""
    grid_lake: Ints
    """Lake that a grid of waters lies in, -1 for land."""


def lay_out(mesh: Mesh, terrain: Terrain, settlement: Settlement, lake: Ints, rng: np.random.Generator) -> Layout:
    """Let stations grow from the towns, villages inside stations, grids inside villages.

    Parameters
    ----------
    mesh, terrain, settlement
        The made-up land.
    lake
        Lake of each cell, -1 for land.
    rng
        Source of all chance.
    """
    plain = travel_costs(mesh, terrain, climb=14.0, river=2_400.0, street=160.0)
    town_edge = (mesh.town[mesh.edges] >= 0).all(axis=1)
    eased = plain * rng.lognormal(0, 0.25, len(plain)) * np.where(_wet(mesh, lake), 0.1, np.where(town_edge, 0.3, 1.0))
    station = _stations(mesh, eased, settlement, rng)
    urban = (mesh.town >= 0).astype(np.int64)
    habitable = np.exp(-(terrain.sample(mesh.sites) - terrain.height_m.min()) / 130.0) + 0.06
    weight = _cell_areas(mesh) * habitable * (lake < 0)

    fenced = np.where(_same(mesh, urban), eased, 20 * eased + 3_000)
    village, village_station, village_urban = _villages(mesh, fenced, station, urban, weight, rng)
    walled = plain * rng.lognormal(0, 0.35, len(plain)) * np.where(_same(mesh, lake), 1.0, 50.0)
    grid, grid_village, grid_lake = _grids(mesh, walled, village, village_urban, weight, lake, rng)
    return Layout(station, village, grid, village_station, village_urban, grid_village, grid_lake)


def _same(mesh: Mesh, label: Ints) -> Mask:
    return np.asarray(label[mesh.edges[:, 0]] == label[mesh.edges[:, 1]])


def _wet(mesh: Mesh, lake: Ints) -> Mask:
    return np.asarray((lake[mesh.edges] >= 0).all(axis=1))


def _stations(mesh: Mesh, costs: Floats, settlement: Settlement, rng: np.random.Generator) -> Ints:
    seat, *towns = settlement.towns
    turn = rng.uniform(0, 2 * np.pi) + np.arange(SEAT_STATIONS) * 2 * np.pi / SEAT_STATIONS
    seats = seat.centre + 0.5 * seat.radius_m * np.column_stack([np.cos(turn), np.sin(turn)])
    places = np.concatenate([seats, [town.centre for town in towns]])
    inside = _inside(mesh, costs, rng)
    label = grow(mesh, costs, nearest_cells(mesh.sites, places), within=inside)
    return np.where(inside == 1, label, -1)


def _inside(mesh: Mesh, costs: Floats, rng: np.random.Generator) -> Ints:
    """Let the county (1) grow against its neighbours (0), so that its border runs along ridges and rivers."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    shape = sum(rng.normal(0, 0.075) * np.cos(wave * angle + rng.uniform(0, 2 * np.pi)) for wave in (2, 3, 4, 5, 7))
    radius = COUNTY_RADIUS_M * (1 + np.clip(shape, -0.13, 0.13))
    rings = [(radius + step)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]) for step in (-4_500.0, 4_500.0)]
    label = grow(mesh, costs, nearest_cells(mesh.sites, np.concatenate(rings)))
    inside = (label >= 0) & (label < len(angle))
    return np.asarray(inside.astype(np.int64))


def nearest_cells(sites: Floats, places: Floats) -> Ints:
    """Find for each place the nearest site that no place before it has taken."""
    taken: list[int] = []
    for place in places:
        distance = np.hypot(*(sites - place).T)
        distance[taken] = np.inf
        taken.append(int(np.argmin(distance)))
    return np.array(taken, dtype=np.int64)


def _cell_areas(mesh: Mesh) -> Floats:
    """Estimate each cell's area from the distance to its neighbours, in m²."""
    length = mesh.lengths_m()
    total = np.bincount(mesh.edges.ravel(), np.repeat(length, 2), len(mesh.sites))
    degree = np.maximum(np.bincount(mesh.edges.ravel(), minlength=len(mesh.sites)), 1)
    return np.asarray((total / degree) ** 2)


def _villages(
    mesh: Mesh, costs: Floats, station: Ints, urban: Ints, weight: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    stations = station.max() + 1
    groups = [(one, built) for built in (1, 0) for one in range(stations)]
    members = [np.flatnonzero((station == one) & (urban == built)) for one, built in groups]
    totals = np.array([weight[cells].sum() for cells in members])
    counts = np.concatenate([apportion(totals[:stations], COMMUNITIES), apportion(totals[stations:] ** 0.9, VILLAGES)])
    seeds = [_seeds(mesh, cells, weight, int(n), rng) for cells, n in zip(members, counts, strict=True)]
    label = grow(mesh, costs, np.concatenate(seeds), within=station)
    owner = np.repeat(np.tile(np.arange(stations), 2), counts)
    built = np.repeat(np.repeat([1, 0], stations), counts)
    return np.where(station >= 0, label, -1), owner, built


def apportion(weights: Floats, total: int) -> Ints:
    """Share a total over weights in whole numbers, at least one each (largest remainders)."""
    exact = weights / weights.sum() * (total - len(weights))
    counts = np.floor(exact).astype(np.int64)
    rest = total - len(weights) - counts.sum()
    counts[np.argsort(counts - exact, kind="stable")[:rest]] += 1
    return np.asarray(counts + 1)


def _seeds(mesh: Mesh, cells: Ints, weight: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Spread seeds over cells so that each has about the same weight around it (Lloyd's steps)."""
    sites, shares = mesh.sites[cells], weight[cells] + 1e-9
    chosen = rng.choice(len(cells), min(count, len(cells)), replace=False, p=shares / shares.sum())
    places = sites[chosen]
    for _ in range(5):
        owner = np.argmin(((sites[:, None, :] - places) ** 2).sum(axis=2), axis=1)
        mass = np.bincount(owner, shares, len(places))
        moved = np.column_stack([np.bincount(owner, shares * sites[:, axis], len(places)) for axis in (0, 1)])
        places = np.where(mass[:, None] > 0, moved / np.maximum(mass, 1e-12)[:, None], places)
    return np.asarray(cells[nearest_cells(sites, places)])


def _grids(
    mesh: Mesh,
    costs: Floats,
    village: Ints,
    village_urban: Ints,
    weight: Floats,
    lake: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    order = np.argsort(village, kind="stable")
    starts = np.searchsorted(village[order], np.arange(len(village_urban) + 1))
    land = np.bincount(village[village >= 0], weight[village >= 0] ** 0.8, len(village_urban))
    share = land * rng.lognormal(0, np.where(village_urban == 1, 0.12, 0.45))
    counts = np.empty(len(land), dtype=np.int64)
    lakes = _lake_seeds(mesh, village, lake)
    for built, total in ((1, URBAN_GRIDS), (0, RURAL_GRIDS - len(lakes))):
        counts[village_urban == built] = apportion(share[village_urban == built], total)
    seeds = []
    for number, count in enumerate(counts):
        cells = order[starts[number] : starts[number + 1]]
        dry = cells[lake[cells] < 0]
        seeds.append(_seeds(mesh, dry if len(dry) else cells, weight, int(count), rng))
    seed_cells = np.concatenate([*seeds, lakes])
    label = grow(mesh, costs, seed_cells, within=village)
    grid_lake = np.concatenate([np.full(len(seed_cells) - len(lakes), -1), lake[lakes]])
    return np.where(village >= 0, label, -1), village[seed_cells], grid_lake


def _lake_seeds(mesh: Mesh, village: Ints, lake: Ints) -> Ints:
    """Start one grid of waters for each village's part of a lake, unless it is only a few cells."""
    seeds = []
    wet = np.flatnonzero((lake >= 0) & (village >= 0))
    part = village[wet] * (lake.max() + 1) + lake[wet]
    for one in np.unique(part):
        cells = wet[part == one]
        if len(cells) >= 8:
            seeds.append(cells[nearest_cells(mesh.sites[cells], mesh.sites[cells].mean(axis=0)[None])[0]])
    return np.array(seeds, dtype=np.int64)
