"""Colours on a tile: each pixel gets the sign of its area, hatched where withheld or missing, with thin borders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.maps.classify import Classes
from geo.maps.palettes import ThemeColours
from geo.maps.tiles_mercator import TILE_PIXELS, Tile
from geo.maps.tiles_png import MOST_COLOURS, write_png
from geo.maps.tiles_raster import MARGIN, Ground, TileRaster

__all__ = ["Paint", "draw_tile", "mix_paint", "paint_tile"]

# Places in the palette before the signs.
CLEAR, LINE, QUIET, TEXT, HALO = range(5)
_FIXED = 5
# A hatch comes again after so many pixels, as in data/web/canvas.js at two pixels a point.
_HATCH_PIXELS = 16
# Half a hatch line's width, and a dot's radius.
_HATCH_HALF, _HATCH_DOT = 1.5, 1.9
_OUTLINE_PIXELS = 2
_DOT_PIXELS, _DOT_HALO_PIXELS = 4.8, 6.8
# Outlines and dots are for areas from this many pixels along a side on.
_MARKED_PIXELS = 20.0


@dataclass(frozen=True, eq=False)
class Paint:
    """What the areas of a ground are coloured by; as small as it can be, so that many are kept.

    Parameters
    ----------
    colours
        Place in the palette of n areas, and last of what is outside of all.
    palette
        Red, green, blue and opacity of up to sixteen colours.
    hatches
        Kind of the hatch by place in the palette: ``withheld``, ``missing``, ``alarm``.
    values, classes
        Values to take the mean of where a pixel holds several areas, NaN where there is none to see, with the classes
        that it falls in; None for what has no mean.
    outlined, dotted
        Positions of areas with an outline, and of those with a dot.
    """

    colours: NDArray[np.uint8]
    palette: tuple[tuple[int, int, int, int], ...]
    hatches: Mapping[int, str] = field(default_factory=dict)
    values: NDArray[np.float64] | None = None
    classes: Classes | None = None
    outlined: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    dotted: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        values = 0 if self.values is None else self.values.nbytes
        return self.colours.nbytes + values + self.outlined.nbytes + self.dotted.nbytes


def mix_paint(
    signs: NDArray[np.str_],
    places: NDArray[np.int64],
    *,
    areas: int,
    colours: Mapping[str, str],
    hatches: Mapping[str, str],
    look: ThemeColours,
    values: NDArray[np.float64] | None = None,
    classes: Classes | None = None,
    outlined: NDArray[np.int64] | None = None,
    dotted: NDArray[np.int64] | None = None,
) -> Paint:
    """Return the paint of m rows of a table on a ground of n areas; areas without a row are left clear.

    Parameters
    ----------
    signs
        Sign of each row; one without a colour is left clear.
    places
        Position of each row's area.
    areas
        n.
    colours, hatches
        Hexadecimal colour, and kind of hatch, by sign.
    look
        Colours of lines and hatches.
    values, classes
        As in `Paint`, m values.
    outlined, dotted
        Rows with an outline or a dot.
    """
    order = list(colours)
    fixed = [(0, 0, 0, 0), *(_rgba(colour) for colour in (look.border, look.quiet_text, look.text, look.halo))]
    at = {sign: _FIXED + place for place, sign in enumerate(order)}
    found = np.full(areas + 1, CLEAR, np.uint8)
    for sign in order:
        found[places[signs == sign]] = at[sign]
    spread = None
    if values is not None:
        spread = np.full(areas, np.nan)
        spread[places] = values
    nobody = np.empty(0, np.int64)
    return Paint(
        found,
        (*fixed, *(_rgba(colours[sign]) for sign in order))[:MOST_COLOURS],
        {at[sign]: kind for sign, kind in hatches.items() if sign in at},
        spread,
        classes,
        nobody if outlined is None else places[outlined],
        nobody if dotted is None else places[dotted],
    )


def draw_tile(ground: Ground, raster: TileRaster, paint: Paint, tile: Tile) -> bytes:
    """Return a tile as PNG."""
    return write_png(paint_tile(ground, raster, paint, tile), paint.palette)


def paint_tile(ground: Ground, raster: TileRaster, paint: Paint, tile: Tile) -> NDArray[np.uint8]:
    """Return the place in the palette of each pixel of a tile, (pixels, pixels)."""
    # Position -1 takes the last colour: that of what is outside of all areas.
    pixels = paint.colours[raster.inner]
    flat = pixels.reshape(-1)
    _mix_crowds(flat, raster, paint)
    _hatch(pixels, paint.hatches)
    flat[raster.lines] = LINE
    scale = 2.0**tile.zoom * TILE_PIXELS
    _outline(pixels, raster, paint.outlined[ground.side[paint.outlined] * scale >= _MARKED_PIXELS])
    _dot(pixels, ground, paint, tile, scale)
    return pixels


def _mix_crowds(flat: NDArray[np.uint8], raster: TileRaster, paint: Paint) -> None:
    """Give pixels that hold several areas the class of the mean of their values."""
    if paint.values is None or paint.classes is None or not paint.classes.breaks or not len(raster.crowded):
        return
    values = paint.values[raster.crowd]
    seen = np.isfinite(values)
    slots, pixels = raster.crowd_at[seen], len(raster.crowded)
    counts = np.bincount(slots, minlength=pixels)
    sums = np.bincount(slots, weights=values[seen], minlength=pixels)
    some = counts > 0
    classes = paint.classes.index(sums[some] / counts[some])
    flat[raster.crowded[some]] = np.where(classes < 0, CLEAR, classes + _FIXED).astype(np.uint8)


def _hatch(pixels: NDArray[np.uint8], hatches: Mapping[int, str]) -> None:
    for place, kind in hatches.items():
        there = pixels == place
        if there.any():
            pixels[there & _PATTERNS[kind]] = HALO if kind == "alarm" else QUIET


def _outline(pixels: NDArray[np.uint8], raster: TileRaster, outlined: NDArray[np.int64]) -> None:
    """Draw a line along the inside of some areas' borders."""
    if not len(outlined):
        return
    marked = np.zeros(int(max(raster.positions.max(), outlined.max())) + 2, bool)
    marked[outlined] = True
    inside = marked[raster.inner]
    if not inside.any():
        return
    edge = np.zeros_like(inside)
    ways = [(down, along) for down in (-1, 0, 1) for along in (-1, 0, 1) if down or along]
    for down, along in ways:
        rows, columns = (MARGIN + step * _OUTLINE_PIXELS for step in (down, along))
        beside = raster.positions[rows : rows + TILE_PIXELS, columns : columns + TILE_PIXELS]
        edge |= beside != raster.inner
    pixels[inside & edge] = TEXT


