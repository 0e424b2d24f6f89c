"""Lines of text as they are set: how wide they are, where they break, and how small they become to fit."""

from __future__ import annotations

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from geo.export.printed.paper import MM_PER_POINT

__all__ = ["fit_line", "size_mm_of", "width_mm_of", "wrap_words"]

_SIZES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)


def fit_line(text: str, width_mm: float, points: float) -> tuple[str, float]:
    """Return a text and a size in which it fits on one line: smaller down to a bound, then cut off by a sign."""
    for share in _SIZES:
        if width_mm_of(text, points * share) <= width_mm:
            return text, points * share
    smallest = points * _SIZES[-1]
    while len(text) > 1 and width_mm_of(f"{text}…", smallest) > width_mm:
        text = text[:-1]
    return f"{text}…", smallest


def wrap_words(text: str, width_mm: float, points: float) -> list[str]:
    """Break a text into lines of a width: between words, and between any two Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_mm_of(line + piece.rstrip(), points) > width_mm:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """Return what is not to be broken: a word with the space behind it, a Chinese character with signs behind it."""
    pieces: list[str] = []
    for sign in text:
        whole = ord(sign) > 0x2E7F
        closing = sign in "，。；：、）》」！？％"
        if (
            not pieces
            or (whole and not closing)
            or pieces[-1].endswith(" ")
            or (ord(pieces[-1][-1]) > 0x2E7F and not closing)
        ):
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces


def width_mm_of(text: str, points: float) -> float:
    """Return how wide a text is in millimetres."""
    return size_mm_of(text, points)[0]


def size_mm_of(text: str, points: float) -> tuple[float, float]:
    """Return how wide and high a text is in millimetres, in the font that is set."""
    width, height, _descent = text_to_path.get_text_width_height_descent(text, FontProperties(size=points), False)
    return float(width) * MM_PER_POINT, float(height) * MM_PER_POINT
