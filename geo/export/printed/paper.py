"""Sizes of paper, and where title, map, legend and notes stand on a sheet, in millimetres."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo.errors import GeoError

__all__ = ["PAPERS", "Box", "Layout", "Paper", "lay_out", "make_paper"]

#: Shorter and longer side in millimetres (ISO 216).
PAPERS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
)
#: Millimetres in an inch and in a typographer's point.
MM_PER_INCH, MM_PER_POINT = 25.4, 25.4 / 72

# On A4; larger paper is read from further away.
_TEXT_POINTS = 8.0
_MARGIN_MM, _GAP_MM = 9.0, 3.5
# Half of a frame's line.
_EDGE_MM = 0.2
_TITLE_MM, _FOOT_MM = 15.0, 9.0
_PANEL_WIDTH_MM, _PANEL_HEIGHT_MM = 58.0, 62.0


@dataclass(frozen=True)
class Paper:
    """A sheet, or a part of one: its name, its sides in millimetres, and the shorter side of what it is read with."""

    name: str
    width_mm: float
    height_mm: float
    read_with_mm: float | None = None

    @property
    def landscape(self) -> bool:
        """Whether it lies."""
        return self.width_mm > self.height_mm

    @property
    def scale(self) -> float:
        """How much larger signs and lines are than on A4."""
        return math.sqrt((self.read_with_mm or min(self.width_mm, self.height_mm)) / PAPERS["A4"][0])

    @property
    def text_points(self) -> float:
        """Size of plain text in points."""
        return _TEXT_POINTS * self.scale


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet: left and lower edge, width and height in millimetres."""

    left: float
    bottom: float
    width: float
    height: float

    def on(self, paper: Paper) -> tuple[float, float, float, float]:
        """Return the rectangle in shares of the sheet, as a figure takes it."""
        return (
            self.left / paper.width_mm,
            self.bottom / paper.height_mm,
            self.width / paper.width_mm,
            self.height / paper.height_mm,
        )


@dataclass(frozen=True)
class Layout:
    """Where things stand: beside the map on a sheet that lies, below it on one that stands."""

    title: Box
    map: Box
    panel: Box
    foot: Box


def make_paper(name: str, *, landscape: bool) -> Paper:
    """Return a sheet.

    Raises
    ------
    GeoError
        When there is no such size.

    Examples
    --------
    >>> make_paper("A4", landscape=True)
    Paper(name='A4', width_mm=297, height_mm=210)
    """
    if name not in PAPERS:
        raise GeoError(f"There is no paper {name!r}. Remedy: use one of {', '.join(PAPERS)}.")
    short, long = PAPERS[name]
    return Paper(name, long, short) if landscape else Paper(name, short, long)


def lay_out(paper: Paper) -> Layout:
    """Return where things stand on a sheet; a part of one has neither margin nor title and foot."""
    by = paper.scale
    bare = paper.read_with_mm is not None
    margin, gap = (_EDGE_MM if bare else _MARGIN_MM) * by, _GAP_MM * by
    inner = paper.width_mm - 2 * margin
    foot = Box(margin, margin, inner, 0.0 if bare else _FOOT_MM * by)
    title_mm = 0.0 if bare else _TITLE_MM * by
    title = Box(margin, paper.height_mm - margin - title_mm, inner, title_mm)
    low, high = (margin, title.bottom) if bare else (foot.bottom + foot.height + gap, title.bottom - gap / 2)
    if paper.landscape:
        width = _PANEL_WIDTH_MM * by
        panel = Box(margin + inner - width, low, width, high - low)
        return Layout(title, Box(margin, low, inner - width - gap, high - low), panel, foot)
    height = _PANEL_HEIGHT_MM * by
    panel = Box(margin, low, inner, height)
    return Layout(title, Box(margin, low + height + gap, inner, high - low - height - gap), panel, foot)
