"""A sheet holds what the screen shows, in its place, and says so on itself."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text
from PIL import Image
from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from pyproj import CRS

from geo.access import Scope
from geo.crs import project_points
from geo.errors import GeoError, ViewError
from geo.export.printed import MapAsked, draw_map, logo_png, surroundings, write_map
from geo.export.printed import sheet as sheet_module
from geo.export.printed.furniture import north_degrees
from geo.export.printed.sheet import Sheet
from geo.figures.asked import seen
from geo.maps.values import classes_of
from geo.measures import measure
from geo.privacy import protect
from geo.store import Release, Store, read_layer
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
YEAR = View(Period("2024"), level="village")
PLANNER = Scope("planner")
# Points of a letter are darker.
DARK = 140
MARCH_GRIDS = View(Period("2025-03"), level="grid")


def draw(
    release: Release,
    view: View = YEAR,
    scope: Scope = PLANNER,
    **asked: Any,  # noqa: ANN401  what MapAsked takes
) -> Sheet:
    return draw_map(release, view, scope, MapAsked(**asked), created_at=NOW)


def texts(sheet: Sheet) -> str:
    """Return all words on a sheet, a line each."""
    figure = sheet.page.figure
    own = [text.get_text() for text in figure.texts]
    return "\n".join(own + [text.get_text() for axes in figure.axes for text in axes.texts])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county."""
    store = Store(tmp_path_factory.mktemp("printed"))
    return store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", made_up=True)


def test_a_pdf_says_what_it_is_in_words_that_can_be_copied(demo_release: Release, tmp_path: Path) -> None:
    station = View(Period("2024"), level="village", area=_station(demo_release))
    asked = MapAsked(measure_id="settled_in_month", lang="zh_CN", notes="仅供内部研讨")
    write_map(demo_release, station, PLANNER, asked, tmp_path / "a.pdf", created_at=NOW)
    page = PdfReader(tmp_path / "a.pdf").pages[0]
    words = page.extract_text()
    for told in (
        "城中派出所 · 矛盾纠纷 · 一个月内化解率（%）",
        "2024年 · 按村/社区",
        "1 : ",
        "仅供内部研讨",
        "内部使用",
    ):
        assert told in words
    for told in ("虚构数据", f"{demo_release.number}", demo_release.rules_hash[:12], "2026-01-02 03:04 UTC"):
        assert told in words
    fonts = page["/Resources"]["/Font"].get_object()  # type: ignore[index]
    assert fonts
    assert all("/ToUnicode" in font.get_object() and "NotoSansSC" in str(font.get_object()) for font in fonts.values())
    assert float(page.mediabox.width) == pytest.approx(297 / 25.4 * 72, abs=0.5)


def test_areas_are_coloured_by_the_class_that_the_screen_gives_them(demo_release: Release) -> None:
    sheet = draw(demo_release, measure_id="settled_in_month")
    protected = protect(measure(demo_release, YEAR), YEAR, PLANNER)
    classes = classes_of(protected, "settled_in_month")
    drawn = sheet.page.figure.axes[0].collections
    filled = next(
        one for one in drawn if isinstance(one, PathCollection) and len(one.get_paths()) == len(protected.frame)
    )
    colours = [to_hex(tuple(colour)) for colour in np.asarray(filled.get_facecolor())]
    values = protected.frame["settled_in_month"].to_numpy(dtype=float, na_value=np.nan)
    expected = [classes.colours[at] for at in classes.index(values)]
    assert [a == b for a, b in zip(colours, expected, strict=True) if b is not None].count(True) == len(values)
    assert set(classes.labels) <= set(texts(sheet).split("\n"))


def test_a_neighbour_is_named_once(demo_release: Release) -> None:
    station = View(Period("2024"), level="village", area=_station(demo_release))
    sheet = draw_map(demo_release, station, PLANNER, MapAsked(theme="symbols", lang="zh_CN"), created_at=NOW)
    named = Counter(label.text for label in surroundings._names(sheet.ground, sheet.page, set()))
    assert sheet.ground.borders is not None
    beside = set(sheet.ground.neighbours.names) & set(sheet.ground.borders.names)
    assert beside
    assert {named[name] for name in beside} == {1}


def test_names_keep_out_of_circles(demo_release: Release) -> None:
    sheet = draw_map(
        demo_release, YEAR.replace(level="station"), PLANNER, MapAsked(theme="symbols", lang="zh_CN"), created_at=NOW
    )
    axes = sheet.page.figure.axes[0]
    [circles] = [one for one in axes.collections if isinstance(one, PathCollection) and len(one.get_sizes()) > 5]
    metres = sheet.ground.metres_per_mm * 25.4 / 72
    radii = np.sqrt(circles.get_sizes()) / 2 * metres
    sheet.page.figure.canvas.draw()
    for text in axes.texts:
        if text.get_text() in sheet.ground.areas.names:
            (west, south), (east, north) = axes.transData.inverted().transform(text.get_window_extent())
            at = np.asarray(circles.get_offsets())
            nearest = np.clip(at, [west, south], [east, north])
            assert (np.hypot(*(at - nearest).T) >= 0.9 * radii).all(), text.get_text()


