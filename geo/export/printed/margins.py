"""What stands around a printed map: its title, the panel with the legend, and where the figures come from."""

from __future__ import annotations

import numpy as np

from geo.export.facts import fact_words, facts_of, mark_of, projection_of, shown_parts, title_of, unplaced_text
from geo.export.printed.furniture import draw_locator
from geo.export.printed.ground import Ground, shapes_of
from geo.export.printed.logo import read_logo
from geo.export.printed.page import Page
from geo.export.printed.panel import Panel
from geo.export.printed.paper import Box
from geo.export.printed.setting import fit_line, width_mm_of
from geo.export.printed.themes import Key
from geo.layers import AREA_LEVELS
from geo.view import View
from geo.words.catalogue import translator

__all__ = ["fill_panel", "write_foot", "write_title"]

_TITLE, _SUBTITLE, _SMALL = 1.75, 1.05, 0.78
# Of the title's width, at most, for a logo.
_LOGO = 1 / 3
#: Columns that say something of the period that is compared with.
_COMPARED = ("change", "n_compare", "shift")


def write_title(page: Page, key: Key) -> str:
    """Write place and theme, and below them period, level and filters; return the title."""
    left, bottom, _width, height = page.layout.title.on(page.paper)
    lang = page.asked.lang
    parts = shown_parts(page.release, _told_view(page), lang)
    place = parts.pop(0) if page.protected.view.area is not None else title_of(page.release, lang)
    layer = parts.pop(0)
    title = " · ".join(dict.fromkeys([place, *([] if key.title.startswith(layer) else [layer]), key.title]))
    free = page.layout.title.width * (1 if page.asked.logo is None else 1 - _LOGO)
    words, size = fit_line(title, free, page.points * _TITLE)
    page.figure.text(left, bottom + height, words, fontsize=size, va="top")
    words, size = fit_line(" · ".join(parts), free, page.points * _SUBTITLE)
    page.figure.text(left, bottom + height * 0.1, words, fontsize=size, color=page.colours.quiet_text)
    if page.asked.logo is not None:
        _draw_logo(page, page.asked.logo)
    return title


def fill_panel(page: Page, ground: Ground, key: Key) -> None:
    """Write the legend and notes, and draw where the map lies in the whole, unless it shows the whole."""
    panel = Panel(
        page.figure, page.paper, page.layout.panel, page.colours, cornered=page.protected.view.area is not None
    )
    panel.write_key(key)
    notes = [*key.notes, unplaced_text(page.protected, page.asked.lang), page.asked.notes]
    panel.write_notes([note for note in notes if note])
    if panel.corner is None:
        return
    top = next(level for level, layer in AREA_LEVELS.items() if page.release.has(layer))
    axes = page.axes(panel.corner)
    axes.axis("off")
    draw_locator(axes, ground, shapes_of(page.release, top, ground.crs, page.asked.lang), page.colours)


def write_foot(page: Page) -> None:
    """Write source, date of the data, release, rules, projection, when it was made, and for whom."""
    lang = page.asked.lang
    _ = translator(lang)
    mark = mark_of(page.protected, lang)
    facts = facts_of(page.release, page.protected, lang=lang, created_at=page.created_at)
    words = fact_words(facts, lang)
    words.append(projection_of(lang)[1])
    left, bottom, width, height = page.layout.foot.on(page.paper)
    made_up = [_("Made-up data")] if page.release.made_up else []
    upper, colour = bottom + height * 0.6, page.colours.quiet_text
    free = page.layout.foot.width - 1.2 * width_mm_of(mark, page.points)
    for at, line in ((upper, words[:1] + made_up), (bottom, words[1:])):
        text, size = fit_line(" · ".join(line), free, page.points * _SMALL)
        page.figure.text(left, at, text, fontsize=size, color=colour)
    page.figure.text(left + width, upper, mark, ha="right", fontsize=page.points, color=page.colours.accent)


def _told_view(page: Page) -> View:
    """Return the view without what it is compared with, where nothing of that is shown."""
    shown = (page.asked.measure_id, page.asked.second_id or "")
    compared = page.asked.theme in ("classes", "two") and any(name.startswith(_COMPARED) for name in shown)
    return page.protected.view if compared else page.protected.view.replace(compare="none")


def _draw_logo(page: Page, logo: bytes) -> None:
    picture = np.asarray(read_logo(logo))
    box = page.layout.title
    width = min(box.height * picture.shape[1] / picture.shape[0], box.width * _LOGO)
    axes = page.axes(Box(box.left + box.width - width, box.bottom, width, box.height))
    axes.imshow(picture)
    axes.axis("off")
