"""An atlas: one PDF with a cover, a map of all stations, a page for each of them, and what is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.access import Scope
from geo.areas import area_table
from geo.errors import ViewError
from geo.export.facts import fact_words, facts_of, mark_of, period_text, projection_of, shown_parts
from geo.export.printed import MapAsked
from geo.export.reports.desk import Desk
from geo.export.reports.station_page import station_page
from geo.export.reports.tables import FIGURES, PrintedCell, line_tile, signs_of, title_of_figure, word_cell
from geo.export.reports.typeset import typeset
from geo.export.steps import Progress, silent
from geo.figures.asked import ask_if_told
from geo.figures.telling import most_telling
from geo.measures.table import LINEAGE
from geo.privacy import Protected
from geo.rules import load_rules
from geo.store import Release
from geo.view import View
from geo.words import gettext as _
from geo.words import language, speaking
from geo.words.formats import count_text
from geo.words.indicators import lines_of

__all__ = ["write_atlas"]

_STATION, _INDEX = "station", "index.pdf"
_WIDTH_MM, _INDEX_MM, _MAP_MM = 182.0, 128.0, 104.0
_TILES = 3


def write_atlas(
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    out: Path,
    *,
    progress: Progress = silent,
    created_at: datetime | None = None,
) -> None:
    """Write an atlas of all stations of a view's area as a PDF.

    Parameters
    ----------
    release, view, scope
        What is shown, and to whom; small counts are withheld as on the screen, and told of at the end.
    asked
        How the maps are to look; their paper is A4.
    out
        The file. It is written when all of it is drawn: who stops the atlas finds what was there before.
    progress
        Told which share is done, and what comes next; what it raises stops the atlas.
    created_at
        Moment to print as the file's; now if not given.

    Raises
    ------
    NotPermitted
        When the scope may not see the view.
    ViewError
        When there is no station in the view's area.
    """
    moment = created_at or datetime.now(UTC)
    desk = Desk(release, view, scope, asked)
    with speaking(asked.lang):
        stations = _stations(desk)
        progress(0, _("Stations"))
        pictures = {_INDEX: desk.plate(_index_view(desk), width_mm=_WIDTH_MM, height_mm=_INDEX_MM)}
        pages, withheld = [], []
        for done, area_id in enumerate(stations, start=1):
            progress(done / (len(stations) + 1), desk.name(area_id))
            page, tables = station_page(desk, area_id)
            pages.append(page)
            withheld += _withheld_rows(page["name"], tables)
            pictures[page["map"]] = desk.plate(desk.lowest(area_id), width_mm=_WIDTH_MM, height_mm=_MAP_MM)
        data = _data(desk, pages, withheld, moment)
    out.write_bytes(typeset("atlas", data, lang=asked.lang, pictures=pictures, logo=asked.logo, created_at=moment))


def _stations(desk: Desk) -> list[str]:
    """Return the stations that lie in the view's area and in the scope's own."""
    table = area_table(desk.release)
    own = table[table["level"] == _page_level(desk)]
    for area in (desk.view.area, desk.scope.area):
        if area is not None:
            own = own[(own[list(LINEAGE)] == area).any(axis=1)]
    if own.empty:
        raise ViewError("An atlas has a page for each station, and this area holds none. Remedy: ask for one above.")
    return [str(area_id) for area_id in own["area_id"]]


def _page_level(desk: Desk) -> str:
    return _STATION if _STATION in desk.tree.levels else desk.tree.levels[0]


def _index_view(desk: Desk) -> View:
    return desk.view.replace(level=_page_level(desk))


def _data(
    desk: Desk, pages: Sequence[Mapping[str, Any]], withheld: list[list[PrintedCell]], moment: datetime
) -> dict[str, Any]:
    """Return all that the template sets."""
    table = desk.ask("measure", _index_view(desk))
    facts = [pair for pair in facts_of(desk.release, table, lang=language(), created_at=moment) if pair[1]]
    facts.append(projection_of(language()))
    return {
        "title": _("Atlas of {place}").format(place=desk.name(desk.view.area)),
        "theme": shown_parts(desk.release, desk.view.replace(area=None), language())[0],
        "period": period_text(desk.view.period, language()),
        "made_up": _("Made-up data") if desk.release.made_up else "",
        "mark": mark_of(table, language()),
        "about": facts,
        "facts": " · ".join(fact_words(facts, language())),
        "cover": _cover_tiles(desk),
        "stations": pages,
        "words": _words(),
        "signs": signs_of(row for page in pages for row in page["grids"]),
        "protected": {
            "said": _protection_words(desk, withheld),
            "heads": [_("Area"), _("Figure"), _("Withheld"), _("Out of")],
            "rows": withheld,
        },
    }


def _words() -> dict[str, Any]:
    return {
        "index": _("Stations"),
        "officers": _("Officers"),
        "grids": _("Areas"),
        "posts": [_("Post"), _("Role"), _("Grids"), _("Asked")],
        "hours": _("Asked: the hours a week that a post's grids ask for, as a share of its own."),
        "withheld": _("What is withheld"),
    }


def _cover_tiles(desk: Desk) -> list[dict[str, str]]:
    table = ask_if_told(desk.ask, "scorecard_whole", desk.view)
    return [] if table is None else [line_tile(line) for line in most_telling(lines_of(table), _TILES)]


def _withheld_rows(place: str, tables: Mapping[str, Protected]) -> list[list[PrintedCell]]:
    """Return a row for each figure of a station's table of which something is withheld."""
    rows = []
    for layer, name in FIGURES:
        if layer not in tables or name not in tables[layer].protected:
            continue
        hidden = tables[layer].protected[name]
        if hidden.any():
            cells = [count_text(int(hidden.sum())), count_text(len(hidden))]
            rows.append([word_cell(text) for text in (place, title_of_figure((layer, name)), *cells)])
    return rows


def _protection_words(desk: Desk, withheld: Iterable[object]) -> list[str]:
    threshold = load_rules().privacy[desk.scope.role].threshold
    if not list(withheld):
        return [_("Nothing in these tables is withheld.")]
    text = _("Counts from 1 to {most} are withheld, and others with them that would tell them.")
    return [text.format(most=count_text(threshold - 1))]
