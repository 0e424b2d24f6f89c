"""Views that are empty, tiny, huge, all alike, all withheld, long of name or across zones give proper sheets."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import shapely
from matplotlib.collections import PathCollection
from pptx import Presentation
from pptx.util import Pt

from geo.access import Scope
from geo.export.html import write_html
from geo.export.printed import MapAsked, draw_map, write_map
from geo.export.reports import write_atlas, write_briefing, write_slides
from geo.store import Release
from geo.view import Period, View
from tests.export.squares import publish_squares

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PLANNER, PUBLIC = Scope("planner"), Scope("public")
MARCH = View(Period("2025-03"))
LONG = (
    "枫林县城关镇新时代枫桥经验示范街道第一社区居民委员会下辖综合治理"
    "网格化服务管理中心第三十二工作站片区之东南角落网格与周边道路"
)
# The border of two zones of three degrees.
ZONES_MEET = 121.5 - 0.015


def words_inside(path: Path) -> list[str]:
    """Return the words of each page of a PDF, after a look whether all of them lie on it."""
    pages = []
    for page in pypdfium2.PdfDocument(path.read_bytes()):
        width, height = page.get_size()
        text = page.get_textpage()
        for number in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(number)
            assert left >= -1
            assert bottom >= -1
            assert right <= width + 1, text.get_text_bounded(left, bottom, right, top)
            assert top <= height + 1
        pages.append("".join(text.get_text_range().split()))
    return pages


def printed(release: Release, folder: Path, view: View = MARCH, scope: Scope = PLANNER, *, theme: str) -> str:
    asked = MapAsked(theme=theme, measure_id="n" if theme == "symbols" else "per_1000_residents", lang="zh_CN")
    write_map(release, view, scope, asked, folder / "map.pdf", created_at=NOW)
    [words] = words_inside(folder / "map.pdf")
    return words


@pytest.mark.parametrize("theme", ["classes", "symbols"])
@pytest.mark.parametrize(
    ("disputes", "told"),
    [([0] * 9, "0"), ([3], "3"), ([5] * 9, "5")],
    ids=["nothing happened", "one grid", "all alike"],
)
def test_maps_of_little_have_title_legend_and_foot(
    tmp_path: Path, disputes: Sequence[int], told: str, theme: str
) -> None:
    release = publish_squares(tmp_path / "store", disputes)
    words = printed(release, tmp_path, theme=theme)
    assert "矛盾纠纷" in words
    assert "内部使用" in words
    if theme == "classes":
        drawn = draw_map(release, MARCH, PLANNER, MapAsked(measure_id="per_1000_residents"), created_at=NOW)
        assert told in {text.get_text() for text in drawn.page.figure.texts}


@pytest.mark.parametrize("theme", ["classes", "symbols"])
def test_a_period_without_data_is_told_as_such(tmp_path: Path, theme: str) -> None:
    release = publish_squares(tmp_path / "store", [2] * 9)
    words = printed(release, tmp_path, MARCH.replace(period=Period("2020-01")), theme=theme)
    assert "2020年1月" in words
    assert "无数值" in words or "无数据" in words


def test_where_all_is_withheld_the_sheet_says_so(tmp_path: Path) -> None:
    release = publish_squares(tmp_path / "store", [1] * 9)
    words = printed(release, tmp_path, MARCH.replace(level="village"), PUBLIC, theme="symbols")
    assert "不公开" in words
    assert "公开" in words


@pytest.mark.parametrize(
    ("disputes", "view", "scope"),
    [
        ([0] * 9, MARCH, PLANNER),
        ([2] * 9, MARCH.replace(period=Period("2020-01")), PLANNER),
        ([3], MARCH, PLANNER),
        ([1] * 9, MARCH.replace(level="village"), PUBLIC),
    ],
    ids=["nothing happened", "before the data", "one grid", "all withheld"],
)
def test_reports_and_the_map_for_the_browser_are_proper_too(
    tmp_path: Path, disputes: Sequence[int], view: View, scope: Scope
) -> None:
    release, asked = publish_squares(tmp_path / "store", disputes), MapAsked(theme="symbols", lang="zh_CN")
    write_briefing(release, view, scope, asked, tmp_path / "briefing.pdf", created_at=NOW)
    first, second = words_inside(tmp_path / "briefing.pdf")
    assert "月报" in first
    # The axis of the months counts in whole numbers.
    assert not re.search(r"0\.0\d\d", second)
    write_slides(release, view, scope, asked, tmp_path / "slides.pptx", created_at=NOW)
    assert len(Presentation(str(tmp_path / "slides.pptx")).slides) > 3
    write_html(release, view, scope, tmp_path / "map.html", lang="zh_CN", created_at=NOW)
    assert "矛盾纠纷" in (tmp_path / "map.html").read_text("utf-8")
    write_atlas(release, view, scope, asked, tmp_path / "atlas.pdf", created_at=NOW)
    assert "图册" in words_inside(tmp_path / "atlas.pdf")[0]


def test_a_name_of_sixty_signs_stays_on_the_paper(tmp_path: Path) -> None:
    assert len(LONG) >= 60
    release = publish_squares(tmp_path / "store", [4] * 4, name=LONG)
    assert LONG[:20] in printed(release, tmp_path, MARCH.replace(area="S1"), theme="classes")
    for write, name in ((write_atlas, "atlas.pdf"), (write_briefing, "briefing.pdf")):
        write(release, MARCH, PLANNER, MapAsked(theme="symbols", lang="zh_CN"), tmp_path / name, created_at=NOW)
        assert LONG[:20] in words_inside(tmp_path / name)[0]


def test_a_long_name_on_slides_ends_above_what_follows_it(tmp_path: Path) -> None:
    release = publish_squares(tmp_path / "store", [4] * 4, name=LONG)
    write_slides(release, MARCH, PLANNER, MapAsked(theme="symbols", lang="zh_CN"), tmp_path / "s.pptx", created_at=NOW)
    title = Presentation(str(tmp_path / "s.pptx")).slides[0]
    boxes = [shape for shape in title.shapes if shape.has_text_frame]
    at = next(number for number, shape in enumerate(boxes) if LONG in shape.text_frame.text)
    name, below = boxes[at], boxes[at + 1]
    points = name.text_frame.paragraphs[0].runs[0].font.size.pt
    # A Chinese letter is as wide as it is high.
    lines = math.ceil(len(name.text_frame.text) * Pt(points) / (0.97 * name.width))
    assert lines * 1.2 * Pt(points) <= below.top - name.top


def test_areas_across_a_border_of_zones_are_squares_still(tmp_path: Path) -> None:
    release = publish_squares(tmp_path / "store", [2] * 9, west=ZONES_MEET)
    drawn = draw_map(release, MARCH, PLANNER, MapAsked(), created_at=NOW)
    sides = [(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1]) for box in drawn.ground.areas.polygons]
    # A hundredth of a degree at 30 degrees north: 965 m by 1,109 m, the same on both sides.
    assert all(width == pytest.approx(965, abs=3) and height == pytest.approx(1109, abs=3) for width, height in sides)
    printed(release, tmp_path, theme="classes")


def test_three_thousand_grids_stand_on_one_sheet(tmp_path: Path) -> None:
    release = publish_squares(tmp_path / "store", [number % 7 for number in range(3000)])
    assert "每千常住人口" in printed(release, tmp_path, theme="classes")
    drawn = draw_map(release, MARCH, PLANNER, MapAsked(measure_id="per_1000_residents"), created_at=NOW)
    assert len(drawn.ground.areas.ids) == 3000


def test_circles_of_three_thousand_grids_leave_the_map_in_sight(tmp_path: Path) -> None:
    release = publish_squares(tmp_path / "store", [number % 7 for number in range(3000)])
    drawn = draw_map(release, MARCH, PLANNER, MapAsked(theme="symbols"), created_at=NOW)
    scattered = [one for axes in drawn.page.figure.axes for one in axes.collections if isinstance(one, PathCollection)]
    [circles] = [one for one in scattered if len(one.get_sizes()) > 1000]
    # Sizes are squares of diameters in points; the map's metres for each of them.
    metres = drawn.ground.metres_per_mm * 25.4 / 72
    covered = math.pi / 4 * float(circles.get_sizes().sum()) * metres**2
    assert covered <= 0.61 * shapely.area(drawn.ground.areas.polygons).sum()


@pytest.mark.slow
def test_three_thousand_grids_are_an_atlas(tmp_path: Path) -> None:
    release = publish_squares(tmp_path / "store", [number % 7 for number in range(3000)])
    asked = MapAsked(theme="symbols", lang="zh_CN")
    write_atlas(release, MARCH, PLANNER, asked, tmp_path / "atlas.pdf", created_at=NOW)
    words = "".join(words_inside(tmp_path / "atlas.pdf"))
    assert sum(f"Grid{number}" in words for number in range(3000)) == 3000
