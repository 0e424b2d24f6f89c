"""Numbers of records in each row of a sample: added up from those kept of whole months by area, or counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import levels
from geo.measures.events import CODED, Events, Ints, Records, code_names
from geo.measures.rows import grid_areas
from geo.measures.samples import Sample
from geo.measures.times import Window, month_floor
from geo.rules import Rules
from geo.store import Release

__all__ = ["Count", "Counts", "tally", "tally_beforehand"]

#: Name of a number → how many records it counts in each row.
Counts: TypeAlias = dict[str, npt.NDArray[np.int64]]
#: Counts records of a sample; a function of a module, since what it counted is kept by it.
Count: TypeAlias = Callable[[Sample, Window, Rules], Counts]

_Kept: TypeAlias = dict[object, tuple[tuple[str, ...], Ints]]
_RELEASES_KEPT = 4
# Of one layer: some hundred months and years of a county, some of a province.
_MOST_BYTES = 256 << 20
#: Codes that are kept apart, area by area above the grids.
_CODES = ("class", "source", "grade")


@dataclass(frozen=True, eq=False)
class _Net:
    """Areas and codes that records are counted by.

    Parameters
    ----------
    unit
        Area of each grid, by position, numbered from 0.
    columns
        The coded columns.
    """

    unit: Ints
    columns: tuple[str, ...]

    @property
    def n_units(self) -> int:
        """Number of areas."""
        return int(self.unit.max(initial=-1)) + 1

    def sizes(self, layer: str) -> tuple[int, ...]:
        """Return how many places each column and the areas take; of a column the first is that of a missing code."""
        return *(len(code_names(layer, column)) + 1 for column in self.columns), self.n_units

    def placed(self, of_grid: Ints) -> tuple[Ints, Ints] | None:
        """Return the areas that count in a row, and which; None where grids of one do not count in the same."""
        rows = np.full(self.n_units, -1, dtype=of_grid.dtype)
        rows[self.unit] = of_grid[:-1]
        if not np.array_equal(rows[self.unit], of_grid[:-1]):
            return None
        inside = np.flatnonzero(rows >= 0)
        return inside, rows[inside]


@dataclass(frozen=True, eq=False)
class _Cells(Sample):
    """All records of a layer, each cell of a net a row.

    Parameters
    ----------
    cell
        Cell of each record.
    """

    cell: Ints = field(default_factory=lambda: np.array([], dtype=np.int32))

    @classmethod
    def of(cls, events: Events, net: _Net) -> _Cells:
        everywhere = np.append(np.zeros(len(net.unit), dtype=np.int32), np.int32(-1))
        if net not in events.cells:
            events.cells[net] = _cells_of(events, net)
        return cls(events, everywhere, int(np.prod(net.sizes(events.layer))), cell=events.cells[net])

    def rows_of(self, records: Records) -> Ints:
        return self.cell[records]


def _cells_of(events: Events, net: _Net) -> npt.NDArray[np.int32]:
    cell = np.zeros(len(events.grid), dtype=np.int32)
    *places, n_units = net.sizes(events.layer)
    for column, size in zip(net.columns, places, strict=True):
        cell *= np.int32(size)
        cell += events.codes[column]
        cell += np.int32(1)
    cell *= np.int32(n_units)
    cell += net.unit.astype(np.int32)[events.grid]
    return cell


def tally(release: Release, sample: Sample, windows: Sequence[Window], rules: Rules, count: Count) -> Counts:
    """Return what a function counts in each row, for some windows one after the other.

    Whole months are counted once for all areas, classes and sources together, and added up from these: the same
    numbers, whatever is asked. Where a window begins or ends inside a month, or states are told on another day, the
    records are counted; so they are where the rows are neither grids nor areas above them, or hold but few records.
    """
    found = [_tally(release, sample, window, rules, count) for window in windows]
    return found[0] if len(found) == 1 else {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def _tally(release: Release, sample: Sample, window: Window, rules: Rules, count: Count) -> Counts:
    found = _net_of(release, sample) if _is_of_whole_months(window) else None
    if found is None:
        return count(sample, window, rules)
    net, placed = found
    kept, key = sample.events.cubes, _key(net, count, window, rules)
    if key not in kept:
        if sample.few is not None:
            return count(sample, window, rules)
        _keep(kept, key, count(_Cells.of(sample.events, net), window, rules), net.sizes(sample.events.layer))
    names, cells = kept[key]
    return dict(zip(names, _added(sample, net, placed, cells), strict=True))


def tally_beforehand(release: Release, events: Events, window: Window, rules: Rules, counts: Sequence[Count]) -> bool:
    """Count a period of whole months for all who will ask; tell whether there is room for more of the layer."""
    kept = events.cubes
    if not _is_of_whole_months(window):
        return True
    for net in _nets(release, events.layer) if len(events.grid) else ():
        cells = _Cells.of(events, net)
        for count in counts:
            if sum(held.nbytes for _, held in list(kept.values())) > _MOST_BYTES // 2:
                return False
            if _key(net, count, window, rules) not in kept:
                _keep(kept, _key(net, count, window, rules), count(cells, window, rules), net.sizes(events.layer))
    return True


def _key(net: _Net, count: Count, window: Window, rules: Rules) -> tuple[object, ...]:
    return net, count, window.start, window.end, window.as_of, rules.deadlines


def _is_of_whole_months(window: Window) -> bool:
    ends = window.end == window.as_of + 1 or window.end == month_floor(window.end)
    return window.start < window.end and window.told_on is None and ends and window.start == month_floor(window.start)


def _net_of(release: Release, sample: Sample) -> tuple[_Net, tuple[Ints, Ints]] | None:
    """Return the net that tells of a sample's rows, and which areas count in which; None where none does."""
    asked = {column for column, _ in sample.passes} | ({sample.coded} if sample.coded else set())
    for net in _nets(release, sample.events.layer):
        if asked <= set(net.columns) and net not in sample.placed:
            sample.placed[net] = net.placed(sample.of_grid)
        placed = sample.placed.get(net)
        if placed is not None:
            return net, placed
    return None


