"""One file that opens from a USB stick: what it holds, what it withholds, what it asks for (nothing)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from geo.access import Scope
from geo.errors import GeoError, NotPermitted
from geo.export import html_layers
from geo.export.html import write_html
from geo.export.html_font import chinese_signs, font_face
from geo.figures.asked import seen
from geo.maps import classify
from geo.maps.heat import Heat, heat_of
from geo.privacy import Protected
from geo.stats.density import kernel_density
from geo.store import Release, Store
from geo.view import Period, View
from tests.maps.small import MARCH, NASTY, publish_small
from tests.measures.tiny import AS_OF, tiny_layers

BOTH = "Disputes, reported and discovered together"
CREATED = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


# The places stand in the county's corners, and have to lie inside the box of the map once that has its size.
INSIDE = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const box = document.getElementById("page-map").getBoundingClientRect();
  const spots = [...document.querySelectorAll(".maple-place")].map((spot) => spot.getBoundingClientRect());
  done(spots.length === 2 && spots.every((spot) => spot.top > box.top && spot.bottom < box.bottom));
})))"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield running
        running.close()


def written(
    release: Release,
    folder: Path,
    *,
    role: str = "planner",
    lang: str = "en",
    layer: str = "disputes",
    level: str = "grid",
    measure: str | None = None,
) -> Path:
    out = folder / "map.html"
    view = View(MARCH, layer=layer, level=level)
    write_html(release, view, Scope(role), out, measure=measure, lang=lang, created_at=CREATED)
    return out


def warm() -> Heat:
    """Return a density of twenty records in the middle of the small county."""
    bounds = (120.0, 30.0, 120.03, 30.03)
    return heat_of(kernel_density([120.015] * 20, [30.015] * 20, bounds=bounds, bandwidth_m=400, period_days=31))


def written_warm(release: Release, folder: Path, *, places: pd.DataFrame | None = None) -> Path:
    view = View(MARCH)
    write_html(release, view, Scope("planner"), folder / "map.html", heat=warm(), places=places, created_at=CREATED)
    return folder / "map.html"


def content(out: Path) -> dict[str, Any]:
    found = re.search(r'id="page-data">(.*?)</script>', out.read_text("utf-8"), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def layer_of(data: dict[str, Any], name: str | None = None) -> dict[str, Any]:
    """Return what a file holds of a layer; of the one shown at first if none is named."""
    found: dict[str, Any] = next(layer for layer in data["layers"] if layer["id"] == (name or data["chosen"]))
    return found


def opened(browser: Browser, out: Path) -> tuple[Page, list[str], list[str]]:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(out.as_uri())
    page.locator("#page-body tr").first.wait_for()
    return page, asked, said


def test_it_holds_the_values_of_the_screen(small: Release, tmp_path: Path) -> None:
    data = content(written(small, tmp_path))
    number = next(option for option in layer_of(data)["options"] if option["id"] == "n")
    assert number["values"] == list(range(9))
    assert data["map"]["ids"] == [f"G{index}" for index in range(9)]
    assert {"n", "change", "settled_share", "class_neighbours"} <= {
        option["id"] for option in layer_of(data)["options"]
    }


def test_it_says_where_it_comes_from(small: Release, tmp_path: Path) -> None:
    text = re.sub(r"<(script|style).*?</\1>", "", written(small, tmp_path).read_text("utf-8"), flags=re.DOTALL)
    for words in ("Small County", "Made-up data", "March 2025", "Office of &lt;Maps&gt;", "2026-01-02 03:04 UTC"):
        assert words in text
    assert "for planners" in text
    # Whoever is handed the file is told whether it may be handed on, and in which coordinates it is.
    assert "For internal use" in text
    assert "WGS84" in text


def test_small_counts_are_not_in_the_file_of_the_public(small: Release, tmp_path: Path) -> None:
    data = content(written(small, tmp_path, role="public", level="village"))
    number = next(option for option in layer_of(data)["options"] if option["id"] == "n")
    assert number["classes"][0] == "w"
    few, *others = number["values"]
    assert few is None
    # 12 and 21 with noise of at most six.
    assert all(abs(shown - true) <= 6 for shown, true in zip(others, (12, 21), strict=True))


def test_what_a_role_may_not_see_is_not_written(small: Release, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        written(small, tmp_path, role="public")
    assert not (tmp_path / "map.html").exists()


def test_an_unknown_measure_is_named(small: Release, tmp_path: Path) -> None:
    with pytest.raises(GeoError, match="'covered'"):
        written(small, tmp_path, measure="covered")


def test_heat_comes_first_with_its_legend_and_the_numbers_beside_it(small: Release, tmp_path: Path) -> None:
    data = content(written_warm(small, tmp_path))
    heat = layer_of(data)["options"][0]
    assert (layer_of(data)["chosen"], heat["id"], heat["label"], heat["column"]) == ("heat", "heat", "Heat", BOTH)
    assert heat["heat"]["image"].startswith("data:image/png;base64,")
    assert "bandwidth 400 m, n = 20" in heat["legend"]
    assert heat["values"] == list(range(9))


def test_without_heat_there_is_none(small: Release, tmp_path: Path) -> None:
    data = content(written(small, tmp_path))
    assert (layer_of(data)["chosen"], data["places"]) == ("reported", None)
    assert "heat" not in {option["id"] for option in layer_of(data)["options"]}


def test_classes_of_several_months_are_those_of_the_file(small: Release, tmp_path: Path) -> None:
    shared = classify([0, 10, 20, 30, 40, 50])
    out = tmp_path / "map.html"
    write_html(small, View(MARCH), Scope("planner"), out, measure="n", classes=shared, created_at=CREATED)
    options = {option["id"]: option for option in layer_of(content(out))["options"]}
    assert options["n"]["classes"] == "".join(str(index) for index in shared.index(np.arange(9.0)))
    assert shared.labels[-1] in options["n"]["legend"]
    assert shared.labels[-1] not in options["reported"]["legend"]


@pytest.mark.browser
@pytest.mark.parametrize("kept", [("grids",), ("counties", "grids")])
def test_a_map_of_grids_alone_or_without_stations_is_drawn(
    tmp_path: Path, browser: Browser, kept: tuple[str, ...]
) -> None:
    release = publish_small(tmp_path, areas=kept)
    page, asked, said = opened(browser, written(release, tmp_path))
    assert page.locator("#page-body tr").count() == 9
    assert page.locator(".maple-note").count() == 0
    names = {"grids": [], "counties": ["county C1"]}[kept[0]]
    assert sorted(page.locator(".maple-name-area").all_inner_texts()) == names
    assert (len(asked), said) == (1, [])
    page.close()


@pytest.mark.browser
def test_heat_and_places_are_drawn_as_on_the_screen(small: Release, tmp_path: Path, browser: Browser) -> None:
    places = pd.DataFrame({"kind": ["police_post"], "name": [NASTY], "lon": [120.01], "lat": [30.01]})
    page, asked, said = opened(browser, written_warm(small, tmp_path, places=places))
    heat = page.locator("img.maple-heat")
    assert (heat.count(), page.locator(".maple-place-police_post").count()) == (1, 1)
    assert "per km² and year" in page.locator("#page-legend").inner_text()
    page.select_option("#page-measure", label=BOTH)
    assert (heat.count(), page.locator("#page-column").inner_text()) == (0, BOTH)
    page.select_option("#page-measure", label="Heat")
    assert heat.count() == 1
    assert (len(asked), said) == (1, [])
    page.close()


@pytest.mark.browser
def test_the_whole_county_is_inside_the_map(small: Release, tmp_path: Path, browser: Browser) -> None:
    corners = {"lon": [120, 120.03], "lat": [30, 30.03]}
    places = pd.DataFrame({"kind": "police_post", "name": ["SW", "NE"], **corners})
    page, _asked, said = opened(browser, written_warm(small, tmp_path, places=places))
    for height in (900, 700):
        page.set_viewport_size({"width": 1280, "height": height})
        assert page.evaluate(INSIDE)
    assert said == []
    page.close()


@pytest.mark.browser
def test_it_opens_from_a_folder_and_asks_for_nothing(small: Release, tmp_path: Path, browser: Browser) -> None:
    page, asked, said = opened(browser, written(small, tmp_path, lang="zh_CN"))
    assert (asked, said) == ([(tmp_path / "map.html").as_uri()], [])
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("h1").inner_text().startswith("小县")
    page.close()


@pytest.mark.browser
def test_names_from_data_are_text(small: Release, tmp_path: Path, browser: Browser) -> None:
    page, _asked, said = opened(browser, written(small, tmp_path))
    assert page.locator("#page-body td", has_text=NASTY).count() == 1
    assert page.locator("img[src=x]").count() == 0
    assert said == []
    page.close()


@pytest.mark.browser
def test_search_measure_and_map_work_together(small: Release, tmp_path: Path, browser: Browser) -> None:
    page, _asked, said = opened(browser, written(small, tmp_path))
    assert page.locator("#page-body td.page-number").all_inner_texts() == [str(count) for count in range(8, -1, -1)]
    page.fill("#page-search", "grid 7")
    assert page.locator("#page-body tr").count() == 1
    page.fill("#page-search", "")
    page.select_option("#page-measure", label="Per 1,000 residents, reported and discovered together")
    assert page.locator("#page-body td.page-number").first.inner_text() == "7 per 1,000"
    assert page.locator("#page-body td.page-number").last.inner_text() == "no value"
    page.locator("#page-body tr", has_text="Grid 5").click()
    assert "page-chosen" in str(page.locator("#page-body tr", has_text="Grid 5").get_attribute("class"))
    assert said == []
    page.close()


def three_places() -> pd.DataFrame:
    """Two mediation rooms and a fire point in the middle of the tiny county's first grids."""
    grids = tiny_layers()["grids"].geometry.representative_point()[:3]
    rows = zip(("mediation_room", "mediation_room", "fire_point"), grids, ("G1", "G2", "G3"), strict=True)
    return pd.DataFrame(
        [
            {
                "place_id": f"P{at}",
                "kind": kind,
                "name": f"Place {at}",
                "lon": spot.x,
                "lat": spot.y,
                "grid_id": grid,
                "placed": "inside",
            }
            for at, (kind, spot, grid) in enumerate(rows)
        ]
    )


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first quarter of 2025 of the tiny county, as a map."""
    folder = tmp_path_factory.mktemp("quarter")
    layers = tiny_layers() | {"places": three_places()}
    release = Store(folder / "store").publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny")
    write_html(release, View(Period("2025-Q1")), Scope("planner"), folder / "map.html", created_at=CREATED)
    return folder / "map.html"


def test_months_are_in_the_file_with_classes_that_hold_for_all(quarter: Path) -> None:
    data = content(quarter)
    months = layer_of(data)["months"]
    assert (months["of"], months["names"]) == ("reported", ["January 2025", "February 2025", "March 2025"])
    at = {area_id: place for place, area_id in enumerate(data["map"]["ids"])}
    # D06 and D07 in February, of March D01 and D03 in G1; D02 was discovered.
    january, february, march = (option["values"] for option in months["options"])
    assert (february[at["G3"]], march[at["G1"]], sum(january)) == (2, 2, 0)
    whole = next(option for option in layer_of(data)["options"] if option["id"] == "reported")["values"]
    assert [sum(values) for values in zip(january, february, march, strict=True)] == whole
    assert len({str(option["colours"]) for option in months["options"]}) == 1
    signs = {
        (value, sign)
        for option in months["options"]
        for value, sign in zip(option["values"], option["classes"], strict=True)
    }
    assert len(signs) == len({value for value, _sign in signs})


def shown_values(option: dict[str, Any]) -> list[float | None]:
    return [None if value is None else value / option["scale"] for value in option["values"]]


@pytest.mark.parametrize(("role", "level"), [("planner", "grid"), ("public", "village"), ("director", "grid")])
def test_each_layer_holds_what_its_own_table_tells(quarter: Path, tmp_path: Path, role: str, level: str) -> None:
    release = Store(quarter.parent / "store").current()
    assert release is not None
    scope, view = Scope(role, "S1" if role == "director" else None), View(Period("2025-Q1"), level=level)
    view = view.replace(area=scope.area)
    write_html(release, view, scope, tmp_path / "map.html", created_at=CREATED)
    data = content(tmp_path / "map.html")
    names = [layer["id"] for layer in data["layers"]]
    assert {"disputes", "hazards", "incidents", "coverage"} <= set(names)
    for layer in data["layers"]:
        table = seen("measure", release, view.replace(layer=layer["id"]), scope)
        assert table.frame["area_id"].tolist() == data["map"]["ids"]
        for option in layer["options"]:
            if option["id"] not in table.frame.columns:
                assert option["id"] == "states"
                continue
            told = table.frame[option["id"]].astype(object)
            hidden = table.protected[option["id"]] if option["id"] in table.protected else [False] * len(told)
            assert [sign == "w" for sign in option["classes"]] == list(hidden)
            for value, shown in zip(told, shown_values(option), strict=True):
                assert (shown is None) == bool(pd.isna(value))
                assert shown is None or shown == pytest.approx(float(value), abs=0.51 / option["scale"])


def test_a_layer_that_a_reader_is_told_nothing_of_is_not_offered(quarter: Path, tmp_path: Path) -> None:
    release = Store(quarter.parent / "store").current()
    assert release is not None
    # Of a week the public is told nothing, so that such a map is not written at all.
    with pytest.raises(NotPermitted):
        write_html(release, View(Period("2025-W10"), level="village"), Scope("public"), tmp_path / "w.html")
    # A filter by class is of its layer alone.
    view = View(Period("2025-Q1"), classes=("neighbours",))
    write_html(release, view, Scope("planner"), tmp_path / "map.html", created_at=CREATED)
    layers = {layer["id"]: layer for layer in content(tmp_path / "map.html")["layers"]}
    assert "Neighbours" in layers["disputes"]["shown"]
    assert "Neighbours" not in layers["hazards"]["shown"]


def test_the_public_has_the_months_that_it_may_see(small: Release, tmp_path: Path) -> None:
    data = content(written(small, tmp_path, role="public", level="village"))
    for option in (layer_of(data)["months"] or {"options": []})["options"]:
        assert option["classes"][0] in "wm"


@pytest.mark.parametrize("role", ["public", "planner"])
def test_of_each_month_no_more_is_worked_out_than_the_slider_shows(
    small: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    tables = []

    def watched(measured: str, *about: Any) -> Protected:  # noqa: ANN401  the function's own
        tables.append(seen(measured, *about))
        return tables[-1]

    monkeypatch.setattr(html_layers, "seen", watched)
    view = View(Period("2025-Q1"), level="village")
    write_html(small, view, Scope(role), tmp_path / "map.html", created_at=CREATED)
    months = [table for table in tables if table.view.layer == "disputes" and table.view.period != view.period]
    assert months
    # Medians, cohorts and states are the dear ones; a slider shows one number.
    assert not any({"median_days", "settled_share", "open"} & set(table.frame.columns) for table in months)


@pytest.mark.browser
def test_the_slider_goes_through_the_months(quarter: Path, browser: Browser) -> None:
    page, asked, said = opened(browser, quarter)
    slider, numbers = page.locator("#page-month"), page.locator("#page-body td.page-number")
    whole = numbers.all_inner_texts()
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    assert page.inner_text("#page-month-name") == "March 2025"
    assert numbers.first.inner_text() == "2"
    assert numbers.all_inner_texts() != whole
    page.select_option("#page-measure", label="Per 1,000 residents, reported and discovered together")
    assert not slider.is_visible()
    page.select_option("#page-measure", label="Disputes reported")
    assert page.inner_text("#page-month-name") == "Whole period"
    assert numbers.all_inner_texts() == whole
    assert said == []
    assert len(asked) == 1
    page.close()


@pytest.mark.browser
def test_the_layer_switch_changes_map_table_legend_and_slider(quarter: Path, browser: Browser) -> None:
    page, asked, said = opened(browser, quarter)
    data = content(quarter)
    chosen = page.locator("#page-layers input")
    page.locator("#page-month").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    # By keys alone: the arrows turn the switch, and the month stays.
    chosen.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#page-shown").startswith("Hazards")
    assert page.inner_text("#page-month-name") == "March 2025"
    march = layer_of(data, "hazards")["months"]["options"][2]
    numbers = page.locator("#page-body td.page-number")
    assert sorted(map(int, numbers.all_inner_texts())) == sorted(march["values"])
    assert "Hazards" in page.inner_text("#page-legend")
    assert page.inner_text("#page-column") == "Hazards reported"
    page.get_by_label("Coverage").check()
    assert page.locator("#page-month").is_hidden()
    assert "vacant" in numbers.all_inner_texts()
    page.get_by_label("Disputes", exact=True).check()
    assert page.title().endswith(page.inner_text("#page-shown"))
    assert (len(asked), said) == (1, [])
    page.close()


@pytest.mark.browser
def test_the_measure_of_a_layer_stays_as_it_was_left(quarter: Path, browser: Browser) -> None:
    page, _asked, said = opened(browser, quarter)
    page.select_option("#page-measure", label="Settled share")
    page.get_by_label("Hazards").check()
    page.get_by_label("Disputes", exact=True).check()
    assert page.inner_text("#page-column") == "Settled share"
    assert said == []
    page.close()


@pytest.mark.browser
def test_borders_and_places_are_switched_by_themselves(quarter: Path, browser: Browser) -> None:
    page, _asked, said = opened(browser, quarter)
    boxes = page.locator("#page-over input")
    assert [box.is_checked() for box in boxes.all()] == [True] + [False] * (boxes.count() - 1)
    places = content(quarter)["places"]
    assert list(places["kinds"]) == ["mediation_room", "fire_point"]
    assert page.locator(".maple-place").count() == 0
    for at, kind in enumerate(places["kinds"], start=1):
        boxes.nth(at).press("Space")
        assert page.locator(f".maple-place-{kind}").count() == sum(one["kind"] == kind for one in places["places"])
    boxes.nth(1).uncheck()
    assert page.locator(".maple-place").count() < len(places["places"])
    drawn = page.locator(".leaflet-maple-lines-pane canvas")
    inked = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(n => n > 0)"
    assert drawn.evaluate(inked)
    boxes.first.uncheck()
    page.wait_for_function(f"() => ![...document.querySelectorAll('.leaflet-maple-lines-pane canvas')].some({inked})")
    # The browser says how this test could read a canvas faster.
    assert [line for line in said if "willReadFrequently" not in line] == []
    page.close()


@pytest.mark.browser
def test_figures_stay_in_sight_beside_long_codes(small: Release, tmp_path: Path, browser: Browser) -> None:
    out = written(small, tmp_path)
    out.write_text(out.read_text("utf-8").replace('"G0"', '"concerned-citizens-of-the-forest-park"'), "utf-8")
    page, _asked, said = opened(browser, out)
    assert page.locator(".page-table td small", has_text="concerned-citizens").count() == 1
    box = page.locator("div:has(> table)")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    assert said == []
    page.close()


@pytest.mark.browser
def test_nothing_is_wider_than_a_telephone(quarter: Path, browser: Browser) -> None:
    page, _asked, said = opened(browser, quarter)
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert said == []
    page.close()


@pytest.mark.browser
def test_pointing_tells_withheld_from_missing(small: Release, tmp_path: Path, browser: Browser) -> None:
    # V0, the southern third, has three disputes; nobody was settled, so that every settled share is of none.
    told = {
        "public": (0.83, "Disputes reported: withheld, the count is small"),
        "planner": (0.5, "Settled share: no value"),
    }
    for role, (down, words) in told.items():
        page, _asked, said = opened(browser, written(small, tmp_path, role=role, level="village"))
        box = page.locator("#page-map").bounding_box()
        assert box is not None
        if role == "planner":
            page.select_option("#page-measure", label="Settled share")
        for place in (down + 0.02, down - 0.02, down):
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * place)
        expect(page.locator(".maple-tip")).to_have_text(re.compile(words))
        assert said == []
        page.close()


@pytest.mark.browser
def test_coverage_states_are_drawn(small: Release, tmp_path: Path, browser: Browser) -> None:
    page, _asked, said = opened(browser, written(small, tmp_path, layer="coverage", measure="states"))
    assert page.locator("#page-body td.page-number").all_inner_texts().count("vacant") == 7
    assert said == []
    page.close()


def test_the_font_holds_the_signs_asked_for_and_no_more() -> None:
    assert font_face(chinese_signs("Fenglin")) == ""
    few, many = (len(font_face(chinese_signs(text))) for text in ("枫林县", "枫林县矛盾纠纷派出所网格员"))
    assert few < many < 20_000
