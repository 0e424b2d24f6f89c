"""What the page Service shows beside the figures that every layer's page has."""

from __future__ import annotations

from dataclasses import dataclass

from geo.figures.asked import Ask, ask_by_month, ask_if_told
from geo.privacy import Protected
from geo.view import View

__all__ = ["ServiceFigures", "service_figures"]


@dataclass(frozen=True)
class ServiceFigures:
    """More of the page Service.

    Parameters
    ----------
    months, months_before
        One row for the whole area for each of the twelve months up to the end of the period, and of the period
        compared with; those that are not told are left out.
    reach
        One row for each kind of place; None where there are no places, or the one who asks may not see it.
    """

    months: tuple[Protected, ...]
    months_before: tuple[Protected, ...]
    reach: Protected | None


def service_figures(ask: Ask, view: View) -> ServiceFigures:
    """Gather what the page Service shows beside the figures that every layer's page has."""
    compared = view.comparison
    return ServiceFigures(
        months=ask_by_month(ask, "summary", view),
        months_before=() if compared is None else ask_by_month(ask, "summary", view.replace(period=compared)),
        reach=ask_if_told(ask, "reach", view),
    )
