"""What lies below and above the data of a printed map: waters, rivers and roads, borders, degrees, names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from matplotlib.axes import Axes
from numpy.typing import NDArray

from geo.export.printed.drawing import draw_areas, draw_lines
from geo.export.printed.furniture import draw_graticule, draw_north, draw_scale, taken_corners
from geo.export.printed.ground import Ground
from geo.export.printed.labels import Label, draw_labels, place_labels, point_inside
from geo.export.printed.page import Page
from geo.maps.palettes import ThemeColours

__all__ = ["draw_above", "draw_below", "draw_borders", "set_frame"]

# Up to so many areas have their names tried; more would not be read.
_MOST_NAMES = 600
# Up to so many are named as large as borders are.
_FEW = 40
_AREA_SIZE, _BORDER_SIZE, _NEIGHBOUR_SIZE = 0.72, 1.0, 0.8
_BORDER_POINTS = 0.8
_LINES = (("river", "#8fb1c4", 0.5), ("road", "#a8a9a5", 0.45))


def set_frame(axes: Axes, ground: Ground, colours: ThemeColours) -> None:
    """Set the map's frame in metres, without ticks."""
    west, south, east, north = ground.frame
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_facecolor(colours.paper)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(colours.quiet_text)


def draw_below(axes: Axes, ground: Ground, colours: ThemeColours) -> None:
    """Draw neighbours, waters and towns."""
    draw_areas(axes, ground.neighbours.polygons, fill=colours.zero, edge=colours.border, width=0.5, order=1)
    for kind, colour in (("water", colours.water), ("town", colours.town)):
        shapes = _background(ground, kind)
        draw_areas(axes, shapes[shapely.get_dimensions(shapes) == 2], fill=colour, edge="none", width=0.0, order=1.5)


def draw_above(
    axes: Axes,
    ground: Ground,
    page: Page,
    *,
    first: Sequence[str] = (),
    marks: NDArray[np.float64] | None = None,
) -> None:
    """Draw what may lie over the data: rivers and roads as thin lines, borders, degrees, scale, north and names.

    ``first`` are codes of areas whose names go before others, as what is shown is about them; ``marks`` are boxes of
    marks that names keep out of.
    """
    for kind, colour, width in _LINES:
        draw_lines(axes, _background(ground, kind), colour=colour, width=width * page.paper.scale, order=6)
    draw_borders(axes, ground, page)
    if page.asked.graticule:
        draw_graticule(axes, ground, page.colours)
    draw_north(axes, ground, page.colours)
    draw_scale(axes, page.colours, words=f"1 : {ground.scale:,}")
    names, taken = _names(ground, page, set(first)), taken_corners(ground)
    placed = place_labels(names, ground.frame, ground.metres_per_mm, taken, marks)
    draw_labels(axes, placed, halo=page.colours.halo)


def draw_borders(axes: Axes, ground: Ground, page: Page, *, share: float = 1.0) -> None:
    """Draw the borders that are always shown; on a small map by a share of their width."""
    if ground.borders is not None:
        width = share * _BORDER_POINTS * page.paper.scale
        draw_lines(axes, ground.borders.polygons, colour=page.colours.station_border, width=width, order=7)


def _background(ground: Ground, kind: str) -> NDArray[np.object_]:
    return np.asarray(ground.background.loc[ground.background["kind"] == kind, "geometry"], dtype=object)


def _names(ground: Ground, page: Page, first: set[str]) -> list[Label]:
    """Return all names, the most important first: of borders, of what it is about, of neighbours, of large areas."""
    points, colours = page.points, page.colours
    found: list[Label] = []
    if ground.borders is not None:
        # Neighbours of the same level are named as such.
        shapes = ground.borders.without(ground.neighbours.ids)
        found += _labels(ground, shapes.names, shapes.polygons, points * _BORDER_SIZE, colours.text)
    shapes = ground.neighbours
    beside = _labels(ground, shapes.names, shapes.polygons, points * _NEIGHBOUR_SIZE, colours.quiet_text)
    n, circles = len(ground.areas.ids), page.asked.theme == "symbols"
    if not page.asked.names or n > (_FEW if circles else _MOST_NAMES):
        return found + beside
    areas, size = ground.areas, points * (_BORDER_SIZE if len(ground.areas.ids) <= _FEW else _AREA_SIZE)
    order = np.argsort(-shapely.area(areas.polygons), kind="stable").tolist()
    about = [at for at in order if areas.ids[at] in first]
    others = [at for at in order if areas.ids[at] not in first]
    names = [areas.names[at] for at in about]
    found += _labels(ground, names, areas.polygons[about], size, colours.text)
    names = [areas.names[at] for at in others]
    return found + beside + _labels(ground, names, areas.polygons[others], size, colours.text, within=True)


def _labels(
    ground: Ground,
    names: Sequence[str],
    polygons: NDArray[np.object_],
    points: float,
    colour: str,
    *,
    within: bool = False,
) -> list[Label]:
    seen = shapely.intersection(polygons, shapely.box(*ground.frame))
    kept = [at for at in range(len(names)) if names[at] and shapely.area(seen[at]) > 0]
    if not kept:
        return []
    places = point_inside(seen[kept])
    widths = np.ptp(shapely.bounds(seen[kept])[:, [0, 2]], axis=1)
    return [
        Label(float(easting), float(northing), names[at], points, colour, float(width) if within else None)
        for at, (easting, northing), width in zip(kept, places, widths, strict=True)
    ]
