"""A county of chance records from a seed, for what must hold whatever the records are."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.codes import code_list
from geo.layers import LAYERS

__all__ = ["AS_OF", "chance_layers"]

AS_OF = date(2025, 5, 17)
_FIRST, _DAYS = np.datetime64("2023-11-20"), 545
_GRIDS = 18


def chance_layers(seed: int, *, records: int = 500) -> dict[str, pd.DataFrame]:
    """Layers of 3 stations, 6 villages and 18 grids; steps of records come, or not, in any order after being found."""
    rng = np.random.default_rng(seed)
    squares = [shapely.box(0.01 * i, 0, 0.01 * i + 0.01, 0.01) for i in range(_GRIDS)]
    grids = gpd.GeoDataFrame(
        {
            "grid_id": [f"g{i:02d}" for i in range(_GRIDS)],
            "name": [f"g{i}" for i in range(_GRIDS)],
            "village_id": [f"v{i // 3}" for i in range(_GRIDS)],
            "station_id": [f"s{i // 6}" for i in range(_GRIDS)],
            "kind": rng.choice(list(code_list("grid_kind")), _GRIDS),
            "residents": pd.array(rng.integers(0, 2000, _GRIDS), dtype="Int64"),
            "households": pd.array(rng.integers(0, 700, _GRIDS), dtype="Int64"),
        },
        geometry=squares,
        crs="EPSG:4326",
    )
    layers: dict[str, pd.DataFrame] = {"grids": grids}
    layers["villages"] = _above(grids, "village_id", ["station_id"])
    layers["stations"] = _above(grids, "station_id", [])
    for name in ("disputes", "hazards", "incidents"):
        layers[name] = _events(rng, name, records)
    return layers | _posts(rng)


def _above(grids: gpd.GeoDataFrame, key: str, kept: list[str]) -> gpd.GeoDataFrame:
    areas = grids.dissolve(key, as_index=False)
    return areas.assign(name=areas[key])[[key, "name", *kept, "geometry"]]


def _events(rng: np.random.Generator, layer: str, n: int) -> pd.DataFrame:
    found = _FIRST + rng.integers(0, _DAYS * 24 * 60, n).astype("timedelta64[m]")
    columns: dict[str, object] = {"record_id": [f"{layer}-{i}" for i in range(n)], "found_at": found}
    for name, column in LAYERS[layer].schema.columns.items():
        codes = [check.statistics["allowed_values"] for check in column.checks if "allowed_values" in check.statistics]
        if codes and name != "placed":
            chosen = pd.Series(rng.choice(list(codes[0]), n), dtype="str")
            columns[name] = chosen.where((rng.random(n) < 0.8) | (not column.nullable))
        elif name.endswith("_on"):
            days = found.astype("datetime64[D]") + rng.integers(0, 80, n).astype("timedelta64[D]")
            columns[name] = np.where(rng.random(n) < 0.5, days, np.datetime64("NaT")).astype("datetime64[ms]")
    if "subclass" in columns:
        parents = {code: entry.parent for code, entry in code_list("incident_subclass").items()}
        kinds = pd.Series(columns["subclass"])
        columns["subclass"] = kinds.where(kinds.map(parents) == columns["class"])
    grid = pd.Series([f"g{i:02d}" for i in rng.integers(0, _GRIDS, n)], dtype="str").where(rng.random(n) < 0.9)
    placed = pd.Series("inside", index=grid.index).where(grid.notna(), "no_coordinates")
    return pd.DataFrame(columns).assign(grid_id=grid, placed=placed, lon=None, lat=None)


def _posts(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    n = 40
    start = np.datetime64("2023-10-01") + rng.integers(0, 600, n).astype("timedelta64[D]")
    length = rng.integers(1, 400, n).astype("timedelta64[D]")
    assignments = pd.DataFrame(
        {
            "post_id": [f"p{i}" for i in rng.integers(0, 12, n)],
            "grid_id": [f"g{i:02d}" for i in rng.integers(0, _GRIDS, n)],
            "from_on": start,
            "until_on": np.where(rng.random(n) < 0.6, start + length, np.datetime64("NaT")),
            "share": rng.random(n),
        }
    ).drop_duplicates(["post_id", "grid_id", "from_on"])
    officers = pd.DataFrame(
        {
            "post_id": [f"p{i}" for i in range(12)],
            "role": rng.choice(list(code_list("role")), 12),
            "hours_per_week": 40.0,
        }
    ).assign(station_id=[f"s{i % 3}" for i in range(12)])
    return {"officers": officers, "assignments": assignments}
