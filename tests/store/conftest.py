"""Small layers to publish: two grids side by side, their posts, and records in them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo.store import Store


def make_grids(*codes: str) -> gpd.GeoDataFrame:
    """Unit squares in a row, one for each code."""
    shapes = [box(column, 0, column + 1, 1) for column in range(len(codes))]
    return gpd.GeoDataFrame(
        {"grid_id": list(codes), "name": list(codes), "households": [350] + [None] * (len(codes) - 1)},
        geometry=shapes,
        crs="EPSG:4326",
    )


def make_incidents(n: int, *, grid: str | None = "g1") -> pd.DataFrame:
    """Records found an hour apart from 2025-01-01 00:30."""
    return pd.DataFrame(
        {
            "record_id": [f"i{number}" for number in range(n)],
            "class": "theft",
            "source": "reported",
            "found_at": pd.date_range("2025-01-01 00:30", periods=n, freq="h"),
            "lon": 0.5,
            "lat": 0.5,
            "grid_id": pd.Series([grid] * n, dtype="str"),
            "placed": "inside" if grid else "outside",
        }
    )


def make_officers(*posts: str) -> pd.DataFrame:
    """Grid workers of 40 hours a week."""
    return pd.DataFrame({"post_id": list(posts), "role": "grid_worker", "hours_per_week": 40.0})


HEADER: dict[str, Any] = {"as_of": date(2025, 12, 31), "time_zone": "Asia/Shanghai", "title": "Test County"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store whose release 1 holds two grids, three incidents and one post; to be copied."""
    root = tmp_path_factory.mktemp("first") / "store"
    layers = {"grids": make_grids("g1", "g2"), "incidents": make_incidents(3), "officers": make_officers("p1")}
    Store(root).publish(layers, **HEADER)
    return root


@pytest.fixture
def filled(first_release: Path, tmp_path: Path) -> Store:
    """A store whose release 1 holds two grids, three incidents and one post."""
    shutil.copytree(first_release, tmp_path / "store")
    return Store(tmp_path / "store")
