"""Symbols of QGIS as XML: fills with hatches, lines, markers; lengths in millimetres of the screen."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from geo.export.files.shades import Shade
from geo.maps.palettes import theme_colours
from geo.maps.symbols import place_symbol

__all__ = ["MM_PER_PIXEL", "area_symbol", "line_symbol", "outline_symbol", "place_marker", "point_symbol"]

#: A pixel of the screen's map, of which there are 96 to the inch.
MM_PER_PIXEL = 25.4 / 96
_TILE_PIXELS = 8
_HATCH_PIXELS = 1.3
_DOT_PIXELS = 1.8
# Of places, whose symbols are drawn 22 pixels wide.
_PLACE_PIXELS = 22


def area_symbol(name: str, shade: Shade, *, border: str, width_px: float) -> Element:
    """Return the symbol of a line of a legend of areas."""
    colours = theme_colours("light")
    if shade.mark == "outline":
        return _symbol(name, "fill", [_fill("", colours.text, 2.4)])
    if shade.mark == "dot":
        return _symbol(name, "fill", [_centroid(name, shade.fill, colours.halo)])
    layers = [_fill(shade.fill, border, width_px)]
    if shade.hatch == "missing":
        layers.append(_dots(name, colours.quiet_text))
    elif shade.hatch is not None:
        stroke = colours.halo if shade.hatch == "alarm" else colours.quiet_text
        layers.append(_hatch(name, stroke, angle=45 if shade.hatch == "alarm" else -45))
    return _symbol(name, "fill", layers)


def outline_symbol(name: str, colour: str, width_px: float, *, halo: str) -> Element:
    """Return a border on a paler one, seen on every colour."""
    return _symbol(name, "fill", [_fill("", halo, width_px + 1.4), _fill("", colour, width_px)])


def line_symbol(name: str, colour: str, width_px: float) -> Element:
    """Return a line."""
    return _symbol(name, "line", [_line(colour, width_px)])


def point_symbol(name: str, colour: str, *, halo: str, size_px: float) -> Element:
    """Return a dot with a fine border."""
    return _symbol(name, "marker", [_marker(colour, halo, size_px)])


def place_marker(name: str, kind: str) -> Element:
    """Return the symbol of a kind of place, the same drawing as on the screen."""
    drawing = base64.b64encode(place_symbol(kind).encode()).decode()
    size = {"name": f"base64:{drawing}", "size": _mm(_PLACE_PIXELS), "size_unit": "MM"}
    return _symbol(name, "marker", [_layer("SvgMarker", size)])


def _symbol(name: str, kind: str, layers: list[Element]) -> Element:
    symbol = Element("symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"})
    symbol.extend(layers)
    return symbol


def _layer(kind: str, properties: Mapping[str, str], below: Element | None = None) -> Element:
    layer = Element("layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options = SubElement(layer, "Option", {"type": "Map"})
    for key, value in properties.items():
        SubElement(options, "Option", {"name": key, "type": "QString", "value": value})
    if below is not None:
        layer.append(below)
    return layer


def _fill(fill: str, border: str, width_px: float) -> Element:
    style = {"style": "solid" if fill else "no", "color": _rgba(fill or "#ffffff")}
    line = {"outline_style": "solid", "outline_color": _rgba(border), "outline_width": _mm(width_px)}
    return _layer("SimpleFill", style | line | {"outline_width_unit": "MM", "joinstyle": "round"})


def _line(colour: str, width_px: float) -> Element:
    style = {"line_color": _rgba(colour), "line_width": _mm(width_px), "line_width_unit": "MM", "line_style": "solid"}
    return _layer("SimpleLine", style | {"capstyle": "round", "joinstyle": "round"})


def _marker(colour: str, halo: str, size_px: float) -> Element:
    size = {"name": "circle", "size": _mm(size_px), "size_unit": "MM"}
    border = {"outline_color": _rgba(halo), "outline_width": _mm(1), "outline_width_unit": "MM"}
    return _layer("SimpleMarker", {**size, "color": _rgba(colour), **border, "outline_style": "solid"})


def _hatch(name: str, colour: str, *, angle: int) -> Element:
    # Lines cross the screen's tile from corner to corner.
    apart = _TILE_PIXELS / 2**0.5
    properties = {"angle": str(angle), "distance": _mm(apart), "distance_unit": "MM"}
    return _layer("LinePatternFill", properties, _symbol(f"@{name}@1", "line", [_line(colour, _HATCH_PIXELS)]))


def _dots(name: str, colour: str) -> Element:
    size = {
        "name": "circle",
        "size": _mm(_DOT_PIXELS),
        "size_unit": "MM",
        "color": _rgba(colour),
        "outline_style": "no",
    }
    apart = {
        "distance_x": _mm(_TILE_PIXELS),
        "distance_y": _mm(_TILE_PIXELS / 2),
        "displacement_x": _mm(_TILE_PIXELS / 2),
    }
    units = {f"{key}_unit": "MM" for key in apart}
    return _layer("PointPatternFill", apart | units, _symbol(f"@{name}@1", "marker", [_layer("SimpleMarker", size)]))


def _centroid(name: str, colour: str, halo: str) -> Element:
    inside = {"point_on_surface": "1", "point_on_all_parts": "0"}
    return _layer("CentroidFill", inside, _symbol(f"@{name}@0", "marker", [_marker(colour, halo, 4.8)]))


def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PIXEL:.4g}"


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
