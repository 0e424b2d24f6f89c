"""The dashboard over a country: down to a grid step by step and up again, and a city's director."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.areas import area_table
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.layer_names import layer_name
from geo.dashboard.state import PageState, drill_into, fit_to_tree, read_state
from geo.figures.tree import Tree, grow_tree
from geo.store import Release
from geo.view import Period, View
from geo.words import speak
from tests.dashboard.conftest import MAIN, TIMEOUT_SECONDS

LEVELS = ("country", "province", "city", "county", "station", "village", "grid")
MARCH = Period("2025-03")


@pytest.fixture(scope="module")
def tree(country: Release) -> Tree:
    return grow_tree(LEVELS, area_table(country))


@pytest.fixture
def app(country: Release, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MAPLEGRID_STORE", str(country.root))
    app = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT_SECONDS)
    app.query_params["period"] = "2025"
    return app


def way_down(tree: Tree) -> list[str]:
    """Return a province and what lies in it, the first of each level, down to a grid."""
    codes = [tree.children("N0")[0]]
    while tree.children(codes[-1]):
        codes.append(tree.children(codes[-1])[0])
    return codes


def ups(app: AppTest) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("up-")]


def test_each_step_down_shows_the_level_below_and_each_step_up_the_one_it_came_from(tree: Tree) -> None:
    state = fit_to_tree(read_state({}, period=MARCH, language="en"), tree, has_level=False).state
    assert (state.view.area, state.view.level) == (None, "province")
    shown, way = [], way_down(tree)
    for code in way:
        state = drill_into(state, code, tree)
        shown.append((tree.level(code), state.view.level))
    assert shown == [
        ("province", "city"),
        ("city", "county"),
        # From the county down the map shows grids, as it does in a release of one county.
        ("county", "grid"),
        ("station", "grid"),
        ("village", "grid"),
        ("grid", "grid"),
    ]
    back = [drill_into(state, code, tree).view.level for code in (way[2], way[1], way[0], None)]
    assert back == ["grid", "county", "city", "province"]


def test_a_level_that_the_address_names_stays_and_one_above_the_area_is_lowered(tree: Tree) -> None:
    reading = read_state({"level": ["village"], "area": ["P000"]}, period=MARCH, language="en")
    assert fit_to_tree(reading, tree).state.view.level == "village"
    reading = read_state({"level": ["country"], "area": ["P000"]}, period=MARCH, language="en")
    assert fit_to_tree(reading, tree).state.view.level == "city"


def test_without_levels_above_a_map_begins_with_the_lowest() -> None:
    rows = [("C1", "county", "C1"), ("C2", "county", "C2"), ("S", "station", "C1")]
    table = pd.DataFrame(rows, columns=["area_id", "level", "county_id"]).assign(name="x")
    tree = grow_tree(("county", "station"), table)
    state = PageState(View(MARCH, level="station"))
    assert tree.first_level(None) == "station"
    assert drill_into(state, "C1", tree).view.level == "station"


def test_the_first_page_stands_the_provinces_side_by_side(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 4
    assert app.selectbox(key="map_level").value == "province"
    assert app.selectbox(key="map_level").options == [
        "Provinces",
        "Cities",
        "Counties",
        "Stations",
        "Villages",
        "Grids",
    ]
    assert ups(app) == []


def test_a_county_has_its_city_and_province_above_it(app: AppTest, tree: Tree) -> None:
    _province, city, _county, station, *_ = way_down(tree)
    app.query_params["area"] = station
    app.run()
    assert not app.exception
    assert [name.split("] ")[-1] for name in ups(app)] == ["CN0", "PP000", "CC0000", "C30000"]
    next(button for button in app.button if button.key == f"up-{city}").click().run()
    assert (app.query_params["area"], app.query_params["level"]) == (city, "county")
    assert len(app.dataframe[0].value) == 4
    # The way down, what lies beside it, and what lies in the city.
    options = app.selectbox(key="area").options
    assert [options.count(text) for text in ("PP000", "› CC0000", "› › C30000", "› › › S30000")] == [1, 1, 1, 0]


def test_a_city_s_director_begins_in_the_city_and_is_let_into_no_other(
    app: AppTest, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "director")
    monkeypatch.setenv("MAPLEGRID_AREA", "C0000")
    app.run()
    assert not app.exception
    assert app.selectbox(key="map_level").value == "county"
    assert ups(app) == []
    texts = "\n".join(element.value for element in (*app.markdown, *app.caption))
    assert "## CC0000" in texts
    assert "Director · CC0000" in texts
    for other in ("C0001", "P000", "N0"):
        app.query_params["area"] = other
        app.run()
        refused = "\n".join(element.value for element in (*app.markdown, *app.caption))
        assert "You look after CC0000. Other areas are seen by those who look after them." in refused
        assert app.metric.len == 0


@pytest.mark.parametrize("page", ["disputes", "hazards", "coverage", "service", "promises", "stations", "export"])
def test_every_page_is_there_for_a_province(app: AppTest, page: str) -> None:
    app.query_params["area"] = "P000"
    app.switch_page(f"screens/{page}.py").run()
    assert not app.exception


def test_levels_and_layers_above_the_county_have_words_in_both_languages() -> None:
    assert (level_title("province"), layer_name("cities")) == ("Provinces", "Cities")
    speak("zh_CN")
    assert (level_title("province"), layer_name("cities")) == ("省(自治区、直辖市)", "市(地、州、盟)")
