"""Cases waiting for action, worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.errors import ViewError
from geo.measures import summary, waiting
from geo.measures.duties import DUTIES, NOTHING_WAITS
from geo.measures.indicators import INDICATORS
from geo.measures.waiting import untold_duties
from geo.rules import load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, placed_records, tiny_layers

MARCH = View(Period("2025-03"))


def cases(release: Release, duty: str, view: View = MARCH) -> dict[str, tuple[int, int, float]]:
    """Area → number, late, days that the latest is late (0 where not told)."""
    frame = waiting(release, view).frame
    rows = frame[frame["duty"] == duty]
    numbers = rows[["n", "late", "longest_days"]].fillna(0).to_numpy(dtype=int).tolist()
    return {area: (n, late, longest) for area, (n, late, longest) in zip(rows["area_id"], numbers, strict=True)}


def test_disputes_to_settle(tiny: Release) -> None:
    # D03 is in time, D05 is not accepted, D07 was due on 27 March, D09 on the 25th. D08 failed, D15 lies nowhere.
    assert cases(tiny, "settle") == {"G1": (1, 0, 0), "G2": (1, 0, 0), "G3": (1, 1, 4), "G5": (1, 1, 6)}


def test_hazards_to_remove(tiny: Release) -> None:
    assert cases(tiny, "remove_major") == {"G2": (1, 1, 9), "G3": (1, 0, 0)}
    assert cases(tiny, "remove") == {"G7": (1, 0, 0)}


def test_return_visits(tiny: Release) -> None:
    # D10 was settled on 1 March: the visit is due on the 31st. Those of 2024 are too long ago.
    assert cases(tiny, "visit_again") == {"G5": (1, 0, 0)}


def test_grids_without_an_officer(tiny: Release) -> None:
    # P2 left G4 on 11 March; in the others nobody of a counting role has ever been.
    assert cases(tiny, "assign") == {"G4": (1, 1, 21), "G5": (1, 1, 0), "G6": (1, 1, 0), "G8": (1, 1, 0)}


def test_areas_above_hold_the_sum_and_the_longest(tiny: Release) -> None:
    assert cases(tiny, "settle", MARCH.replace(level="station")) == {"S1": (3, 1, 4), "S2": (1, 1, 6)}
    assert set(waiting(tiny, MARCH.replace(area="S2")).frame["area_id"]) == {"G5", "G6"}


def test_it_agrees_with_the_other_figures(chance: Release) -> None:
    view = View(Period("2025-03"), level="village")
    frame = waiting(chance, view).frame.groupby("duty")[["n", "late"]].sum()
    disputes, hazards = (summary(chance, view.replace(layer=layer)).frame.iloc[0] for layer in ("disputes", "hazards"))
    assert list(frame.loc["settle"]) == list(disputes[["open", "overdue"]])
    assert list(frame.loc["remove_major"]) == list(hazards[["major_open", "major_overdue"]])
    assert frame.loc["assign", "n"] == summary(chance, view.replace(layer="coverage")).frame["vacant"].iloc[0]


def test_no_record_and_no_person_is_named(tiny: Release) -> None:
    assert not set(waiting(tiny, MARCH).frame) & {"record_id", "post_id", "officer"}


# --- what has no term: the grids and stations that lack something ---


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county with twelve months of visits, places in G1, and disputes that broke out again."""
    months = pd.date_range("2024-04-01", "2025-03-01", freq="MS")
    # Households are 400, 600, 200, 300, 450, 40, 100 and unknown: 60 % of them are 240, 360, 120, 180, 270, 24 and 60.
    each = {"G1": 20, "G2": 29, "G3": 10, "G5": 23, "G6": 1, "G7": 5, "G8": 1}
    visits = pd.DataFrame([(grid, month, n, 0) for grid, n in each.items() for month in months])
    visits.columns = pd.Index(["grid_id", "month", "households_visited", "requests_handled"])
    places = pd.DataFrame(
        {
            "place_id": ["S1", "S2"],
            "kind": ["mediation_room", "patrol_point"],
            "name": ["室", "点"],
            "name_en": [None, None],
            "lon": [120.005, 120.005],
            "lat": [30.005, 30.005],
            "grid_id": ["G1", "G1"],
            "placed": ["inside", "inside"],
        }
    )
    layers = {**tiny_layers(), "visits": visits, "places": places, "disputes": placed_records("disputes", AGAIN)}
    store = Store(tmp_path_factory.mktemp("lacking"))
    return store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")


# A2 and A3 broke out again at the spot of A1, and A2 is open; so is A5, of A4; A7 broke out again 181 days after A6.
AGAIN = """
record_id class source found_at accepted_on settled_on transferred_on failed_on repeat_of grid_id
A1 labour reported 01-02 01-02 01-10 - - - G1
A2 labour reported 02-01 02-01 - - - A1 G1
A3 labour reported 02-05 02-05 - - 03-01 A1 G1
A4 neighbours reported 01-02 01-02 03-31 - - - G2
A5 labour reported 03-31 - - - - A4 G2
A6 labour reported 2024-08-01 2024-08-01 2024-09-01 - - - G3
A7 labour reported 03-01 03-01 - - - A6 G3
"""


