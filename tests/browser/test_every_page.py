"""Every page, in both languages, both colour schemes and two widths: nothing fails, is cut off, or cannot be read.

Each page is also walked by the keyboard alone: every control is reached and seen to be, and none holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext

from geo.access import Scope
from geo.dashboard.navigation import PageEntry, pages_of
from tests.browser import keys, looks
from tests.browser.conftest import Watched, watch
from tests.browser.looks import Known, Look

pytestmark = pytest.mark.browser

QUERY = "period=2025"
PAGES = pages_of(Scope("planner"))
PAGE_IDS = [page.page_id for page in PAGES]
_SIDEBAR = {*(page.title for page in PAGES), "Language"}
_FILTERS = {"Area", "Period", "Compared with"}
_EVENTS = {"Classes", "Source"}
_MAP = {"Measure", "Areas", "Save", "Also on the map", "Month on the map", "Later", "Zoom in", "Zoom out"}
#: What each page must have among its controls; whatever else it has must be reached too.
CONTROLS = {
    "today": _FILTERS | _EVENTS | _MAP | {"Shown on the map", "Disputes reported", "Grids covered"},
    "promises": _FILTERS | _EVENTS | {"Promise", "Level"},
    "compare": _FILTERS | _EVENTS | {"Station", "Indicator"},
    "disputes": _FILTERS | _EVENTS | _MAP | {"Shown on the map", "Settled in a month", "Settled", "Police mediator"},
    "hazards": _FILTERS | _EVENTS | _MAP | {"Shown on the map", "Removed on time", "Rectified", "Find and open…"},
    "incidents": _FILTERS | _EVENTS | _MAP | {"Shown on the map", "Fraud", "Telecom fraud"},
    "coverage": _FILTERS | _MAP | {"Grids", "Find and open…"},
    "service": _FILTERS | _MAP | {"Visits, of homes", "Satisfaction"},
    "stations": _FILTERS | _EVENTS | {"Station", "Print"},
    "export": _FILTERS | _EVENTS | {"Shown on the map", "Drawn as", "Names of areas", "Picture (PNG)", "GeoPackage"},
    "data": {"Open the dashboard with this release"},
    "definitions": {"Layer"},
}


@dataclass
class Walk:
    """What was found on all pages: by page and by what was looked for, each with the look it was found in."""

    every: bool
    found: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    known: set[Known] = field(default_factory=set)
    by_keys: dict[str, keys.Walked] = field(default_factory=dict)

    def note(self, page: PageEntry, kind: str, look: Look, things: Sequence[str]) -> None:
        """Note what was found."""
        self.found[page.page_id, kind] += [f"{look}: {thing}" for thing in things]


@pytest.fixture(
    scope="module",
    params=[pytest.param("few", marks=pytest.mark.slow), pytest.param("every", marks=pytest.mark.thorough)],
)
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
                if look == looks.FIRST:
                    walk.by_keys[page.page_id] = keys.walk_there_and_back(watched.page)
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


def test_the_controls_of_every_page_are_known() -> None:
    assert list(CONTROLS) == [page.page_id for page in PAGES]


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_tab_reaches_every_control_and_goes_on(page_id: str, walk: Walk) -> None:
    walked = walk.by_keys[page_id]
    assert CONTROLS[page_id] | _SIDEBAR <= set(walked.controls)
    assert walked.missed == []
    assert walked.unseen == []
    assert walked.left, f"still on the page after {walked.steps} steps"
    assert walked.back, "the keyboard is held on the way back"


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
