"""The axes of the public lattice: leaves in an order, and the groups of neighbours that totals are told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Axis", "Ints", "cells_of", "sum_cells"]

Ints: TypeAlias = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Axis:
    """One way to divide records: leaves, and nodes that each hold a run of leaves beside each other.

    Parameters
    ----------
    labels
        Name of each node.
    start, stop
        First leaf of each node, and the one after its last.

    Examples
    --------
    >>> axis = Axis.of(["a", "b", "c"], {"all": ["a", "b", "c"]})
    >>> axis.labels, axis.start.tolist(), axis.stop.tolist()
    (('a', 'b', 'c', 'all'), [0, 1, 2, 0], [1, 2, 3, 3])
    """

    labels: tuple[str, ...]
    start: Ints
    stop: Ints

    @classmethod
    def of(cls, leaves: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Axis:
        """Make an axis of leaves, each a node of its own, and of groups of them.

        Raises
        ------
        ValueError
            When the leaves of a group do not lie beside each other.
        """
        where = {leaf: position for position, leaf in enumerate(leaves)}
        places = [sorted(where[leaf] for leaf in group) for group in groups.values()]
        if any(place[-1] - place[0] + 1 != len(place) for place in places):
            raise ValueError("The leaves of a group must lie beside each other.")
        start = [*range(len(leaves)), *(place[0] for place in places)]
        stop = [*range(1, len(leaves) + 1), *(place[-1] + 1 for place in places)]
        return cls((*leaves, *groups), np.array(start, dtype=np.int64), np.array(stop, dtype=np.int64))

    @property
    def n_leaves(self) -> int:
        """Number of leaves."""
        return int(self.stop.max())

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Label → node."""
        return {label: node for node, label in enumerate(self.labels)}

    @cached_property
    def holders(self) -> Ints:
        """Nodes that hold each leaf, one row per leaf, filled up with -1."""
        inside = (self.start[None, :] <= np.arange(self.n_leaves)[:, None]) & (
            np.arange(self.n_leaves)[:, None] < self.stop[None, :]
        )
        order = np.argsort(~inside, axis=1, kind="stable")[:, : inside.sum(axis=1).max()]
        return np.where(np.take_along_axis(inside, order, axis=1), order, -1)


def sum_cells(base: npt.NDArray[Any], axes: Sequence[Axis]) -> npt.NDArray[Any]:
    """Return the sum of each cell of a lattice: every combination of one node per axis.

    Parameters
    ----------
    base
        Values of the combinations of leaves. Integers without a sign wrap around.
    axes
        One per dimension of ``base``.

    Examples
    --------
    >>> rows, columns = Axis.of(["a", "b"], {"all": ["a", "b"]}), Axis.of(["x", "y"], {})
    >>> sum_cells(np.array([[1, 2], [3, 4]]), [rows, columns]).tolist()
    [[1, 2], [3, 4], [4, 6]]
    """
    cells = base
    for number, axis in enumerate(axes):
        before = np.zeros_like(cells.take([0], axis=number))
        running = np.concatenate([before, np.cumsum(cells, axis=number, dtype=cells.dtype)], axis=number)
        cells = running.take(axis.stop, axis=number) - running.take(axis.start, axis=number)
    return cells


def cells_of(axes: Sequence[Axis]) -> npt.NDArray[np.int32]:
    """Return the cells that hold each combination of leaves, as positions in the flat array of all cells.

    Returns
    -------
    int32 array
        One row per combination of leaves, in the order of the flat array; filled up with the number of cells, a
        position that stands for none.
    """
    shape = tuple(len(axis.labels) for axis in axes)
    n_cells = int(np.prod(shape))
    found, valid = np.zeros((1, 1), dtype=np.int64), np.ones((1, 1), dtype=bool)
    for axis in axes:
        nodes = axis.holders
        found = (found[:, None, :, None] * len(axis.labels) + nodes[None, :, None, :]).reshape(
            len(found) * len(nodes), -1
        )
        valid = (valid[:, None, :, None] & (nodes >= 0)[None, :, None, :]).reshape(found.shape)
    return np.where(valid, found, n_cells).astype(np.int32)
