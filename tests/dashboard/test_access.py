"""What each role sees, and what it is told about the rest."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geo.access import Scope
from geo.dashboard.navigation import pages_of


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


@pytest.fixture
def as_role(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The dashboard of the director of station S1."""
    monkeypatch.setenv("MAPLEGRID_ROLE", "director")
    monkeypatch.setenv("MAPLEGRID_AREA", "S1")
    return app


def test_a_stations_director_begins_at_home(as_role: AppTest) -> None:
    as_role.run()
    assert "## S1名" in _texts(as_role)
    assert as_role.selectbox(key="area").options == ["S1名", "› V1名", "› V2名"]
    assert not [button for button in as_role.button if (button.key or "").startswith("up-")]


def test_another_station_is_refused_with_a_way_back(as_role: AppTest) -> None:
    as_role.query_params["area"] = "S2"
    as_role.run()
    assert not as_role.exception
    assert "You look after S1名. Other areas are seen by those who look after them." in _texts(as_role)
    assert as_role.metric.len == 0
    as_role.button[0].click().run()
    assert "## S1名" in _texts(as_role)


def test_the_posts_of_ones_own_station_are_shown(as_role: AppTest) -> None:
    as_role.switch_page("screens/coverage.py").run()
    assert "The busiest post is asked for" in _texts(as_role)


@pytest.mark.slow
def test_the_public_is_shown_villages_and_is_not_told_what_to_do(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    app.run()
    assert not app.exception
    assert app.selectbox(key="map_level").value == "village"
    assert "Seen by directors and planners only: what needs somebody today." in _texts(app)
    # What the public is told at no time has no tile.
    assert "Hazards overdue" not in {metric.label for metric in app.metric}


@pytest.mark.parametrize("page", ["promises", "compare"])
def test_pages_for_directors_are_not_the_publics(app: AppTest, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    app.switch_page(f"screens/{page}.py").run()
    assert not app.exception
    assert f"{page.title()}\\: seen by directors and planners only." in _texts(app)
    assert page not in {entry.page_id for entry in pages_of(Scope("public"))}
    assert page in {entry.page_id for entry in pages_of(Scope("director", "S1"))}


def test_the_public_asking_for_grids_is_told_why_it_sees_villages(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    app.query_params["level"] = "grid"
    app.run()
    assert "Areas this small are not shown to this role." in _texts(app)


@pytest.mark.parametrize("layer", ["incidents", "service", "coverage"])
def test_today_shows_any_layer_that_the_address_names(app: AppTest, layer: str) -> None:
    app.query_params["layer"] = layer
    app.run()
    assert not app.exception
    assert app.segmented_control(key="map_layer").value == layer


@pytest.mark.parametrize("page", ["today", "disputes", "hazards", "incidents", "coverage"])
@pytest.mark.parametrize("role", ["public", "director", "planner"])
def test_every_page_stands_for_every_role(app: AppTest, monkeypatch: pytest.MonkeyPatch, page: str, role: str) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", role)
    if page != "today":
        app.switch_page(f"screens/{page}.py")
    app.run()
    assert not app.exception
    assert "## C名" in _texts(app)


@pytest.mark.parametrize("page", ["disputes", "hazards", "incidents"])
@pytest.mark.parametrize("area", ["S1", "V1", "G8"])
def test_every_page_of_events_stands_at_every_level(app: AppTest, page: str, area: str) -> None:
    app.query_params["area"] = area
    app.switch_page(f"screens/{page}.py").run()
    assert not app.exception
    assert f"## {area}{'格' if area == 'G8' else '名'}" in _texts(app)


@pytest.mark.parametrize("page", ["disputes", "hazards", "incidents"])
def test_small_counts_are_withheld_from_the_public_on_pages_of_events(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    app.switch_page(f"screens/{page}.py").run()
    # The tiny county has fewer than five of almost everything, and eight disputes: shown with noise of up to six.
    shown = {metric.value for metric in app.metric} - {"withheld", "–"}
    assert shown <= ({str(n) for n in range(5, 15)} if page == "disputes" else set())
    assert app.metric


def test_the_public_may_ask_for_one_source_whatever_layer_it_comes_from(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    # Coverage has no sources, so that the filter comes to bear on the page of disputes alone.
    app.query_params["layer"] = "coverage"
    app.query_params["source"] = "reported"
    app.switch_page("screens/disputes.py").run()
    assert not app.exception
    assert [metric.label for metric in app.metric] == ["Disputes"]
