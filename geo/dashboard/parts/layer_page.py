"""The frame that every page of a layer has: headline, tiles, map with what stands beside it, charts, areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.area_table import (
    level_title,
    show_area_table,
    show_unplaced,
    table_frame,
)
from geo.dashboard.parts.bars import Bar, code_bars, show_bar_rows, show_bars
from geo.dashboard.parts.charts import hours_chart, trend_chart, trend_legend
from geo.dashboard.parts.class_chart import show_class_chart
from geo.dashboard.parts.contents import LAYER_TILES, layer_columns
from geo.dashboard.parts.drawing import show_drawing
from geo.dashboard.parts.empty import show_left_out, show_missing_layer
from geo.dashboard.parts.figure_table import show_signs
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.listing import show_listing
from geo.dashboard.parts.map_place import is_lowest
from geo.dashboard.parts.opening import open_with_map
from geo.dashboard.parts.panel import show_panel
from geo.dashboard.parts.tiles import make_tiles, show_tiles
from geo.figures.sentences import layer_sentence
from geo.measures.catalogue import describe
from geo.words import gettext as _
from geo.words import message
from geo.words.cells import has_any, is_never_told, is_told

__all__ = [
    "HOURS",
    "TREND",
    "Part",
    "bars_part",
    "open_layer_page",
    "show_classes",
    "show_layer_areas",
    "show_side_by_side",
    "show_trend",
]

_Show = Callable[[Frame, LayerFigures], None]


@dataclass(frozen=True)
class Part:
    """One thing of a page; several of them stand side by side.

    Parameters
    ----------
    show
        Shows it.
    name
        What it is, in English, to be named where it is left out.
    is_open
        Tells whether it is for this reader at all.
    """

    show: _Show
    name: str
    is_open: Callable[[LayerFigures], bool]


def open_layer_page(
    frame: Frame,
    *,
    title: str,
    beside: Sequence[_Show],
    sentence: Callable[[LayerFigures], str] = layer_sentence,
) -> LayerFigures | None:
    """Show headline, tiles and what stands beside the map, and return the figures; None without the layer.

    Parameters
    ----------
    title
        What the page is called; said where the data lack the layer.
    beside
        What stands beside the map; below it where a lowest area has its panel there.
    sentence
        Makes the words of the headline from the figures.
    """
    layer = frame.view.layer
    opened = open_with_map(frame, cache.layer_page)
    if opened is None:
        show_missing_layer(layer, what=title)
        return None
    figures, (right,) = opened.figures, opened.beside
    with opened.head:
        show_headline(frame, sentence(figures), page_id=layer)
        show_tiles(
            frame,
            make_tiles(LAYER_TILES[layer], {layer: figures.whole}, classes=figures.classes_reported or figures.classes),
        )
    if is_lowest(frame):
        with right:
            officers = {} if figures.officers is None else {"coverage": figures.officers}
            show_panel(frame, {**officers, layer: figures.whole.now})
        places = st.columns(len(beside), gap="small")
    else:
        places = [right] * len(beside)
    for place, part in zip(places, beside, strict=True):
        with place:
            part(frame, figures)
    if frame.state.listed is not None:
        show_listing(frame, page_id=layer)
    return figures


def show_side_by_side(
    frame: Frame, figures: LayerFigures, parts: Sequence[Part | Sequence[Part]], *, widths: Sequence[float] = ()
) -> list[str]:
    """Show parts in columns; several for one column stand below each other; those not for this reader leave no room.

    Parameters
    ----------
    widths
        How wide the columns are beside each other; all the same if not given.

    Returns
    -------
    list of str
        What is left out, in the reader's language.
    """
    columns = [[part] if isinstance(part, Part) else list(part) for part in parts]
    left_out = [_(part.name) for column in columns for part in column if not part.is_open(figures)]
    kept = [[part for part in column if part.is_open(figures)] for column in columns]
    room = [width for width, column in zip(widths or [1] * len(kept), kept, strict=True) if column]
    for place, column in zip(st.columns(room, gap="small") if room else (), filter(None, kept), strict=True):
        with place:
            for part in column:
                part.show(frame, figures)
    return left_out


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
        show_class_chart(frame, figures.classes, reported=figures.classes_reported, key="classes-chart")


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
        if months is None or not is_told(months, "n"):
            st.caption(_("The data do not tell of these months."))
            return
        title = {"disputes": _("Disputes"), "hazards": _("Hazards"), "incidents": _("Incidents")}[frame.view.layer]
        st.caption(trend_legend(months, title=title, reported=reported))
        drawing = trend_chart(months, title=title, reported=reported)
        show_drawing(drawing, height=height, key="trend", alt=_("By month"))


def _show_hours(frame: Frame, figures: LayerFigures) -> None:
    """Show the hours of the week."""
    hours = figures.tables.get("by_hour")
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(
            f"### {_('By day and hour')}", anchors=False, help=_("When the records of the period came to be known.")
        )
        if hours is None or not is_told(hours, "n"):
            known = is_told(figures.whole.now, "n")
            st.caption(_("The time of day was not recorded.") if known else _("The data do not tell of this period."))
            return
        show_drawing(hours_chart(hours), key="hours", alt=_("By day and hour"))
        show_signs(withheld=bool(hours.protected["n"].any()), missing=False)
        whole = figures.whole.reported or figures.whole.now
        bars = code_bars(whole, prefix="part", list_name="day_part", out_of="n", language=frame.language)
        show_bar_rows(frame, bars)


TREND = Part(show_trend, message("months"), lambda figures: "monthly" in figures.tables)
HOURS = Part(_show_hours, message("hours of the day"), lambda figures: "by_hour" in figures.tables)


def bars_part(
    prefix: str,
    list_name: str,
    *,
    out_of: str,
    title: str,
    note: str = "",
    name: str,
    parent: str | None = None,
    reported: bool = False,
) -> Part:
    """Return the part that shows counts by the codes of a list as bars.

    Parameters
    ----------
    prefix, list_name, out_of, parent
        As `code_bars` has them.
    title, note
        What stands above the bars, in the reader's language.
    name
        What it is called where it is left out, in English.
    reported
        Whether they count the reported records alone where both sources are asked for.
    """

    def bars_of(figures: LayerFigures, language: str) -> list[Bar]:
        whole = (figures.whole.reported if reported else None) or figures.whole.now
        return code_bars(whole, prefix=prefix, list_name=list_name, language=language, out_of=out_of, parent=parent)

    def show(frame: Frame, figures: LayerFigures) -> None:
        show_bars(frame, bars_of(figures, frame.language), title=title, note=note)

    def is_open(figures: LayerFigures) -> bool:
        columns = [bar.measure_id for bar in bars_of(figures, "en")]
        return not (columns and is_never_told(figures.whole.periods, columns))

    return Part(show, name, is_open)


def show_layer_areas(frame: Frame, figures: LayerFigures, *, left_out: Sequence[str] = ()) -> None:
    """Show one row per area of the level below; a click goes down; and say what of the page is left out."""
    layer = frame.view.layer
    columns = layer_columns(layer, frame.view.source)
    rows = table_frame(frame, {layer: figures.rows}, columns, reported=figures.rows_reported, months=figures.row_months)
    level = frame.tree.levels_below(frame.view.area)[0]
    show_area_table(frame, rows, columns, key=f"areas-{frame.view.area}", title=level_title(level))
    show_unplaced(figures.whole.now)
    show_left_out(left_out)
