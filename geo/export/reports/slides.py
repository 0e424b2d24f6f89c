"""Slides of a briefing for a seminar: charts and tables that can be edited, and a map as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from unicodedata import east_asian_width

import numpy as np
from babel.dates import format_skeleton
from pptx import Presentation
from pptx.chart.data import CategoryChartData, ChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.util import Mm, Pt

from geo.access import Scope
from geo.export.facts import fact_words
from geo.export.printed import MapAsked, logo_png
from geo.export.printed.paper import MM_PER_POINT
from geo.export.reports.briefing import Briefing, briefing_words, gather_briefing
from geo.export.reports.desk import Desk
from geo.export.reports.tables import PrintedCell, signs_of
from geo.export.reports.typefaces import set_typefaces
from geo.export.steps import Progress, silent
from geo.privacy import Protected
from geo.store import Release
from geo.view import View
from geo.words import gettext as _
from geo.words import language, speaking

__all__ = ["write_slides"]

_LOGO_HIGH, _LOGO_WIDE = 26.0, 110.0
# A screen of 16 to 9, in millimetres.
_WIDTH, _HEIGHT, _EDGE, _TOP = 338.7, 190.5, 16.0, 34.0
# Of the name on the title; a Latin letter's width as a share of a Chinese one's.
_NAME_POINTS, _TWO_LINES_POINTS, _LATIN = 44.0, 26.0, 0.6
_BLANK, _PICTURE_DPI = 6, 200
_ACCENT, _QUIET = RGBColor(0xB5, 0x39, 0x1C), RGBColor(0x57, 0x60, 0x6A)
_TEXT, _PAPER = RGBColor(0x1F, 0x23, 0x28), RGBColor(0xFF, 0xFF, 0xFF)
_COLOURS = {"short": _ACCENT, "reached": RGBColor(0x11, 0x63, 0x2F), "watch": RGBColor(0x8A, 0x46, 0x00)}
#: Stand in the cells of a table that a slide can't hatch.
_SIGNS = {"withheld": "▨", "missing": "–"}
# Of the work so much is done when all is measured, and when the map is drawn.
_MEASURED, _DRAWN = 0.5, 0.9
# Letters in tables, and how many rows are read on a slide.
_CELL_POINTS = 11
_CHART_POINTS = 12
_MOST_ROWS = 16


def write_slides(
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    out: Path,
    *,
    progress: Progress = silent,
    created_at: datetime | None = None,
) -> None:
    """Write a briefing as slides (PPTX); see `geo.export.reports.write_briefing`."""
    moment = created_at or datetime.now(UTC)
    # Seen from afar: letters are those of a larger sheet.
    desk = Desk(release, view, scope, replace(asked, paper="A2"))
    with speaking(asked.lang):
        progress(0, _("Working out the figures"))
        briefing = gather_briefing(desk, moment)
        progress(_MEASURED, _("Drawing the map"))
        picture = desk.plate(
            desk.lowest(view.area), width_mm=_WIDTH - 2 * _EDGE, height_mm=_HEIGHT - _TOP - _EDGE, png_dpi=_PICTURE_DPI
        )
        progress(_DRAWN, _("Setting the pages"))
        deck = _deck(briefing, picture)
    if asked.logo is not None:
        _add_logo(deck.slides[0], asked.logo)
    set_typefaces(deck, asked.lang)
    deck.core_properties.title = f"{briefing.place} · {briefing.kind}"
    deck.core_properties.author = "Maple Grid"
    deck.core_properties.subject = view.to_query()
    deck.core_properties.created = moment.replace(tzinfo=None)
    deck.save(str(out))


def _deck(briefing: Briefing, picture: bytes) -> Deck:
    deck, words = Presentation(), briefing_words(briefing)
    deck.slide_width, deck.slide_height = Mm(_WIDTH), Mm(_HEIGHT)
    _title_slide(deck, briefing)
    _words_slide(deck, briefing)
    slide = _slide(deck, briefing, words["map"])
    shown = slide.shapes.add_picture(BytesIO(picture), Mm(_EDGE), Mm(_TOP), Mm(_WIDTH - 2 * _EDGE))
    shown.name = f"{words['map']}: {briefing.place}"
    if briefing.figures.months is not None:
        _months_slide(deck, briefing, words["months"], briefing.figures.months)
    parts = (
        (words["classes"], words["class_heads"], briefing.classes),
        (words["card"], words["card_heads"], briefing.card),
        (words["coverage"], words["share_heads"], briefing.shares),
        (briefing.area_heads[0] if briefing.area_heads else "", briefing.area_heads, briefing.areas),
    )
    for title, heads, rows in parts:
        for first in range(0, len(rows), _MOST_ROWS):
            _table_slide(deck, briefing, title, heads, rows[first : first + _MOST_ROWS])
    if briefing.needs is not None:
        _write_needs(_slide(deck, briefing, words["decide"]), briefing.needs, nothing=words["nothing"])
    return deck


def _add_logo(slide: Slide, logo: bytes) -> None:
    """Put a logo in the upper right corner, in its own proportions."""
    picture, share = logo_png(logo)
    width = min(_LOGO_HIGH * share, _LOGO_WIDE)
    shown = slide.shapes.add_picture(BytesIO(picture), Mm(_WIDTH - _EDGE - width), Mm(_EDGE), Mm(width))
    shown.name = "Logo"


def _slide(deck: Deck, briefing: Briefing, title: str) -> Slide:
    """Add a slide with its title, and at its foot where the figures come from."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
    _write(slide, title, top=12, size=26)
    facts = " · ".join(fact_words(briefing.about, language()))
    _write(
        slide,
        f"{briefing.mark} · {briefing.place} · {briefing.period} · {facts}",
        top=_HEIGHT - 11,
        size=8,
        colour=_QUIET,
    )
    return slide


