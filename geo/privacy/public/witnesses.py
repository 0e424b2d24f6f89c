"""Proof by example: tables that agree with everything shown and yet hold other counts in the cells withheld.

A withheld count is safe if there are tables of records, each in keeping with all that the public can read, in which it
has different values: whoever reads can't tell which of them is true. They are found by walking from the true table, one
record at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.privacy.public.axes import Axis, Ints, cells_of, sum_cells

if TYPE_CHECKING:
    from geo.privacy.public.walk import Lattice, Table

__all__ = ["Order", "Seen", "ranges_seen"]

_ROUNDS = 200
# Moves tried for a cell in a round: doubled when a round proves too few more.
_FIRST_TRIES, _MOST_TRIES = 6, 200
_PROGRESS = 0.9
_MANY = np.iinfo(np.int32).max // 2
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Order:
    """What everybody knows of two kinds in one lattice: up to any time there were no fewer of the earlier kind.

    Parameters
    ----------
    split
        Leaves of the second axis from here on are the later kind, those before it the earlier one.
    room
        For each leaf of the first axis (areas) and each of the last (times), how many fewer of the earlier kind, or
        more of the later one, there may be up to then; none of it is negative.
    """

    split: int
    room: Ints


class Seen(NamedTuple):
    """What a search found, one value per cell.

    Parameters
    ----------
    least, most
        The ends of the range of counts. Both are counts of tables that were found, so the range is never too wide; it
        may be too narrow, as not every table is looked at.
    obstacle
        Position of the cell that stood in the way of a wider range most often; -1 for none.
    """

    least: Ints
    most: Ints
    obstacle: Ints


def ranges_seen(
    base: Ints,
    axes: Sequence[Axis],
    lowest: Ints,
    highest: Ints,
    needs: npt.NDArray[np.bool_],
    *,
    width: int,
    order: Order | None = None,
    may_withhold: Bools | None = None,
) -> Seen:
    """Return the smallest and the largest count that each cell has in tables that agree with what is shown.

    Parameters
    ----------
    base
        Records of each combination of leaves: the true table.
    axes
        The axes of the lattice.
    lowest, highest
        What the public knows of each cell; the true table keeps to it.
    needs
        Cells whose counts are to be seen to differ.
    width
        By how much, before the search ends.
    order
        What is known beside what is shown of the cells.
    may_withhold
        Cells that may be named as obstacles: those that could be withheld; none if not given.
    """
    # Compiled code takes half a second to load, and who reads what is shown needs none.
    from geo.privacy.public.walk import walk

    lattice = _lattice(axes, base, lowest.size, order)
    table = _table(base, axes, lowest, highest, may_withhold, order)
    targets = np.flatnonzero(needs.ravel())
    tries, left = _FIRST_TRIES, len(targets) + 1
    for number in range(_ROUNDS):
        targets = targets[table.most[targets] - table.least[targets] < width]
        # The fewer are left, the longer each is worth looking for.
        tries = tries if len(targets) < _PROGRESS * left else 2 * tries
        left = len(targets)
        if not left or tries > _MOST_TRIES:
            break
        walk(targets, lattice, table, tries, width, number)
    least, most, obstacle = (
        found[: lowest.size].reshape(lowest.shape) for found in (table.least, table.most, table.obstacle)
    )
    return Seen(least, most, obstacle)


def _table(
    base: Ints, axes: Sequence[Axis], lowest: Ints, highest: Ints, may_withhold: Bools | None, order: Order | None
) -> Table:
    from geo.privacy.public.walk import Table

    room = np.zeros(0, dtype=np.int64) if order is None else order.room.ravel()
    # The position that stands for no cell lets everything through; what is left of the order's room comes after it.
    state = np.concatenate([sum_cells(base, axes).ravel(), [0], room]).astype(np.int32)
    none, size = np.full(len(state), -1, dtype=np.int32), np.full(len(state), -1, dtype=np.int32)
    if may_withhold is not None:
        size[: lowest.size] = np.where(may_withhold.ravel(), state[: lowest.size], -1)
    return Table(
        records=base.ravel().astype(np.int32),
        state=state,
        low=np.concatenate([lowest.ravel(), [-_MANY], np.zeros(len(room))]).astype(np.int32),
        high=np.concatenate([highest.ravel(), [_MANY], np.full(len(room), _MANY)]).astype(np.int32),
        least=state.copy(),
        most=state.copy(),
        occupied=none.copy(),
        size=size,
        obstacle=none,
        votes=np.zeros(len(state), dtype=np.int32),
    )


def _lattice(axes: Sequence[Axis], base: Ints, n_cells: int, order: Order | None) -> Lattice:
    """Return what holds what: the cells of each leaf, and behind them the times from it on, whose room it changes."""
    from geo.privacy.public.walk import Lattice

    cells = cells_of(axes)
    nodes, first, after = _corners(axes)
    if order is None:
        return Lattice(nodes, first, after, cells, cells.shape[1], 0, n_cells)
    n_times, of_area = base.shape[-1], base[0].size
    leaf, times = np.arange(base.size)[:, None], np.arange(n_times)
    rooms = np.where(times >= leaf % n_times, n_cells + 1 + leaf // of_area * n_times + times, n_cells).astype(np.int32)
    return Lattice(nodes, first, after, np.hstack([cells, rooms]), cells.shape[1], order.split, n_cells)


def _corners(axes: Sequence[Axis]) -> tuple[Ints, Ints, Ints]:
    """Return the axes' lengths, and first leaves and those after the last of their nodes, filled up to the longest."""
    longest = max(len(axis.labels) for axis in axes)
    filled = [np.pad(part, (0, longest - len(part))) for axis in axes for part in (axis.start, axis.stop)]
    both = np.array(filled, dtype=np.int64).reshape(len(axes), 2, longest)
    return np.array([[len(axis.labels), axis.n_leaves] for axis in axes], dtype=np.int64), both[:, 0], both[:, 1]
