"""Intervals against published values and what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from geo.measures.intervals import change_interval, poisson_interval, wilson_interval

COUNTS = st.integers(0, 500)


def test_wilson_interval_is_newcombes_published_one() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    share, low, high = wilson_interval([81, 15, 0, 1], [263, 148, 20, 29], alpha=0.05)
    assert np.round(low, 4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert np.round(high, 4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]
    assert share[2] == 0


def test_share_of_nothing_is_missing() -> None:
    assert all(np.isnan(part) for part in wilson_interval(0, 0, alpha=0.05))


def test_poisson_interval_is_garwoods_published_one() -> None:
    # Garwood (1936): 0 -> 0, 3.689; 1 -> 0.0253, 5.572; 10 -> 4.795, 18.390; 50 -> 37.11, 65.92.
    low, high = poisson_interval([0, 1, 10, 50], alpha=0.05)
    assert np.round(low, 2).tolist() == [0, 0.03, 4.8, 37.11]
    assert np.round(high, 2).tolist() == [3.69, 5.57, 18.39, 65.92]


def test_change_interval_is_clopper_and_pearsons_of_the_later_part() -> None:
    change = change_interval(8, 2, days=31, days_compare=31, alpha=0.05)
    # Given 10 in all, 8 later: share between 0.4439 and 0.9748; odds minus 1.
    low, high = beta.ppf(0.025, 8, 3), beta.ppf(0.975, 9, 2)
    assert (round(low, 4), round(high, 4)) == (0.4439, 0.9748)
    assert change.value == 3
    assert change.low == pytest.approx(low / (1 - low) - 1)
    assert change.high == pytest.approx(high / (1 - high) - 1)
    assert not change.beyond_chance


def test_change_is_per_day() -> None:
    # 28 in 28 days against 31 in 31 days is one a day, both times.
    change = change_interval(28, 31, days=28, days_compare=31, alpha=0.05)
    assert change.value == pytest.approx(0)


def test_change_from_nothing_has_no_size_but_may_be_more_than_chance() -> None:
    change = change_interval([5, 6, 0], [0, 0, 0], days=30, days_compare=30, alpha=0.05)
    assert np.isnan(change.value).all()
    assert np.isnan(change.high).all()
    # With 5 later of 5: lower end of the share 0.478, odds 0.916; with 6 of 6: 0.541, 1.18.
    assert change.beyond_chance.tolist() == [False, True, False]
    assert change.known.tolist() == [True, True, False]


def test_change_to_nothing_is_a_loss_of_all() -> None:
    change = change_interval(0, 10, days=30, days_compare=30, alpha=0.05)
    assert change.value == change.low == -1
    assert change.high < 0
    assert change.beyond_chance


def test_unknown_counts_have_no_change() -> None:
    change = change_interval(3, np.nan, days=30, days_compare=30, alpha=0.05)
    assert not change.known
    assert np.isnan(change.value)


@given(hits=COUNTS, others=COUNTS, alpha=st.sampled_from([0.01, 0.05, 0.2]))
def test_share_lies_in_its_interval_and_that_in_0_to_1(hits: int, others: int, alpha: float) -> None:
    share, low, high = wilson_interval(hits, hits + others, alpha=alpha)
    if hits + others:
        assert 0 <= low <= share <= high <= 1


@given(n=COUNTS, n_compare=st.integers(1, 500), days=st.integers(28, 366), days_compare=st.integers(28, 366))
def test_change_lies_in_its_interval(n: int, n_compare: int, days: int, days_compare: int) -> None:
    change = change_interval(n, n_compare, days=days, days_compare=days_compare, alpha=0.05)
    assert -1 <= change.low <= change.value <= change.high


@given(n=COUNTS)
def test_count_lies_in_its_interval(n: int) -> None:
    low, high = poisson_interval(n, alpha=0.05)
    assert 0 <= low <= n <= high
