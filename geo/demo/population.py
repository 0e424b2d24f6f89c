"""Kinds of grids and how many households, residents and floating people live in each; figures only, no persons."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.demo.geometry import Land, to_lonlat
from geo.demo.mesh import town_depth
from geo.demo.terrain import Floats, Ints
from geo.demo.truths import Sized, Truths
from geo.rules import load_rules

KINDS = {"market": 20, "school": 24, "enterprise": 34, "scenic": 12}
"""Grids of each special kind; waters come with the lakes."""
FLOATING = {
    "urban": 0.16,
    "village": 0.035,
    "market": 0.6,
    "school": 2.5,
    "enterprise": 2.2,
    "scenic": 0.4,
    "waters": 0.0,
}
"""Floating people for each resident."""


@dataclass(frozen=True)
class Population:
    """Figures of each grid, all arrays of shape (grids,)."""

    kind: NDArray[np.str_]
    households: Ints
    residents: Ints
    floating: Ints
    seat_market: int
    """The market grid nearest to the middle of the seat."""
    over_size: Ints
    under_size: Ints

    @property
    def weight(self) -> Floats:
        """How much happens in a grid for its people, and for its visitors where few live."""
        visitors = {"market": 900, "school": 500, "enterprise": 600, "scenic": 350, "waters": 60}
        extra = np.array([visitors.get(kind, 0) for kind in self.kind.tolist()])
        return np.asarray(self.residents + 0.8 * self.floating + extra, dtype=np.float64)


def populate(land: Land, truths: Truths, rng: np.random.Generator) -> Population:
    """Give each grid its kind and its people, within the rules but for the planted sizes.

    Parameters
    ----------
    land
        The county's land.
    truths
        How many grids are over and under size, and by how much.
    rng
        Source of all chance.
    """
    kind, seat_market = _kinds(land, rng)
    households = _households(land, kind, rng)
    urban = rng.permutation(np.flatnonzero(kind == "urban"))
    over, under = np.split(urban[: truths.over_size.grids + truths.under_size.grids], [truths.over_size.grids])
    for chosen, size in ((over, truths.over_size), (under, truths.under_size)):
        households[chosen] = _planted(size, rng)
    residents = _whole(households * rng.normal(2.75, 0.16, len(kind)).clip(2.2, 3.3))
    return Population(
        kind, households, residents, _floating(kind, residents, rng), seat_market, np.sort(over), np.sort(under)
    )


def _planted(size: Sized, rng: np.random.Generator) -> Ints:
    low, high = size.households
    return np.asarray(rng.integers(low, high + 1, size.grids))


def _kinds(land: Land, rng: np.random.Generator) -> tuple[NDArray[np.str_], int]:
    urban = land.grid_urban == 1
    kind = np.where(urban, "urban", "village").astype("U12")
    kind[land.layout.grid_lake >= 0] = "waters"
    depth = _depths(land)
    nearest, station = depth.min(axis=0), depth.argmin(axis=0)
    # One market in the middle of each town, the others in the seat.
    middles = [int(np.argmin(np.where(urban, depth[town], np.inf))) for town in range(len(land.towns))]
    kind[middles] = "market"
    _turn(kind, "market", urban & (station == 0) & (depth[0] > 0.25), KINDS["market"] - len(middles), rng)
    _turn(kind, "school", urban & (nearest > 0.2), KINDS["school"] * 2 // 3, rng)
    _turn(kind, "school", ~urban & (nearest < 4.0), KINDS["school"] - KINDS["school"] * 2 // 3, rng)
    _turn(kind, "enterprise", ~urban & (nearest < 1.9), KINDS["enterprise"], rng)
    height = land.terrain.sample(land.grid_centres)
    fine = _close_to_lakes(land) | (height > np.quantile(height, 0.93))
    _turn(kind, "scenic", ~urban & (nearest > 4.0) & fine, KINDS["scenic"], rng)
    return kind, middles[0]


def _depths(land: Land) -> Floats:
    return np.array([town_depth(land.grid_centres, town) for town in land.towns])


def _turn(kind: NDArray[np.str_], into: str, where: NDArray[np.bool_], count: int, rng: np.random.Generator) -> None:
    """Turn some of the common grids into grids of another kind."""
    common = np.flatnonzero(where & np.isin(kind, ["urban", "village"]))
    kind[rng.permutation(common)[:count]] = into


def _close_to_lakes(land: Land) -> NDArray[np.bool_]:
    water = land.grids[land.layout.grid_lake >= 0]
    if not len(water):
        return np.zeros(len(land.grids), dtype=bool)
    points = shapely.points(to_lonlat(land.grid_centres))
    return np.asarray(shapely.distance(points, shapely.union_all(water)) < 0.015)


def _households(land: Land, kind: NDArray[np.str_], rng: np.random.Generator) -> Ints:
    low, high = _limits(kind)
    habitable = np.exp(-(land.terrain.sample(land.grid_centres) - land.terrain.height_m.min()) / 220.0)
    room = np.sqrt(land.grid_area_km2.clip(0.2, 4.0))
    count = {
        "urban": rng.normal(398, 44, len(kind)),
        "village": 175 * (0.45 + 0.6 * room * habitable) * rng.lognormal(0, 0.28, len(kind)),
        "market": rng.uniform(60, 220, len(kind)),
        "school": rng.uniform(5, 60, len(kind)),
        "enterprise": rng.uniform(30, 180, len(kind)),
        "scenic": rng.uniform(8, 70, len(kind)),
        "waters": rng.uniform(0, 9, len(kind)),
    }
    drawn = np.select([kind == name for name in count], list(count.values()))
    return _whole(drawn.clip(low + 4, high - 4).clip(0))


def _limits(kind: NDArray[np.str_]) -> tuple[Ints, Ints]:
    sizes = load_rules().grid_sizes
    return np.array([sizes[name][0] for name in kind.tolist()]), np.array([sizes[name][1] for name in kind.tolist()])


def _floating(kind: NDArray[np.str_], residents: Ints, rng: np.random.Generator) -> Ints:
    typical = np.array([FLOATING[name] for name in kind.tolist()])
    return _whole(residents * typical * rng.lognormal(0, 0.45, len(kind)))


def _whole(figures: Floats) -> Ints:
    return np.asarray(np.rint(figures), dtype=np.int64)
