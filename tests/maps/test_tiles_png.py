"""Pictures with a palette: what is written is what a reader sees."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from geo.maps.tiles_png import write_png


def test_pixels_come_back_with_colour_and_opacity() -> None:
    palette = [(number * 16, number, 255 - number, 255 if number else 0) for number in range(16)]
    indexed = np.random.default_rng(1).integers(0, 16, (8, 6)).astype(np.uint8)
    read = np.asarray(Image.open(io.BytesIO(write_png(indexed, palette))).convert("RGBA"))
    np.testing.assert_array_equal(read, np.array(palette, dtype=np.uint8)[indexed])
