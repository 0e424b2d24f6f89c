"""The plain way to the figures of a page: pandas frames filtered, grouped and merged anew for every change."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from geo.store import Release, read_layer
from geo.view import View

__all__ = ["page", "read_tables"]

_LEVELS = {"county": "county_id", "station": "station_id", "village": "village_id", "grid": "grid_id"}
_CLOSED = {"disputes": ("settled_on", "transferred_on", "failed_on"), "hazards": ("rectified_on",)}
_MONTHS = 12
_MONTH_DAYS = 30


def read_tables(release: Release) -> dict[str, Any]:
    """Read grids with the areas above them, and the records with their area, as anybody would who wants them quick."""
    grids = read_layer(release, "grids").drop(columns="station_id")
    above = pd.DataFrame(read_layer(release, "villages")[["village_id", "station_id"]]).merge(
        pd.DataFrame(read_layer(release, "stations")[["station_id", "county_id"]])
    )
    grids = grids.merge(above, on="village_id")
    areas = pd.DataFrame(grids[list(_LEVELS.values())])
    tables: dict[str, Any] = {"grids": grids, "shapes": _shapes(release)}
    for layer, steps in _CLOSED.items():
        columns = ["grid_id", "class", "source", "found_at", *steps, *(["accepted_on"] if layer == "disputes" else [])]
        records = read_layer(release, layer, columns=columns).merge(areas, on="grid_id")
        tables[layer] = records.assign(closed_on=records[list(steps)].min(axis=1))
    return tables


def _shapes(release: Release) -> dict[str, gpd.GeoDataFrame]:
    return {level: read_layer(release, name) for level, name in (("county", "counties"), ("station", "stations"))} | {
        level: read_layer(release, name) for level, name in (("village", "villages"), ("grid", "grids"))
    }


def page(tables: dict[str, Any], view: View) -> tuple[pd.DataFrame, list[Any]]:
    """Return the values of the map of a view, and what the tiles, the months and the classes show."""
    chosen = {layer: _let_through(tables[layer], view, layer) for layer in _CLOSED}
    shown = [_tiles(chosen[layer], view, layer) for layer in _CLOSED]
    records, key = chosen[view.layer], _LEVELS[view.level]
    months = [_found_in(records, month.start, month.end).groupby(key).size() for month in _months(view)]
    classes = _found_in(records, view.period.start, view.period.end).groupby("class").size()
    return _map_values(tables, records, view), [shown, months, classes]


def _let_through(records: pd.DataFrame, view: View, layer: str) -> pd.DataFrame:
    if view.area is not None:
        level = {9: "station_id", 14: "village_id"}[len(view.area)]
        records = records[records[level] == view.area]
    if view.classes and view.layer == layer:
        records = records[records["class"].isin(view.classes)]
    if view.source is not None and view.layer == layer:
        records = records[records["source"] == view.source]
    return records


def _found_in(records: pd.DataFrame, start: Any, end: Any) -> pd.DataFrame:  # noqa: ANN401  pandas takes any moment
    return records[(records["found_at"] >= pd.Timestamp(start)) & (records["found_at"] < pd.Timestamp(end))]


def _tiles(records: pd.DataFrame, view: View, layer: str) -> list[int | float]:
    period, other, day = view.period, view.comparison, pd.Timestamp(view.period.last_day)
    found = _found_in(records, period.start, period.end)
    before = 0 if other is None else len(_found_in(records, other.start, other.end))
    is_open = records[(records["found_at"] < day + pd.Timedelta(days=1)) & ~(records["closed_on"] <= day)]
    shown: list[int | float] = [len(found), before, len(is_open), *found.groupby("source").size()]
    if layer == "disputes":
        accepted = records["accepted_on"]
        cohort = records[(accepted >= pd.Timestamp(period.start)) & (accepted < pd.Timestamp(period.end))]
        in_month = cohort["settled_on"] <= cohort["accepted_on"] + pd.Timedelta(days=_MONTH_DAYS)
        shown += [float(in_month.mean()), int((is_open["accepted_on"] < day - pd.Timedelta(days=_MONTH_DAYS)).sum())]
    for month in _months(view):
        shown.append(len(_found_in(records, month.start, month.end)))
    return shown


def _months(view: View) -> list[Any]:
    last = pd.Period(view.period.last_day, freq="M")
    return [_Month(last - back) for back in range(_MONTHS)]


class _Month:
    def __init__(self, month: pd.Period) -> None:
        self.start, self.end = month.start_time, (month + 1).start_time


def _map_values(tables: dict[str, Any], records: pd.DataFrame, view: View) -> pd.DataFrame:
    key = _LEVELS[view.level]
    counts = _found_in(records, view.period.start, view.period.end).groupby(key).size().rename("n")
    values: pd.DataFrame = tables["shapes"][view.level].merge(counts, left_on=key, right_index=True, how="left")
    return values.fillna({"n": 0})
