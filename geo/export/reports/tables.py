"""What reports print of figures: tiles, and tables of several layers with a sign for what is withheld or not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from geo.codes import label
from geo.export.reports.desk import Desk
from geo.figures.asked import ask_if_told, layers_shown, only
from geo.measures.catalogue import describe
from geo.privacy import Protected
from geo.view import View
from geo.words import gettext as _
from geo.words import language
from geo.words.cells import is_closed, is_told, measure_name, read_cell, unit_of
from geo.words.indicators import Line, indicator_name

__all__ = [
    "FIGURES",
    "PrintedCell",
    "area_rows",
    "figure_cell",
    "layer_tables",
    "level_title",
    "line_tile",
    "shown_figures",
    "signs_of",
    "title_of_figure",
    "word_cell",
]

#: A cell as the templates take it: its text, and a sign in its place.
PrintedCell = dict[str, str]
#: A column of figures: layer and name.
Figure = tuple[str, str]
#: What tables tell of each area, as far as there is such a layer.
FIGURES = (
    ("coverage", "households"),
    ("coverage", "posts"),
    ("disputes", "reported"),
    ("disputes", "past_month"),
    ("hazards", "reported"),
    ("hazards", "overdue"),
    ("incidents", "reported"),
    ("service", "visited_share"),
)
_WITHHELD, _MISSING = "withheld", "missing"
# What alone is measured of each layer for a table of areas.
_PARTS = {
    "disputes": ("counts", "stock"),
    "hazards": ("counts", "stock"),
    "incidents": ("counts",),
    "service": ("visits",),
}


def line_tile(line: Line) -> dict[str, str]:
    """Return an indicator as a tile: its name, its value, how it stands to its goal, and its change."""
    words = [line.told_of, line.goal, line.change and _("change {change}").format(change=line.change), line.standing]
    state = line.state if line.state in ("short", "reached") else "plain"
    told = " · ".join(word for word in words if word)
    return {"name": indicator_name(line.indicator.id), "value": line.value, "state": state, "words": told}


def word_cell(text: str) -> PrintedCell:
    """Return a cell of words."""
    return {"text": text, "sign": ""}


def figure_cell(table: Protected | None, column: str, row: int | None = 0, *, unit: str | None = None) -> PrintedCell:
    """Return the cell of a figure in a unit, its own if None; where there is no table or no row, it is not known."""
    cell = read_cell(None if row is None else table, column, row or 0)
    if cell.withheld:
        return {"text": "", "sign": _WITHHELD}
    return {"text": "", "sign": _MISSING} if cell.value is None else word_cell(cell.text(unit or unit_of(column)))


def signs_of(rows: Iterable[Iterable[PrintedCell]]) -> list[PrintedCell]:
    """Return what the signs among the cells of some rows mean."""
    found = {cell["sign"] for row in rows for cell in row}
    words = {_WITHHELD: _("withheld, because the count is small"), _MISSING: _("not known")}
    return [{"text": text, "sign": sign} for sign, text in words.items() if sign in found]


def layer_tables(desk: Desk, view: View, figures: Sequence[Figure]) -> dict[str, Protected]:
    """Return the table of areas of each layer that some figures are of, as far as it may be seen."""
    present = layers_shown(desk.release)
    tables: dict[str, Protected] = {}
    for layer in dict.fromkeys(layer for layer, _name in figures):
        own = view.replace(layer=layer, classes=view.classes if layer == view.layer else ())
        found = ask_if_told(desk.ask, only("measure", _PARTS.get(layer)), own) if layer in present else None
        if found is not None:
            tables[layer] = found
    return tables


def shown_figures(tables: Mapping[str, Protected], figures: Sequence[Figure]) -> list[Figure]:
    """Return those figures that the tables tell of anywhere."""
    return [
        (layer, name)
        for layer, name in figures
        if layer in tables
        and name in tables[layer].frame.columns
        and is_told(tables[layer], name)
        and not is_closed(tables[layer], name)
    ]


def level_title(level: str) -> str:
    """Return what areas of a level are called, as the head of a table."""
    words = label("level", level, language())
    return words[:1].upper() + words[1:]


def title_of_figure(figure: Figure) -> str:
    """Return the head of a column."""
    return measure_name(describe(*figure))


def area_rows(tables: Mapping[str, Protected], figures: Sequence[Figure]) -> list[tuple[str, list[PrintedCell]]]:
    """Return for each area its code, and the cells of its figures; areas are those of the first figure's layer."""
    if not figures:
        return []
    rows = {
        layer: {area_id: row for row, area_id in enumerate(table.frame["area_id"])} for layer, table in tables.items()
    }
    return [
        (area_id, [figure_cell(tables[layer], name, rows[layer].get(area_id)) for layer, name in figures])
        for area_id in tables[figures[0][0]].frame["area_id"]
    ]
