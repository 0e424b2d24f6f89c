"""The page's language told to the browser, which reads aloud, breaks lines and picks the forms of signs by it."""

from __future__ import annotations

import streamlit as st

from geo.words import language

__all__ = ["tell_language"]


def tell_language() -> None:
    """Set the language of the document, which Streamlit always calls English; nothing is shown."""
    tag = language().replace("_", "-")
    # The only script that a page runs of its own; the tag is one of ours, never a reader's text.
    st.html(f'<script>document.documentElement.lang = "{tag}"</script>', unsafe_allow_javascript=True)
