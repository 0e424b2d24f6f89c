"""The frame that every page of a layer has: headline, tiles, map with what stands beside it, charts, areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

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
from geo.dashboard.parts.bars import code_bars, show_bar_rows
from geo.dashboard.parts.cells import has_any, is_told
from geo.dashboard.parts.charts import WITHHELD_SIGN, hours_chart, trend_chart, trend_legend
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
from geo.measures.catalogue import describe

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


def show_side_by_side(
    frame: Frame, figures: LayerFigures, parts: Sequence[Part | Sequence[Part]], *, widths: Sequence[float] = ()
) -> None:
    """Show parts in columns; several for one column stand below each other.

    Parameters
    ----------
    widths
        How wide the columns are beside each other; all the same if not given.
    """
    for column, stacked in zip(st.columns(widths or len(parts), gap="small"), parts, strict=True):
        with column:
            for part in [stacked] if callable(stacked) else stacked:
                part(frame, figures)


def show_classes(frame: Frame, figures: LayerFigures) -> None:
    """Show the classes with their share and its shift; a click counts one of them alone."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {_('Classes')}", anchors=False, help=_class_hint(frame, figures))
        if figures.classes is None or not is_told(figures.classes, "n"):
            st.caption(_("The data do not tell of this period."))
            return
        if not has_any(figures.classes, "n"):
            st.caption(_("No records in this view."))
            return
        show_class_chart(frame, figures.classes, key="classes-chart")


def _class_hint(frame: Frame, figures: LayerFigures) -> str:
    texts = [_("Share of each class. A click on a bar counts that class alone, another one all again.")]
    if figures.classes is not None and "shift" in figures.classes.frame.columns and frame.view.comparison is not None:
        texts.append(
            _("▲ ▼: points by which a share rose or fell against the comparison, where that is more than chance.")
        )
    return " ".join(texts)


def show_trend(frame: Frame, figures: LayerFigures, *, height: int | Literal["stretch"] = "stretch") -> None:
    """Show the months with the comparison.

    Parameters
    ----------
    height
        Of the chart, in pixels; as what stands beside it if not given.
    """
    months, reported = figures.tables.get("monthly"), figures.tables.get("monthly_reported")
    with st.container(border=True, height="stretch", gap="xsmall"):
        hint = _("The band is the interval at 95 % of the number itself.")
        if frame.view.comparison is not None:
            hint += "  \n" + _(describe(frame.view.layer, "change", table="monthly").definition)
        st.markdown(f"### {_('By month')}", anchors=False, help=hint)
        if months is None:
            show_not_permitted(_("Months"), who=_("directors and planners"))
            return
        if not is_told(months, "n"):
            st.caption(_("The data do not tell of these months."))
            return
        title = {"disputes": _("Disputes"), "hazards": _("Hazards"), "incidents": _("Incidents")}[frame.view.layer]
        st.caption(trend_legend(months, title=title, reported=reported))
        st.altair_chart(
            trend_chart(months, title=title, reported=reported), height=height, key="trend", alt=_("By month")
        )


def show_hours(frame: Frame, figures: LayerFigures) -> None:
    """Show the hours of the week."""
    hours = figures.tables.get("by_hour")
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(
            f"### {_('By day and hour')}", anchors=False, help=_("When the records of the period came to be known.")
        )
        if hours is None:
            show_not_permitted(_("Hours"), who=_("directors and planners"))
            return
        if not is_told(hours, "n"):
            known = is_told(figures.whole.now, "n")
            st.caption(_("The time of day was not recorded.") if known else _("The data do not tell of this period."))
            return
        st.altair_chart(hours_chart(hours), key="hours", alt=_("By day and hour"))
        if hours.protected["n"].any():
            st.caption(_("{sign}: withheld, because the count is small.").format(sign=WITHHELD_SIGN))
        bars = code_bars(figures.whole.now, prefix="part", list_name="day_part", out_of="n", language=frame.language)
        show_bar_rows(frame, bars)


def show_layer_areas(frame: Frame, figures: LayerFigures) -> None:
    """Show one row per area of the level below; a click goes down."""
    layer = frame.view.layer
    columns: list[Column] = layer_columns(layer)
    rows = table_frame(frame, {layer: figures.rows}, columns, months=figures.row_months)
    level = frame.tree.levels_below(frame.view.area)[0]
    show_area_table(frame, rows, columns, key=f"areas-{frame.view.area}", title=level_title(level))
    show_withheld([figures.rows])
    show_unplaced(figures.whole.now)
