"""Nodes of axes and sums over them: by hand, and against sums worked out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.privacy.public.axes import Axis, cells_of, sum_cells
from tests.privacy.public.small import make_axes

ROWS = Axis.of(["a", "b", "c"], {"ab": ["a", "b"], "all": ["a", "b", "c"]})
COLUMNS = Axis.of(["x", "y"], {"all": ["x", "y"]})


def test_sums_by_hand() -> None:
    found = sum_cells(np.array([[1, 2], [3, 4], [10, 20]]), [ROWS, COLUMNS])
    assert found.tolist() == [[1, 2, 3], [3, 4, 7], [10, 20, 30], [4, 6, 10], [14, 26, 40]]


def test_sums_of_keys_wrap_around() -> None:
    keys = np.array([2**64 - 1, 3], dtype=np.uint64)
    assert sum_cells(keys, [COLUMNS]).tolist() == [2**64 - 1, 3, 2]


def test_group_whose_leaves_lie_apart_is_refused() -> None:
    with pytest.raises(ValueError, match="beside each other"):
        Axis.of(["a", "b", "c"], {"ac": ["a", "c"]})


def test_holders_of_each_leaf() -> None:
    assert ROWS.holders.tolist() == [[0, 3, 4], [1, 3, 4], [2, 4, -1]]
    assert ROWS.position["ab"] == 3
    assert ROWS.n_leaves == 3


def test_cells_that_hold_a_leaf_by_hand() -> None:
    held = cells_of([ROWS, COLUMNS])
    # c × y is the last combination of leaves: cells c×y, c×all, all×y, all×all of 5 × 3, and none for the rest.
    assert sorted(held[5].tolist()) == [7, 8, 13, 14, 15, 15]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 999))
def test_a_record_counts_in_the_cells_that_hold_its_leaf_and_in_no_others(shape: list[int], seed: int) -> None:
    axes = make_axes(shape)
    leaf = np.random.default_rng(seed).integers(np.prod(shape))
    one = np.zeros(int(np.prod(shape)), dtype=np.int64)
    one[leaf] = 1
    cells = sum_cells(one.reshape(shape), axes).ravel()
    held = cells_of(axes)[leaf]
    assert sorted(held[held < cells.size].tolist()) == np.flatnonzero(cells).tolist()
