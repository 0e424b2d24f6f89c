"""Classes: round breaks, zero apart, nothing lost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.maps.classify import Classes, classify, round_at_most

NAN = float("nan")
COUNTS = arrays.arrays(np.float64, st.integers(1, 60), elements=st.integers(0, 100_000).map(float))
SHARES = arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1))


def test_zero_is_a_class_of_its_own_for_counts() -> None:
    classes = classify([0, 0, 1, 2, 3, 4, 9, 30, 80])
    assert classes.labels[0] == "0"
    assert classes.index(np.array([0.0, 1.0, 80.0])).tolist() == [0, 1, len(classes.labels) - 1]


def test_shares_in_a_narrow_range_get_even_round_steps() -> None:
    classes = classify(np.linspace(0.80, 0.95, 100), unit="share", classes=5)
    assert classes.labels == ("80–82.5", "82.5–85", "85–87.5", "87.5–90", "90–92.5", "92.5+")


def test_a_whole_count_that_ends_a_class_is_not_named_twice() -> None:
    classes = classify([1, 2, 2, 3, 5, 7, 10, 12, 20, 40, 50, 99])
    assert classes.labels == ("1", "2–4", "5–9", "10–19", "20–49", "50+")


def test_rates_just_above_zero_are_not_named_zero() -> None:
    classes = classify([0.0, 0.2, 0.9, 1.4, 2.1, 2.6], unit="per_1000")
    assert classes.labels[:3] == ("0", "< 0.5", "0.5–1")
    assert classes.index(np.array([0.0, 0.01])).tolist() == [0, 1]


def test_less_round_breaks_are_taken_where_round_ones_leave_too_few_classes() -> None:
    rates = [2.0, 6.1, 8.2, 9.8, 12.2, 14.6, 15.3, 19.5, 21.0, 90.0]
    assert classify(rates, unit="per_1000").labels == ("2–8", "8–10", "10–15", "15–20", "20+")


@pytest.mark.parametrize(
    ("values", "labels"),
    [([], ()), ([NAN, NAN], ()), ([5, 5, 5], ("5",)), ([0, 0], ("0",)), ([3, NAN], ("3",)), ([0, 1], ("0", "1"))],
)
def test_few_values_make_few_classes(values: list[float], labels: tuple[str, ...]) -> None:
    assert classify(values).labels == labels


def test_large_counts_have_thousands_marks() -> None:
    assert classify([0, 3000, 12000, 50000, 200000]).labels[-1] == "100,000+"


def test_change_is_centred_on_none() -> None:
    classes = classify([-0.6, -0.3, -0.02, 0.0, 0.03, 0.2, 0.5], unit="share", diverging=True)
    assert classes.labels == ("≤ −50", "−50 … −25", "−25 … −10", "−10 … +10", "+10 … +25", "+25 … +50", "≥ +50")
    assert classes.index(np.array([-0.5, -0.1, 0.0, 0.0999, 0.1, 0.5])).tolist() == [0, 2, 3, 3, 4, 6]


def test_no_change_anywhere_is_one_class() -> None:
    assert classify([0.0, 0.0], unit="share", diverging=True).labels == ("0",)


def test_missing_values_have_no_class() -> None:
    assert classify([1, NAN, 3]).index(np.array([NAN, 1.0])).tolist() == [-1, 0]


@given(COUNTS)
def test_counts_lie_in_one_class_each_and_zero_alone_in_the_first(counts: np.ndarray) -> None:
    classes = classify(counts)
    index = classes.index(counts)
    assert index.min() >= 0
    assert len(classes.breaks) == len(classes.labels) == len(classes.colours) <= 7
    assert (np.diff(classes.breaks) > 0).all()
    if (counts == 0).any():
        assert ((index == 0) == (counts == 0)).all()


@given(SHARES)
def test_classes_hold_what_their_breaks_say(shares: np.ndarray) -> None:
    classes = classify(shares, unit="share")
    lower = np.asarray(classes.breaks)[classes.index(shares)]
    upper = np.append(classes.breaks, math.inf)[classes.index(shares) + 1]
    assert ((lower <= shares) & (shares < upper)).all()


@given(st.floats(1e-6, 1e6))
def test_round_numbers_are_one_two_two_and_a_half_or_five_times_a_power_of_ten(value: float) -> None:
    found = round_at_most(value)
    mantissa = found / 10 ** math.floor(math.log10(found) + 1e-9)
    assert min(abs(mantissa - step) for step in (1, 2, 2.5, 5, 10)) < 1e-6
    assert value / 2.5 <= found <= value * (1 + 1e-9)


def test_an_open_first_class_takes_all_below() -> None:
    classes = Classes((-math.inf, 0.0), ("#000000", "#ffffff"), ("< 0", "0+"), "days")
    assert classes.index(np.array([-1e9, 0.0])).tolist() == [0, 1]
