"""Audit: who looked at, took out, brought in and changed what, newest first; for administrators alone."""

from __future__ import annotations

import streamlit as st

from geo.access import Trail
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.trail import choose_deeds, show_deeds, show_state
from geo.web import store_root
from geo.words import gettext as _

_LOADING_HEIGHT = 620
#: More lines than anybody reads on a page; the command has all of them.
_MOST = 20_000


def show(frame: Frame) -> None:
    """Show the page."""
    trail = Trail(store_root())
    with st.skeleton(height=_LOADING_HEIGHT):
        # Refused to others here too, where it is read.
        deeds = trail.read(frame.scope, most=_MOST)
        state = trail.check()
    st.markdown(f"## {_('Audit')}", anchors=False)
    show_state(state)
    show_deeds(frame, choose_deeds(deeds, zone=frame.release.time_zone))


show(current_frame())
