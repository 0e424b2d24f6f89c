"""What the public may read of a lattice of counts: small ones withheld, the others with noise, proven together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.privacy.parts import is_small
from geo.privacy.public.axes import Axis, Ints, sum_cells
from geo.privacy.public.noise import Keys, cell_noise
from geo.privacy.public.witnesses import Order, ranges_seen
from geo.rules import PublicNoise

__all__ = ["EMPTY", "UNSEEN", "UNTOLD", "WITHHELD", "show_jointly", "what_is_known"]

#: Stands for a count that is withheld, and for one that has not been shown or withheld before.
WITHHELD, UNSEEN = -1, -2
#: Stands for a count of which nothing is told yet, and for one that is nothing by its meaning.
UNTOLD, EMPTY = -3, -4
_ANY = 2**30
Bools: TypeAlias = npt.NDArray[np.bool_]
_Place: TypeAlias = tuple[int, ...]


def show_jointly(
    base: Ints,
    axes: Sequence[Axis],
    *,
    keys: Keys,
    threshold: int,
    noise: PublicNoise,
    before: Ints | None = None,
    order: Order | None = None,
) -> Ints:
    """Return what is shown of each cell of a lattice.

    Counts below the threshold, none included, are withheld; the others are shown with noise, never below the threshold.
    Where all that is shown, taken together, would leave fewer than ``noise.values_left`` values of a withheld count
    from 1 on possible, others are withheld too: those that spare totals, of large areas and long times, first.

    Parameters
    ----------
    base
        Records of each combination of leaves.
    axes
        One per dimension of ``base``.
    keys
        Key of each combination of leaves.
    threshold
        Smallest count that may be shown.
    before
        What was shown of each cell earlier and stays so; `UNSEEN` for one of which nothing was told, `UNTOLD` and
        `EMPTY` for those that are not to be shown.
    order
        What everybody knows beside the cells, where they are of two kinds.

    Returns
    -------
    int array
        One number per cell: a count, or `WITHHELD`; `UNTOLD` and `EMPTY` as they came.
    """
    true = sum_cells(base, axes)
    e = cell_noise(sum_cells(np.where(base > 0, keys, np.uint64(0)), axes), noise)
    shown = np.where(true < threshold, WITHHELD, np.maximum(threshold, true + e))
    fixed = np.zeros(true.shape, dtype=bool) if before is None else before != UNSEEN
    shown = shown if before is None else np.where(fixed, before, shown)
    open_to = is_small(true, threshold=threshold) & (shown == WITHHELD)
    while open_to.any():
        known = what_is_known(shown, threshold=threshold, noise=noise, also_withheld=true >= threshold)
        seen = ranges_seen(
            base,
            axes,
            *known,
            open_to,
            width=noise.values_left - 1,
            order=order,
            may_withhold=(shown >= 0) & ~fixed,
        )
        open_to &= seen.most - seen.least < noise.values_left - 1
        wider = _withhold_more(shown, true, open_to, seen.obstacle, axes, fixed)
        if (wider == shown).all():
            # Nothing new speaks of them any more: what was shown before has been proven without the rest.
            break
        shown = wider
    return shown


def what_is_known(
    shown: Ints, *, threshold: int, noise: PublicNoise, also_withheld: Bools | None = None
) -> tuple[Ints, Ints]:
    """Return the smallest and the largest count that each cell may have for somebody who knows how it was shown.

    Parameters
    ----------
    also_withheld
        Cells that are not small but, when withheld, are so for the sake of others; none if not given, which is more
        than anybody can know.
    """
    hidden, untold = shown == WITHHELD, shown == UNTOLD
    for_others = np.zeros(shown.shape, dtype=bool) if also_withheld is None else also_withheld
    lowest = np.where(shown < 0, 0, np.maximum(threshold, shown - noise.most))
    highest = np.where(hidden, np.where(for_others, _ANY, threshold - 1), shown + noise.most)
    return lowest, np.where(untold, _ANY, np.where(shown == EMPTY, 0, highest))


def _withhold_more(shown: Ints, true: Ints, weak: Bools, obstacle: Ints, axes: Sequence[Axis], fixed: Bools) -> Ints:
    """Withhold one cell more for each weak one: the smallest one still shown of those that come first."""
    wider = shown.copy()
    for cell in np.argwhere(weak):
        for cells in _in_the_way(cell, obstacle, axes):
            around = [place for place in cells if shown[place] >= 0 and not fixed[place]]
            if around:
                wider[min(around, key=lambda place: (true[place], place))] = WITHHELD
                break
    return wider


def _in_the_way(cell: Ints, obstacle: Ints, axes: Sequence[Axis]) -> Iterator[Iterable[_Place]]:
    """Yield the cells that may be withheld for a weak one: what spares totals first.

    Those that hold it in its own area, where that is a lowest one; what stood in the way of the search most often; all
    that hold it; all that touch it.
    """
    holding, touching = (
        [related(axis, node) for axis, node in zip(axes, cell, strict=True)] for related in (_holds, _touches)
    )
    if cell[0] < axes[0].n_leaves:
        yield product([int(cell[0])], *holding[1:])
    if obstacle[tuple(cell)] >= 0:
        yield [tuple(int(node) for node in np.unravel_index(obstacle[tuple(cell)], obstacle.shape))]
    yield product(*holding)
    yield product(*touching)


def _holds(axis: Axis, node: int) -> list[int]:
    return np.flatnonzero((axis.start <= axis.start[node]) & (axis.stop >= axis.stop[node])).tolist()


def _touches(axis: Axis, node: int) -> list[int]:
    return np.flatnonzero((axis.start < axis.stop[node]) & (axis.stop > axis.start[node])).tolist()
