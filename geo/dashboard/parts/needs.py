"""Needs you today: what a person can act on, worst first; each line opens the list behind it."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.navigation import open_on_click, page_of
from geo.figures.needs import NEED_LAYERS, Need
from geo.words import gettext as _

__all__ = ["show_needs"]

_SIGNS = {"high": ":red[:material/error:]", "medium": ":orange[:material/warning:]", "low": ":gray[:material/info:]"}


def show_needs(frame: Frame, lines: list[Need], *, layers: Collection[str]) -> None:
    """Show the lines, or that there is nothing to do; without layers to act on, that nobody can tell."""
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.markdown(f"### {_('Needs you today')}", anchors=False)
        if not lines:
            known = bool(NEED_LAYERS & set(layers))
            st.caption(_("Nothing needs you.") if known else _("These data do not say what needs somebody."))
        for line in lines:
            state = frame.state.replace(layer=line.layer, listed=line.kind, show=None, level=frame.tree.levels[-1])
            label = f"{_SIGNS.get(line.severity, _SIGNS['low'])} {line.words}"
            open_on_click(page_of(line.layer), state, label=label, key=f"need-{line.kind}", arrow=True)
