"""Areas are drawn whole: each of their pieces, and none of their holes."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import shapely
from matplotlib.figure import Figure
from PIL import Image, ImageColor

from geo.export.printed.drawing import draw_areas

RED = "#b5391c"
SIDE = 100


def filled(area: shapely.Geometry, easting: int, northing: int) -> bool:
    """Draw an area into a square of a hundred metres and return whether it covers a point."""
    figure = Figure(figsize=(1, 1), dpi=SIDE)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, SIDE), ylim=(0, SIDE))
    axes.set_axis_off()
    draw_areas(axes, np.array([area], dtype=object), fill=RED, edge="none", width=0.0)
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=SIDE)
    pixel = Image.open(drawn).convert("RGB").getpixel((easting, SIDE - 1 - northing))
    return pixel == ImageColor.getrgb(RED)


def test_all_pieces_of_an_area_are_filled() -> None:
    islands = shapely.MultiPolygon([shapely.box(10, 10, 40, 40), shapely.box(60, 60, 90, 90)])
    assert filled(islands, 25, 25)
    assert filled(islands, 75, 75)
    assert not filled(islands, 50, 50)


def test_holes_stay_open_whichever_way_they_run() -> None:
    shell, hole = [(10, 10), (90, 10), (90, 90), (10, 90)], [(40, 40), (60, 40), (60, 60), (40, 60)]
    for ring in (hole, hole[::-1]):
        assert filled(shapely.Polygon(shell, [ring]), 25, 25)
        assert not filled(shapely.Polygon(shell, [ring]), 50, 50)
