"""The records of one event layer as small integers in the order they were found, read once per release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from geo.codes import code_list
from geo.errors import ViewError
from geo.layers import LAYERS
from geo.measures.rows import Rows
from geo.measures.times import NEVER, month_floor
from geo.store import Release, connect
from geo.view import CLASS_LISTS, View

__all__ = ["CODED", "Events", "Sample", "code_names", "read_events", "sample_of"]

Ints = npt.NDArray[np.integer]
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
# Two releases of the three layers.
_LAYERS_KEPT = 6


@dataclass(frozen=True, eq=False)
class Events:
    """Records of a layer, sorted by the moment they were found. Shared between calls: the arrays can't be written to.

    Parameters
    ----------
    layer
        Name of the layer.
    grid
        Position of each record's grid in `geo.measures.rows.grid_areas`; -1 for none.
    codes
        Coded column → position in its code list; -1 where missing.
    days
        ``found``, ``closed`` and the layer's own steps → days since 1970-01-01; `NEVER` where it has not come.
    hour
        Hour of the day at which a record was found.
    """

    layer: str
    grid: Ints
    codes: Mapping[str, Ints]
    days: Mapping[str, Ints]
    hour: Ints

    @property
    def begin(self) -> int | None:
        """First day that the layer tells of: the first of the month of the earliest record; None without records."""
        found = self.days["found"]
        return month_floor(int(found[0])) if len(found) else None


@dataclass(frozen=True, eq=False)
class Sample:
    """The records that a view's class and source let through, each with the row it counts in.

    Parameters
    ----------
    events
        The layer's records.
    row
        Row of each record; -1 where it counts in none.
    n_rows
        Number of rows.
    unplaced
        For each record whether it was let through but lies in no grid.
    """

    events: Events
    row: Ints
    n_rows: int
    unplaced: npt.NDArray[np.bool_]

    def found_between(self, start: int, end: int) -> Ints:
        """Return positions of the records found from a day to before another."""
        first, after = np.searchsorted(self.events.days["found"], (start, end))
        records: Ints = np.flatnonzero(self.row[first:after] >= 0) + first
        return records

    def found_by(self, day: int) -> Ints:
        """Return positions of the records found by the end of a day."""
        after = int(np.searchsorted(self.events.days["found"], day, side="right"))
        return np.flatnonzero(self.row[:after] >= 0)

    def open_on(self, day: int) -> Ints:
        """Return positions of the records open on a day: found by it and not closed by it."""
        known = self.found_by(day)
        still_open: Ints = known[self.events.days["closed"][known] > day]
        return still_open

    def closed_between(self, start: int, end: int) -> Ints:
        """Return positions of the records closed from a day to before another."""
        known = self.found_by(end - 1)
        closed = self.events.days["closed"][known]
        return known[(closed >= start) & (closed < end)]

    def count(self, records: Ints) -> npt.NDArray[np.int64]:
        """Return the number of these records in each row."""
        return np.bincount(self.row[records], minlength=self.n_rows)

    def count_codes(self, records: Ints, codes: Ints, *, n_codes: int) -> npt.NDArray[np.int64]:
        """Return the number of these records by row and code, ``n_rows`` × ``n_codes``; missing codes count nowhere."""
        known = codes >= 0
        key = self.row[records][known].astype(np.int64) * n_codes + codes[known]
        return np.bincount(key, minlength=self.n_rows * n_codes).reshape(self.n_rows, n_codes)

    def count_unplaced(self, start: int, end: int) -> int:
        """Return the number of records found in these days that were let through but lie in no grid."""
        first, after = np.searchsorted(self.events.days["found"], (start, end))
        return int(np.count_nonzero(self.unplaced[first:after]))


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


def sample_of(events: Events, rows: Rows, view: View) -> Sample:
    """Return the records that a view's class and source let through, with the rows they count in."""
    chosen = _chosen(events, view)
    row = rows.of_grid[events.grid]
    if chosen is not None:
        row = np.where(chosen, row, -1)
    # An area holds grids: a record in none of them is in no area, so it is told for the whole release alone.
    lost = events.grid < 0 if view.area is None else np.zeros(len(row), dtype=bool)
    return Sample(events, row, rows.n, lost if chosen is None else lost & chosen)


def code_names(layer: str, column: str) -> list[str]:
    """Return the codes of a layer's coded column, in the order of its list."""
    return list(code_list(CODED[layer][column]))


def _chosen(events: Events, view: View) -> npt.NDArray[np.bool_] | None:
    masks = []
    name = CLASS_LISTS.get(events.layer)
    # A view of coverage has no classes of its own, and one of another layer none of this layer's.
    if view.layer == events.layer and view.classes and name:
        masks.append(np.array([code in view.classes for code in code_list(name)] + [False])[events.codes["class"]])
    if view.layer == events.layer and view.source is not None:
        masks.append(events.codes["source"] == list(code_list("source")).index(view.source))
    return np.logical_and.reduce(masks) if masks else None


@lru_cache(maxsize=_LAYERS_KEPT)
def _read(release: Release, layer: str) -> Events:
    steps = [step for step, dtype in LAYERS[layer].dtypes.items() if step.endswith("_on") and dtype != "str"]
    lists = {f"list_{column}": list(code_list(name)) for column, name in CODED[layer].items()}
    with connect(release) as connection:
        columns = connection.execute(_query(layer, steps, with_grids=release.has("grids")), lists).fetchnumpy()
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    for array in arrays.values():
        array.setflags(write=False)
    days = {name: arrays[name] for name in ("found", *steps)}
    closing = [days[step] for step in _CLOSING[layer]]
    days["closed"] = np.minimum.reduce(closing) if closing else np.full(len(days["found"]), NEVER, dtype=np.int32)
    codes = {column: arrays[f"code_{column}"] for column in CODED[layer]}
    days["closed"].setflags(write=False)
    return Events(layer, arrays["grid"], MappingProxyType(codes), MappingProxyType(days), arrays["hour"])


def _query(layer: str, steps: list[str], *, with_grids: bool) -> str:
    epoch = "DATE '1970-01-01'"
    # The names are those of the schema, never of a file or a user.
    parts = [
        "coalesce(g.position, -1)::INTEGER AS grid" if with_grids else "-1::INTEGER AS grid",
        f"(e.found_at::DATE - {epoch})::INTEGER AS found",
        "hour(e.found_at)::UTINYINT AS hour",
        *(f"coalesce((e.{step}::DATE - {epoch})::INTEGER, {NEVER}) AS {step}" for step in steps),
        *(
            f"coalesce(list_position($list_{name}, e.class) - 1, -1)::TINYINT AS code_{name}".replace(
                "e.class", f'e."{name}"'
            )
            for name in CODED[layer]
        ),
    ]
    join = (
        "LEFT JOIN (SELECT grid_id, row_number() OVER (ORDER BY grid_id) - 1 AS position FROM grids) g USING (grid_id)"
        if with_grids
        else ""
    )
    return f"SELECT {', '.join(parts)} FROM {layer} e {join} ORDER BY e.found_at"  # noqa: S608  names of the schema
