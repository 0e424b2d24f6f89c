"""Counties of square grids, as many as wanted: one station, a village for each row, what is asked of each grid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.layers import LAYERS
from geo.store import Release, Store

__all__ = ["AS_OF", "publish_squares"]

AS_OF = date(2025, 3, 31)
_SIDE = 0.01


def publish_squares(
    root: Path, disputes: Sequence[int], *, west: float = 120.0, south: float = 30.0, name: str = "Grid"
) -> Release:
    """Publish a square of grids, row by row, with so many disputes of March 2025 in each of them.

    Parameters
    ----------
    disputes
        One number for each grid.
    west, south
        The corner, in degrees.
    name
        What its areas are called.
    """
    n = len(disputes)
    across = math.ceil(math.sqrt(n))
    x, y = np.arange(n) % across, np.arange(n) // across
    shapes = shapely.box(west + x * _SIDE, south + y * _SIDE, west + (x + 1) * _SIDE, south + (y + 1) * _SIDE)
    ids = [f"G{number:04d}" for number in range(n)]
    villages = [f"V{row:03d}" for row in y]
    grids = gpd.GeoDataFrame(
        {
            "grid_id": ids,
            "name": [f"{name} {number}" for number in range(n)],
            "village_id": villages,
            "station_id": ["S1"] * n,
            "county_id": ["C1"] * n,
            "kind": ["urban"] * n,
            "residents": [1000] * n,
            "households": [400] * n,
        },
        geometry=shapes,
        crs=4326,
    )
    layers = {
        level: _dissolved(grids, key, name).assign(**above)
        for level, key, above in (
            ("counties", "county_id", {}),
            ("stations", "station_id", {"county_id": "C1"}),
            ("villages", "village_id", {"station_id": "S1"}),
        )
    }
    placed = np.repeat(np.arange(n), disputes)
    records = {
        "record_id": [f"D{number}" for number in range(len(placed))],
        "class": ["neighbours"] * len(placed),
        "source": ["reported"] * len(placed),
        "found_at": pd.to_datetime(["2025-03-10"] * len(placed)),
        "lon": west + (x[placed] + 0.5) * _SIDE,
        "lat": south + (y[placed] + 0.5) * _SIDE,
        "grid_id": [ids[place] for place in placed],
        "placed": ["inside"] * len(placed),
    }
    layers |= {"grids": grids.drop(columns="county_id"), "disputes": _table("disputes", records)}
    return Store(root).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title=name, title_zh=name, made_up=True)


def _dissolved(grids: gpd.GeoDataFrame, key: str, name: str) -> gpd.GeoDataFrame:
    areas = grids[[key, "geometry"]].dissolve(key, as_index=False)
    return areas.assign(name=[f"{name} {code}" for code in areas[key]])


def _table(layer: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(columns).reindex(columns=[name for name in LAYERS[layer].columns if name != "geometry"])
