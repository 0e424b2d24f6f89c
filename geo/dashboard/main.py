"""The script that Streamlit serves: page settings, sidebar, navigation; then the page that was asked for."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import keep, open_frame
from geo.dashboard.navigation import is_filtered, make_pages, on_page
from geo.dashboard.parts.empty import show_first_start, show_refusal
from geo.dashboard.parts.notices import show_notices
from geo.dashboard.parts.sidebar import MARK, show_sidebar
from geo.dashboard.parts.spoken import tell_language
from geo.errors import NotPermitted

_SIDEBAR_WIDTH = 240
# What no setting can do: figures of one width everywhere; no more margin beside the page than it needs; small print
# that can be read (it is drawn at 60 % otherwise); a ring around what the keyboard is at; no tools over tiles.
_STYLE = """<style>
.stApp { font-variant-numeric: tabular-nums; }
.stMainBlockContainer { padding-inline: 2rem; }
.stApp [data-testid=stCaptionContainer] { opacity: 0.85; }
.stApp :is(a, button, [role=slider], main):focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
.stApp main:focus-visible { outline-offset: -2px; }
.stApp [data-testid=stElementToolbar]:focus-within { opacity: 1; }
.st-key-tiles [data-testid=stElementToolbar] { display: none; }
</style>"""


def run() -> None:
    """Make one run of the dashboard."""
    st.set_page_config("Maple Grid", str(MARK), layout="wide", initial_sidebar_state=_SIDEBAR_WIDTH)
    st.html(_STYLE)
    try:
        frame = open_frame()
    except NotPermitted as refusal:
        st.navigation(make_pages(), position="hidden")
        show_refusal(refusal)
        tell_language()
        return
    page = st.navigation(make_pages(), position="hidden")
    if frame is None:
        show_first_start()
        tell_language()
        return
    frame = keep(on_page(frame, page.url_path))
    show_sidebar(frame, filtered=is_filtered(page.url_path))
    with st.sidebar:
        tell_language()
    show_notices(frame)
    page.run()


run()
