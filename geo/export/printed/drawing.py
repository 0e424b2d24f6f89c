"""Shapes as matplotlib draws them, and the font that every sheet is set in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from numpy.typing import NDArray

from geo.maps.assets import font_path

__all__ = ["MISSING_HATCH", "WITHHELD_HATCH", "draw_areas", "draw_lines", "set_type"]

#: Hatches of a number that is withheld, and of one that there is not.
WITHHELD_HATCH, MISSING_HATCH = "/////", "..."


_DRAWING = RLock()


@contextmanager
def set_type(*, points: float, colour: str) -> Iterator[None]:
    """Set what is drawn inside in the product's own font, which holds Chinese and Latin, so that no system's is asked.

    Text in a PDF stays text (Type 3 carries the code points); an SVG holds outlines, as its reader may lack the font.
    """
    settings: Any = {
        "font.family": [_family()],
        "font.size": points,
        "text.color": colour,
        "pdf.fonttype": 3,
        "svg.fonttype": "path",
        "svg.hashsalt": "maplegrid",
        "text.hinting": "none",  # a seam is an outline, and has to be as wide as its text
        "hatch.linewidth": 0.4,
        "axes.linewidth": 0.6,
    }
    # The library's settings are the process's: two sheets at once would take each other's.
    with _DRAWING, mpl.rc_context(settings):
        yield


@cache
def _family() -> str:
    path = str(font_path())
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def draw_areas(
    axes: Axes,
    polygons: NDArray[np.object_],
    *,
    fill: Sequence[str] | str,
    edge: str,
    width: float,
    hatch: str | None = None,
    order: float = 2,
) -> None:
    """Draw areas, of one piece or several, with holes; one colour for all, or one for each."""
    if not len(polygons):
        return
    collection = PathCollection(
        [_path(area) for area in polygons],
        facecolors=fill,
        edgecolors=edge,
        linewidths=width,
        hatch=hatch,
        zorder=order,
    )
    collection.set_joinstyle("round")
    axes.add_collection(collection, autolim=False)


def draw_lines(
    axes: Axes,
    geometry: NDArray[np.object_],
    *,
    colour: str,
    width: float,
    order: float = 2,
    style: str = "solid",
) -> None:
    """Draw lines, and the outlines of polygons; what borders two of them is drawn once."""
    lines = shapely.get_parts(shapely.line_merge(shapely.unary_union(shapely.boundary(_polygons(geometry)))))
    own = geometry[shapely.get_dimensions(geometry) == 1]
    pieces = [shapely.get_coordinates(line) for line in [*lines, *shapely.get_parts(own)] if not shapely.is_empty(line)]
    axes.add_collection(
        LineCollection(pieces, colors=colour, linewidths=width, linestyles=style, zorder=order, capstyle="round"),
        autolim=False,
    )


def _polygons(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    found: NDArray[np.object_] = geometry[shapely.get_dimensions(geometry) == 2]
    return found


def _path(area: Any) -> Path:  # noqa: ANN401  any shapely geometry
    # Rings are told of single polygons alone. A hole stays open where it runs the other way round than what it lies in.
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(area)))
    vertices, codes = [], []
    for ring in rings:
        points = shapely.get_coordinates(ring)
        kinds = np.full(len(points), Path.LINETO, dtype=Path.code_type)
        kinds[0], kinds[-1] = Path.MOVETO, Path.CLOSEPOLY
        vertices.append(points)
        codes.append(kinds)
    if not vertices:
        return Path(np.zeros((0, 2)))
    return Path(np.concatenate(vertices), np.concatenate(codes))
