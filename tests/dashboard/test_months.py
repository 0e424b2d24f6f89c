"""The months that the map can be set to, and the map in one of them."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from geo.access import Scope
from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.downloads import file_stem
from geo.dashboard.parts.shown import choose_shown
from geo.dashboard.state import PageState
from geo.figures.months import months_on_map, months_seen
from geo.store import Store
from geo.view import Period, View

SPAN = {"first": "2024-01", "last": "2025-03"}


@pytest.mark.parametrize(
    ("period", "first", "last", "count"),
    [
        ("2025", "2025-01", "2025-12", 12),
        ("2025-Q1", "2025-01", "2025-03", 3),
        ("2025-03", "2024-04", "2025-03", 12),
        ("2024-12..2025-01", "2024-02", "2025-01", 12),
        ("2023..2024", "2023-01", "2024-12", 24),
    ],
)
def test_a_short_period_has_the_twelve_months_up_to_its_end(period: str, first: str, last: str, count: int) -> None:
    months = months_on_map(Period(period))
    assert (months[0], months[-1], len(months)) == (first, last, count)


def test_only_months_of_the_data_are_stepped_through(tiny_store: Store) -> None:
    release = tiny_store.current()
    assert release is not None
    seen = months_seen(release, View(Period("2025")), Scope("planner"), **SPAN)
    assert seen == ("2025-01", "2025-02", "2025-03")
    assert months_seen(release, View(Period("2023")), Scope("planner"), **SPAN) == ()


def test_the_public_steps_through_closed_months_alone(tiny_store: Store) -> None:
    release = tiny_store.current()
    assert release is not None
    view = View(Period("2025"), level="village")
    open_march = {"first": "2024-01", "last": "2025-04"}
    assert months_seen(release, view, Scope("planner"), **open_march)[-1] == "2025-04"
    assert months_seen(release, view, Scope("public"), **open_march)[-1] == "2025-03"


def _asked(app: AppTest, key: str) -> str:
    # A text or a list of one, by how it was written.
    value = app.query_params[key]
    return value if isinstance(value, str) else value[0]


def _legend(app: AppTest) -> str:
    return re.sub("<[^>]+>", " ", "".join(part.proto.body for part in app.get("html")))


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """The disputes of the tiny county in a quarter."""
    app.query_params["period"] = "2025-Q1"
    app.query_params["level"] = "station"
    app.run()
    return app


def test_a_step_shows_one_month_and_writes_it_into_the_address(page: AppTest) -> None:
    assert page.select_slider(key="map_month").options == [
        "Whole period",
        "January 2025",
        "February 2025",
        "March 2025",
    ]
    page.select_slider(key="map_month").set_value("2025-02").run()
    assert not page.exception
    assert _asked(page, "month") == "2025-02"
    assert "Disputes reported, number · February 2025" in _legend(page)
    assert "Same classes in every month" in _legend(page)
    tiles = {metric.label: metric.value for metric in page.metric}
    page.button(key="map_month_on").click().run()
    assert _asked(page, "month") == "2025-03"
    assert page.button(key="map_month_on").disabled
    assert {metric.label: metric.value for metric in page.metric} == tiles


def test_the_first_position_is_the_whole_period(page: AppTest) -> None:
    assert page.button(key="map_month_back").disabled
    page.button(key="map_month_on").click().run()
    assert _asked(page, "month") == "2025-01"
    page.button(key="map_month_back").click().run()
    assert "month" not in page.query_params
    assert "Same classes" not in _legend(page)


def test_other_controls_keep_the_month_that_the_map_is_set_to(page: AppTest) -> None:
    page.select_slider(key="map_month").set_value("2025-02").run()
    page.selectbox(key="source").set_value("reported").run()
    assert _asked(page, "month") == "2025-02"
    page.selectbox(key="period").set_value("2024").run()
    assert "month" not in page.query_params


@pytest.mark.parametrize(("asked", "n", "stem"), [("2025-02", 3, "2025-02"), (None, 11, "2025-Q1")])
def test_what_is_saved_is_what_the_map_shows(
    tiny_store: Store, monkeypatch: pytest.MonkeyPatch, asked: str | None, n: int, stem: str
) -> None:
    release = tiny_store.current()
    assert release is not None
    query = {} if asked is None else {"month": [asked]}
    monkeypatch.setattr("geo.dashboard.parts.shown.asked_now", lambda: query)
    state = PageState(View(Period("2025-Q1"), level="station"))
    shown = choose_shown(Frame(release, cache.tree(release), Scope("planner"), state))
    assert file_stem(shown.view) == f"maplegrid-disputes-station-{stem}"
    # D06, D07 and D10 came in February, D01 to D05, D08, D09 and D11 in March; D15 lies nowhere.
    assert cache.map_values(release, shown.view, Scope("planner")).frame["n"].sum() == n


def test_the_bandwidth_is_chosen_in_metres_and_told_in_the_legend(page: AppTest) -> None:
    page.segmented_control(key="map_layer").set_value("heat").run()
    assert page.select_slider(key="map_bandwidth").options[0] == "Bandwidth 100 m"
    page.select_slider(key="map_bandwidth").set_value(1000).run()
    assert not page.exception
    assert _asked(page, "bandwidth") == "1000"
    assert "bandwidth 1,000 m" in _legend(page)


def test_the_public_has_no_narrower_bandwidth_than_its_rule(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    page.query_params["show"], page.query_params["bandwidth"] = "heat", "100"
    page.run()
    assert not page.exception
    assert page.select_slider(key="map_bandwidth").options[0] == "Bandwidth 500 m"
    assert "bandwidth 500 m" in _legend(page)


@pytest.mark.parametrize(
    ("show", "legend"),
    [
        (None, "Disputes reported, number"),
        ("discovered", "Disputes discovered, number"),
        ("n", "Disputes, reported and discovered together, number"),
        ("class_neighbours", "Class: Neighbours, reported, number"),
        ("open", "Open, number"),
    ],
)
def test_the_map_adds_sources_up_only_where_it_is_asked_to(page: AppTest, show: str | None, legend: str) -> None:
    if show is not None:
        page.query_params["show"] = show
    page.run()
    assert not page.exception
    assert legend in _legend(page)
