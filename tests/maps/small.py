"""Nine square grids, three by three, with 0 to 8 disputes each: what a map of them must show is plain.

V2 (S2):  G6 G7 G8
V1 (S1):  G3 G4 G5
V0 (S1):  G0 G1 G2     a side is a hundredth of a degree, the corner of G0 lies at 120° E 30° N
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.access import Scope
from geo.layers import LAYERS
from geo.measures import coverage, measure
from geo.privacy import Protected, protect
from geo.store import Release, Store
from geo.view import Period, View

__all__ = ["MARCH", "NASTY", "SIDE", "protected_disputes", "protected_states", "publish_small"]

SIDE = 0.01
MARCH = Period("2025-03")
#: A name that is a script, a template and a quote at once.
NASTY = "</script><img src=x onerror=\"alert('1')\">{{ 7 * 7 }}"
_STATIONS = {"V0": "S1", "V1": "S1", "V2": "S2"}


def publish_small(root: Path, *, areas: Sequence[str] = ("counties", "stations", "villages", "grids")) -> Release:
    """Publish the nine grids, with the layers of areas above them or only some of those."""
    grids = _grids()
    shapes = {
        "counties": _dissolved(grids, "county"),
        "stations": _dissolved(grids, "station").assign(county_id="C1"),
        "villages": _dissolved(grids, "village").assign(station_id=["S1", "S1", "S2"]),
        "grids": grids.drop(columns="county_id"),
    }
    above = {"station_id": "stations", "village_id": "villages", "county_id": "counties"}
    layers = {
        **{
            name: shapes[name].drop(
                columns=[key for key, layer in above.items() if layer not in areas], errors="ignore"
            )
            for name in areas
        },
        "disputes": _disputes(),
        "officers": _table("officers", post_id=["P1", "P2"], role=["community_officer"] * 2, hours_per_week=[40.0] * 2),
        "assignments": _table(
            "assignments",
            post_id=["P1", "P1", "P2"],
            grid_id=["G0", "G1", "G0"],
            from_on=pd.to_datetime(["2024-01-01"] * 3),
            share=[0.5, 0.5, 1.0],
        ),
        "background": _background(),
    }
    return Store(root).publish(
        layers,
        as_of=date(2025, 3, 31),
        time_zone="Asia/Shanghai",
        title="Small County",
        title_zh="小县",
        made_up=True,
        sources={"grids": "Office of <Maps>", "disputes": "Office of <Maps>"},
    )


def protected_disputes(
    release: Release, *, level: str = "grid", role: str = "planner", area: str | None = None
) -> Protected:
    """Return disputes of March 2025 as a role may see them."""
    view = View(MARCH, level=level, area=area)
    return protect(measure(release, view), view, Scope(role))


def protected_states(release: Release) -> Protected:
    """Return the coverage states of all grids on the last day."""
    return protect(coverage.states(release, release.as_of), View(MARCH, layer="coverage"), Scope("planner"))


def _grids() -> gpd.GeoDataFrame:
    places = [(index % 3, index // 3) for index in range(9)]
    squares = [shapely.box(120 + x * SIDE, 30 + y * SIDE, 120 + (x + 1) * SIDE, 30 + (y + 1) * SIDE) for x, y in places]
    villages = [f"V{y}" for _, y in places]
    columns = {
        "grid_id": [f"G{index}" for index in range(9)],
        "name": [NASTY, *(f"第{index}网格" for index in range(1, 9))],
        "name_en": [None, *(f"Grid {index}" for index in range(1, 9))],
        "village_id": villages,
        "station_id": [_STATIONS[village] for village in villages],
        "county_id": ["C1"] * 9,
        "kind": ["urban"] * 9,
        "residents": [1000] * 8 + [None],
        "households": [400] * 8 + [900],
    }
    return gpd.GeoDataFrame(columns, geometry=squares, crs=4326)


def _dissolved(grids: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    key = f"{level}_id"
    areas = grids[[key, "geometry"]].dissolve(key, as_index=False)
    return areas.assign(name=[f"{level} {code}" for code in areas[key]])


def _disputes() -> pd.DataFrame:
    grids = [f"G{index}" for index in range(9) for _ in range(index)]
    index = [int(code[1]) for code in grids]
    return _table(
        "disputes",
        record_id=[f"D{number}" for number in range(len(grids))],
        source=["reported"] * len(grids),
        found_at=pd.to_datetime(["2025-03-10"] * len(grids)),
        lon=[120 + (code % 3 + 0.5) * SIDE for code in index],
        lat=[30 + (code // 3 + 0.5) * SIDE for code in index],
        grid_id=grids,
        placed=["inside"] * len(grids),
    ).assign(**{"class": "neighbours"})


def _table(layer: str, **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    return frame.reindex(columns=[name for name in LAYERS[layer].columns if name != "geometry"])


def _background() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"kind": ["river", "town"], "name": ["枫溪", "镇"], "name_en": ["Feng", None], "rank": [1, 2]},
        geometry=[shapely.LineString([(120, 30), (120.03, 30.03)]), shapely.Point(120.01, 30.01).buffer(0.004)],
        crs=4326,
    )
