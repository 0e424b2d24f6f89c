"""What the map can show of a view: which areas, coloured by what."""

from __future__ import annotations

from dataclasses import dataclass

from geo.dashboard.frame import Frame
from geo.dashboard.parts.cells import measure_name
from geo.dashboard.state import HEAT
from geo.dashboard.words import gettext as _
from geo.layers import EVENT_LAYERS
from geo.measures.catalogue import describe, mappable
from geo.view import View

__all__ = ["STATES", "Shown", "choose_shown", "measure_label", "shown_measures"]

#: The coverage states, which are words and not numbers.
STATES = "states"


@dataclass(frozen=True)
class Shown:
    """What a map shows.

    Parameters
    ----------
    view
        The view of its areas: those around a lowest area, since that alone is no map.
    measure_id
        The measure that colours them; ``heat`` for a density, ``states`` for coverage states.
    selected
        The lowest area that was chosen.
    """

    view: View
    measure_id: str
    selected: str | None = None


def choose_shown(frame: Frame) -> Shown:
    """Return what the map of a frame shows."""
    view, selected = frame.view, None
    if view.area is not None and frame.tree.level(view.area) == frame.tree.levels[-1]:
        selected, view = view.area, view.replace(area=frame.tree.area(view.area).parent)
    measures = shown_measures(frame)
    # A list of coverage is seen on the states, which name all of them at once.
    listed = frame.state.listed if view.layer != "coverage" else None
    for wanted in (listed, frame.state.show):
        if wanted in measures:
            return Shown(view, wanted, selected)
    return Shown(view, measures[0], selected)


def shown_measures(frame: Frame) -> list[str]:
    """Return what can be shown of the view's layer, the usual one first."""
    view = frame.view
    measures = [measure.id for measure in mappable(view.layer) if measure.codes is None]
    if view.layer == "coverage":
        first = STATES if view.level == "grid" else "covered_share"
        measures = [first, *(measure for measure in measures if measure != first)]
    return [*measures, HEAT] if view.layer in EVENT_LAYERS else measures


def measure_label(layer: str, measure_id: str) -> str:
    """Return the name of what a map shows."""
    if measure_id in (STATES, HEAT):
        return _("Coverage states") if measure_id == STATES else _("Heat")
    return measure_name(describe(layer, measure_id))
