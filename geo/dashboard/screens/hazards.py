"""Hazards: what is open and overdue by grade and class, how soon they are removed, and where they come again."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.area_table import Column, level_title, show_area_table, table_frame
from geo.dashboard.parts.cells import definition
from geo.dashboard.parts.code_table import show_code_table
from geo.dashboard.parts.empty import show_not_permitted
from geo.dashboard.parts.flow import show_flow
from geo.dashboard.parts.layer_page import (
    open_layer_page,
    show_beside_map,
    show_classes,
    show_hours,
    show_layer_areas,
    show_side_by_side,
    show_trend,
)
from geo.dashboard.parts.listing import most_first
from geo.dashboard.parts.table import text_width
from geo.dashboard.words import gettext as _
from geo.measures.catalogue import CATALOGUE

# Two tables side by side have room for no more.
_NUMBER_WIDTH = 70
_LONG_WIDTH = 92
_MOST_NAME_WIDTH = 235
_TABLE_WIDTHS = (15, 11)


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_layer_page(frame, title=_("Hazards"))
    if figures is None:
        return
    show_beside_map(frame, figures, (show_classes,))
    if "flow" in figures.tables:
        show_flow(frame, figures.tables["flow"], title=_("From found to verified"))
    show_side_by_side(frame, figures, (_show_standing, _show_repeats), widths=_TABLE_WIDTHS)
    show_side_by_side(frame, figures, (show_trend, show_hours))
    show_layer_areas(frame, figures)


def _show_standing(frame: Frame, figures: LayerFigures) -> None:
    """Show what is open and late by grade and by class."""
    columns = [
        Column("hazards", "n", _("Found"), width=_NUMBER_WIDTH),
        Column("hazards", "open", _("Open"), width=_NUMBER_WIDTH),
        Column("hazards", "overdue", _("Overdue"), width=_NUMBER_WIDTH),
        Column("hazards", "removed_on_time", _("On time"), width=_NUMBER_WIDTH),
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
    if "repeats" not in CATALOGUE:
        return
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(
            f"### {_('Where hazards come again')}", anchors=False, help=definition("hazards", "repeats") or None
        )
        if figures.grids is None:
            show_not_permitted(_("Single grids"), who=_("directors and planners"))
            return
        columns = [
            Column("hazards", "repeats", _("Repeated"), width=_NUMBER_WIDTH),
            Column("hazards", "n", _("Found"), width=_NUMBER_WIDTH),
        ]
        rows = most_first(table_frame(frame, {"hazards": figures.grids}, columns), columns[0].key)
        if rows.empty:
            st.caption(_("No hazard of this view has come again."))
            return
        title = level_title(frame.tree.levels[-1])
        show_area_table(
            frame,
            rows,
            columns,
            key="repeats",
            title=title,
            width=text_width(rows["area"], most=_MOST_NAME_WIDTH),
            finds=True,
        )


show(current_frame())
