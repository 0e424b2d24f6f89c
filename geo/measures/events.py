"""The records of one event layer as small integers in the order they were found, read once per release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.codes import code_list
from geo.errors import ViewError
from geo.layers import LAYERS
from geo.measures.repeats import days_since_same
from geo.measures.rows import Rows, total_row
from geo.measures.times import NEVER, Window, make_window, month_floor
from geo.store import Release, connect
from geo.view import CLASS_LISTS, View

__all__ = [
    "CODED",
    "Events",
    "Records",
    "Sample",
    "code_names",
    "count_unplaced",
    "group_by_code",
    "knows_hours",
    "read_events",
    "sample_of",
    "total_sample",
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
        ``found``, ``closed`` and the layer's own steps → days since 1970-01-01; `NEVER` where it has not come. Of
        hazards also ``since_same``: days since one of the same class was found in the same grid.
    hour
        Hour of the day at which a record was found; 0 also where no time of day was recorded.
    at_midnight
        Source → share of its records, placed or not, that were found at 0:00 sharp.
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

    @property
    def begin(self) -> int | None:
        """First day that the layer tells of: the first of the month of the earliest record; None without records."""
        parts = [self] if self.unplaced is None else [self, self.unplaced]
        firsts = [int(part.days["found"][0]) for part in parts if len(part.grid)]
        return month_floor(min(firsts)) if firsts else None

    def tells(self, step: str) -> bool:
        """Tell whether any record of the layer, placed or not, has come to a step: otherwise nobody writes it down."""
        parts = [self] if self.unplaced is None else [self, self.unplaced]
        return any(bool((part.days[step] < NEVER).any()) for part in parts)

    def found_between(self, start: int, end: int) -> slice:
        """Return where the records lie that were found from a day to before another."""
        found = self.days["found"]
        # In the array's own type: searchsorted would copy all of it otherwise.
        first, after = np.searchsorted(found, np.array([start, end], dtype=found.dtype))
        return slice(int(first), int(after))


@dataclass(frozen=True, eq=False)
class Sample:
    """The records that a view's area, class and source let through, in the order they were found.

    Parameters
    ----------
    events
        The layer's records.
    kept
        Positions of those let through; None for all.
    row
        Row that each of those let through counts in.
    n_rows
        Number of rows.
    """

    events: Events
    kept: Ints | None
    row: Ints
    n_rows: int
    _taken: dict[str, Ints] = field(default_factory=dict)

    def days(self, step: str) -> Ints:
        """Return the day of a step of each record let through; `NEVER` where it has not come."""
        return self._take(step, self.events.days[step])

    def codes(self, column: str) -> Ints:
        """Return the position of each record's code in its list; -1 where it is missing."""
        return self._take(column, self.events.codes[column])

    def hours(self) -> Ints:
        """Return the hour of the day at which each record was found."""
        return self._take("hour", self.events.hour)

    def grids(self) -> Ints:
        """Return the position of each record's grid in `geo.measures.rows.grid_areas`."""
        return self._take("grid", self.events.grid)

    def found_between(self, start: int, end: int) -> slice:
        """Return where the records lie that were found from a day to before another."""
        span = self.events.found_between(start, end)
        if self.kept is None:
            return span
        first, after = np.searchsorted(self.kept, (span.start, span.stop))
        return slice(int(first), int(after))

    def found_by(self, day: int) -> slice:
        """Return where the records lie that were found by the end of a day."""
        return slice(0, self.found_between(day + 1, day + 1).start)

    def open_on(self, day: int) -> Ints:
        """Return positions of the records open on a day: found by it and not closed by it."""
        return np.flatnonzero(self.days("closed")[self.found_by(day)] > day)

    def closed_between(self, start: int, end: int) -> Ints:
        """Return positions of the records closed from a day to before another."""
        closed = self.days("closed")[self.found_by(end - 1)]
        return np.flatnonzero((closed >= start) & (closed < end))

    def count(self, records: Records) -> npt.NDArray[np.int64]:
        """Return the number of these records in each row."""
        return np.bincount(self.row[records], minlength=self.n_rows)

    def count_codes(self, records: Records, codes: Ints, *, n_codes: int) -> npt.NDArray[np.int64]:
        """Return the number of these records by row and code, ``n_rows`` × ``n_codes``; missing codes count nowhere."""
        # A column more, in front, takes the missing codes.
        key = self.row[records].astype(np.int64) * (n_codes + 1) + (codes + 1)
        counts = np.bincount(key, minlength=self.n_rows * (n_codes + 1))
        return counts.reshape(self.n_rows, n_codes + 1)[:, 1:]

    def _take(self, name: str, values: Ints) -> Ints:
        if self.kept is None:
            return values
        if name not in self._taken:
            self._taken[name] = values[self.kept]
        return self._taken[name]


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
    """Return the records that a view's class and source let through and that lie in one of the rows' areas."""
    row, chosen = rows.of_grid[events.grid], _chosen(events, view)
    inside = row >= 0 if chosen is None else chosen & (row >= 0)
    if inside.all():
        return Sample(events, None, row, rows.n)
    kept = np.flatnonzero(inside)
    return Sample(events, kept, row[kept], rows.n)


def knows_hours(events: Events, view: View, *, most_at_midnight: float) -> bool:
    """Tell whether the time of day was recorded for the sources that a view lets through.

    It was not where more than this share of a source's records lie at 0:00 sharp: as hours they would be a false peak
    at midnight. It is told of all of a source's records, so that it is the same in every area, period and class.
    """
    asked = view.source if view.layer == events.layer else None
    return all(part <= most_at_midnight for source, part in events.at_midnight.items() if asked in (None, source))


def total_sample(release: Release, view: View) -> tuple[Rows, Sample, Window]:
    """Return one row for all of a view's area, the records that count in it, and the days told of.

    Raises
    ------
    ViewError
        When the release has no such layer or area.
    """
    events = read_events(release, view.layer)
    rows = total_row(release, view)
    return rows, sample_of(events, rows, view), make_window(release, view, data_begin=events.begin)


def group_by_code(sample: Sample, column: str) -> Sample:
    """Return the same records with a row for each code of a column; those without a code count in none."""
    row, n_rows = sample.codes(column), len(code_names(sample.events.layer, column))
    if (row >= 0).all():
        return Sample(sample.events, sample.kept, row, n_rows)
    coded = np.flatnonzero(row >= 0)
    return Sample(sample.events, coded if sample.kept is None else sample.kept[coded], row[coded], n_rows)


def count_unplaced(events: Events, view: View, start: int, end: int) -> int:
    """Return the number of records found in these days that a view lets through but that lie in no grid.

    An area holds grids: a record in none of them is in no area, so it is told for the whole release alone.
    """
    if view.area is not None or events.unplaced is None:
        return 0
    span, chosen = events.unplaced.found_between(start, end), _chosen(events.unplaced, view)
    return span.stop - span.start if chosen is None else int(np.count_nonzero(chosen[span]))


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
    placed, at_midnight = arrays["grid"] >= 0, _share_at_midnight(arrays["code_source"], arrays["midnight"])
    parts = [{name: values[kept] for name, values in arrays.items()} for kept in (~placed, placed)]
    lost = _pack(layer, steps, parts[0], at_midnight=at_midnight, unplaced=None)
    return _pack(layer, steps, parts[1], at_midnight=at_midnight, unplaced=lost)


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
