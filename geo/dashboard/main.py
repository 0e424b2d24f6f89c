"""The script that Streamlit serves: page settings, sidebar, navigation; then the page that was asked for."""

from __future__ import annotations

from functools import cache, partial

import streamlit as st

from geo.dashboard.ahead import count_ahead
from geo.dashboard.frame import Frame, keep, open_frame, speak_asked
from geo.dashboard.navigation import PAGES, is_filtered, make_pages, on_page, require_page
from geo.dashboard.parts.door import show_door
from geo.dashboard.parts.empty import show_first_start, show_refusal
from geo.dashboard.parts.notices import show_notices
from geo.dashboard.parts.opening import open_map
from geo.dashboard.parts.sidebar import MARK, show_sidebar
from geo.dashboard.parts.spoken import tell_language
from geo.dashboard.record import record_refusal, record_view
from geo.dashboard.sign_in import stranger, who_asks
from geo.errors import NotPermitted

_SIDEBAR_WIDTH = 240
_SIDEBAR = "sidebar_of"
# What no setting can do: figures of one width everywhere; no more margin beside the page than it needs; small print
# that can be read (it is drawn at 60 % otherwise); a ring around what the keyboard is at; no tools over tiles; names
# of bars where their column begins.
_STYLE = """<style>
.stApp { font-variant-numeric: tabular-nums; }
.stMainBlockContainer { padding-inline: 2rem; }
.stApp [data-testid=stCaptionContainer] { opacity: 0.85; }
.stApp :is(a, button, [role=slider], main):focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
.stApp main:focus-visible { outline-offset: -2px; }
.stApp [data-testid=stElementToolbar]:focus-within { opacity: 1; }
.st-key-tiles [data-testid=stElementToolbar] { display: none; }
[class*=st-key-bar-row] > div { flex: 1 1 0; min-width: 0; }
[class*=st-key-bar-row] button, [class*=st-key-bar-row] button * { justify-content: start; text-align: start; }
</style>"""


def run() -> None:
    """Make one run of the dashboard."""
    st.set_page_config("Maple Grid", str(MARK), layout="wide", initial_sidebar_state=_SIDEBAR_WIDTH)
    st.html(_STYLE)
    speak_asked()
    standing = st.session_state.pop(_SIDEBAR, None)
    page = st.navigation(make_pages(), position="hidden")
    page_id = page.url_path or PAGES[0].page_id
    asker = None
    try:
        asker = who_asks()
        frame = open_frame(asker)
        require_page(page_id, asker.scope)
    except NotPermitted as refusal:
        record_refusal(asker or stranger(), page_id)
        show_refusal(refusal, asker)
        tell_language()
        return
    if frame is None:
        show_first_start(asker.scope)
        show_door(asker)
        tell_language()
        return
    frame = keep(on_page(frame, page_id))
    record_view(frame, page_id, filtered=is_filtered(page_id))
    show_once = cache(partial(_show_sidebar, frame, page_id))
    if standing is None:
        show_once()
    # One element however many there are, so that the map after them keeps its place.
    with st.container():
        show_notices(frame)
    try:
        open_map(frame, page_id)
        # The sidebar of another page would set what this one does not show; that of this page can wait.
        if standing != (page_id, frame.view.layer):
            show_once()
        page.run()
    except Exception:
        # Streamlit takes away what a run has not made, and there is the way out.
        show_once()
        raise
    show_once()
    st.session_state[_SIDEBAR] = page_id, frame.view.layer
    count_ahead(frame.release)


def _show_sidebar(frame: Frame, page_id: str) -> None:
    show_sidebar(frame, filtered=is_filtered(page_id))
    with st.sidebar:
        tell_language()


run()
