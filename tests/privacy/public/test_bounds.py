"""The attack by adding and subtracting: by hand, beside linear programs, on what grew step by step, and from inside."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geo.privacy.public.axes import Axis, sum_cells
from geo.privacy.public.blocks import Block, Terms
from geo.privacy.public.joint import WITHHELD, show_jointly
from geo.privacy.public.ledger import open_to_public
from geo.privacy.public.noise import cell_noise
from geo.rules import PublicNoise, Rules
from tests.privacy.public.attacker import Programs
from tests.privacy.public.bounds import sums_of, tightened, told_of
from tests.privacy.public.county import incidents, publish, year_of
from tests.privacy.public.small import chance_keys, chance_table, make_axes


def test_total_and_parts_tell_each_other() -> None:
    axes = [Axis.of(["a", "b", "c"], {"all": ["a", "b", "c"]})]
    low, high = tightened(np.array([5, 0, 0, 9]), np.array([7, 4, 4, 9]), axes)
    # 9 in all: the two withheld ones are 2 to 4 together; of the first 5 to 7 all may be.
    assert low.tolist() == [5, 0, 0, 9]
    assert high.tolist() == [7, 4, 4, 9]
    low, high = tightened(np.array([5, 0, 0, 15]), np.array([7, 4, 4, 15]), axes)
    assert (low.tolist(), high.tolist()) == ([7, 4, 4, 15], [7, 4, 4, 15])


def test_groups_within_groups_are_compared_too() -> None:
    axis = Axis.of(["a", "b", "c"], {"ab": ["a", "b"], "all": ["a", "b", "c"]})
    assert list(sums_of(axis)) == [(3, [0, 1]), (4, [0, 1, 2]), (4, [3, 2])]
    # Nothing of a and b alone: but with 9 in both of 10 in all, c is one.
    low, high = tightened(np.array([0, 0, 0, 9, 10]), np.array([99, 99, 4, 9, 10]), [axis])
    assert (low[2], high[2]) == (1, 1)


def test_bounds_that_contradict_are_told() -> None:
    with pytest.raises(ValueError, match="contradicts"):
        tightened(np.array([5, 5, 0]), np.array([9, 9, 8]), [Axis.of(["a", "b"], {"all": ["a", "b"]})])


def attacked(shown: np.ndarray, true: np.ndarray, axes: list[Axis], terms: Terms) -> np.ndarray:
    """Return how many values are left of each small count that is withheld."""
    low, high = tightened(*told_of(shown, true, threshold=terms.threshold, most=terms.noise.most), axes)
    assert ((low <= true) & (true <= high)).all()
    return np.asarray((high - low + 1)[(true > 0) & (true < terms.threshold)])


def test_programs_know_at_least_as_much(rules: Rules) -> None:
    rng, terms, axes = np.random.default_rng(5), Terms.of(rules), make_axes((4, 3))
    for turn in range(6):
        base = chance_table(rng, (4, 3), 9)
        true = sum_cells(base, axes)
        shown = show_jointly(base, axes, keys=chance_keys(base.shape, str(turn)), threshold=5, noise=terms.noise)
        told = told_of(shown, true, threshold=5, most=terms.noise.most)
        (low, high), programs = tightened(*told, axes), Programs(*told, axes)
        for cell in np.argwhere((true > 0) & (true < 5)):
            at = tuple(int(n) for n in cell)
            least, most = programs.bounds(at)
            assert low[at] <= least <= true[at] <= most <= high[at]
            assert most - least + 1 >= terms.noise.values_left


def test_attack_finds_what_numbers_shown_one_by_one_tell() -> None:
    # The same counts with the same noise, but each looked at alone.
    rng, terms, axes, found = np.random.default_rng(7), Terms(5, PublicNoise(0.6, 1, 3)), make_axes((3, 2)), 0
    for turn in range(40):
        base = chance_table(rng, (3, 2), 5)
        true, keys = sum_cells(base, axes), chance_keys(base.shape, str(turn))
        jointly = show_jointly(base, axes, keys=keys, threshold=5, noise=terms.noise)
        assert (attacked(jointly, true, axes, terms) >= terms.noise.values_left).all()
        noise = cell_noise(sum_cells(np.where(base > 0, keys, np.uint64(0)), axes), terms.noise)
        alone = np.where(true < 5, WITHHELD, np.maximum(5, true + noise))
        found += int((attacked(alone, true, axes, terms) < terms.noise.values_left).sum())
    assert found > 10


def county_blocks(root: Path) -> tuple[Block, ...]:
    """What is told when a release tells of five months, and a second one of all, with others in what was told."""
    counts = year_of(1, 2024, months=5)
    open_to_public(publish(root, incidents(counts), date(2024, 5, 31)))
    late = counts | {month: of for month, of in year_of(2, 2024).items() if month > "2024-05"}
    late["2024-01"] = {village: n + 3 for village, n in late["2024-01"].items()}
    late["2024-04"] = {}
    return open_to_public(publish(root, incidents(late), date(2024, 12, 31))).blocks


def test_two_releases_one_after_the_other_tell_no_count(tmp_path: Path) -> None:
    for block in county_blocks(tmp_path / "store"):
        true = sum_cells(block.base, block.axes)
        left = attacked(block.shown, true, list(block.axes), block.terms)
        assert not len(left) or left.min() >= block.terms.noise.values_left


def test_difference_of_what_two_releases_hold_is_told_nowhere(tmp_path: Path) -> None:
    blocks = [block for block in county_blocks(tmp_path / "store") if block.cube == "incidents"]
    assert len(blocks) == 1
    counts = year_of(1, 2024, months=5)
    january = blocks[0].axes[-1].position["2024-01"]
    told = sum_cells(blocks[0].base, blocks[0].axes)[-1, -1, -1, january]
    # As many as when January was told, not as many as the second release has.
    assert told == sum(counts["2024-01"].values())
