"""An attacker who has all numbers that the public may read, and linear programs on part after part of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import highspy
import numpy as np
import numpy.typing as npt

from geo.privacy.public.axes import Axis, cells_of, sum_cells
from geo.privacy.public.blocks import Block
from tests.privacy.public.bounds import Counts, tightened, told_of

__all__ = ["REST", "Known", "Part", "Programs", "carried", "is_small", "parts_of", "told", "values_left"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: All other villages of a station, and all of other stations, put together as one more each.
_BESIDE, REST = "beside", "rest"
_STATION = "station:"
_QUARTER, _YEAR, _DOZEN = 3, 12, 12
# What a solver finds is off by less.
_NEARLY = 1e-6
_SEED = 11
# How much more a cell pulls that is not yet known to be wide.
_PULL = 30.0


@dataclass(frozen=True)
class Known:
    """What is known of each cell: the least and the most it may be; and, for whoever tests, what it is."""

    true: Counts
    low: Counts
    high: Counts

    @property
    def width(self) -> Counts:
        """How many values each cell may have."""
        return np.asarray(self.high - self.low + 1)


@dataclass(frozen=True)
class Part:
    """Cells of a station, or some of its villages, and of some periods; the rest of the county as one more village.

    Parameters
    ----------
    name
        Kind of counts, station, first village and period.
    axes, known
        Of its own lattice.
    small
        The cells from 1 to below the threshold.
    targets
        Those of them that are attacked here.
    """

    name: str
    axes: tuple[Axis, ...]
    known: Known
    small: Bools
    targets: Bools


def told(block: Block, *, own: Counts | None = None) -> Known:
    """Return what is told of each cell of a block by itself; of own areas everything is known."""
    true = sum_cells(block.base, block.axes)
    low, high = told_of(block.shown, true, threshold=block.terms.threshold, most=block.terms.noise.most)
    if own is not None:
        low[own], high[own] = true[own], true[own]
    return Known(true, low, high)


def carried(known: Known, axes: Sequence[Axis]) -> Known:
    """Return what adding and subtracting makes of it."""
    low, high = tightened(known.low, known.high, axes)
    if not ((low <= known.true) & (known.true <= high)).all():
        raise ValueError("A bound rules out what is true.")
    return Known(known.true, low, high)


def is_small(block: Block, known: Known) -> Bools:
    """Tell which cells are from 1 to below the threshold: those that the attack is on."""
    return np.asarray((known.true > 0) & (known.true < block.terms.threshold))


def parts_of(block: Block, known: Known) -> Iterator[Part]:
    """Yield the parts of a block: each station with each quarter's months, and with months that are in no quarter.

    And of the year with its quarters a dozen villages at a time, as such programs take long. Together they attack each
    small count that the block withholds, those of stations and of the county several times.
    """
    areas, time = block.axes[0], block.axes[-1]
    for station in (node for label, node in areas.position.items() if label.startswith(_STATION)):
        villages = [*range(areas.start[station], areas.stop[station])]
        for run in _runs(time):
            n = _DOZEN if run.is_year else len(villages)
            for first in range(0, len(villages), n):
                yield _part(block, known, station, villages[first : first + n], run)


def _part(block: Block, known: Known, station: int, villages: list[int], run: Run) -> Part:
    areas, time = block.axes[0], block.axes[-1]
    whole = int(np.argmax(areas.stop - areas.start))
    beside = [node for node in range(areas.start[station], areas.stop[station]) if node not in villages]
    others = [node for label, node in areas.position.items() if label.startswith(_STATION) and node != station]
    # What is known of areas put together is what is known of each.
    groups = [*([node] for node in villages), *([beside] if beside else []), others, [station], [whole]]
    names = [*(areas.labels[node] for node in villages), *([_BESIDE] if beside else []), REST]
    periods = [time.labels[node] for node in run.nodes]
    axes = (
        Axis.of(names, {areas.labels[station]: names[:-1], areas.labels[whole]: names}),
        *block.axes[1:-1],
        Axis.of(periods[: run.n_leaves], {total: periods[: run.n_leaves] for total in periods[run.n_leaves :]}),
    )
    cut = [
        np.stack([cells[group][..., run.nodes].sum(axis=0) for group in groups])
        for cells in (known.true, known.low, known.high)
    ]
    small = is_small(block, Known(*cut))
    small[len(villages) : len(names)] = False
    name = f"{block.cube} {areas.labels[station]} {names[0]} {periods[-1]}"
    return Part(name, axes, Known(*cut), small, small & np.isin(np.arange(len(run.nodes)), run.attacked))


class Run(NamedTuple):
    """Periods that are looked at together: nodes with their total last if there is one, how many are its parts."""

    nodes: list[int]
    n_leaves: int
    attacked: list[int]
    is_year: bool = False


def _runs(time: Axis) -> Iterator[Run]:
    lengths = (time.stop - time.start).tolist()
    quarters = [node for node, n in enumerate(lengths) if n == _QUARTER]
    inside = set[int]()
    for node in quarters:
        months = [*range(time.start[node], time.stop[node])]
        inside.update(months)
        yield Run([*months, node], _QUARTER, [0, 1, 2, 3])
    if _YEAR in lengths:
        yield Run([*quarters, lengths.index(_YEAR)], len(quarters), [len(quarters)], is_year=True)
    loose = [month for month in range(time.n_leaves) if month not in inside]
    if loose:
        yield Run(loose, len(loose), [*range(len(loose))])


class Programs:
    """What linear programs tell of the cells of a lattice, from the least and the most that each may be."""

    def __init__(self, low: npt.NDArray[Any], high: npt.NDArray[Any], axes: Sequence[Axis]) -> None:
        self._axes, self._cells = axes, cells_of(axes)
        leaves = tuple(slice(axis.n_leaves) for axis in axes)
        ends, least, most = (low, high), low[leaves], high[leaves]
        # What the bounds of the leaves tell of a total already needs no row.
        tells = (low > sum_cells(least, axes)) | (high < sum_cells(most, axes))
        tells[leaves] = False
        told = np.flatnonzero(tells)
        row = np.full(low.size + 1, -1, dtype=np.int32)
        row[told] = np.arange(len(told))
        of_leaf = row[self._cells]
        held = of_leaf >= 0
        first = np.concatenate([[0], np.cumsum(held.sum(axis=1))[:-1]]).astype(np.int32)
        self._model = _new_model()
        rows = [end.ravel()[told].astype(np.float64) for end in ends]
        self._model.addRows(len(told), *rows, 0, np.zeros(len(told), np.int32), np.zeros(0, np.int32), np.zeros(0))
        self._n = least.size
        columns = [end.ravel().astype(np.float64) for end in (least, most)]
        n_held = int(held.sum())
        entries = of_leaf[held].astype(np.int32)
        self._model.addCols(self._n, np.zeros(self._n), *columns, n_held, first, entries, np.ones(n_held))

    def least(self, weights: Floats) -> Floats:
        """Return all cells of a table in which their sum with these weights is least.

        Raises
        ------
        ValueError
            When there is no such table.
        """
        cost = np.append(weights.ravel(), 0.0)[self._cells].sum(axis=1)
        self._model.changeColsCost(self._n, np.arange(self._n, dtype=np.int32), cost)
        # From the start: from where the last one ended it takes thrice as long.
        self._model.clearSolver()
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ValueError(f"The figures shown contradict each other: {self._model.getModelStatus()}")
        table = np.array(self._model.getSolution().col_value).reshape([axis.n_leaves for axis in self._axes])
        return np.asarray(sum_cells(table, self._axes))

    def bounds(self, at: tuple[int, ...]) -> tuple[int, int]:
        """Return the smallest and the largest whole number that a cell may be."""
        weights = np.zeros([len(axis.labels) for axis in self._axes])
        weights[at] = 1.0
        return int(np.ceil(self.least(weights)[at] - _NEARLY)), int(np.floor(self.least(-weights)[at] + _NEARLY))


def _new_model() -> Any:  # noqa: ANN401  highspy is not typed
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {"output_flag": False, "threads": 1, "presolve": "off", "simplex_strategy": 1}.items():
        model.setOptionValue(option, value)
    return model


def values_left(part: Part, *, enough: int) -> Counts:
    """Return how many values linear programs leave to each cell attacked; where that is enough, at least so many.

    Each solution is a table that agrees with all that is shown: what a cell is in it, its own two programs can't rule
    out. So first all cells are pulled at once, those not yet known to have enough values harder, each the way that has
    room; the few that this leaves have programs of their own.
    """
    rng, known = np.random.default_rng(_SEED), part.known
    programs = Programs(known.low, known.high, part.axes)
    least, most = known.true.astype(np.float64), known.true.astype(np.float64)
    before, still = -1, part.targets
    while (n := int(still.sum())) and n != before:
        down, up = np.minimum(least - known.low, enough), np.minimum(known.high - most, enough)
        way = np.where(rng.random(least.shape) * (down + up) < up, -1.0, 1.0)
        pull = np.where(still, _PULL, 1.0) * part.small * rng.uniform(0.5, 1.5, least.shape)
        found = programs.least(way * pull)
        least, most = np.minimum(least, found), np.maximum(most, found)
        before, still = n, part.targets & (_n_between(least, most) < enough)
    for cell in np.argwhere(still):
        at = tuple(int(n) for n in cell)
        least[at], most[at] = programs.bounds(at)
    return _n_between(least, most)[part.targets]


def _n_between(least: Floats, most: Floats) -> Counts:
    """Return how many whole numbers lie between."""
    return np.asarray(np.floor(most + _NEARLY) - np.ceil(least - _NEARLY) + 1).astype(np.int64)
