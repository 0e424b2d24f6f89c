"""Three stations of the demo county and one quarter of its records: as the whole, opened to the public in seconds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from geo.layers import EVENT_LAYERS
from geo.store import Release, Store, read_layer

__all__ = ["QUARTER", "publish_corner"]

QUARTER = "2024-Q1"
_FROM, _UNTIL = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-04-01")
# The terms of what was accepted in March are over a month later.
_AS_OF = date(2024, 4, 30)
# Terms may end after the last day of the data.
_AHEAD = ["due_on", "extended_until_on"]
_STATIONS = 3


def publish_corner(demo: Release, root: Path) -> Release:
    """Publish a corner of the demo in a store of its own."""
    stations = read_layer(demo, "stations").sort_values("station_id").head(_STATIONS)
    kept = {"counties": read_layer(demo, "counties"), "stations": stations}
    for name in ("villages", "grids"):
        areas = read_layer(demo, name)
        kept[name] = areas[areas["station_id"].isin(stations["station_id"])].reset_index(drop=True)
    for name in (*EVENT_LAYERS, "visits"):
        kept[name] = _quarter(read_layer(demo, name), kept["grids"])
    return Store(root).publish(kept, as_of=_AS_OF, time_zone=demo.time_zone, title="Corner", made_up=True)


def _quarter(rows: pd.DataFrame, grids: pd.DataFrame) -> pd.DataFrame:
    day = rows["found_at"] if "found_at" in rows else rows["month"]
    # A term that stands still would keep its month from being told.
    still = rows["paused_on"].notna() if "paused_on" in rows else np.zeros(len(rows), dtype=bool)
    rows = rows[~still & (day >= _FROM) & (day < _UNTIL) & rows["grid_id"].isin(grids["grid_id"])].copy()
    for column in rows.select_dtypes("datetime").columns.difference(_AHEAD):
        # What came later is not known yet.
        rows.loc[rows[column] >= pd.Timestamp(_AS_OF) + pd.Timedelta(days=1), column] = pd.NaT
    return rows.reset_index(drop=True)
