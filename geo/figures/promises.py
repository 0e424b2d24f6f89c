"""The figures of the page Promises."""

from __future__ import annotations

from dataclasses import dataclass

from geo.areas import find_area, levels
from geo.figures.asked import Ask, ask_if_told, only
from geo.figures.tree import Tree
from geo.measures.duties import DUTIES
from geo.measures.scorecard import PEERED
from geo.measures.waiting import untold_duties
from geo.privacy import Protected
from geo.store import Release
from geo.view import View

__all__ = ["PromisesFigures", "promises_figures", "untold_of"]

# No station lies in these.
_BELOW = ("village", "grid")


@dataclass(frozen=True)
class PromisesFigures:
    """All that the page Promises shows; None stands for what the one who asks may not see, or is not told.

    Parameters
    ----------
    whole
        The scorecard of the whole area: one row per indicator.
    rows
        That of the areas of the level below: one row per area and indicator; the area's own where none is below.
    waiting
        What waits for somebody: by area of the lowest level, and by station what only stations are told of.
    questions
        Questions about the data of the areas of the level below.
    peers
        The peer group of the area, or of each of those below it.
    """

    whole: Protected
    rows: Protected
    waiting: tuple[Protected, ...]
    questions: Protected | None
    peers: Protected | None


def promises_figures(ask: Ask, view: View, tree: Tree) -> PromisesFigures:
    """Gather what the page Promises shows.

    Raises
    ------
    NotPermitted
        When the one who asks may see no scorecard of the area.
    ViewError
        When the release has no layer that the promises are told of.
    """
    own, below = tree.level(view.area), tree.levels_below(view.area)[0]
    peered = next((level for level in (own, below) if level in PEERED), None)
    return PromisesFigures(
        whole=ask("scorecard_whole", view),
        rows=ask("scorecard", view.replace(level=below)),
        waiting=_waiting(ask, view, lowest=tree.levels[-1]),
        questions=ask_if_told(ask, "questions", view.replace(level=below)),
        peers=None if peered is None else ask_if_told(ask, "peers", view.replace(level=peered)),
    )


def untold_of(release: Release, view: View) -> tuple[str, ...]:
    """Return the duties of which the data of a view's area do not tell whether anything waits."""
    present = levels(release)
    lowest = untold_duties(release, view.replace(level=present[-1]))
    if "station" not in present or (view.area is not None and find_area(release, view.area)["level"] in _BELOW):
        return lowest
    above = untold_duties(release, view.replace(level="station"))
    return tuple(duty for duty in DUTIES if duty in lowest or (DUTIES[duty].of_stations and duty in above))


def _waiting(ask: Ask, view: View, *, lowest: str) -> tuple[Protected, ...]:
    of_stations = tuple(duty for duty, about in DUTIES.items() if about.of_stations)
    asked = {lowest: "waiting"} if lowest == "station" else {lowest: "waiting", "station": only("waiting", of_stations)}
    tables = [ask_if_told(ask, name, view.replace(level=level)) for level, name in asked.items()]
    return tuple(table for table in tables if table is not None)
