"""Of two kinds of which one waits for the other no withheld count is told by both together."""

from __future__ import annotations

import numpy as np
import pytest

from geo.privacy.public import together
from geo.privacy.public.axes import Axis, Ints, sum_cells
from geo.privacy.public.blocks import Block, Terms
from geo.privacy.public.joint import UNSEEN, WITHHELD, show_jointly
from geo.privacy.public.together import pair_up, room_of, show_blocks
from geo.rules import PublicNoise
from tests.privacy.public.small import agreeing, chance_keys, small_cells

JANUARY, FEBRUARY = 648, 649  # of 2024
NOISE = PublicNoise(sd=0.6, most=1, values_left=3)
T, MOST = 4, 7


def make_block(
    cube: str,
    base: Ints,
    months: tuple[int, ...] = (JANUARY, FEBRUARY),
    *,
    grids: str = "g",
    noise: PublicNoise = NOISE,
) -> Block:
    """Disputes of one area: found by class and source, or accepted by whether they were settled in their month."""
    names = [["x"], ["reported", "discovered"]] if cube == "disputes" else [["yes", "no"]]
    labels = [f"{1970 + month // 12}-{month % 12 + 1:02d}" for month in months]
    middle = [Axis.of(of, {"all": of}) for of in names]
    axes = (Axis.of(["village:a"], {}), *middle, Axis.of(labels, {}))
    shown = np.full([len(axis.labels) for axis in axes], UNSEEN)
    return Block(
        cube,
        axes,
        months,
        base.astype(np.int64),
        shown,
        Terms(T, noise),
        grids,
        chance_keys(base.shape, f"{cube}{base.tolist()}"),
    )


def chance_blocks(rng: np.random.Generator) -> tuple[Block, Block]:
    """Found, and accepted, of which there were no more than found by then."""
    found = rng.binomial(MOST - 2, 0.4, (1, 1, 2, 2))
    first = rng.binomial(found[..., 0].sum(), 0.9)
    n = np.array([first, rng.binomial(found.sum() - first, 0.9)])
    yes = rng.binomial(n, 0.5)
    return make_block("disputes", found), make_block("settled_in_month", np.array([[yes, n - yes]]))


def possible(*blocks: Block) -> list[list[set[int]]]:
    """Return for each cell of both kinds its counts in all pairs of tables that go with everything shown."""
    found, accepted = (agreeing(block.axes, block.shown, most=MOST, threshold=T, noise=NOISE) for block in blocks)
    until_found, until_accepted = (
        np.cumsum(tables.reshape(len(tables), -1, 2).sum(axis=1), axis=1) for tables, _ in (found, accepted)
    )
    lowest, highest = np.unique(until_accepted, axis=0), np.unique(until_found, axis=0)
    has_accepted = np.any(np.all(lowest[None] <= until_found[:, None], axis=2), axis=1)
    has_found = np.any(np.all(until_accepted[:, None] <= highest[None], axis=2), axis=1)
    return [
        [set(of_cell.tolist()) for of_cell in sums[fits].T]
        for (_, sums), fits in ((found, has_accepted), (accepted, has_found))
    ]


def pinned_down(turns: int) -> tuple[int, int]:
    """Return how many small withheld counts there were, and of how many fewer than three are left."""
    rng, withheld, few = np.random.default_rng(3), 0, 0
    for _ in range(turns):
        blocks = chance_blocks(rng)
        shown = show_blocks(blocks, blocks)
        for block, values in zip(shown, possible(*shown), strict=True):
            true = sum_cells(block.base, block.axes)
            assert all(n in of_cell for n, of_cell in zip(true.ravel().tolist(), values, strict=True))
            small = small_cells(true, T)
            withheld += len(small)
            few += sum(len(values[cell]) < NOISE.values_left for cell in small)
    return withheld, few


def test_neither_kind_tells_of_the_other() -> None:
    withheld, few = pinned_down(60)
    assert withheld > 300
    assert few == 0


def test_attack_finds_what_kinds_proven_apart_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def apart(*blocks: Block) -> list[Ints]:
        return [
            show_jointly(block.base, block.axes, keys=block.keys, threshold=T, noise=NOISE, before=block.shown)  # type: ignore[arg-type]
            for block in blocks
        ]

    monkeypatch.setattr(together, "_show_both", lambda earlier, later, room: apart(earlier, later))
    assert pinned_down(60)[1] > 0


def test_as_many_accepted_as_there_can_be_are_not_told_beside_few_found() -> None:
    # Four found in January and seven accepted by February would say that three were found in February.
    none = PublicNoise(0.01, 0, 3)
    found = make_block("disputes", np.array([[[[4, 3], [0, 0]]]]), noise=none)
    accepted = make_block("settled_in_month", np.array([[[0, 7], [0, 0]]]), noise=none)
    shown = show_blocks((found, accepted), (found, accepted))
    found_in_january, found_in_february = shown[0].shown[0, 1, 2].tolist()
    assert found_in_february == WITHHELD
    assert WITHHELD in (found_in_january, shown[1].shown[0, 2, 1])


def test_room_by_hand() -> None:
    found = make_block("disputes", np.array([[[[5, 2], [0, 3]]]]))
    accepted = make_block("settled_in_month", np.array([[[3, 4], [0, 1]]]))
    # 5 − 3 in January; 10 − 8 in February.
    assert room_of(found, [found, accepted]).tolist() == [[2, 2]]
    # March: none found, one accepted, so that February may have one fewer alone.
    later = make_block("settled_in_month", np.array([[[1], [0]]]), (FEBRUARY + 1,))
    assert room_of(found, [found, accepted, later]).tolist() == [[2, 1]]
    elsewhere = make_block("settled_in_month", np.array([[[1], [0]]]), (FEBRUARY + 1,), grids="others")
    assert room_of(found, [found, accepted, elsewhere]).tolist() == [[2, 0]]


def test_records_that_came_late_leave_no_room() -> None:
    found = make_block("disputes", np.array([[[[1, 0], [0, 0]]]]))
    accepted = make_block("settled_in_month", np.array([[[3, 0], [0, 0]]]))
    assert room_of(found, [found, accepted]).tolist() == [[0, 0]]


def test_kinds_are_proven_together_where_areas_and_year_are_the_same() -> None:
    found = make_block("disputes", np.zeros((1, 1, 2, 2), dtype=int))
    january = make_block("settled_in_month", np.zeros((1, 2, 1), dtype=int), (JANUARY,))
    moved = make_block("settled_in_month", np.zeros((1, 2, 1), dtype=int), (FEBRUARY,), grids="moved")
    assert pair_up([found, january, moved]) == [(found, january), (moved,)]
