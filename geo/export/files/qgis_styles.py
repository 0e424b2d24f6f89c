"""Styles of QGIS for the layers of a map: the screen's classes, colours, hatches and names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from geo.codes import code_list, label
from geo.export.files.layers import MapLayer
from geo.export.files.qgis_symbols import (
    area_symbol,
    line_symbol,
    outline_symbol,
    place_marker,
    point_symbol,
)
from geo.export.files.shades import Shade, density_shades, state_shades, value_shades
from geo.maps.classify import Classes
from geo.maps.heat import OPACITY, density_classes
from geo.maps.legend import title_in
from geo.maps.palettes import theme_colours
from geo.maps.values import line_width
from geo.measures.catalogue import mappable

__all__ = ["QGIS_VERSION", "Style", "qml", "styles_of"]

#: Release of QGIS whose files these are; later ones read them.
QGIS_VERSION = "3.22.16"
_NAMESPACE = UUID("6f0b1f0a-5d6e-4d0e-9a53-1f6f2a0c8d11")
_STATION_BORDER_PIXELS = 1.2
_POINT_PIXELS = 10
_LINE_PIXELS = {"river": 2.2, "road": 1.4}
_OPACITIES = {"density": OPACITY, "background_lines": 0.7}
# One to so many: about zoom 11 of the screen's map.
_SMALL_LINES_SCALE = "250000"
# Names of jurisdictions, in points.
_NAME_POINTS = 10

#: Name of a style, and what a layer of QGIS takes in: a renderer, perhaps labels, opacity, words for columns.
Style = tuple[str, list[Element]]


def styles_of(
    layer: MapLayer, *, lang: str, measure_id: str = "n", classes: Classes | None = None, every: bool = True
) -> list[Style]:
    """Return the styles of a layer, the one to begin with first.

    Parameters
    ----------
    measure_id
        What areas are coloured by at first.
    classes
        Classes of that measure; those of its own values if not given.
    every
        Whether the layer gets a style for each measure that can be drawn.
    """
    if layer.name == "areas" and layer.protected is not None:
        others = [known.id for known in mappable(layer.protected.view.layer)] if every else []
        ids = dict.fromkeys([measure_id, *(one for one in others if one in layer.protected.frame.columns)])
        return [_value_style(layer, one, lang, classes if one == measure_id else None) for one in ids]
    if layer.name == "coverage" and layer.protected is not None:
        shades = state_shades(layer.protected, lang=lang)
        return [(layer.title, [*_areas(layer, shades), _names_of_columns(layer, lang), _opacity(1)])]
    return [(layer.title, [*_PLAIN[layer.name](layer, lang), _opacity(_OPACITIES.get(layer.name, 1))])]


def qml(style: Style) -> str:
    """Return a style as a text of its own, as QGIS saves it."""
    page = Element("qgis", {"version": QGIS_VERSION, "styleCategories": "Symbology|Labeling|Fields|Rendering"})
    page.extend(style[1])
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(page, encoding="unicode")


def _value_style(layer: MapLayer, measure_id: str, lang: str, classes: Classes | None) -> Style:
    protected = layer.protected
    if protected is None:
        raise TypeError("Areas without figures have no classes.")
    shades = value_shades(protected, measure_id, lang=lang, classes=classes)
    title = title_in(protected, measure_id, lang)
    return title, [*_areas(layer, shades), _names_of_columns(layer, lang), _opacity(1)]


def _areas(layer: MapLayer, shades: Sequence[Shade]) -> list[Element]:
    colours, width = theme_colours("light"), line_width(len(layer.frame))
    symbols = [area_symbol(str(at), shade, border=colours.border, width_px=width) for at, shade in enumerate(shades)]
    # A row that is marked is drawn once for its colour, and once more for the mark.
    return [_rules(layer, [(shade.words, shade.condition) for shade in shades], symbols)]


def _jurisdictions(layer: MapLayer, lang: str) -> list[Element]:
    colours = theme_colours("light")
    symbol = outline_symbol("0", colours.station_border, _STATION_BORDER_PIXELS, halo=colours.halo)
    return [_single(symbol), _labels(colours.text, colours.halo)]


def _points(layer: MapLayer, lang: str) -> list[Element]:
    colours = theme_colours("light")
    return [_single(point_symbol("0", colours.accent, halo=colours.halo, size_px=_POINT_PIXELS))]


def _density(layer: MapLayer, lang: str) -> list[Element]:
    classes = density_classes(layer.breaks[-1] if layer.breaks else 0.0)
    shades = density_shades(classes.breaks, classes.colours, classes.labels)
    symbols = [area_symbol(str(at), shade, border=shade.fill, width_px=0.2) for at, shade in enumerate(shades)]
    return [_rules(layer, [(shade.words, shade.condition) for shade in shades], symbols)]


def _places(layer: MapLayer, lang: str) -> list[Element]:
    present = set(layer.frame["kind"])
    kinds = [kind for kind in code_list("place_kind") if kind in present]
    symbols = [place_marker(str(at), kind) for at, kind in enumerate(kinds)]
    lines = [(label("place_kind", kind, lang), f"\"kind\" = '{kind}'") for kind in kinds]
    return [_rules(layer, lines, symbols)]


def _background_lines(layer: MapLayer, lang: str) -> list[Element]:
    """Draw what ranks first at every scale, the rest close up: further out it would only blur the values below."""
    kinds = sorted(set(layer.frame["kind"]))
    lines: list[tuple[str, str]] = []
    symbols: list[Element] = []
    for kind in kinds:
        for ranks, part in (("<= 1", 1.0), ("> 1", 2**-0.5)):
            condition = f'"kind" = \'{kind}\' AND coalesce("rank", 1) {ranks}'
            lines.append((label("background_kind", kind, lang), condition))
            symbols.append(line_symbol(str(len(symbols)), _ground(kind), part * _LINE_PIXELS.get(kind, 1.2)))
    renderer = _rules(layer, lines, symbols)
    for rule in list(renderer.iter("rule"))[1::2]:
        rule.set("scalemindenom", "1")
        rule.set("scalemaxdenom", _SMALL_LINES_SCALE)
    return [renderer]


def _background_polygons(layer: MapLayer, lang: str) -> list[Element]:
    def plain(name: str, kind: str) -> Element:
        return area_symbol(name, Shade("", "", _ground(kind)), border=_ground(kind), width_px=0.1)

    return _background(layer, lang, plain)


def _background_points(layer: MapLayer, lang: str) -> list[Element]:
    colours = theme_colours("light")
    return [_single(point_symbol("0", colours.quiet_text, halo=colours.halo, size_px=4))]


def _background(layer: MapLayer, lang: str, symbol: Callable[[str, str], Element]) -> list[Element]:
    kinds = sorted(set(layer.frame["kind"]))
    lines = [(label("background_kind", kind, lang), f"\"kind\" = '{kind}'") for kind in kinds]
    return [_rules(layer, lines, [symbol(str(at), kind) for at, kind in enumerate(kinds)])]


def _ground(kind: str) -> str:
    colours = theme_colours("light")
    known = {"river": colours.water, "water": colours.water, "road": colours.road, "town": colours.town}
    return known.get(kind, colours.road)


_PLAIN: dict[str, Callable[[MapLayer, str], list[Element]]] = {
    "jurisdictions": _jurisdictions,
    "points": _points,
    "density": _density,
    "places": _places,
    "background_lines": _background_lines,
    "background_points": _background_points,
    "background_polygons": _background_polygons,
}


def _rules(layer: MapLayer, lines: Iterable[tuple[str, str]], symbols: Iterable[Element]) -> Element:
    renderer = Element("renderer-v2", {"type": "RuleRenderer", "forceraster": "0", "symbollevels": "0"})
    rules = SubElement(renderer, "rules", {"key": _key(layer.name)})
    for at, (words, condition) in enumerate(lines):
        key = _key(f"{layer.name} {at} {condition}")
        SubElement(rules, "rule", {"key": key, "symbol": str(at), "label": words, "filter": condition})
    SubElement(renderer, "symbols").extend(symbols)
    return renderer


def _single(symbol: Element) -> Element:
    renderer = Element("renderer-v2", {"type": "singleSymbol", "forceraster": "0", "symbollevels": "0"})
    SubElement(renderer, "symbols").append(symbol)
    return renderer


def _labels(colour: str, halo: str) -> Element:
    labels = Element("labeling", {"type": "simple"})
    settings = SubElement(labels, "settings", {"calloutType": "simple"})
    text = {"fieldName": "title", "isExpression": "0", "fontSize": str(_NAME_POINTS), "fontSizeUnit": "Point"}
    style = SubElement(settings, "text-style", {**text, "textColor": _rgba(colour), "namedStyle": "Bold"})
    buffer = {"bufferDraw": "1", "bufferSize": "1", "bufferSizeUnits": "MM", "bufferColor": _rgba(halo)}
    SubElement(style, "text-buffer", buffer)
    # Over the middle of the area, and only where there is room.
    SubElement(settings, "placement", {"placement": "1", "centroidWhole": "1", "priority": "5", "dist": "0"})
    SubElement(
        settings, "rendering", {"drawLabels": "1", "obstacle": "0", "fontMinPixelSize": "3", "scaleVisibility": "0"}
    )
    return labels


def _names_of_columns(layer: MapLayer, lang: str) -> Element:
    """Return what columns of figures are called in tables and forms."""
    aliases = Element("aliases")
    protected = layer.protected
    for at, column in enumerate(name for name in layer.frame.columns if name != "geometry"):
        try:
            words = "" if protected is None else title_in(protected, column, lang)
        except KeyError:
            words = ""
        # The number of the feature comes first.
        SubElement(aliases, "alias", {"field": column, "index": str(at + 1), "name": words})
    return aliases


def _opacity(share: float) -> Element:
    element = Element("layerOpacity")
    element.text = f"{share:g}"
    return element


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _key(text: str) -> str:
    return f"{{{uuid5(_NAMESPACE, text)}}}"
