"""The records of one event layer as small integers in the order they were found, read once per release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

from geo.codes import code_list
from geo.errors import ViewError
from geo.layers import LAYERS
from geo.layers.schemas import PAUSES
from geo.measures.repeats import days_since_same
from geo.measures.times import NEVER, day_number, month_floor
from geo.store import Release, connect

__all__ = [
    "CODED",
    "Events",
    "Ints",
    "Records",
    "as_positions",
    "code_names",
    "read_events",
]

Ints: TypeAlias = npt.NDArray[np.integer]
#: Where records lie in a sample: a stretch of it, or single positions.
Records: TypeAlias = slice | Ints
#: Layer → its coded columns → their code lists.
CODED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "disputes": MappingProxyType(
            {
                "class": "dispute_class",
                "source": "source",
                "channel": "channel",
                "settled_at": "settled_at",
                "transfer": "transfer",
            }
        ),
        "hazards": MappingProxyType({"class": "hazard_class", "source": "source", "grade": "hazard_grade"}),
        "incidents": MappingProxyType({"class": "incident_class", "source": "source", "subclass": "incident_subclass"}),
    }
)
#: Layer → days on any of which a record is closed.
_CLOSING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"disputes": ("settled_on", "transferred_on", "failed_on"), "hazards": ("rectified_on",), "incidents": ()}
)
#: Layers whose records are looked at for others of the same class in the same grid before them.
_REPEATED = ("hazards",)
# Two releases of the three layers.
_LAYERS_KEPT = 6
# Ends of the months of some years, of which pages ask what was open.
_DAYS_KEPT = 64
_MOST_SHORT = np.iinfo(np.uint16).max


@dataclass(frozen=True, eq=False)
class Events:
    """Records of a layer, sorted by the moment they were found. Shared between calls: the arrays can't be written to.

    Parameters
    ----------
    layer
        Name of the layer.
    grid
        Position of each record's grid in `geo.measures.rows.grid_areas`.
    codes
        Coded column → position in its code list; -1 where missing.
    days
        ``found``, ``closed`` and the layer's own steps → days since 1970-01-01; `NEVER` where it has not come; columns
        of pauses and extensions only where any record has one. Of hazards also ``since_same``: days since one of the
        same class was found in the same grid.
    hour
        Hour of the day at which a record was found; 0 also where no time of day was recorded.
    at_midnight
        Source → share of its records, placed or not, that were found at 0:00 sharp.
    terms
        Last days of terms of all records that were counted already, by their name, with the deadlines they follow.
    cubes, cells
        What `geo.measures.tallies` counted already, and the cell of each record that it counts in.
    unplaced
        The records that lie in no grid, in the same form; None for these themselves.
    """

    layer: str
    grid: Ints
    codes: Mapping[str, Ints]
    days: Mapping[str, Ints]
    hour: Ints
    at_midnight: Mapping[str, float]
    unplaced: Events | None = None
    terms: dict[str, tuple[object, Ints]] = field(default_factory=dict)
    cubes: dict[object, tuple[tuple[str, ...], Ints]] = field(default_factory=dict)
    cells: dict[object, npt.NDArray[np.int32]] = field(default_factory=dict)
    _orders: dict[str, tuple[Ints, Ints]] = field(default_factory=dict)
    _open: dict[int, Ints] = field(default_factory=dict)
    _told: dict[str, bool] = field(default_factory=dict)

    @property
    def begin(self) -> int | None:
        """First day that the layer tells of: the first of the month of the earliest record; None without records."""
        parts = [self] if self.unplaced is None else [self, self.unplaced]
        firsts = [int(part.days["found"][0]) for part in parts if len(part.grid)]
        return month_floor(min(firsts)) if firsts else None

    def tells(self, step: str) -> bool:
        """Tell whether any record of the layer, placed or not, has come to a step: otherwise nobody writes it down."""
        if step not in self._told:
            parts = [self] if self.unplaced is None else [self, self.unplaced]
            self._told[step] = any(bool((part.days[step] < NEVER).any()) for part in parts)
        return self._told[step]

    def found_between(self, start: int, end: int) -> slice:
        """Return where the records lie that were found from a day to before another."""
        return _span(self.days["found"], start, end)

    def between(self, step: str, start: int, end: int) -> Records:
        """Return where the records lie that came to a step from a day to before another: in no order but `found`'s."""
        if step == "found":
            return self.found_between(start, end)
        order, days = self._order(step)
        return order[_span(days, start, end)]

    def open_on(self, day: int) -> Ints:
        """Return where the records lie that were found by the end of a day and not closed by it."""
        if day not in self._open:
            while len(self._open) >= _DAYS_KEPT:
                self._open.pop(next(iter(self._open)), None)
            closed = self.days["closed"][: self.found_between(-NEVER, day + 1).stop]
            self._open[day] = np.flatnonzero(closed > day).astype(np.int32)
        return self._open[day]

    def first_day(self, step: str) -> int:
        """Return the first day on which any record came to a step; `NEVER` if none did."""
        days = self._order(step)[1]
        return int(days[0]) if len(days) else NEVER

    @cached_property
    def by_grid(self) -> tuple[Ints, Ints]:
        """Where the records lie, grid by grid and in a grid as they were found, and where each grid's begin."""
        order = _sort_positions(self.grid)
        return order, np.r_[0, np.cumsum(np.bincount(self.grid))]

    def _order(self, step: str) -> tuple[Ints, Ints]:
        """Return positions in the order of a step's days, and these days, of those that have come to it."""
        if step not in self._orders:
            order = _sort_positions(self.days[step])
            days = self.days[step][order]
            come = int(np.searchsorted(days, days.dtype.type(NEVER)))
            self._orders[step] = (order[:come], days[:come])
        return self._orders[step]


