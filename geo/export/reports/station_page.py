"""A station's page of an atlas: what tells most of it, its map and neighbours, its officers, a table of its grids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely

from geo.codes import label
from geo.crs import working_crs
from geo.errors import NotPermitted, ViewError
from geo.export.printed.ground import shapes_of
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
    title_of_figure,
    word_cell,
)
from geo.figures.asked import ask_if_told
from geo.figures.needs import needs_of
from geo.figures.sentences import vacant_sentence, without_marks
from geo.figures.telling import most_telling
from geo.maps.geometry import release_bounds
from geo.privacy import Protected
from geo.store import Release
from geo.words import gettext as _
from geo.words import language
from geo.words.formats import count_text, share_text
from geo.words.indicators import Line, lines_of

__all__ = ["station_page"]

_TILES = 3
# So far apart two areas still have a border with each other: borders of one coverage are drawn by many hands.
_BESIDE_M = 1.0


def station_page(desk: Desk, area_id: str) -> tuple[Mapping[str, Any], Mapping[str, Protected]]:
    """Return what a station's page says, as its template takes it, and the tables that its figures are from."""
    view = desk.lowest(area_id)
    tables = layer_tables(desk, view, FIGURES)
    figures = shown_figures(tables, FIGURES)
    rows = area_rows(tables, figures)
    page = {
        "id": area_id,
        "name": desk.name(area_id),
        "map": f"{area_id}.pdf",
        "subtitle": f"{level_title(view.level)}: {count_text(len(rows))}",
        "tiles": [line_tile(line) for line in most_telling(_scorecard(desk, area_id), _TILES)],
        "neighbours": _neighbour_words(desk, area_id),
        "officers": _officer_words(desk, area_id),
        "posts": _posts(desk, area_id),
        "heads": [level_title(view.level), *(title_of_figure(one) for one in figures)],
        "grids": [[word_cell(desk.name(code)), *cells] for code, cells in rows],
    }
    return page, tables


def _scorecard(desk: Desk, area_id: str) -> list[Line]:
    """Return the scorecard of a station, out of that of all of them, which is measured once."""
    level = desk.tree.area(area_id).level
    table = ask_if_told(desk.ask_once, "scorecard", desk.view.replace(level=level))
    return [] if table is None else [line for line in lines_of(table) if line.area_id == area_id]


def _neighbour_words(desk: Desk, area_id: str) -> str:
    names = [desk.name(other) for other in _neighbours(desk.release, desk.tree.area(area_id).level, area_id)]
    return _("Neighbours: {names}.").format(names=_(", ").join(names)) if names else ""


def _neighbours(release: Release, level: str, area_id: str) -> list[str]:
    """Return the areas of a level that have a border with one of them."""
    shapes = shapes_of(release, level, working_crs(release_bounds(release)), "en")
    own = shapes.polygons[shapes.ids.index(area_id)]
    beside = shapely.dwithin(shapes.polygons, own, _BESIDE_M)
    return [other for other, near in zip(shapes.ids, beside, strict=True) if near and other != area_id]


def _officer_words(desk: Desk, area_id: str) -> list[str]:
    """Return what is said of the station's officers: who has none first."""
    view = desk.view.replace(area=area_id, layer="coverage", classes=(), source=None)
    covered = ask_if_told(desk.ask, "summary", view)
    needs = ask_if_told(desk.ask, "attention", view)
    said = [vacant_sentence(covered)]
    if needs is not None:
        words = [one.words for one in needs_of(needs) if one.layer == "coverage" and one.kind != "vacant"]
        said += [_("{needs}.").format(needs=_("; ").join(words))] if words else []
    return [without_marks(sentence) for sentence in said if sentence]


def _posts(desk: Desk, area_id: str) -> list[list[PrintedCell]]:
    """Return the posts that look after the station's grids, for those who may see them."""
    view = desk.view.replace(area=area_id, layer="coverage", classes=(), source=None)
    try:
        table = desk.ask("workload", view)
    except (NotPermitted, ViewError):
        return []
    frame = table.frame
    return [
        [
            word_cell(str(post)),
            word_cell(label("role", role, language())),
            figure_cell(table, "grids", row),
            word_cell(share_text(frame["ratio"].iloc[row])),
        ]
        for row, (post, role) in enumerate(zip(frame["post_id"], frame["role"], strict=True))
    ]
