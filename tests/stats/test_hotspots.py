"""Hot spots: published and hand-worked values, and what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.stats.hotspots import (
    Spot,
    chance_of_sums,
    classify_spots,
    find_discoveries,
    gi_star,
    mann_kendall,
    queen_neighbours,
)

# Six points and their values, as the tests of esda (PySAL) publish them with the z of Gi* of the first point.
POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
VALUES = [2, 3, 3.2, 5, 8, 7]
BINARY = csr_array((np.hypot(*(POINTS[:, None] - POINTS).transpose(2, 0, 1)) <= 15).astype(float))


def board(side: int) -> np.ndarray:
    """The squares of a board, row by row."""
    return np.array([shapely.box(120 + i, 30 + j, 121 + i, 31 + j) for j in range(side) for i in range(side)])


def test_gi_star_is_the_published_one() -> None:
    assert gi_star(VALUES, BINARY)[0] == pytest.approx(-1.39727626, abs=5e-9)


def test_gi_star_of_months_is_that_of_each() -> None:
    both = gi_star(np.column_stack([VALUES, VALUES[::-1]]), BINARY)
    assert both[:, 1].tolist() == gi_star(VALUES[::-1], BINARY).tolist()


def test_gi_star_is_nothing_where_all_are_the_same() -> None:
    assert gi_star([[4.0]] * 9, queen_neighbours(board(3))).ravel().tolist() == [0] * 9


def test_queens_move_by_corners_too() -> None:
    around = np.diff(queen_neighbours(board(3)).indptr).tolist()
    assert around == [4, 6, 4, 6, 9, 6, 4, 6, 4]


def test_areas_apart_have_themselves_alone() -> None:
    apart = [shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3), shapely.box(1 + 1e-5, 0, 2 - 1e-5, 1)]
    assert queen_neighbours(apart).toarray().tolist() == np.eye(3).tolist()


def test_chance_of_a_sum_by_hand() -> None:
    # One of three areas has two events. Two draws: neither hits it with 4/9, both with 1/9.
    row = queen_neighbours([shapely.box(120 + i, 30, 121 + i, 31) for i in range(3)])
    ends, middle = chance_of_sums([[2], [0], [0]], row).ravel()[[0, 2]], chance_of_sums([[2], [0], [0]], row)[1, 0]
    assert ends.tolist() == pytest.approx([5 / 9, 1])
    assert middle == pytest.approx(1 - (2 / 3) ** 3)


def test_few_events_are_not_hot_by_a_normal_tail() -> None:
    """Of counts dealt out at random the exact chance is below 0.001 no more often than that; a z-score is."""
    counts = np.random.default_rng(1).poisson(0.3, size=(900, 60))
    around = queen_neighbours(board(30))
    assert (chance_of_sums(counts, around) < 0.001).mean() < 0.0013
    assert (gi_star(counts, around) > 3.09).mean() > 0.003


@given(st.lists(st.integers(0, 6), min_size=9, max_size=9))
def test_chances_fall_with_the_sum(counts: list[int]) -> None:
    around = queen_neighbours(board(3))
    chances = chance_of_sums(np.array(counts)[:, None], around).ravel()
    assert ((chances > 0) & (chances <= 1)).all()
    sums = around @ np.array(counts, dtype=float)
    corners = [0, 2, 6, 8]
    assert (np.diff(chances[corners][np.argsort(sums[corners])]) <= 1e-12).all()


def test_discoveries_of_the_paper() -> None:
    # Benjamini and Hochberg (1995), section 3.2: fifteen tests, of which four are found at 0.05.
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    chances += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert find_discoveries(np.array(chances)[:, None], alpha=0.05).sum() == 4


def test_nothing_is_found_among_nothing() -> None:
    assert find_discoveries(np.ones((5, 2)), alpha=0.05).sum() == 0
    assert find_discoveries(np.empty((0, 2)), alpha=0.05).shape == (0, 2)


@pytest.mark.parametrize(
    ("series", "z"),
    [
        # S = 5; without ties the variance is 4 * 3 * 13 / 18, a pair of ties takes 2 * 1 * 9 / 18 of it.
        ([1, 2, 2, 3], 4 / np.sqrt((156 - 18) / 18)),
        ([4, 3, 2, 1], -5 / np.sqrt(156 / 18)),
        ([7, 7, 7, 7], 0),
    ],
)
def test_mann_kendall_by_hand(series: list[int], z: float) -> None:
    assert mann_kendall([series])[0] == pytest.approx(z)


def test_classes_of_months() -> None:
    months = np.zeros((6, 12), dtype=bool)
    months[0, -1:] = True  # the last month
    months[1, -6:] = True  # half a year on end
    months[2, 1:] = True  # eleven of twelve
    months[3, :-1] = True  # no longer
    months[4, [3, 11]] = True  # once before
    months[5] = True
    scores = np.tile(np.arange(12.0)[::-1], (6, 1))
    level = np.zeros((6, 12))
    kinds = [Spot(one) for one in classify_spots(months, level, persistent=0.9, alpha=0.05)]
    assert kinds == [Spot.NEW, Spot.NEW, Spot.PERSISTENT, Spot.OTHER, Spot.OTHER, Spot.PERSISTENT]
    falling = [Spot(one) for one in classify_spots(months, scores, persistent=0.9, alpha=0.05)]
    assert falling == [Spot.NEW, Spot.NEW, Spot.FADING, Spot.OTHER, Spot.OTHER, Spot.FADING]
