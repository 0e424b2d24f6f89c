"""A logo stands on the first page of each report, once, in its own proportions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from geo.access import Scope
from geo.export.printed import MapAsked
from geo.export.reports import write_atlas, write_briefing, write_slides
from geo.store import Release
from geo.view import Period, View
from tests.export.reports.pages import bare, pages_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)
MARCH = View(Period("2025-03"), level="grid")
PLANNER = Scope("planner")


def logo(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "#0000ff").save(out, "PNG")
    return out.getvalue()


def blue(out: Path, page: int) -> NDArray[np.bool_]:
    """Return which points of a page, two in a millimetre, are the logo's."""
    picture = pypdfium2.PdfDocument(out.read_bytes())[page].render(scale=2 * 25.4 / 72).to_pil().convert("RGB")
    return np.asarray((np.asarray(picture) == [0, 0, 255]).all(axis=2))


@pytest.mark.parametrize("write", [write_briefing, write_atlas])
@pytest.mark.parametrize(("width", "height"), [(200, 100), (2000, 100), (50, 100)])
def test_a_logo_is_in_the_corner_of_the_first_page_alone(
    tiny: Release, tmp_path: Path, write: Callable[..., None], width: int, height: int
) -> None:
    asked = MapAsked(theme="symbols", logo=logo(width, height))
    write(tiny, MARCH, PLANNER, asked, tmp_path / "a.pdf", created_at=NOW)
    rows, columns = np.nonzero(blue(tmp_path / "a.pdf", 0))
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert wide / high == pytest.approx(width / height, rel=0.2)
    assert rows.max() < 2 * 40
    assert 210 - 14 - columns.max() / 2 < 1
    assert not blue(tmp_path / "a.pdf", 1).any()


def test_a_long_name_ends_beside_the_logo(tiny: Release, tmp_path: Path) -> None:
    asked = MapAsked(theme="symbols", logo=logo(400, 100))
    write_briefing(tiny, MARCH.replace(area="S1"), PLANNER, asked, tmp_path / "a.pdf", created_at=NOW)
    pages = pages_of(tmp_path / "a.pdf")
    assert len(pages) == 2
    assert bare("Monthly briefing") in bare(pages[0])


def test_slides_have_it_on_their_title(tiny: Release, tmp_path: Path) -> None:
    asked = MapAsked(theme="symbols", logo=logo(300, 100))
    write_slides(tiny, MARCH, PLANNER, asked, tmp_path / "s.pptx", created_at=NOW)
    deck = Presentation(str(tmp_path / "s.pptx"))
    shown = [[one for one in slide.shapes if one.shape_type == MSO_SHAPE_TYPE.PICTURE] for slide in deck.slides]
    assert [len(one) for one in shown][:2] == [1, 0]
    assert shown[0][0].width / shown[0][0].height == pytest.approx(3, rel=0.02)
