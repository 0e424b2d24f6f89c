"""The way down to the present area, each step a way back up."""

from __future__ import annotations

from geo.dashboard.frame import Frame
from geo.dashboard.navigation import open_on_click
from geo.dashboard.plain import plain
from geo.dashboard.state import drill_into

__all__ = ["show_breadcrumb", "steps_above"]


def steps_above(frame: Frame) -> list[str | None]:
    """Return the areas above the present one that the reader may go to; None is the whole release."""
    path: list[str | None] = list(frame.tree.path(frame.view.area))
    if len(frame.tree.children(None)) > 1 or not path:
        path = [None, *path]
    elif frame.view.area is not None:
        path[0] = None
    own = frame.scope.area
    return [code for code in path[:-1] if own is None or frame.tree.holds(own, code)]


def show_breadcrumb(frame: Frame, page_id: str) -> None:
    """Show the areas above the present one as links; at the top there are none."""
    for code in steps_above(frame):
        state = drill_into(frame.state, code, frame.tree)
        open_on_click(page_id, state, label=plain(frame.name(code)), key=f"up-{code or 'top'}", arrow=True)
