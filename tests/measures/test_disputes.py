"""Disputes of the tiny county in March 2025, every figure by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geo.measures import measure, summary
from geo.measures.attention import attention
from geo.rules import Rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

MARCH = View(Period("2025-03"))


@pytest.fixture(scope="module")
def county(tiny: Release) -> pd.Series:
    return summary(tiny, MARCH).frame.iloc[0]


def row(tiny: Release, area: str, **changes: object) -> pd.Series:
    return measure(tiny, MARCH.replace(**changes)).frame.set_index("area_id").T[area]


def test_records_count_where_and_when_they_were_found(tiny: Release, county: pd.Series) -> None:
    # G1: D01 D02 D03, G2: D04 and D05 (the 31st, 23:59), G5: D08 D09, G7: D11. D06 was found on 28 February.
    frame = measure(tiny, MARCH).frame
    assert dict(zip(frame["area_id"], frame["n"], strict=True)) == {
        "G1": 3, "G2": 2, "G3": 0, "G4": 0, "G5": 2, "G6": 0, "G7": 1, "G8": 0,
    }  # fmt: skip
    assert (county["n"], county["reported"], county["discovered"]) == (8, 6, 2)


def test_unplaced_are_told_for_the_whole_release_alone(tiny: Release) -> None:
    assert measure(tiny, MARCH).unplaced == 1  # D15
    assert measure(tiny, MARCH.replace(source="discovered")).unplaced == 0
    assert measure(tiny, MARCH.replace(area="S1")).unplaced == 0


def test_change_on_the_same_month_a_year_before(county: pd.Series) -> None:
    # March 2024: D12 and D13 (the 31st, 23:00); D14 was found on 1 April.
    assert (county["n_compare"], county["change"]) == (2, 3)
    assert not county["beyond_chance"]


def test_rates_are_per_resident_of_the_area_and_missing_without_any(tiny: Release, county: pd.Series) -> None:
    # 1000 + 500 + 2000 + 800 + 100 + 0 residents, 2090 households.
    assert county["per_1000_residents"] == pytest.approx(8 / 4.4)
    assert county["per_1000_households"] == pytest.approx(8 / 2.09)
    assert row(tiny, "G1")["per_1000_residents"] == 3
    assert pd.isna(row(tiny, "G7")["per_1000_residents"])  # nobody lives there
    assert pd.isna(row(tiny, "G8")["per_1000_residents"])  # not known


def test_cohort_is_what_was_accepted_in_the_period(county: pd.Series) -> None:
    # D01 D02 D03 D04 D06 (found in February, accepted on 1 March) D08 D09 D11; settled: D01 D02 D06 D11.
    assert (county["accepted"], county["settled"], county["settled_share"]) == (8, 4, 0.5)
    assert county["settled_share_low"] == pytest.approx(0.2152, abs=1e-4)  # Wilson 4/8
    assert county["settled_share_high"] == pytest.approx(0.7848, abs=1e-4)


def test_settled_in_month_waits_until_the_month_is_over(county: pd.Series) -> None:
    # Only D01 and D06, accepted on 1 March, have had their 30 days by the 31st; D06 took all of them.
    assert (county["settled_in_month_n"], county["settled_in_month"]) == (2, 1)


def test_settled_in_month_of_an_earlier_period_counts_to_the_day_the_data_end(tiny: Release) -> None:
    # Accepted in February: D07 (25th, open; its month ended on 27 March), D10 (1st, settled on 1 March, 28 days).
    february = summary(tiny, MARCH.replace(period=Period("2025-02"))).frame.iloc[0]
    assert (february["settled_in_month_n"], february["settled_in_month"]) == (2, 0.5)
    # But states are told at the end of February: D10 was still open.
    assert (february["settled"], february["open"]) == (0, 3)  # open: D06 D07 D10


def test_median_days_count_open_transferred_and_failed_as_censored(tiny: Release, county: pd.Series) -> None:
    # 0 D11, 4 D01, 5+ D04, 10 D02, 10+ D08, 15+ D09, 28+ D03, 30 D06:
    # S = 7/8, 6/8, then 4/5 of it = 0.6 at 10, 0 at 30.
    assert county["median_days"] == 30
    # In G1: 4 D01, 10 D02, 28+ D03: S = 2/3, 1/3.
    assert row(tiny, "G1")["median_days"] == 10
    assert pd.isna(row(tiny, "G5")["median_days"])  # nothing settled


def test_median_days_are_told_as_things_stood_on_the_last_day(tiny: Release) -> None:
    # Accepted in February: D07, still open, and D10, settled on 1 March: neither was settled by 28 February.
    february = summary(tiny, MARCH.replace(period=Period("2025-02"))).frame.iloc[0]
    assert february["accepted"] == 2
    assert pd.isna(february["median_days"])


def test_levels_of_settlement_and_transfers_of_the_cohort(county: pd.Series) -> None:
    assert county[["settled_village", "settled_town", "settled_county", "settled_court"]].tolist() == [1, 1, 1, 1]
    assert county[["transferred_right", "transferred_lapse"]].tolist() == [1, 0]


def test_open_past_month_and_overdue_at_the_last_day(tiny: Release, county: pd.Series) -> None:
    # Open: D03 D05 D07 D09. Past a month: D07 (25 February + 30 = 27 March). Overdue: D07, and D09 by its own date.
    assert (county["open"], county["past_month"], county["overdue"]) == (4, 1, 2)
    assert row(tiny, "G5")["overdue"] == 1
    assert row(tiny, "G3")["past_month"] == 1


def test_closed_is_a_flow(county: pd.Series) -> None:
    assert county["closed"] == 7  # D01 D02 D04 D06 D08 D10 D11


def test_return_visits_due_in_the_week_from_the_last_day(county: pd.Series) -> None:
    # D10 was settled on 1 March: due on the 31st. D02, D06, D11 are due later; D01 has had its visit.
    assert county["return_due"] == 1


def test_return_visits_that_nobody_writes_down_are_not_known(tmp_path: Path) -> None:
    layers = tiny_layers()
    layers["disputes"] = layers["disputes"].assign(returned_on=lambda rows: pd.Series(pd.NaT, index=rows.index))
    release = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    assert measure(release, MARCH).frame["return_due"].isna().all()
    assert "return_due" not in attention(release, MARCH).frame["kind"].tolist()


def test_classes_states_and_channels_of_the_records_found(county: pd.Series) -> None:
    assert county[["class_neighbours", "class_labour", "class_contract", "class_other"]].tolist() == [4, 1, 1, 0]
    states = county[[name for name in county.index if name.startswith("state_")]]
    # D05, D03, D09, D02 and D11, D04, D08, D01
    assert states.tolist() == [1, 1, 1, 2, 1, 1, 1]
    assert county[["channel_people", "channel_police", "channel_lawyer", "channel_court"]].tolist() == [2, 1, 0, 1]


def test_filters_by_class_and_source(tiny: Release) -> None:
    neighbours = row(tiny, "S1", level="station", classes=("neighbours",))
    assert (neighbours["n"], neighbours["open"], neighbours["class_labour"]) == (2, 1, 0)  # D01 D02; D07 open
    discovered = row(tiny, "S2", level="station", source="discovered")
    assert (discovered["n"], discovered["reported"], discovered["discovered"]) == (1, 0, 1)  # D08


def test_area_limits_the_rows(tiny: Release) -> None:
    frame = measure(tiny, MARCH.replace(area="V2", level="grid")).frame
    assert frame["area_id"].tolist() == ["G3", "G4"]
    station = summary(tiny, MARCH.replace(area="S2")).frame.iloc[0]
    assert (station["area_id"], station["level"], station["n"]) == ("S2", "station", 2)


def test_running_period_is_told_to_the_day_the_data_end(tiny: Release) -> None:
    year = summary(tiny, MARCH.replace(period=Period("2025"))).frame.iloc[0]
    assert year["n"] == 11  # D01 to D11
    # Up to 31 March 2024: D12 D13 D16.
    assert year["n_compare"] == 3
    assert year["change"] == pytest.approx(11 / 3 * 91 / 90 - 1)
    assert year["open"] == 4


def test_period_that_the_data_do_not_tell_of_is_missing_not_zero(tiny: Release) -> None:
    for period in ("2025-04", "2023"):
        frame = measure(tiny, MARCH.replace(period=Period(period))).frame
        assert len(frame) == 8
        assert frame.drop(columns=["area_id", "name", "name_en", "level"]).isna().to_numpy().all()


@pytest.mark.parametrize(("days", "past_month", "overdue"), [(27, 2, 3), (33, 1, 2), (34, 0, 1)])
def test_rules_set_the_terms(tiny: Release, rules: Rules, days: int, past_month: int, overdue: int) -> None:
    # On 31 March D03, accepted on the 3rd, has been open for 28 days, D07 for 34; on the last day it is not past yet.
    terms = replace(rules.deadlines, past_month_days=days, mediation_days=days)
    county = summary(tiny, MARCH, rules=replace(rules, deadlines=terms)).frame.iloc[0]
    assert (county["past_month"], county["overdue"]) == (past_month, overdue)


def test_return_visit_may_be_due_within_days(tiny: Release, rules: Rules) -> None:
    # Two days after the settlement: D06, settled on the last day itself, is due on 2 April; the others were due before.
    soon = replace(rules, deadlines=replace(rules.deadlines, return_visit_days=2))
    assert summary(tiny, MARCH, rules=soon).frame.loc[0, "return_due"] == 1
    assert summary(tiny, MARCH.replace(area="V2"), rules=soon).frame.loc[0, "return_due"] == 1
