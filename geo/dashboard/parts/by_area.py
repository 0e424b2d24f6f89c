"""One indicator of the promises area by area: a picture of the intervals, the table, the funnel, and the peers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard import cache
from geo.dashboard.cache import PromisesFigures
from geo.dashboard.frame import Frame, drill
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.compare import short_names
from geo.dashboard.parts.drawing import Drawing, show_drawing
from geo.dashboard.parts.funnel import scaled, show_funnel
from geo.dashboard.parts.intervals import intervals_chart
from geo.dashboard.parts.promises import CHOSEN
from geo.dashboard.parts.scorecard import goal_column
from geo.dashboard.parts.table import show_table, text_width
from geo.dashboard.theme import theme_name
from geo.maps.palettes import theme_colours
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text, decimal_text
from geo.words.indicators import Line, goal_chips, indicator_name, indicator_words, line_of, lines_of, value_text

__all__ = ["show_by_area"]

_LEVEL = "promise_level"
# More rows than these are a table to scroll in, and no picture.
_MOST_DRAWN = 45
_MOST_ROWS = 14


def show_by_area(frame: Frame, figures: PromisesFigures) -> None:
    """Show the indicator that is looked at, area by area: a picture of the intervals, and the table."""
    chosen = str(st.session_state[CHOSEN])
    whole = line_of(figures.whole, chosen)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"### {indicator_name(chosen)}", anchors=False, width="stretch")
            level = _choose_level(frame)
            _show_peers(frame, figures.peers)
        st.caption(" ".join(part for part in (indicator_words(chosen), whole.effort if whole else "") if part))
        asked = frame.view.replace(level=level)
        table = figures.rows if level == _levels(frame)[0] else cache.scorecard(frame.release, asked, frame.scope)
        lines = _in_order([line for line in lines_of(table) if line.indicator.id == chosen])
        if whole is None or not any(line.cell("value").value is not None for line in lines):
            st.caption(_("The data do not tell of it by area."))
            return
        _show_lines_of_areas(frame, lines, whole=whole, level=level)
        show_funnel(frame, lines, level=level)


def _show_lines_of_areas(frame: Frame, lines: Sequence[Line], *, whole: Line, level: str) -> None:
    """Show the table, beside a picture of the areas with enough records where there are not too many of them."""
    drawn = [line for line in lines if line.cell("value").value is not None and line.has_enough]
    if not 1 < len(drawn) <= _MOST_DRAWN:
        _show_areas(frame, lines, level=level)
        return
    left, right = st.columns([1, 3], gap="small")
    with left:
        show_drawing(_areas_chart(frame, drawn, whole=whole), key="caterpillar", alt=indicator_name(whole.indicator.id))
        few = sum(line.cell("value").value is not None for line in lines) - len(drawn)
        if few:
            text = ngettext(
                "{n} area with too few records is not drawn.", "{n} areas with too few records are not drawn.", few
            )
            st.caption(text.format(n=count_text(few)))
    with right:
        _show_areas(frame, lines, level=level)


def _levels(frame: Frame) -> tuple[str, ...]:
    return tuple(frame.tree.levels_below(frame.view.area))


def _choose_level(frame: Frame) -> str:
    options = _levels(frame)[:2]
    if st.session_state.get(_LEVEL) not in options:
        st.session_state[_LEVEL] = options[0]
    if len(options) == 1:
        return options[0]
    chosen = st.segmented_control(
        _("Level"), options, key=_LEVEL, required=True, format_func=level_title, label_visibility="collapsed"
    )
    return str(chosen)


def _in_order(lines: list[Line]) -> list[Line]:
    """Return areas by their value, what needs somebody first, those with too few records last.

    Of figures without a good side the highest come first.
    """
    worst_is_low = bool(lines) and lines[0].indicator.meaning.good == "high"

    def key(line: Line) -> tuple[bool, bool, float]:
        value, state = line.cell("value").value, line.state
        few = state == "few" or (not state and not line.has_enough)
        return value is None, few, 0.0 if value is None else value if worst_is_low else -value

    return sorted(lines, key=key)


def _show_areas(frame: Frame, lines: Sequence[Line], *, level: str) -> None:
    def open_area() -> None:
        drill(frame, lines[st.session_state["by-area-click"].row].area_id)

    shrunk, (chips, colours) = lines[0].indicator.kind == "rate", goal_chips(lines)
    columns: dict[str, list[Any]] = {
        "area": [frame.name(line.area_id) for line in lines],
        "value": [line.value for line in lines],
        "goal": chips,
        "shrunk": [value_text(line.indicator, line.cell("shrunk").value) for line in lines],
        "among_all": [line.among_all for line in lines],
        "standing": [line.standing for line in lines],
        "n": [line.cell("denominator").text() for line in lines],
    }
    kept = {
        "goal": bool(colours),
        "shrunk": shrunk,
        "among_all": any(columns["among_all"]),
        "standing": any(columns["standing"]),
        "n": not shrunk,
    }
    rows = pd.DataFrame({name: values for name, values in columns.items() if kept.get(name, True)})
    config: dict[str, Any] = {
        "area": st.column_config.ButtonColumn(
            level_title(level),
            type="tertiary",
            alignment="left",
            on_click=open_area,
            key="by-area-click",
            pinned=True,
            width=text_width(columns["area"], most=195),
        ),
        "value": st.column_config.TextColumn(_("Value"), alignment="right", width=66),
        "n": st.column_config.TextColumn(_("Out of"), alignment="right", width=58),
        "goal": goal_column(colours),
        "shrunk": st.column_config.TextColumn(
            _("Steadied"),
            alignment="right",
            width=86,
            help=_("The empirical Bayes rate: the fewer live in an area, the more it is drawn to the rate of all."),
        ),
        "among_all": st.column_config.TextColumn(
            _("Beside all"),
            width=78,
            help=_(
                "Below or above the figure of all areas by more than chance takes 95 of 100 areas that are alike; far, "
                "by more than it takes 998 of 1,000 (funnel limits). Areas differ in more than chance, so it asks a "
                "question."
            ),
        ),
        "standing": st.column_config.TextColumn(
            _("Among its peers"), width=142, help=_("The places in its peer group that chance leaves open.")
        ),
    }
    withheld = pd.DataFrame({"value": [line.cell("value").withheld for line in lines]})
    show_table(rows, key="by-area", alt=_("By area"), config=config, most=_MOST_ROWS, withheld=withheld)


def _show_peers(frame: Frame, peers: Protected | None) -> None:
    """Put the peer group on demand: whom an area is compared with, and how alike they are."""
    if peers is None or peers.frame.empty:
        return
    with st.popover(_("Peers"), icon=":material/groups:"):
        st.markdown(f"**{_('Compared with those most alike')}**")
        words = _(
            "By residents per km², households, share of floating people and kinds of grids, each of the same weight. "
            "A distance of 1 is that of two areas as far apart as any two are on average."
        )
        st.caption(words)
        areas = list(dict.fromkeys(peers.frame["area_id"]))
        chosen = areas[0]
        if len(areas) > 1:
            chosen = st.selectbox(_("Area"), areas, key="peers_area", format_func=frame.name)
        own = peers.frame[peers.frame["area_id"] == chosen]
        rows = pd.DataFrame(
            {
                "area": [frame.name(code) for code in own["peer_id"]],
                "distance": [decimal_text(float(far), digits=2) for far in own["distance"]],
            }
        )
        config = {
            "area": st.column_config.TextColumn(_("Peer"), width=200),
            "distance": st.column_config.TextColumn(_("Distance"), alignment="right", width=90),
        }
        show_table(rows, key="peers", alt=_("Peers"), config=config)
        if own["missing"].ne("").any():
            st.caption(_("Some figures are missing: these are compared by the others alone."))


def _areas_chart(frame: Frame, lines: Sequence[Line], *, whole: Line) -> Drawing:
    """Draw areas in the given order, before the goal and the value of the whole area."""
    colours = theme_colours(theme_name())
    scale = 100 if whole.indicator.meaning.unit == "share" else 1
    looks = {"short": colours.accent, "reached": colours.good}
    rows = pd.DataFrame(
        {
            "area": short_names(frame, [line.area_id for line in lines]),
            **{name: [scaled(line, name, scale) for line in lines] for name in ("value", "low", "high")},
            "shown": [line.value for line in lines],
            "interval": [line.interval for line in lines],
            "colour": [looks.get(line.state, colours.quiet_text) for line in lines],
        }
    )
    marks = {name: scaled(whole, name, scale) for name in ("target", "value")}
    behind = {name: pd.DataFrame({"value": [value]}) for name, value in marks.items() if value is not None}
    return intervals_chart(rows, what=_("Area"), percent=scale == 100, behind=behind)
