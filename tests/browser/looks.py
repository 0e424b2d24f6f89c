"""What can be told of a page by looking at it: what is cut off, what is in the wrong language, what a checker finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from geo.dashboard.navigation import PAGES, PageEntry

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LANGUAGES = {"en": "en", "zh_CN": "zh-CN"}
WIDTHS = (1280, 1920)
HEIGHT = 900


@dataclass(frozen=True)
class Look:
    """A page as somebody sees it."""

    language: str
    scheme: Scheme
    width: int

    def __str__(self) -> str:
        return f"{self.language} {self.scheme} {self.width}"


#: The look that each page is seen in first.
FIRST = Look("en", SCHEMES[0], WIDTHS[0])


def looks(language: str, *, every: bool) -> tuple[Look, ...]:
    """Return the looks of a page in a language, each one step from the one before.

    Parameters
    ----------
    every
        Whether all of them; otherwise so few that each two of language, scheme and width come together once.
    """
    light, dark = SCHEMES
    narrow, wide = WIDTHS
    first, second = (narrow, wide) if language == "en" else (wide, narrow)
    few = (Look(language, light, first), Look(language, dark, second))
    return (few[0], Look(language, light, second), few[1], Look(language, dark, first)) if every else few


def path_of(page: PageEntry, query: str) -> str:
    """Return the address of a page; the first one is at the root."""
    return f"/{'' if page == PAGES[0] else page.page_id}?{query}"


# Errors of the page itself, of a widget, of a chart, of the map.
_FAILED = """() => {
  const boxes = "[data-testid=stException], [data-testid=stAlertContentError], [role=dialog], .maple-note";
  const seen = [...document.querySelectorAll(boxes)].map((box) => box.innerText.slice(0, 200));
  return document.body.innerText.includes("Traceback") ? [...seen, "Traceback"] : seen;
}"""

# Scrolls sideways; sticks out of the page; is longer than its place and cut there; columns that one has to scroll to.
_CUT_OFF = """() => {
  const found = [];
  const main = document.querySelector("[data-testid=stMain]");
  if (main.scrollWidth > main.clientWidth) found.push("the page scrolls sideways");
  const texts = "h1, h2, h3, h4, h5, h6, p, li, label, button, a, td, th, input, [data-testid=stMetricValue]";
  // A field for days has a twin of one pixel, for forms; a box to tick is drawn over one.
  const twin = "[data-testid=hidden-dateinput-container], [type=checkbox]";
  const apart = `canvas, [data-testid=stElementToolbar], [data-testid=stSkipToContent], [type=range], ${twin}`;
  for (const box of document.querySelectorAll(texts)) {
    const place = box.getBoundingClientRect();
    const words = (box.innerText || box.value || "").trim().slice(0, 60);
    if (!words || !place.width || !box.checkVisibility() || box.closest(apart)) continue;
    if (place.right > innerWidth + 1) found.push(`out of the page: ${words}`);
    for (const at of [box, box.parentElement]) {
      const hides = at.tagName === "INPUT" || getComputedStyle(at).overflowX === "hidden";
      if (hides && at.scrollWidth > at.clientWidth + 1) found.push(`cut off: ${words}`);
    }
  }
  for (const table of document.querySelectorAll("[data-testid=stDataFrame]")) {
    const [inner, outer] = [table.querySelector(".dvn-scroll-inner"), table.querySelector(".dvn-scroller")];
    if (inner && outer && inner.scrollWidth > outer.clientWidth + 1)
      found.push(`columns out of sight: ${table.querySelector("canvas thead")?.textContent}`);
  }
  return [...new Set(found)];
}"""

# All words that are seen, those of tables on a canvas too; not signs that are drawn by name, nor what is to be typed.
_WORDS = """() => {
  const field = "[data-testid=stFileUploaderDropzone]";  // what its button says to those who hear the page alone
  const unseen = `${field} > span [data-testid=stMarkdownContainer], ${field} > input + div:has(+ span) > span`;
  const drawn = "script, style, code, pre, [translate=no], [data-testid=stIconMaterial], [data-testid=stSkipToContent]";
  const apart = `${drawn}, ${unseen}`;
  const words = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    const isSeen = holder.closest("canvas") || holder.checkVisibility({visibilityProperty: true});
    if (isSeen && !holder.closest(apart)) words.push(walk.currentNode.textContent);
  }
  const isEmpty = (box) => box.value === "" && box.checkVisibility() && box.getBoundingClientRect().width > 1;
  const empty = [...document.querySelectorAll("input[placeholder]")].filter(isEmpty).map((box) => box.placeholder);
  return [...words, ...empty];
}"""

# Names of things that are called so in Chinese too; what the made-up data say of themselves in English alone.
_FORMATS = {
    "HTML",
    "GeoJSON",
    "GeoPackage",
    "GeoParquet",
    "Shapefile",
    "zip",
    "Excel",
    "CSV",
    "TOML",
    "KML",
    "PDF",
    "PPTX",
}
_PICTURES_AND_TEXTS = {"PNG", "SVG", "UTF", "GBK", "GCJ"}
_PROGRAMS = {"QGIS", "GIS", "Python", "DuckDB"}
_METHODS = {"Kaplan", "Meier", "Benjamini", "Yekutieli", "Newcombe", "Wilson"}
_NAMES = {"Maple", "Grid", "English", "Asia", "Shanghai", *_FORMATS, *_PICTURES_AND_TEXTS, *_PROGRAMS, *_METHODS}
_SAID_BY_DATA = ("demo, seed 1",)
# Letters among digits are of a hash.
_ENGLISH = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3,}(?![A-Za-z0-9])")


def failures(page: Page) -> list[str]:
    """Return what the page says went wrong."""
    return list(page.evaluate(_FAILED))


def cut_off(page: Page) -> list[str]:
    """Return what a reader cannot see whole."""
    return list(page.evaluate(_CUT_OFF))


def english_words(page: Page) -> list[str]:
    """Return texts with English words of a page, the map's too."""
    texts: set[str] = {text for frame in page.frames for text in frame.evaluate(_WORDS)}
    return sorted(text for text in texts if set(_ENGLISH.findall(_own_words(text))) - _NAMES)


def _own_words(text: str) -> str:
    for said in _SAID_BY_DATA:
        text = text.replace(said, "")
    return text


@dataclass(frozen=True)
class Known:
    """A violation inside a widget of Streamlit's own that no setting of ours changes."""

    rule: str
    selector: str
    reason: str


#: All that is let pass; a page that shows anything else fails, and so does a line here that nothing needs any more.
KNOWN: tuple[Known, ...] = ()

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_CHECK = """async ([tags, known]) => {
  const options = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], elementRef: true};
  const found = (await axe.run(document, options)).violations;
  return found.flatMap((rule) => rule.nodes.map((node) => ({
    rule: rule.id,
    html: node.html.slice(0, 160),
    message: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ").slice(0, 200),
    known: known.findIndex((one) => one.rule === rule.id && node.element && node.element.closest(one.selector)),
  })));
}"""


def violations(page: Page) -> tuple[list[str], set[Known]]:
    """Return what breaks WCAG 2.2 at level AA on a page and in its frames, and the known ones that were met."""
    for frame in page.frames:
        if frame.evaluate("typeof axe") == "undefined":
            frame.evaluate(AXE_SCRIPT)
    found = page.evaluate(_CHECK, [_TAGS, [{"rule": one.rule, "selector": one.selector} for one in KNOWN]])
    fresh = [f"{one['rule']}: {one['html']} {one['message']}" for one in found if one["known"] < 0]
    return fresh, {KNOWN[one["known"]] for one in found if one["known"] >= 0}