@lru_cache(maxsize=3 * _RELEASES_KEPT)
def _nets(release: Release, layer: str) -> tuple[_Net, _Net]:
    """Return the net of single grids and sources, and that of the areas above them and all codes."""
    grids, above = grid_areas(release), levels(release)[-2:][0]
    unit = pd.factorize(grids[f"{above}_id"], use_na_sentinel=False)[0]
    columns = tuple(column for column in _CODES if column in CODED[layer])
    return _Net(np.arange(len(grids)), ("source",)), _Net(unit, columns)


def _keep(
    kept: dict[object, tuple[tuple[str, ...], Ints]], key: object, counts: Counts, sizes: tuple[int, ...]
) -> None:
    cells = np.stack([values.reshape(sizes) for values in counts.values()])
    small = cells.astype(np.min_scalar_type(int(cells.max(initial=0))))
    while kept and sum(held.nbytes for _, held in list(kept.values())) + small.nbytes > _MOST_BYTES:
        kept.pop(next(iter(kept)), None)
    kept[key] = (tuple(counts), small)


def _added(sample: Sample, net: _Net, placed: tuple[Ints, Ints], cells: Ints) -> list[npt.NDArray[np.int64]]:
    """Return the numbers of a sample's rows, added up from the cells of a net."""
    inside, rows = placed
    if len(inside) < cells.shape[-1]:
        cells = cells[..., inside]
    for axis, column in enumerate(net.columns, start=1):
        for let_through in [passed for name, passed in sample.passes if name == column]:
            # A missing code stands first here, and last there.
            at = (np.flatnonzero(let_through) + 1) % len(let_through)
            if column == sample.coded:
                kept = np.isin(np.arange(len(let_through)), at)
                cells = cells * kept.reshape([-1 if place == axis else 1 for place in range(cells.ndim)])
            else:
                cells = cells.take(at, axis=axis)
    if sample.coded is not None:
        by_code = np.moveaxis(cells, 1 + net.columns.index(sample.coded), 1)
        return list(by_code.reshape(*by_code.shape[:2], -1).sum(axis=2, dtype=np.int64)[:, 1:])
    if sample.n_rows == 1:
        return list(cells.reshape(len(cells), -1).sum(axis=1, dtype=np.int64)[:, None])
    by_unit, n = cells.sum(axis=tuple(range(1, cells.ndim - 1)), dtype=np.int64), sample.n_rows
    # Sums of counts are whole numbers of floats, and stay exact.
    return [np.bincount(rows, weights=values, minlength=n).astype(np.int64) for values in by_unit]
