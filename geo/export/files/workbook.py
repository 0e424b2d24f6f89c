"""Tables of a view as a workbook: a sheet a table, charts of its own, definitions, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
import xlsxwriter
from babel.dates import get_day_names

from geo.codes import code_list, label
from geo.export.facts import mark_of
from geo.export.files.about import about, title_line
from geo.export.files.columns import column_label, column_measure, column_title, definition_of, formula_of
from geo.export.files.content import Content
from geo.export.tables import with_withheld
from geo.maps.palettes import theme_colours
from geo.measures.catalogue import usual_measure
from geo.privacy import Protected
from geo.view import CLASS_LISTS
from geo.words.catalogue import translator

__all__ = ["write_workbook"]

_FORMATS = {"count": "#,##0", "share": "0.0%", "per_1000": "0.00", "days": "0.0", "hours": "0.0", "score": "0.0"}
_TEXT, _DAY, _MONTH = "@", "yyyy-mm-dd", "yyyy-mm"
# Falling lines, as the map has them.
_WITHHELD_PATTERN = 13
_NARROW, _WIDEST = 13, 60
# A sheet of more columns than this goes over several pages.
_MOST_COLUMNS = 18
_HEAD_HEIGHT, _LINE_HEIGHT = 46, 15.5
# A chart of more bars than this shows nothing.
_MOST_BARS = 40
_CELL_SIGNS = 32_767
_A4 = 9
_CHART = {"width": 860, "height": 440}
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
# Lists that codes of a column are of.
_LISTS = {"grade": "hazard_grade", "kind": "place_kind", "level": "level"}


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A sheet of figures: what it is called, its table as it is written, and what that is of."""

    name: str
    frame: pd.DataFrame
    protected: Protected


def write_workbook(content: Content, out: Path) -> None:
    """Write a workbook.

    Each table is a sheet whose head stays in view and filters; figures have formats and units, withheld cells are
    hatched and named in the last column, codes are text and no cell is a formula. Charts are the spreadsheet's own and
    follow the cells. The last sheets define every column and tell what the file is.
    """
    release, values, asked = content.release, content.values, content.asked
    _ = translator(asked.lang)
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        title, mark = title_line(release, values, asked.lang), mark_of(values, asked.lang)
        book.set_properties({"title": title, "comments": mark, "created": asked.created_at.replace(tzinfo=None)})
        sheets = _sheets(content)
        for at, sheet in enumerate(sheets):
            content.progress(at / len(sheets), sheet.name)
            _write_sheet(book, sheet, lang=asked.lang, title=title, mark=mark)
        _write_charts(book, sheets, content)
        _write_plain(book, _("Definitions"), _definitions(sheets, asked.lang))
        facts = about(release, values, lang=asked.lang, created_at=asked.created_at)
        hatched = _("Hatched cells are withheld, empty ones have no value.")
        closed = [_("Tables that this role may not see are left out.")] if content.is_partial else []
        told = [*facts, *(("", words) for words in (hatched, *closed))]
        _write_plain(book, _("About this file"), pd.DataFrame(told, columns=[_("Name"), _("Value")]))


def _sheets(content: Content) -> list[_Sheet]:
    lang = content.asked.lang
    _ = translator(lang)
    names = {
        "monthly": _("By month"),
        "by_class": _("By class"),
        "by_grade": _("By grade"),
        "by_hour": _("By hour"),
        "flow": _("By state"),
        "reach": _("Reach of places"),
    }
    tables = [(_("Areas"), content.values)]
    if content.states is not None:
        tables.append((_("Coverage of grids"), content.states))
    tables += [(names[kind], table) for kind, table in content.tables.items()]
    return [_Sheet(name, _worded(table, lang), table) for name, table in tables]


def _worded(protected: Protected, lang: str) -> pd.DataFrame:
    """Return a table with words for codes that are no codes of areas."""
    frame = with_withheld(protected)
    lists = {"class": CLASS_LISTS[protected.view.layer], "state": _state_list(protected), **_LISTS}
    worded = {}
    for column, name in lists.items():
        if name is not None and column in frame and column not in protected.protected.columns:
            known = code_list(name)
            worded[column] = [
                label(name, code, lang) if code in known else code for code in frame[column].astype("object")
            ]
    if "weekday" in frame:
        days = get_day_names("wide", locale=lang)
        worded["weekday"] = [days[int(day)] for day in frame["weekday"]]
    return frame.assign(**worded)


