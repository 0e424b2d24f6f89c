"""Linear programs on all that is told of the demo, part by part: no withheld count is left fewer than three values."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import numpy as np
import pytest

from geo.layers import EVENT_LAYERS
from geo.privacy.public.axes import Axis, sum_cells
from geo.privacy.public.blocks import Block
from geo.privacy.public.cubes import CUBES
from geo.privacy.public.joint import WITHHELD
from geo.privacy.public.ledger import Ledger, ledger_of
from geo.store import Release
from tests.privacy.public.attacker import REST, Known, Part, Programs, carried, is_small, parts_of, told, values_left
from tests.privacy.public.bounds import tightened
from tests.privacy.public.corner import QUARTER
from tests.privacy.public.small import make_axes

Cell: TypeAlias = tuple[int, ...]

#: A solver lets other threads run.
_THREADS = 2


def blocks_of(ledger: Ledger, cube: str) -> list[Block]:
    return [block for block in ledger.blocks if block.cube == cube]


def fewest(parts: list[Part], *, enough: int) -> tuple[int, dict[str, int]]:
    """Return how many counts were attacked, and the fewest values left in each part where they are too few."""
    with ThreadPoolExecutor(_THREADS) as pool:
        left = list(pool.map(partial(values_left, enough=enough), parts))
    found = {part.name: int(values.min(initial=enough)) for part, values in zip(parts, left, strict=True)}
    return sum(map(len, left)), {name: n for name, n in found.items() if n < enough}


def attack(block: Block) -> tuple[int, int, dict[str, int]]:
    """Return the number of small counts of a block, of those attacked, and the parts that tell too much."""
    known = carried(told(block), block.axes)
    attacked, narrow = fewest([*parts_of(block, known)], enough=block.terms.noise.values_left)
    return int(is_small(block, known).sum()), attacked, narrow


@pytest.mark.parametrize("cube", CUBES)
def test_programs_pin_no_count_of_a_corner_of_the_demo_down(corner: Ledger, cube: str) -> None:
    (block,) = blocks_of(corner, cube)
    small, attacked, narrow = attack(block)
    assert narrow == {}
    assert attacked >= small > 0


@pytest.mark.slow
@pytest.mark.parametrize("cube", CUBES)
def test_programs_pin_no_count_of_the_demo_down(demo_public: Release, cube: str) -> None:
    found = [attack(block) for block in blocks_of(ledger_of(demo_public), cube)]
    assert [narrow for *_, narrow in found] == [{}] * 3
    assert all(attacked >= small > 0 for small, attacked, _ in found)


def part_with(block: Block, known: Known, at: Cell) -> tuple[Part, Cell]:
    """Return the part that attacks a cell of an area of a station, and where the cell is in it."""
    labels = [axis.labels[n] for axis, n in zip(block.axes, at, strict=True)]
    for part in parts_of(block, known):
        if all(label in axis.position for axis, label in zip(part.axes, labels, strict=True)):
            cell = tuple(axis.position[label] for axis, label in zip(part.axes, labels, strict=True))
            if part.targets[cell]:
                return part, cell
    raise AssertionError(labels)


def withheld_months(block: Block) -> Iterator[tuple[Cell, list[int]]]:
    """Yield small counts of villages in a month of whose quarter all else is told, with the quarter and its others."""
    known, time = told(block), block.axes[-1]
    quarter = time.position[QUARTER]
    months = range(time.start[quarter], time.stop[quarter])
    for cell in np.argwhere(is_small(block, known)[: block.axes[0].n_leaves]):
        *at, month = (int(n) for n in cell)
        others = [quarter, *(other for other in months if other != month)]
        if month in months and all(block.shown[(*at, other)] != WITHHELD for other in others):
            yield (*at, month), others


@pytest.mark.parametrize("cube", CUBES)
def test_programs_find_a_month_whose_quarter_is_told_without_noise(corner: Ledger, cube: str) -> None:
    (block,) = blocks_of(corner, cube)
    known, (at, others) = told(block), next(withheld_months(block))
    for other in others:
        known.low[(*at[:-1], other)] = known.high[(*at[:-1], other)] = known.true[(*at[:-1], other)]
    part, cell = part_with(block, known, at)
    assert Programs(part.known.low, part.known.high, part.axes).bounds(cell) == (known.true[at], known.true[at])
    assert values_left(replace(part, targets=only(part, cell)), enough=3).tolist() == [1]


def only(part: Part, cell: Cell) -> np.ndarray:
    chosen = np.zeros_like(part.targets)
    chosen[cell] = True
    return chosen


def closest(block: Block) -> Cell:
    """Return the small count that adding and subtracting comes closest to."""
    known = carried(told(block), block.axes)
    width = np.where(is_small(block, known), known.width, known.width.max())
    return tuple(int(n) for n in np.unravel_index(width.argmin(), width.shape))


def test_programs_find_what_is_withheld_for_others_told_after_all(corner: Ledger) -> None:
    # Each layer with as much noise as there can be. The programs know nothing of what adding and subtracting finds.
    left = []
    for block in (block for block in corner.blocks if block.cube in EVENT_LAYERS):
        known, most = told(block), block.terms.noise.most
        for_others = (block.shown == WITHHELD) & (known.true >= block.terms.threshold)
        leaky = replace(block, shown=np.where(for_others, known.true + most, block.shown))
        part, cell = part_with(leaky, told(leaky), closest(leaky))
        least, greatest = Programs(part.known.low, part.known.high, part.axes).bounds(cell)
        assert least <= part.known.true[cell] <= greatest
        left.append(greatest - least + 1)
    assert min(left) < corner.blocks[0].terms.noise.values_left


def test_parts_hold_each_small_count_of_a_block(corner: Ledger) -> None:
    for block in corner.blocks:
        held = {
            tuple(axis.labels[n] for axis, n in zip(part.axes, cell, strict=True))
            for part in parts_of(block, told(block))
            for cell in np.argwhere(part.targets)
        }
        small = np.argwhere(is_small(block, told(block)))
        assert held == {tuple(axis.labels[n] for axis, n in zip(block.axes, cell, strict=True)) for cell in small}


def test_all_else_is_put_together(corner: Ledger) -> None:
    block = corner.blocks[0]
    known = told(block)
    for part in parts_of(block, known):
        rest, station, county = (part.known.true[part.axes[0].position[REST] + n] for n in range(3))
        assert np.array_equal(county, rest + station)
        assert np.array_equal(county, sum_cells(part.known.true[: part.axes[0].n_leaves], part.axes[:1])[-1])
        assert not part.small[part.axes[0].position[REST]].any()


def test_programs_tell_more_than_adding_and_subtracting() -> None:
    # Four in each row and column, of the upper rows none at the right: so the left columns have no room for the lower.
    axes = make_axes((4, 4))
    true = sum_cells(np.kron(np.eye(2, dtype=np.int64), np.full((2, 2), 2)), axes)
    low, high = np.where(true > 2, true, 0), np.where(true > 2, true, 4)
    high[:2, 2:4] = 0
    assert tightened(low, high, axes)[1][2, 0] == 4
    assert Programs(low, high, axes).bounds((2, 0)) == (0, 0)


def test_figures_that_contradict_are_told() -> None:
    axes = [Axis.of(["a", "b"], {"all": ["a", "b"]})]
    with pytest.raises(ValueError, match="contradict"):
        Programs(np.array([5, 5, 0]), np.array([9, 9, 8]), axes).bounds((0,))
