"""Two stores that have told the public the same, and hold other records now: nothing public may tell them apart."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from geo.layers import EVENT_LAYERS
from geo.privacy import open_to_public
from geo.store import Release, Store
from tests.measures.chance import AS_OF, chance_layers

__all__ = ["Layers", "make_twins", "placed_layers", "with_other_records"]

Layers = Mapping[str, pd.DataFrame]
_SIDE = 0.01
_STOPS = ("paused_on", "resumed_on", "extended_until_on")


@cache
def placed_layers(records: int = 1500) -> Layers:
    """Chance records that lie somewhere in their grids."""
    layers, rng = chance_layers(3, records=records), np.random.default_rng(4)
    placed = {name: _placed(layer, rng) if name in EVENT_LAYERS else layer for name, layer in layers.items()}
    # A term that stands still for ever would keep its month from being told.
    placed["disputes"] = placed["disputes"].drop(columns=[*_STOPS], errors="ignore")
    return placed | {"visits": _visits(rng)}


def _visits(rng: np.random.Generator) -> pd.DataFrame:
    """Households visited and requests handled in each month of a year and each grid, many of them few."""
    months = pd.date_range("2024-01-01", periods=16, freq="MS", unit="ms")
    grids = [f"g{number:02d}" for number in range(18)]
    n = len(months) * len(grids)
    return pd.DataFrame(
        {
            "grid_id": np.tile(grids, len(months)),
            "month": np.repeat(months, len(grids)),
            "households_visited": pd.array(rng.poisson(4, n), dtype="Int64"),
            "requests_handled": pd.array(rng.poisson(1, n), dtype="Int64"),
        }
    )


def _placed(events: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    number = pd.to_numeric(events["grid_id"].str[1:])
    lon, lat = (rng.uniform(0.001, 0.009, len(events)) for _ in range(2))
    return events.assign(lon=_SIDE * number + lon, lat=pd.Series(lat).where(number.notna()))


def with_other_records(layers: Layers) -> Layers:
    """The same layers with a third of the records gone, and the others of another class, source, grid and month."""
    rng, changed = np.random.default_rng(9), dict(layers)
    for name in EVENT_LAYERS:
        events = layers[name].iloc[np.sort(rng.permutation(len(layers[name]))[::3])].reset_index(drop=True)
        days = [str(column) for column in events if str(column).endswith(("_on", "_at"))]
        codes = [column for column in ("class", "subclass") if column in events]
        first = int(layers[name]["found_at"].argmin())
        events = pd.concat([layers[name].iloc[[first]], events[events["record_id"] != f"{name}-{first}"]])
        for columns in (codes, days, ["source"], ["grid_id", "lon", "lat", "placed"]):
            order = np.concatenate([[0], 1 + rng.permutation(len(events) - 1)])
            events[columns] = events[columns].iloc[order].to_numpy()
        changed[name] = events.reset_index(drop=True).astype(layers[name].dtypes)
    counts = ["households_visited", "requests_handled"]
    changed["visits"] = layers["visits"].assign(**layers["visits"][counts].iloc[::-1].reset_index(drop=True))
    return changed


def make_twins(root: Path) -> tuple[Release, Release]:
    """Return two second releases of a store that was opened to the public with the first: as it was, and changed."""
    layers = placed_layers()
    open_to_public(_publish(root / "one", layers))
    shutil.copytree(root / "one", root / "other")
    return _publish(root / "one", layers), _publish(root / "other", with_other_records(layers))


def _publish(root: Path, layers: Layers) -> Release:
    return Store(root).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Chance", title_zh="随机县")