def _span(days: Ints, start: int, end: int) -> slice:
    # In the array's own type: searchsorted would copy all of it otherwise.
    first, after = np.searchsorted(days, np.array([start, end], dtype=days.dtype))
    return slice(int(first), int(after))


def _sort_positions(values: Ints) -> npt.NDArray[np.int32]:
    """Return positions in the order of the values, equal ones as they lie."""
    if not len(values):
        return np.array([], dtype=np.int32)
    low = int(values.min())
    few = np.minimum(values - low, _MOST_SHORT)
    # Numbers of 16 bits are sorted by their digits, ten times as fast; NEVER alone is larger than those of any days.
    short = few.astype(np.uint16) if np.all((few < _MOST_SHORT) | (values >= NEVER)) else values
    return np.argsort(short, kind="stable").astype(np.int32)


def as_positions(records: Records) -> Ints:
    """Return where records lie one by one, where they are told as a stretch."""
    return np.arange(records.start, records.stop) if isinstance(records, slice) else records


def read_events(release: Release, layer: str) -> Events:
    """Return the records of an event layer.

    Raises
    ------
    ViewError
        When the release does not have the layer.
    """
    if not release.has(layer):
        raise ViewError(f"Release {release.number} has no {layer}. Remedy: import a file of {layer}.")
    return _read(release, layer)


def code_names(layer: str, column: str) -> list[str]:
    """Return the codes of a layer's coded column, in the order of its list."""
    return list(code_list(CODED[layer][column]))


@lru_cache(maxsize=_LAYERS_KEPT)
def _read(release: Release, layer: str) -> Events:
    steps = [step for step, dtype in LAYERS[layer].dtypes.items() if step.endswith("_on") and dtype != "str"]
    lists = {f"list_{column}": list(code_list(name)) for column, name in CODED[layer].items()}
    with connect(release) as connection:
        steps = [step for step in steps if step not in PAUSES or _is_told(connection, layer, step)]
        columns = connection.execute(_query(layer, steps, with_grids=release.has("grids")), lists).fetchnumpy()
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    placed, at_midnight = arrays["grid"] >= 0, _share_at_midnight(arrays["code_source"], arrays["midnight"])
    parts = [{name: values[kept] for name, values in arrays.items()} for kept in (~placed, placed)]
    lost = _pack(layer, steps, parts[0], at_midnight=at_midnight, unplaced=None)
    events = _pack(layer, steps, parts[1], at_midnight=at_midnight, unplaced=lost)
    if _CLOSING[layer]:
        for day in _state_days(events.begin, release.as_of):
            events.open_on(day)
    return events


