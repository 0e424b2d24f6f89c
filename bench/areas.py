"""Synthetic areas and records for the benchmarks, from a seed: a coverage of grids with village-like borders."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.codes import code_list

__all__ = ["make_areas", "make_records", "write_inputs"]

_WEST, _SOUTH = 120.0, 29.5
_DEGREES_PER_GRID = 0.012
_PIECES_PER_EDGE = 5
_WIGGLE = 0.1
_SWERVE = 0.3
_CATEGORIES = tuple(code_list("hazard_class"))
_FIRST_DAY, _DAYS = "2023-01-01", 1096


def make_areas(count: int, *, seed: int = 1) -> gpd.GeoDataFrame:
    """Make a coverage of at least `count` grids without gap or overlap, then keep the first `count`.

    The grids are laid like bricks, so that three of them meet at a corner, each with thirty vertices on crooked
    borders; rows and columns are drawn together towards two towns, where grids are up to ten times smaller.

    Parameters
    ----------
    count
        How many grids.
    seed
        Of the random numbers.

    Returns
    -------
    GeoDataFrame
        `grid_id` (15 digits, not in the order of place) and polygons, EPSG:4326.
    """
    random = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    coordinates = _lay_bricks(columns, rows, random)[:count]
    sides = np.sqrt(count) * _DEGREES_PER_GRID
    lon = _WEST + sides * _draw_together(coordinates[..., 0] / (columns + 1))
    lat = _SOUTH + sides * _draw_together(coordinates[..., 1] / rows)
    polygons = shapely.polygons(shapely.linearrings(np.stack([lon, lat], axis=-1)))
    codes = random.permutation(count) + 330_681_000_000_000
    return gpd.GeoDataFrame({"grid_id": codes.astype(str)}, geometry=polygons, crs=4326)


def _draw_together(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bend 0 to 1 onto itself, steeply rising but near a quarter and three quarters, where the towns are."""
    drawn: NDArray[np.float64] = share + 0.7 * np.sin(4 * np.pi * share) / (4 * np.pi)
    return drawn


def _lay_bricks(columns: int, rows: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Give the closed ring of each brick, rows × columns × vertices × 2, in bricks."""
    nodes = np.stack(np.meshgrid(np.arange(2 * columns + 2) / 2, np.arange(rows + 1.0)), axis=-1)
    nodes += random.uniform(-_WIGGLE, _WIGGLE, nodes.shape)
    along = _crook(nodes[:, :-1], nodes[:, 1:], random)
    up = _crook(nodes[:-1], nodes[1:], random)
    row, column = np.divmod(np.arange(rows * columns), columns)
    left = 2 * column + row % 2
    chains = [
        along[row, left],
        along[row, left + 1],
        up[row, left + 2],
        along[row + 1, left + 1][:, ::-1],
        along[row + 1, left][:, ::-1],
        up[row, left][:, ::-1],
    ]
    ring = np.concatenate([chain[:, :-1] for chain in chains], axis=1)
    return np.concatenate([ring, ring[:, :1]], axis=1)


def _crook(start: NDArray[np.float64], end: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Give the vertices of crooked ways from starts to ends, both ends included; a way swerves, it never turns back."""
    share = np.linspace(0, 1, _PIECES_PER_EDGE + 1)[:, None]
    ways = start[..., None, :] * (1 - share) + end[..., None, :] * share
    across = np.stack([start[..., 1] - end[..., 1], end[..., 0] - start[..., 0]], axis=-1)[..., None, :]
    ways += across * _SWERVE * np.minimum(share, 1 - share) * random.uniform(-1, 1, (*ways.shape[:-1], 1))
    ways[..., 0, :], ways[..., -1, :] = start, end
    return ways


def make_records(count: int, areas: gpd.GeoDataFrame, *, seed: int = 2) -> pd.DataFrame:
    """Make records within the bounds of areas, in no order.

    Parameters
    ----------
    count
        How many records. Three in four are near one of a hundred places, the others anywhere.
    areas
        The areas they fall in; some fall beside them.
    seed
        Of the random numbers.

    Returns
    -------
    DataFrame
        `lon` and `lat` in degrees, `category` (text, a class of hazards), `at` (a moment in 2023 to 2025).
    """
    random = np.random.default_rng(seed)
    west, south, east, north = areas.total_bounds
    places = random.uniform([west, south], [east, north], (100, 2))
    spread = [(east - west) / 40, (north - south) / 40]
    around = places[random.integers(0, 100, count)] + random.normal(0, spread, (count, 2))
    anywhere = random.uniform([west, south], [east, north], (count, 2))
    lonlat = np.clip(np.where(random.random((count, 1)) < 0.75, around, anywhere), [west, south], [east, north])
    minutes = random.integers(0, _DAYS * 24 * 60, count).astype("timedelta64[m]")
    return pd.DataFrame(
        {
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "category": pd.array(_CATEGORIES, dtype="str").take(random.integers(0, len(_CATEGORIES), count)),
            "at": (np.datetime64(_FIRST_DAY) + minutes).astype("datetime64[ms]"),
        }
    )


def write_inputs(folder: Path, *, grids: int, points: int, seed: int = 1) -> tuple[Path, Path]:
    """Write points.parquet and grids.parquet to a folder; give their paths."""
    areas = make_areas(grids, seed=seed)
    points_path, grids_path = folder / "points.parquet", folder / "grids.parquet"
    make_records(points, areas, seed=seed + 1).to_parquet(points_path)
    areas.to_parquet(grids_path)
    return points_path, grids_path