def _write(slide: Slide, text: str, *, top: float, size: float, colour: RGBColor = _TEXT, height: float = 10) -> None:
    box = slide.shapes.add_textbox(Mm(_EDGE), Mm(top), Mm(_WIDTH - 2 * _EDGE), Mm(height))
    box.text_frame.word_wrap = True
    run = box.text_frame.paragraphs[0].add_run()
    run.text, run.font.size, run.font.color.rgb = text, Pt(size), colour


def _title_slide(deck: Deck, briefing: Briefing) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
    _write(
        slide, " · ".join(part for part in (briefing.mark, briefing.made_up) if part), top=50, size=14, colour=_ACCENT
    )
    _write(slide, briefing.place, top=60, size=_name_points(briefing.place))
    _write(slide, f"{briefing.kind} · {briefing.period}", top=86, size=24)
    _write(slide, briefing.compared, top=102, size=16, colour=_QUIET)
    _write(slide, " · ".join(fact_words(briefing.about, language())), top=_HEIGHT - 18, size=10, colour=_QUIET)


def _name_points(name: str) -> float:
    """Return how large a name is set so that it ends above what follows it: in a line, or smaller in two."""
    letters = sum(1.0 if east_asian_width(letter) in "WF" else _LATIN for letter in name)
    fits = 0.95 * (_WIDTH - 2 * _EDGE) / MM_PER_POINT / max(letters, 1.0)
    return _NAME_POINTS if fits >= _NAME_POINTS else min(_TWO_LINES_POINTS, 1.9 * fits)


def _words_slide(deck: Deck, briefing: Briefing) -> None:
    slide = _slide(deck, briefing, briefing.period)
    for at, sentence in enumerate(briefing.sentences):
        _write(slide, sentence, top=_TOP + 18 * at, size=17, height=16)
    tiles, width = briefing.tiles, (_WIDTH - 2 * _EDGE) / max(len(briefing.tiles), 1)
    for at, tile in enumerate(tiles):
        box = slide.shapes.add_textbox(Mm(_EDGE + at * width), Mm(_HEIGHT - 62), Mm(width - 4), Mm(40))
        frame = box.text_frame
        frame.word_wrap = True
        texts = (
            (tile["name"], 13, _QUIET),
            (tile["value"], 30, _COLOURS.get(tile["state"], _TEXT)),
            (tile["words"], 11, _QUIET),
        )
        for place, (text, size, colour) in enumerate(texts):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text, run.font.size, run.font.color.rgb = text, Pt(size), colour


