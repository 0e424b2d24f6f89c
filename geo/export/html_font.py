"""The Chinese font cut down to the signs that a file holds, so that it is read on machines without such a font."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

from geo.maps.assets import font_path

__all__ = ["FONT_FAMILY", "chinese_signs", "font_face"]

FONT_FAMILY = "Maple Grid Sans SC"
# Radicals and punctuation, extension A, the unified block, compatibility ideographs, full-width forms.
_BLOCKS = ((0x2E80, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))


def chinese_signs(text: str) -> frozenset[str]:
    """Return the signs of a text that a font without Chinese lacks.

    Examples
    --------
    >>> sorted(chinese_signs("Fenglin 枫林县, 2025"))
    ['县', '林', '枫']
    """
    return frozenset(sign for sign in set(text) if any(low <= ord(sign) <= high for low, high in _BLOCKS))


@lru_cache(maxsize=8)
def font_face(signs: frozenset[str]) -> str:
    """Return a CSS rule that holds the font for these signs; empty when there are none.

    Parameters
    ----------
    signs
        Single characters; those that Noto Sans SC does not have are left out.
    """
    if not signs:
        return ""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff", layout_features=[], hinting=False, desubroutinize=True, notdef_outline=True)
    with TTFont(font_path(), lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(sign) for sign in signs])
        cutter.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out)
    content = base64.b64encode(out.getvalue()).decode()
    return f'@font-face{{font-family:"{FONT_FAMILY}";src:url(data:font/woff;base64,{content}) format("woff");}}'
