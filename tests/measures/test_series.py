"""Months, hours and states of the tiny county, by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import ViewError
from geo.measures import by_hour, flow, monthly, summary
from geo.measures.intervals import change_interval
from geo.rules import load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

MARCH = View(Period("2025-03"))


def test_twelve_months_up_to_the_period(tiny: Release) -> None:
    frame = monthly(tiny, MARCH).frame.set_index("month")
    assert (frame.index[0], frame.index[-1], len(frame)) == (pd.Timestamp(2024, 4, 1), pd.Timestamp(2025, 3, 1), 12)
    assert frame["n"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 8]
    assert frame["reported"].tolist()[-2:] == [3, 6]
    assert frame["discovered"].tolist()[-1] == 2


def test_months_are_compared_where_the_data_reach_back(tiny: Release) -> None:
    frame = monthly(tiny, MARCH).frame
    assert frame["n_compare"].isna().tolist() == [True] * 9 + [False] * 3
    assert frame["n_compare"].tolist()[-3:] == [1, 0, 2]  # D16; none; D12 D13
    before = monthly(tiny, MARCH.replace(compare="previous")).frame
    assert before["n_compare"].tolist()[-2:] == [0, 3]


def test_months_before_and_after_the_data_are_missing(tiny: Release) -> None:
    frame = monthly(tiny, MARCH.replace(period=Period("2025-Q2")), months=18).frame.set_index("month")
    assert frame["n"].isna().tolist() == [False] * 15 + [True] * 3
    assert not frame.loc["2025-06-01", "over"]
    earlier = monthly(tiny, MARCH.replace(period=Period("2024-02"))).frame
    assert earlier["n"].isna().tolist() == [True] * 10 + [False] * 2


def test_running_month_is_compared_with_the_same_part(tmp_path: Path) -> None:
    release = Store(tmp_path).publish(
        tiny_layers(), as_of=pd.Timestamp(2025, 3, 4).date(), time_zone="Asia/Shanghai", title="t", title_zh="t"
    )
    last = monthly(release, MARCH).frame.iloc[-1]
    assert (last["n"], last["over"]) == (4, False)  # D01 to D04
    assert last["n_compare"] == 0  # 1 to 4 March 2024; D12 was found on the 5th


def test_last_month_is_the_summary_of_it(tiny: Release) -> None:
    last, whole = monthly(tiny, MARCH).frame.iloc[-1], summary(tiny, MARCH).frame.iloc[0]
    names = ["n", "n_compare", "reported", "discovered"]
    assert last[names].tolist() == whole[names].tolist()
    assert last["low"] < last["n"] < last["high"]


def test_change_of_a_month_is_exact_and_widened_for_all_that_are_compared(tiny: Release) -> None:
    frame = monthly(tiny, MARCH).frame
    # Three months are compared: none to 1, 3 to none, 8 to 2; no change is beyond chance.
    assert frame["beyond_chance"].isna().tolist() == [True] * 9 + [False] * 3
    assert not frame["beyond_chance"].any()
    expected = change_interval(8, 2, days=31, days_compare=31, alpha=0.05 / 3)
    last = frame.iloc[-1]
    assert last["change"] == 3
    assert (last["change_low"], last["change_high"]) == pytest.approx((float(expected.low), float(expected.high)))


def test_change_of_a_month_is_per_day(tmp_path: Path) -> None:
    found = [pd.Timestamp(2024, 2, 1)] * 29 + [pd.Timestamp(2025, 2, 1)] * 28
    disputes = tiny_layers()["disputes"].iloc[[0] * 57].assign(found_at=pd.array(found, dtype="datetime64[ms]"))
    layers = tiny_layers() | {"disputes": disputes.assign(record_id=[f"R{i}" for i in range(57)])}
    release = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="t", title_zh="t")
    assert monthly(release, MARCH).frame["change"].iloc[-2] == pytest.approx(0)  # one a day, in the leap year too


def test_hours_of_the_week(tiny: Release) -> None:
    frame = by_hour(tiny, MARCH.replace(layer="incidents")).frame.set_index(["weekday", "hour"])
    # I1 on Monday 3 March at 10:30, I2 on Tuesday at 10, I3 on Saturday the 29th at 2.
    assert frame.index[frame["n"] > 0].tolist() == [(0, 10), (1, 10), (5, 2)]
    assert len(frame) == 168


def test_parts_of_the_day(tiny: Release) -> None:
    parts = [f"part_{name}" for name in ("night", "morning", "afternoon", "evening")]
    assert summary(tiny, MARCH.replace(layer="incidents")).frame.loc[[0], parts].iloc[0].tolist() == [
        1,
        2,
        0,
        0,
    ]  # at 2; at 10


def test_records_without_a_time_of_day_make_no_peak_at_midnight(tiny: Release) -> None:
    # Of the tiny county's disputes and hazards most say the day alone.
    assert by_hour(tiny, MARCH).frame["n"].isna().all()
    assert summary(tiny, MARCH).frame.filter(like="part_").isna().all(axis=None)
    assert summary(tiny, MARCH).frame.loc[0, "n"] == 8


@pytest.mark.parametrize(("source", "told"), [(None, False), ("reported", True), ("discovered", False)])
def test_hours_are_told_of_the_source_that_recorded_them(tmp_path: Path, source: str | None, told: bool) -> None:
    layers = tiny_layers()
    hour = layers["incidents"]["source"].map({"reported": 10, "discovered": 0})
    found = layers["incidents"]["found_at"].dt.normalize() + pd.to_timedelta(hour, unit="h")
    layers["incidents"] = layers["incidents"].assign(found_at=found.astype("datetime64[ms]"))
    release = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="t", title_zh="t")
    view = MARCH.replace(layer="incidents", source=source)
    assert by_hour(release, view).frame["n"].notna().all() == told
    assert summary(release, view).frame["part_morning"].notna().all() == told


def test_one_record_in_ten_at_midnight_is_chance(tmp_path: Path) -> None:
    layers = tiny_layers()
    ten = layers["incidents"].iloc[[0] * 10].assign(record_id=[f"T{i}" for i in range(10)], subclass=None)
    moments = [pd.Timestamp(2025, 3, 3)] + [pd.Timestamp(2025, 3, 3, 9)] * 9
    layers["incidents"] = ten.assign(found_at=pd.array(moments, dtype="datetime64[ms]"))
    release = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="t", title_zh="t")
    view = MARCH.replace(layer="incidents")
    assert summary(release, view).frame.loc[[0], ["part_night", "part_morning"]].iloc[0].tolist() == [1, 9]
    strict = replace(load_rules(), most_at_midnight=0.09)
    assert by_hour(release, view, rules=strict).frame["n"].isna().all()


def test_flow_of_states(tiny: Release) -> None:
    frame = flow(tiny, MARCH).frame.set_index("state")
    assert frame.T["found"].tolist()[:2] == [8, 1]
    # Accepted: all but D05. Settled: D01 D02 D11, of which D01 has had its return visit.
    assert frame["n"].tolist() == [8, 7, 1, 3, 1, 1, 1]
    assert frame["now"].tolist() == [1, 1, 1, 2, 1, 1, 1]
    # Five of eight were accepted on the day they were found; of three settled less than half are told.
    assert frame.loc["accepted", "median_days"] == 0
    assert frame["median_days"].isna()["settled"]
    assert frame["now"].tolist() == summary(tiny, MARCH).frame.filter(like="state_").iloc[0].tolist()


def test_flow_and_summary_agree_on_hazards(tiny: Release) -> None:
    hazards = MARCH.replace(layer="hazards")
    frame, whole = flow(tiny, hazards).frame.set_index("state"), summary(tiny, hazards).frame.iloc[0]
    assert frame.loc["rectified", "median_days"] == whole["median_days"] == 20
    assert frame["now"].tolist() == whole.filter(like="state_").tolist()


def test_incidents_have_no_states(tiny: Release) -> None:
    with pytest.raises(ViewError, match="no states"):
        flow(tiny, MARCH.replace(layer="incidents"))
