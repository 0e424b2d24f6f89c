"""The figures of all of a view's area, of one layer: what tiles, sentences and panels are made from."""

from __future__ import annotations

from dataclasses import dataclass

from geo.dashboard.figures.asked import Ask, ask_by_month, ask_if_told
from geo.layers import EVENT_LAYERS
from geo.privacy import Protected
from geo.view import View

__all__ = ["WholeFigures", "whole_figures"]


@dataclass(frozen=True)
class WholeFigures:
    """One row for the whole area, in several periods.

    Parameters
    ----------
    view
        What is asked, of this layer.
    now
        In the period.
    before
        In the period compared with; None where there is none.
    reported
        In the period, of the reported records alone, so that they are not added up with the discovered ones; None
        where one source is asked for, the layer has no sources, or the one who asks may not part them.
    months
        In each of the twelve months up to the end of the period, where it is told.
    """

    view: View
    now: Protected
    before: Protected | None
    reported: Protected | None
    months: tuple[Protected, ...]


def whole_figures(ask: Ask, view: View) -> WholeFigures:
    """Gather the figures of the whole area."""
    parted = view.layer in EVENT_LAYERS and view.source is None
    compared = view.comparison
    return WholeFigures(
        view=view,
        now=ask("summary", view),
        before=ask_if_told(ask, "summary", view.replace(period=compared, compare="none")) if compared else None,
        reported=ask_if_told(ask, "summary", view.replace(source="reported")) if parted else None,
        months=ask_by_month(ask, "summary", view),
    )
