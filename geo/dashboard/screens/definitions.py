"""Definitions: what every figure means, layer by layer, told by the catalogue that the figures come from."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.navigation import PAGES
from geo.dashboard.parts.definitions import PROMISES, show_definitions
from geo.rules import load_rules
from geo.words import gettext as _
from geo.words import message

#: Layer of a view → the name of its page; and what is told of all layers together.
_LAYERS = {entry.layer: entry.title for entry in PAGES if entry.layer is not None}
_GROUPS = {**_LAYERS, PROMISES: message("Promises")}


def show(frame: Frame) -> None:
    """Show the page."""
    rules = load_rules()
    sentence = _("Figures and these words come from one catalogue; targets from the rules {rules}.")
    with st.container(gap="xxsmall"):
        st.markdown(f"## {_('Definitions')}", anchors=False)
        st.markdown(sentence.format(rules=f"`{rules.hash[:12]}`"))
    layer = st.segmented_control(
        _("Layer"),
        list(_GROUPS),
        default=frame.view.layer,
        required=True,
        format_func=lambda name: _(_GROUPS[name]),
        key="definitions-layer",
        label_visibility="collapsed",
    )
    show_definitions(layer, rules)


show(current_frame())