def test_a_png_lies_where_its_world_file_says(demo_release: Release, tmp_path: Path) -> None:
    out = tmp_path / "a.png"
    asked = MapAsked(measure_id="settled_in_month", names=False)
    write_map(demo_release, YEAR, PLANNER, asked, out, dpi=150, created_at=NOW)
    across, _r1, _r2, down, left, top = (float(line) for line in out.with_suffix(".pgw").read_text().split())
    picture = np.asarray(Image.open(out).convert("RGB"))
    assert picture.shape[:2] == (int(210 / 25.4 * 150), int(297 / 25.4 * 150))
    protected = protect(measure(demo_release, YEAR), YEAR, PLANNER)
    classes = classes_of(protected, "settled_in_month")
    colour = dict(
        zip(protected.frame["area_id"], classes.index(protected.frame["settled_in_month"].to_numpy()), strict=True)
    )
    villages = read_layer(demo_release, "villages").set_index("village_id")
    places = shapely.get_coordinates(
        shapely.get_point(shapely.maximum_inscribed_circle(villages.geometry.to_numpy(), tolerance=1e-4), 0)
    )
    east, north = project_points(places[:, 0], places[:, 1], _crs(out))
    rows, columns = np.rint((north - top) / down).astype(int), np.rint((east - left) / across).astype(int)
    expected = [classes.colours[colour[village_id]] for village_id in villages.index]

    def share_of(shift: int) -> float:
        pixels = [to_hex(tuple(pixel / 255)) for pixel in picture[rows, columns + shift]]
        return float(np.mean([one == two for one, two in zip(pixels, expected, strict=True)]))

    # Rivers, roads and names run through some; a map that lies a few millimetres beside agrees by chance alone.
    assert share_of(0) > 0.7
    assert share_of(20) < share_of(0) - 0.2


def test_an_svg_needs_no_font_and_looks_as_the_png_does(
    demo_release: Release, tmp_path: Path, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, asked = YEAR.replace(area=_station(demo_release)), MapAsked(lang="zh_CN", notes="仅供内部研讨")
    for name in ("a.svg", "a.png"):
        write_map(demo_release, view, PLANNER, asked, tmp_path / name, dpi=96, created_at=NOW)
    tags = set(re.findall(r"<([a-z-]+)[ >]", (tmp_path / "a.svg").read_text("utf-8")))
    assert "path" in tags
    assert not tags & {"text", "tspan", "font-face"}
    # A machine without any font.
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>", "utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    with Image.open(tmp_path / "a.png") as png, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": png.width, "height": png.height})
        page.set_content(f'<body style="margin:0"><img width="{png.width}"></body>')
        drawing = b64encode((tmp_path / "a.svg").read_bytes()).decode()
        page.evaluate(
            "src => { const one = document.images[0]; one.src = src; return one.decode(); }",
            f"data:image/svg+xml;base64,{drawing}",
        )
        seen_there = page.screenshot()
        browser.close()
        grey = [np.asarray(one.convert("L"), dtype=float) for one in (png, Image.open(BytesIO(seen_there)))]
    assert grey[0].shape == grey[1].shape
    # A title of boxes, or none, is some thousand points off; the edges of lines are a little.
    title = [one[: one.shape[0] // 12] < DARK for one in grey]
    assert title[0].sum() > 500
    assert abs(int(title[0].sum()) - int(title[1].sum())) < 0.1 * title[0].sum()
    assert np.abs(grey[0] - grey[1]).mean() < 3


def test_north_is_up_at_the_middle_of_the_projection(demo_release: Release) -> None:
    assert abs(north_degrees(draw(demo_release).ground)) < 0.02


def test_the_scale_is_the_map_s(demo_release: Release) -> None:
    ground = draw(demo_release).ground
    west, _south, east, _north = ground.frame
    width_mm = 297 - 2 * 9 - 58 - 3.5
    assert (east - west) * 1000 / width_mm == pytest.approx(ground.scale)
    assert np.isin(ground.scale / 10 ** np.floor(np.log10(ground.scale)), [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5]).all()
    extent = shapely.total_bounds(ground.areas.polygons)
    assert west < extent[0]
    assert extent[2] < east


def test_the_public_s_sheet_is_marked_and_tells_what_is_withheld(tiny: Release) -> None:
    sheet = draw(tiny, View(Period("2025-03"), level="village"), Scope("public"), measure_id="n")
    words = texts(sheet)
    assert "withheld, the count is small" in words
    assert "Public" in words.split("\n")
    assert "For internal use" not in words
    assert "For internal use" in texts(draw(tiny, View(Period("2025-03"), level="village"), measure_id="n"))


@pytest.mark.parametrize("theme", ["classes", "symbols"])
@pytest.mark.parametrize(
    "view",
    [
        View(Period("2024-02"), level="village"),
        View(Period("2025-03"), level="grid", area="V4"),
        View(Period("2025-03"), level="village", area="V1"),
    ],
    ids=["nothing happened", "two grids", "one area"],
)
def test_odd_views_give_a_proper_sheet(tiny: Release, view: View, theme: str, tmp_path: Path) -> None:
    write_map(tiny, view, PLANNER, MapAsked(theme=theme), tmp_path / "a.pdf", created_at=NOW)
    assert "Tiny" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text() or view.area


def test_a_name_of_sixty_characters_stays_on_the_sheet(tmp_path: Path) -> None:
    layers = tiny_layers()
    name = "枫" * 60
    layers["villages"] = layers["villages"].assign(name=name)
    release = Store(tmp_path / "store").publish(
        layers, as_of=AS_OF, time_zone="Asia/Shanghai", title=name, made_up=True
    )
    sheet = draw(release, View(Period("2025-03"), level="grid", area="V1"), lang="zh_CN")
    figure = sheet.page.figure
    figure.draw_without_rendering()
    for text in figure.texts:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"theme": "pie"}, "no theme 'pie'"),
        ({"scheme": "jenks"}, "no scheme 'jenks'"),
        ({"theme": "two"}, "needs a second one"),
        ({"paper": "Letter"}, "no paper 'Letter'"),
        ({"measure_id": "nonsense"}, "no measure 'nonsense'"),
    ],
)
def test_what_cannot_be_drawn_is_told(tiny: Release, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(GeoError, match=told):
        draw(tiny, View(Period("2025-03"), level="village"), **asked)


def red_logo(*, width: int = 200, height: int = 100) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "#ff0000").save(out, "PNG")
    return out.getvalue()


