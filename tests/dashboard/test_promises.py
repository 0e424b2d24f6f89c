"""The page Promises over the tiny county: every figure worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.words.cells import Cell
from geo.words.indicators import Line

SPACE = "\N{NARROW NO-BREAK SPACE}"


def _run(app: AppTest, **query: str) -> AppTest:
    for name, text in query.items():
        app.query_params[name] = text
    return app.switch_page("screens/promises.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def _table(app: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in app.dataframe if column in table.value.columns)


def _by_area(app: AppTest) -> pd.DataFrame:
    return next(table.value for table in app.dataframe if {"area", "value"} <= set(table.value.columns))


def _lines(app: AppTest, promise: str) -> list[str]:
    return [button.label.split("] ")[1] for button in app.button if (button.key or "").startswith(f"press-{promise}")]


def test_the_sentence_says_what_is_missed_and_what_is_late(app: AppTest) -> None:
    _run(app)
    assert not app.exception
    # Of settlements and removals there are too few; 4 of 8 grids have an officer. D07, D09 and H2 are late.
    assert "**1** of 7 goals is missed by more than chance: Grids with an officer. **3** cases are past" in _texts(app)


def test_each_promise_names_what_presses_worst_first(app: AppTest) -> None:
    _run(app)
    assert _lines(app, "contradictions") == ["**2** disputes past their term"]
    assert _lines(app, "peace") == ["**1** major hazard past its date"]
    assert _lines(app, "services") == [f"Grids with an officer **50.0{SPACE}%**", "**4** grids without an officer"]
    assert f"goal 98{SPACE}% · short: S2名, S3名 and 1 more" in _texts(app)
    assert "the longest by 21 days" in _texts(app)


def test_the_scorecard_of_the_promise_that_is_short(app: AppTest) -> None:
    card = _table(_run(app), "indicator").set_index("indicator")
    assert card.loc["Grids with an officer", "value"] == f"50.0{SPACE}%"
    assert card["goal"].map(list)["Grids with an officer"] == [f"short of 98{SPACE}%"]
    assert card.loc["Grids with an officer", "beside"] == "3 of 3"
    # 150 of 2,090; 60 % is the goal of a year alone.
    assert card.loc["Visits, of homes", "value"] == f"7.2{SPACE}%"
    assert card.loc["Visits, of homes", "n"] == "2,090"
    assert card.loc["Grids with an officer", "n"] == "8"
    assert card["goal"].map(list)["Visits, of homes"] == []


def test_a_change_has_its_own_interval(app: AppTest) -> None:
    _run(app, period="2025-02..2025-03").segmented_control(key="promise").set_value("contradictions").run()
    card = _table(app, "indicator").set_index("indicator")
    # 1 of 2 of January and February settled by the end of March, 1 of 1 the year before: as worked out for the measure.
    settled = card.loc["Settled so far"]
    assert (settled["change"], settled["change_interval"]) == ("(−50.0 points)", "−90.5 to +39.1")


def test_the_indicator_stands_area_by_area_what_needs_somebody_first(app: AppTest) -> None:
    rows = _by_area(_run(app))
    assert rows["area"].tolist() == ["S2名", "S3名", "S1名"]
    assert rows["value"].tolist() == [f"0{SPACE}%", f"50.0{SPACE}%", f"75.0{SPACE}%"]


def test_a_line_opens_its_indicator(app: AppTest) -> None:
    _run(app)
    app.button(key="press-peace-0").click().run()
    assert "### Major hazards overdue" in _texts(app)
    card = _table(app, "indicator").set_index("indicator")
    # H2 of H2 and H3; I1 and I3 were reported on 4,400 residents.
    assert card.loc["Major hazards overdue", "value"] == f"50.0{SPACE}%"
    assert card.loc["Fraud reported", "value"] == "0.23‰"


def test_another_promise_is_opened(app: AppTest) -> None:
    _run(app, period="2025-02..2025-03").segmented_control(key="promise").set_value("contradictions").run()
    card = _table(app, "indicator").set_index("indicator")
    # Of the two accepted in January and February, D10 was settled in the village.
    assert card.loc["Settled in the village", "value"] == f"100{SPACE}%"
    assert card["goal"].map(list)["Transferred by right"] == []
    [told] = [text for text in _texts(app).split(". ") if "Settled so far" in text and "terms are over" in text]
    assert "Told of January 2025–February 2025" in told
    assert "Settled in the village" in told


def test_cases_waiting_for_action(app: AppTest) -> None:
    waiting = _table(_run(app), "longest_days").set_index("area")
    assert waiting["late"].to_dict() == {"G2格": 1, "G3格": 0}
    app.pills(key="waiting_duty").set_value("settle").run()
    waiting = _table(app, "longest_days").set_index("area")
    assert waiting["longest_days"].fillna(0).to_dict() == {"G5格": 6, "G3格": 4, "G1格": 0, "G2格": 0}
    assert "2 of 4 are past their day." in _texts(app)


def test_what_has_no_term_is_listed_without_days(app: AppTest) -> None:
    _run(app).pills(key="waiting_duty").set_value("form_group").run()
    # g1 is in G1, g2 in G5.
    waiting = _table(app, "above")
    assert set(waiting["area"]) == {"G2格", "G3格", "G4格", "G6格", "G7格", "G8格"}
    assert "late" not in waiting
    told = _texts(app)
    assert "They stand behind: Volunteers. Grids of which no group has told any member in twelve months." in told
    assert "No rule sets a day for it." in told


def test_stations_to_survey_are_listed_as_stations(app: AppTest) -> None:
    _run(app).pills(key="waiting_duty").set_value("ask_security").run()
    # Nothing lies between the county and its stations, so no column says where they are.
    waiting = next(
        table.value for table in app.dataframe if {"area", "n"} <= set(table.value) and "value" not in table.value
    )
    assert list(waiting) == ["area", "n"]
    assert waiting["area"].tolist() == ["S3名"]


def test_behind_every_other_indicator_a_line_says_why_nothing_waits(app: AppTest) -> None:
    told = _texts(_run(app))
    assert "Requests handled (files tell of those handled alone)." in told
    assert "Transferred by right, Settled in the village, Settled in the town (they tell of what has ended)" in told
    # Visits reach back two months; there are no places.
    untold = "Grids to visit, Grids far from a mediation room, Grids far from a service window"
    assert f"The data do not tell of: {untold}." in told


def test_no_record_and_no_post_is_named(app: AppTest) -> None:
    told = " ".join([_texts(_run(app)), *(table.value.to_csv() for table in app.dataframe)])
    assert not [name for name in ("D01", "D07", "H2", "P1", "P2") if name in told.replace("P2P", "")]


def test_the_guards_are_there(app: AppTest) -> None:
    told = _texts(_run(app))
    assert "No goal and no good colour stands on what is reported" in told
    assert "No person is ranked, and no total is made of the three promises." in told
    assert "Nothing in these figures looks as if it came from the writing down." in told


def test_a_station_sees_its_villages_and_its_peers(app: AppTest) -> None:
    _run(app, area="S1")
    assert not app.exception
    assert _table(app, "distance")["area"].tolist() in (["S2名", "S3名"], ["S3名", "S2名"])
    # V1 has an officer in both of its grids, V2 in one of two.
    assert _by_area(app)["area"].tolist() == ["V2名", "V1名"]


@pytest.mark.parametrize("area", ["V1", "G1"])
def test_the_lowest_levels_have_the_page_too(app: AppTest, area: str) -> None:
    _run(app, area=area)
    assert not app.exception
    assert "### Scorecard" in _texts(app)


def test_a_stations_director_sees_the_own_station(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "director")
    monkeypatch.setenv("MAPLEGRID_AREA", "S1")
    _run(app)
    assert not app.exception
    assert "## S1名" in _texts(app)
    assert _table(app, "indicator").shape[0] > 3
    # Of the grids without a group those of S1 alone, and of the stations to survey none: S1 has both surveys.
    app.pills(key="waiting_duty").set_value("form_group").run()
    assert set(_table(app, "above")["area"]) == {"G2格", "G3格", "G4格"}
    assert not [option for option in app.pills(key="waiting_duty").options if "Stations" in option]


def test_the_public_is_told_for_whom_it_is(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    _run(app)
    assert not app.exception
    assert "Promises\\: seen by directors and planners only." in _texts(app)
    assert not app.dataframe


def test_it_speaks_chinese(app: AppTest) -> None:
    told = _texts(_run(app, lang="zh_CN"))
    assert "7项目标中**1**项未达，且超出偶然波动：有人包格的网格。**3**件事项已逾期。" in told
    assert "### 矛盾不上交" in told


@pytest.mark.parametrize(
    ("standing", "enough", "words"),
    [(-2.0, 1, "far below"), (1.0, 1, "above"), (0.0, 1, ""), (None, 0, ""), (-1.0, 0, "")],
)
def test_the_funnel_in_words(monkeypatch: pytest.MonkeyPatch, standing: float | None, enough: int, words: str) -> None:
    monkeypatch.setattr(Line, "cell", lambda _self, column: Cell({"standing": standing, "enough": enough}[column]))
    assert object.__new__(Line).among_all == words
