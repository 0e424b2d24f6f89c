"""The records of a layer that a view lets through, cut out of an order by day, by state or by grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.codes import code_list
from geo.measures.events import Events, Ints, Records, as_positions, code_names, read_events
from geo.measures.rows import Rows, total_row
from geo.measures.times import NEVER, Window, make_window
from geo.store import Release
from geo.view import CLASS_LISTS, View

__all__ = ["Sample", "count_unplaced", "group_by_code", "knows_hours", "sample_of", "total_sample"]

# Those of one page, in its layers, sources and levels.
_SAMPLES_KEPT = 12
# An area that holds less than one in so many records has its own picked out; of others each answer is filtered.
_FEW = 8


@dataclass(frozen=True, eq=False)
class Sample:
    """The records that a view's area, class and source let through; told by their positions in the events.

    What is asked of it is cut out of an order first and filtered then, so that no call looks at more records than it
    returns, but for the filters. Shared between calls: not to be changed.

    Parameters
    ----------
    events
        The layer's records.
    of_grid
        Row that each grid counts in, -1 for none: as `geo.measures.rows.Rows.of_grid`.
    n_rows
        Number of rows.
    passes
        Coded columns that are filtered → for each position in the code list, and one more for missing, whether it is
        let through.
    coded
        The coded column whose codes are the rows, instead of areas; None for areas.
    columns
        Columns worked out already, by their part and the days told of, with the rules that they were told by.
    placed
        Which areas of a net of `geo.measures.tallies` count in which row, by the net.
    """

    events: Events
    of_grid: Ints
    n_rows: int
    passes: tuple[tuple[str, npt.NDArray[np.bool_]], ...] = ()
    coded: str | None = None
    columns: dict[tuple[str, tuple[Window, ...]], tuple[object, Any]] = field(default_factory=dict)
    placed: dict[object, tuple[Ints, Ints] | None] = field(default_factory=dict)
    _known: dict[tuple[str, int, int], Records] = field(default_factory=dict)

    def within(self, grids: npt.NDArray[np.bool_]) -> Sample:
        """Return the records of some grids alone, in the same rows."""
        of_grid = np.where(np.append(grids, False), self.of_grid, -1).astype(self.of_grid.dtype)
        return Sample(self.events, of_grid, self.n_rows, self.passes, self.coded)

    def days(self, step: str) -> Ints:
        """Return the day of a step of each record of the events; `NEVER` where it has not come."""
        return self.events.days[step]

    def knows(self, step: str) -> bool:
        """Tell whether the layer tells of a step that few files have."""
        return step in self.events.days

    def codes(self, column: str) -> Ints:
        """Return the position of each record's code in its list, of all the events; -1 where it is missing."""
        return self.events.codes[column]

    def hours(self) -> Ints:
        """Return the hour of the day at which each record of the events was found."""
        return self.events.hour

    def grids(self) -> Ints:
        """Return the position of each record's grid in `geo.measures.rows.grid_areas`, of all the events."""
        return self.events.grid

    def everything(self) -> Records:
        """Return the positions of all records let through."""
        return self._cut("found", -NEVER, NEVER)

    def found_between(self, start: int, end: int) -> Records:
        """Return the positions of the records found from a day to before another, in the order they were found."""
        return self._cut("found", start, end)

    def came_between(self, step: str, start: int, end: int, *, found_by: int = NEVER) -> Ints:
        """Return the positions of the records, found by a day, that came to a step from a day to before another."""
        positions = as_positions(self._cut(step, start, end))
        if found_by == NEVER:
            return positions
        # They lie in the order they were found.
        after = self.events.found_between(-NEVER, found_by + 1).stop
        return np.asarray(positions[positions < after])

    def found_by(self, day: int) -> Records:
        """Return the positions of the records found by the end of a day."""
        return self._cut("found", -NEVER, day + 1)

    def open_on(self, day: int) -> Ints:
        """Return positions of the records open on a day: found by it and not closed by it."""
        if ("open", day, day) not in self._known:
            kept = self.few
            if kept is None:
                self._known["open", day, day] = self._filter(self.events.open_on(day))
            else:
                found = as_positions(self.found_by(day))
                self._known["open", day, day] = found[self.events.days["closed"][found] > day]
        return as_positions(self._known["open", day, day])

    def closed_between(self, start: int, end: int) -> Ints:
        """Return positions of the records found before the second day and closed from the first to before it."""
        return self.came_between("closed", start, end, found_by=end - 1)

    def rows_of(self, records: Records) -> Ints:
        """Return the row that each of some records let through counts in."""
        return self.of_grid[self.events.grid[records]] if self.coded is None else self.codes(self.coded)[records]

    def count(self, records: Records) -> npt.NDArray[np.int64]:
        """Return the number of these records in each row."""
        if self.n_rows == 1:
            return np.array([_length(records)])
        return np.bincount(self.rows_of(records), minlength=self.n_rows)

    def count_each(
        self, records: Records, chosen: Mapping[str, npt.NDArray[np.bool_]]
    ) -> dict[str, npt.NDArray[np.int64]]:
        """Return, by name, the number of those of these records that are chosen, in each row."""
        if self.n_rows == 1:
            return {name: np.array([np.count_nonzero(chosen_ones)]) for name, chosen_ones in chosen.items()}
        rows, n = self.rows_of(records), self.n_rows
        return {name: np.bincount(rows[chosen_ones], minlength=n) for name, chosen_ones in chosen.items()}

    def count_codes(self, records: Records, codes: Ints, *, n_codes: int) -> npt.NDArray[np.int64]:
        """Return the number of these records by row and code, ``n_rows`` × ``n_codes``; missing codes count nowhere."""
        # A column more, in front, takes the missing codes.
        key = codes + np.int64(1)
        if self.n_rows > 1:
            key += self.rows_of(records) * np.int64(n_codes + 1)
        counts = np.bincount(key, minlength=self.n_rows * (n_codes + 1))
        return counts.reshape(self.n_rows, n_codes + 1)[:, 1:]

    def _cut(self, step: str, start: int, end: int) -> Records:
        if (step, start, end) not in self._known:
            kept = self.few
            if kept is None:
                self._known[step, start, end] = self._filter(self.events.between(step, start, end))
            elif step == "found":
                span = self.events.found_between(start, end)
                first, after = np.searchsorted(kept, (span.start, span.stop))
                self._known[step, start, end] = kept[first:after]
            else:
                day = self.events.days[step][kept]
                self._known[step, start, end] = kept[(day >= start) & (day < end)]
        return self._known[step, start, end]

    @cached_property
    def _everywhere(self) -> bool:
        return bool((self.of_grid[:-1] >= 0).all())

    @cached_property
    def few(self) -> Ints | None:
        """The records let through, where the area holds but a small part of all; None where it holds more."""
        if self._everywhere:
            return None
        order, offsets = self.events.by_grid
        grids = np.flatnonzero(self.of_grid[: len(offsets) - 1] >= 0)
        firsts, afters = offsets[grids], offsets[grids + 1]
        if int((afters - firsts).sum()) * _FEW > len(self.events.grid):
            return None
        parts = [order[first:after] for first, after in zip(firsts.tolist(), afters.tolist(), strict=True)]
        kept = np.sort(np.concatenate(parts)) if parts else order[:0]
        return np.asarray(self._pass(kept))

    def _filter(self, records: Records) -> Records:
        if not self._everywhere:
            records = _chosen(records, self.of_grid[self.events.grid[records]] >= 0)
        return self._pass(records)

    def _pass(self, records: Records) -> Records:
        """Return those of some records whose codes are let through."""
        passes = (*self.passes, *self._has_code())
        for column, let_through in passes:
            records = _chosen(records, let_through[self.codes(column)[records]])
        return records

    def _has_code(self) -> tuple[tuple[str, npt.NDArray[np.bool_]], ...]:
        return () if self.coded is None else ((self.coded, np.arange(self.n_rows + 1) < self.n_rows),)


