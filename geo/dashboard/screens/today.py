"""Today: one screen that says what needs a director, for a county or a station."""

from __future__ import annotations

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.area_table import (
    level_title,
    show_area_table,
    show_unplaced,
    table_frame,
)
from geo.dashboard.parts.charts import trend_chart, trend_legend
from geo.dashboard.parts.class_chart import show_class_chart
from geo.dashboard.parts.contents import TODAY_TILES, today_columns
from geo.dashboard.parts.drawing import show_drawing
from geo.dashboard.parts.empty import show_left_out, show_missing_layer, show_missing_layers
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.listing import show_listing
from geo.dashboard.parts.map_place import is_lowest
from geo.dashboard.parts.needs import show_needs
from geo.dashboard.parts.opening import open_with_map
from geo.dashboard.parts.panel import show_panel
from geo.dashboard.parts.tiles import make_tiles, show_tiles
from geo.figures.needs import needs_of
from geo.figures.sentences import today_sentence
from geo.words import gettext as _

_MOST_CLASSES = 9


def show(frame: Frame) -> None:
    """Show the page."""
    opened = open_with_map(frame, cache.today)
    if opened is None:
        show_missing_layer("disputes", what=_("This page"))
        return
    figures = opened.figures
    present, lowest = cache.layers_shown(frame.release), is_lowest(frame)
    with opened.head:
        show_headline(frame, today_sentence(figures.wholes), page_id="today")
        show_tiles(frame, make_tiles(TODAY_TILES, figures.wholes))
        show_missing_layers(present)
    for place in opened.beside:
        with place:
            if lowest:
                show_panel(frame, {layer: whole.now for layer, whole in figures.wholes.items()})
            elif figures.needs is not None:
                show_needs(frame, needs_of(figures.needs), layers=present)
    if frame.state.listed is not None:
        show_listing(frame, page_id="today")
    _show_areas(frame, figures)
    _show_charts(frame, figures)
    if figures.needs is None and not lowest:
        show_left_out([_("what needs somebody today")])


def _show_areas(frame: Frame, figures: cache.TodayFigures) -> None:
    level = frame.tree.levels_below(frame.view.area)[0]
    columns = [column for column in today_columns(frame.view.source) if column.layer in figures.rows]
    if not columns:
        return
    rows = table_frame(frame, figures.rows, columns, months=figures.row_months)
    show_area_table(frame, rows, columns, key=f"areas-{frame.view.area}", title=level_title(level))
    show_unplaced(figures.wholes[columns[0].layer].now)


def _show_charts(frame: Frame, figures: cache.TodayFigures) -> None:
    if figures.trend is None or figures.classes is None:
        return
    layer, reported = figures.trend.view.layer, figures.trend_reported
    titles = {"disputes": _("Disputes"), "hazards": _("Hazards"), "incidents": _("Incidents")}
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch", gap="xsmall"):
        by_month = _("{what} by month").format(what=titles[layer])
        st.markdown(f"### {by_month}", anchors=False)
        st.caption(trend_legend(figures.trend, title=titles[layer], reported=reported))
        chart = trend_chart(figures.trend, title=titles[layer], reported=reported)
        show_drawing(chart, key="trend", alt=by_month)
    with right, st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {_('{what} by class').format(what=titles[layer])}", anchors=False)
        show_class_chart(
            frame, figures.classes, reported=figures.classes_reported, key="classes-chart", most=_MOST_CLASSES
        )


show(current_frame())
