"""A county of three stations with two villages each, whose incidents are given by month and village."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.store import Release, Store
from tests.measures.chance import chance_layers

__all__ = ["HEADER", "incidents", "publish", "year_of"]

HEADER: Mapping[str, Any] = {"time_zone": "Asia/Shanghai", "title": "County"}


def incidents(counts: Mapping[str, Mapping[int, int]], *, prefix: str = "i") -> pd.DataFrame:
    """So many thefts for each month and village (its number), found on its 15th."""
    rows = [(month, village) for month, villages in counts.items() for village, n in villages.items() for _ in range(n)]
    return pd.DataFrame(
        {
            "record_id": [f"{prefix}{number}" for number in range(len(rows))],
            "class": "theft",
            "subclass": None,
            "source": ["reported" if number % 3 else "discovered" for number in range(len(rows))],
            "found_at": pd.to_datetime([f"{month}-15 10:00" for month, _ in rows]),
            "lon": None,
            "lat": None,
            "grid_id": pd.Series([f"g{3 * village:02d}" for _, village in rows], dtype="str"),
            "placed": "inside",
        }
    )


def year_of(seed: int, year: int, *, months: int = 12) -> dict[str, dict[int, int]]:
    """Chance counts of villages in the months of a year."""
    counts = np.random.default_rng(seed).poisson(5, (months, 6))
    return {f"{year}-{month + 1:02d}": dict(enumerate(counts[month].tolist())) for month in range(months)}


def publish(
    root: Path, records: pd.DataFrame, as_of: date, *, moved: bool = False, grid_moved: bool = False
) -> Release:
    """Publish records; moved puts the second village under another station, grid_moved a grid of the first into it."""
    layers = chance_layers(1, records=5)
    grids: Any = layers["grids"]
    if moved:
        grids = grids.assign(station_id=np.where(grids["village_id"] == "v1", "s1", grids["station_id"]))
    if grid_moved:
        grids = grids.assign(village_id=grids["village_id"].where(grids["grid_id"] != "g01", "v1"))
    villages = grids.dissolve("village_id", as_index=False)
    villages = villages.assign(name=villages["village_id"])[["village_id", "name", "station_id", "geometry"]]
    kept = {"grids": grids, "villages": villages, "stations": layers["stations"], "incidents": records}
    return Store(root).publish(kept, as_of=as_of, **HEADER)
