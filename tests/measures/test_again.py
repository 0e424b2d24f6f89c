"""Disputes that break out again, visits after a settlement, and where disputes were settled, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.measures import measure, summary
from geo.measures.again import read_repeats
from geo.rules import load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, placed_records, tiny_layers

# L2 comes 180 days after L1 was settled, L3 a day later still; L4 is of a grid of which no households are known.
LINKED = """
record_id class source found_at accepted_on settled_on repeat_of grid_id
L1 labour reported 2024-08-01 2024-08-01 2024-09-02 - G1
L2 labour reported 2025-03-01 2025-03-01 - L1 G1
L3 labour reported 2025-03-02 2025-03-02 - L1 G1
L4 labour reported 2025-03-01 2025-03-01 - L1 G8
L5 labour reported 2025-03-04 2025-03-04 - - G1
L6 labour reported 2024-08-20 2024-08-20 - L1 G1
"""
# All lie in the middle of their grids. N2 is of the class and at the spot of N1; N3 is of another class, N4 elsewhere.
NEAR = """
record_id class source found_at accepted_on settled_on grid_id
N1 labour reported 2025-01-01 2025-01-01 2025-01-20 G1
N2 labour discovered 2025-03-01 2025-03-01 - G1
N3 contract reported 2025-03-01 2025-03-01 - G1
N4 labour reported 2025-03-01 2025-03-01 - G2
"""
RETURNS = """
record_id class source found_at accepted_on settled_on returned_on settled_at grid_id
R1 labour reported 02-01 02-01 02-10 03-12 village G1
R2 labour reported 02-01 02-01 02-10 03-13 town G1
R3 labour reported 02-01 02-01 02-20 - - G1
R4 labour reported 02-01 02-01 03-02 - court G1
"""
MARCH, FEBRUARY = View(Period("2025-03")), View(Period("2025-02"))


@pytest.fixture
def county(tmp_path: Path) -> Callable[[str], Release]:
    """Publishes the tiny county with other disputes."""

    def publish(records: str) -> Release:
        layers = tiny_layers() | {"disputes": placed_records("disputes", records)}
        return Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")

    return publish


def test_links_alone_count_where_there_are_any(county: Callable[[str], Release]) -> None:
    release = county(LINKED)
    assert read_repeats(release, load_rules()).days["since"].tolist() == [180, 180]
    frame = measure(release, MARCH).frame.set_index("area_id")
    # Of L2, L3 and L5; the grid of L4 is not told of.
    assert list(frame.loc["G1", ["repeats", "repeat_share_n"]]) == [1, 3]
    assert frame.loc["G1", "repeat_share"] == pytest.approx(1 / 3)
    assert frame["repeats"].isna()["G8"]
    assert frame.loc["G2", "repeats"] == 0
    # The areas above hold those that are told of.
    assert summary(release, MARCH).frame[["repeats", "repeat_share_n"]].iloc[0].tolist() == [1, 3]


def test_without_links_the_same_class_at_the_same_spot_counts(county: Callable[[str], Release]) -> None:
    release = county(NEAR)
    frame = measure(release, MARCH).frame.set_index("area_id")["repeats"]
    assert frame[["G1", "G2"]].tolist() == [1, 0]
    # The view's classes and source bear on the one that came again.
    assert summary(release, MARCH.replace(source="reported")).frame["repeats"].iloc[0] == 0
    assert summary(release, MARCH.replace(classes=("contract",))).frame["repeats"].iloc[0] == 0


def test_return_visits_are_told_of_settlements_whose_term_is_over(county: Callable[[str], Release]) -> None:
    february = summary(county(RETURNS), FEBRUARY).frame.iloc[0]
    # R1 on the 30th day, R2 a day late, R3 not by 22 March; the term of R4 ends on 1 April.
    assert february["return_on_time_n"] == 3
    assert february["return_on_time"] == pytest.approx(1 / 3)


def test_where_nobody_writes_visits_down_none_are_told(county: Callable[[str], Release]) -> None:
    february = summary(county(NEAR), View(Period("2025-01"))).frame.iloc[0]
    assert pd.isna(february["return_on_time"])


def test_levels_are_shares_of_all_settled(county: Callable[[str], Release]) -> None:
    february = summary(county(RETURNS), FEBRUARY).frame.iloc[0]
    # R1, R2 and R3 were settled by the end of February; the level of R3 is not told.
    assert february[["village_share", "town_share", "above_share"]].tolist() == [pytest.approx(1 / 3)] * 2 + [0]


def test_transfers_without_a_reason_are_neither(county: Callable[[str], Release]) -> None:
    lines = """
record_id class source found_at accepted_on transferred_on transfer grid_id
T1 labour reported 03-01 03-01 03-02 right G1
T2 labour reported 03-01 03-01 03-02 lapse G1
T3 labour reported 03-01 03-01 03-02 - G1
T4 labour reported 03-01 03-01 - - G1
"""
    march = summary(county(lines), MARCH).frame.iloc[0]
    assert march[["right_share", "lapse_share"]].tolist() == [0.25, 0.25]
    assert march["transferred_untold"] == 1
