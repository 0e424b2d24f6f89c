"""A project of QGIS as it writes one itself: a zip with one XML that names layers, styles and the map's extent."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from geo.export.files.layers import MapLayer
from geo.export.files.qgis_styles import QGIS_VERSION, Style
from geo.export.files.systems import System, as_system

__all__ = ["write_project"]

_GEOMETRY = {"point": "Point", "line": "Line", "polygon": "Polygon"}
# Room around the areas, as a share of the map.
_ROOM = 0.03


def write_project(
    out: Path,
    data: str,
    layers: Sequence[tuple[MapLayer, Style]],
    *,
    hidden: Collection[str],
    title: str,
    about: str,
    system: System,
) -> None:
    """Write a project.

    Parameters
    ----------
    out
        The ``.qgz`` to write.
    data
        Name of the GeoPackage beside it.
    layers
        From above, each with how it is drawn.
    hidden
        Names of layers that are not shown until they are asked for.
    title, about
        What stands above the window, and what is told of the project.
    system
        Coordinate system of the GeoPackage.
    """
    page = Element("qgis", {"projectname": title, "version": QGIS_VERSION})
    SubElement(page, "title").text = title
    SubElement(page, "projectCrs").append(_system(system))
    _add_tree(page, data, layers, hidden)
    canvas = SubElement(page, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    SubElement(canvas, "units").text = "degrees" if system.crs.is_geographic else "meters"
    canvas.append(_extent(layers, system))
    SubElement(SubElement(canvas, "destinationsrs"), "spatialrefsys").extend(_system(system))
    described = SubElement(page, "projectMetadata")
    for name, text in (("title", title), ("abstract", about)):
        SubElement(described, name).text = text
    shown = SubElement(page, "projectlayers")
    for layer, style in layers:
        shown.append(_layer(layer, style, data, system))
    order = SubElement(page, "layerorder")
    for layer, _ in layers:
        SubElement(order, "layer", {"id": _id(layer)})
    properties = SubElement(page, "properties")
    # Paths are told from where the project lies, so that both files can be carried together.
    SubElement(SubElement(properties, "Paths"), "Absolute", {"type": "bool"}).text = "false"
    SubElement(SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", {"type": "int"}).text = "1"
    text = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(page, encoding="unicode")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(f"{out.stem}.qgs", text)


def _add_tree(page: Element, data: str, layers: Sequence[tuple[MapLayer, Style]], hidden: Collection[str]) -> None:
    tree = SubElement(page, "layer-tree-group")
    for layer, style in layers:
        told = style[0] if layer.name == "areas" else layer.title
        SubElement(
            tree,
            "layer-tree-layer",
            {
                "id": _id(layer), "name": told, "source": _source(data, layer), "providerKey": "ogr",
                "checked": "Qt::Unchecked" if layer.name in hidden else "Qt::Checked",
                "expanded": "0" if layer.name.startswith("background") else "1",
            },
        )  # fmt: skip


def _layer(layer: MapLayer, style: Style, data: str, system: System) -> Element:
    kind = {"type": "vector", "geometry": _GEOMETRY[layer.shape], "hasScaleBasedVisibilityFlag": "0"}
    element = Element("maplayer", kind | {"labelsEnabled": str(int(layer.name == "jurisdictions"))})
    SubElement(element, "id").text = _id(layer)
    SubElement(element, "datasource").text = _source(data, layer)
    SubElement(element, "layername").text = style[0] if layer.name == "areas" else layer.title
    SubElement(element, "srs").append(_system(system))
    SubElement(element, "provider", {"encoding": "UTF-8"}).text = "ogr"
    element.extend(copy.deepcopy(part) for part in style[1])
    return element


def _source(data: str, layer: MapLayer) -> str:
    return f"./{data}|layername={layer.name}"


def _system(system: System) -> Element:
    """Return a coordinate system by its text, and by its number where it has one."""
    element = Element("spatialrefsys")
    number = system.crs.to_epsg()
    parts = {
        "wkt": system.crs.to_wkt(),
        "proj4": "" if number else "+proj=longlat +ellps=WGS84 +no_defs",
        "srsid": "0",
        "srid": str(number or 0),
        "authid": f"EPSG:{number}" if number else "",
        "description": system.crs.name,
        "geographicflag": str(system.crs.is_geographic).lower(),
    }
    for name, text in parts.items():
        SubElement(element, name).text = text
    return element


def _extent(layers: Sequence[tuple[MapLayer, Style]], system: System) -> Element:
    areas = next(layer for layer, _ in layers if layer.name == "areas")
    shown = areas if len(areas.frame) else max((layer for layer, _ in layers), key=lambda layer: len(layer.frame))
    bounds = np.nan_to_num(as_system(shown.frame, system).total_bounds)
    room = _ROOM * max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    element = Element("extent")
    for name, edge in zip(("xmin", "ymin", "xmax", "ymax"), bounds + np.array([-room, -room, room, room]), strict=True):
        SubElement(element, name).text = f"{edge:.9g}"
    return element


def _id(layer: MapLayer) -> str:
    """Return what a layer is found by; QGIS gives another one to what is shorter than it makes them itself."""
    return f"maplegrid_{layer.name}"
