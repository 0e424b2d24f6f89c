"""The opening of a page: its map first, its figures while they are read, what it needs, and who may not see them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.access import Scope
from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.empty import show_missing_layer, show_not_permitted
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.map import show_map
from geo.dashboard.parts.map_place import map_place
from geo.errors import NotPermitted
from geo.store import Release
from geo.view import View
from geo.web.asked import SHAPES
from geo.words import gettext as _

__all__ = ["FIRST_MAP_ALONE_S", "MAP_ALONE_S", "Opened", "open_map", "open_page", "open_with_map"]

_Figures = TypeVar("_Figures")
_PLACES = "places_around_the_map"
_HAD_A_MAP = "had_a_map"
_LOADING_HEIGHT = 620
# Of headline and tiles.
_HEAD_HEIGHT = 190
#: Seconds from the map to the next elements, which the figures are made in: a browser that makes elements meanwhile
#: paints the map half as fast.
MAP_ALONE_S = 0.15
#: The same for the first map of a session, at most: its browser loads what a map is made of, and a page that comes
#: meanwhile keeps it from that for seconds.
FIRST_MAP_ALONE_S = 1.5
# Seconds from the shapes of the first map to the next elements: they are drawn then.
_FIRST_DRAWN_S = 0.3


@dataclass(frozen=True)
class Opened(Generic[_Figures]):
    """A page with its map.

    Parameters
    ----------
    figures
        What it shows.
    head
        The place above the map.
    beside
        The places beside the map.
    """

    figures: _Figures
    head: DeltaGenerator
    beside: Sequence[DeltaGenerator]


def open_map(frame: Frame, page_id: str) -> None:
    """Show the map of a page that has one, and keep the places around it for `open_with_map`.

    Called by the script that all pages share: what that script makes stands while a reader goes from page to page, so
    the map is not made again, and only its values change.
    """
    place = map_place(frame, page_id)
    if place is None:
        st.session_state[_PLACES] = None
        return
    head = st.container()
    left, *beside = st.columns(place.widths, gap="small")
    with left:
        show_map(frame, layers=place.layers)
    st.session_state[_PLACES] = (head, beside, time.monotonic())


def open_with_map(frame: Frame, read: Callable[[Release, View, Scope], _Figures]) -> Opened[_Figures] | None:
    """Read the figures of a page whose map is shown; None where there is no map, as the data lack what it shows.

    The map needs the fewest figures, and the browser paints it while the others are made.

    Parameters
    ----------
    read
        Gathers them.
    """
    if st.session_state[_PLACES] is None:
        return None
    head, beside, sent = st.session_state[_PLACES]
    with head, st.skeleton(height=_HEAD_HEIGHT):
        figures = read(frame.release, frame.view, frame.scope)
        _leave_to_map(sent)
    return Opened(figures, head, beside)


def _leave_to_map(sent: float) -> None:
    """Wait as long as the browser needs for the map that was sent to it at a moment."""
    if not st.session_state.get(_HAD_A_MAP):
        st.session_state[_HAD_A_MAP] = True
        # A browser that has the shapes from an earlier visit does not ask for them.
        if SHAPES.wait(since=sent, until=sent + FIRST_MAP_ALONE_S):
            time.sleep(min(_FIRST_DRAWN_S, FIRST_MAP_ALONE_S))
    time.sleep(max(0.0, sent + MAP_ALONE_S - time.monotonic()))


def open_page(
    frame: Frame,
    read: Callable[[Release, View, Scope], _Figures],
    *,
    page_id: str,
    title: str,
    what: str,
    needs_stations: bool = False,
) -> _Figures | None:
    """Return the figures of a page; None where it has said why there are none.

    Parameters
    ----------
    read
        Gathers them.
    title
        What the page is called.
    what
        What those who are not directors and planners are not shown.
    needs_stations
        Whether it tells of nothing without stations.
    """
    if not cache.layers_shown(frame.release) or (needs_stations and "station" not in frame.tree.levels):
        show_missing_layer("disputes", what=title)
        return None
    try:
        with st.skeleton(height=_LOADING_HEIGHT):
            return read(frame.release, frame.view, frame.scope)
    except NotPermitted:
        show_headline(frame, "", page_id=page_id)
        show_not_permitted(what, who=_("directors and planners"))
        return None