def _months_slide(deck: Deck, briefing: Briefing, title: str, months: Protected) -> None:
    """Add a chart whose numbers can be edited; a month that is withheld leaves a gap."""
    data = CategoryChartData()
    data.categories = [str(format_skeleton("yMMM", month, locale=language())) for month in months.frame["month"]]
    data.add_series(_("these months"), _values(months, "n"))
    data.add_series(_("a year before"), _values(months, "n_compare"))
    slide = _slide(deck, briefing, title)
    place = (Mm(_EDGE), Mm(_TOP), Mm(_WIDTH - 2 * _EDGE), Mm(_HEIGHT - _TOP - _EDGE))
    added: Any = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *place, cast("ChartData", data))
    chart = added.chart
    chart.has_legend, chart.has_title = True, False
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.font.size = Pt(_CHART_POINTS)
    chart.value_axis.minimum_scale = 0
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor(0xD9, 0xDC, 0xE0)
    for series, colour in zip(chart.plots[0].series, (_ACCENT, _QUIET), strict=True):
        series.format.line.color.rgb = colour
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.smooth = False


def _values(months: Protected, name: str) -> list[float | None]:
    if name not in months.frame:
        return [None] * len(months.frame)
    numbers = months.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return [None if np.isnan(number) else float(number) for number in numbers]


def _table_slide(
    deck: Deck, briefing: Briefing, title: str, heads: Sequence[str], rows: Sequence[Sequence[PrintedCell]]
) -> None:
    slide = _slide(deck, briefing, title)
    _write(slide, _table_notes(rows), top=24, size=11, colour=_QUIET, height=8)
    room = _HEIGHT - _TOP - _EDGE
    high = min(11.0, room / (len(rows) + 1))
    place = (Mm(_EDGE), Mm(_TOP), Mm(_WIDTH - 2 * _EDGE), Mm(high * (len(rows) + 1)))
    table = slide.shapes.add_table(len(rows) + 1, len(heads), *place).table
    first = (_WIDTH - 2 * _EDGE) * 0.34
    for column in range(len(heads)):
        table.columns[column].width = Mm(first if column == 0 else (_WIDTH - 2 * _EDGE - first) / (len(heads) - 1))
    for column, head in enumerate(heads):
        _fill(table.cell(0, column), head, colour=_PAPER, fill=_QUIET, words=column == 0)
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            text = _SIGNS.get(cell["sign"], cell["text"])
            _fill(table.cell(row, column), text, colour=_COLOURS.get(cell.get("state", ""), _TEXT), words=column == 0)


def _table_notes(rows: Sequence[Sequence[PrintedCell]]) -> str:
    """Return what the signs and brackets of a table mean, as far as it has them."""
    signs = [f"{_SIGNS[one['sign']]} {one['text']}" for one in signs_of(rows)]
    within = any(cell["text"].startswith("(") for row in rows for cell in row)
    return " · ".join(signs + ([_("‰: per 1,000. In brackets: a change within chance.")] if within else []))


def _fill(cell: _Cell, text: str, *, colour: RGBColor, fill: RGBColor = _PAPER, words: bool = False) -> None:
    cell.margin_top = cell.margin_bottom = Mm(0.4)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = fill
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT if words else PP_ALIGN.RIGHT
    run = paragraph.add_run()
    run.text, run.font.size, run.font.color.rgb, run.font.bold = text, Pt(_CELL_POINTS), colour, False


def _write_needs(slide: Slide, needs: Sequence[Mapping[str, str]], *, nothing: str) -> None:
    if not needs:
        _write(slide, nothing, top=_TOP, size=17, colour=_QUIET)
    for at, need in enumerate(needs):
        _write(slide, need["words"], top=_TOP + 16 * at, size=16, colour=_COLOURS.get(need["state"], _TEXT))
        _write(slide, need["areas"], top=_TOP + 16 * at + 7, size=11, colour=_QUIET)
