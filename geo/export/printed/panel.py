"""The panel beside a printed map: legend, notes, and a corner for the map of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle

from geo.export.printed.paper import MM_PER_POINT, Box, Paper
from geo.export.printed.setting import wrap_words
from geo.export.printed.themes import Entry, Key
from geo.maps.palettes import ThemeColours

__all__ = ["Panel"]

_SWATCH_MM = (7.0, 4.2)
_LINE = 1.45
_CORNER_MM = 40.0
_SQUARE_MM, _GAP_MM = 8.0, 5.0


class Panel:
    """Writes from the top of a box downwards; millimetres from its upper left corner."""

    def __init__(self, figure: Figure, paper: Paper, box: Box, colours: ThemeColours, *, cornered: bool) -> None:
        self._figure, self._paper, self._colours = figure, paper, colours
        self._box, self._down = box, 0.0
        #: Where a map of the whole may stand; None if there is to be none.
        self.corner: Box | None = None
        if cornered:
            self._box, self.corner = _with_corner(box, paper)

    def write_key(self, key: Key) -> None:
        """Write a legend: its title, a line for each class in the map's order, hatches apart."""
        self._write(key.title, points=self._paper.text_points * 1.15)
        self._down += 1.2 * self._paper.scale
        if key.square:
            self._draw_square(key)
        circles = [entry.diameter_mm for entry in key.entries if entry.diameter_mm is not None]
        for entry in (*key.entries, *key.extra):
            self._draw_entry(entry, most_mm=max(circles, default=0.0))
        self._down += 1.5 * self._paper.scale

    def write_notes(self, notes: Sequence[str]) -> None:
        """Write notes in small letters, as many as there is room for."""
        for note in notes:
            self._write(note, points=self._paper.text_points * 0.85, colour=self._colours.quiet_text)
            self._down += 1.0 * self._paper.scale

    def _draw_entry(self, entry: Entry, *, most_mm: float) -> None:
        wide, high = (side * self._paper.scale for side in _SWATCH_MM)
        if entry.diameter_mm is not None:
            high = max(entry.diameter_mm, self._paper.text_points * MM_PER_POINT)
            wide = max(most_mm, wide)
            centre = self._at(wide / 2, self._down + high / 2)
            self._figure.add_artist(
                Ellipse(centre, *self._size(entry.diameter_mm), facecolor=entry.fill, edgecolor="none", alpha=0.62)
            )
        else:
            left, top = self._at(0, self._down + high)
            self._figure.add_artist(
                Rectangle(
                    (left, top), *self._size(wide, high), facecolor=entry.fill, hatch=entry.hatch, linewidth=0.4,
                    edgecolor=self._colours.quiet_text,
                )
            )  # fmt: skip
        across = wide + 2 * self._paper.scale
        lines = wrap_words(entry.words, self._box.width - across, self._paper.text_points)
        for at, line in enumerate(lines):
            x, y = self._at(across, self._down + high / 2 + at * self._line(self._paper.text_points))
            self._figure.text(x, y, line, va="center")
        self._down += max(high, len(lines) * self._line(self._paper.text_points)) + 0.9 * self._paper.scale

    def _draw_square(self, key: Key) -> None:
        side, small = _SQUARE_MM * self._paper.scale, self._paper.text_points * 0.85
        rows = len(key.square)
        self._write(f"↑ {key.sides[1]}", points=small)
        for up, row in enumerate(key.square):
            for across, fill in enumerate(row):
                corner = self._at(across * side, self._down + (rows - up) * side)
                self._figure.add_artist(
                    Rectangle(corner, *self._size(side, side), facecolor=fill, edgecolor="white", linewidth=0.5)
                )
        self._down += rows * side + 0.8 * self._paper.scale
        self._write(f"→ {key.sides[0]}", points=small)
        self._down += 1.5 * self._paper.scale

    def _write(self, words: str, *, points: float, colour: str | None = None) -> None:
        for line in wrap_words(words, self._box.width, points):
            if self._down + self._line(points) > self._box.height:
                return
            x, y = self._at(0, self._down)
            self._figure.text(x, y, line, va="top", fontsize=points, color=colour or self._colours.text)
            self._down += self._line(points)

    def _line(self, points: float) -> float:
        return points * MM_PER_POINT * _LINE

    def _at(self, across_mm: float, down_mm: float) -> tuple[float, float]:
        left = (self._box.left + across_mm) / self._paper.width_mm
        return left, (self._box.bottom + self._box.height - down_mm) / self._paper.height_mm

    def _size(self, width_mm: float, height_mm: float | None = None) -> tuple[float, float]:
        return width_mm / self._paper.width_mm, (height_mm or width_mm) / self._paper.height_mm


def _with_corner(box: Box, paper: Paper) -> tuple[Box, Box]:
    """Return a box without its lower part, or its right one on a sheet that stands, and that part."""
    side = _CORNER_MM * paper.scale
    if paper.landscape:
        return Box(box.left, box.bottom + side, box.width, box.height - side), Box(
            box.left, box.bottom, box.width, side
        )
    wide = 1.4 * side
    rest = Box(box.left, box.bottom, box.width - wide - _GAP_MM, box.height)
    return rest, Box(box.left + box.width - wide, box.bottom, wide, box.height)
