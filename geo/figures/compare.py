"""The figures that the page Compare chooses from; what stands side by side is asked for one station at a time."""

from __future__ import annotations

from dataclasses import dataclass

from geo.figures.asked import Ask
from geo.figures.tree import Tree
from geo.privacy import Protected
from geo.view import View

__all__ = ["CompareFigures", "compare_figures"]

_LEVEL = "station"


@dataclass(frozen=True)
class CompareFigures:
    """What the page Compare chooses from.

    Parameters
    ----------
    stations
        The scorecard of the stations of the area; that of the station it lies in, where it is smaller than one.
    peers
        Their peer groups, with distances.
    """

    stations: Protected
    peers: Protected


def compare_figures(ask: Ask, view: View, tree: Tree) -> CompareFigures:
    """Gather what the page Compare chooses from.

    Raises
    ------
    NotPermitted
        When the one who asks may see no scorecard of the stations.
    ViewError
        When the release has no stations, or no layer that the promises are told of.
    """
    above = next((code for code in tree.path(view.area) if tree.level(code) == _LEVEL), view.area)
    asked = view.replace(area=above, level=_LEVEL)
    return CompareFigures(stations=ask("scorecard", asked), peers=ask("peers", asked))
