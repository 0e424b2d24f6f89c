"""Disputes that break out again after their settlement: linked to it, or the same class at the same spot."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from geo.codes import code_list
from geo.crs import layer_bounds, project_points, working_crs
from geo.measures.events import CODED, Events
from geo.measures.times import NEVER
from geo.rules import Rules
from geo.store import Release, connect, read_layer

__all__ = ["read_repeats"]

_LAYER = "disputes"
_RELEASES_KEPT = 2
_EPOCH = "DATE '1970-01-01'"
_PLACED = "(SELECT grid_id, row_number() OVER (ORDER BY grid_id) - 1 AS position FROM grids)"
_CLOSED = f"coalesce((least(e.settled_on, e.transferred_on, e.failed_on)::DATE - {_EPOCH})::INTEGER, {NEVER})"
_LINKED = f"""
    SELECT g.position::INTEGER AS grid, list_position($classes, e."class") - 1 AS class_code,
        list_position($sources, e.source) - 1 AS source_code,
        (e.found_at::DATE - {_EPOCH})::INTEGER AS found, (e.found_at::DATE - p.settled_on::DATE)::INTEGER AS since,
        {_CLOSED} AS closed
    FROM disputes e JOIN disputes p ON e.repeat_of = p.record_id JOIN {_PLACED} g ON e.grid_id = g.grid_id
    WHERE e.found_at::DATE >= p.settled_on::DATE AND since <= $days ORDER BY found
"""  # noqa: S608  names of the schema alone
_SPOTS = f"""
    SELECT e.record_id, g.position::INTEGER AS grid, list_position($classes, e."class") - 1 AS class_code,
        list_position($sources, e.source) - 1 AS source_code, (e.found_at::DATE - {_EPOCH})::INTEGER AS found,
        (e.settled_on::DATE - {_EPOCH})::INTEGER AS settled, {_CLOSED} AS closed, e.lon, e.lat
    FROM disputes e JOIN {_PLACED} g ON e.grid_id = g.grid_id WHERE e.lon IS NOT NULL AND e.lat IS NOT NULL
"""  # noqa: S608
# Each settled dispute lies in its own square and is looked for from the eight around it.
_NEAR = """
    WITH before AS (
        SELECT s.*, s.column_no + a.step AS near_column, s.row_no + b.step AS near_row
        FROM spots s, (VALUES (-1), (0), (1)) a(step), (VALUES (-1), (0), (1)) b(step) WHERE s.settled IS NOT NULL
    )
    SELECT any_value(e.grid) AS grid, any_value(e.class_code) AS class_code, any_value(e.source_code) AS source_code,
        any_value(e.found) AS found, any_value(e.closed) AS closed, min(e.found - p.settled)::INTEGER AS since
    FROM spots e JOIN before p
        ON e.class_code = p.class_code AND e.column_no = p.near_column AND e.row_no = p.near_row
    WHERE e.record_id <> p.record_id AND e.found BETWEEN p.settled AND p.settled + $days
        AND (e.easting - p.easting) ** 2 + (e.northing - p.northing) ** 2 <= $radius ** 2
    GROUP BY e.record_id ORDER BY found
"""


def read_repeats(release: Release, rules: Rules) -> Events:
    """Return the disputes that were found within the rules' days after another was settled, as events of their own.

    Where the layer links any dispute to an earlier one, links alone count: what else happens near by is mostly chance.
    Where it links none, a dispute of the same class within the rules' radius of a settled one counts.

    Returns
    -------
    Events
        Those that lie in a grid, by the day they were found; ``days`` has ``found``, ``closed``, and ``since``, the
        days since the settlement, 0 or more.
    """
    return _read(release, rules.deadlines.repeat_days, rules.repeat_radius_m)


@lru_cache(maxsize=_RELEASES_KEPT)
def _read(release: Release, days: int, radius_m: float) -> Events:
    lists = {"classes": list(code_list(CODED[_LAYER]["class"])), "sources": list(code_list("source"))}
    with connect(release) as connection:
        linked = connection.execute("SELECT count(repeat_of) FROM disputes").fetchone()
        if linked is not None and linked[0]:
            return _pack(connection.execute(_LINKED, {**lists, "days": days}).fetchnumpy())
        spots = connection.execute(_SPOTS, lists).df()
        if spots.empty:
            return _pack({name: np.array([], dtype=np.int64) for name in _COLUMNS})
        connection.register("spots", _in_squares(release, spots, radius_m))
        return _pack(connection.execute(_NEAR, {"days": days, "radius": radius_m}).fetchnumpy())


def _in_squares(release: Release, spots: pd.DataFrame, side_m: float) -> pd.DataFrame:
    """Return spots in metres, with the square of a net that each lies in."""
    metres = working_crs(layer_bounds(read_layer(release, "grids").geometry.to_numpy()))
    easting, northing = project_points(spots["lon"], spots["lat"], metres)
    squares = {"column_no": np.floor(easting / side_m), "row_no": np.floor(northing / side_m)}
    whole = {name: values.astype(np.int64) for name, values in squares.items()}
    return spots.drop(columns=["lon", "lat"]).assign(easting=easting, northing=northing, **whole)


_COLUMNS = ("grid", "class_code", "source_code", "found", "since", "closed")


def _pack(columns: Mapping[str, Any]) -> Events:
    arrays = {name: np.ma.filled(columns[name], -1).astype(np.int32) for name in _COLUMNS}
    codes = MappingProxyType({"class": arrays["class_code"], "source": arrays["source_code"]})
    days = MappingProxyType({name: arrays[name] for name in ("found", "since", "closed")})
    hours = np.zeros(len(arrays["grid"]), dtype=np.uint8)
    return Events(_LAYER, arrays["grid"], codes, days, hours, MappingProxyType({}))
