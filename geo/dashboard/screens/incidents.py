"""Incidents: the five preventions side by side, what has changed by more than chance, when and where they happen."""

from __future__ import annotations

from geo.codes import code_list, label
from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.layer_page import (
    HOURS,
    Part,
    bars_part,
    open_layer_page,
    show_classes,
    show_layer_areas,
    show_side_by_side,
    show_trend,
)
from geo.words import gettext as _
from geo.words import language, message

_SMALL_HEIGHT = 205


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_layer_page(frame, title=_("Incidents"), beside=(show_classes, _show_small_trend))
    if figures is None:
        return
    kinds = [_kinds_of(code) for code in _classes_with_kinds()]
    left_out = show_side_by_side(frame, figures, (HOURS, kinds))
    show_layer_areas(frame, figures, left_out=left_out)


def _show_small_trend(frame: Frame, figures: LayerFigures) -> None:
    """Show the months below the classes, both as high as the map."""
    show_trend(frame, figures, height=_SMALL_HEIGHT)


def _classes_with_kinds() -> list[str]:
    parents = {kind.parent for kind in code_list("incident_subclass").values()}
    return [code for code in code_list("incident_class") if code in parents]


def _kinds_of(parent: str) -> Part:
    """Return the part that shows the kinds of one class."""
    return bars_part(
        "subclass",
        "incident_subclass",
        out_of=f"class_{parent}",
        title=_("{name}, by kind").format(name=label("incident_class", parent, language())),
        name=message("kinds of a class"),
        parent=parent,
        reported=True,
    )


show(current_frame())
