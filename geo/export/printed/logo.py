"""A logo for the corner of a sheet: read from what a reader gives, whatever it claims to be, and made small."""

from __future__ import annotations

import io
import warnings

from PIL import Image

from geo.errors import GeoError

__all__ = ["logo_png", "read_logo"]

_FORMATS = ("PNG", "JPEG")
# More than any corner shows, even on the largest sheet.
_MOST_PIXELS = 1200


def read_logo(content: bytes) -> Image.Image:
    """Return a picture with its transparency, no larger than a corner can show.

    Raises
    ------
    GeoError
        When it is no PNG or JPEG, or would unpack to more than a picture may.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise GeoError("The logo can't be read as a picture. Remedy: give a PNG or JPEG.") from error
    picture.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
    return picture


def logo_png(content: bytes) -> tuple[bytes, float]:
    """Return a logo as a PNG with nothing of what else its file held, and its width as a share of its height."""
    picture, out = read_logo(content), io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue(), picture.width / picture.height
