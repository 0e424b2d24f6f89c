"""Exemplary stations: criteria as data, the states of a sheet by hand, and the register."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.access import Scope
from geo.errors import GeoError, NotPermitted, ViewError
from geo.measures import exemplary as room
from geo.measures.exemplary import Criterion, assessment, criteria, designations
from geo.measures.scorecard import scorecard
from geo.privacy import protect
from geo.rules import load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers, tiny_rules

YEAR = View(Period("2025-03"), level="station")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county with a register: S1 named twice, S2 named and withdrawn."""
    register = pd.DataFrame(
        {
            "station_id": ["S1", "S1", "S2"],
            "level": ["city", "national", "provincial"],
            "year": pd.array([2019, 2023, 2021], dtype="Int64"),
            "batch": pd.array([None, 2, 1], dtype="Int64"),
            "withdrawn_on": pd.to_datetime(pd.Series([None, None, "2024-06-30"])),
        }
    )
    store = Store(tmp_path_factory.mktemp("named"))
    layers = {**tiny_layers(), "designations": register}
    return store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny", title_zh="小县")


def test_every_criterion_stands_under_the_promise_of_its_indicator_and_is_no_reported_count() -> None:
    for one in criteria().values():
        assert one.promise == one.indicator.promise
        assert not one.judged or one.indicator.source != "reported"


def judged(name: str) -> Criterion:
    """Return a criterion with the goal that the rules set on it for a year."""
    return next(one for one in room._asked_of(Period("2024-04..2025-03"), load_rules()) if one.id == name)


def test_the_sheet_and_the_scorecard_hold_a_station_to_the_same_targets(named: Release) -> None:
    sheet, card = assessment(named, YEAR).frame, scorecard(named, YEAR).frame
    both = sheet[sheet["target"].notna()].merge(card, on=["area_id", "indicator"], suffixes=("", "_card"))
    assert set(both["criterion"]) >= {"returned_on_time", "repeats", "satisfaction", "near_a_room"}
    pd.testing.assert_series_equal(both["target"], both["target_card"], check_names=False)
    told = both[both["state"] != "missing"]
    assert told["state"].tolist() == told["state_card"].tolist()


def test_a_criterion_without_a_target_in_the_rules_is_no_judgement() -> None:
    targets = {name: one for name, one in load_rules().targets.items() if name != "repeat_share"}
    with pytest.raises(GeoError, match="set no target on repeat_share"):
        room._asked_of(YEAR.period, replace(load_rules(), targets=targets))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"promise": "order"}, "no promise 'order'"),
        ({"indicator": "zeal"}, "no indicator 'zeal'"),
        ({"indicator": "theft", "promise": "peace", "judged": True}, "neither good nor bad"),
    ],
)
def test_a_criterion_that_cannot_be_is_refused(
    changes: dict[str, object], problem: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fields = {"id": "x", "promise": "contradictions", "indicator": "settled_in_month", **changes}
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in fields.items())
    (tmp_path / "assessment.toml").write_text(f"[[criteria]]\n{lines}\n", encoding="utf-8")
    monkeypatch.setattr(room, "resource", lambda name: tmp_path / name)
    criteria.cache_clear()
    with pytest.raises(GeoError, match=problem):
        criteria()
    monkeypatch.undo()
    criteria.cache_clear()


def test_a_sheet_holds_the_figures_of_the_scorecard(named: Release) -> None:
    rules = tiny_rules()
    sheet, card = assessment(named, YEAR, rules=rules).frame, scorecard(named, YEAR, rules=rules).frame
    both = sheet.merge(card, on=["area_id", "indicator"], suffixes=("", "_card"))
    assert len(sheet) == len(criteria()) * sheet["area_id"].nunique()
    for name in ("value", "low", "high", "numerator", "denominator"):
        pd.testing.assert_series_equal(both[name], both[f"{name}_card"], check_names=False)
    assert "total" not in sheet.columns


@pytest.mark.parametrize(
    ("value", "low", "high", "enough", "state"),
    [
        (0.90, 0.86, 0.93, True, "reached"),
        (0.80, 0.74, 0.84, True, "short"),
        (0.84, 0.80, 0.87, True, "unclear"),
        (0.50, 0.20, 0.80, False, "few"),
        (None, None, None, False, "missing"),
    ],
)
def test_states_by_hand_against_a_goal_of_85_per_cent(
    value: float | None, low: float | None, high: float | None, enough: bool, state: str
) -> None:
    lines = pd.DataFrame({"value": [value], "low": [low], "high": [high], "enough": [enough]}).astype(
        {"value": float, "low": float, "high": float, "enough": "boolean"}
    )
    assert room._states(lines, judged("settled_in_month")) == [state]


