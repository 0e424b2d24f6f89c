"""A field that finds a row of a list by its name and opens it: what a click on the row does, for the keyboard too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from geo.words import gettext as _

__all__ = ["show_finder"]


def show_finder(names: Sequence[str], *, key: str, open_row: Callable[[int], None]) -> None:
    """Show the field; the buttons in a table are drawn on a canvas and answer to a mouse alone.

    Parameters
    ----------
    names
        What the rows are called, in their order.
    key
        Tells the field from all others.
    open_row
        Opens the row at a position.
    """

    def follow() -> None:
        row = st.session_state[key]
        st.session_state[key] = None
        if row is not None:
            open_row(row)

    words = _("Find and open…")
    st.selectbox(
        words,
        range(len(names)),
        index=None,
        key=key,
        format_func=names.__getitem__,
        placeholder=words,
        label_visibility="collapsed",
        on_change=follow,
    )
