"""The figures of the page Coverage."""

from __future__ import annotations

from dataclasses import dataclass

from geo.figures.asked import Ask, ask_if_told
from geo.figures.tree import Tree
from geo.privacy import Protected
from geo.view import View

__all__ = ["CoverageFigures", "coverage_figures"]


@dataclass(frozen=True)
class CoverageFigures:
    """All that the page Coverage shows; None stands for what the one who asks may not see.

    Parameters
    ----------
    now
        One row for the whole area.
    shares
        Coverage as a share of grids, households, events and grid-days.
    rows
        One row per area of the level below.
    states
        One row per grid.
    workload, spread
        One row per post, and how evenly the posts are asked.
    """

    now: Protected
    shares: Protected
    rows: Protected
    states: Protected | None
    workload: Protected | None
    spread: Protected | None


def coverage_figures(ask: Ask, view: View, tree: Tree) -> CoverageFigures:
    """Gather what the page Coverage shows."""
    asked = view.replace(layer="coverage")
    return CoverageFigures(
        now=ask("summary", asked),
        shares=ask("shares", asked),
        rows=ask("measure", asked.replace(level=tree.levels_below(view.area)[0])),
        states=ask_if_told(ask, "states", asked),
        workload=ask_if_told(ask, "workload", asked),
        spread=ask_if_told(ask, "spread", asked),
    )
