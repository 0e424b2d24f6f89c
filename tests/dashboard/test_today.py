"""The page Today over the tiny county: every figure worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.store import Store
from tests.measures.tiny import AS_OF, tiny_layers

SPACE = "\N{NARROW NO-BREAK SPACE}"


def _metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.warning))


def test_the_headline_says_whether_the_change_is_more_than_chance(app: AppTest) -> None:
    app.run()
    assert not app.exception
    # 6 reported against 1 (D12): two-sided exact p = 0.125. The discovered are told apart.
    assert f"**6** disputes reported (+500{SPACE}% on March 2024, within chance), **2** discovered." in _texts(app)
    assert "**1** has been open for more than a month. **1** major hazard is past its date." in _texts(app)
    assert "**4** of 8 grids have no officer." in _texts(app)


def test_tiles(app: AppTest) -> None:
    app.run()
    # Of the disputes accepted in March only two are 30 days old, so the share is told of February: D10 of D07 and D10.
    assert _metrics(app) == {
        "Disputes reported": "6",
        "Settled in a month": f"50{SPACE}%",
        "Hazards overdue": "1",
        "Grids covered": f"50.0{SPACE}%",
        "Visits, of homes": f"7{SPACE}%",  # 150 of 2,090
    }
    assert "Feb 2025 · :red[goal 85" in _texts(app)


def test_the_months_of_reported_and_discovered_records_are_lines_of_their_own(app: AppTest) -> None:
    app.run()
    assert (
        ":green[━━]\xa0Reported\N{EM SPACE}:gray[╍╍]\xa0A\xa0year\xa0before\N{EM SPACE}:green[••••]\xa0Discovered"
        in _texts(app)
    )
    app.query_params["source"] = "discovered"
    app.run()
    lines = _texts(app).replace("\N{NO-BREAK SPACE}", " ")
    assert ":green[━━] Disputes\N{EM SPACE}:gray[╍╍] A year before" in lines


def test_needs_are_listed_worst_first(app: AppTest) -> None:
    app.run()
    needs = [button.label.split("] ")[1] for button in app.button if (button.key or "").startswith("need-")]
    assert needs == [
        "**1** major hazard past its date",
        "**4** grids without an officer",
        "**1** dispute open over a month",
        "**1** hazard past its date",
        "**1** return visit due this week",
        "**2** grids with too many households",
        "**3** grids with a single post",
    ]


def test_stations_stand_side_by_side(app: AppTest) -> None:
    table = app.run().dataframe[0].value.set_index("area")
    # D02 and D08 were discovered.
    assert "disputes.n" not in table
    assert table["disputes.reported"].to_dict() == {"S1名": 4, "S2名": 1, "S3名": 1}
    assert table["disputes.discovered"].to_dict() == {"S1名": 1, "S2名": 1, "S3名": 0}
    assert table["coverage.covered_share"].to_dict() == {"S1名": 75.0, "S2名": 0.0, "S3名": 50.0}
    assert table["hazards.overdue"].to_dict() == {"S1名": 1, "S2名": 0, "S3名": 0}


def test_records_that_lie_in_no_grid_are_told(app: AppTest) -> None:
    app.run()
    # D15; a station has none, since nobody knows in which it would lie.
    assert "1 record of the period lies in no grid and counts in no area." in _texts(app)


def test_a_station_is_one_level_down_with_a_way_back(app: AppTest) -> None:
    app.query_params["area"] = "S1"
    app.run()
    # D01, D03, D04 and D05; D02 was discovered.
    assert _metrics(app)["Disputes reported"] == "4"
    assert "**1** of 4 grids has no officer." in _texts(app)
    app.button(key="up-top").click().run()
    assert _metrics(app)["Disputes reported"] == "6"
    assert "area" not in app.query_params


def test_a_grid_has_a_panel(app: AppTest) -> None:
    app.query_params["area"] = "G1"
    app.run()
    panel: dict[str, str] = dict(app.table[0].value.itertuples(index=False))
    assert panel["Code"] == "G1"
    assert (panel["Residents"], panel["Households"], panel["Kind"]) == ("1,000", "400", "Urban community")
    assert (panel["Posts"], panel["Officers"], panel["Disputes reported"]) == ("2", "Covered", "2")
    assert "This grid has an officer." in _texts(app)


def test_filters_are_held_in_the_address(app: AppTest) -> None:
    app.run()
    app.selectbox(key="source").select("discovered").run()
    assert app.query_params["source"] == "discovered"
    assert _metrics(app)["Disputes"] == "2"
    app.selectbox(key="period").select("2025-02").run()
    app.selectbox(key="source").select("").run()
    # D06, D07 and D10; D15 lies in no grid.
    assert _metrics(app)["Disputes reported"] == "3"
    assert app.query_params["period"] == "2025-02"


def test_a_line_of_needs_opens_the_list_behind_it(app: AppTest) -> None:
    app.run()
    app.button(key="need-past_month").click().run()
    assert app.query_params["list"] == "past_month"
    assert "### Open past a month: 1 area" in _texts(app)
    assert app.dataframe[0].value["area"].to_list() == ["G3格"]


def test_bad_values_of_the_address_fall_back_and_are_told(app: AppTest) -> None:
    app.query_params["period"] = "2025-99"
    app.query_params["area"] = "nowhere"
    app.run()
    assert not app.exception
    assert _metrics(app)["Disputes reported"] == "6"
    assert [("`period` = `2025-99`" in text.value, "`area` = `nowhere`" in text.value) for text in app.warning] == [
        (True, False),
        (False, True),
    ]


def test_it_speaks_chinese(app: AppTest) -> None:
    app.run()
    app.segmented_control(key="language").set_value("zh_CN").run()
    assert app.query_params["lang"] == "zh_CN"
    assert "群众报告矛盾纠纷**6**起（较2024年3月+500%，属偶然波动），主动发现**2**起。" in _texts(app)
    assert list(_metrics(app)) == ["群众报告纠纷", "一个月内化解率", "逾期隐患", "一格一警覆盖率", "走访户次与户数比"]


NOTICES = {
    "en": ("Made-up data", "The data end on 31 March 2025"),
    "zh_CN": ("虚构数据", "数据截至2025年3月31日"),
}


@pytest.mark.parametrize(("screen", "lang"), [("today", "en"), ("today", "zh_CN"), ("coverage", "en")])
def test_made_up_and_old_data_say_so_on_every_screen(app: AppTest, screen: str, lang: str) -> None:
    app.query_params["lang"] = lang
    app.run()
    if screen != "today":
        app.switch_page(f"screens/{screen}.py").run()
    assert all(text in _texts(app) for text in NOTICES[lang])


def test_without_data_it_says_what_brings_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: AppTest) -> None:
    monkeypatch.setenv("MAPLEGRID_STORE", str(tmp_path / "empty"))
    app.run()
    assert "## No data yet" in _texts(app)
    assert app.code[0].value == "maplegrid import RECIPE.toml --store empty"
    assert [button.label for button in app.button] == ["Load the demo county"]


def test_layers_that_are_not_there_leave_the_others_standing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: AppTest
) -> None:
    layers: dict[str, pd.DataFrame] = {
        name: layer
        for name, layer in tiny_layers().items()
        if name in ("grids", "villages", "stations", "counties", "incidents")
    }
    Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Incidents alone", title_zh="警情")
    monkeypatch.setenv("MAPLEGRID_STORE", str(tmp_path))
    app.run()
    assert not app.exception
    # I1 and I3 reported, I2 discovered; 2 against 1: two-sided exact p = 1.
    assert _metrics(app) == {"Incidents reported": "2"}
    assert f"**2** incidents reported (+100{SPACE}% on March 2024, within chance), **1** discovered." in _texts(app)
    assert "Not in these data: disputes, hazards, officers and assignments, visits." in _texts(app)
    missing = {"coverage": "assignments", "disputes": "disputes", "hazards": "hazards"}
    for page, layer in missing.items():
        app.switch_page(f"screens/{page}.py").run()
        assert not app.exception
        assert f"needs the layer `{layer}`" in _texts(app)
    app.switch_page("screens/incidents.py").run()
    assert _metrics(app)["Fraud"] == "1"


@pytest.mark.parametrize(
    ("tile", "layer", "show"),
    [("tile-hazards-overdue", "hazards", "overdue"), ("tile-coverage-covered_share", "coverage", "covered_share")],
)
def test_a_tile_opens_the_page_of_its_layer(app: AppTest, tile: str, layer: str, show: str) -> None:
    app.query_params["area"] = "S1"
    app.run()
    app.button(key=tile).click().run()
    assert not app.exception
    assert (app.query_params["layer"], app.query_params["show"]) == (layer, show)
    assert app.query_params["area"] == "S1"
    assert "### Needs you today" not in _texts(app)
