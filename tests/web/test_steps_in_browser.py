"""The sliders of the dashboard's map in a real browser: a step repaints the map and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from geo.store import Store
from tests.measures.tiny import AS_OF, tiny_layers
from tests.web.served import ROOT, Watched, browse, serve, watch

pytestmark = pytest.mark.browser

PLACE = "() => [map.getCenter().lng, map.getCenter().lat, map.getZoom(), window.mark]"
VALUES = "() => map.maple.painter.layer?.values.values.join()"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = Store(tmp_path_factory.mktemp("tiny-steps"))
    store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", title_zh="小县")
    with serve(ROOT / "app.py", store.root) as served:
        yield served


@pytest.fixture(scope="module")
def watched(address: str, chromium: str) -> Iterator[Watched]:
    with (
        browse(chromium) as context,
        watch(context, address, path="disputes?period=2025-Q1&level=grid&lang=en", areas=8) as seen,
    ):
        yield seen


def _month(watched: Watched) -> str:
    return str(watched.page.evaluate("() => new URL(location).searchParams.get('month') || ''"))


def test_a_step_sends_values_alone_and_the_map_keeps_its_place(watched: Watched) -> None:
    watched.frame.evaluate("() => map.setZoom(map.getZoom() + 1, { animate: false })")
    place, values, asked = watched.frame.evaluate(PLACE), watched.frame.evaluate(VALUES), len(watched.asked)
    watched.page.evaluate("() => { document.querySelector('h2').mark = 'untouched'; }")
    watched.page.get_by_role("button", name="Later").click()
    watched.frame.wait_for_function(f"() => (({VALUES})() ?? {values!r}) !== {values!r}")
    watched.page.wait_for_url("**month=2025-01**")
    assert watched.frame.evaluate(PLACE) == place
    assert [url for url in watched.asked[asked:] if "maplegrid" in url] == []
    assert watched.page.evaluate("() => document.querySelector('h2').mark") == "untouched"
    expect(watched.page.get_by_text("Disputes reported, number · January 2025")).to_be_visible()


def test_the_slider_takes_arrow_keys_and_the_browser_goes_back(watched: Watched) -> None:
    slider = watched.page.get_by_role("slider", name="Month on the map")
    slider.focus()
    slider.press("End")
    watched.page.wait_for_url("**month=2025-03**")
    expect(watched.page.get_by_text("Disputes reported, number · March 2025")).to_be_visible()
    slider.press("ArrowLeft")
    watched.page.wait_for_url("**month=2025-02**")
    expect(watched.page.get_by_text("Disputes reported, number · February 2025")).to_be_visible()
    watched.page.go_back()
    expect(watched.page.get_by_text("Disputes reported, number · March 2025")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "March 2025")


def test_a_wider_bandwidth_is_painted_in_place(watched: Watched) -> None:
    watched.page.get_by_text("Heat", exact=True).click()
    heat = watched.page.frame_locator("iframe").locator(".maple-heat img").first
    expect(heat).to_be_visible()
    before, place = str(heat.get_attribute("src")), watched.frame.evaluate(PLACE)
    slider = watched.page.get_by_role("slider", name="Bandwidth of the heat")
    slider.focus()
    slider.press("End")
    expect(watched.page.get_by_text("bandwidth 2,000 m, n = ")).to_be_visible()
    expect(heat).not_to_have_attribute("src", before)
    assert watched.frame.evaluate(PLACE) == place
    assert _month(watched) == "2025-03"


def test_nothing_is_asked_elsewhere(watched: Watched) -> None:
    assert [url for url in watched.asked if not url.startswith(watched.address)] == []
