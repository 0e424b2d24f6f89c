"""The script that Streamlit serves: page settings, sidebar, navigation; then the page that was asked for."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import open_frame
from geo.dashboard.navigation import make_pages
from geo.dashboard.parts.empty import show_first_start
from geo.dashboard.parts.notices import show_notices
from geo.dashboard.parts.sidebar import show_sidebar


def run() -> None:
    """Make one run of the dashboard."""
    st.set_page_config(page_title="Maple Grid", page_icon=":material/eco:", layout="wide")
    frame = open_frame()
    page = st.navigation(make_pages(), position="hidden")
    if frame is None:
        show_first_start()
        return
    show_sidebar(frame)
    show_notices(frame)
    page.run()


run()
