"""Walks through tables of records that agree with everything shown: compiled, as they go one record at a time."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numba
import numpy as np
import numpy.typing as npt

from geo.privacy.public.axes import Ints

__all__ = ["Flat", "Lattice", "Table", "walk"]

# How many leaves are looked at for a record to move.
_SCAN = 1024
# How many records are moved together at most.
_CHAIN = 12
Flat: TypeAlias = npt.NDArray[np.int32]


class Lattice(NamedTuple):
    """What holds what.

    Parameters
    ----------
    nodes
        For each axis how many nodes and how many leaves it has.
    first, after
        First leaf of each node of each axis, and the one after its last.
    cells
        For each combination of leaves the cells that hold it, then the rooms that it changes.
    n_held
        How many of a row of these are cells.
    split
        Leaf of the second axis from which on a record narrows the rooms rather than widens them.
    none
        Position that stands for no cell; rooms come after it.
    """

    nodes: Ints
    first: Ints
    after: Ints
    cells: Flat
    n_held: int
    split: int
    none: int


class Table(NamedTuple):
    """Where a walk stands, and what it has come upon; all arrays change.

    Parameters
    ----------
    records
        Of each combination of leaves.
    state, low, high
        Count of each cell, and the smallest and the largest that it may have.
    least, most
        Smallest and largest count come upon.
    occupied
        A leaf with a record of each cell, as it was come upon last; -1 for none.
    size
        Count of each cell before the walk; -1 for one that is not to be withheld for others.
    obstacle, votes
        For each target the cell that stood in the way of its records most often, by a running vote; -1 for none.
    """

    records: Flat
    state: Flat
    low: Flat
    high: Flat
    least: Flat
    most: Flat
    occupied: Flat
    size: Flat
    obstacle: Flat
    votes: Flat


@numba.njit(cache=True, nogil=True)
def walk(targets: Ints, lattice: Lattice, table: Table, tries: int, width: int, seed: int) -> None:
    """Move records in and out of each target cell as far as what is shown lets it, and then all of them back again.

    Parameters
    ----------
    targets
        Cells whose counts are to be seen to differ by the width.
    lattice, table
        Of the table all arrays may change.
    tries
        Moves that are tried for each.
    """
    np.random.seed(seed)
    begin, end = np.empty(len(lattice.nodes), np.int64), np.empty(len(lattice.nodes), np.int64)
    places, changes = np.empty((tries + 1) * _CHAIN, np.int64), np.empty((tries + 1) * _CHAIN, np.int64)
    for target in targets:
        _corners_of(target, lattice, begin, end)
        add, moved = np.random.random() < 0.5, 0
        for _ in range(tries):
            if table.most[target] - table.least[target] >= width:
                break
            here, change, made = _pick(begin, end, lattice, table, not add), 1 if add else -1, 0
            if here >= 0:
                made = _move(here, change, target, lattice, table, places[moved:], changes[moved:])
            moved += made
            add = add if made else not add
        # Far from the true table totals are at their ends, and nothing moves any more.
        if lattice.split > 0:
            _undo(places[:moved], changes, lattice, table)


@numba.njit(cache=True, nogil=True)
def _corners_of(cell: int, lattice: Lattice, begin: Ints, end: Ints) -> None:
    """Write the first leaf of a cell on each axis, and the one after its last."""
    for axis in range(len(lattice.nodes) - 1, -1, -1):
        node = cell % lattice.nodes[axis, 0]
        cell //= lattice.nodes[axis, 0]
        begin[axis], end[axis] = lattice.first[axis, node], lattice.after[axis, node]


@numba.njit(cache=True, nogil=True)
def _pick(begin: Ints, end: Ints, lattice: Lattice, table: Table, filled: bool) -> int:
    """Return a random combination of leaves of a cell, one with a record if asked; -1 if none was come upon."""
    nodes, n = lattice.nodes, 1
    for axis in range(len(nodes)):
        n *= end[axis] - begin[axis]
    start = np.random.randint(n)
    for step in range(min(n, _SCAN) if filled else 1):
        rest, found, stride = (start + step) % n, 0, 1
        for axis in range(len(nodes) - 1, -1, -1):
            length = end[axis] - begin[axis]
            found += (begin[axis] + rest % length) * stride
            rest //= length
            stride *= nodes[axis, 1]
        if not filled or table.records[found] > 0:
            return found
    return -1


@numba.njit(cache=True, nogil=True)
def _move(here: int, change: int, target: int, lattice: Lattice, table: Table, places: Ints, changes: Ints) -> int:
    """Add or take a record; where what is shown speaks against it, make up for it in a cell that does, and so on.

    Returns how many records were moved, and writes which; none if it can't be made up for: then what stood in the way
    is noted.
    """
    begin, end = np.empty(len(lattice.nodes), np.int64), np.empty(len(lattice.nodes), np.int64)
    wrong_ones, made = np.empty(_CHAIN, np.int64), 0
    while True:
        places[made], changes[made] = here, change
        _apply(here, change, lattice, table)
        made += 1
        wrong = _first_wrong(places[:made], lattice, table)
        if wrong < 0:
            break
        wrong_ones[made - 1] = wrong
        if wrong > lattice.none:
            # Up to a time there is one too many of the later kind: one more of the earlier, or one less of the later.
            change = 1 if np.random.random() < 0.5 else -1
            _corners_until(wrong - lattice.none - 1, change > 0, lattice, begin, end)
        else:
            change = -1 if table.state[wrong] > table.high[wrong] else 1
            _corners_of(wrong, lattice, begin, end)
        here = _pick(begin, end, lattice, table, change < 0)
        if made == _CHAIN or here < 0:
            _blame(_smallest(wrong_ones[:made], lattice, table), target, table)
            _undo(places[:made], changes, lattice, table)
            return 0
    for place in places[:made]:
        if table.records[place] == 0 and _is_alike(place, target, lattice, table):
            _undo(places[:made], changes, lattice, table)
            return 0
    for place in places[:made]:
        for cell in lattice.cells[place]:
            table.least[cell] = min(table.least[cell], table.state[cell])
            table.most[cell] = max(table.most[cell], table.state[cell])
    return made


@numba.njit(cache=True, nogil=True)
def _smallest(cells: Ints, lattice: Lattice, table: Table) -> int:
    """Return the smallest of cells that may be withheld; the position that stands for none if none may."""
    found, least = lattice.none, -1
    for cell in cells:
        size = table.size[cell]
        if size >= 0 and (least < 0 or size < least):
            found, least = cell, size
    return found


@numba.njit(cache=True, nogil=True)
def _blame(cell: int, target: int, table: Table) -> None:
    """Vote for a cell as what stands in the way of a target, if it may be withheld."""
    if table.size[cell] < 0:
        return
    if table.votes[target] == 0:
        table.obstacle[target] = cell
    table.votes[target] += 1 if table.obstacle[target] == cell else -1


@numba.njit(cache=True, nogil=True)
def _corners_until(number: int, is_earlier: bool, lattice: Lattice, begin: Ints, end: Ints) -> None:
    """Write the corners of an area's records of one kind up to a time."""
    nodes, last = lattice.nodes, len(lattice.nodes) - 1
    for axis in range(len(nodes)):
        begin[axis], end[axis] = 0, nodes[axis, 1]
    begin[0], end[0] = number // nodes[last, 1], number // nodes[last, 1] + 1
    end[last] = number % nodes[last, 1] + 1
    if is_earlier:
        end[1] = lattice.split
    else:
        begin[1] = lattice.split


