"""The same records have the same noise, within bounds, and nobody knows it without the secret."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.privacy.public.axes import sum_cells
from geo.privacy.public.noise import cell_noise, make_keys
from geo.rules import PublicNoise
from tests.privacy.public.small import chance_keys, make_axes

NOISE = PublicNoise(sd=2.0, most=6, values_left=3)
NAMES = [f"V{village}|2025-{month:02d}" for village in range(2000) for month in range(1, 13)]


def test_keys_are_of_names_and_of_the_secret() -> None:
    assert make_keys(["a", "b"], secret=b"one").tolist() == make_keys(["a", "b"], secret=b"one").tolist()
    assert len({*make_keys(["a", "b"], secret=b"one").tolist(), *make_keys(["a", "b"], secret=b"two").tolist()}) == 4


def test_noise_is_even_around_zero_and_as_wide_as_asked() -> None:
    e = cell_noise(make_keys(NAMES, secret=b"one"), NOISE)
    # Its mean over 24,000 cells has a standard error of 2 / √24,000 = 0.013.
    assert abs(e.mean()) < 0.06
    assert 1.95 < e.std() < 2.05
    assert set(np.unique(e)) == set(range(-6, 7))


def test_another_secret_gives_noise_that_tells_nothing_of_the_first() -> None:
    one, two = (cell_noise(make_keys(NAMES, secret=secret), NOISE) for secret in (b"one", b"two"))
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.03


def test_cells_with_the_same_records_are_off_by_the_same() -> None:
    # All records of the first row are in its first column: the row and the leaf are the same.
    base, axes = np.array([[9, 0], [8, 7]]), make_axes((2, 2))
    keys = sum_cells(np.where(base > 0, chance_keys((2, 2), "one"), np.uint64(0)), axes)
    e = cell_noise(keys, NOISE)
    assert keys[0, 0] == keys[0, 2]
    assert e[0, 0] == e[0, 2]
    # Of nine cells one is empty, and the first row and the second column are told twice.
    assert len(np.unique(keys)) == 7


@given(st.integers(0, 2**64 - 1), st.floats(0.3, 5), st.integers(1, 12))
def test_noise_is_never_beyond_its_bound(key: int, sd: float, most: int) -> None:
    e = cell_noise(np.array([key], dtype=np.uint64), PublicNoise(sd=sd, most=most, values_left=3))
    assert abs(int(e[0])) <= most
