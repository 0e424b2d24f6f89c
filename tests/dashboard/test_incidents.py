"""The page Incidents over the tiny county: every figure worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.bars import bar_numbers

SPACE = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """The page, run once."""
    return app.switch_page("screens/incidents.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def test_five_preventions_stand_side_by_side(page: AppTest) -> None:
    assert not page.exception
    assert {metric.label: metric.value for metric in page.metric} == {
        "Theft": "1",
        # I1; I2, a fraud too, was discovered, and is not added up with it.
        "Fraud": "1",
        "Drug abuse": "0",
        "Conflict": "0",
        "Safety accident": "0",
    }
    # A theft in March 2024 too; no fraud then, but one against none may be chance.
    assert f"Reported · **±0{SPACE}%** from 1 · within chance" in _texts(page)
    assert "Reported · from 0 · within chance" in _texts(page)
    assert "No class has changed by more than chance." in _texts(page)


def test_kinds_of_theft_and_fraud(page: AppTest) -> None:
    # I3 was a burglary, I1 a telecom fraud; I2 has no kind.
    numbers = bar_numbers(page, "subclass_")
    assert {kind for kind, number in numbers.items() if number != "0"} == {"burglary", "telecom"}
    assert len(numbers) == 11
    assert numbers["burglary"] == numbers["telecom"] == "1"


def test_parts_of_the_day(page: AppTest) -> None:
    # I3 at two in the night; I1 at half past ten. I2 at ten was discovered.
    assert list(bar_numbers(page, "part_").values()) == ["1", "1", "0", "0"]


@pytest.mark.parametrize(
    ("key", "show"),
    [
        ("tile-incidents-class_fraud", "class_fraud"),
        ("bar-subclass_burglary", "subclass_burglary"),
        ("bar-part_night", "part_night"),
    ],
)
def test_a_class_a_kind_or_a_part_of_the_day_is_shown_on_the_map(page: AppTest, key: str, show: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception
    assert page.selectbox(key="map_measure").value == show


def test_heat_is_one_click_away(page: AppTest) -> None:
    page.segmented_control(key="map_layer").set_value("heat").run()
    assert not page.exception
    assert page.query_params["show"] == "heat"


def test_stations(page: AppTest) -> None:
    table = page.dataframe[0].value.set_index("area")
    assert "incidents.n" not in table
    assert table["incidents.reported"].to_dict() == {"S1名": 1, "S2名": 1, "S3名": 0}
    assert "incidents.discovered" not in table
    assert table["incidents.class_fraud"].to_dict() == {"S1名": 1, "S2名": 0, "S3名": 0}


def test_a_source_that_is_chosen_has_a_single_number(page: AppTest) -> None:
    page.query_params["source"] = "discovered"
    page.run()
    assert not page.exception
    assert {metric.label: metric.value for metric in page.metric}["Fraud"] == "1"
    table = page.dataframe[0].value.set_index("area")
    assert table["incidents.n"].to_dict() == {"S1名": 1, "S2名": 0, "S3名": 0}
    assert not {"incidents.reported", "incidents.discovered"} & set(table)


def test_the_rate_of_stations_is_of_the_reported_alone(page: AppTest) -> None:
    table = page.dataframe[0].value.set_index("area")
    assert "incidents.per_1000_residents" not in table
    # I1 of 3,500 residents; I2 was discovered. I3 of 900.
    assert table["incidents.reported_per_1000"].loc[["S1名", "S2名"]].tolist() == pytest.approx([1 / 3.5, 1 / 0.9])
