"""Data: which release is shown and what changed in it, how its layers stand, what its imports did and did not load."""

from __future__ import annotations

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.changes import show_changes
from geo.dashboard.parts.imports import show_imports
from geo.dashboard.parts.layers_present import data_sentence, show_layers
from geo.dashboard.parts.releases import show_about, show_releases
from geo.dashboard.parts.take_in import show_take_in
from geo.dashboard.parts.upload import speak_uploader
from geo.store import Store
from geo.web import store_root
from geo.words import gettext as _

_LOADING_HEIGHT = 620


def show(frame: Frame) -> None:
    """Show the page."""
    with st.skeleton(height=_LOADING_HEIGHT):
        figures = cache.data_page(Store(store_root()), frame.release, frame.scope)
    with st.container(gap="xxsmall"):
        st.markdown(f"## {_('Data')}", anchors=False)
        st.markdown(data_sentence(frame, figures))
    layers, about = st.columns([9, 5], gap="small")
    with layers:
        show_layers(frame, figures)
    with about:
        show_about(frame)
    show_releases(frame, figures)
    show_changes(frame, figures)
    show_imports(frame, figures)
    speak_uploader()
    show_take_in(frame)


show(current_frame())