def _state_list(protected: Protected) -> str | None:
    return {"disputes": "dispute_state", "hazards": "hazard_state"}.get(protected.view.layer)


def _write_sheet(book: Any, sheet: _Sheet, *, lang: str, title: str, mark: str) -> None:  # noqa: ANN401  a library without types
    page = book.add_worksheet(sheet.name)
    heads = _unlike([column_title(sheet.protected, str(column), lang=lang) for column in sheet.frame.columns])
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": theme_colours("light").zero}
    for at, words in enumerate(heads):
        page.write_string(0, at, words, book.add_format(head))
    for at, column in enumerate(sheet.frame.columns):
        _write_column(book, page, at, sheet, str(column))
    last = max(len(sheet.frame), 1), max(len(heads) - 1, 0)
    page.set_row(0, _HEAD_HEIGHT)
    page.autofilter(0, 0, *last)
    page.freeze_panes(1, 2 if "area_id" in sheet.frame else 1)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{last[0] + 1}"})
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(0 if len(heads) > _MOST_COLUMNS else 1, 0)
    page.repeat_rows(0)
    page.set_header(f"&L{_escaped(title)}&R{_escaped(mark)}")
    page.set_footer("&L&A&R&P / &N")


def _write_column(book: Any, page: Any, at: int, sheet: _Sheet, column: str) -> None:  # noqa: ANN401
    cells, known = sheet.frame[column], column_measure(sheet.protected, column)
    month = column == "month"
    form = _TEXT if known is None and not month else _FORMATS.get("" if known is None else known.unit, "General")
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        form = _MONTH if month else _DAY
    elif pd.api.types.is_numeric_dtype(cells.dtype) and form == _TEXT:
        form = "General"
    plain = book.add_format({"num_format": form})
    colours = theme_colours("light")
    hatch = {"pattern": _WITHHELD_PATTERN, "fg_color": colours.quiet_text, "bg_color": colours.missing}
    hidden = book.add_format(hatch)
    closed = sheet.protected.protected.get(column, pd.Series(False, index=cells.index)).to_numpy(dtype=bool)
    for row, (value, withheld) in enumerate(zip(cells.tolist(), closed, strict=True), start=1):
        if withheld or pd.isna(value):
            page.write_blank(row, at, None, hidden if withheld else plain)
        else:
            _write_cell(page, row, at, value, plain)
    # Ends of intervals are folded away under a plus sign.
    folded = known is not None and known.part_of is not None
    longest = int(cells.dropna().astype("str").map(_width).max()) if form == _TEXT and cells.notna().any() else 0
    width = min(max(longest + 2, _NARROW), _WIDEST)
    page.set_column(at, at, width, None, {"level": 1, "hidden": True} if folded else {})


def _write_cell(page: Any, row: int, at: int, value: object, form: object) -> None:  # noqa: ANN401
    """Write a value in its own type: a text is text whatever it begins with."""
    if isinstance(value, bool | np.bool_):
        page.write_boolean(row, at, bool(value), form)
    elif isinstance(value, int | float | np.number):
        page.write_number(row, at, float(value), form)
    elif isinstance(value, datetime):
        page.write_datetime(row, at, value, form)
    else:
        page.write_string(row, at, str(value)[:_CELL_SIGNS], form)


def _unlike(heads: Sequence[str]) -> list[str]:
    """Return heads of which none is like another: a table that is read by its head needs them so."""
    found: list[str] = []
    for words in heads:
        number, own = 2, words
        while own in found:
            own, number = f"{words} ({number})", number + 1
        found.append(own)
    return found


def _write_charts(book: Any, sheets: Sequence[_Sheet], content: Content) -> None:  # noqa: ANN401
    """Write native charts: areas by the measure asked for where they are few, months as a line, classes as bars."""
    lang, measure_id = content.asked.lang, content.asked.measure_id
    _ = translator(lang)
    by_kind = {sheet.protected.kind: sheet for sheet in sheets if len(sheet.frame)}
    usual = usual_measure(content.values.view.layer, content.values.view.source)
    wanted = [
        (by_kind.get(content.values.kind), "bar", measure_id, "name_en" if lang == "en" else "name"),
        (by_kind.get("monthly"), "line", usual, "month"),
        (by_kind.get("by_class"), "bar", usual, "class"),
    ]
    page, place = None, 0
    for sheet, kind, column, categories in wanted:
        if sheet is None or column not in sheet.frame or (kind == "bar" and len(sheet.frame) > _MOST_BARS):
            continue
        categories = categories if categories in sheet.frame and sheet.frame[categories].notna().all() else "name"
        page = page or _chart_page(book, _("Charts"))
        chart = _chart(book, sheet, kind, column, categories, lang=lang)
        page.insert_chart(place, 0, chart)
        place += 23