def test_a_logo_stands_in_the_corner(tiny: Release, tmp_path: Path) -> None:
    view = View(Period("2025-03"), level="village")
    write_map(tiny, view, PLANNER, MapAsked(logo=red_logo()), tmp_path / "a.png", dpi=50, created_at=NOW)
    picture = np.asarray(Image.open(tmp_path / "a.png").convert("RGB"))
    assert (picture[:70, -100:] == [255, 0, 0]).all(axis=2).sum() > 400


@pytest.mark.parametrize("content", [b"", b"no picture", red_logo()[:90], b"<svg/>"])
def test_a_logo_that_is_no_picture_is_told(content: bytes) -> None:
    with pytest.raises(GeoError, match="can't be read as a picture"):
        logo_png(content)


def test_a_logo_of_too_many_points_is_refused_and_a_large_one_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, share = logo_png(red_logo(width=3000, height=1000))
    assert Image.open(BytesIO(picture)).size == (1200, 400)
    assert share == 3
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(GeoError, match="can't be read as a picture"):
        logo_png(red_logo())


def test_another_ending_is_refused(tiny: Release, tmp_path: Path) -> None:
    with pytest.raises(GeoError, match=r"a\.gif must end in \.pdf"):
        write_map(tiny, YEAR, PLANNER, MapAsked(), tmp_path / "a.gif")


def test_coverage_names_the_grids_that_nobody_looks_after(demo_release: Release) -> None:
    view = View(Period("2024"), layer="coverage", level="grid", area=_station(demo_release))
    sheet = draw(demo_release, view, theme="states", lang="en")
    frame = sheet.page.protected.frame
    names = frame.loc[frame["state"] == "vacant", "name_en"].fillna(frame["name"])
    assert len(names) > 0
    assert set(names) & set(texts(sheet).split("\n"))


def _station(release: Release) -> str:
    stations: pd.DataFrame = read_layer(release, "stations")
    return str(stations["station_id"].min())


def _crs(out: Path) -> CRS:
    return CRS.from_wkt(out.with_suffix(".prj").read_text())


@pytest.mark.parametrize("scheme", ["round", "quantiles", "equal", "natural"])
def test_classes_of_a_longer_period_hold_for_the_maps_of_its_months(tiny: Release, scheme: str) -> None:
    asked = MapAsked(scheme=scheme, classes=3, breaks_from="2025")
    tables = [
        seen("measure", tiny, view, PLANNER) for view in (MARCH_GRIDS.replace(period=Period("2025")), MARCH_GRIDS)
    ]
    own, held = (sheet_module._classes(tiny, [table], asked) for table in tables)
    assert held == own
    # Any number has a class that says so, also one below all of the year's.
    assert held.breaks[0] <= 0
    plain = sheet_module._classes(tiny, tables[:1], replace(asked, breaks_from=None))
    assert held.breaks[-len(plain.breaks) :] == plain.breaks


def test_a_legend_says_which_period_its_classes_are_of(tiny: Release) -> None:
    said = [
        [text.get_text() for text in draw(tiny, MARCH_GRIDS, breaks_from=of).page.figure.findobj(Text)]
        for of in (None, "2025")
    ]
    assert [any("Classes of 2025." in text for text in texts) for texts in said] == [False, True]


@pytest.mark.parametrize("asked", [{"theme": "symbols"}, {"scheme": "own", "breaks": (1.0,)}])
def test_classes_of_a_period_are_for_coloured_areas_alone(asked: dict[str, Any]) -> None:
    with pytest.raises(GeoError, match="Remedy: --theme classes"):
        MapAsked(breaks_from="2025", **asked)
    with pytest.raises(ViewError, match="'soon' is no period"):
        MapAsked(breaks_from="soon")
