"""The Gini coefficient by hand, its interval by simulation and by what must hold for any values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.measures.inequality import gini, gini_interval

VALUES = st.lists(st.floats(0.01, 100), min_size=1, max_size=30)


@pytest.mark.parametrize(("values", "expected"), [([1, 1, 1], 0), ([0, 0, 0, 4], 0.75), ([1, 3], 0.25), ([5], 0)])
def test_gini_by_hand(values: list[float], expected: float) -> None:
    assert gini(values) == pytest.approx(expected)


@pytest.mark.parametrize("values", [[], [0.0, 0.0]])
def test_nothing_spread_has_no_gini(values: list[float]) -> None:
    assert np.isnan([gini(values), *gini_interval(values, alpha=0.05, seed=1)]).all()


@given(values=VALUES, factor=st.floats(0.1, 10))
def test_gini_does_not_depend_on_the_unit(values: list[float], factor: float) -> None:
    assert gini(values) == pytest.approx(gini(np.array(values) * factor), abs=1e-9)
    assert 0 <= gini(values) < 1


def test_interval_of_all_alike_has_no_width() -> None:
    assert gini_interval([7, 7, 7], alpha=0.05, seed=1) == (0, 0, 0)


def test_one_value_has_no_interval() -> None:
    value, low, high = gini_interval([7], alpha=0.05, seed=1)
    assert value == 0
    assert np.isnan(low)
    assert np.isnan(high)


def test_interval_is_that_of_all_draws_worked_out_by_hand() -> None:
    # Of two values all draws are (1, 1), (1, 3), (3, 1) and (3, 3): 0 and 0.25, half of them each.
    assert gini_interval([1, 3], alpha=0.05, seed=1) == pytest.approx((0.25, 0, 0.25))


@settings(deadline=None, max_examples=30)
@given(values=VALUES, factor=st.sampled_from([0.125, 0.5, 4, 64]))
def test_interval_lies_within_bounds_and_does_not_depend_on_the_unit(values: list[float], factor: float) -> None:
    value, low, high = gini_interval(values, alpha=0.05, seed=3, resamples=200)
    scaled = gini_interval(np.array(values) * factor, alpha=0.05, seed=3, resamples=200)
    assert scaled == pytest.approx((value, low, high), abs=1e-9, nan_ok=True)
    if len(values) > 1:
        assert 0 <= low <= high < 1


@pytest.mark.parametrize("factor", [1, 0.125, 1 / 3])
def test_the_most_uneven_of_all_draws_has_an_interval(factor: float) -> None:
    # No draw of two tens and two twenty-eights is more uneven than themselves; many are as uneven, to the last digit.
    value, low, high = gini_interval(np.array([10, 10, 28, 28]) * factor, alpha=0.05, seed=3, resamples=200)
    assert value == pytest.approx(18 / 76)
    assert 0 <= low <= high <= value + 1e-9


def test_less_confidence_is_a_narrower_interval() -> None:
    values = np.random.default_rng(5).lognormal(size=60)
    (_, low, high), (_, inner_low, inner_high) = (gini_interval(values, alpha=at, seed=1) for at in (0.05, 0.5))
    assert low < inner_low < gini(values) < inner_high < high


def test_the_same_seed_gives_the_same_interval_and_more_values_a_narrower_one() -> None:
    values = np.random.default_rng(5).lognormal(size=3000)
    few, again, many = (gini_interval(part, alpha=0.05, seed=1) for part in (values[:100], values[:100], values))
    assert few == again
    assert many[2] - many[1] < few[2] - few[1]


def test_interval_holds_the_true_coefficient_of_an_exponential_distribution() -> None:
    # That of an exponential distribution is one half; 200 samples of 100, at 95 %.
    rng = np.random.default_rng(2)
    found = [gini_interval(rng.exponential(size=100), alpha=0.05, seed=1, resamples=400)[1:] for _ in range(200)]
    held = np.mean([low <= 0.5 <= high for low, high in found])
    assert 0.89 <= held <= 0.99


@pytest.mark.parametrize("value", [-1, float("nan")])
def test_values_that_are_no_amounts_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="negative or missing"):
        gini_interval([1, value], alpha=0.05, seed=1)