def _chart_page(book: Any, name: str) -> Any:  # noqa: ANN401
    page = book.add_worksheet(name)
    page.hide_gridlines(2)
    page.set_paper(_A4)
    page.fit_to_pages(1, 1)
    return page


def _chart(book: Any, sheet: _Sheet, kind: str, column: str, categories: str, *, lang: str) -> Any:  # noqa: ANN401
    names, last = list(sheet.frame.columns), len(sheet.frame)
    colour = theme_colours("light").accent
    look = {"line": {"color": colour, "width": 2}} if kind == "line" else {"fill": {"color": colour}, "gap": 40}
    chart = book.add_chart({"type": kind})
    title = column_title(sheet.protected, column, lang=lang)
    series = {
        "name": title,
        "categories": [sheet.name, 1, names.index(categories), last, names.index(categories)],
        "values": [sheet.name, 1, names.index(column), last, names.index(column)],
    }
    chart.add_series(series | look)
    chart.set_title({"name": f"{title} · {sheet.name}", "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    grey = {"color": theme_colours("light").border}
    known = column_measure(sheet.protected, column)
    form = _FORMATS.get("" if known is None else known.unit, "General")
    lines = {"major_gridlines": {"visible": True, "line": grey}}
    # Of bars the first is to be on top, as in the table.
    upright = kind == "line"
    chart.set_x_axis({"num_format": _MONTH} if upright else {**lines, "num_format": form})
    chart.set_y_axis({**lines, "min": 0, "num_format": form} if upright else {"reverse": True})
    chart.set_size({**_CHART, "height": _CHART["height"] if upright else max(220, 90 + 22 * last)})
    return chart


def _definitions(sheets: Sequence[_Sheet], lang: str) -> pd.DataFrame:
    _ = translator(lang)
    rows: list[tuple[str, ...]] = []
    units = _units(lang)
    for sheet in sheets:
        for column in map(str, sheet.frame.columns):
            known = column_measure(sheet.protected, column)
            words = column_title(sheet.protected, column, lang=lang)
            if known is None:
                told = definition_of(column_label(sheet.protected, column), lang)
                rows.append((sheet.name, words, column, "", told, ""))
            else:
                rows.append(
                    (
                        sheet.name,
                        words,
                        column,
                        units.get(known.unit, ""),
                        definition_of(known, lang),
                        formula_of(known, sheet.protected, lang),
                    )
                )
    heads = [_("Sheet"), _("Column"), _("Identifier"), _("Unit"), _("Definition"), _("Formula")]
    return pd.DataFrame(rows, columns=heads).drop_duplicates(ignore_index=True)


def _units(lang: str) -> Mapping[str, str]:
    _ = translator(lang)
    return {
        "count": _("number"),
        "share": "%",
        "per_1000": _("per 1,000"),
        "days": _("days"),
        "hours": _("hours"),
        "score": _("points"),
        "flag": _("yes or no"),
    }


def _write_plain(book: Any, name: str, table: pd.DataFrame) -> None:  # noqa: ANN401
    page = book.add_worksheet(name)
    wrap, bold = (
        book.add_format({"text_wrap": True, "valign": "top", "num_format": _TEXT}),
        book.add_format({"bold": True}),
    )
    for at, head in enumerate(table.columns):
        page.write_string(0, at, str(head), bold)
        widest = int(table[head].astype("str").map(_width).max()) if len(table) else 0
        page.set_column(at, at, min(max(widest + 2, _NARROW), _WIDEST))
    for row, cells in enumerate(table.itertuples(index=False), start=1):
        for at, value in enumerate(cells):
            page.write_string(row, at, str(value)[:_CELL_SIGNS], wrap)
        # Not every program makes a row as high as what it holds.
        page.set_row(row, _LINE_HEIGHT * max(-(-_width(str(value)) // (_WIDEST - 2)) or 1 for value in cells))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(table), 1), max(len(table.columns) - 1, 0))
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)


def _width(text: str) -> int:
    """Return how wide a text is set, in narrow signs; Chinese ones take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _escaped(text: str) -> str:
    """Return a text of a page's head, where ``&`` begins a command."""
    return text.replace("&", "&&")[:240]
