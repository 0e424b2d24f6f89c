"""The page Disputes over the tiny county: every figure worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.bars import bar_numbers
from tests.measures.tiny import tiny_layers

SPACE = "\N{NARROW NO-BREAK SPACE}"
REACHED = re.compile(r"font-size:22px[^>]*>([^<]*)</div>")


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """The page, run once."""
    return app.switch_page("screens/disputes.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def _reached(app: AppTest) -> list[str]:
    """Return how many records reached each state, from left to right."""
    bodies = (element.proto.body for element in app.get("html"))
    return [found[1] for body in bodies if (found := REACHED.search(body))]


def test_intake_is_told_reported_and_discovered_apart(page: AppTest) -> None:
    assert not page.exception
    assert f"**6** disputes reported (+500{SPACE}% on March 2024, within chance), **2** discovered." in _texts(page)
    assert f"**+500{SPACE}%** from 1 · 2 discovered" in _texts(page)


def test_tiles(page: AppTest) -> None:
    # Accepted in March: settled after 0, 4, 10 and 30 days; watched for 5, 10, 15 and 28 without. 7/8 × 6/7 × 4/5 × 0
    # reaches a half at 30 days. Open on 31 March are D03, D05, D07 and D09; D07 alone was accepted over 30 days before.
    assert {metric.label: metric.value for metric in page.metric} == {
        "Disputes reported": "6",
        "Settled in a month": f"50{SPACE}%",
        "Open past a month": "1",
        "Return visits due": "1",
        "Days to settle": "30.0",
    }
    assert "of 4 open · from 0" in _texts(page)


def test_states_stand_from_left_to_right(page: AppTest) -> None:
    names = [button.label for button in page.button if (button.key or "").startswith("state-")]
    assert names == ["Found", "Accepted", "In mediation", "Settled", "Transferred", "Not settled", "Return visit made"]
    # All but D05 were accepted; D09 mediated; D01, D02, D11 settled; D04 transferred; D08 failed; D01 visited again.
    assert _reached(page) == ["8", "7", "1", "3", "1", "1", "1"]


def test_levels_channels_and_transfers(page: AppTest) -> None:
    # Accepted in March and settled: D01 in the village, D02 in the town, D06 in the county, D11 in court.
    assert bar_numbers(page, "settled_") == {"village": "1", "town": "1", "county": "1", "court": "1"}
    assert list(bar_numbers(page, "channel_").values()) == ["2", "1", "0", "1", "1"]
    # D04 by right; the lapse D14 is of another year.
    assert bar_numbers(page, "transferred_") == {"right": "1", "lapse": "0"}


def test_transfers_have_no_target_and_no_bad_colour(page: AppTest) -> None:
    bodies = [element.proto.body for element in page.get("html")]
    bars = [body for body in bodies if "width:" in body and "border-radius" in body]
    colours = {re.findall(r"background:(#\w+)", body)[1] for body in bars}
    assert len(bars) >= 11
    assert len(colours) == 1


@pytest.mark.parametrize(
    ("key", "show"),
    [
        ("state-mediating", "state_mediating"),
        ("bar-settled_town", "settled_town"),
        ("bar-channel_police", "channel_police"),
        ("bar-transferred_lapse", "transferred_lapse"),
        ("tile-disputes-past_month", "past_month"),
    ],
)
def test_a_state_a_level_or_a_tile_is_shown_on_the_map(page: AppTest, key: str, show: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception
    assert page.query_params["show"] == show
    assert page.selectbox(key="map_measure").value == show


def test_classes_agree_with_the_rows_of_the_file(page: AppTest) -> None:
    disputes = tiny_layers()["disputes"]
    in_march = disputes["found_at"].between(pd.Timestamp("2025-03-01"), pd.Timestamp("2025-03-31 23:59:59"))
    found = disputes[in_march & disputes["grid_id"].notna()]
    page.multiselect(key="classes").select("neighbours").run()
    n = int((found["class"] == "neighbours").sum())
    reported = int(((found["class"] == "neighbours") & (found["source"] == "reported")).sum())
    assert f"Neighbours: **{reported}** disputes reported" in _texts(page)
    assert f"**{n - reported}** discovered" in _texts(page)


def test_stations_stand_side_by_side_and_open_on_a_click(page: AppTest) -> None:
    table = page.dataframe[0].value.set_index("area")
    # D02 and D08 were discovered.
    assert "disputes.n" not in table
    assert table["disputes.reported"].to_dict() == {"S1名": 4, "S2名": 1, "S3名": 1}
    assert table["disputes.discovered"].to_dict() == {"S1名": 1, "S2名": 1, "S3名": 0}
    assert table["disputes.past_month"].to_dict() == {"S1名": 1, "S2名": 0, "S3名": 0}


def test_a_grid_has_its_panel(page: AppTest) -> None:
    page.query_params["area"] = "G1"
    page.run()
    assert not page.exception
    panel: dict[str, str] = dict(page.table[0].value.itertuples(index=False))
    assert (panel["Code"], panel["Officers"], panel["Disputes open"]) == ("G1", "Covered", "1")
    assert (panel["Disputes reported"], panel["Disputes discovered"]) == ("2", "1")
    assert "Disputes" not in panel


def test_a_list_of_what_needs_somebody_opens_here(page: AppTest) -> None:
    page.switch_page("screens/today.py").run()
    page.button(key="need-past_month").click().run()
    assert "### Open past a month: 1 area" in _texts(page)
    assert "### From found to settled" in _texts(page)


def test_a_list_can_be_closed(page: AppTest) -> None:
    page.query_params["list"] = "past_month"
    page.run()
    assert "### Open past a month: 1 area" in _texts(page)
    page.button(key="close-list").click().run()
    assert "list" not in page.query_params
    assert "### From found to settled" in _texts(page)


def test_a_period_that_the_data_do_not_tell_of_says_so(page: AppTest) -> None:
    page.query_params["period"] = "2019"
    page.run()
    assert not page.exception
    assert "The data do not tell of this period." in _texts(page)
    assert {metric.value for metric in page.metric} == {"–"}
