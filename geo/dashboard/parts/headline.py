"""The headline of a page: the way down to the area, the area, the period, and a sentence made from the figures."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.breadcrumb import show_breadcrumb
from geo.dashboard.plain import plain
from geo.view import View
from geo.words import gettext as _
from geo.words.formats import day_text, period_text

__all__ = ["show_headline"]


def show_headline(frame: Frame, sentence: str, *, page_id: str) -> None:
    """Show the way down to the area, the area, the period and the sentence."""
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            show_breadcrumb(frame, page_id)
            st.markdown(f"## {plain(frame.name(frame.view.area))}", width="content", anchors=False)
            st.space("stretch")
            st.markdown(f":gray[{_period_words(frame.view)}]", width="content")
        st.markdown(sentence)
        if _is_running(frame):
            text = _("The period is not over: told up to {day}.").format(day=day_text(frame.release.as_of))
            st.caption(f":material/hourglass_top: {text}")


def _is_running(frame: Frame) -> bool:
    """Tell whether the data end within the period; of one that they do not reach at all they tell nothing."""
    period, as_of = frame.view.period, frame.release.as_of
    return period.start <= as_of and not period.is_closed(as_of)


def _period_words(view: View) -> str:
    compared = view.comparison
    if compared is None:
        return period_text(view.period)
    return _("{period}, compared with {compared}").format(
        period=period_text(view.period), compared=period_text(compared)
    )
