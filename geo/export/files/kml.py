"""Areas with their values as KML, for Google Earth and the like: the screen's classes and colours, figures as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, register_namespace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.export.files.about import about, about_text, readable, title_line
from geo.export.files.content import Content
from geo.export.files.geojson import plain, turned
from geo.export.files.layers import area_frame
from geo.export.files.shades import Shade, value_shades
from geo.export.files.systems import as_system
from geo.maps.legend import title_in
from geo.maps.palettes import theme_colours
from geo.maps.values import value_signs

__all__ = ["write_kml"]

_KML = "http://www.opengis.net/kml/2.2"
_SCHEMA = "figures"
# Of every colour, so that the picture below can be seen.
_OPACITY = "b3"


def write_kml(content: Content, out: Path) -> None:
    """Write areas as KML: coloured by the measure that is asked for, all figures as typed data."""
    release, values, asked = content.release, content.values, content.asked
    register_namespace("", _KML)
    frame = area_frame(release, values, asked.lang)
    page = Element(_tag("kml"))
    document = _add(page, "Document")
    _add(document, "name", title_line(release, values, asked.lang))
    facts = about(release, values, lang=asked.lang, created_at=asked.created_at, system=content.system)
    shades = value_shades(values, asked.measure_id, lang=asked.lang, classes=asked.classes)
    legend = [
        title_in(values, asked.measure_id, asked.lang),
        *_legend(shades),
    ]
    # Programs show it as a page: a name from a file is to stay text there.
    told = [*about_text(facts, asked.lang).splitlines(), "", *legend]
    _add(document, "description", "<br/>".join(map(escape, told)))
    _add_schema(document, frame.drop(columns="geometry"))
    for shade in shades:
        _add_style(document, shade)
    signs = value_signs(values, asked.measure_id, classes=asked.classes)
    shapes = turned(as_system(frame, content.system))
    rows = frame.drop(columns="geometry").to_dict("records")
    for row, sign, shape in zip(rows, signs, shapes, strict=True):
        mark = _add(document, "Placemark")
        _add(mark, "name", str(row["title"]))
        _add(mark, "styleUrl", f"#class-{sign}")
        data = _add(_add(mark, "ExtendedData"), "SchemaData")
        data.set("schemaUrl", f"#{_SCHEMA}")
        for column, value in row.items():
            cell = plain(value)
            if cell is not None:
                _add(data, "SimpleData", _text(cell)).set("name", str(column))
        _add_shape(mark, shape)
    ElementTree(page).write(out, encoding="utf-8", xml_declaration=True)


def _legend(shades: Sequence[Shade]) -> Iterator[str]:
    for shade in shades:
        yield f"{shade.fill}  {shade.words}"


def _add_schema(document: Element, frame: pd.DataFrame) -> None:
    schema = _add(document, "Schema")
    schema.set("name", _SCHEMA)
    schema.set("id", _SCHEMA)
    for column, dtype in frame.dtypes.items():
        field = _add(schema, "SimpleField")
        field.set("name", str(column))
        field.set("type", _type_of(dtype))


def _type_of(dtype: object) -> str:
    if pd.api.types.is_bool_dtype(dtype):  # type: ignore[arg-type]  # any dtype
        return "bool"
    if pd.api.types.is_integer_dtype(dtype):  # type: ignore[arg-type]  # any dtype
        return "int"
    return "double" if pd.api.types.is_float_dtype(dtype) else "string"  # type: ignore[arg-type]  # any dtype


def _add_style(document: Element, shade: Shade) -> None:
    style = _add(document, "Style")
    style.set("id", f"class-{shade.sign}")
    line, fill = _add(style, "LineStyle"), _add(style, "PolyStyle")
    # A colour is written from blue to red, after how much of what is below it hides. There are no hatches.
    _add(line, "color", f"ff{_turned(theme_colours('light').station_border)}")
    _add(line, "width", "0.6")
    _add(fill, "color", f"{_OPACITY}{_turned(shade.fill)}")


def _turned(colour: str) -> str:
    return colour[5:7] + colour[3:5] + colour[1:3]


def _add_shape(mark: Element, shape: shapely.Geometry | None) -> None:
    parts = [part for part in shapely.get_parts(shape) if part is not None]
    if not parts:
        return
    holder = mark if len(parts) == 1 else _add(mark, "MultiGeometry")
    for part in parts:
        polygon = _add(holder, "Polygon")
        for at, ring in enumerate(shapely.get_rings(part)):
            border = _add(polygon, "innerBoundaryIs" if at else "outerBoundaryIs")
            _add(_add(border, "LinearRing"), "coordinates", _coordinates(shapely.get_coordinates(ring)))


def _coordinates(lonlat: NDArray[np.float64]) -> str:
    return " ".join(f"{lon!r},{lat!r}" for lon, lat in lonlat.tolist())


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    child = SubElement(parent, _tag(name))
    child.text = None if text is None else readable(text)
    return child


def _tag(name: str) -> str:
    return f"{{{_KML}}}{name}"
