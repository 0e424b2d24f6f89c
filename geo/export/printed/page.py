"""A sheet while it is drawn: its paper, its figure, what is shown on it, and who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.export.printed.asked import MapAsked
from geo.export.printed.paper import MM_PER_INCH, Box, Layout, Paper, lay_out, make_paper
from geo.maps.palettes import ThemeColours, theme_colours
from geo.privacy import Protected
from geo.store import Release

__all__ = ["Page", "new_page"]


@dataclass(frozen=True, eq=False)
class Page:
    """A sheet of paper with places on it."""

    release: Release
    protected: Protected
    asked: MapAsked
    created_at: datetime
    paper: Paper
    layout: Layout
    colours: ThemeColours
    figure: Figure

    @property
    def points(self) -> float:
        """Size of plain text."""
        return self.paper.text_points

    def axes(self, box: Box) -> Axes:
        """Return axes in a place of the sheet."""
        return self.figure.add_axes(box.on(self.paper))


def new_page(
    release: Release, protected: Protected, asked: MapAsked, *, created_at: datetime, paper: Paper | None = None
) -> Page:
    """Return an empty sheet: the paper that is asked for, if no other is given."""
    paper = paper or make_paper(asked.paper, landscape=asked.landscape)
    size = (paper.width_mm / MM_PER_INCH, paper.height_mm / MM_PER_INCH)
    figure = Figure(figsize=size, facecolor="white")
    return Page(release, protected, asked, created_at, paper, lay_out(paper), theme_colours("light"), figure)
