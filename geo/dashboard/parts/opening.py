"""The opening of a page that shows areas: what it needs, its figures while they are read, and who may not see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from geo.access import Scope
from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.empty import show_missing_layer, show_not_permitted
from geo.dashboard.parts.headline import show_headline
from geo.errors import NotPermitted
from geo.store import Release
from geo.view import View
from geo.words import gettext as _

__all__ = ["open_page"]

_Figures = TypeVar("_Figures")
_LOADING_HEIGHT = 620


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
