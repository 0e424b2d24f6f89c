"""A briefing says in two pages what the measures say, and no more than its reader may know; slides say the same."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml import parse_xml

from geo.access import Scope
from geo.export.printed import MapAsked
from geo.export.reports import write_briefing, write_slides
from geo.measures import by_class, monthly
from geo.privacy import protect
from geo.store import Release, read_layer
from geo.view import Period, View
from geo.words import speaking
from tests.export.reports.pages import bare, pages_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)
MARCH = View(Period("2025-03"), level="grid")
PLANNER = Scope("planner")
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def briefing(release: Release, view: View, scope: Scope, out: Path, *, lang: str = "en") -> list[str]:
    write_briefing(release, view, scope, MapAsked(theme="symbols", lang=lang), out, created_at=NOW)
    return pages_of(out)


def slides(release: Release, view: View, scope: Scope, out: Path, *, lang: str = "en") -> Any:  # noqa: ANN401  pptx's own
    write_slides(release, view, scope, MapAsked(theme="symbols", lang=lang), out, created_at=NOW)
    return Presentation(str(out))


def words_of(deck: Any) -> str:  # noqa: ANN401  pptx's own
    return "\n".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)


def test_the_headline_says_what_changed_and_whether_by_more_than_chance(tiny: Release, tmp_path: Path) -> None:
    # S1 in March 2025: D01, D03, D04, D05 reported and D02 discovered; in March 2024 D12 reported.
    pages = briefing(tiny, MARCH.replace(area="S1"), PLANNER, tmp_path / "b.pdf")
    assert len(pages) == 2
    assert "4 disputes reported (+300 % on March 2024, within chance), 1 discovered." in pages[0].replace("\u202f", " ")
    assert "Monthly briefing · March 2025 · compared with March 2024" in pages[0]
    assert "For internal use" in pages[0]


@pytest.mark.parametrize(("period", "kind"), [("2025-W10", "Weekly"), ("2025-Q1", "Quarterly"), ("2024", "Yearly")])
def test_it_is_named_by_its_period(tiny: Release, tmp_path: Path, period: str, kind: str) -> None:
    pages = briefing(tiny, MARCH.replace(period=Period(period)), PLANNER, tmp_path / "b.pdf")
    assert f"{kind} briefing" in pages[0]
    assert len(pages) == 2


def test_its_table_is_that_of_the_measures(demo_release: Release, tmp_path: Path) -> None:
    view = View(Period("2025-03"), area=str(read_layer(demo_release, "stations")["station_id"].iloc[0]))
    pages = briefing(demo_release, view, PLANNER, tmp_path / "b.pdf")
    reported = view.replace(source="reported")
    frame = protect(by_class(demo_release, reported), reported, PLANNER).frame
    assert len(pages) == 2
    for n, before in zip(frame["n"], frame["n_compare"], strict=True):
        assert f" {n:,} {before:,} " in pages[1]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_every_station_fits_on_two_pages(demo_release: Release, tmp_path: Path, lang: str) -> None:
    for station in [None, *read_layer(demo_release, "stations")["station_id"].astype(str)]:
        assert len(briefing(demo_release, MARCH.replace(area=station), PLANNER, tmp_path / "b.pdf", lang=lang)) == 2


@pytest.mark.slow
def test_the_public_is_told_no_more_than_it_may(tiny: Release, tmp_path: Path) -> None:
    view = MARCH.replace(level="village")
    pages = briefing(tiny, view, Scope("public"), tmp_path / "b.pdf")
    inside = briefing(tiny, view, PLANNER, tmp_path / "i.pdf")
    assert "What asks for a decision" in inside[0]
    assert "What asks for a decision" not in " ".join(pages)
    assert "The promises" not in " ".join(pages)
    assert "Public" in pages[0]
    deck = slides(tiny, view, Scope("public"), tmp_path / "s.pptx")
    assert "What asks for a decision" not in words_of(deck)


def test_a_directors_briefing_is_of_the_own_station(tiny: Release, tmp_path: Path) -> None:
    scope = Scope("director", "S1")
    own = " ".join(briefing(tiny, MARCH.replace(area="S1"), scope, tmp_path / "own.pdf"))
    names = read_layer(tiny, "grids").set_index("grid_id")["name"]
    # G7 is in S3: what waits there is not told.
    assert bare(names["G7"]) not in bare(own)


def test_slides_hold_charts_and_tables_that_can_be_edited(tiny: Release, tmp_path: Path) -> None:
    view = MARCH.replace(area="S1")
    deck = slides(tiny, view, PLANNER, tmp_path / "s.pptx")
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    charts = [shape.chart for shape in shapes if shape.has_chart]
    reported = view.replace(source="reported")
    frame = protect(monthly(tiny, reported), reported, PLANNER).frame
    told = [None if n is None else float(n) for n in frame["n"].astype(object).where(frame["n"].notna(), None)]
    assert list(charts[0].plots[0].series[0].values) == told
    tables = [shape.table for shape in shapes if shape.has_table]
    classes = protect(by_class(tiny, reported), reported, PLANNER).frame
    assert [tables[0].cell(row, 1).text for row in range(1, len(tables[0].rows))] == [str(n) for n in classes["n"]]
    assert sum(shape.shape_type == 13 for shape in shapes) == 1
    assert deck.core_properties.subject == view.to_query()


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_slides_name_a_typeface_for_chinese_in_every_run(tiny: Release, tmp_path: Path, lang: str) -> None:
    slides(tiny, MARCH, PLANNER, tmp_path / "s.pptx", lang=lang)
    with zipfile.ZipFile(tmp_path / "s.pptx") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    # The same in the theme, which what a reader adds is set in.
    themes = [parse_xml(part) for name, part in parts.items() if "/theme/theme" in name]
    assert {one.get("typeface") for one in themes[0].iter(f"{DRAWN}ea")} == {"Microsoft YaHei"}
    looks = {
        name: [*parse_xml(part).iter(f"{DRAWN}rPr"), *parse_xml(part).iter(f"{DRAWN}defRPr")]
        for name, part in parts.items()
        if re.fullmatch(r"ppt/(slides/slide|charts/chart)\d+\.xml", name)
    }
    assert sum("chart" in name for name in looks) == 1
    for name, found in looks.items():
        assert found, name
        for look in found:
            assert look.find(f"{DRAWN}ea").get("typeface") == "Microsoft YaHei"
            assert look.get("lang") == {"en": "en-US", "zh_CN": "zh-CN"}[lang]


def test_slides_say_what_the_briefing_says(tiny: Release, tmp_path: Path) -> None:
    view = MARCH.replace(area="S1")
    said = words_of(slides(tiny, view, PLANNER, tmp_path / "s.pptx", lang="zh_CN"))
    page = briefing(tiny, view, PLANNER, tmp_path / "b.pdf", lang="zh_CN")[0]
    headline = next(line for line in said.splitlines() if "矛盾纠纷" in line and "4" in line)
    assert bare(headline) in bare(page)
    assert "内部使用" in said


def latin(text: str) -> str:
    """Return the figures and Latin letters of a text: of Chinese the office's font may have other signs."""
    return "".join(sign for sign in bare(text) if sign.isascii())


@pytest.mark.slow
def test_libreoffice_shows_the_slides_with_the_same_figures(tiny: Release, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-impress-nogui, and this is tested too")
    view = MARCH.replace(area="S1")
    deck = slides(tiny, view, PLANNER, tmp_path / "s.pptx")
    words = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*words, "--outdir", str(tmp_path), str(tmp_path / "s.pptx")], check=False, capture_output=True, timeout=180
    )
    if not (tmp_path / "s.pdf").exists():
        pytest.skip("LibreOffice draws no slides: apt-get install libreoffice-impress-nogui, and this is tested too")
    pages = pages_of(tmp_path / "s.pdf")
    assert len(pages) == len(deck.slides)
    shown = "".join(map(latin, pages))
    for line in words_of(deck).splitlines():
        assert latin(line) in shown


def test_nothing_is_left_in_another_language(tiny: Release, tmp_path: Path) -> None:
    with speaking("en"):
        briefing(tiny, MARCH, PLANNER, tmp_path / "b.pdf", lang="zh_CN")
        assert "disputes reported" in " ".join(briefing(tiny, MARCH, PLANNER, tmp_path / "e.pdf", lang="en"))
