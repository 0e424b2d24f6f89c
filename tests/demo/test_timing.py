"""Calendar, rhythm and durations."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from geo.demo.timing import NEVER, calendar, day_weights, draw_moments, hour_weights, later, log_normal
from geo.demo.truths import load_rates


def test_the_calendar_has_three_years_and_knows_its_weekdays() -> None:
    known = calendar()

    assert len(known.days) == 365 + 366 + 365
    assert known.weekday[0] == 6  # 1 January 2023 was a Sunday
    assert known.last == np.datetime64("2025-12-31")


def test_the_feast_is_at_its_height_on_new_years_day() -> None:
    known = calendar()

    assert known.feast[np.flatnonzero(known.days == np.datetime64("2024-02-10"))[0]] == 1
    assert known.feast[np.flatnonzero(known.days == np.datetime64("2024-07-01"))[0]] < 0.01


def test_hours_peak_where_they_should_and_reach_past_midnight() -> None:
    weights = hour_weights([[23.5, 1.0, 1.0]])

    assert weights.sum() == pytest.approx(1)
    assert int(np.argmax(weights)) == 23
    assert weights[0] == pytest.approx(weights[22])


def test_visits_find_less_on_sundays() -> None:
    rates = load_rates()["disputes"]
    weights = day_weights(rates, rates["classes"]["damages"], discovered=True)
    summer = (calendar().month == 5) & (calendar().days > np.datetime64("2024-01-01"))

    assert weights[summer & (calendar().weekday == 6)].max() < 0.3 * weights[summer & (calendar().weekday == 0)].min()


def test_moments_fall_on_days_that_have_weight() -> None:
    weights = np.zeros(len(calendar().days))
    weights[10] = 1

    moments = draw_moments(weights, hour_weights([[9, 1, 1]]), 50, np.random.default_rng(0))

    assert set(moments.astype("datetime64[D]")) == {calendar().days[10]}


def test_what_would_be_after_the_last_day_is_not_known() -> None:
    days = np.array(["2025-12-30", "2025-12-30", "NaT"], dtype="datetime64[D]")

    then = later(days, np.array([1.9, 2.0, 1.0]))

    assert then[0] == np.datetime64("2025-12-31")
    assert np.isnat(then[1:]).all()
    assert np.isnat(NEVER)


def test_months_are_counted_from_a_day_on() -> None:
    months = calendar().months_since(date(2025, 1, 1))

    assert months[0] == 0
    assert months[-1] == pytest.approx(364 / 30.44)


def test_durations_have_the_median_asked_for() -> None:
    drawn = log_normal(np.full(20_001, 8.0), 0.85, np.random.default_rng(0))

    assert np.median(drawn) == pytest.approx(8.0, rel=0.03)
