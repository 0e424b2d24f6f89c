"""The kinds of files that a view can be written as: name, ending, media type, writer."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from geo.access import Scope
from geo.errors import GeoError
from geo.export.files.about import origin
from geo.export.files.columns import column_measure, column_title, definition_of
from geo.export.files.content import Asked, Content, gather
from geo.export.files.geojson import write_geojson
from geo.export.files.geopackage import write_geopackage
from geo.export.files.geoparquet import write_geoparquet
from geo.export.files.kml import write_kml
from geo.export.files.shapefile import write_shapefile
from geo.export.files.workbook import write_workbook
from geo.export.steps import Progress, silent, within
from geo.export.tables import with_withheld, write_csv
from geo.store import Release
from geo.view import View
from geo.words.catalogue import translator

__all__ = ["KINDS", "Kind", "write_file"]

_SHIFTED = "gcj02"
_LONLAT = ("wgs84", _SHIFTED)
# Of the work so much is done when all is measured.
_MEASURED = 0.4


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Parameters
    ----------
    endings
        What its name may end in, the usual one first.
    media_type
        What a browser is told.
    write
        What writes it.
    has_places
        Whether it holds coordinates.
    systems
        Coordinate systems that it can be in; any if empty.
    tables
        Whether it holds tables by month, class and the like.
    """

    endings: tuple[str, ...]
    media_type: str
    write: Callable[[Content, Path], None]
    has_places: bool = True
    systems: tuple[str, ...] = ()
    tables: bool = False


def write_table(content: Content, out: Path) -> None:
    """Write the table of the areas as CSV, and beside it what it is, as W3C's metadata of tables has it."""
    write_csv(content.values, out)
    out.with_name(f"{out.name}-metadata.json").write_text(_table_metadata(content, out.name), encoding="utf-8")


def _table_metadata(content: Content, name: str) -> str:
    values, lang = content.values, content.asked.lang
    columns = []
    for column, dtype in with_withheld(values).dtypes.items():
        known = column_measure(values, str(column))
        told = {
            "name": str(column),
            "titles": column_title(values, str(column), lang=lang),
            "datatype": _type_of(dtype),
        }
        columns.append(told if known is None else told | {"dc:description": definition_of(known, lang)})
    about = origin(content.release, values, lang=lang, created_at=content.asked.created_at)
    told_all = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": lang.replace("_", "-")}],
        "url": name,
        "dc:title": about["title"],
        "notes": [about],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns, "primaryKey": "area_id"},
    }
    return json.dumps(told_all, ensure_ascii=False, indent=1)


def _type_of(dtype: object) -> str:
    if pd.api.types.is_bool_dtype(dtype):  # type: ignore[arg-type]  # any dtype
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):  # type: ignore[arg-type]  # any dtype
        return "integer"
    return "double" if pd.api.types.is_float_dtype(dtype) else "string"  # type: ignore[arg-type]  # any dtype


#: The kinds by their names.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "gpkg": Kind((".gpkg",), "application/geopackage+sqlite3", write_geopackage),
        "geojson": Kind((".geojson", ".json"), "application/geo+json", write_geojson, systems=_LONLAT),
        "shapefile": Kind((".zip",), "application/zip", write_shapefile),
        "geoparquet": Kind((".parquet", ".geoparquet"), "application/vnd.apache.parquet", write_geoparquet),
        "kml": Kind((".kml",), "application/vnd.google-earth.kml+xml", write_kml, systems=_LONLAT),
        "xlsx": Kind(
            (".xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_workbook,
            has_places=False,
            tables=True,
        ),
        "csv": Kind((".csv",), "text/csv", write_table, has_places=False),
    }
)


def write_file(
    kind: str,
    release: Release,
    view: View,
    scope: Scope,
    out: Path,
    asked: Asked,
    *,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write a view as a file of a kind; whole or not at all.

    Parameters
    ----------
    kind
        One of `KINDS`.
    release, view, scope
        What is shown, and to whom; what may not be seen is withheld as on the screen.
    out
        The file to write.
    asked
        How it is to be.
    progress
        Told how far it is; what it raises stops the file.

    Returns
    -------
    tuple of Path
        The file, and what was written beside it: a project of a GeoPackage, what a CSV says of itself.

    Raises
    ------
    NotPermitted
        When the scope may not see the view.
    GeoError
        When the name ends in something else, or hides that places are in GCJ-02; when the kind is not in that
        coordinate system; when there is no such measure.
    """
    chosen, _ = KINDS[kind], translator(asked.lang)
    _check_name(kind, chosen, out, asked)
    content = gather(release, view, scope, asked, tables=chosen.tables, progress=within(progress, 0, _MEASURED))
    if asked.measure_id not in content.values.frame.columns:
        raise GeoError(f"There is no measure {asked.measure_id!r} in this view. Remedy: use one of its columns.")
    out.parent.mkdir(parents=True, exist_ok=True)
    progress(_MEASURED, _("Writing the file"))
    content = replace(content, progress=within(progress, _MEASURED, 1))
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".maplegrid-") as folder:
        chosen.write(content, Path(folder, out.name))
        made = sorted(Path(folder).iterdir(), key=lambda path: path.name != out.name)
        return tuple(path.replace(out.parent / path.name) for path in made)


def _check_name(kind: str, chosen: Kind, out: Path, asked: Asked) -> None:
    if out.suffix.lower() not in chosen.endings:
        raise GeoError(f"{out.name}: a {kind} ends in {' or '.join(chosen.endings)}. Remedy: name it so.")
    system = asked.crs.partition(":")[0].lower()
    if chosen.systems and system not in chosen.systems:
        raise GeoError(f"A {kind} is in {' or '.join(chosen.systems)}, not in {asked.crs}. Remedy: write a gpkg.")
    if system == _SHIFTED and chosen.has_places and _SHIFTED not in out.stem.lower().replace("-", ""):
        raise GeoError(
            f"{out.name}: a file in GCJ-02 has to say so in its name, since its places lie some hundred metres off. "
            f"Remedy: name it {out.stem}-gcj02{out.suffix}."
        )
