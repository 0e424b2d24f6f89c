"""Incidents: the five preventions side by side, what has changed by more than chance, when and where they happen."""

from __future__ import annotations

from geo.codes import code_list
from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.bars import code_bars, show_bars
from geo.dashboard.parts.layer_page import (
    Part,
    open_layer_page,
    show_beside_map,
    show_classes,
    show_hours,
    show_layer_areas,
    show_side_by_side,
    show_trend,
)
from geo.dashboard.words import gettext as _

_SMALL_HEIGHT = 205


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_layer_page(frame, title=_("Incidents"))
    if figures is None:
        return
    show_beside_map(frame, figures, (show_classes, _show_small_trend))
    kinds = [_kinds_of(code) for code in _classes_with_kinds()]
    show_side_by_side(frame, figures, (show_hours, kinds))
    show_layer_areas(frame, figures)


def _show_small_trend(frame: Frame, figures: LayerFigures) -> None:
    """Show the months below the classes, both as high as the map."""
    show_trend(frame, figures, height=_SMALL_HEIGHT)


def _classes_with_kinds() -> list[str]:
    parents = {kind.parent for kind in code_list("incident_subclass").values()}
    return [code for code in code_list("incident_class") if code in parents]


def _kinds_of(parent: str) -> Part:
    """Return the part that shows the kinds of one class."""

    def show_kinds(frame: Frame, figures: LayerFigures) -> None:
        bars = code_bars(
            figures.whole.now,
            prefix="subclass",
            list_name="incident_subclass",
            language=frame.language,
            out_of=f"class_{parent}",
            parent=parent,
        )
        name = code_list("incident_class")[parent].label(frame.language)
        show_bars(frame, bars, title=_("{name}, by kind").format(name=name))

    return show_kinds


show(current_frame())