def sample_of(events: Events, rows: Rows, view: View) -> Sample:
    """Return the records that a view's class and source let through and that lie in one of the rows' areas."""
    own = view.layer == events.layer
    return _sample(events, rows, view.classes if own else (), view.source if own else None)


@lru_cache(maxsize=_SAMPLES_KEPT)
def _sample(events: Events, rows: Rows, classes: tuple[str, ...], source: str | None) -> Sample:
    return Sample(events, rows.of_grid, rows.n, _passes(events.layer, classes, source))


def _passes(layer: str, classes: tuple[str, ...], source: str | None) -> tuple[tuple[str, npt.NDArray[np.bool_]], ...]:
    """Return which codes of which columns are let through; the last place is that of a missing code."""
    passes, name = [], CLASS_LISTS.get(layer)
    if classes and name:
        passes.append(("class", np.array([*(code in classes for code in code_list(name)), False])))
    if source is not None:
        passes.append(("source", np.array([*(code == source for code in code_list("source")), False])))
    return tuple(passes)


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
    return _grouped(sample, column)


@lru_cache(maxsize=_SAMPLES_KEPT)
def _grouped(sample: Sample, column: str) -> Sample:
    n_rows = len(code_names(sample.events.layer, column))
    return Sample(sample.events, sample.of_grid, n_rows, sample.passes, column)


def count_unplaced(events: Events, view: View, start: int, end: int) -> int:
    """Return the number of records found in these days that a view lets through but that lie in no grid.

    An area holds grids: a record in none of them is in no area, so it is told for the whole release alone.
    """
    if view.area is not None or events.unplaced is None:
        return 0
    own, span = view.layer == events.layer, events.unplaced.found_between(start, end)
    passed = np.ones(span.stop - span.start, dtype=bool)
    # A view of coverage has no classes of its own, and one of another layer none of this layer's.
    for column, let_through in _passes(events.layer, view.classes, view.source) if own else ():
        passed &= let_through[events.unplaced.codes[column][span]]
    return int(np.count_nonzero(passed))


def _chosen(records: Records, is_chosen: npt.NDArray[np.bool_]) -> Records:
    """Return those of some records that are chosen; a stretch stays one if all of it is."""
    at = np.flatnonzero(is_chosen).astype(np.int32)
    if len(at) == len(is_chosen):
        return records
    return at + np.int32(records.start) if isinstance(records, slice) else records[at]


def _length(records: Records) -> int:
    return records.stop - records.start if isinstance(records, slice) else len(records)
