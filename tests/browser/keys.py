"""A page walked by its keyboard alone: its controls, which of them Tab reaches, and whether that can be seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Frame, Page

from tests.browser.conftest import MAP

MOST_STEPS = 400

# Gives each control that is seen a number. Of buttons that stand for one choice Tab reaches one, the arrows the others;
# a table on a canvas is one control with cells; the arrow of a field opens what the field itself opens.
_NUMBER = """() => {
  const controls = "a[href], button, input, select, textarea, summary, [tabindex='0'], " +
    "[role=button], [role=slider], [role=combobox], [role=tab], [role=checkbox], [role=switch]";
  const isOff = (box) => box.disabled || box.ariaDisabled === "true" || box.tagName === "MAIN";
  const isSeen = (box) => box.getBoundingClientRect().width > 0 && box.checkVisibility({visibilityProperty: true});
  const isInner = (box) => box.parentElement.closest("canvas") ||
    box.tabIndex < 0 && box.closest("[data-testid=stSelectbox], [data-testid=stMultiSelect]");
  const look = (box) => {
    let all = "";
    for (let at = box, steps = 0; at && steps < 4; at = at.parentElement, steps += 1) {
      const {outline, outlineStyle, boxShadow, borderColor, backgroundColor, color} = getComputedStyle(at);
      all += [outlineStyle === "none" ? "" : outline, boxShadow, borderColor, backgroundColor, color].join();
    }
    return all;
  };
  window.maple = {look, found: [], groups: new Map()};
  for (const box of document.querySelectorAll(controls)) {
    if (isOff(box) || !isSeen(box) || isInner(box)) continue;
    const group = box.closest("[role=radiogroup], [role=toolbar]");
    if (group && window.maple.groups.has(group)) continue;
    if (group) window.maple.groups.set(group, window.maple.found.length);
    const drawn = box.querySelectorAll("[translate=no], [data-testid=stIconMaterial]");
    const signs = [...drawn].map((sign) => sign.innerText);
    const words = (box.innerText || "").split(/\\s+/).filter((word) => !signs.includes(word)).join(" ");
    const name = group?.ariaLabel || box.ariaLabel || words || box.tagName;
    window.maple.found.push({box, name, before: look(box)});
  }
  return window.maple.found.map((one) => one.name);
}"""

# What has the keyboard: its number among the controls, and whether that is seen; a canvas draws a ring of its own.
_WHERE = """async () => {
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  const at = document.activeElement;
  if (!at || at === document.body || at.tagName === "IFRAME") return {tag: at ? at.tagName : "BODY"};
  const canvas = at.closest("canvas");
  const group = at.closest("[role=radiogroup], [role=toolbar]");
  const held = window.maple.groups.get(group) ?? window.maple.found.findIndex((one) => one.box === (canvas || at));
  const one = window.maple.found[held];
  const place = at.getBoundingClientRect();
  const isIn = place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
  const isShown = isIn && at.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const isSeen = canvas !== null || isShown && (!one || window.maple.look(at) !== one.before);
  return {tag: at.tagName, held, isSeen, name: one ? one.name : at.outerHTML.slice(0, 120)};
}"""


@dataclass
class Walked:
    """What a walk by Tab met.

    Parameters
    ----------
    controls
        Names of all controls, those in the map behind those of the page.
    missed
        Those that were not reached.
    unseen
        Those that were reached without a sign of it.
    left
        Whether the keyboard came out at the end.
    steps
        How often Tab was pressed.
    back
        Whether Shift and Tab led to the top again.
    """

    controls: list[str]
    missed: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    left: bool = False
    steps: int = 0
    back: bool = False


def walk_there_and_back(page: Page) -> Walked:
    """Press Tab from the top of a page until the keyboard leaves it, and go back; leave the page as it was."""
    walked = walk(page)
    walked.back = walk_back(page)
    page.evaluate("document.activeElement.blur()")
    return walked


def walk(page: Page) -> Walked:
    """Press Tab from the top of a page until the keyboard leaves it."""
    frames = [page.main_frame, *_map_frames(page)]
    names = [list(frame.evaluate(_NUMBER)) for frame in frames]
    walked = Walked([name for some in names for name in some])
    reached: set[tuple[int, int]] = set()
    for walked.steps in range(1, MOST_STEPS + 1):
        page.keyboard.press("Tab")
        number, where = _where(frames)
        if where["tag"] == "BODY":
            walked.left = True
            break
        if where.get("held", -1) >= 0:
            reached.add((number, where["held"]))
        if not where.get("isSeen", True):
            walked.unseen.append(where["name"])
    walked.missed = [
        name for number, some in enumerate(names) for at, name in enumerate(some) if (number, at) not in reached
    ]
    return walked


def walk_back(page: Page) -> bool:
    """Press Shift and Tab until the keyboard is at the top again; False if it never gets there."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.dataset.testid") == "stSkipToContent":
            return True
    return False


def _map_frames(page: Page) -> list[Frame]:
    return [frame for frame in page.frames if "streamlit_folium" in frame.url] if page.locator(MAP).count() else []


def _where(frames: list[Frame]) -> tuple[int, dict[str, Any]]:
    where = frames[0].evaluate(_WHERE)
    if where["tag"] != "IFRAME" or len(frames) == 1:
        return 0, where
    return 1, frames[1].evaluate(_WHERE)