def test_disputes_that_broke_out_again_and_are_open(lacking: Release) -> None:
    assert cases(lacking, "settle_again") == {"G1": (1, 0, 0), "G2": (1, 0, 0)}
    # They count among those to settle, too. By the end of February A3 was open as well, and A5 not found.
    assert cases(lacking, "settle")["G1"][0] == 1
    assert cases(lacking, "settle_again", View(Period("2025-02"))) == {"G1": (2, 0, 0)}


def test_of_grids_with_few_households_nothing_is_told_that_points_at_a_home(lacking: Release) -> None:
    rules = replace(load_rules(), repeat_min_households=500)
    frame = waiting(lacking, MARCH, rules=rules).frame
    assert set(frame.loc[frame["duty"] == "settle_again", "area_id"]) == {"G2"}
    assert set(frame.loc[frame["duty"] == "visit", "area_id"]) == {"G2"}


def test_grids_of_which_too_few_households_were_visited_in_twelve_months(lacking: Release) -> None:
    # 240 of 400 and 120 of 200 reach 60 %, as do 276 of 450 and 60 of 100; 348 of 600 and 12 of 40 do not. Nobody was
    # in G4; of G8 nobody knows the households.
    assert set(cases(lacking, "visit")) == {"G2", "G4", "G6"}
    assert cases(lacking, "visit", MARCH.replace(level="village")) == {
        "V1": (1, 0, 0),
        "V2": (1, 0, 0),
        "V3": (1, 0, 0),
    }


def test_visits_of_less_than_a_year_say_nothing_of_a_year(lacking: Release, tiny: Release) -> None:
    february = View(Period("2025-02"))
    assert not cases(lacking, "visit", february)
    assert "visit" in untold_duties(lacking, february)
    assert "visit" not in untold_duties(lacking, MARCH)
    assert "visit" in untold_duties(tiny, MARCH)


def test_grids_far_from_a_mediation_room(lacking: Release) -> None:
    # A grid is some 965 m wide, and the room stands in the middle of G1: 1,000 m reach into G2, and 35 m into nothing
    # more. G8's households are not known, which lets it lack a room; there is no service window at all.
    assert set(cases(lacking, "near_room")) == {"G3", "G4", "G5", "G6", "G7", "G8"}
    assert "near_window" in untold_duties(lacking, MARCH)
    assert not cases(lacking, "near_window")


def test_grids_without_a_volunteer_group(tiny: Release) -> None:
    assert set(cases(tiny, "form_group")) == {"G2", "G3", "G4", "G6", "G7", "G8"}


def test_stations_without_a_survey_in_twelve_months(tiny: Release) -> None:
    by_station = MARCH.replace(level="station")
    assert cases(tiny, "ask_security", by_station) == {"S3": (1, 0, 0)}
    # That of S1 ended on the last day of February.
    assert set(cases(tiny, "ask_satisfaction", by_station)) == {"S2", "S3"}
    assert cases(tiny, "ask_satisfaction", MARCH.replace(level="county")) == {"C": (2, 0, 0)}
    assert not cases(tiny, "ask_security")
    assert set(cases(tiny, "ask_security", by_station.replace(area="S3"))) == {"S3"}


def test_some_duties_alone_are_told_where_asked(tiny: Release) -> None:
    assert set(waiting(tiny, MARCH, parts=("settle", "assign")).frame["duty"]) == {"settle", "assign"}


def test_behind_every_indicator_something_waits_or_a_word_says_why_not() -> None:
    behind = [name for duty in DUTIES.values() for name in (duty.indicator, *duty.others)]
    assert sorted([*behind, *NOTHING_WAITS]) == sorted(INDICATORS)
    for duty in DUTIES.values():
        assert {INDICATORS[name].promise for name in (duty.indicator, *duty.others)} == {duty.promise}
        assert INDICATORS[duty.indicator].layer == duty.layer
    # What counts as a case of another duty is of its promise, and no duty without a term is ever late.
    assert all(DUTIES[duty.within].promise == duty.promise for duty in DUTIES.values() if duty.within)


def test_what_has_no_term_is_never_late(lacking: Release) -> None:
    frame = waiting(lacking, MARCH.replace(level="station")).frame
    without = frame[~frame["duty"].map(lambda duty: DUTIES[duty].has_term)]
    assert len(without) > 3
    assert without[["late", "late_30", "late_90"]].eq(0).to_numpy().all()
    assert without["longest_days"].isna().all()


def test_before_the_data_nothing_is_told(tiny: Release) -> None:
    with pytest.raises(ViewError, match="does not tell what waits"):
        waiting(tiny, View(Period("2026-05")))
