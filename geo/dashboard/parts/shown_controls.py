"""Controls of what a map shows: the layer, the measure, how small its areas are."""

from __future__ import annotations

from collections.abc import Callable

from geo.dashboard.frame import Frame
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.controls import choose_from, choose_segment
from geo.dashboard.parts.shown import Shown, measure_label, shown_measures
from geo.dashboard.state import PageState
from geo.layers import EVENT_LAYERS
from geo.measures.catalogue import HEAT
from geo.words import gettext as _

__all__ = ["choose_level", "choose_measure", "switch_layer"]

_MEASURE_WIDTH = 250
_LEVEL_WIDTH = 110


def switch_layer(frame: Frame, shown: Shown, layers: tuple[str, ...], *, move: Callable[[PageState], None]) -> None:
    """Put the layers side by side, one of them chosen, and the heat beside them.

    Parameters
    ----------
    move
        Goes to another state.
    """
    names = {
        "disputes": _("Disputes"),
        "hazards": _("Hazards"),
        "incidents": _("Incidents"),
        "coverage": _("Coverage"),
        "service": _("Service"),
    }
    has_heat = any(layer in EVENT_LAYERS for layer in layers)

    def change(chosen: str) -> None:
        layer = chosen if chosen != HEAT else frame.view.layer if frame.view.layer in EVENT_LAYERS else layers[0]
        move(frame.state.replace(layer=layer, show=HEAT if chosen == HEAT else None, listed=None))

    choose_segment(
        _("Shown on the map"),
        (*layers, HEAT) if has_heat else layers,
        key="map_layer",
        value=HEAT if shown.measure_id == HEAT else frame.view.layer,
        words=lambda option: _("Heat") if option == HEAT else names[option],
        change=change,
    )


def choose_measure(frame: Frame, shown: Shown, *, move: Callable[[PageState], None]) -> None:
    """Put a list of the layer's measures, if there are several."""
    measures = [measure for measure in shown_measures(frame) if measure != HEAT]
    if shown.measure_id == HEAT or len(measures) < 2:
        return
    if shown.measure_id not in measures:
        measures = [shown.measure_id, *measures]
    choose_from(
        _("Measure"),
        measures,
        key="map_measure",
        value=shown.measure_id,
        words=lambda measure_id: measure_label(frame.view, measure_id),
        change=lambda measure_id: move(frame.state.replace(show=measure_id, listed=None)),
        width=_MEASURE_WIDTH,
    )


def choose_level(frame: Frame, *, move: Callable[[PageState], None]) -> None:
    """Put a list of how small the areas are, if there is a choice."""
    levels = frame.tree.levels_below(frame.view.area)
    if len(levels) < 2:
        return
    choose_from(
        _("Areas"),
        levels,
        key="map_level",
        value=frame.view.level,
        words=level_title,
        change=lambda level: move(frame.state.replace(level=level)),
        width=_LEVEL_WIDTH,
    )
