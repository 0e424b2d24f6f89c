"""The script that Streamlit serves: page settings, sidebar, navigation; then the page that was asked for."""

from __future__ import annotations

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
_SIDEBAR = "sidebar_is_filtered"
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
    # What stands there already is made again at the end: what was asked for is shown first.
    filtered = is_filtered(page_id)
    has_sidebar = st.session_state.get(_SIDEBAR) == filtered
    st.session_state[_SIDEBAR] = filtered
    if not has_sidebar:
        _show_sidebar(frame, filtered)
    # One element however many there are, so that the map after them keeps its place.
    with st.container():
        show_notices(frame)
    open_map(frame, page_id)
    page.run()
    if has_sidebar:
        _show_sidebar(frame, filtered)
    count_ahead(frame.release)


def _show_sidebar(frame: Frame, filtered: bool) -> None:
    show_sidebar(frame, filtered=filtered)
    with st.sidebar:
        tell_language()


run()
