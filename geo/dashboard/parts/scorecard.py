"""The scorecard of an area by promise: each indicator with its interval, goal, change and months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.cache import PromisesFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.promises import CHOSEN
from geo.dashboard.parts.table import show_table, text_width
from geo.measures.indicators import INDICATORS, PROMISES
from geo.words import gettext as _
from geo.words.formats import count_text
from geo.words.indicators import (
    Line,
    goal_chips,
    indicator_name,
    lines_of,
    period_notes,
    promise_name,
)

__all__ = ["goal_column", "show_scorecard"]

_PROMISE = "promise"
_TREND_WIDTH = 74
# So that all columns of the scorecard are seen at 1280 pixels.
_TIGHT = 8
_GOAL_WIDTH = 148


def show_scorecard(frame: Frame, figures: PromisesFigures) -> None:
    """Show the indicators of one promise for all of the area; the name of each opens it area by area."""
    lines = lines_of(figures.whole)
    told = [promise for promise in PROMISES if any(line.indicator.promise == promise for line in lines)]
    _follow_chosen(lines)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"### {_('Scorecard')}", anchors=False, width="content")
            st.segmented_control(
                _("Promise"),
                told,
                key=_PROMISE,
                required=True,
                format_func=promise_name,
                label_visibility="collapsed",
                on_change=_leave_chosen,
            )
        shown = [line for line in lines if line.indicator.promise == st.session_state[_PROMISE]]
        _show_lines(shown, with_peers=any(line.standing for line in lines), rows=lines_of(figures.rows))
        st.caption(_notes(shown))


def _follow_chosen(lines: Sequence[Line]) -> None:
    """See to it that an indicator is looked at, the first that is short of its goal, and that its promise is open."""
    known = [line.indicator.id for line in lines]
    if st.session_state.get(CHOSEN) not in known:
        short = [line.indicator.id for line in lines if line.state == "short"]
        st.session_state[CHOSEN] = (short or known)[0]
    st.session_state[_PROMISE] = INDICATORS[st.session_state[CHOSEN]].promise


def _leave_chosen() -> None:
    """Look at the first indicator of the promise that was opened."""
    promise = st.session_state[_PROMISE]
    st.session_state[CHOSEN] = next(one.id for one in INDICATORS.values() if one.promise == promise)


def _show_lines(lines: Sequence[Line], *, with_peers: bool, rows: Sequence[Line]) -> None:
    def choose() -> None:
        st.session_state[CHOSEN] = lines[st.session_state["scorecard-click"].row].indicator.id

    chips, colours = goal_chips(lines)
    frame = pd.DataFrame(
        {
            "indicator": [indicator_name(line.indicator.id) for line in lines],
            "value": [line.value for line in lines],
            "interval": [line.interval for line in lines],
            "n": [line.cell("denominator").text() for line in lines],
            "goal": chips,
            "change": [line.change for line in lines],
            "change_interval": [line.change_interval for line in lines],
            "trend": [_drawable(line) for line in lines],
            "beside": [line.standing if with_peers else _below_words(line, rows) for line in lines],
        }
    )
    beside = _("Among its peers") if with_peers else _("Short of the goal")
    config: dict[str, Any] = {
        "indicator": st.column_config.ButtonColumn(
            _("Indicator"),
            type="tertiary",
            alignment="left",
            on_click=choose,
            key="scorecard-click",
            width=text_width(frame["indicator"]) - _TIGHT,
        ),
        "value": st.column_config.TextColumn(
            _("Value"), alignment="right", width=max(60, text_width(frame["value"]) - _TIGHT)
        ),
        "interval": st.column_config.TextColumn(
            _("Interval"),
            alignment="right",
            width=max(70, text_width(frame["interval"]) - 2 * _TIGHT),
            help=_("At 95 %: how far chance alone leaves it open."),
        ),
        "n": st.column_config.TextColumn(_("Out of"), alignment="right", width=text_width(frame["n"]) - _TIGHT),
        "goal": goal_column(colours),
        "change": st.column_config.TextColumn(
            _("Change"),
            alignment="right",
            width=max(104, text_width(frame["change"]) - 2 * _TIGHT),
            help=_("On the period compared with. In brackets: within chance."),
        ),
        "change_interval": st.column_config.TextColumn(
            _("From … to"),
            alignment="right",
            width=max(84, text_width(frame["change_interval"]) - 2 * _TIGHT),
            help=_("The interval of the change at 95 %: of rates in per cent, of shares in points."),
        ),
        "trend": st.column_config.LineChartColumn(
            _("By month"),
            width=_TREND_WIDTH,
            color="gray",
            help=_("Twelve months, each line from its own least to its own greatest value."),
        ),
        "beside": st.column_config.TextColumn(beside, width=142 if with_peers else 126),
    }
    show_table(frame, key="scorecard", alt=_("Scorecard"), config=config)


def _drawable(line: Line) -> list[float] | None:
    """Return the months that can be drawn: a line with a month left out would tell the others at the wrong time.

    Months at the end that are not over, or whose terms are not, are left out.
    """
    months = list(line.months)
    while months and months[-1] is None:
        months.pop()
    return None if not months or any(value is None for value in months) else [float(value or 0.0) for value in months]


def _below_words(line: Line, rows: Sequence[Line]) -> str:
    own = [one for one in rows if one.indicator == line.indicator and one.goal]
    short = [one for one in own if one.state == "short"]
    return _("{n} of {of}").format(n=count_text(len(short)), of=count_text(len(own))) if own else ""


def _notes(lines: Sequence[Line]) -> str:
    """Say what in the table needs a word."""
    texts = [_("‰: per 1,000. In brackets: a change within chance."), *period_notes(lines)]
    if not all(line.is_over for line in lines):
        texts.append(_("The period is not over: no change is told."))
    return " ".join(texts)


def goal_column(colours: Mapping[str, str]) -> Any:  # noqa: ANN401  # Streamlit's own type is private
    """Return the column of how lines stand to their targets."""
    return st.column_config.MultiselectColumn(
        _("Goal"), options=list(colours), color=list(colours.values()) or None, width=_GOAL_WIDTH
    )
