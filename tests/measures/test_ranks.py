"""Ranks, what chance leaves open of them, and groups that are not shown to differ: by hand and for any intervals."""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.measures.intervals import wilson_interval
from geo.measures.ranks import joint_alpha, rank_areas

#: Values with what their intervals reach below and above them, on a grid, so that ties and touching ends come up.
AREAS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=9)


def intervals(areas: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, lower and upper ends."""
    value, below, above = np.array(areas, dtype=float).T
    return value, value - below, value + above


def test_ranks_by_hand() -> None:
    #    A 0.95 (0.90 to 0.98)  B 0.85 (0.75 to 0.92)  C 0.80 (0.70 to 0.88)  D 0.40 (0.30 to 0.50)
    # A is ahead of C and D, B of D, C of D: A and B overlap, B and C do.
    ranks = rank_areas([0.40, 0.80, 0.95, 0.85], [0.30, 0.70, 0.90, 0.75], [0.50, 0.88, 0.98, 0.92], good="high")
    assert ranks.rank.tolist() == [4, 3, 1, 2]
    assert ranks.best.tolist() == [4, 2, 1, 1]
    assert ranks.worst.tolist() == [4, 3, 2, 3]
    assert ranks.groups == ((2, 3), (3, 1), (0,))
    assert [ranks.no_difference(i) for i in range(4)] == [(), (3,), (3,), (1, 2)]


def test_good_may_be_low() -> None:
    ranks = rank_areas([10, 20, 40], [8, 9, 30], [12, 25, 50], good="low")
    assert ranks.rank.tolist() == [1, 2, 3]
    assert ranks.worst.tolist() == [2, 2, 3]
    assert ranks.groups == ((0, 1), (2,))


def test_same_values_share_the_better_rank_and_touching_ends_overlap() -> None:
    ranks = rank_areas([5, 3, 5, 1], [4, 2, 4, 0], [6, 4, 6, 2], good="high")
    assert ranks.rank.tolist() == [1, 3, 1, 4]
    assert ranks.groups == ((0, 2, 1), (1, 3))


def test_too_few_and_unknown_are_not_ranked_and_count_nowhere() -> None:
    ranks = rank_areas(
        [9, np.nan, 5, 7], [8, 0, 4, np.nan], [10, 1, 6, 9], good="high", enough=[False, True, True, True]
    )
    assert np.isnan(ranks.rank).tolist() == [True, True, False, True]
    assert (ranks.rank[2], ranks.best[2], ranks.worst[2]) == (1, 1, 1)
    assert ranks.groups == ((2,),)
    assert rank_areas([], [], [], good="high").groups == ()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="Shapes"):
        rank_areas([1, 2], [0], [3], good="high")
    with pytest.raises(ValueError, match="outside of its interval"):
        rank_areas([1], [2], [3], good="high")
    with pytest.raises(ValueError, match="alpha is 1"):
        joint_alpha(1, 3)


def test_joint_intervals_are_sidaks() -> None:
    assert (1 - joint_alpha(0.05, 10)) ** 10 == pytest.approx(0.95)
    assert joint_alpha(0.05, 1) == pytest.approx(0.05)
    assert joint_alpha(0.05, 0) == 0.05


@given(areas=AREAS, good=st.sampled_from(["high", "low"]))
def test_rank_lies_within_its_interval(areas: list[tuple[int, int, int]], good: Literal["high", "low"]) -> None:
    ranks = rank_areas(*intervals(areas), good=good)
    assert (ranks.best >= 1).all()
    assert (ranks.best <= ranks.rank).all()
    assert (ranks.rank <= ranks.worst).all()
    assert (ranks.worst <= len(areas)).all()


@settings(deadline=None)
@given(areas=AREAS, good=st.sampled_from(["high", "low"]), seed=st.integers(0, 99))
def test_any_true_values_within_the_intervals_have_ranks_within_theirs(
    areas: list[tuple[int, int, int]], good: Literal["high", "low"], seed: int
) -> None:
    value, low, high = intervals(areas)
    ranks = rank_areas(value, low, high, good=good)
    true = np.random.default_rng(seed).uniform(low, high)
    true_ranks = rank_areas(true, true, true, good=good).rank
    assert ((ranks.best <= true_ranks) & (true_ranks <= ranks.worst)).all()


@given(areas=AREAS)
def test_groups_are_the_largest_of_those_that_overlap(areas: list[tuple[int, int, int]]) -> None:
    value, low, high = intervals(areas)
    groups = [set(group) for group in rank_areas(value, low, high, good="low").groups]
    pairs = {pair for group in groups for pair in combinations(sorted(group), 2)}
    everyone = range(len(areas))
    assert pairs == {(i, j) for i, j in combinations(everyone, 2) if low[i] <= high[j] and low[j] <= high[i]}
    assert set().union(*groups) == set(everyone)
    assert not any(one < other for one in groups for other in groups)


def test_joint_ranks_hold_as_often_as_they_say() -> None:
    # Eight stations with true shares of 0.5 to 0.9, 60 cases each: all eight ranks at once, in 300 trials.
    rng, true = np.random.default_rng(4), np.linspace(0.5, 0.9, 8)
    held = 0
    for _ in range(300):
        interval = wilson_interval(rng.binomial(60, true), np.full(8, 60), alpha=joint_alpha(0.05, 8))
        ranks = rank_areas(*interval, good="high")
        held += bool(((ranks.best <= np.arange(8, 0, -1)) & (np.arange(8, 0, -1) <= ranks.worst)).all())
    assert held >= 0.95 * 300
