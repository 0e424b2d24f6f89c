"""Whether the reader's screen is light or dark."""

from __future__ import annotations

import streamlit as st

from geo.maps.palettes import Theme

__all__ = ["theme_name"]


def theme_name() -> Theme:
    """Return the theme the reader has: light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"
