"""Files of the page Export are made by one means: a button, a bar with a button that stops it, a button that saves."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.dashboard.parts import files, paper_map, reports
from geo.errors import GeoError

#: All that the page makes, by the keys of its buttons.
KINDS = (
    *(f"print-{ending}" for ending in ("pdf", "png", "svg")),
    *(f"report-{kind}" for kind in ("briefing", "slides", "atlas")),
    *(f"files-{kind}" for kind in ("html", "gpkg", "xlsx", "csv", "geojson", "shapefile", "geoparquet", "kml")),
)
WRITERS = ((paper_map, "_write"), (reports, "_write"), (files, "_write"), (files, "html_file"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the writers were called with; they are quick ones that tell two steps."""
    called: list[str] = []

    def write(*about: Any, **named: Any) -> bytes:  # noqa: ANN401  any writer's
        progress = named["progress"] if "progress" in named else about[-1]
        progress(0.25, "the first half")
        called.append("made")
        progress(0.75, "the second half")
        return b"a file"

    for module, name in WRITERS:
        monkeypatch.setattr(module, name, write)
    return called


def page(app: AppTest) -> AppTest:
    return app.switch_page("screens/export.py").run()


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button if button.key}


def saves(app: AppTest) -> dict[str, str]:
    """Return names of files by the labels of the buttons that save."""
    return {one.proto.label: one.proto.id for one in app.get("download_button")}


def test_every_kind_is_made_by_the_same_means(app: AppTest, told: list[str]) -> None:
    page(app)
    assert not app.exception
    assert set(KINDS) <= keys(app)
    assert not saves(app)
    for number, key in enumerate(KINDS, start=1):
        label = app.button(key=key).label
        app.button(key=key).click().run()
        assert not app.exception
        assert len(told) == number
        # In its place stands what saves it.
        assert key not in keys(app)
        assert f"Save: {label}" in saves(app)
        assert f"{key}-stop" not in keys(app)


def test_what_was_made_of_another_view_is_not_offered(app: AppTest, told: list[str]) -> None:
    page(app).button(key="files-xlsx").click().run()
    assert "Save: Excel" in saves(app)
    app.selectbox(key="files-crs").select("cgcs2000").run()
    assert "files-xlsx" in keys(app)
    assert not saves(app)
    app.selectbox(key="files-crs").select("wgs84").run()
    assert "Save: Excel" in saves(app)
    assert told == ["made"]


def test_a_session_keeps_no_more_than_the_newest_files(app: AppTest, told: list[str]) -> None:
    page(app)
    for key in KINDS[:6]:
        app.button(key=key).click().run()
    assert len(saves(app)) == 4
    assert set(KINDS[:2]) <= keys(app)
    assert len(told) == 6


def test_what_is_refused_is_said_and_nothing_is_offered(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:  # noqa: ANN401  any writer's
        raise GeoError("There is no room. Remedy: make some.")

    monkeypatch.setattr(reports, "_write", refuse)
    page(app).button(key="report-briefing").click().run()
    assert not app.exception
    assert any("There is no room" in error.value for error in app.error)
    assert not saves(app)
    # All of the page stands, what is below too.
    assert "files-csv" in keys(app)
