"""Small maps beside each other, one a month or one a class, that compare as all have the same classes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.codes import code_list, label
from geo.errors import GeoError
from geo.export.facts import period_text
from geo.export.printed.paper import Box
from geo.view import CLASS_LISTS, Period, View

__all__ = ["SPLITS", "Part", "split_box", "split_view"]

#: What a map can be split by.
SPLITS = ("month", "class")
# More would be too small to be read, on a sheet of any size.
_MOST = 24
_LEAST_MM = 25.0


@dataclass(frozen=True)
class Part:
    """One of several maps: what stands above it, and its view."""

    title: str
    view: View


def split_view(view: View, by: str, *, lang: str) -> list[Part]:
    """Return the views of small maps.

    Raises
    ------
    GeoError
        When there is nothing to split by, or too much.

    Examples
    --------
    >>> [part.title for part in split_view(View(Period("2025-Q1")), "month", lang="en")]
    ['January 2025', 'February 2025', 'March 2025']
    """
    if by == "month":
        parts = [
            Part(period_text(Period(month), lang), view.replace(period=Period(month))) for month in view.period.months
        ]
    else:
        classes = CLASS_LISTS[view.layer]
        if classes is None:
            raise GeoError(f"{view.layer} has no classes. Remedy: split by month.")
        codes = view.classes or tuple(code_list(classes))
        parts = [Part(label(classes, code, lang), view.replace(classes=(code,))) for code in codes]
    if len(parts) > _MOST:
        raise GeoError(f"{len(parts)} maps do not fit on a sheet. Remedy: ask for a period of {_MOST} months at most.")
    return parts


def split_box(box: Box, count: int, *, aspect: float, title_mm: float, gap_mm: float) -> list[Box]:
    """Return places for maps in a box, row by row, as large as an even number of columns and rows lets them be.

    Parameters
    ----------
    count
        How many maps.
    aspect
        Width of what they show, of its height.
    title_mm, gap_mm
        Room above each for its title, and between them.

    Raises
    ------
    GeoError
        When they would be too small.
    """
    ways = [_cells(box, columns, math.ceil(count / columns), title_mm, gap_mm) for columns in range(1, count + 1)]
    columns, width, height = max(ways, key=lambda way: min(way[1] / aspect, way[2]))
    if min(width, height) < _LEAST_MM:
        raise GeoError(f"{count} maps do not fit on this sheet. Remedy: take larger paper, or fewer months.")
    return [_cell(box, number, columns, width, height, title_mm, gap_mm) for number in range(count)]


def _cells(box: Box, columns: int, rows: int, title_mm: float, gap_mm: float) -> tuple[int, float, float]:
    width = (box.width - (columns - 1) * gap_mm) / columns
    return columns, width, (box.height - (rows - 1) * gap_mm) / rows - title_mm


def _cell(box: Box, number: int, columns: int, width: float, height: float, title_mm: float, gap_mm: float) -> Box:
    row, column = divmod(number, columns)
    left = box.left + column * (width + gap_mm)
    top = box.bottom + box.height - row * (height + title_mm + gap_mm) - title_mm
    return Box(left, top - height, width, height)
