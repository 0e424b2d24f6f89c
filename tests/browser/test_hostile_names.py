"""Names that would run or be read as Markdown are shown as they are: on pages and maps, in files, in the wizard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from geo.access import Scope
from geo.dashboard.navigation import PageEntry, pages_of
from geo.export.html import write_html
from geo.store import Release, Store, read_layer
from geo.view import Period, View
from tests.browser.conftest import MAP, Watched, serve, watch
from tests.browser.looks import path_of
from tests.hostile import ATTRIBUTION, HIT, NAMES, POST, TITLE, hostile_store

# Some twenty pages are opened, one after another.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUERY = "period=2025-03&lang=en"
# What a name would have made of itself: its own elements, and what Markdown makes of it.
_MADE = """() => [...document.querySelectorAll(
  "[onerror], [onload], a[href^='javascript:'], [href*=outside], [src*=outside], img[src=x], img[src$='/x'], " +
  "[data-testid=stMarkdownContainer] :is(b, h1, .katex, s, del)"
)].map((box) => box.outerHTML.slice(0, 200))"""
_POINTINGS, _POINTING_MS = 20, 3_000
_CELLS = "[data-testid=stDataFrame] [role=gridcell]"
# Signs without width keep a name from being taken for more than it is.
_WITHOUT_WIDTH = re.compile("[\u2060\u2066-\u2069\u202a-\u202e]")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return hostile_store(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def release(store: Store) -> Release:
    release = store.current()
    assert release is not None
    return release


@pytest.fixture(scope="module")
def url(store: Store) -> Iterator[str]:
    with serve(store) as url:
        yield url


@pytest.fixture(scope="module")
def one_page(context: BrowserContext, url: str) -> Watched:
    """The page that all tests open addresses in: each address begins a session of its own."""
    return watch(context, url)


@pytest.fixture
def watched(one_page: Watched) -> Iterator[Watched]:
    yield one_page
    nothing_came_of_names(one_page.page)
    faults, one_page.faults = one_page.faults, []
    assert faults == []


def nothing_came_of_names(page: Page) -> None:
    """Fail if a name was run or made anything."""
    for frame in page.frames:
        assert frame.evaluate(f"{HIT} === undefined")
        assert frame.evaluate(_MADE) == []


def seen(text: str) -> str:
    """Return a text as it is seen: without signs that have no width, in one line."""
    return " ".join(_WITHOUT_WIDTH.sub("", text).split())


def cells(page: Page) -> set[str]:
    found = page.locator(_CELLS)
    # The first table of a browser comes with the code that draws it.
    found.first.wait_for(state="attached")
    return {seen(text) for text in found.all_text_contents()}


@pytest.mark.parametrize("entry", pages_of(Scope("planner")), ids=lambda entry: entry.page_id)
def test_a_page_shows_names_as_they_are(entry: PageEntry, watched: Watched) -> None:
    watched.open(path_of(entry, QUERY))
    watched.wait_for_map()
    page = watched.page
    if entry.page_id == "data":
        assert seen(TITLE) in seen(page.locator("[data-testid=stTable]").first.inner_text())
        assert seen(ATTRIBUTION) in seen(page.inner_text("[data-testid=stMain]"))
    elif entry.page_id in ("stations", "compare"):
        # One station at a time, by its name above its figures.
        assert any(seen(name) in seen(page.inner_text("[data-testid=stMain]")) for name in NAMES)
    elif entry.page_id == "export":
        # It has no table: the place itself stands above its sheet.
        watched.open(path_of(entry, f"area=S1&{QUERY}"))
        assert seen(NAMES[0]) in {seen(text) for text in page.locator("h2").all_inner_texts()}
    elif entry.is_filtered:
        assert {seen(name) for name in NAMES[:3]} <= cells(page)


@pytest.mark.parametrize(("level", "step"), [("station", 1), ("grid", 2)])
def test_an_area_is_called_what_its_file_calls_it(level: str, step: int, watched: Watched, release: Release) -> None:
    areas = read_layer(release, f"{level}s").iloc[::step]
    for area_id, name in zip(areas[f"{level}_id"], areas["name"], strict=True):
        watched.open(f"/?area={area_id}&{QUERY}")
        # A grid has a panel of its own.
        titles = [seen(text) for text in watched.page.locator("h2, h3").all_inner_texts()]
        assert titles.count(seen(name)) == (2 if level == "grid" else 1)
        nothing_came_of_names(watched.page)


def test_lists_offer_names_as_they_are(watched: Watched) -> None:
    watched.open(f"/?area=S1&{QUERY}")
    watched.page.get_by_role("combobox", name="Area", exact=True).click()
    offered = [seen(text).removeprefix("› ") for text in watched.page.get_by_role("option").all_inner_texts()]
    assert {seen(name) for name in NAMES[:5]} <= set(offered)


def test_the_map_tells_a_name_and_opens_its_panel(watched: Watched) -> None:
    page = watched.page
    watched.open(f"/coverage?area=S1&{QUERY}")
    watched.wait_for_map()
    page.get_by_text("Places", exact=True).click()
    watched.settle()
    box = page.locator(MAP).bounding_box()
    assert box is not None
    told = page.frame_locator(MAP).locator(".maple-tip-name").first
    # Shapes may come in after the map is there: a pointer that rests does not see them.
    for turn in range(_POINTINGS):
        page.mouse.move(box["x"] + (0.4 + 0.01 * (turn % 2)) * box["width"], box["y"] + box["height"] / 2, steps=5)
        with suppress(AssertionError):
            expect(told).to_be_visible(timeout=_POINTING_MS)
            break
    expect(told).to_be_visible(timeout=_POINTING_MS)
    assert seen(told.inner_text()) in {seen(name) for name in NAMES}
    nothing_came_of_names(page)
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("area=G"))
    watched.settle()
    assert seen(page.locator("h2").first.inner_text()) in {seen(name) for name in NAMES}


def test_a_post_is_named_by_the_chart_as_it_is(watched: Watched) -> None:
    page = watched.page
    watched.open(f"/coverage?{QUERY}")
    chart = page.locator("[data-testid=stVegaLiteChart]").last
    chart.scroll_into_view_if_needed()
    chart.locator("path[aria-label*=onerror]").hover(force=True)
    expect(page.locator("#vg-tooltip-element")).to_contain_text(POST)


@pytest.mark.parametrize("level", ["station", "grid"])
def test_a_saved_map_is_opened_from_a_stick(
    level: str, context: BrowserContext, release: Release, tmp_path: Path
) -> None:
    out = tmp_path / "map.html"
    view = View(Period("2025-03"), level=level)
    write_html(release, view, Scope("planner"), out, places=read_layer(release, "places"))
    watched = watch(context, "")
    watched.page.goto(out.as_uri())
    rows = watched.page.locator("#page-body tr td:first-child")
    expect(rows.first).to_be_visible()
    shown = {seen(text) for text in rows.evaluate_all("boxes => boxes.map((box) => box.firstChild.textContent)")}
    assert shown == {seen(name) for name in (NAMES[:3] if level == "station" else NAMES[4:])}
    body = seen(watched.page.inner_text("body"))
    assert seen(TITLE) in body
    assert seen(ATTRIBUTION) in body
    nothing_came_of_names(watched.page)
    faults = [fault for fault in watched.faults if out.as_uri() not in fault]
    watched.page.close()
    assert faults == []


def test_a_file_is_examined_whatever_it_calls_itself(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / f"<img src=x onerror={HIT}=1> [t](x) :red[r] $x^2$.csv"
    rows = {
        "隐患编号": ["=1", "=1", "@SUM(1)"],
        "隐患类型": ["消防", f"<script>{HIT}=1</script>", "[x](javascript:1) :red[r] <b>b</b>"],
        "等级": ["一般", "重大", f"<img src=x onerror={HIT}=1>"],
        "发现时间": ["2025-03-01", "<b>b</b>", "2025-03-03"],
        "经度": ["120.005", "120.005", "x:streamlit:"],
        "纬度": ["30.005", "999", "30.005"],
        f"=1+1 **h** `c` <b>b</b><img src=x onerror={HIT}=1>": ["1", "2", "3"],
        "$x$ :red[r] [x](javascript:1)": ["+1", "-1", "@1"],
    }
    pd.DataFrame(rows).to_csv(path, index=False)
    watched.open("/data?lang=en")
    watched.page.locator("input[type=file]").set_input_files(path)
    expect(watched.page.get_by_role("button", name="Save the recipe")).to_be_visible()
    watched.settle()
    nothing_came_of_names(watched.page)
    watched.page.get_by_role("button", name="See what would happen").click()
    watched.settle()
    nothing_came_of_names(watched.page)
    expect(watched.page.get_by_text("1 loaded + 2 not loaded")).to_be_visible()
