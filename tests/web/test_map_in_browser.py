"""The map inside Streamlit, in a real browser: coloured in place, clicked, moved, with nothing asked elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from geo.maps.values import packed
from geo.store import Release
from tests.web.served import Watched, browse, serve, watch

pytestmark = pytest.mark.browser

PLACE = "() => [map.getCenter().lng, map.getCenter().lat, map.getZoom(), window.mark]"


@pytest.fixture(scope="module")
def address(small: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    page = Path(__file__).with_name("map_page.py")
    script = f"import streamlit as st\nfrom geo.web import routes\napp = st.App({str(page)!r}, routes=routes())\n"
    (folder / "app.py").write_text(script, encoding="utf-8")
    with serve(folder / "app.py", small.root) as served:
        yield served


@pytest.fixture(scope="module")
def context(chromium: str) -> Iterator[BrowserContext]:
    with browse(chromium) as context:
        yield context


@pytest.fixture
def watched(context: BrowserContext, address: str) -> Iterator[Watched]:
    with watch(context, address, areas=9) as seen:
        yield seen


def middle_of(watched: Watched, area_id: str) -> tuple[float, float]:
    """Where the middle of a grid is on the screen."""
    script = """(id) => {
        const path = map.maple.painter.shown.find((one) => one.maple.id === id);
        const point = map.latLngToContainerPoint(path.getBounds().getCenter());
        return [point.x, point.y];
    }"""
    x, y = watched.frame.evaluate(script, area_id)
    box = watched.page.locator("iframe").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def fill_of(watched: Watched, area_id: str) -> str:
    script = "(id) => map.maple.painter.shown.find((one) => one.maple.id === id).options.fillColor"
    return str(watched.frame.evaluate(script, area_id))


def test_another_measure_is_coloured_in_place(watched: Watched) -> None:
    watched.frame.evaluate("() => map.setView([30.012, 120.02], 13.5, { animate: false })")
    place, before, asked = watched.frame.evaluate(PLACE), fill_of(watched, "G8"), len(watched.asked)
    watched.page.get_by_text("per_1000_residents").click()
    expect(watched.page.get_by_text("runs 2")).to_be_visible()
    watched.frame.wait_for_function("() => map.maple.painter.layer?.values.unit === 'per_1000'")
    assert fill_of(watched, "G8") != before
    assert watched.frame.evaluate(PLACE) == place
    assert [url for url in watched.asked[asked:] if "maplegrid" in url] == []


def test_a_change_of_colours_leaves_the_borders_alone(watched: Watched) -> None:
    spy = """() => {
        const { borders } = map.maple.painter;
        const draw = borders._updatePath;
        window.bordersDrawn = 0;
        borders._updatePath = function () {
            draw.call(this);
            const pen = this._renderer._ctx;
            window.bordersDrawn += 1;
            window.pen = [pen.strokeStyle, pen.lineWidth];
        };
    }"""
    watched.frame.evaluate(spy)
    looks = "() => map.maple.painter.shown.map((path) => path.options.fillColor + path.options.hatch?.kind)"
    before = watched.frame.evaluate(looks)
    for measure, unit in (("per_1000_residents", "per_1000"), ("n", "count")):
        watched.page.get_by_text(measure, exact=True).click()
        watched.frame.wait_for_function(f"() => map.maple.painter.layer?.values.unit === {unit!r}", timeout=20_000)
        assert (watched.frame.evaluate(looks) == before) == (unit == "count")
    watched.frame.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert watched.frame.evaluate("() => window.bordersDrawn") == 0
    # Another place of the map has them drawn again, above the colours and under the names.
    watched.frame.evaluate("() => map.panBy([500, 0], { animate: false })")
    watched.frame.wait_for_function("() => window.bordersDrawn > 0")
    line = "() => [map.maple.options.colours.border, map.maple.painter.layer.values.line]"
    colour, width = watched.frame.evaluate("() => window.pen")
    assert [colour, round(width, 3)] == watched.frame.evaluate(line)
    order = "(names) => names.map((name) => Number(map.getPane(name).style.zIndex))"
    panes = watched.frame.evaluate(order, ["maple-values", "maple-borders", "maple-heat", "maple-names"])
    assert panes == sorted(panes)
    watched.frame.evaluate("() => map.panBy([-500, 0], { animate: false })")


def test_a_click_names_the_area_each_time(watched: Watched) -> None:
    for count in (1, 2):
        watched.page.mouse.click(*middle_of(watched, "G5"))
        expect(watched.page.get_by_text(f"clicked ('G5', {count})")).to_be_visible()


def test_moving_the_map_and_clicking_a_place_run_nothing(watched: Watched) -> None:
    watched.page.frame_locator("iframe").locator(".maple-place").click()
    watched.frame.evaluate("() => map.setZoom(map.getZoom() + 1, { animate: false })")
    watched.frame.evaluate("() => map.panBy([20, 10], { animate: false })")
    watched.page.mouse.click(*middle_of(watched, "G4"))
    expect(watched.page.get_by_text("runs 2, clicked ('G4', 1)")).to_be_visible()


def test_the_map_goes_to_the_area_asked_for(watched: Watched) -> None:
    zoom = watched.frame.evaluate("() => map.getZoom()")
    watched.page.get_by_text("Inside S2").click()
    watched.frame.wait_for_function("() => map.maple.painter.shown.length === 3")
    north, now = watched.frame.evaluate("() => [map.getCenter().lat, map.getZoom()]")
    assert north == pytest.approx(30.025, abs=0.002)
    assert now > zoom


def test_a_list_of_a_few_grids_is_zoomed_to_and_left_again(watched: Watched) -> None:
    whole = watched.frame.evaluate("() => map.getZoom()")
    watched.page.get_by_text("List").click()
    watched.frame.wait_for_function(f"() => map.getZoom() > {whole}")
    middle = watched.frame.evaluate("() => [map.getCenter().lng, map.getCenter().lat]")
    assert middle == pytest.approx([120.02, 30.025], abs=0.001)
    watched.page.get_by_text("List").click()
    watched.frame.wait_for_function(f"() => map.getZoom() === {whole}")


def test_only_what_changed_is_painted_again(watched: Watched) -> None:
    watched.frame.evaluate("() => map.on('maple:painted', (event) => { window.last = event; })")
    watched.page.get_by_text("per_1000_residents").click()
    watched.frame.wait_for_function("() => window.last?.shapes === 9")
    # G0 stays at nothing in both measures; G8 has no residents and is hatched now.
    assert 0 < watched.frame.evaluate("() => window.last.painted") < 9
    watched.page.get_by_text("List").click()
    watched.frame.wait_for_function("() => window.last.painted === 0")
    assert watched.frame.evaluate("() => map.maple.painter.shown.map((one) => one.options.fillOpacity)") == [1] * 9


def test_shapes_that_are_about_to_go_tell_nothing_and_lead_nowhere(watched: Watched) -> None:
    """Their values are gone already: a click between two levels went to the area left, or was lost."""
    told = "(event) => { window.chosen = event.area_id; }"
    watched.frame.evaluate(f"() => {{ window.before = map.maple.painter.layer; map.on('maple:chosen', {told}); }}")
    coming = "MapleGrid.values({ ...before.values, outlined: [], geometry: '/not/there/yet' })"
    watched.frame.evaluate(f"() => map.maple.painter.take({coming})")
    tip = watched.page.frame_locator("iframe").locator(".maple-tip")
    watched.page.mouse.move(*middle_of(watched, "G7"))
    watched.page.mouse.click(*middle_of(watched, "G7"))
    expect(tip).to_have_count(0)
    waits = "() => [map.getContainer().classList.contains('maple-waits'), window.chosen ?? null]"
    assert watched.frame.evaluate(waits) == [True, None]
    watched.frame.evaluate("() => map.maple.painter.take(before)")
    watched.page.mouse.click(*middle_of(watched, "G7"))
    watched.frame.wait_for_function("() => window.chosen === 'G7'")
    assert watched.frame.evaluate(waits) == [False, "G7"]


def test_rows_that_are_alike_come_once(watched: Watched) -> None:
    sent = packed({"classes": "01m100", "values": [0, 3, None, 3, 0, 0], "n": [2, 4, None, 4, 2, 2], "low": None})
    assert len(sent["values"]) == 3
    read = "(sent) => { const got = MapleGrid.values(sent).values; return [got.classes.join(''), got.values, got.n]; }"
    assert watched.frame.evaluate(read, sent) == ["01m100", [0, 3, None, 3, 0, 0], [2, 4, None, 4, 2, 2]]


def test_the_map_is_named_and_taken_by_keys_alone(watched: Watched) -> None:
    assert watched.page.locator("iframe").get_attribute("title") == "Map"
    frame = watched.page.frame_locator("iframe")
    box = frame.get_by_role("application", name=re.compile("Map. Arrow keys move it, plus and minus zoom"))
    box.focus()
    place = watched.frame.evaluate(PLACE)
    watched.page.keyboard.press("+")
    watched.frame.wait_for_function(f"() => map.getZoom() > {place[2]}")
    watched.page.keyboard.press("ArrowUp")
    watched.frame.wait_for_function(f"() => map.getCenter().lat > {place[1]}")
    watched.page.keyboard.press("Tab")
    focused = "() => [document.activeElement.title, getComputedStyle(document.activeElement).outlineStyle]"
    assert watched.frame.evaluate(focused) == ["Zoom in", "solid"]
    expect(frame.get_by_role("button", name="Zoom out")).to_be_visible()
    expect(watched.page.get_by_text("runs 1")).to_be_visible()


def test_a_click_puts_no_ring_around_the_map_and_a_key_does(watched: Watched) -> None:
    ring = "() => getComputedStyle(map.getContainer()).outlineStyle"
    watched.page.mouse.click(*middle_of(watched, "G7"))
    watched.frame.wait_for_function("() => document.activeElement === map.getContainer()")
    assert watched.frame.evaluate(ring) == "none"
    watched.page.keyboard.press("ArrowUp")
    assert watched.frame.evaluate(ring) == "solid"


def test_pointing_tells_name_value_unit_and_number(watched: Watched) -> None:
    watched.page.get_by_text("per_1000_residents").click()
    watched.frame.wait_for_function("() => map.maple.painter.layer?.values.unit === 'per_1000'")
    watched.page.mouse.move(*middle_of(watched, "G7"))
    tip = watched.page.frame_locator("iframe").locator(".maple-tip")
    expect(tip).to_have_text(re.compile("Grid 7.*Per 1,000 residents, .*: 7 per 1,000.*n = 7", re.DOTALL))


def test_names_from_data_are_text(watched: Watched) -> None:
    watched.page.mouse.move(*middle_of(watched, "G0"))
    expect(watched.page.frame_locator("iframe").locator(".maple-tip")).to_contain_text("<img src=x")
    assert watched.page.frame_locator("iframe").locator("img[src=x]").count() == 0


def test_missing_values_are_hatched_and_told(watched: Watched) -> None:
    watched.page.get_by_text("per_1000_residents").click()
    watched.frame.wait_for_function("() => map.maple.painter.layer?.values.unit === 'per_1000'")
    hatch = "() => map.maple.painter.shown.find((one) => one.maple.id === 'G8').options.hatch.kind"
    assert watched.frame.evaluate(hatch) == "missing"
    watched.page.mouse.move(*middle_of(watched, "G8"))
    expect(watched.page.frame_locator("iframe").locator(".maple-tip")).to_contain_text("no value")


def settled_runs(watched: Watched) -> str:
    """Return what the page tells of its runs, once a second has passed without another."""
    said, before = watched.page.get_by_text("runs "), ""
    while (now := said.inner_text()) != before:
        before = now
        watched.page.wait_for_timeout(1000)
    return now


def test_heat_and_points_lie_over_outlines_and_run_nothing(watched: Watched) -> None:
    frame = watched.page.frame_locator("iframe")
    watched.page.get_by_text("outlines").click()
    expect(frame.locator(".maple-cluster")).to_have_text("5")
    assert str(frame.locator("img.maple-heat").get_attribute("src")).startswith("data:image/png")
    before = settled_runs(watched)
    frame.locator(".maple-cluster").click()
    assert settled_runs(watched) == before
    watched.page.mouse.click(*middle_of(watched, "G2"))
    expect(watched.page.get_by_text("clicked ('G2', 1)")).to_be_visible()


def test_nothing_is_asked_elsewhere_and_nothing_complains(watched: Watched) -> None:
    watched.page.get_by_text("outlines").click()
    watched.frame.wait_for_function("() => map.maple.painter.layer?.values.classes === null")
    assert [url for url in watched.asked if not url.startswith(watched.address)] == []
    assert watched.complaints == []
    assert (
        watched.page.frame_locator("iframe").locator(".leaflet-control-attribution").inner_text() == "Office of <Maps>"
    )
    assert "m" in watched.page.frame_locator("iframe").locator(".leaflet-control-scale-line").inner_text()
