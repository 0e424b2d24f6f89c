"""Classes and grades of the tiny county in March 2025, every figure by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import ViewError
from geo.measures import by_class, by_grade
from geo.measures.intervals import shift_interval
from geo.store import Release
from geo.view import Period, View

MARCH = View(Period("2025-03"))
HAZARDS = MARCH.replace(layer="hazards")


@pytest.fixture(scope="module")
def disputes(tiny: Release) -> pd.DataFrame:
    return by_class(tiny, MARCH).frame.set_index("class")


@pytest.fixture(scope="module")
def hazards(tiny: Release) -> pd.DataFrame:
    return by_class(tiny, HAZARDS).frame.set_index("class")


def test_classes_by_source_and_comparison(tiny: Release, disputes: pd.DataFrame) -> None:
    assert len(disputes) == 15
    names = ["reported", "discovered", "n", "n_compare"]
    assert disputes.loc[["neighbours"], names].iloc[0].tolist() == [3, 1, 4, 0]
    assert disputes.loc[["labour"], names].iloc[0].tolist() == [1, 0, 1, 1]
    assert by_class(tiny, MARCH.replace(classes=("labour",))).frame["class"].tolist() == ["labour"]


def test_shares_of_the_mix_and_their_shift(disputes: pd.DataFrame) -> None:
    # Eight this March, two last: D12 other, D13 labour.
    assert disputes.loc[["neighbours"], ["share", "share_compare", "shift"]].iloc[0].tolist() == [0.5, 0, 0.5]
    assert disputes.loc[["labour"], ["share", "share_compare", "shift"]].iloc[0].tolist() == [0.125, 0.5, -0.375]
    assert disputes[["share", "share_compare"]].sum().tolist() == pytest.approx([1, 1])
    # Six classes have a record in either year, and none has shifted beyond chance.
    expected = shift_interval(4, 8, 0, 2, alpha=0.05 / 6)
    assert disputes.loc["neighbours", "shift_low"] == pytest.approx(float(expected.low))
    assert disputes["shift_beyond_chance"].notna().sum() == 6
    assert not disputes["shift_beyond_chance"].any()


def test_changes_of_classes(disputes: pd.DataFrame) -> None:
    assert disputes.loc["labour", "change"] == 0
    assert disputes.loc[["other"], ["n", "n_compare", "change", "change_low"]].iloc[0].tolist() == [0, 1, -1, -1]
    assert disputes.loc[["neighbours", "pollution"], "change"].isna().all()


def test_open_and_past_a_month_by_class(disputes: pd.DataFrame) -> None:
    # Neighbours: D07, accepted on 25 February, and D09; labour: D03; D05 is not accepted yet.
    assert disputes.loc[["neighbours"], ["open", "past_month"]].iloc[0].tolist() == [2, 1]
    assert disputes.loc[["labour"], ["open", "past_month"]].iloc[0].tolist() == [1, 0]
    assert disputes.loc["marriage_family", "open"] == 1
    assert disputes[["open", "past_month"]].sum().tolist() == [4, 1]


def test_stock_and_removal_of_hazards_by_class(hazards: pd.DataFrame) -> None:
    # Fire: H1 removed after 9 days, in time; H3 open, due on the last day itself. Gas: H2, found before, overdue.
    names = ["n", "open", "overdue", "removed", "removed_on_time", "removed_on_time_n", "median_days"]
    assert hazards.loc[["fire"], names].iloc[0].tolist() == [2, 1, 0, 1, 0.5, 2, 9]
    assert hazards.loc[["gas"], names[:4]].iloc[0].tolist() == [0, 1, 1, 0]
    assert hazards.loc[["road"], names].iloc[0].tolist() == [1, 0, 0, 1, 0, 1, 20]
    assert pd.isna(hazards["removed_on_time"]["electrical"])
    assert hazards["removed_on_time_low"]["fire"] < 0.5 < hazards["removed_on_time_high"]["fire"]


def test_parts_are_columns_of_the_whole(tiny: Release, hazards: pd.DataFrame) -> None:
    mix = by_class(tiny, HAZARDS, parts=("mix",)).frame.set_index("class")
    stock = by_class(tiny, HAZARDS, parts=("stock",)).frame.set_index("class")
    assert "median_days" not in mix
    assert "share" not in stock
    pd.testing.assert_frame_equal(pd.concat([mix, stock], axis=1), hazards)


def test_hazards_by_grade(tiny: Release) -> None:
    frame = by_grade(tiny, HAZARDS).frame.set_index("grade")
    names = ["n", "n_compare", "open", "overdue", "removed", "removed_on_time", "removed_on_time_n"]
    assert frame.loc[["general"], names].iloc[0].tolist() == [3, 1, 1, 0, 2, 0.5, 2]  # H1 H4 H5; H6
    assert frame.loc[["major"], names].iloc[0].tolist() == [1, 0, 2, 1, 0, 0, 1]  # H3; open with H2
    # General: 6+ H5, 9 H1, 20 H4: S = 1/2 at 9. Major: H3 is open.
    assert frame.loc["general", "median_days"] == 9
    assert pd.isna(frame["median_days"]["major"])
    assert frame["share"].tolist() == [0.75, 0.25]


def test_without_a_comparison_nothing_is_compared(tiny: Release) -> None:
    frame = by_class(tiny, HAZARDS.replace(compare="none")).frame
    missing = ["n_compare", "share_compare", "shift", "shift_low", "shift_beyond_chance", "change", "beyond_chance"]
    assert frame[missing].isna().all(axis=None)
    assert frame["share"].sum() == pytest.approx(1)


def test_period_that_the_data_tell_nothing_of_is_missing(tiny: Release) -> None:
    frame = by_class(tiny, HAZARDS.replace(period=Period("2025-06"))).frame
    assert frame["class"].notna().all()
    assert frame.drop(columns="class").isna().all(axis=None)


def test_only_hazards_have_grades(tiny: Release) -> None:
    with pytest.raises(ViewError, match="no grades"):
        by_grade(tiny, MARCH)
