"""Where people settled: the county seat, its towns along the rivers, and the dams that hold lakes."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from geo.demo.mesh import Mask, Town
from geo.demo.terrain import CELL_M, CELLS, Floats, Terrain, cell_centres, flood

SEAT_RADIUS_M = 2_650.0
TOWNS = 9
TOWN_RADIUS_M = (560.0, 900.0)
TOWN_REACH_M = 21_500.0
SITES = 18
"""Steepest places for a dam that are tried; the lake with the longest shore is made."""
LAKE_AREAS_KM2 = (11.0, 2.4, 1.3)


@dataclass(frozen=True)
class Settlement:
    """The seat (first) and the towns, and the lakes as masks on the raster, largest first."""

    towns: list[Town]
    lakes: list[Mask]


def settle(terrain: Terrain, rng: np.random.Generator) -> Settlement:
    """Choose places as people would: flat ground by the water, a day's walk apart; dams in narrow valleys."""
    centres = cell_centres()
    relief = _relief(terrain)
    seat = _best(_seat_score(terrain, relief, centres))
    places = [centres[seat], *_towns(terrain, relief, centres, centres[seat], rng)]
    radii = [SEAT_RADIUS_M, *rng.uniform(*TOWN_RADIUS_M, size=len(places) - 1)]
    sizes = enumerate(zip(places, radii, strict=True))
    towns = [Town(place, float(radius), seat=number == 0) for number, (place, radius) in sizes]
    return Settlement(towns, _lakes(terrain, relief, centres, np.array(places)))


def _relief(terrain: Terrain) -> Floats:
    height = terrain.height_m
    spread = ndimage.maximum_filter(height, 9) - ndimage.minimum_filter(height, 9)
    return np.asarray(spread.ravel())


def _best(score: Floats) -> int:
    return int(np.argmax(score))


def _seat_score(terrain: Terrain, relief: Floats, centres: Floats) -> Floats:
    distance = np.hypot(centres[:, 0], centres[:, 1])
    score = np.log(terrain.catchment_km2.ravel()) - relief / 40.0 - (distance / 5_000.0) ** 2
    return np.asarray(score)


def _towns(terrain: Terrain, relief: Floats, centres: Floats, seat: Floats, rng: np.random.Generator) -> list[Floats]:
    """Choose the best places one after the other, each at a distance from those before."""
    catchment = terrain.catchment_km2.ravel()
    score = np.log(catchment) - relief / 60.0 + rng.normal(0.0, 0.8, len(centres))
    score[np.hypot(centres[:, 0], centres[:, 1]) > TOWN_REACH_M] = -np.inf
    score[(catchment < 8.0) | (relief > np.quantile(relief, 0.6))] -= 40.0
    for spacing_m in np.arange(13_500.0, 5_000.0, -500.0):
        chosen: list[int] = []
        open_score = np.where(np.hypot(*(centres - seat).T) < spacing_m * 0.8, -np.inf, score)
        while len(chosen) < TOWNS and np.isfinite(open_score).any():
            chosen.append(_best(open_score))
            open_score[np.hypot(*(centres - centres[chosen[-1]]).T) < spacing_m] = -np.inf
        if len(chosen) == TOWNS and score[chosen].min() > -20.0:
            break
    return [centres[cell] for cell in chosen]


def _lakes(terrain: Terrain, relief: Floats, centres: Floats, places: Floats) -> list[Mask]:
    catchment = terrain.catchment_km2.ravel()
    from_centre = np.hypot(centres[:, 0], centres[:, 1])
    apart_m = np.hypot(*(centres[:, None, :] - places).transpose(2, 0, 1)).min(axis=1)
    lakes: list[Mask] = []
    for area_km2 in LAKE_AREAS_KM2:
        suits = (catchment > 5 * area_km2) & (catchment < 40 * area_km2 + 60)
        suits &= (apart_m > 2_500) & (from_centre < 21_000)
        steepest = np.argsort(-np.where(suits, relief, -np.inf), kind="stable")[: min(SITES, int(suits.sum()))]
        found = [flood(terrain, int(dam), area_km2=area_km2) for dam in steepest]
        free = [lake for lake in found if _is_free(lake, lakes, places, area_km2)]
        lakes.extend(sorted(free, key=_shore)[-1:])
    return lakes


def _shore(lake: Mask) -> int:
    """Count the cells along a lake's shore: a lake with arms has more."""
    return int((ndimage.binary_dilation(lake) & ~lake).sum())


def _is_free(lake: Mask, others: list[Mask], places: Floats, area_km2: float) -> bool:
    """Tell whether a lake drowns no town, stays inside the county, touches no other and has about its area."""
    wet = cell_centres()[lake.ravel()]
    near = ndimage.binary_dilation(lake, iterations=4)
    town_cells = np.rint(places / CELL_M + (CELLS - 1) / 2).astype(int)
    drowns = near[town_cells[:, 1], town_cells[:, 0]].any() or any((near & other).any() for other in others)
    about = abs(len(wet) * (CELL_M / 1000) ** 2 / area_km2 - 1) < 0.3
    return bool(not drowns and about and np.hypot(wet[:, 0], wet[:, 1]).max() < 24_000)
