"""Counts of two kinds of which one waits for the other: disputes accepted were found before, so both are proven as one.

Whoever knows that an area had, up to any month, no more disputes accepted than found, may tell few of one kind by the
other. So both are put in one lattice: the later kind as one more class, its parts as the sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.privacy.public.axes import Axis, Ints
from geo.privacy.public.blocks import Block
from geo.privacy.public.cubes import ALL
from geo.privacy.public.joint import EMPTY, UNTOLD, show_jointly
from geo.privacy.public.noise import Keys
from geo.privacy.public.witnesses import Order

__all__ = ["LATER", "pair_up", "room_of", "show_blocks"]

#: Kind of counts → the kind that its records were counted in before, in the same month or an earlier one.
LATER = {"settled_in_month": "disputes"}
_LATER_LEAF = "later kind"


def pair_up(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """Return blocks that are to be proven together: of an earlier kind, and of the later one of its year and areas."""
    pairs: list[tuple[Block, ...]] = []
    for later in [block for block in blocks if block.cube in LATER]:
        pairs += [(block, later) for block in blocks if _is_before(block, later)][:1]
    paired = {id(block) for pair in pairs for block in pair}
    return [*pairs, *((block,) for block in blocks if id(block) not in paired)]


def _is_before(block: Block, later: Block) -> bool:
    return (
        block.cube == LATER[later.cube]
        and block.terms == later.terms
        and block.is_of(later.axes, later.grids)
        and set(later.months) <= set(block.months)
    )


def room_of(earlier: Block, blocks: Sequence[Block]) -> Ints:
    """Return by how many fewer of an earlier kind there may be in each area up to each of its months.

    Parameters
    ----------
    blocks
        Those of all years, of both kinds. Of those before, whose areas were others, nothing is taken for known, which
        leaves less room than there is; those that come after leave none.

    Returns
    -------
    int array
        A row per lowest area, a column per month. Where records came late there may be more of the later kind than of
        the earlier: then no room is left.
    """
    signs = {earlier.cube: 1, **{later: -1 for later, first in LATER.items() if first == earlier.cube}}
    both = [block for block in blocks if block.cube in signs]
    same = [block for block in both if block.is_of(earlier.axes, earlier.grids)]
    first, last = min(block.months[0] for block in same), max(block.months[-1] for block in same)
    gained = np.zeros((earlier.axes[0].n_leaves, last + 1 - first), dtype=np.int64)
    for block in same:
        gained[:, np.array(block.months) - first] += signs[block.cube] * _by_area_and_month(block.base)
    left = np.maximum(np.cumsum(gained, axis=1), 0)
    own = left[:, np.array(earlier.months) - first]
    # Of what a year has fewer there are fewer ever after.
    own[:, -1] = left[:, earlier.months[-1] - first :].min(axis=1)
    if any(block.months[-1] > earlier.months[-1] for block in both if block not in same):
        own[:, -1] = 0
    return own


def _by_area_and_month(base: npt.NDArray[np.int64]) -> Ints:
    return np.asarray(base.sum(axis=tuple(range(1, base.ndim - 1))))


def show_blocks(blocks: Sequence[Block], among: Sequence[Block]) -> list[Block]:
    """Return blocks with all their cells shown or withheld, by their own rules.

    Parameters
    ----------
    blocks
        One, or two of which the second waits for the first, as `pair_up` makes them.
    among
        All blocks of the ledger and all drafts.
    """
    first, *rest = blocks
    shown = _show_both(first, rest[0], room_of(first, among)) if rest else _show_one(first)
    return [replace(block, shown=cells, keys=None) for block, cells in zip(blocks, shown, strict=True)]


def _show_one(block: Block) -> tuple[Ints, ...]:
    terms = block.terms
    return (
        show_jointly(
            block.base,
            block.axes,
            keys=_keys(block),
            threshold=terms.threshold,
            noise=terms.noise,
            before=block.shown,
        ),
    )


def _show_both(earlier: Block, later: Block, room: Ints) -> tuple[Ints, ...]:
    """Return what is shown of records by area, class, source and month, and of those by area, two parts and month."""
    area, kinds, parts, time = earlier.axes
    leaves = list(kinds.labels[: kinds.n_leaves])
    joined = Axis.of([*leaves, _LATER_LEAF], {ALL: leaves})
    own = [*range(len(leaves)), joined.position[ALL]]
    at = np.ix_(range(len(area.labels)), [len(leaves)], _places(later.axes[1], parts), _places(later.axes[2], time))
    before = np.full((len(area.labels), len(joined.labels), len(parts.labels), len(time.labels)), UNTOLD)
    before[:, own] = earlier.shown
    before[:, len(leaves), later.axes[1].n_leaves : parts.n_leaves] = EMPTY
    before[at] = later.shown[:, None]
    shown = show_jointly(
        _side_by_side(earlier, later, earlier.base, later.base),
        (area, joined, parts, time),
        keys=_side_by_side(earlier, later, _keys(earlier), _keys(later)),
        threshold=earlier.terms.threshold,
        noise=earlier.terms.noise,
        before=before,
        order=Order(len(leaves), room),
    )
    return shown[:, own], shown[at][:, 0]


def _places(axis: Axis, among: Axis) -> list[int]:
    """Return the nodes of another axis that stand for those of one: by their names, or else in their order."""
    return [among.position.get(label, node) for node, label in enumerate(axis.labels)]


def _side_by_side(
    earlier: Block, later: Block, values: npt.NDArray[Any], later_values: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """Return the leaves of both in one array: those of the later kind as one more class, their parts as the sources."""
    added = np.zeros((len(values), 1, *values.shape[2:]), dtype=values.dtype)
    times = np.searchsorted(earlier.months, later.months)
    added[:, 0, : later_values.shape[1], times] = np.moveaxis(later_values, -1, 0)
    return np.concatenate([values, added], axis=1)


def _keys(block: Block) -> Keys:
    # Of what has been shown the noise is drawn no more.
    return np.zeros(block.base.shape, dtype=np.uint64) if block.keys is None else block.keys
