"""What a director and a planner do, clicked through in a browser without a network."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Download, Frame, Page, expect

from geo.areas import area_table, find_area
from geo.measures import measure
from geo.store import Release
from geo.view import View, default_period
from tests.browser.conftest import MAP, Watched

pytestmark = pytest.mark.browser

STATION, GRID = "990681001", "990681001001001"
HEADER_PX = ROW_PX = 32

# Five tiles, classes, months, hours.
_CHARTS = 8


def _title(watched: Watched) -> str:
    return watched.page.locator("h2").first.inner_text()


def _expect_area(page: Page, pattern: str) -> None:
    page.wait_for_url(re.compile(rf"[?&]area={pattern}(&|$)"))


def _click_first_row(page: Page) -> None:
    """Click the name in the first row of the table of areas, which is drawn on a canvas."""
    table = page.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    expect(table.locator("canvas").first).to_be_visible()
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 60, box["y"] + HEADER_PX + ROW_PX / 2)


def _map(page: Page) -> Frame:
    """Return the map's frame, its shapes drawn."""
    page.locator(MAP).scroll_into_view_if_needed()
    page.frame_locator(MAP).locator(".leaflet-container canvas").first.wait_for()
    return next(frame for frame in page.frames if "streamlit_folium" in frame.url)


def _click_middle_of_map(page: Page) -> None:
    # Where no shape is painted yet there is nothing to click on.
    _map(page).wait_for_function("() => window.map?.maple?.painter?.shown?.length > 0")
    box = page.locator(MAP).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _save(page: Page, name: str) -> Download:
    page.get_by_role("button", name=re.compile("Save|保存")).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value


@pytest.mark.first_look
def test_from_today_to_a_grid_to_coverage_to_a_file_and_back(watched: Watched, demo_release: Release) -> None:
    page = watched.page
    watched.open()
    assert _title(watched) == "Fenglin County"
    _click_first_row(page)
    _expect_area(page, STATION)
    expect(page.get_by_role("heading", name="Chengzhong Police Station")).to_be_visible()
    watched.settle()
    _click_middle_of_map(page)
    _expect_area(page, rf"{STATION}\d+")
    watched.settle()
    grid = find_area(demo_release, parse_qs(urlsplit(page.url).query)["area"][0])
    assert _title(watched) == grid["name_en"]
    page.locator("[data-testid=stPageLink]", has_text="Coverage").click()
    page.wait_for_url(re.compile(rf"/coverage\?.*area={grid['area_id']}"))
    watched.settle()
    rows = list(csv.DictReader(io.StringIO(_read(_save(page, "Table for Excel (CSV)")))))
    # A single grid is seen among those of its village.
    assert {row["area_id"] for row in rows} == _grids_of(demo_release, str(grid["village_id"]))
    page.get_by_text("中文", exact=True).click()
    expect(page.locator("h2").first).to_have_text(str(grid["name"]))
    page.go_back()
    expect(page.locator("h2").first).to_have_text(str(grid["name_en"]))


def _grids_of(release: Release, village_id: str) -> set[str]:
    table = area_table(release)
    return set(table["area_id"][(table["level"] == "grid") & (table["village_id"] == village_id)])


def _read(download: Download) -> str:
    return Path(download.path()).read_text("utf-8-sig")


def test_a_click_on_the_map_goes_down_and_back_goes_up(watched: Watched) -> None:
    watched.open(f"/?area={STATION}&lang=en")
    _click_middle_of_map(watched.page)
    _expect_area(watched.page, rf"{STATION}\d+")
    expect(watched.page.locator("h2").first).not_to_have_text("Chengzhong Police Station")
    watched.page.go_back()
    expect(watched.page.get_by_role("heading", name="Chengzhong Police Station")).to_be_visible()


def test_an_address_is_a_view(watched: Watched) -> None:
    watched.open(f"/?area={GRID}&period=2025-Q3&source=reported&lang=zh_CN")
    expect(watched.page.get_by_role("heading", name="兴晖社区第一网格").first).to_be_visible()
    expect(watched.page.get_by_text("2025年第3季度").first).to_be_visible()
    expect(watched.page.get_by_text("网格代码").or_(watched.page.get_by_text(GRID)).first).to_be_visible()


