"""A density as a picture: round classes, one palette, and the same legend at any zoom."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geo.crs import project_points, unproject_points
from geo.maps.classify import Classes
from geo.maps.figures import format_number
from geo.maps.palettes import Theme, ramp_colours

if TYPE_CHECKING:
    from geo.stats.density import Density

__all__ = ["KNOTS", "OPACITY", "Heat", "cells_at_knots", "density_classes", "heat_image", "heat_of", "lonlat_bounds"]

_CLASSES = 6
_STEPS = (1.0, 2.0, 5.0)
_MOST_PIXELS = 900
#: How much of a density's colours lies over the map.
OPACITY = 0.78
#: Places along each side at which an image is projected exactly.
KNOTS = 65


@dataclass(frozen=True)
class Heat:
    """A density as it is drawn: small, while the density itself may be large.

    Parameters
    ----------
    image
        What `heat_image` returned.
    classes
        Classes of its colours, in events per km² and year.
    bandwidth_m
        Bandwidth of the density in metres.
    events
        Number of events that it is made of.
    """

    image: Mapping[str, Any]
    classes: Classes
    bandwidth_m: float
    events: int


def heat_of(density: Density, *, theme: Theme = "light", highest: float | None = None) -> Heat:
    """Return a density as it is drawn.

    Parameters
    ----------
    theme
        Paper that the colours lie on.
    highest
        Value that the classes go up to, to compare several densities; the density's own highest if not given.
    """
    classes = density_classes(density.highest if highest is None else highest, theme=theme)
    return Heat(heat_image(density, classes), classes, density.bandwidth_m, density.events)


def density_classes(highest: float, *, theme: Theme = "light") -> Classes:
    """Return up to six classes, each about twice the one below, down from a highest value.

    What is below the lowest class is not coloured.
    """
    if highest <= 0:
        return Classes((), (), (), "per_1000")
    power = int(np.floor(np.log10(highest)))
    rounds = [round(step * 10.0**exponent, 12) for exponent in range(power - 3, power + 1) for step in _STEPS]
    breaks = tuple([number for number in rounds if number <= highest][-_CLASSES:])
    texts = [format_number(number) for number in breaks]
    labels = (*(f"{low}–{high}" for low, high in pairwise(texts)), f"{texts[-1]}+")
    return Classes(breaks, ramp_colours("lajolla", len(breaks), theme=theme), labels, "per_1000")


def heat_image(density: Density, classes: Classes) -> dict[str, Any]:
    """Return a density as an image for a Web Mercator map.

    Returns
    -------
    dict
        ``image``, a PNG as data address whose pixels outside every class are clear; ``bounds``, the corners south west
        and north east in degrees (lat, lon); ``opacity``.
    """
    west, south, east, north = lonlat_bounds(density)
    values = _on_mercator(density, west, south, east, north)
    # Class -1 is the last entry of the palette, which is clear; what is below the lowest break is clear too.
    found = classes.index(values) if classes.breaks else np.full(values.shape, -1)
    clear = (found < 0) | (np.nan_to_num(values, nan=-1.0) < (classes.breaks[0] if classes.breaks else 0))
    indexed = np.where(clear, len(classes.colours), found).astype(np.uint8)
    return {
        "image": f"data:image/png;base64,{base64.b64encode(_png(indexed, classes.colours)).decode()}",
        "bounds": [[south, west], [north, east]],
        "opacity": OPACITY,
    }


def _png(indexed: NDArray[np.uint8], colours: tuple[str, ...]) -> bytes:
    image = Image.fromarray(indexed, mode="P")
    image.putpalette([int(colour[at : at + 2], 16) for colour in (*colours, "#000000") for at in (1, 3, 5)])
    out = io.BytesIO()
    image.save(out, format="PNG", bits=4, compress_level=6, transparency=bytes([255] * len(colours) + [0]))
    return out.getvalue()


def lonlat_bounds(density: Density) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of the cells of a density."""
    rows, columns = density.values.shape
    along = np.linspace(0, 1, 17)
    side = np.concatenate([along, along, np.zeros(17), np.ones(17)])
    other = np.concatenate([np.zeros(17), np.ones(17), along, along])
    easting = density.west_m + side * columns * density.cell_m
    northing = density.north_m - other * rows * density.cell_m
    lon, lat = unproject_points(easting, northing, density.crs)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _on_mercator(density: Density, west: float, south: float, east: float, north: float) -> NDArray[np.float64]:
    """Return values at the pixels of an image whose rows are even in Web Mercator; NaN outside the density."""
    from scipy.ndimage import map_coordinates

    rows, columns = density.values.shape
    scale = min(2.0, _MOST_PIXELS / max(rows, columns))
    height, width = max(round(rows * scale), 2), max(round(columns * scale), 2)
    down, across = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
    place = _cells_at(density, (west, south, east, north), down, across)
    known = np.isfinite(density.values)
    filled = map_coordinates(np.where(known, density.values, 0.0), place, order=1, mode="nearest")
    nearest = np.rint(place).astype(np.int64)
    outside = (nearest < 0).any(axis=0) | (nearest[0] >= rows) | (nearest[1] >= columns)
    row, column = np.clip(nearest[0], 0, rows - 1), np.clip(nearest[1], 0, columns - 1)
    return np.where(known[row, column] & ~outside, filled, np.nan)


def _cells_at(
    density: Density,
    bounds: tuple[float, float, float, float],
    down: NDArray[np.float64],
    across: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return rows and columns of cells, (2, n, m), at n shares of the way down and m of the way across an image."""
    knots = np.linspace(0.0, 1.0, KNOTS)
    from_above, from_left = (_weights(knots, share) for share in (down, across))
    return np.stack([from_above @ axis @ from_left.T for axis in cells_at_knots(density, bounds)])


def cells_at_knots(density: Density, bounds: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """Return rows and columns of cells, (2, knots, knots), at places that lie evenly on a Web Mercator map.

    The projection is worked out at these places and is straight between them: off by less than a hundredth of a cell.
    """
    west, south, east, north = bounds
    knots = np.linspace(0.0, 1.0, KNOTS)
    top, bottom = (np.arcsinh(np.tan(np.radians(lat))) for lat in (north, south))
    lat = np.degrees(np.arctan(np.sinh(top + (bottom - top) * knots)))
    lon = west + (east - west) * knots
    easting, northing = project_points(np.tile(lon, KNOTS), np.repeat(lat, KNOTS), density.crs)
    row = (density.north_m - northing) / density.cell_m - 0.5
    column = (easting - density.west_m) / density.cell_m - 0.5
    return np.stack([row, column]).reshape(2, KNOTS, KNOTS)


def _weights(knots: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of each knot is in a value between two of them, (shares, knots)."""
    return np.maximum(0.0, 1.0 - np.abs(shares[:, np.newaxis] - knots) * (len(knots) - 1))
