"""The page Coverage over the tiny county: figures worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

SPACE = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def coverage(app: AppTest) -> AppTest:
    """The page, run once."""
    return app.switch_page("screens/coverage.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def test_three_shares_side_by_side_with_the_sentence_that_compares_them(coverage: AppTest) -> None:
    assert not coverage.exception
    # On 31 March G1, G2, G3 and G7 have a post that counts: 1,300 of 2,090 households, 8 of 9 reported events.
    assert {metric.label: metric.value for metric in coverage.metric} == {
        "Covered, of grids": f"50.0{SPACE}%",
        "Covered, of households": f"62.2{SPACE}%",
        "Covered, of events": f"88.9{SPACE}%",
        "Covered, of grid-days": f"44.8{SPACE}%",  # 111 of 248
    }
    assert "Events are covered more than grids: the vacant grids are the quieter ones." in _texts(coverage)


def test_vacant_grids_are_listed_with_the_reason(coverage: AppTest) -> None:
    vacant = coverage.dataframe[0].value
    assert vacant["grid"].to_list() == ["G5格", "G4格", "G6格", "G8格"]
    assert vacant["reason"].to_list() == ["only other roles", "ended", "never assigned", "never assigned"]
    assert str(vacant["since"].iloc[1]) == "2025-03-11"


@pytest.mark.parametrize(
    ("name", "grids"), [("over_size", ["G2格", "G5格"]), ("no_backup", ["G2格", "G3格", "G7格"]), ("shared", [])]
)
def test_the_other_lists(coverage: AppTest, name: str, grids: list[str]) -> None:
    coverage.segmented_control(key="grid_list").set_value(name).run()
    assert coverage.query_params["list"] == name
    if grids:
        assert coverage.dataframe[0].value["grid"].to_list() == grids
    else:
        assert "No grid is on this list." in _texts(coverage)


def test_stations(coverage: AppTest) -> None:
    table = coverage.dataframe[1].value.set_index("area")
    assert table["coverage.vacant"].to_dict() == {"S1名": 1, "S2名": 2, "S3名": 1}
    assert table["coverage.covered_share_households"].to_dict() == {"S1名": 80.0, "S2名": 0.0, "S3名": 100.0}


def test_demand_on_posts_is_for_planners(coverage: AppTest) -> None:
    assert "The busiest post is asked for **" in _texts(coverage)


def test_demand_on_posts_is_not_for_the_countys_director(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "director")
    app.switch_page("screens/coverage.py").run()
    assert not app.exception
    assert "What grids ask of posts: seen by planners and the station's own director only." in _texts(app)


def test_the_public_sees_no_single_grid(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    app.switch_page("screens/coverage.py").run()
    assert not app.exception
    assert "Seen by directors and planners only: single grids, what grids ask of posts." in _texts(app)
    assert all("grid" not in table.value.columns for table in app.dataframe)
