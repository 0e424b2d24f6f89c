"""Makes layers of records: numbers them in the order they were found and gives each its grid, the way imports do."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.demo.disputes import make_disputes
from geo.demo.geometry import around, to_lonlat, to_metres
from geo.demo.hazards import make_hazards
from geo.demo.incidents import make_incidents
from geo.demo.records import County, Records, Texts
from geo.demo.terrain import Floats, Ints
from geo.intake.assignment.assign import assign_points
from geo.rules import load_rules

_MAKERS = MappingProxyType({"disputes": make_disputes, "hazards": make_hazards, "incidents": make_incidents})
_TEXTS = ("channel", "settled_at", "transfer", "repeat_of", "grade", "subclass")


def make_records(county: County, streams: Iterable[np.random.Generator]) -> dict[str, pd.DataFrame]:
    """Make disputes, hazards and incidents as the store holds them, but not yet placed in grids.

    Parameters
    ----------
    county
        What the records are drawn from.
    streams
        A source of chance for each layer.
    """
    return {layer: _make_layer(layer, county, rng) for layer, rng in zip(_MAKERS, streams, strict=True)}


def place_all(layers: Mapping[str, pd.DataFrame], grids: gpd.GeoDataFrame) -> dict[str, pd.DataFrame]:
    """Give every row of some layers its grid by its lon and lat; all in one go, since the index is made once.

    Parameters
    ----------
    layers
        Layers with columns ``lon`` and ``lat``.
    grids
        The layer of grids.
    """
    points = pd.concat([frame[["lon", "lat"]] for frame in layers.values()])
    tolerance_m = load_rules().snap_tolerance_m
    placed = assign_points(points["lon"].to_numpy(), points["lat"].to_numpy(), grids, snap_tolerance_m=tolerance_m)
    ends = np.cumsum([len(frame) for frame in layers.values()])
    parts = [placed.iloc[end - len(frame) : end] for frame, end in zip(layers.values(), ends, strict=True)]
    return {
        name: frame.assign(grid_id=part["grid_id"].to_numpy(), placed=part["placed"].to_numpy())
        for (name, frame), part in zip(layers.items(), parts, strict=True)
    }


def _make_layer(layer: str, county: County, rng: np.random.Generator) -> pd.DataFrame:
    records, more = _MAKERS[layer](county, rng)
    order = np.argsort(records.found_at, kind="stable")
    lonlat = _displace(records, more, county, rng)[order]
    records, more = records.take(order), more.iloc[order].reset_index(drop=True)
    numbers = np.char.add(layer[0].upper(), np.char.zfill(np.arange(1, len(order) + 1).astype(str), 6))
    first = {"record_id": numbers, "class": records.classes, "source": records.source, "found_at": records.found_at}
    if "repeat_of" in more:
        more["repeat_of"] = _new_numbers(more["repeat_of"], order, numbers)
    return _typed({**first, **more, "lon": lonlat[:, 0], "lat": lonlat[:, 1]})


def _typed(columns: Mapping[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame({name: np.asarray(values) for name, values in columns.items()})
    texts = [name for name in ("record_id", "class", "source", *_TEXTS) if name in frame]
    days = [name for name in frame if str(name).endswith(("_on", "_at")) and name != "settled_at"]
    return frame.astype({name: "str" for name in texts} | {name: "datetime64[ms]" for name in days})


def _new_numbers(repeat_of: "pd.Series[int]", order: Ints, numbers: Texts) -> NDArray[np.object_]:
    """Turn rows as they were drawn into record numbers."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    names = np.full(len(order), None, dtype=object)
    linked = repeat_of.notna().to_numpy()
    names[linked] = numbers[place[repeat_of[linked].astype(np.int64)]]
    return names


def _displace(records: Records, more: pd.DataFrame, county: County, rng: np.random.Generator) -> Floats:
    """Move a few records outside the county or take their coordinates away; planted ones and repeats stay."""
    truth = county.truths.unplaced
    # Plain records were drawn first; what was planted stands behind them.
    plain = more.index[: len(more) * 9 // 10]
    if "repeat_of" in more:
        plain = plain.difference(pd.Index(more["repeat_of"].dropna()))
    sizes = (truth.snapped, truth.outside, truth.no_coordinates)
    chosen = rng.permutation(plain.to_numpy())[: sum(sizes)]
    snapped, outside, nowhere = np.split(chosen, np.cumsum(sizes)[:2])
    lonlat = records.spot.copy()
    lonlat[snapped] = _beside_county(county, len(snapped), rng)
    away_m = rng.uniform(42_000.0, 60_000.0, len(outside))
    lonlat[outside] = to_lonlat(around(np.zeros(2), away_m, rng))
    lonlat[nowhere] = np.nan
    return lonlat


def _beside_county(county: County, count: int, rng: np.random.Generator) -> Floats:
    """Find spots 5 to 20 m outside the county's border."""
    border = to_metres(shapely.get_coordinates(shapely.get_exterior_ring(county.land.county)))
    edge = rng.permutation(len(border) - 1)[: count * 6]
    along = border[edge + 1] - border[edge]
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T).clip(1e-6)[:, None]
    middle = (border[edge] + border[edge + 1]) / 2
    tried = np.concatenate([middle + 12.0 * normal, middle - 12.0 * normal])
    inside = shapely.Polygon(border)
    points = shapely.points(tried)
    apart_m = shapely.distance(inside, points)
    return to_lonlat(tried[np.flatnonzero((apart_m > 5) & (apart_m < 20))[:count]])