def _state_days(begin: int | None, as_of: date) -> list[int]:
    """Return the last days of the months that the data tell of, the last of them all, oldest first."""
    if begin is None:
        return []
    months = np.arange(np.datetime64(begin, "D").astype("datetime64[M]"), np.datetime64(as_of, "M") + 1)
    ends = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    return [min(int(end), day_number(as_of)) for end in ends[-_DAYS_KEPT:]]


def _is_told(connection: duckdb.DuckDBPyConnection, layer: str, step: str) -> bool:
    """Tell whether any record has a step; releases of older versions do not have the column."""
    # The names are those of the schema, never of a file or a user.
    if step not in [row[0] for row in connection.execute(f"DESCRIBE {layer}").fetchall()]:
        return False
    row = connection.execute(f"SELECT count({step}) FROM {layer}").fetchone()  # noqa: S608
    return row is not None and row[0] > 0


def _share_at_midnight(source: Ints, midnight: npt.NDArray[np.bool_]) -> Mapping[str, float]:
    names = list(code_list("source"))
    known = source >= 0
    n, there = (np.bincount(source[part], minlength=len(names)) for part in (known, known & midnight))
    return MappingProxyType({name: there[k] / n[k] for k, name in enumerate(names) if n[k]})


def _pack(
    layer: str,
    steps: list[str],
    arrays: dict[str, Ints],
    *,
    at_midnight: Mapping[str, float],
    unplaced: Events | None,
) -> Events:
    days = {name: arrays[name] for name in ("found", *steps)}
    closing = [days[step] for step in _CLOSING[layer]]
    if layer in _REPEATED and unplaced is not None:
        n_classes = len(code_list(CODED[layer]["class"])) + 1
        groups = arrays["grid"].astype(np.int64) * n_classes + arrays["code_class"] + 1
        days["since_same"] = days_since_same(groups, days["found"])
    days["closed"] = np.minimum.reduce(closing) if closing else np.full_like(days["found"], NEVER)
    codes = {column: arrays[f"code_{column}"] for column in CODED[layer]}
    for array in (*days.values(), *codes.values(), arrays["grid"], arrays["hour"]):
        array.setflags(write=False)
    frozen = MappingProxyType(codes), MappingProxyType(days)
    return Events(layer, arrays["grid"], *frozen, arrays["hour"], at_midnight, unplaced)


def _query(layer: str, steps: list[str], *, with_grids: bool) -> str:
    epoch = "DATE '1970-01-01'"
    # The names are those of the schema, never of a file or a user.
    parts = [
        "coalesce(g.position, -1)::INTEGER AS grid" if with_grids else "-1::INTEGER AS grid",
        f"(e.found_at::DATE - {epoch})::INTEGER AS found",
        "hour(e.found_at)::UTINYINT AS hour",
        "e.found_at = date_trunc('day', e.found_at) AS midnight",
        *(f"coalesce((e.{step}::DATE - {epoch})::INTEGER, {NEVER}) AS {step}" for step in steps),
        *(
            f'coalesce(list_position($list_{name}, e."{name}") - 1, -1)::TINYINT AS code_{name}'
            for name in CODED[layer]
        ),
    ]
    join = (
        "LEFT JOIN (SELECT grid_id, row_number() OVER (ORDER BY grid_id) - 1 AS position FROM grids) g USING (grid_id)"
        if with_grids
        else ""
    )
    return f"SELECT {', '.join(parts)} FROM {layer} e {join} ORDER BY e.found_at"  # noqa: S608  names of the schema
