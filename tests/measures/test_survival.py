"""Kaplan-Meier medians, by hand, from a published example, and against a plain loop."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.measures.survival import median_intervals, median_times

# Freireich et al. (1963), weeks in remission, as in Kaplan and Meier's textbooks (Collett, table 1.1; R's `gehan`):
# the treated group's median is 23, the control's 8.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
TREATED_ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
CONTROL = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_medians_of_the_leukaemia_trial() -> None:
    groups = np.repeat([0, 1], 21)
    times = np.array(TREATED + CONTROL)
    ended = np.array(TREATED_ENDED + [1] * 21, dtype=bool)
    assert median_times(groups, times, ended, n_groups=2).tolist() == [23, 8]


def test_half_exactly_is_reached() -> None:
    # 2 of 4 ended by day 5: S = 3/4, then 1/2.
    times, ended = np.array([3, 5, 9, 9]), np.array([True, True, False, False])
    assert median_times(np.zeros(4, int), times, ended, n_groups=1).tolist() == [5]


def test_censored_at_the_same_day_is_at_risk() -> None:
    # Day 4: 4 at risk (one censored that day), 1 ends: 3/4. Day 6: 2 at risk, 1 ends: 3/8.
    times, ended = np.array([4, 4, 6, 8]), np.array([True, False, True, False])
    assert median_times(np.zeros(4, int), times, ended, n_groups=1).tolist() == [6]


def test_no_median_where_most_are_open_or_there_is_nothing() -> None:
    groups, times = np.array([1, 1, 1]), np.array([2, 5, 5])
    ended = np.array([True, False, False])
    assert np.isnan(median_times(groups, times, ended, n_groups=3)).all()
    assert np.isnan(median_times(groups[:0], times[:0], ended[:0], n_groups=2)).all()


def test_records_that_end_on_the_first_day() -> None:
    assert median_times(np.array([0]), np.array([0]), np.array([True]), n_groups=1).tolist() == [0]


RECORDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.booleans()), min_size=1, max_size=120)


@given(records=RECORDS, scale=st.sampled_from([1, 1000]))
def test_medians_are_those_of_a_plain_loop(records: list[tuple[int, int, bool]], scale: int) -> None:
    # Long times go the way of sorting, short ones of counting: both must agree with the loop.
    groups, times, ended = (np.array(part) for part in zip(*records, strict=True))
    medians = median_times(groups, times * scale, ended, n_groups=4)
    plain = [_plain_median([(t * scale, e) for g, t, e in records if g == group]) for group in range(4)]
    np.testing.assert_equal(medians, np.array(plain, dtype=np.float64))


def _plain_median(records: list[tuple[int, bool]]) -> float:
    alive, total = 1, 1  # S as a fraction, so that one half is exact
    for day in sorted({time for time, _ in records}):
        at_risk = sum(time >= day for time, _ in records)
        ends = sum(time == day and end for time, end in records)
        alive, total = alive * (at_risk - ends), total * at_risk
        if 2 * alive <= total:
            return day
    return float("nan")


def test_intervals_of_medians_published() -> None:
    # Freireich and others (1963), remissions in weeks: 6-MP, 21 patients of whom 9 relapsed, and placebo, 21 of 21. The
    # ends are those of R's survival, conf.type = "log-log": 13 and none; 4 and 11.
    treated = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    groups, times = np.repeat([0, 1], 21), np.array(treated + placebo)
    ended = np.r_[np.arange(21) < 9, np.ones(21, bool)]
    low, high = median_intervals(groups, times, ended, n_groups=3, alpha=0.05)
    assert low[:2].tolist() == [13, 4]
    assert np.isnan(high[0])
    assert high[1] == 11
    assert np.isnan([low[2], high[2]]).all()


@given(
    records=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.booleans()), min_size=1, max_size=80),
    alpha=st.sampled_from([0.05, 0.2]),
)
def test_intervals_hold_the_median(records: list[tuple[int, int, bool]], alpha: float) -> None:
    groups, times, ended = (np.array(part) for part in zip(*records, strict=True))
    median = median_times(groups, times, ended, n_groups=4)
    low, high = median_intervals(groups, times, ended, n_groups=4, alpha=alpha)
    known = np.isfinite(median)
    assert (low[known] <= median[known]).all()
    assert (np.nan_to_num(high[known], nan=np.inf) >= median[known]).all()
