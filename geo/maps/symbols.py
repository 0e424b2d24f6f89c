"""Symbols of places: one form a kind, so that they are told apart without colour and without an icon font."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import GeoError
from geo.maps.palettes import Theme, theme_colours

__all__ = ["place_symbol"]

# Forms in a box of 22 × 22, drawn for this product: the outer one is filled with the text colour, the inner with paper.
_FORMS: Mapping[str, tuple[str, str]] = {
    # a speech bubble with two lines
    "mediation_room": (
        "M4 3h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-6l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z",
        "M6 7h10v1.6H6zM6 10h7v1.6H6z",
    ),
    # a shield with a bar
    "police_post": (
        "M11 1.5l8 2.6v6.2c0 4.8-3.2 8.4-8 10.2-4.8-1.8-8-5.4-8-10.2V4.1z",
        "M10.1 6h1.8v3.1H15v1.8h-3.1V14h-1.8v-3.1H7V9.1h3.1z",
    ),
    # a house with a door
    "service_window": ("M11 2l9 8h-2.4v9.5H4.4V10H2z", "M8.6 12h4.8v7.5H8.6z"),
    # a drop of fire
    "fire_point": (
        "M11.6 1.5c.6 4 5.9 5.6 5.9 11.6a6.5 6.5 0 0 1-13 0c0-2.9 1.5-4.6 2.7-6 .2 1.7.8 2.6 1.7 3 0-3.5.6-6 2.7-8.6z",
        "M11 18a2.6 2.6 0 0 1-2.6-2.7c0-1.7 1.7-2.4 2.4-4.1 1.5 1.2 2.8 2.4 2.8 4.1a2.6 2.6 0 0 1-2.6 2.7z",
    ),
    # a diamond with a dot
    "patrol_point": ("M11 1.5L20.5 11 11 20.5 1.5 11z", "M11 8.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z"),
}  # fmt: skip


def place_symbol(kind: str, *, theme: Theme = "light") -> str:
    """Return the symbol of a kind of place as SVG text, 22 × 22 pixels.

    Raises
    ------
    GeoError
        When the kind has no symbol.
    """
    if kind not in _FORMS:
        raise GeoError(f"Places of kind {kind!r} have no symbol. Remedy: use one of {', '.join(_FORMS)}.")
    colours = theme_colours(theme)
    outer, inner = _FORMS[kind]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">'
        f'<path d="{outer}" fill="{colours.text}" stroke="{colours.halo}" stroke-width="1.2"/>'
        f'<path d="{inner}" fill="{colours.halo}"/></svg>'
    )
