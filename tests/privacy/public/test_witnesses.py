"""The ranges that are proven by example are those of real tables."""

from __future__ import annotations

import numpy as np
import pytest

from geo.privacy.public.axes import sum_cells
from geo.privacy.public.joint import show_jointly, what_is_known
from geo.privacy.public.witnesses import ranges_seen
from geo.rules import PublicNoise
from tests.privacy.public.small import Attack, chance_keys, chance_table, make_axes, small_cells

T = 4


def test_nothing_shown_leaves_everything_open() -> None:
    base = np.array([2, 0])
    least, most, _ = ranges_seen(
        base, make_axes((2,)), np.zeros(3, int), np.full(3, T - 1), np.array([True, False, True]), width=2
    )
    assert (most - least)[[0, 2]].tolist() == [2, 2]
    assert most.max() < T


def test_total_that_is_known_exactly_and_no_other_part_leaves_nothing_open() -> None:
    # The only part of a total of 2 is 2, and the walk must not say otherwise.
    least, most, _ = ranges_seen(
        np.array([2]), make_axes((1,)), np.array([0, 2]), np.array([3, 2]), np.array([True, False]), width=2
    )
    assert (least[0], most[0]) == (2, 2)


def test_cells_shown_differently_keep_a_record_apart() -> None:
    # 5 and 6 are shown of the first part and of the total: the second part is not empty.
    base, shown = np.array([5, 1]), np.array([5, -1, 6])
    low, high = what_is_known(shown, threshold=T, noise=PublicNoise(sd=1, most=2, values_left=3))
    least, _, _ = ranges_seen(base, make_axes((2,)), low, high, np.array([False, True, False]), width=3)
    assert least[1] == 1


@pytest.mark.parametrize("shape", [(2, 2), (2, 3)])
def test_both_ends_of_every_range_are_of_tables_that_agree(shape: tuple[int, ...]) -> None:
    noise, axes = PublicNoise(sd=0.6, most=1, values_left=3), make_axes(shape)
    attack, rng, looked_at = Attack(shape, 6, T, noise), np.random.default_rng(7), 0
    for turn in range(20):
        base = chance_table(rng, shape, 5)
        shown = show_jointly(base, axes, keys=chance_keys(shape, str(turn)), threshold=T, noise=noise)
        needs = shown < 0
        least, most, _ = ranges_seen(base, axes, *what_is_known(shown, threshold=T, noise=noise), needs, width=2)
        possible = attack.values(shown)
        for cell in small_cells(sum_cells(base, axes), T):
            # Beyond six in a leaf the attack looks no further.
            ends = {int(least.ravel()[cell]), min(int(most.ravel()[cell]), 6)}
            assert ends <= possible[cell]
            looked_at += 1
    assert looked_at > 40
