"""Controls that hold what the page's address says and write it when they are changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

__all__ = ["choose_from", "choose_segment"]


def choose_from(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    value: str,
    words: Callable[[str], str],
    change: Callable[[str], None],
    width: int | None = None,
) -> None:
    """Put a list to choose one option from.

    Parameters
    ----------
    label
        What is chosen; without a place of its own when the list has a width, as beside others it is plain.
    options
        What there is to choose.
    key
        Tells the control from all others.
    value
        What the address says, so that going back in the browser moves the control too.
    words
        The word for an option.
    change
        Writes the option chosen into the address.
    width
        Width in pixels; all there is if not given.
    """
    st.session_state[key] = value
    st.selectbox(
        label,
        options,
        key=key,
        format_func=words,
        on_change=_changed(key, options, value, change),
        label_visibility="visible" if width is None else "collapsed",
        width="stretch" if width is None else width,
    )


def choose_segment(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    value: str,
    words: Callable[[str], str],
    change: Callable[[str], None],
    stretch: bool = False,
) -> None:
    """Put a few options side by side, one of them chosen; see `choose_from`."""
    st.session_state[key] = value
    st.segmented_control(
        label,
        options,
        key=key,
        required=True,
        format_func=words,
        label_visibility="collapsed",
        on_change=_changed(key, options, value, change),
        width="stretch" if stretch else "content",
    )


def _changed(key: str, options: Sequence[str], value: str, change: Callable[[str], None]) -> Callable[[], None]:
    def write() -> None:
        chosen = st.session_state[key]
        # Whoever goes back while a page in another language comes in sends the old word for an option, not its code;
        # and a control that a run was about to take away is taken for changed when that run is broken off.
        if chosen in options and chosen != value:
            change(chosen)

    return write
