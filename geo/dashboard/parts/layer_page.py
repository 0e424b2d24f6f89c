"""The frame that every page of a layer has: headline, tiles, map with what stands beside it, charts, areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.area_table import (
    Column,
    level_title,
    show_area_table,
    show_unplaced,
    show_withheld,
    table_frame,
)
from geo.dashboard.parts.charts import hours_chart, trend_chart
from geo.dashboard.parts.class_chart import show_class_chart
from geo.dashboard.parts.contents import LAYER_TILES, layer_columns
from geo.dashboard.parts.empty import show_missing_layer, show_not_permitted
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.listing import show_listing
from geo.dashboard.parts.map import show_map
from geo.dashboard.parts.panel import show_panel
from geo.dashboard.parts.sentences import layer_sentence
from geo.dashboard.parts.tiles import make_tiles, show_tiles
from geo.dashboard.words import gettext as _

__all__ = [
    "Part",
    "open_layer_page",
    "show_beside_map",
    "show_classes",
    "show_hours",
    "show_layer_areas",
    "show_side_by_side",
    "show_trend",
]

#: Shows one thing of a page; several of them stand side by side.
Part = Callable[[Frame, LayerFigures], None]

_MAP_HEIGHT = 400
_LOADING_HEIGHT = 620


def open_layer_page(
    frame: Frame, *, title: str, sentence: Callable[[LayerFigures], str] = layer_sentence
) -> LayerFigures | None:
    """Show headline and tiles and return the figures; None where the data lack the layer, which is said then.

    Parameters
    ----------
    title
        What the page is called.
    sentence
        Makes the words of the headline from the figures.
    """
    layer = frame.view.layer
    if layer not in cache.layers_shown(frame.release):
        show_missing_layer(layer, what=title)
        return None
    with st.skeleton(height=_LOADING_HEIGHT):
        figures = cache.layer_page(frame.release, frame.view, frame.scope)
    show_headline(frame, sentence(figures), page_id=layer)
    show_tiles(frame, make_tiles(LAYER_TILES[layer], {layer: figures.whole}, classes=figures.classes))
    return figures


def show_beside_map(frame: Frame, figures: LayerFigures, parts: Sequence[Part]) -> None:
    """Show the map with parts beside it; of a lowest area its panel, and the parts below."""
    left, right = st.columns([9, 5], gap="small")
    is_lowest = frame.tree.level(frame.view.area) == frame.tree.levels[-1]
    with left:
        show_map(frame, height=_MAP_HEIGHT, layers=(frame.view.layer,))
    with right:
        if is_lowest:
            officers = {} if figures.officers is None else {"coverage": figures.officers}
            show_panel(frame, {**officers, frame.view.layer: figures.whole.now})
        else:
            for part in parts:
                part(frame, figures)
    if is_lowest:
        show_side_by_side(frame, figures, parts)
    if frame.state.listed is not None:
        show_listing(frame, page_id=frame.view.layer)


def show_side_by_side(frame: Frame, figures: LayerFigures, parts: Sequence[Part | Sequence[Part]]) -> None:
    """Show parts in columns of one width; several for one column stand below each other."""
    for column, stacked in zip(st.columns(len(parts), gap="small"), parts, strict=True):
        with column:
            for part in [stacked] if callable(stacked) else stacked:
                part(frame, figures)


def show_classes(frame: Frame, figures: LayerFigures) -> None:
    """Show the classes with their share and its shift; a click counts one of them alone."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"##### {_('Classes')}", anchors=False, help=_class_hint(frame, figures))
        if figures.classes is None or not figures.classes.frame["n"].fillna(0).gt(0).any():
            _show_nothing(withheld=figures.classes is not None and bool(figures.classes.protected["n"].any()))
            return
        show_class_chart(frame, figures.classes, key="classes-chart")


def _class_hint(frame: Frame, figures: LayerFigures) -> str:
    texts = [_("Share of each class. A click on a bar counts that class alone, another one all again.")]
    if figures.classes is not None and "shift" in figures.classes.frame.columns and frame.view.comparison is not None:
        texts.append(
            _("▲ ▼: points by which a share rose or fell against the comparison, where that is more than chance.")
        )
    return " ".join(texts)


def _show_nothing(*, withheld: bool) -> None:
    st.caption(_("Withheld: the counts are small.") if withheld else _("No records in this view."))


def show_trend(frame: Frame, figures: LayerFigures) -> None:
    """Show the months with the comparison."""
    months, reported = figures.tables.get("monthly"), figures.tables.get("monthly_reported")
    with st.container(border=True, height="stretch", gap="xsmall"):
        hint = _(
            "The band is the interval at 95 % of the number itself. "
            "A diamond marks a month whose change is more than chance."
        )
        st.markdown(f"##### {_('By month')}", anchors=False, help=hint)
        if months is None:
            show_not_permitted(_("Months"), who=_("directors and planners"))
            return
        title = {"disputes": _("Disputes"), "hazards": _("Hazards"), "incidents": _("Incidents")}[frame.view.layer]
        st.altair_chart(trend_chart(months, title=title, reported=reported), key="trend")


def show_hours(frame: Frame, figures: LayerFigures) -> None:
    """Show the hours of the week."""
    hours = figures.tables.get("by_hour")
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(
            f"##### {_('By day and hour')}", anchors=False, help=_("When the records of the period came to be known.")
        )
        if hours is None:
            show_not_permitted(_("Hours"), who=_("directors and planners"))
            return
        st.altair_chart(hours_chart(hours), key="hours")


def show_layer_areas(frame: Frame, figures: LayerFigures) -> None:
    """Show one row per area of the level below; a click goes down."""
    layer = frame.view.layer
    columns: list[Column] = layer_columns(layer)
    rows = table_frame(frame, {layer: figures.rows}, columns, months=figures.row_months)
    level = frame.tree.levels_below(frame.view.area)[0]
    show_area_table(frame, rows, columns, key=f"areas-{frame.view.area}", title=level_title(level))
    show_withheld([figures.rows])
    show_unplaced(figures.whole.now)
