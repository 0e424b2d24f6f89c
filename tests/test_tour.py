"""The tour has a page for each page of the dashboard, and its pictures are those that the script makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.dashboard.navigation import PAGES

DOCS = Path(__file__).parent.parent / "docs"
TOUR, PICTURES = DOCS / "tour", DOCS / "pictures"
MOST_BYTES = 250_000

_LINK = re.compile(r"\[[^\]]*\]\(([^)]+)\)")


def links(page: Path) -> list[Path]:
    """Files that a page of the tour names."""
    return [(page.parent / target).resolve() for target in _LINK.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize("page_id", [entry.page_id for entry in PAGES])
def test_every_page_has_its_page_with_a_picture(page_id: str) -> None:
    page = TOUR / f"{page_id}.md"
    assert page in links(TOUR / "README.md")
    assert [target for target in links(page) if target.parent == PICTURES]


@pytest.mark.parametrize("page", sorted(TOUR.glob("*.md")), ids=lambda page: page.stem)
def test_what_a_page_names_is_there(page: Path) -> None:
    assert [target.name for target in links(page) if not target.is_file()] == []


def test_pictures_are_made_by_the_script_and_small() -> None:
    made = set(re.findall(r'^    "([a-z-]+\.png)": ', (DOCS / "pictures.py").read_text("utf-8"), re.MULTILINE))
    assert {picture.name for picture in PICTURES.iterdir()} == made
    assert [picture.name for picture in PICTURES.iterdir() if picture.stat().st_size > MOST_BYTES] == []
