"""A briefing: two pages about an area after a period, in words and figures, for those who decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.access import Scope
from geo.codes import label
from geo.export.facts import fact_words, facts_of, mark_of, period_text, projection_of
from geo.export.printed import MapAsked
from geo.export.reports.chart import draw_months
from geo.export.reports.desk import Desk
from geo.export.reports.tables import (
    FIGURES,
    PrintedCell,
    area_rows,
    figure_cell,
    layer_tables,
    level_title,
    line_tile,
    shown_figures,
    signs_of,
    title_of_figure,
    word_cell,
)
from geo.export.reports.typeset import typeset
from geo.export.steps import Progress, silent
from geo.figures.asked import layers_shown
from geo.figures.briefing import BriefingFigures, briefing_figures, briefing_sentences
from geo.figures.needs import needs_of
from geo.figures.sentences import without_marks
from geo.figures.telling import most_telling
from geo.privacy import Protected
from geo.store import Release
from geo.view import CLASS_LISTS, View
from geo.words import gettext as _
from geo.words import language, speaking
from geo.words.cells import is_closed, read_cell
from geo.words.formats import change_text
from geo.words.indicators import Line, indicator_name, lines_of, period_notes

__all__ = ["Briefing", "briefing_words", "gather_briefing", "write_briefing"]

_WIDTH_MM, _MAP_MM, _MONTHS_MM = 182.0, 92.0, (87.0, 52.0)
_TILES, _MOST_LINES, _MOST_AREAS = 4, 16, 16
# So many areas behind a need are named; of more the number is told.
_MOST_NAMES = 6
# Of the work so much is done when all is measured, and when the map is drawn.
_MEASURED, _DRAWN = 0.5, 0.9
_MAP, _MONTHS = "map.pdf", "months.pdf"
_STATES = {"high": "short", "medium": "watch", "low": "plain"}


@dataclass(frozen=True, eq=False)
class Briefing:
    """What a briefing says, written, and what its charts are drawn from.

    Parameters
    ----------
    place, kind, period, compared
        What it is about; ``compared`` is empty where nothing is compared.
    sentences
        What has changed and how things stand, the most important first.
    tiles
        The figures that tell most.
    needs
        What asks for a decision: words, the areas, and a state that colours it; None for those who are not told.
    classes, shares, card
        Rows of the tables by class, of coverage, and of the indicators that have a target or tell most.
    areas, area_heads
        A row for each area of the level below, and the heads; none where they would not fit on the page.
    figures
        Where all of it is from.
    notes
        What has to be said of the indicators.
    about
        Names and values of where the figures come from.
    """

    place: str
    kind: str
    period: str
    compared: str
    sentences: list[str]
    tiles: list[dict[str, str]]
    needs: list[dict[str, str]] | None
    classes: list[list[PrintedCell]]
    shares: list[list[PrintedCell]]
    card: list[list[PrintedCell]]
    areas: list[list[PrintedCell]]
    area_heads: list[str]
    figures: BriefingFigures
    notes: list[str]
    about: list[tuple[str, str]]
    mark: str
    made_up: str


def write_briefing(
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    out: Path,
    *,
    progress: Progress = silent,
    created_at: datetime | None = None,
) -> None:
    """Write two pages about a view's area after its period as a PDF.

    Parameters
    ----------
    release, view, scope
        What is told, and to whom; small counts are withheld as on the screen.
    asked
        How the map is to look; the paper is A4.
    out
        The file.
    progress
        Told how far it is; what it raises stops the file.
    created_at
        Moment to print as the file's; now if not given.

    Raises
    ------
    NotPermitted
        When the scope may not see the view.
    """
    moment, desk = created_at or datetime.now(UTC), Desk(release, view, scope, asked)
    with speaking(asked.lang):
        progress(0, _("Working out the figures"))
        briefing = gather_briefing(desk, moment)
        progress(_MEASURED, _("Drawing the map"))
        pictures = {_MAP: desk.plate(desk.lowest(view.area), width_mm=_WIDTH_MM, height_mm=_MAP_MM)}
        months = briefing.figures.months
        if months is not None:
            width, height = _MONTHS_MM
            pictures[_MONTHS] = draw_months(months, width_mm=width, height_mm=height)
        progress(_DRAWN, _("Setting the pages"))
        data = _data(briefing)
    out.write_bytes(typeset("briefing", data, lang=asked.lang, pictures=pictures, logo=asked.logo, created_at=moment))


def gather_briefing(desk: Desk, moment: datetime) -> Briefing:
    """Measure what a briefing tells, and write it in the language that is spoken."""
    view, language_ = desk.view, language()
    figures = briefing_figures(desk.ask, layers_shown(desk.release), view)
    lines = [] if figures.card is None else lines_of(figures.card)
    first = next(iter(figures.wholes.values())).now
    compared = view.comparison
    area_heads, areas = _areas(desk)
    told = _telling_lines(lines)
    return Briefing(
        place=desk.name(view.area),
        kind=_kind(view),
        period=period_text(view.period, language_),
        compared=""
        if compared is None
        else _("compared with {period}").format(period=period_text(compared, language_)),
        sentences=briefing_sentences(figures),
        tiles=[line_tile(line) for line in most_telling(lines, _TILES)],
        needs=_needs(desk, figures.needs),
        classes=_class_rows(figures),
        shares=_share_rows(figures.shares),
        card=[_card_row(line) for line in told],
        areas=areas,
        area_heads=area_heads,
        figures=figures,
        notes=period_notes(told),
        about=[
            *(pair for pair in facts_of(desk.release, first, lang=language_, created_at=moment) if pair[1]),
            projection_of(language_),
        ],
        mark=mark_of(first, language_),
        made_up=_("Made-up data") if desk.release.made_up else "",
    )


def _areas(desk: Desk) -> tuple[list[str], list[list[PrintedCell]]]:
    """Return heads and rows of the areas one level below, where there are few enough to stand on the page."""
    below = desk.tree.levels_below(desk.view.area)[0]
    view = desk.view.replace(level=below, classes=(), source=None)
    tables = layer_tables(desk, view, FIGURES)
    figures = shown_figures(tables, FIGURES)
    rows = area_rows(tables, figures)
    if not 1 < len(rows) <= _MOST_AREAS:
        return [], []
    heads = [level_title(below), *(title_of_figure(one) for one in figures)]
    return heads, [[word_cell(desk.name(code)), *cells] for code, cells in rows]


def _kind(view: View) -> str:
    if view.period.is_week:
        return _("Weekly briefing")
    names = {1: _("Monthly briefing"), 3: _("Quarterly briefing"), 12: _("Yearly briefing")}
    return names.get(len(view.period.months), _("Briefing"))


def _needs(desk: Desk, needs: Protected | None) -> list[dict[str, str]] | None:
    if needs is None:
        return None
    areas = dict(zip(needs.frame["kind"], needs.frame["areas"], strict=True))
    return [
        {
            "words": without_marks(one.words),
            "areas": _named(desk, areas[one.kind]),
            "state": _STATES.get(one.severity, "plain"),
        }
        for one in needs_of(needs)
    ]


def _named(desk: Desk, area_ids: tuple[str, ...]) -> str:
    names = _(", ").join(desk.name(area_id) for area_id in area_ids[:_MOST_NAMES])
    more = len(area_ids) - _MOST_NAMES
    return names if more <= 0 else _("{names} and {n} more").format(names=names, n=more)


def _class_rows(figures: BriefingFigures) -> list[list[PrintedCell]]:
    """Return a row for each class of the layer that the months are of: number, the one before, change, share."""
    layer = None if figures.months is None else figures.months.view.layer
    table = figures.classes.get(layer or "")
    if table is None:
        return []
    codes = CLASS_LISTS[table.view.layer] or ""
    return [
        [
            word_cell(label(codes, code, language())),
            figure_cell(table, "n", row),
            figure_cell(table, "n_compare", row),
            _change_cell(table, row),
            figure_cell(table, "share", row, unit="share"),
        ]
        for row, code in enumerate(table.frame["class"])
    ]


def _change_cell(table: Protected, row: int) -> PrintedCell:
    """Return a change, in brackets where it is within chance."""
    cell = figure_cell(table, "change", row)
    if cell["sign"]:
        return cell
    words = change_text(read_cell(table, "change", row).value)
    return word_cell(words if read_cell(table, "beyond_chance", row).value else f"({words})")


def _share_rows(shares: Protected | None) -> list[list[PrintedCell]]:
    if shares is None or is_closed(shares, "covered_share"):
        return []
    names = {
        "grids": _("of grids"),
        "grid_days": _("of grids, on all days"),
        "households": _("of households"),
        "events": _("of reported disputes and hazards"),
    }
    return [
        [
            word_cell(names[of]),
            figure_cell(shares, "covered_share", row),
            figure_cell(shares, "n", row),
        ]
        for row, of in enumerate(shares.frame["of"])
    ]


def _telling_lines(lines: list[Line]) -> list[Line]:
    """Return the indicators with a target, and of the others those that tell most, in the order of the promises."""
    valued = [line for line in lines if line.cell("value").value is not None]
    with_goal = [line for line in valued if line.goal]
    others = [line for line in valued if not line.goal]
    kept = {line.indicator.id for line in (*with_goal, *most_telling(others, max(0, _MOST_LINES - len(with_goal))))}
    return [line for line in valued if line.indicator.id in kept]


def _card_row(line: Line) -> list[PrintedCell]:
    state = {"state": line.state if line.state in ("short", "reached") else "plain"}
    cells = (indicator_name(line.indicator.id), line.value, line.interval)
    return [*map(word_cell, cells), {**word_cell(line.goal), **state}, word_cell(line.change)]


def _data(briefing: Briefing) -> dict[str, Any]:
    """Return all that the template sets."""
    tables = (briefing.classes, briefing.shares, briefing.card, briefing.areas)
    return {
        "title": f"{briefing.place} · {briefing.kind}",
        **{name: getattr(briefing, name) for name in ("place", "kind", "period", "mark", "made_up", "sentences")},
        **{
            name: getattr(briefing, name)
            for name in ("tiles", "needs", "classes", "shares", "card", "areas", "area_heads")
        },
        "compared": f" · {briefing.compared}" if briefing.compared else "",
        "facts": " · ".join(fact_words(briefing.about, language())),
        "has_months": briefing.figures.months is not None,
        "signs": signs_of(row for table in tables for row in table),
        "notes": [_("‰: per 1,000. In brackets: a change within chance."), *briefing.notes],
        "words": briefing_words(briefing),
    }


def briefing_words(briefing: Briefing) -> dict[str, Any]:
    """Return the heads of a briefing's parts and of its tables."""
    layer = "disputes" if briefing.figures.months is None else briefing.figures.months.view.layer
    what = {"disputes": _("Disputes"), "hazards": _("Hazards"), "incidents": _("Incidents")}[layer]
    return {
        "map": _("Where"),
        "decide": _("What asks for a decision"),
        "nothing": _("Nothing needs you."),
        "months": _("{what} reported, by month").format(what=what),
        "classes": _("{what} reported, by class").format(what=what),
        "coverage": _("Covered by officers"),
        "card": _("The promises"),
        "class_heads": [_("Class"), _("Number"), _("Before"), _("Change"), _("Share")],
        "share_heads": [_("Share"), _("Covered"), _("Out of")],
        "card_heads": [_("Indicator"), _("Value"), _("Interval"), _("Goal"), _("Change")],
    }