def test_a_bad_address_says_so_and_shows_the_rest(watched: Watched) -> None:
    watched.open("/?period=yesterday&lang=en")
    expect(watched.page.get_by_text("which is not known here. It was left out.")).to_be_visible()
    assert _title(watched) == "Fenglin County"


def _grids(release: Release) -> pd.DataFrame:
    """Return the coverage of the station's grids in the month that the screen shows at first."""
    return measure(release, View(default_period(release.as_of), layer="coverage", area=STATION)).frame


def test_another_page_opens_by_its_own_address(watched: Watched, demo_release: Release) -> None:
    watched.open(f"/coverage?area={STATION}&list=over_size&lang=en")
    over_size = int(_grids(demo_release)["over_size"].sum())
    chosen = watched.page.get_by_role("radio", name=f"Over-size {over_size}")
    expect(chosen).to_be_checked()
    assert parse_qs(urlsplit(watched.page.url).query)["list"] == ["over_size"]


def test_a_filter_keeps_the_map_and_moving_the_map_runs_nothing(watched: Watched) -> None:
    page = watched.page
    watched.open("/?lang=en")
    _map(page).evaluate("window.stillThere = true")
    page.locator("[data-testid=stButtonGroup]").get_by_text("Hazards", exact=True).first.click()
    page.wait_for_url(re.compile("layer=hazards"))
    watched.settle()
    assert _map(page).evaluate("window.stillThere") is True
    page.evaluate(COUNT_RUNS)
    _map(page).locator(".leaflet-control-zoom-in").click()
    _map(page).locator(".leaflet-container").drag_to(
        _map(page).locator(".leaflet-container"),
        source_position={"x": 300, "y": 200},
        target_position={"x": 250, "y": 150},
    )
    page.wait_for_function("() => true")
    assert page.evaluate("window.runs") == 0


COUNT_RUNS = """() => {
  window.runs = 0;
  const app = document.querySelector("[data-testid=stApp]");
  new MutationObserver(() => { window.runs += 1; }).observe(app, {attributeFilter: ["data-test-script-state"]});
}"""


def test_charts_whose_rows_change_look_like_those_drawn_anew(watched: Watched) -> None:
    """A browser keeps a chart whose look has not changed and changes its rows: they have to be all of them."""
    watched.open("/disputes?period=2025-11&lang=en")
    before = _charts(watched)
    field = watched.page.get_by_role("combobox", name="Period").first
    field.click()
    field.fill("October 2025")
    watched.page.get_by_role("option", name="October 2025", exact=True).first.click()
    watched.page.wait_for_url("**period=2025-10**")
    watched.settle()
    changed = _charts(watched)
    assert changed != before
    watched.open("/disputes?period=2025-10&lang=en")
    assert changed == _charts(watched)


def _charts(watched: Watched) -> list[list[str]]:
    """Return what the charts of a page are drawn of, in no order: a browser that changes rows keeps its own."""
    charts = watched.page.locator("[data-testid=stVegaLiteChart] svg")
    expect(charts).to_have_count(_CHARTS)
    drawn = charts.evaluate_all("charts => charts.map((chart) => chart.outerHTML)")
    # What refers to a part by the page's address is lost when the address changes, as it does with each filter.
    assert not [chart for chart in drawn if "url(" in chart]
    return [sorted(chart.split("><")) for chart in drawn]


def test_files_hold_what_the_screen_shows(watched: Watched) -> None:
    watched.open(f"/?area={STATION}&period=2025&level=village&lang=en")
    _map(watched.page)
    collection = json.loads(Path(_save(watched.page, "Areas for QGIS (GeoJSON)").path()).read_text("utf-8"))
    assert collection["maplegrid"]["view"] == f"level=village&period=2025&layer=disputes&area={STATION}"
    total = sum(feature["properties"]["reported"] for feature in collection["features"])
    tile = watched.page.locator("[data-testid=stMetricValue]").first.inner_text()
    assert f"{total:,}" == tile.strip()


def test_heat_points_and_places_are_drawn(watched: Watched) -> None:
    page = watched.page
    watched.open(f"/?area={STATION}&show=heat&lang=en")
    _map(page)
    expect(page.get_by_text("Events per km² and year")).to_be_visible()
    page.get_by_text("Points", exact=True).click()
    page.get_by_text("Places", exact=True).click()
    _map(page).locator(".leaflet-marker-icon").first.wait_for()
    watched.settle()
