"""What adding, subtracting and intersecting tells of every cell at once: bounds carried between totals and parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.privacy.public.axes import Axis

__all__ = ["tightened", "told_of"]

Counts = npt.NDArray[np.integer[Any]]
_MANY = 1_000_000


def told_of(shown: Counts, true: Counts, *, threshold: int, most: int) -> tuple[Counts, Counts]:
    """Return the least and the most that each cell may be for whoever sees what is shown and knows the method.

    The attacker is told which of the withheld counts are small: more than anybody can know.
    """
    low = np.where(shown >= 0, np.maximum(threshold, shown - most), 0)
    withheld = np.where(true < threshold, threshold - 1, _MANY)
    return low, np.where(shown >= 0, shown + most, withheld)


def tightened(low: Counts, high: Counts, axes: Sequence[Axis], *, sweeps: int = 12) -> tuple[Counts, Counts]:
    """Return bounds of all cells after every total has been compared with its parts, until nothing changes.

    Raises
    ------
    ValueError
        When the bounds contradict each other.
    """
    low, high = low.copy(), high.copy()
    for _ in range(sweeps):
        before = int(low.sum()) - int(high.sum())
        for number, axis in enumerate(axes):
            # Views with the axis first: what is written to them is written to the cells.
            lowest, highest = np.moveaxis(low, number, 0), np.moveaxis(high, number, 0)
            for whole, parts in sums_of(axis):
                _compare(lowest, highest, whole, parts)
        if (low > high).any():
            raise ValueError("What is shown contradicts itself.")
        if int(low.sum()) - int(high.sum()) == before:
            break
    return low, high


def _compare(low: Counts, high: Counts, whole: int, parts: list[int]) -> None:
    least, most = low[parts], high[parts]
    sum_least, sum_most = least.sum(axis=0), most.sum(axis=0)
    low[whole] = np.maximum(low[whole], sum_least)
    high[whole] = np.minimum(high[whole], sum_most)
    low[parts] = np.maximum(least, low[whole] - (sum_most - most))
    high[parts] = np.minimum(most, high[whole] - (sum_least - least))


def sums_of(axis: Axis) -> Iterator[tuple[int, list[int]]]:
    """Yield each node that others make up, with those: leaves, and groups that lie side by side in it.

    Examples
    --------
    >>> axis = Axis.of(["a", "b", "c"], {"ab": ["a", "b"], "all": ["a", "b", "c"]})
    >>> list(sums_of(axis))
    [(3, [0, 1]), (4, [0, 1, 2]), (4, [3, 2])]
    """
    start, stop = axis.start.tolist(), axis.stop.tolist()
    for whole in range(axis.n_leaves, len(start)):
        yield whole, [*range(start[whole], stop[whole])]
        inside = [
            node
            for node in range(axis.n_leaves, len(start))
            if node != whole and start[whole] <= start[node] and stop[node] <= stop[whole]
        ]
        chosen = _side_by_side(inside, start, stop)
        if chosen:
            ends = [start[whole], *(edge for node in chosen for edge in (start[node], stop[node])), stop[whole]]
            gaps = [leaf for first, after in pairwise(ends) for leaf in range(first, after)]
            own = {leaf for node in chosen for leaf in range(start[node], stop[node])}
            yield whole, [*chosen, *(leaf for leaf in gaps if leaf not in own)]


def _side_by_side(nodes: list[int], start: list[int], stop: list[int]) -> list[int]:
    """Return the widest nodes that do not overlap, from the first on."""
    chosen: list[int] = []
    for node in sorted(nodes, key=lambda one: (start[one], -stop[one])):
        if not chosen or start[node] >= stop[chosen[-1]]:
            chosen.append(node)
    return chosen