@pytest.mark.parametrize(
    ("criterion", "value", "hits", "n", "state", "gap", "lacking"),
    [
        ("settled_in_month", 0.80, 16, 20, "short", 0.05, 1),  # 17 of 20 are 85 %
        ("settled_in_month", 0.90, 18, 20, "reached", None, None),
        ("visited", 0.58, 29, 50, "unclear", 0.02, 1),  # 60 % of 50 are 30
        ("visited", 0.58, 29, 50, "few", None, None),
        ("lapses", 0.10, 5, 50, "short", 0.05, 3),  # with 2 of 50 it would be 4 %; with 3 it is 6 %
        ("satisfaction", 80.0, None, 40, "short", 5.0, None),
    ],
)
def test_what_is_missing_to_the_goal_by_hand(
    criterion: str, value: float, hits: int | None, n: int, state: str, gap: float | None, lacking: int | None
) -> None:
    lines = pd.DataFrame({"value": [value], "numerator": pd.array([hits], dtype="Int64"), "denominator": [n]})
    found = room._missing_to_goal(lines, judged(criterion), [state])
    assert np.asarray(found["gap"]).tolist() == pytest.approx([float("nan") if gap is None else gap], nan_ok=True)
    assert pd.Series(found["lacking"]).tolist() == [pd.NA if lacking is None else lacking]


def test_a_goal_that_computers_hold_a_hair_too_high_asks_for_no_more() -> None:
    # 55 % of 100 are 55, which computers hold to be 55.00000000000001.
    lines = pd.DataFrame({"value": [0.54], "numerator": [54], "denominator": [100]})
    found = room._missing_to_goal(lines, replace(judged("visited"), goal=0.55), ["short"])
    assert list(found["lacking"]) == [1]


def test_what_has_no_goal_is_told_and_not_judged(named: Release) -> None:
    sheet = assessment(named, YEAR, rules=tiny_rules()).frame
    own = sheet[sheet["criterion"] == "rightful_transfers"]
    assert set(own["state"]) <= {"told", "missing"}
    assert own["target"].isna().all()


def test_a_goal_of_a_year_judges_no_month(named: Release) -> None:
    def visited(period: str) -> pd.DataFrame:
        sheet = assessment(named, YEAR.replace(period=Period(period)), rules=tiny_rules()).frame
        return sheet[sheet["criterion"] == "visited"].set_index("area_id")

    # 60 % of households in a year are 5 % in a month: of March nothing is said, of the twelve months to it all is.
    assert visited("2025-03")[["target", "gap"]].isna().to_numpy().all()
    assert set(visited("2025-03")["state"]) == {"told"}
    year = visited("2024-04..2025-03")
    # Of 1,500 households in S1 180 were visited: 720 more would make 900.
    assert year[["target", "state", "lacking"]].to_dict("index")["S1"] == {
        "target": 0.6,
        "state": "short",
        "lacking": 720,
    }


def test_what_no_file_tells_of_is_missing_for_the_period_asked_for(tmp_path: Path) -> None:
    kept = ("grids", "villages", "stations", "counties", "assignments", "officers")
    layers = {name: layer for name, layer in tiny_layers().items() if name in kept}
    bare = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny", title_zh="小县")
    sheet = assessment(bare, YEAR, rules=tiny_rules()).frame
    assert set(sheet.loc[sheet["state"] != "missing", "criterion"]) == {"officers"}
    assert set(sheet["period"]) == {"2025-03"}
    assert sheet["over"].all()
    assert not sheet["provisional"].any()


def test_the_register_is_the_newest_first_and_open_to_all(named: Release) -> None:
    found = designations(named, YEAR)
    told = found.frame[["area_id", "named_by", "year"]].to_numpy().tolist()
    assert told == [["S1", "national", 2023], ["S2", "provincial", 2021], ["S1", "city", 2019]]
    seen = protect(found, YEAR, Scope("public"))
    assert seen.frame["batch"].tolist() == [2, 1, pd.NA]
    assert not seen.protected.to_numpy().any()


def test_sheets_are_not_for_the_public(named: Release) -> None:
    with pytest.raises(NotPermitted):
        protect(assessment(named, YEAR, rules=tiny_rules()), YEAR, Scope("public"))


def test_without_a_register_the_reader_is_told(tmp_path: Path) -> None:
    release = Store(tmp_path).publish(
        tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny", title_zh="小县"
    )
    with pytest.raises(ViewError, match="no register"):
        designations(release, YEAR)
