"""The page Compare over the tiny county: every figure worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.access import Scope
from geo.figures import seen
from geo.privacy.public import open_to_public
from geo.store import Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

SPACE = "\N{NARROW NO-BREAK SPACE}"


def _run(app: AppTest, **query: str) -> AppTest:
    for name, text in query.items():
        app.query_params[name] = text
    return app.switch_page("screens/compare.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def _table(app: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in app.dataframe if column in table.value.columns)


def test_at_first_the_station_with_most_goals_short_is_looked_at(app: AppTest) -> None:
    _run(app)
    assert not app.exception
    # All three miss the goal of covered grids; of equals the first.
    assert app.selectbox(key="compared_station").value == "S1"
    assert app.selectbox(key="compared_indicator").value == "covered_share"


def test_where_intervals_overlap_nobody_is_named(app: AppTest) -> None:
    told = _texts(_run(app))
    # 3 of 4, 0 of 2 and 1 of 2 grids.
    assert "**S1名** beside the 2 most alike." in told
    assert "held up as an example" in told
    assert "better by more than chance" not in told.replace("Nobody does better by more than chance", "")


def test_the_group_with_distances_in_words(app: AppTest) -> None:
    group = _table(_run(app), "alike").set_index("area")
    assert list(group.loc["S1名", ["alike", "value"]]) == ["the station itself", f"75.0{SPACE}%"]
    assert group.index[0] == "S1名"
    assert group.loc["S2名", "value"] == f"0{SPACE}%"
    assert group["alike"].iloc[1:].str.contains("alike").all()


def test_practices_side_by_side(app: AppTest) -> None:
    rows = _table(_run(app), "practice").set_index("practice")
    # D01 and D02 of the three in S1 with a channel; D09 in S2 was settled jointly, D11 in S3 by the court.
    assert rows.loc["Channel: People's mediator", "at-0"] == f"66.7{SPACE}%"
    # Of February, whose terms are over: D07 in S1 is not settled, D10 in S2 was, in the village.
    assert list(rows.loc["Settled at: Grid or village", ["at-0", "at-1"]]) == ["–", f"100{SPACE}%"]
    assert "Told of February 2025, whose terms are over: Settled at: Grid or village, " in _texts(app)
    assert rows.loc["Posts per grid", "at-0"] == "0.50"
    assert rows.shape[1] == 3


def test_another_station_and_another_indicator(app: AppTest) -> None:
    _run(app).selectbox(key="compared_station").set_value("S2").run()
    app.selectbox(key="compared_indicator").set_value("settled_share").run()
    told = _texts(app)
    assert "**S2名** beside the 2 most alike. Settled so far: too few records to compare." in told
    assert _table(app, "alike")["area"].iloc[0] == "S2名"


def test_reported_counts_are_not_looked_at(app: AppTest) -> None:
    options = _run(app).selectbox(key="compared_indicator").options
    assert not [name for name in options if "reported" in name or "Transferred by right" in name]


@pytest.mark.parametrize("area", ["S3", "V1", "G1"])
def test_below_a_station_its_own_is_looked_at(app: AppTest, area: str) -> None:
    _run(app, area=area)
    assert not app.exception
    assert app.selectbox(key="compared_station").value == {"S3": "S3", "V1": "S1", "G1": "S1"}[area]


def test_a_stations_director_sees_no_figure_of_others(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "director")
    monkeypatch.setenv("MAPLEGRID_AREA", "S1")
    _run(app)
    assert not app.exception
    assert "The figures of other stations: seen by directors and planners of the county only." in _texts(app)
    assert _table(app, "alike")["value"].tolist() == [f"75.0{SPACE}%", "withheld", "withheld"]
    # They are withheld, and not for want of data.
    assert "The data do not tell of it by area." not in _texts(app)
    assert not [table for table in app.dataframe if "practice" in table.value.columns]


def test_a_stations_director_sees_of_others_what_the_public_is_told(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    layers = tiny_layers()
    # So many that not all are withheld.
    copies = [layers["disputes"].assign(record_id=layers["disputes"]["record_id"] + f"-{copy}") for copy in range(12)]
    layers["disputes"] = pd.concat(copies, ignore_index=True)
    release = Store(tmp_path).publish(
        layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", title_zh="小县"
    )
    monkeypatch.setenv("MAPLEGRID_STORE", str(tmp_path))
    monkeypatch.setenv("MAPLEGRID_ROLE", "director")
    monkeypatch.setenv("MAPLEGRID_AREA", "S1")
    _run(app)
    assert "As told to the public" not in _texts(app)
    open_to_public(release)
    _run(app)
    assert not app.exception
    assert "### As told to the public" in _texts(app)
    shown = _table(app, "figure").set_index("figure")
    assert shown.columns.tolist() == ["told-0", "told-1", "told-2"]
    public = seen("measure", release, View(Period("2025-03"), layer="disputes", level="station"), Scope("public"))
    rates = public.frame.set_index("area_id")["reported_per_1000"]
    # S1 itself as the public is told of it, and not as its director knows it; of S3 the residents are not known.
    told = list(shown.transpose()["Disputes: Reported per 1,000 residents"])
    assert told == [*(f"{rates[code]:.2f}" for code in ("S1", "S2")), "–"]


def test_the_public_is_told_for_whom_it_is(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    _run(app)
    assert not app.exception
    assert "Compare\\: seen by directors and planners only." in _texts(app)
    assert not app.dataframe


def test_no_record_and_no_post_is_named(app: AppTest) -> None:
    told = " ".join([_texts(_run(app)), *(table.value.to_csv() for table in app.dataframe)])
    assert not [name for name in ("D01", "D07", "H2", "P1", "P2") if name in told]
