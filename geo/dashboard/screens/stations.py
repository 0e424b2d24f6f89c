"""Stations: which have been named exemplary ones, and how a station stands to each criterion."""

from __future__ import annotations

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.assessment import choose_station, show_criterion, show_sheet, stations_sentence
from geo.dashboard.parts.empty import show_left_out
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.opening import open_page
from geo.dashboard.parts.register import show_register
from geo.words import gettext as _


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_page(
        frame, cache.stations_page, page_id="stations", title=_("Stations"), what=_("The sheet of a station")
    )
    if figures is None:
        return
    show_headline(frame, stations_sentence(frame, figures), page_id="stations")
    if figures.sheets is None:
        show_register(frame, figures.register)
        show_left_out([_("the sheet of a station")])
        return
    left, right = st.columns([7, 5], gap="small")
    with right:
        show_register(frame, figures.register)
    with left:
        station = choose_station(frame, figures.sheets)
        show_sheet(frame, figures.sheets, station, figures.register)
    with right:
        show_criterion(frame, figures.sheets, station)


show(current_frame())
