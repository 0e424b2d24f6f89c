"""Disputes: what came in, how far it has come, at which level it was settled, and what waits too long."""

from __future__ import annotations

from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.bars import code_bars, show_bars
from geo.dashboard.parts.flow import show_flow
from geo.dashboard.parts.layer_page import (
    open_layer_page,
    show_beside_map,
    show_classes,
    show_hours,
    show_layer_areas,
    show_side_by_side,
    show_trend,
)
from geo.dashboard.words import gettext as _


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_layer_page(frame, title=_("Disputes"))
    if figures is None:
        return
    show_beside_map(frame, figures, (show_classes,))
    if "flow" in figures.tables:
        show_flow(frame, figures.tables["flow"], title=_("From found to settled"))
    show_side_by_side(frame, figures, (_show_levels, _show_channels, _show_transfers))
    show_side_by_side(frame, figures, (show_trend, show_hours))
    show_layer_areas(frame, figures)


def _show_levels(frame: Frame, figures: LayerFigures) -> None:
    bars = code_bars(
        figures.whole.now, prefix="settled", list_name="settled_at", out_of="settled", language=frame.language
    )
    show_bars(frame, bars, title=_("Settled at"), note=_("Of those accepted in the period and settled."))


def _show_channels(frame: Frame, figures: LayerFigures) -> None:
    bars = code_bars(figures.whole.now, prefix="channel", list_name="channel", out_of="n", language=frame.language)
    show_bars(frame, bars, title=_("Who mediates"), note=_("Of those found in the period, where it is known."))


def _show_transfers(frame: Frame, figures: LayerFigures) -> None:
    bars = code_bars(
        figures.whole.now, prefix="transferred", list_name="transfer", out_of="accepted", language=frame.language
    )
    note = _("Of those accepted in the period. A transfer by right is a party's choice or a legal duty, not a failure.")
    show_bars(frame, bars, title=_("Transferred"), note=note)


show(current_frame())
