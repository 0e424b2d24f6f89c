"""Names on a map that do not run into each other: the important first, each at the first free place near its area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import Stroke
from numpy.typing import NDArray

from geo.export.printed.paper import MM_PER_POINT
from geo.export.printed.setting import size_mm_of

__all__ = ["Label", "draw_labels", "place_labels", "point_inside"]

# Where a name may stand beside its point, in its widths and heights: on it, above, below, right, left.
_PLACES = ((0.0, 0.0), (0.0, 1.35), (0.0, -1.35), (1.05, 0.0), (-1.05, 0.0))
# And beside a mark that is as large as the largest circle.
_BESIDE_MARKS = ((0.0, 2.1), (0.0, -2.1), (0.0, 2.9), (0.0, -2.9))
_AIR = 0.25
_HALO_POINTS = 1.3
# How near to the widest place of an area a name may be, as a share of its size.
_NEAR = 0.05


@dataclass(frozen=True)
class Label:
    """A name: where it belongs (metres), how important, how large, in which colour, and how wide its area is.

    Parameters
    ----------
    easting, northing
        A point inside the area.
    text
        The name.
    points
        Size of its letters.
    colour
        Of its letters.
    room_m
        Width of the area in metres: a name much wider is left out; None for one that may reach beyond.
    """

    easting: float
    northing: float
    text: str
    points: float
    colour: str
    room_m: float | None = None


def point_inside(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the centre of the widest place of each polygon, (n, 2) in metres."""
    largest = [max(shapely.get_parts(polygon), key=shapely.area) for polygon in polygons]
    circles = shapely.maximum_inscribed_circle(largest, tolerance=np.sqrt(shapely.area(largest)) * _NEAR)
    return shapely.get_coordinates(shapely.get_point(circles, 0))


def place_labels(
    labels: Sequence[Label],
    frame: tuple[float, float, float, float],
    metres_per_mm: float,
    taken: NDArray[np.float64] | None = None,
    marks: NDArray[np.float64] | None = None,
) -> list[tuple[Label, float, float]]:
    """Return the names that find a place, with its centre in metres.

    Parameters
    ----------
    labels
        The most important first.
    frame
        West, south, east, north of the map in metres.
    metres_per_mm
        Metres on the ground that a millimetre of paper holds.
    taken
        Boxes that no name may touch, (n, 4): west, south, east, north in metres.
    marks
        Boxes of marks such as circles. A name keeps out of them if it can; one that is to stay within its area is left
        out otherwise, any other stands over them.
    """
    taken = np.empty((0, 4)) if taken is None else taken
    places = _PLACES if marks is None else _PLACES + _BESIDE_MARKS
    marks = np.empty((0, 4)) if marks is None else marks
    placed: list[tuple[Label, float, float]] = []
    for label in labels:
        width, height = (side * metres_per_mm for side in _size_mm(label))
        if label.room_m is not None and width > 1.15 * label.room_m:
            continue
        centres = [(label.easting + across * width, label.northing + up * height) for across, up in places]
        boxes = [_box(*centre, width, height * (1 + _AIR)) for centre in centres]
        free = [at for at, box in enumerate(boxes) if _is_inside(box, frame) and _is_free(box, taken)]
        over = [] if label.room_m is not None else free
        at = next((at for at in free if _is_free(boxes[at], marks)), next(iter(over), None))
        if at is not None:
            taken = np.vstack([taken, boxes[at]])
            placed.append((label, *centres[at]))
    return placed


def draw_labels(axes: Axes, placed: Sequence[tuple[Label, float, float]], *, halo: str) -> None:
    """Write names at their places, each on a seam of the paper's colour."""
    for label, easting, northing in placed:
        style = {"ha": "center", "va": "center", "fontsize": label.points, "clip_on": True}
        seam = Stroke(linewidth=_HALO_POINTS, foreground=halo)
        axes.text(easting, northing, label.text, color=halo, path_effects=[seam], zorder=20, **style)  # type: ignore[arg-type]
        # A text with an effect becomes an outline; this one can be marked and copied.
        axes.text(easting, northing, label.text, color=label.colour, zorder=21, **style)  # type: ignore[arg-type]


def _size_mm(label: Label) -> tuple[float, float]:
    width, height = size_mm_of(label.text, label.points)
    return width, max(height, label.points * 0.9 * MM_PER_POINT)


def _box(easting: float, northing: float, width: float, height: float) -> NDArray[np.float64]:
    return np.array([easting - width / 2, northing - height / 2, easting + width / 2, northing + height / 2])


def _is_inside(box: NDArray[np.float64], frame: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return bool(west >= frame[0] and south >= frame[1] and east <= frame[2] and north <= frame[3])


def _is_free(box: NDArray[np.float64], taken: NDArray[np.float64]) -> bool:
    west, south, east, north = box
    apart = (taken[:, 0] >= east) | (taken[:, 2] <= west) | (taken[:, 1] >= north) | (taken[:, 3] <= south)
    return bool(apart.all())
