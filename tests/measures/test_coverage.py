"""Coverage of the tiny county in March 2025, by hand: P1 has three grids where two are allowed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from geo.errors import ViewError
from geo.measures import coverage, measure, summary
from geo.rules import Rules
from geo.store import Release
from geo.view import Period, View

MARCH = View(Period("2025-03"), layer="coverage")
LAST = date(2025, 3, 31)


@pytest.fixture(scope="module")
def states(tiny: Release, rules: Rules) -> pd.DataFrame:
    return coverage.states(tiny, LAST, rules=rules).frame.set_index("area_id")


def test_states_of_grids(states: pd.DataFrame) -> None:
    # G1 has P2 too, which has this grid alone; G2 and G3 have P1 alone; G5 has a grid worker, who does not count.
    assert states["state"].tolist() == [
        "covered", "shared", "shared", "vacant", "vacant", "vacant", "covered", "vacant",
    ]  # fmt: skip
    assert states["posts"].tolist() == [2, 1, 1, 0, 1, 0, 1, 0]
    assert states["counting_posts"].tolist() == [2, 1, 1, 0, 0, 0, 1, 0]


def test_sizes_by_kind_and_backup(states: pd.DataFrame) -> None:
    # urban 300-500: G2 600, G3 200; village 50-400: G5 450, G6 40; G8 has neither kind nor households.
    assert states.index[states["over_size"]].tolist() == ["G2", "G5"]
    assert states.index[states["under_size"]].tolist() == ["G3", "G6"]
    assert states.index[states["no_backup"]].tolist() == ["G2", "G3", "G7"]


def test_reasons_of_vacancies(states: pd.DataFrame) -> None:
    vacant = states[states["state"] == "vacant"]
    assert vacant["reason"].tolist() == ["assignment_ended", "only_other_roles", "never_assigned", "never_assigned"]
    assert vacant.loc["G4", "since"] == pd.Timestamp(2025, 3, 11)
    assert vacant.loc["G6", "next_on"] == pd.Timestamp(2025, 5, 1)
    assert states.loc[["G1", "G2", "G7"], "reason"].isna().all()


def test_events_of_the_year_up_to_the_day(states: pd.DataFrame) -> None:
    # Reported disputes and hazards from 1 April 2024 on. G1: D01 D03 H1; G3: D06 D07 D14 H3; G5: D09 D10.
    assert states["events"].tolist() == [3, 2, 4, 0, 2, 0, 2, 0]


def test_assignments_are_half_open(tiny: Release, rules: Rules) -> None:
    before = coverage.states(tiny, date(2025, 3, 10), rules=rules, area="V2").frame.set_index("area_id")
    assert before["state"].tolist() == ["shared", "covered"]
    ended = coverage.states(tiny, date(2025, 3, 11), rules=rules, area="V2").frame.set_index("area_id")
    assert ended["state"].tolist() == ["shared", "vacant"]


def test_measure_of_stations(tiny: Release, rules: Rules) -> None:
    frame = measure(tiny, MARCH.replace(level="station"), rules=rules).frame.set_index("area_id")
    assert frame[["n", "covered", "shared", "vacant"]].to_numpy().tolist() == [[4, 3, 2, 1], [2, 0, 0, 2], [2, 1, 0, 1]]
    assert frame["posts"].tolist() == [2, 1, 1]
    assert frame["no_backup"].tolist() == [2, 0, 1]


def test_shares_of_the_county(tiny: Release, rules: Rules) -> None:
    county = summary(tiny, MARCH, rules=rules).frame.iloc[0]
    assert county["covered_share"] == 0.5
    # Households of G1, G2, G3, G7.
    assert county["covered_share_households"] == pytest.approx(1300 / 2090)
    # Reported in March: D01 D03 D04 D05 D09 D11 H1 H3 H5; D09 lies in G5, which is vacant.
    assert (county["events"], county["covered_share_events"]) == (9, pytest.approx(8 / 9))
    # 31 days each in G1, G2, G3; G4 10; G7 from the 1st to the 7th (two assignments overlap) and on the 31st.
    assert county["covered_share_days"] == pytest.approx((3 * 31 + 10 + 8) / (8 * 31))


def test_shares_side_by_side_are_those_of_the_summary(tiny: Release, rules: Rules) -> None:
    county, table = summary(tiny, MARCH, rules=rules).frame.iloc[0], coverage.shares(tiny, MARCH, rules=rules).frame
    assert table["of"].tolist() == ["grids", "grid_days", "households", "events"]
    columns = ["covered_share", "covered_share_days", "covered_share_households", "covered_share_events"]
    assert table["covered_share"].tolist() == county[columns].tolist()
    assert table["n"].tolist() == [8, 248, 2090, 9]


def test_grid_without_households_known_is_left_out_of_their_share(tiny: Release, rules: Rules) -> None:
    frame = measure(tiny, MARCH, rules=rules).frame.set_index("area_id")
    assert frame["covered_share_households"].isna()["G8"]
    assert frame["households"].isna()["G8"]


def test_day_after_the_data_is_refused(tiny: Release) -> None:
    with pytest.raises(ViewError, match="after the data"):
        coverage.states(tiny, date(2025, 4, 1))
