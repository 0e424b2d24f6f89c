"""The figures that the page Compare chooses from, and what the public is told of stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.access import Scope
from geo.figures.asked import Ask, ask_if_told
from geo.figures.tree import Tree
from geo.privacy import Protected, nearest_allowed
from geo.store import Release
from geo.view import View

__all__ = ["TOLD_TO_ALL", "CompareFigures", "compare_figures", "told_to_public"]

_LEVEL = "station"
#: What the public is told of every station, by layer: rates, and shares of what is counted.
TOLD_TO_ALL: Mapping[str, tuple[str, ...]] = {
    "disputes": ("reported_per_1000", "discovered_per_1000", "settled_in_month"),
    "hazards": ("reported_per_1000", "discovered_per_1000"),
    "incidents": ("reported_per_1000",),
    "service": ("visited_share", "requests_per_1000"),
    "coverage": ("covered_share",),
}


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


def told_to_public(
    ask: Ask, layers: Sequence[str], view: View, release: Release, *, public: Scope
) -> Mapping[str, Protected]:
    """Return what the public is told of all stations, by layer, in the nearest period that it is told of.

    Parameters
    ----------
    ask
        Measures a view and protects it for the public: nothing here is of another's own numbers.
    layers
        Layers that the release can answer.
    view
        Its period is asked for.
    public
        The public's scope.
    """
    found: dict[str, Protected] = {}
    for layer in [layer for layer in TOLD_TO_ALL if layer in layers]:
        wanted = view.replace(layer=layer, area=None, level=_LEVEL, classes=(), source=None, compare="none")
        nearest = nearest_allowed(wanted, public, release).view
        table = ask_if_told(ask, "measure", nearest) if nearest.level == _LEVEL else None
        if table is not None:
            found[layer] = table
    return found
