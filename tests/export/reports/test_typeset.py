"""What is set is what was given, in a font that the file brings along."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from geo.export.reports.typeset import typeset
from tests.export.reports.pages import fonts_of, pages_of
from tests.hostile import NAMES

NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


def data(title: str, said: list[str]) -> dict[str, object]:
    facts = {"facts": "Release: 1", "mark": "Public", "made_up": "", "period": "March 2025"}
    words = {"index": "Stations", "withheld": "What is withheld"}
    protected = {"said": said, "heads": [], "rows": []}
    return {"title": title, "theme": "Disputes", **facts, "cover": [], "about": [], "stations": [], "words": words,
            "signs": [], "protected": protected}  # fmt: skip


def set_atlas(title: str, said: list[str], out: Path, *, picture: bytes) -> Path:
    out.write_bytes(typeset("atlas", data(title, said), lang="en", pictures={"index.pdf": picture}, created_at=NOW))
    return out


@pytest.fixture(scope="session")
def picture() -> bytes:
    return typeset("wall", {"title": "", "sheet": {"width": 10, "height": 10}, "words": {"plan": "", "sheet": ""},
                            "cut": dict.fromkeys(("width_mm", "height_mm", "shown_width_mm", "shown_height_mm"), 100)
                            | {"across_mm": 0, "down_mm": 0, "columns": 0, "rows": 0, "margin_mm": 5, "overlap_mm": 6}},
                   lang="en", pictures={"whole.pdf": _EMPTY})  # fmt: skip


# The smallest page that is a PDF.
_EMPTY = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


def test_names_that_would_be_commands_are_set_as_they_are(tmp_path: Path, picture: bytes) -> None:
    commands = ['#panic(1) #import "x": *', "$x^2$ *bold* _it_ `raw`", "@ref <label> // comment", "= Heading \\ ~ --"]
    out = set_atlas("A #title *of* a", [*commands, *NAMES], tmp_path / "a.pdf", picture=picture)
    said = "".join(pages_of(out)[-1].split())
    for text in commands:
        assert "".join(text.split()) in said
    assert "A #title *of* a" in pages_of(out)[0]


@settings(max_examples=12, deadline=None)
@given(text=st.text(alphabet="枫林县城 Aabc#*_$@<>/\\`\"'[]{}()=~-+^&%!?;:,.0123456789", min_size=1, max_size=40))
def test_any_text_is_set_as_it_is(text: str, tmp_path_factory: pytest.TempPathFactory, picture: bytes) -> None:
    out = set_atlas("T", [f"«{text}»"], tmp_path_factory.mktemp("set") / "a.pdf", picture=picture)
    assert "".join(f"«{text}»".split()) in "".join(pages_of(out)[-1].split())


def test_the_font_is_the_products_own_and_in_the_file(tmp_path: Path, picture: bytes) -> None:
    out = set_atlas("枫林县", ["不公开"], tmp_path / "a.pdf", picture=picture)
    assert fonts_of(out) == {"NotoSansSC-Regular-Identity-H"} or fonts_of(out) == {"NotoSansSC-Regular"}
    assert "枫林县" in pages_of(out)[0]


def test_a_file_says_when_it_was_made_and_twice_the_same(tmp_path: Path, picture: bytes) -> None:
    first, second = (set_atlas("T", ["a"], tmp_path / f"{name}.pdf", picture=picture) for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    made = PdfReader(first).metadata
    assert made is not None
    assert made.creation_date == NOW.replace(microsecond=0)
    assert made.title == "T"
