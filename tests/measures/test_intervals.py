"""Intervals against published values and what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, false_discovery_control

from geo.measures.intervals import (
    Change,
    change_interval,
    compare_at_once,
    dispersion_of,
    gap_interval,
    poisson_interval,
    shift_interval,
    wilson_interval,
)
from geo.measures.ranks import rank_areas

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


def test_shift_interval_is_newcombes_published_one() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
    examples = np.array(
        [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (10, 10, 0, 20)]
    )
    shift = shift_interval(*examples.T, alpha=0.05)
    assert np.round(shift.low, 4).tolist() == [0.0524, 0.1705, 0.0582, -0.0381, -0.1611, 0.6791]
    assert np.round(shift.high, 4).tolist() == [0.3339, 0.8090, 0.8062, 0.1926, 0.2775, 1.0]
    assert shift.beyond_chance.tolist() == [True, True, True, False, False, True]
    assert shift.known.tolist() == [True] * 4 + [False, True]  # of nothing in both there is no test


def test_shift_without_a_whole_is_missing() -> None:
    shift = shift_interval([3, 3], [10, 10], [0, np.nan], [0, np.nan], alpha=0.05)
    assert np.isnan([shift.value, shift.low, shift.high]).all()
    assert not shift.known.any()


def test_changes_found_are_those_of_benjamini_and_hochbergs_example() -> None:
    # Benjamini and Hochberg (1995), section 3.2: of fifteen, the four smallest; by Bonferroni three.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    p_values, known = np.array([*p, 0.7590, 1.0, np.nan]), np.array([True] * 15 + [False])

    def compare(alpha: float) -> Change:
        return Change(p_values, p_values, p_values, known & (p_values <= alpha), known)

    assert compare_at_once(compare, alpha=0.05).beyond_chance.sum() == 4


def test_one_change_has_its_plain_interval() -> None:
    alone = compare_at_once(lambda at: change_interval([9], [3], days=31, days_compare=31, alpha=at), alpha=0.05)
    plain = change_interval([9], [3], days=31, days_compare=31, alpha=0.05)
    assert (alone.low, alone.high) == (plain.low, plain.high)


@given(pairs=st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=15))
def test_changes_found_at_once_are_those_of_the_exact_test_with_false_discoveries_controlled(
    pairs: list[tuple[int, int]],
) -> None:
    n, n_compare = np.array(pairs).T
    found = compare_at_once(lambda at: change_interval(n, n_compare, days=30, days_compare=30, alpha=at), alpha=0.05)
    known = n + n_compare > 0
    both = (n + n_compare)[known]
    tails = binom.cdf(n[known], both, 0.5), binom.sf(n[known] - 1, both, 0.5)
    p_values = np.minimum(2 * np.minimum(*tails), 1)
    expected = false_discovery_control(p_values) < 0.05 if known.any() else np.array([], dtype=bool)
    assert found.beyond_chance[known].tolist() == expected.tolist()
    beyond = (found.low > 0) | (found.high < 0)
    assert beyond.tolist() == found.beyond_chance.tolist()


@given(hits=COUNTS, others=COUNTS, hits_compare=COUNTS, others_compare=COUNTS)
def test_shift_lies_in_its_interval(hits: int, others: int, hits_compare: int, others_compare: int) -> None:
    shift = shift_interval(hits, hits + others, hits_compare, hits_compare + others_compare, alpha=0.05)
    if hits + others and hits_compare + others_compare:
        assert -1 - 1e-9 <= shift.low <= shift.value <= shift.high <= 1 + 1e-9


def test_dispersion_by_hand() -> None:
    # Two stations at 0.2: 20 expected in each grid of the first, 10 of the second. (100 + 100) / 20 + (4 + 4) / 10 over
    # four grids less two rates.
    visits, households, stations = [10, 30, 8, 12], [100, 100, 50, 50], [0, 0, 1, 1]
    assert dispersion_of(visits, households, stations) == pytest.approx(10.8 / 2)
    # Grids of no station, without households or without a figure count nowhere; less than chance is chance.
    more = [*visits, 99, 99, np.nan], [*households, 100, 0, 100], [*stations, -1, 0, 1]
    assert dispersion_of(*more) == pytest.approx(5.4)
    assert dispersion_of([10, 10], [50, 50], [0, 0]) == 1
    assert dispersion_of([7], [50], [0]) == 1
    assert dispersion_of([], [], []) == 1


def test_a_dispersed_count_is_that_many_fewer() -> None:
    wide, few = poisson_interval([40], alpha=0.05, dispersion=4), poisson_interval([10], alpha=0.05)
    assert np.concatenate(wide).tolist() == pytest.approx((4 * np.concatenate(few)).tolist())


def test_intervals_of_dispersed_sums_hold() -> None:
    """Of a thousand sums of households visited four at a time, about 95 in a hundred intervals hold the truth."""
    rng = np.random.default_rng(5)
    rounds = rng.poisson(5, size=(1000, 40)) * 4
    found = [dispersion_of(row, np.ones(40), np.zeros(40)) for row in rounds]
    ends = [poisson_interval(row.sum(), alpha=0.05, dispersion=one) for row, one in zip(rounds, found, strict=True)]
    held = np.mean([low <= 800 <= high for low, high in ends])
    plain = np.mean([low <= 800 <= high for low, high in (poisson_interval(r.sum(), alpha=0.05) for r in rounds)])
    assert held > 0.92
    assert plain < 0.75


@given(
    counts=st.lists(st.tuples(*[st.none() | st.integers(0, 60)] * 4), min_size=1, max_size=12),
    dispersion=st.sampled_from([1.0, 11.0]),
)
def test_where_a_value_is_missing_its_ends_are(counts: list[tuple[int | None, ...]], dispersion: float) -> None:
    hits, others, hits_before, others_before = np.array(counts, dtype=float).T
    n, n_before = hits + others, hits_before + others_before
    ends = poisson_interval(hits, alpha=0.05, dispersion=dispersion)
    assert [np.isnan(end).tolist() for end in ends] == [np.isnan(hits).tolist()] * 2
    now, before = (wilson_interval(*part, alpha=0.05) for part in ((hits, n), (hits_before, n_before)))
    counted = change_interval(hits, hits_before, days=30, days_compare=31, alpha=0.05)
    # A change from none has no size, but is at least so much; where a count is unknown nothing is.
    assert all(np.isnan(part[np.isnan(hits) | np.isnan(hits_before)]).all() for part in counted[:3])
    shift, gap = shift_interval(hits, n, hits_before, n_before, alpha=0.05), gap_interval(now, before)
    for told, unknown in (
        (now, np.isnan(n) | (n == 0)),
        (shift[:3], np.isnan(shift.value)),
        (gap[:3], np.isnan(gap.value)),
    ):
        assert [np.isnan(part).tolist() for part in told] == [unknown.tolist()] * 3
    assert np.isnan(shift.value).tolist() == (np.isnan(now[0]) | np.isnan(before[0])).tolist()
    ranks = rank_areas(*now, good="high")
    assert [np.isnan(part).tolist() for part in ranks[:3]] == [np.isnan(now[0]).tolist()] * 3
