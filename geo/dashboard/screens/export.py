"""Export: what the map shows, on a sheet of paper that is seen before it is printed, and as files to hand on."""

from __future__ import annotations

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame, current_frame, go
from geo.dashboard.parts.empty import show_missing_layer
from geo.dashboard.parts.files import show_files
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.making import Work
from geo.dashboard.parts.paper_map import show_paper_map
from geo.dashboard.parts.reports import show_reports
from geo.dashboard.parts.shown import choose_shown
from geo.dashboard.parts.shown_controls import choose_level, choose_measure, switch_layer
from geo.dashboard.parts.steps import choose_bandwidth
from geo.measures.catalogue import HEAT
from geo.words import gettext as _


def show(frame: Frame) -> None:
    """Show the page."""
    layers = cache.layers_shown(frame.release)
    if frame.view.layer not in layers:
        show_missing_layer(frame.view.layer, what=_("Export"))
        return
    show_headline(frame, _("What is on the map, to print and to hand on."), page_id="export")
    shown = choose_shown(frame)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        switch_layer(frame, shown, layers, move=go)
        choose_measure(frame, shown, move=go)
        if shown.measure_id == HEAT:
            choose_bandwidth(shown)
        choose_level(frame, move=go)
    work: Work = []
    asked = show_paper_map(frame, shown, work)
    if asked is not None:
        show_reports(frame, shown, asked, work)
    show_files(frame, shown, work)
    for make in work:
        make()


show(current_frame())
