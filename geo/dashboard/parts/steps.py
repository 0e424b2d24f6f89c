"""Sliders of the map alone: the month that it shows, and the bandwidth of its heat in metres."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.dashboard.parts.shown import Shown
from geo.view import Period
from geo.words import gettext as _
from geo.words.formats import count_text, period_text

__all__ = ["choose_bandwidth", "choose_month"]

_MONTH, _BANDWIDTH = "month", "bandwidth"
_WHOLE = ""
_BANDWIDTH_WIDTH = 190


def choose_month(shown: Shown) -> None:
    """Put a slider through the months, the whole period first, with a button on each side that goes one step."""
    if not shown.months:
        return
    options = [_WHOLE, *shown.months]
    place = options.index(shown.month or _WHOLE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _step_button(":material/chevron_left:", _("Earlier"), options, place - 1, key="map_month_back")
        st.session_state["map_month"] = options[place]
        st.select_slider(
            _("Month on the map"),
            options,
            key="map_month",
            format_func=lambda month: period_text(Period(month)) if month else _("Whole period"),
            on_change=_write_slider("map_month", _MONTH, options[place]),
            label_visibility="collapsed",
        )
        _step_button(":material/chevron_right:", _("Later"), options, place + 1, key="map_month_on", after=True)


def _step_button(icon: str, words: str, options: list[str], place: int, *, key: str, after: bool = False) -> None:
    there = 0 <= place < len(options)
    st.button(
        words,
        key=key,
        icon=icon,
        icon_position="right" if after else "left",
        type="tertiary",
        disabled=not there,
        on_click=_write(_MONTH, options[place]) if there else None,
    )


def choose_bandwidth(shown: Shown) -> None:
    """Put a slider through the bandwidths that the reader may have."""
    if len(shown.bandwidths_m) < 2:
        return
    st.session_state["map_bandwidth"] = shown.bandwidth_m
    st.select_slider(
        _("Bandwidth of the heat"),
        shown.bandwidths_m,
        key="map_bandwidth",
        format_func=lambda metres: _("Bandwidth {n} m").format(n=count_text(metres)),
        on_change=_write_slider("map_bandwidth", _BANDWIDTH, shown.bandwidth_m),
        label_visibility="collapsed",
        width=_BANDWIDTH_WIDTH,
    )


def _write_slider(key: str, name: str, value: str | int) -> Callable[[], None]:
    def write() -> None:
        # A slider that a run was about to take away is taken for changed when that run is broken off.
        if st.session_state[key] != value:
            _write(name, str(st.session_state[key]))()

    return write


def _write(name: str, text: str) -> Callable[[], None]:
    """Write one parameter of the address and no other: the rest of the page stays as it is."""

    def write() -> None:
        if text:
            st.query_params[name] = text
        else:
            st.query_params.pop(name, None)

    return write
