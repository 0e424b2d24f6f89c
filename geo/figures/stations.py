"""The figures of the page Stations."""

from __future__ import annotations

from dataclasses import dataclass

from geo.figures.asked import Ask, ask_if_told
from geo.privacy import Protected
from geo.view import View

__all__ = ["StationsFigures", "stations_figures"]


@dataclass(frozen=True)
class StationsFigures:
    """All that the page Stations shows.

    Parameters
    ----------
    register
        The stations that have been named exemplary ones; None where there is no register.
    sheets
        The criteria of every station of the area; None for who may not see them.
    """

    register: Protected | None
    sheets: Protected | None


def stations_figures(ask: Ask, view: View) -> StationsFigures:
    """Gather what the page Stations shows."""
    return StationsFigures(
        register=ask_if_told(ask, "designations", view.replace(level="station")),
        sheets=ask_if_told(ask, "assessment", view.replace(level="station")),
    )
