"""Every page, in both languages, both colour schemes and two widths: nothing fails, is cut off, or cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext

from geo.dashboard.navigation import PAGES, PageEntry
from tests.browser import looks
from tests.browser.conftest import Watched, watch
from tests.browser.looks import Known, Look

pytestmark = pytest.mark.browser

QUERY = "period=2025"
PAGE_IDS = [page.page_id for page in PAGES]


@dataclass
class Walk:
    """What was found on all pages: by page and by what was looked for, each with the look it was found in."""

    every: bool
    found: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    known: set[Known] = field(default_factory=set)

    def note(self, page: PageEntry, kind: str, look: Look, things: Sequence[str]) -> None:
        """Note what was found."""
        self.found[page.page_id, kind] += [f"{look}: {thing}" for thing in things]


@pytest.fixture(scope="module", params=["few", pytest.param("every", marks=pytest.mark.thorough)])
def walk(context: BrowserContext, dashboard_url: str, request: pytest.FixtureRequest) -> Walk:
    """Every page opened once in each language, and looked at in schemes and widths, in one browser window."""
    walk = Walk(every=request.param == "every")
    watched = watch(context, dashboard_url)
    for page in PAGES:
        for language in looks.LANGUAGES:
            watched.open(looks.path_of(page, f"{QUERY}&lang={language}"))
            watched.wait_for_map()
            for look in looks.looks(language, every=walk.every):
                _look_at(watched, page, look, walk)
    watched.page.close()
    return walk


def _look_at(watched: Watched, page: PageEntry, look: Look, walk: Walk) -> None:
    watched.page.emulate_media(color_scheme=look.scheme)
    watched.page.set_viewport_size({"width": look.width, "height": looks.HEIGHT})
    watched.settle()
    walk.note(page, "faults", look, watched.faults + looks.failures(watched.page))
    watched.faults.clear()
    walk.note(page, "cut off", look, looks.cut_off(watched.page))
    if look.language != "en":
        walk.note(page, "english", look, looks.english_words(watched.page))
    walk.note(page, "language", look, [watched.page.evaluate("document.documentElement.lang")])
    if look in looks.looks("en", every=False):
        fresh, known = looks.violations(watched.page)
        walk.note(page, "violations", look, fresh)
        walk.known |= known


@pytest.mark.parametrize("page_id", PAGE_IDS)
@pytest.mark.parametrize("kind", ["faults", "cut off", "english", "violations"])
def test_a_page_has_no(kind: str, page_id: str, walk: Walk) -> None:
    assert walk.found[page_id, kind] == []


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_a_document_says_its_language(page_id: str, walk: Walk) -> None:
    expected = [
        f"{look}: {tag}"
        for language, tag in looks.LANGUAGES.items()
        for look in looks.looks(language, every=walk.every)
    ]
    assert walk.found[page_id, "language"] == expected


def test_what_is_let_pass_is_still_met(walk: Walk) -> None:
    assert walk.known == set(looks.KNOWN)
