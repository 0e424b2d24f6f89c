"""A week is asked for as a month is: its days count, and what is summed by month is not known of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.access import Scope
from geo.errors import ViewError
from geo.measures import measure, monthly, summary
from geo.measures.scorecard import scorecard_whole
from geo.privacy import nearest_allowed
from geo.store import Release
from geo.view import Every, Period, View, last_closed

# Monday, 3 March 2025 to Sunday: D03 in G1, D04 in G2, D15 in no grid. A year before, 4 to 10 March 2024: D12 in G1.
WEEK = View(Period("2025-W10"))


@given(day=st.dates(date(1901, 1, 1), date(2199, 1, 1)))
def test_a_week_has_its_seven_days_and_others_beside_it(day: date) -> None:
    week = Period.from_week(day)
    assert week.start <= day < week.end == week.start + timedelta(days=7)
    assert week.start.isoweekday() == 1
    assert Period(week.text) == week
    assert week.previous().end == week.start
    assert week.moved(3).moved(-3) == week
    assert week.start - week.last_year().start == timedelta(days=364)


@given(day=st.dates(date(1901, 1, 1), date(2199, 1, 1)), every=st.sampled_from(["week", "month", "quarter", "year"]))
def test_the_last_closed_period_is_over_and_the_next_is_not(day: date, every: Every) -> None:
    found = last_closed(day, every)
    assert found.is_closed(day)
    step = {"week": 1, "month": 1, "quarter": 3, "year": 12}[every]
    assert not found.moved(step).is_closed(day)


@pytest.mark.parametrize("text", ["2025-W00", "2025-W53", "2025-W1", "2025-W10..2025-W12", "1899-W10"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ViewError, match="is no period"):
        Period(text)


def test_records_of_the_week_are_counted_beside_those_of_52_weeks_before(tiny: Release) -> None:
    table = measure(tiny, WEEK)
    frame = table.frame.set_index("area_id")
    assert frame["n"].to_dict() == {**dict.fromkeys(frame.index, 0), "G1": 1, "G2": 1}
    assert frame["n_compare"].to_dict() == {**dict.fromkeys(frame.index, 0), "G1": 1}
    assert table.unplaced == 1


def test_a_week_that_is_not_over_is_compared_with_the_same_days(tiny: Release) -> None:
    # The data end on Monday, 31 March 2025: D05 in G2. The Monday of 52 weeks before is 1 April 2024: D14 in G3.
    frame = measure(tiny, View(Period("2025-W14"))).frame.set_index("area_id")
    assert frame.loc["G2", "n"] == frame["n"].sum() == 1
    assert frame.loc["G3", "n_compare"] == frame["n_compare"].sum() == 1


def test_what_is_summed_by_month_is_not_known_of_a_week(tiny: Release) -> None:
    # The first of February 2025, to which the month's visits are written, is in this week.
    row = summary(tiny, View(Period("2025-W05"), layer="service")).frame.iloc[0]
    assert row[["n", "requests_handled", "members", "shifts"]].isna().all()
    assert summary(tiny, View(Period("2025-02"), layer="service")).frame.iloc[0]["n"] == 50


def test_a_weeks_trend_and_scorecard_are_told(tiny: Release) -> None:
    assert len(monthly(tiny, WEEK).frame) == 12
    card = scorecard_whole(tiny, WEEK).frame.set_index("indicator")
    # Terms of a month are over for the week that ended before it.
    told_of = Period(str(card.loc["settled_in_month", "period"]))
    assert told_of.is_week
    assert told_of.last_day + timedelta(days=26) <= tiny.as_of
    assert card.loc["disputes_reported", "period"] == "2025-W10"


def test_the_public_is_shown_the_month_of_a_week(tiny: Release) -> None:
    allowed = nearest_allowed(WEEK.replace(level="village"), Scope("public"), tiny)
    assert allowed.view.period == Period("2025-03")
    assert allowed.reasons
    assert nearest_allowed(WEEK, Scope("planner"), tiny).view == WEEK
