"""Disputes: what came in, how far it has come, at which level it was settled, and what waits too long."""

from __future__ import annotations

from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.flow import show_flow
from geo.dashboard.parts.layer_page import (
    HOURS,
    TREND,
    Part,
    bars_part,
    open_layer_page,
    show_classes,
    show_layer_areas,
    show_side_by_side,
)
from geo.words import gettext as _
from geo.words import message


def show(frame: Frame) -> None:
    """Show the page."""
    figures = open_layer_page(frame, title=_("Disputes"), beside=(show_classes,))
    if figures is None:
        return
    if "flow" in figures.tables:
        show_flow(frame, figures.tables["flow"], title=_("From found to settled"))
    left_out = show_side_by_side(frame, figures, _settlement_parts())
    left_out += show_side_by_side(frame, figures, (TREND, HOURS))
    show_layer_areas(frame, figures, left_out=left_out)


def _settlement_parts() -> list[Part]:
    levels = bars_part(
        "settled",
        "settled_at",
        out_of="settled",
        title=_("Settled at"),
        note=_("Of those accepted in the period and settled."),
        name=message("levels of settlement"),
    )
    channels = bars_part(
        "channel",
        "channel",
        out_of="n",
        title=_("Who mediates"),
        note=_("Of those found in the period, where it is known."),
        name=message("channels"),
    )
    transfers = bars_part(
        "transferred",
        "transfer",
        out_of="accepted",
        title=_("Transferred"),
        note=_(
            "Of those accepted in the period. A transfer by right is a party's choice or a legal duty, not a failure."
        ),
        name=message("transfers"),
    )
    return [levels, channels, transfers]


show(current_frame())
