"""Hazards: what is open and overdue by grade and class, how soon they are removed, and where they come again."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.area_table import level_title, show_area_table, table_frame
from geo.dashboard.parts.code_table import show_code_table
from geo.dashboard.parts.figure_table import Column
from geo.dashboard.parts.flow import show_flow
from geo.dashboard.parts.layer_page import (
    HOURS,
    TREND,
    Part,
    open_layer_page,
    show_classes,
    show_layer_areas,
    show_side_by_side,
)
from geo.dashboard.parts.table import text_width
from geo.words import gettext as _
from geo.words import message
from geo.words.cells import definition, is_never_told

# Two tables side by side have room for no more.
_SHORT_WIDTH, _NUMBER_WIDTH, _LONG_WIDTH = 67, 76, 98
_MOST_NAME_WIDTH = 223
_TABLE_WIDTHS = (15, 11)


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_layer_page(frame, title=_("Hazards"), beside=(show_classes,))
    if figures is None:
        return
    if "flow" in figures.tables:
        show_flow(frame, figures.tables["flow"], title=_("From found to verified"))
    left_out = show_side_by_side(frame, figures, (_STANDING, _REPEATS), widths=_TABLE_WIDTHS)
    left_out += show_side_by_side(frame, figures, (TREND, HOURS))
    show_layer_areas(frame, figures, left_out=left_out)


def _show_standing(frame: Frame, figures: LayerFigures) -> None:
    """Show what is open and late by grade and by class."""
    columns = [
        _found_column(frame),
        Column("hazards", "open", _("Open"), width=_SHORT_WIDTH),
        Column("hazards", "overdue", _("Overdue"), width=_SHORT_WIDTH),
        Column("hazards", "removed_on_time", _("On time"), width=_SHORT_WIDTH),
        Column("hazards", "median_days", _("Median days"), width=_LONG_WIDTH),
    ]
    grades = figures.tables.get("by_grade")
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {_('Open and overdue')}", anchors=False)
        if grades is not None:
            show_code_table(
                grades, columns, code="grade", list_name="hazard_grade", title=_("Grade"), key="grades-table"
            )
        if figures.classes is not None:
            show_code_table(
                figures.classes, columns, code="class", list_name="hazard_class", title=_("Class"), key="classes-table"
            )


def _show_repeats(frame: Frame, figures: LayerFigures) -> None:
    """Show the grids in which hazards of a class come again."""
    if figures.grids is None:
        return
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(
            f"### {_('Where hazards come again')}", anchors=False, help=definition("hazards", "repeats") or None
        )
        columns = [Column("hazards", "repeats", _("Repeated"), width=_LONG_WIDTH)]
        rows = table_frame(frame, {"hazards": figures.grids}, columns).most_first(columns[0].key)
        if rows.cells.empty:
            st.caption(_("No hazard of this view has come again."))
            return
        title = level_title(frame.tree.levels[-1])
        show_area_table(
            frame,
            rows,
            columns,
            key="repeats",
            title=title,
            width=text_width(rows.cells["area"], most=_MOST_NAME_WIDTH),
            finds=True,
        )


def _found_column(frame: Frame) -> Column:
    """Return how many were found: where both sources are asked for, reported; the bars tell the discovered too."""
    if frame.view.source is not None:
        return Column("hazards", "n", _("Found"), width=_NUMBER_WIDTH)
    return Column("hazards", "reported", _("Reported"), width=_NUMBER_WIDTH)


def _tells_standing(figures: LayerFigures) -> bool:
    """Tell whether it is for this reader what is open; how many there are is told beside the map."""
    return figures.classes is None or not is_never_told([figures.classes], ["open"])


def _tells_repeats(figures: LayerFigures) -> bool:
    return figures.grids is not None and not is_never_told([figures.grids], ["repeats"])


_STANDING = Part(_show_standing, message("what is open and overdue"), _tells_standing)
_REPEATS = Part(_show_repeats, message("where hazards come again"), _tells_repeats)


show(current_frame())
