"""Where in a grid something can happen: a pool of spots around the houses, none of them an address of anybody."""

from dataclasses import dataclass

import numpy as np
import shapely

from geo.demo.geometry import Land, to_lonlat
from geo.demo.terrain import Floats, Ints

SPOTS = 110
"""Spots that are tried for each grid; those that fall outside it are left out."""


@dataclass(frozen=True)
class Spots:
    """Spots of all grids, those of grid g at ``starts[g]`` to before ``starts[g + 1]``; lon/lat."""

    lonlat: Floats
    starts: Ints

    def draw(self, grids: Ints, rng: np.random.Generator) -> Floats:
        """Choose a spot for each of some grids, shape (n, 2)."""
        room = np.diff(self.starts)[grids]
        return self.lonlat[self.starts[grids] + np.floor(rng.random(len(grids)) * room).astype(np.int64)]


def find_spots(land: Land, rng: np.random.Generator) -> Spots:
    """Scatter spots: all over urban grids, around one to three hamlets low in the land in village grids.

    Parameters
    ----------
    land
        The county's land.
    rng
        Source of all chance.
    """
    count = len(land.grids)
    grid = np.repeat(np.arange(count), SPOTS)
    cell = _cells(land, rng, grid)
    spread_m = np.where(land.grid_urban[grid] == 1, 45.0, 140.0)
    points = land.mesh.sites[cell] + rng.standard_normal((len(grid), 2)) * spread_m[:, None]
    lonlat = to_lonlat(points)
    shapely.prepare(land.grids)
    inside = shapely.contains_xy(land.grids[grid], lonlat[:, 0], lonlat[:, 1])
    middles = shapely.get_coordinates(shapely.point_on_surface(land.grids))
    owner = np.concatenate([grid[inside], np.arange(count)])
    order = np.argsort(owner, kind="stable")
    every = np.concatenate([lonlat[inside], middles])[order]
    return Spots(every, np.searchsorted(owner[order], np.arange(count + 1)))


def _cells(land: Land, rng: np.random.Generator, grid: Ints) -> Ints:
    """Choose a cell of its grid for each spot; in villages mostly one of the hamlets' cells."""
    label = land.layout.grid
    low = np.argsort(land.terrain.sample(land.mesh.sites) + rng.normal(0, 25, len(label)), kind="stable")
    order = low[np.argsort(label[low], kind="stable")]  # by grid, the lowest cells first
    starts = np.searchsorted(label[order], np.arange(len(land.grids) + 1))
    room = np.diff(starts)
    hamlets = np.minimum(room, rng.integers(1, 4, len(room)))
    in_hamlet = (land.grid_urban[grid] == 0) & (rng.random(len(grid)) < 0.85)
    span = np.where(in_hamlet, hamlets[grid], room[grid])
    return np.asarray(order[starts[grid] + np.floor(rng.random(len(grid)) * span).astype(np.int64)])
