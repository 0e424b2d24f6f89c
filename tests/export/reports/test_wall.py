"""A wall map in small sheets: all of it is there, neighbours share a strip, the marks tell where to cut."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from geo.access import Scope
from geo.errors import GeoError
from geo.export.printed import MapAsked
from geo.export.printed.paper import PAPERS, make_paper
from geo.export.reports import TILES, cut_sheet, write_tiled
from geo.store import Release
from geo.view import Period, View
from tests.export.reports.pages import pages_of

YEAR = View(Period("2024"), level="village")


@given(paper=st.sampled_from(list(PAPERS)), tile=st.sampled_from(TILES), lies=st.booleans())
def test_the_small_sheets_cover_the_large_one(paper: str, tile: str, lies: bool) -> None:
    sheet = make_paper(paper, landscape=lies)
    cut = cut_sheet(sheet, tile)
    for n, step, shown, length in (
        (cut.columns, cut.across_mm, cut.shown_width_mm, sheet.width_mm),
        (cut.rows, cut.down_mm, cut.shown_height_mm, sheet.height_mm),
    ):
        starts = [place * step for place in range(n)]
        assert starts[-1] + shown >= length
        assert n == 1 or starts[-2] + shown < length
        assert all(before + shown - after == pytest.approx(cut.overlap_mm) for before, after in pairwise(starts))
    assert cut.shown_width_mm + 2 * cut.margin_mm == cut.width_mm
    assert cut.shown_height_mm + 2 * cut.margin_mm == cut.height_mm


def test_a0_takes_nine_sheets_of_a3() -> None:
    # 1189 × 841 mm; each shows 410 × 287, of which 6 twice: 3 × 404 + 6 = 1218, 3 × 281 + 6 = 849.
    cut = cut_sheet(make_paper("A0", landscape=True), "A3")
    assert (cut.columns, cut.rows) == (3, 3)


def test_a_tiled_map_is_a_plan_and_its_sheets(tiny: Release, tmp_path: Path) -> None:
    out = tmp_path / "wall.pdf"
    cut = write_tiled(tiny, YEAR, Scope("planner"), MapAsked(paper="A1"), out, tile="A3")
    pages = pages_of(out)
    # The title of the map, and not the name of the file.
    assert "Disputes" in str(getattr(PdfReader(out).metadata, "title", ""))
    assert len(pages) == 1 + cut.rows * cut.columns
    assert f"{cut.rows} rows of {cut.columns} sheets" in pages[0]
    assert [f"Row {row + 1}, sheet {column + 1}" in pages[1 + row * cut.columns + column]
            for row in range(cut.rows) for column in range(cut.columns)] == [True] * (len(pages) - 1)  # fmt: skip
    size = PdfReader(out).pages[1].mediabox
    assert (float(size.width), float(size.height)) == pytest.approx(
        (cut.width_mm / 25.4 * 72, cut.height_mm / 25.4 * 72), abs=0.1
    )
    # The large sheet is in the file once, not once a page.
    assert out.stat().st_size < 1_000_000


@pytest.mark.parametrize(("tile", "name"), [("A5", "wall.pdf"), ("A4", "wall.png")])
def test_other_papers_and_endings_are_refused(tiny: Release, tmp_path: Path, tile: str, name: str) -> None:
    with pytest.raises(GeoError):
        write_tiled(tiny, YEAR, Scope("planner"), MapAsked(paper="A1"), tmp_path / name, tile=tile)
    assert not (tmp_path / name).exists()
