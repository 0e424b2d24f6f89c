"""Service: households visited, requests handled, volunteers, surveys, and whom places reach."""

from __future__ import annotations

from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.layer_page import open_layer_page, show_layer_areas
from geo.dashboard.parts.service import service_sentence, show_reach, show_visits
from geo.words import gettext as _


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_layer_page(frame, title=_("Service"), beside=(show_reach, show_visits), sentence=service_sentence)
    if figures is None:
        return
    show_layer_areas(frame, figures)


show(current_frame())
