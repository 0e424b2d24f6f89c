"""The keyboard alone: each control does its work. That all are reached is seen in test_every_page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MAP, Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _asked(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query)[name][0]


def _press_at(page: Page, name: str, *presses: str, role: str = "button") -> None:
    """Put the keyboard on a control and press keys."""
    control = page.get_by_role(role, name=name).first  # type: ignore[arg-type]  # a role by its name
    control.focus()
    expect(control).to_be_focused()
    for press in presses:
        page.keyboard.press(press)


def _choose_by_typing(page: Page, field: str, words: str) -> None:
    _press_at(page, field, role="combobox")
    page.keyboard.type(words)
    expect(page.get_by_role("option").first).to_contain_text(words)
    page.keyboard.press("Enter")


def test_a_page_an_area_and_a_measure_are_opened(watched: Watched) -> None:
    page = watched.page
    watched.open("/?lang=en")
    _press_at(page, "Hazards", "Enter", role="link")
    page.wait_for_url(re.compile("/hazards"))
    watched.settle()
    _choose_by_typing(page, "Area", "Chengdong Police Station")
    page.wait_for_url(re.compile("area=990681002"))
    watched.settle()
    _choose_by_typing(page, "Measure", "Removed on time")
    expect(page).to_have_url(re.compile(r"/hazards\?.*show=removed_on_time"))


def test_the_map_switches_moves_and_steps_through_the_months(watched: Watched) -> None:
    page = watched.page
    watched.open("/?period=2025&lang=en")
    watched.wait_for_map()
    _press_at(page, "Disputes", "ArrowRight", "Space", role="radio")
    page.wait_for_url(re.compile("layer=hazards"))
    watched.settle()
    _press_at(page, "Month on the map", "ArrowRight", role="slider")
    page.wait_for_url(re.compile("month=2025-01"))
    watched.settle()
    _press_at(page, "Points", "ArrowRight", "Space")
    frame = page.frame_locator(MAP)
    expect(frame.locator(".leaflet-marker-icon").first).to_be_visible()
    frame.get_by_role("button", name="Zoom in").press("Enter")


def test_a_line_of_needs_opens_its_list_and_a_row_of_it_is_found(watched: Watched) -> None:
    page = watched.page
    watched.open("/?lang=en")
    page.get_by_role("button", name=re.compile("grids? without an officer")).press("Enter")
    page.wait_for_url(re.compile("/coverage"))
    watched.settle()
    assert _asked(page, "list") == "vacant"
    _choose_by_typing(page, "Find and open…", "Kanghua Grid 2")
    expect(page.get_by_role("heading", name="Kanghua Grid 2").first).to_be_visible()


def test_a_file_is_saved(watched: Watched) -> None:
    page = watched.page
    watched.open("/?lang=en")
    _press_at(page, "Save", "Enter")
    button = page.get_by_role("button", name="Table for Excel (CSV)")
    expect(button).to_be_visible()
    # The files come right behind the button that opens them.
    for _file in range(3):
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")
    _press_at(page, "Close", "Enter")
    expect(button).to_be_hidden()
