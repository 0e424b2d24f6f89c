"""Cells, what it costs to go between them, and areas that grow over them."""

from __future__ import annotations

import numpy as np
import pytest

from geo.demo.mesh import Mesh, Town, grow, town_depth


@pytest.fixture
def row_of_five() -> Mesh:
    """Five cells in a row, neighbours 0-1-2-3-4, with a river between 2 and 3."""
    sites = np.column_stack([np.arange(5) * 100.0, np.zeros(5)])
    edges = np.array([[0, 1], [1, 2], [2, 3], [3, 4]])
    nowhere = np.full(5, -1)
    return Mesh(
        sites, np.zeros((0, 2)), edges, np.zeros((4, 2), dtype=np.int64), nowhere, nowhere, np.array([0, 0, 1, 0])
    )


def test_each_cell_goes_to_the_seed_that_reaches_it_at_least_cost(row_of_five: Mesh) -> None:
    costs = np.array([1.0, 1.0, 5.0, 1.0])

    assert grow(row_of_five, costs, np.array([0, 4])).tolist() == [0, 0, 0, 1, 1]


def test_areas_do_not_grow_over_a_fence(row_of_five: Mesh) -> None:
    fence = np.array([0, 0, 0, 1, 1])

    assert grow(row_of_five, np.ones(4), np.array([0]), within=fence).tolist() == [0, 0, 0, -1, -1]


def test_lengths_are_between_centres(row_of_five: Mesh) -> None:
    assert row_of_five.lengths_m().tolist() == [100.0] * 4


def test_the_middle_of_a_town_is_built_up_and_far_away_is_not() -> None:
    town = Town(np.array([1_000.0, 2_000.0]), 500.0, seat=False)

    depth = town_depth(np.array([[1_000.0, 2_000.0], [3_000.0, 2_000.0]]), town)

    assert depth[0] == 0
    assert depth[1] > 1