def _dot(pixels: NDArray[np.uint8], ground: Ground, paint: Paint, tile: Tile, scale: float) -> None:
    """Draw a dot with a halo on the points of some areas."""
    large = paint.dotted[ground.side[paint.dotted] * scale >= _MARKED_PIXELS]
    if not len(large):
        return
    near = np.intersect1d(ground.areas_in(tile, margin_pixels=_DOT_HALO_PIXELS), large)
    across, down = tile.pixels_at(ground.east[near], ground.south[near])
    for radius, colour in ((_DOT_HALO_PIXELS, HALO), (_DOT_PIXELS, TEXT)):
        reach = np.arange(-int(radius) - 1, int(radius) + 2)
        steps = np.stack(np.meshgrid(reach, reach, indexing="ij")).reshape(2, -1)
        steps = steps[:, np.hypot(*steps) <= radius]
        rows = (np.floor(down)[:, np.newaxis] + steps[0]).astype(np.int64).ravel()
        columns = (np.floor(across)[:, np.newaxis] + steps[1]).astype(np.int64).ravel()
        inside = (rows >= 0) & (rows < TILE_PIXELS) & (columns >= 0) & (columns < TILE_PIXELS)
        pixels[rows[inside], columns[inside]] = colour


def _patterns() -> Mapping[str, NDArray[np.bool_]]:
    """Return the pixels of a tile that belong to each hatch, which goes on in the tiles around it."""
    down, along = np.mgrid[0:_HATCH_PIXELS, 0:_HATCH_PIXELS] + 0.5

    def lines(shares: NDArray[np.float64]) -> NDArray[np.bool_]:
        off = np.abs((shares + _HATCH_PIXELS / 2) % _HATCH_PIXELS - _HATCH_PIXELS / 2)
        return np.asarray(off / np.sqrt(2) <= _HATCH_HALF)

    quarter = _HATCH_PIXELS / 4
    dots = [np.hypot(down - place, along - place) <= _HATCH_DOT for place in (quarter, 3 * quarter)]
    once = {"withheld": lines(down - along), "alarm": lines(down + along), "missing": np.logical_or(*dots)}
    again = TILE_PIXELS // _HATCH_PIXELS
    return {kind: np.tile(pattern, (again, again)) for kind, pattern in once.items()}


_PATTERNS = _patterns()


def _rgba(colour: str) -> tuple[int, int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue, 255
