"""Hazards and incidents of the tiny county in March 2025, every figure by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.measures import measure, summary
from geo.rules import load_rules
from geo.store import Release
from geo.view import Period, View

MARCH = View(Period("2025-03"), layer="hazards")


@pytest.fixture(scope="module")
def county(tiny: Release) -> pd.Series:
    return summary(tiny, MARCH).frame.iloc[0]


def test_counts(county: pd.Series) -> None:
    assert (county["n"], county["n_compare"], county["reported"], county["discovered"]) == (4, 1, 3, 1)
    assert (county["grade_general"], county["grade_major"]) == (3, 1)
    assert (county["class_fire"], county["class_road"], county["class_gas"]) == (2, 1, 0)


def test_open_and_overdue_at_the_last_day(tiny: Release, county: pd.Series) -> None:
    # Open: H2, major, due on 20 February + 30 = 22 March; H3, major, due on the 31st itself; H5, due in April.
    assert (county["open"], county["overdue"]) == (3, 1)
    assert (county["major_open"], county["major_overdue"]) == (2, 1)
    assert measure(tiny, MARCH).frame.set_index("area_id").loc["G2", "major_overdue"] == 1


def test_removed_is_a_flow_and_on_time_told_of_those_whose_date_is_over(county: pd.Series) -> None:
    assert county["removed"] == 2  # H1 H4
    # H1 in time (due on 16 March), H3 not by its date, the 31st; H4 late (due on the 25th, removed on the 30th).
    assert county["removed_on_time_n"] == 3
    assert county["removed_on_time"] == pytest.approx(1 / 3)


def test_due_day_itself_is_in_time(tiny: Release) -> None:
    # With nine days for general hazards H1 was due, and removed, on 10 March; H4 was due on the 19th.
    rules = load_rules()
    strict = replace(rules, deadlines=replace(rules.deadlines, hazard_general_days=9))
    assert summary(tiny, MARCH, rules=strict).frame.loc[0, "removed_on_time"] == pytest.approx(1 / 3)


def test_median_days_from_being_found(county: pd.Series) -> None:
    # 6+ H5, 9 H1, 20 H4, 26+ H3: S = 2/3, 1/3.
    assert county["median_days"] == 20


def test_states_at_the_last_day(county: pd.Series) -> None:
    # H3 and H5 found, H4 rectified (its notice on the same day), H1 verified.
    assert county[[name for name in county.index if name.startswith("state_")]].tolist() == [2, 0, 0, 1, 1]


def test_incidents_by_class_and_kind(tiny: Release) -> None:
    frame = measure(tiny, MARCH.replace(layer="incidents", level="station")).frame.set_index("area_id")
    assert frame["n"].tolist() == [2, 1, 0]
    assert frame["n_compare"].tolist() == [0, 1, 0]
    assert (frame.loc["S1", "class_fraud"], frame.loc["S1", "subclass_telecom"]) == (2, 1)
    assert frame.loc["S2", "subclass_burglary"] == 1
