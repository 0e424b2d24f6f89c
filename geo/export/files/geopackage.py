"""A GeoPackage with all layers of a view, the screen's colours as styles of QGIS, and a project that opens it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio

from geo.export.files.about import about, about_text, origin, title_line
from geo.export.files.content import Content
from geo.export.files.layers import MapLayer, map_layers
from geo.export.files.qgis_project import write_project
from geo.export.files.qgis_styles import Style, qml, styles_of
from geo.export.files.systems import as_system
from geo.words.catalogue import translator

__all__ = ["write_geopackage"]

# Programs of many years read this one without a word.
_VERSION = "1.2"
_GEOMETRY = {"point": "Point", "line": "MultiLineString", "polygon": "MultiPolygon"}
# The table that QGIS reads styles from, as it makes it itself.
_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
_REGISTER = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)
"""
_ADD = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD, useAsDefault, description, owner, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', ?, ?, '', ?)
"""


def write_geopackage(content: Content, out: Path) -> None:
    """Write a GeoPackage, and beside it a project of QGIS (``.qgz``) that shows it as the screen does.

    Layers, from above: places, points or the density in their place, jurisdictions, coverage, areas, background. Every
    measure that can be drawn is a style of the areas. What the file says of itself stands in its metadata.

    Parameters
    ----------
    content
        What it holds.
    out
        The file to write, which is not there yet.
    """
    release, values, asked = content.release, content.values, content.asked
    _ = translator(asked.lang)
    layers = map_layers(
        release, values, content.states, lang=asked.lang, points=asked.points, bandwidth_m=asked.bandwidth_m
    )
    facts = about(release, values, lang=asked.lang, created_at=asked.created_at, system=content.system)
    told = origin(release, values, lang=asked.lang, created_at=asked.created_at, system=content.system)
    for at, layer in enumerate(layers):
        content.progress(at / (len(layers) + 1), layer.title)
        pyogrio.write_dataframe(
            _as_written(layer, as_system(layer.frame, content.system)),
            out,
            driver="GPKG",
            layer=layer.name,
            append=at > 0,
            geometry_type=_GEOMETRY[layer.shape],
            promote_to_multi=layer.shape != "point",
            layer_options={"IDENTIFIER": layer.title, "DESCRIPTION": about_text(facts, asked.lang)},
            dataset_metadata={key: str(value) for key, value in told.items() if key != "sources"} if at == 0 else None,
            dataset_options={"VERSION": _VERSION} if at == 0 else None,
        )
    content.progress(len(layers) / (len(layers) + 1), _("Colours for QGIS"))
    styled = [
        (layer, styles_of(layer, lang=asked.lang, measure_id=asked.measure_id, classes=asked.classes))
        for layer in layers
    ]
    _write_styles(out, styled, made_at=asked.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    write_project(
        out.with_suffix(".qgz"),
        out.name,
        [(layer, styles[0]) for layer, styles in styled],
        hidden=_at_first_hidden(layers, heat=asked.bandwidth_m is not None),
        title=title_line(release, values, asked.lang),
        about=about_text(facts, asked.lang),
        system=content.system,
    )


def _at_first_hidden(layers: Sequence[MapLayer], *, heat: bool) -> set[str]:
    """Return what the screen shows once it is asked for: points and places, density or areas, one of the two."""
    covered = any(layer.name == "coverage" for layer in layers)
    return {"points", "places", *(["areas"] if heat or covered else []), *([] if heat else ["density"])}


def _as_written(layer: MapLayer, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer whose texts are texts even where all are missing."""
    empty = [name for name in frame.columns if frame[name].dtype == object and name != "geometry"]
    return frame.astype(dict.fromkeys(empty, "str"))


def _write_styles(out: Path, styled: Sequence[tuple[MapLayer, Sequence[Style]]], *, made_at: str) -> None:
    with closing(sqlite3.connect(out)) as base, base:
        base.execute(_STYLES)
        base.execute(_REGISTER, [made_at])
        for layer, styles in styled:
            for at, style in enumerate(styles):
                base.execute(_ADD, [layer.name, style[0], qml(style), at == 0, style[0], made_at])
