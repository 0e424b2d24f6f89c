"""Definitions: what every figure means, layer by layer, told by the catalogue that the figures come from."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.navigation import PAGES
from geo.dashboard.parts.definitions import show_definitions
from geo.dashboard.words import gettext as _
from geo.rules import load_rules

#: Layer of a view → the name of its page.
_LAYERS = {entry.layer: entry.title for entry in PAGES if entry.layer is not None}


def show(frame: Frame) -> None:
    """Show the page."""
    rules = load_rules()
    sentence = _("Figures and these words come from one catalogue; targets from the rules {rules}.")
    with st.container(gap="xxsmall"):
        st.markdown(f"## {_('Definitions')}", anchors=False)
        st.markdown(sentence.format(rules=f"`{rules.hash[:12]}`"))
    layer = st.segmented_control(
        _("Layer"),
        list(_LAYERS),
        default=frame.view.layer,
        required=True,
        format_func=lambda name: _(_LAYERS[name]),
        key="definitions-layer",
        label_visibility="collapsed",
    )
    show_definitions(layer, rules)


show(current_frame())
