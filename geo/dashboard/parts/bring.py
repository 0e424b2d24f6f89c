"""The room on the page Data where files are brought in."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import Frame, store_root
from geo.dashboard.words import gettext as _
from geo.privacy import provenance_for

__all__ = ["show_bring"]


def show_bring(frame: Frame) -> None:
    """Show how files are brought in, to those who may see what becomes of their rows."""
    if provenance_for(frame.scope) != "rows":
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"##### {_('Bring in files')}", anchors=False)
        st.markdown(
            _(
                "A recipe says how a file becomes a layer. First see what would happen, without publishing anything; "
                "then publish a release:"
            )
        )
        store = str(store_root().name)
        command = f"maplegrid import RECIPE.toml --store {store}"
        st.code(f"{command} --dry-run\n{command}", language=None)
