"""Compare: a station beside those most alike, who does better by more than chance, and what they do differently."""

from __future__ import annotations

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.compare import (
    beside,
    choose_indicator,
    choose_station,
    compare_sentence,
    is_alone,
    show_group,
)
from geo.dashboard.parts.empty import show_not_permitted
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.opening import open_page
from geo.dashboard.parts.peers_told import show_told_to_public
from geo.dashboard.parts.practices import show_differences, show_side_by_side
from geo.words import gettext as _

_LOADING_HEIGHT = 380


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_page(
        frame,
        cache.compare_page,
        page_id="compare",
        title=_("Compare"),
        what=_("Stations side by side"),
        needs_stations=True,
    )
    if figures is None:
        return
    head = st.container()
    left, right = st.columns([2, 3], gap="small")
    with left:
        station = choose_station(frame, figures.stations)
    with right:
        indicator = choose_indicator(figures.stations, station)
    asked = frame.view.replace(area=station, level="station")
    rows = beside(cache.compared(frame.release, asked, frame.scope))
    with head:
        show_headline(frame, compare_sentence(frame, rows, station, indicator), page_id="compare")
    show_group(frame, figures, rows, indicator)
    if is_alone(rows):
        show_not_permitted(_("The figures of other stations"), who=_("directors and planners of the county"))
        with st.skeleton(height=_LOADING_HEIGHT):
            told = cache.told_to_public(frame.release, asked, frame.scope)
        show_told_to_public(frame, told, rows)
        return
    show_differences(frame, rows, indicator)
    show_side_by_side(frame, rows, indicator)


show(current_frame())
