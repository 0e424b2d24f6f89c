"""Promises: how an area keeps the three promises, what is short and where, and what waits for somebody."""

from __future__ import annotations

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.by_area import show_by_area
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.opening import open_page
from geo.dashboard.parts.promises import promises_sentence, show_promises
from geo.dashboard.parts.questions import show_guards, show_questions
from geo.dashboard.parts.scorecard import show_scorecard
from geo.dashboard.parts.waiting import show_waiting
from geo.words import gettext as _


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_page(
        frame,
        cache.promises_page,
        page_id="promises",
        title=_("Promises"),
        what=_("The scorecard of the promises"),
    )
    if figures is None:
        return
    show_headline(frame, promises_sentence(figures), page_id="promises")
    show_promises(frame, figures)
    show_scorecard(frame, figures)
    show_by_area(frame, figures)
    show_waiting(frame, figures.waiting)
    left, right = st.columns(2, gap="small")
    with left:
        show_questions(frame, figures.questions)
    with right:
        show_guards()


show(current_frame())
