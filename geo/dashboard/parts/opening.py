"""The opening of a page: its map first, its figures while they are read, what it needs, and who may not see them."""

from __future__ import annotations

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
from geo.errors import NotPermitted
from geo.store import Release
from geo.view import View
from geo.words import gettext as _

__all__ = ["Opened", "open_page", "open_with_map"]

_Figures = TypeVar("_Figures")
_LOADING_HEIGHT = 620
# Of headline and tiles.
_HEAD_HEIGHT = 190


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


def open_with_map(
    frame: Frame,
    read: Callable[[Release, View, Scope], _Figures],
    *,
    widths: Sequence[int],
    map_height: int,
    layers: tuple[str, ...] = (),
) -> Opened[_Figures]:
    """Show the map, and then read the figures of the page.

    The map needs the fewest figures, and the browser paints it while the others are made.

    Parameters
    ----------
    read
        Gathers them.
    widths
        Of the map and of what stands beside it.
    map_height, layers
        As `show_map` has them.
    """
    head = st.container()
    place, *beside = st.columns(widths, gap="small")
    with place:
        show_map(frame, height=map_height, layers=layers)
    with head, st.skeleton(height=_HEAD_HEIGHT):
        figures = read(frame.release, frame.view, frame.scope)
    return Opened(figures, head, beside)


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
