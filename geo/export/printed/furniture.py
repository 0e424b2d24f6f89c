"""What makes a picture a map: scale, north, grid of degrees, and where it lies in the whole."""

from __future__ import annotations

import math

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Polygon, Rectangle
from matplotlib_scalebar.scalebar import ScaleBar
from numpy.typing import NDArray

from geo.crs import project_points, unproject_points
from geo.export.printed.drawing import draw_areas
from geo.export.printed.ground import Ground, Shapes
from geo.maps.palettes import ThemeColours

__all__ = ["draw_graticule", "draw_locator", "draw_north", "draw_scale", "north_degrees", "taken_corners"]

# Minutes of arc that lines of a grid of degrees may be apart.
_STEPS_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600)
_LINES = 5
_KNOTS = 33


def draw_scale(axes: Axes, colours: ThemeColours, *, words: str) -> None:
    """Draw a bar of a round length, in kilometres or metres, with the scale as a number above it."""
    bar = ScaleBar(
        1,
        "m",
        location="lower left",
        length_fraction=0.22,
        width_fraction=0.006,
        box_color=colours.paper,
        box_alpha=0.85,
        color=colours.text,
        label=words,
        scale_loc="bottom",
        label_loc="top",
        border_pad=0.6,
        pad=0.4,
        sep=2.5,
        rotation="horizontal-only",
    )
    bar.set_zorder(25)
    axes.add_artist(bar)


def draw_north(axes: Axes, ground: Ground, colours: ThemeColours) -> None:
    """Draw an arrow to true north, in the upper right corner of the map."""
    west, south, east, north = ground.frame
    size = 0.055 * min(east - west, north - south)
    turn = math.radians(north_degrees(ground))
    centre = np.array([east - 1.1 * size, north - 1.5 * size])
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    for side, fill in ((-1, colours.text), (1, colours.paper)):
        shape = np.array([[0.0, 1.0], [side * 0.36, -0.55], [0.0, -0.25]]) * size
        corners = shape @ rotation.T + centre
        axes.add_patch(Polygon(corners, facecolor=fill, edgecolor=colours.text, linewidth=0.6, zorder=26))
    tip = np.array([0.0, 1.18 * size]) @ rotation.T + centre
    axes.text(tip[0], tip[1], "N", ha="center", va="center", fontsize="small", zorder=26)


def taken_corners(ground: Ground) -> NDArray[np.float64]:
    """Return the boxes of the arrow and of the scale, (2, 4) in metres, for names to keep out of."""
    west, south, east, north = ground.frame
    short = min(east - west, north - south)
    return np.array(
        [
            [east - 0.12 * short, north - 0.16 * short, east, north],
            [west, south, west + 0.27 * (east - west), south + 0.09 * short],
        ]
    )


def north_degrees(ground: Ground) -> float:
    """Return by how many degrees true north lies to the right of the map's upper edge, at its centre."""
    west, south, east, north = ground.frame
    lon, lat = unproject_points([(west + east) / 2], [(south + north) / 2], ground.crs)
    easting, northing = project_points([lon[0], lon[0]], [lat[0], lat[0] + 0.01], ground.crs)
    return math.degrees(math.atan2(easting[1] - easting[0], northing[1] - northing[0]))


def draw_graticule(axes: Axes, ground: Ground, colours: ThemeColours) -> None:
    """Draw lines of longitude and latitude with their degrees at the edge."""
    west, south, east, north = ground.frame
    along = np.linspace(0.0, 1.0, _KNOTS)
    edge_e = np.concatenate([west + (east - west) * along, np.full(_KNOTS, west), np.full(_KNOTS, east)])
    edge_n = np.concatenate([np.full(_KNOTS, south), south + (north - south) * along, south + (north - south) * along])
    lon, lat = unproject_points(edge_e, edge_n, ground.crs)
    step = _step_degrees(float(max(np.ptp(lon), np.ptp(lat))))
    for at in _multiples(float(lon.min()), float(lon.max()), step):
        line = project_points(np.full(_KNOTS, at), np.linspace(lat.min() - step, lat.max() + step, _KNOTS), ground.crs)
        _draw_line(axes, np.column_stack(line), colours)
        easting = float(np.interp(south, line[1], line[0]))
        if west < easting < east:
            _draw_degree(axes, easting, south, _degree_text(at, "EW"), colours, va="bottom")
    for at in _multiples(float(lat.min()), float(lat.max()), step):
        line = project_points(np.linspace(lon.min() - step, lon.max() + step, _KNOTS), np.full(_KNOTS, at), ground.crs)
        _draw_line(axes, np.column_stack(line), colours)
        northing = float(np.interp(east, line[0], line[1]))
        if south < northing < north:
            _draw_degree(axes, east, northing, _degree_text(at, "NS"), colours, ha="right")


def draw_locator(axes: Axes, ground: Ground, whole: Shapes, colours: ThemeColours) -> None:
    """Draw the whole with a frame around what the map shows."""
    draw_areas(axes, whole.polygons, fill=colours.zero, edge=colours.border, width=0.4)
    west, south, east, north = ground.frame
    box = Rectangle(
        (west, south), east - west, north - south, fill=False, edgecolor=colours.accent, linewidth=1.2, zorder=5
    )
    axes.add_patch(box)

    left, low, right, high = shapely.total_bounds(whole.polygons)
    axes.set_xlim(min(left, west), max(right, east))
    axes.set_ylim(min(low, south), max(high, north))
    axes.set_aspect("equal")


def _draw_line(axes: Axes, points: np.ndarray, colours: ThemeColours) -> None:
    axes.add_collection(
        LineCollection([points], colors=colours.quiet_text, linewidths=0.3, alpha=0.7, zorder=9), autolim=False
    )


def _draw_degree(
    axes: Axes,
    easting: float,
    northing: float,
    text: str,
    colours: ThemeColours,
    *,
    ha: str = "center",
    va: str = "center",
) -> None:
    axes.text(
        easting, northing, text, fontsize="x-small", color=colours.quiet_text, ha=ha, va=va, zorder=22, clip_on=True
    )


def _step_degrees(extent: float) -> float:
    minutes = extent * 60 / _LINES
    return next((step for step in _STEPS_MINUTES if step >= minutes), _STEPS_MINUTES[-1]) / 60


def _multiples(low: float, high: float, step: float) -> np.ndarray:
    return np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step


def _degree_text(degrees: float, sides: str) -> str:
    """Write a degree as maps do.

    Examples
    --------
    >>> _degree_text(120.25, "EW"), _degree_text(-30.0, "NS")
    ("120°15′E", '30°S')
    """
    minutes = round(abs(degrees) * 60)
    whole, rest = divmod(minutes, 60)
    return f"{whole}°{f'{rest:02d}′' if rest else ''}{sides[int(degrees < 0)]}"