@numba.njit(cache=True, nogil=True)
def _apply(here: int, change: int, lattice: Lattice, table: Table) -> None:
    table.records[here] += change
    for column in range(lattice.n_held):
        table.state[lattice.cells[here, column]] += change
    if lattice.n_held < lattice.cells.shape[1]:
        stride = 1
        for axis in range(2, len(lattice.nodes)):
            stride *= lattice.nodes[axis, 1]
        gained = change if here // stride % lattice.nodes[1, 1] < lattice.split else -change
        for column in range(lattice.n_held, lattice.cells.shape[1]):
            table.state[lattice.cells[here, column]] += gained


@numba.njit(cache=True, nogil=True)
def _undo(places: Ints, changes: Ints, lattice: Lattice, table: Table) -> None:
    for step in range(len(places)):
        _apply(places[step], -changes[step], lattice, table)


@numba.njit(cache=True, nogil=True)
def _is_alike(emptied: int, target: int, lattice: Lattice, table: Table) -> bool:
    """Tell whether a cell that holds an emptied leaf has now the same records as another one that is shown differently.

    The same records have the same noise: where two cells are shown differently, everybody knows that they don't hold
    the same records, so a table in which they do is no witness.
    """
    begin, end = np.empty(len(lattice.nodes), np.int64), np.empty(len(lattice.nodes), np.int64)
    for held in lattice.cells[emptied]:
        # What is shown is the threshold at least; of what is withheld nothing could be compared.
        if table.low[held] <= 0:
            continue
        leaf = table.occupied[held]
        if leaf < 0 or table.records[leaf] == 0:
            _corners_of(held, lattice, begin, end)
            leaf = _pick(begin, end, lattice, table, True)
            if leaf < 0:
                return True
            table.occupied[held] = leaf
        for other in lattice.cells[leaf]:
            shown_differently = table.low[other] > 0 and table.high[other] != table.high[held]
            if (
                shown_differently
                and table.state[other] == table.state[held]
                and table.state[_common(held, other, lattice)] == table.state[held]
            ):
                _blame(held, target, table)
                _blame(other, target, table)
                return True
    return False


@numba.njit(cache=True, nogil=True)
def _common(one: int, other: int, lattice: Lattice) -> int:
    """Return what two cells have in common that share a leaf: on each axis one node lies in the other."""
    nodes, first, after = lattice.nodes, lattice.first, lattice.after
    found, stride = 0, 1
    for axis in range(len(nodes) - 1, -1, -1):
        a, b = one % nodes[axis, 0], other % nodes[axis, 0]
        shorter = after[axis, a] - first[axis, a] <= after[axis, b] - first[axis, b]
        found += (a if shorter else b) * stride
        one //= nodes[axis, 0]
        other //= nodes[axis, 0]
        stride *= nodes[axis, 0]
    return found


@numba.njit(cache=True, nogil=True)
def _first_wrong(places: Ints, lattice: Lattice, table: Table) -> int:
    """Return a cell, of those that hold these places, that what is shown speaks against; -1 if there is none.

    Rooms come last, the earliest time first: what mends it mends those after it.
    """
    for place in places:
        held = lattice.cells[place]
        start = np.random.randint(lattice.n_held)
        for step in range(lattice.n_held):
            cell = held[(start + step) % lattice.n_held]
            if table.state[cell] < table.low[cell] or table.state[cell] > table.high[cell]:
                return int(cell)
    for place in places:
        for cell in lattice.cells[place, lattice.n_held :]:
            if table.state[cell] < table.low[cell]:
                return int(cell)
    return -1
