"""The headline of a page: the way down to the area, the area, the period, and a sentence made from the figures."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.breadcrumb import show_breadcrumb
from geo.dashboard.plain import plain
from geo.view import View
from geo.words import gettext as _
from geo.words.formats import period_text

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


def _period_words(view: View) -> str:
    compared = view.comparison
    if compared is None:
        return period_text(view.period)
    return _("{period}, compared with {compared}").format(
        period=period_text(view.period), compared=period_text(compared)
    )
