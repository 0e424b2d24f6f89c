"""Files to show the doctor, written as people's programs write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.intake.doctor import Diagnosis, Finding, diagnose
from geo.store import Store

TODAY = date(2026, 1, 1)
VILLAGES = ("330681109290", "330681109291", "330681109300", "330681110201", "330682001001")


def codes_of(found: Diagnosis, kind: str = "") -> list[str]:
    return [one.code for one in of_kind(found, kind)]


def of_kind(found: Diagnosis, kind: str = "") -> list[Finding]:
    """Return the findings of one kind: text, codes, time, …; that no layer fits is of no account here."""
    return [one for one in found.findings if one.code.startswith(kind) and one.code != "columns.no_layer"]


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Diagnosis]:
    """Write a text file and let the doctor look at it."""

    def write(text: str, *, encoding: str = "utf-8", name: str = "a.csv", **options: object) -> Diagnosis:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return diagnose(path, today=TODAY, **options)  # type: ignore[arg-type]  # the options of diagnose

    return write


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with one station, five villages with division codes, and a grid "0101" to "0105" in each."""
    boxes = [shapely.box(120 + at / 10, 30, 120.1 + at / 10, 30.1) for at in range(5)]
    station = {"station_id": ["330681530000"], "name": ["枫桥派出所"]}
    villages: dict[str, object] = {
        "village_id": VILLAGES,
        "name": [f"{at} 村" for at in range(5)],
        "station_id": "330681530000",
    }
    grids: dict[str, object] = {
        "grid_id": [f"010{at + 1}" for at in range(5)],
        "name": [f"网格 {at}" for at in range(5)],
    }
    grids |= {"village_id": VILLAGES, "station_id": ["330681530000"] * 5}
    store = Store(tmp_path_factory.mktemp("county"))
    layers = {
        "stations": gpd.GeoDataFrame(station, geometry=[shapely.box(120, 30, 120.5, 30.1)], crs=4326),
        "villages": gpd.GeoDataFrame(villages, geometry=boxes, crs=4326),
        "grids": gpd.GeoDataFrame(grids, geometry=boxes, crs=4326),
    }
    store.publish(layers, as_of=date(2025, 12, 31), time_zone="Asia/Shanghai", title="County")
    return store
