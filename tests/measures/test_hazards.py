"""Hazards and incidents of the tiny county in March 2025, every figure by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.measures import measure, summary
from geo.rules import load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, placed_records, tiny_layers

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


_AGAIN = """
record_id class grade source found_at grid_id
R1 fire general reported 03-01T08:00 G5
R2 fire general reported 03-01T09:00 G5
R3 fire general discovered 03-20 G5
R4 gas general reported 03-21 G5
R5 road general reported 2024-09-02 G6
R6 road general reported 03-01 G6
R7 road general reported 2024-09-03 G7
R8 road general reported 03-02 G7
R9 fire general reported 03-01 G8
RA fire general reported 03-02 G8
RB fire general reported 03-01 G2
RC fire general reported 03-02 G2
RD fire general reported 03-03 G1
RE fire general reported 03-05 G1
"""


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county with hazards that come again; G2 has seven households, G1 eight."""
    layers = tiny_layers() | {"hazards": placed_records("hazards", _AGAIN)}
    households = pd.array([8, 7, 200, 300, 450, 40, 100, None], dtype="Int64")
    layers["grids"] = layers["grids"].assign(households=households)
    store = Store(tmp_path_factory.mktemp("again"))
    return store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="t", title_zh="t")


def test_repeats_by_grid(again: Release) -> None:
    repeats = measure(again, MARCH).frame.set_index("area_id")["repeats"]
    # R3 after R1 and R2, which were found on one day; R6 after 180 days, R8 too; RE after RD.
    assert repeats[["G1", "G3", "G5", "G6", "G7"]].tolist() == [1, 0, 1, 1, 1]
    # Fewer than eight households, or nobody knows how many: not told.
    assert repeats[["G2", "G8"]].isna().all()


def test_repeats_above_are_those_of_the_grids_told(again: Release) -> None:
    villages = measure(again, MARCH.replace(level="village")).frame.set_index("area_id")["repeats"]
    assert villages.tolist() == [1, 0, 2, 1]
    assert summary(again, MARCH).frame.loc[0, "repeats"] == 4
    assert pd.isna(summary(again, MARCH.replace(area="G2", level="grid")).frame["repeats"][0])


def test_repeats_are_told_whatever_the_view_lets_through(again: Release) -> None:
    # R3 was discovered, what it repeats was reported; the 181st day before is too long ago.
    assert summary(again, MARCH.replace(source="discovered")).frame.loc[0, "repeats"] == 1
    assert summary(again, MARCH.replace(classes=("gas",))).frame.loc[0, "repeats"] == 0
    rules = load_rules()
    shorter = replace(rules, deadlines=replace(rules.deadlines, repeat_days=179))
    assert summary(again, MARCH, rules=shorter).frame.loc[0, "repeats"] == 2
