"""Files with geometry: GeoJSON, Shapefile, GeoPackage, KML, GeoParquet, with their attributes as the file has them."""

from __future__ import annotations

import codecs
import json
import struct
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from geo.errors import Fault, InputRefused, LayerError
from geo.intake.readers.dbf import cell_text, field_name, words_of
from geo.intake.readers.encoding import codec_of, decode_bytes
from geo.intake.readers.parquet_check import check_parquet
from geo.intake.readers.vector_check import check_vector

__all__ = ["KML_OWN", "parquet_columns", "read_parquet", "read_vector", "vector_columns"]

# What .cpg files say, beside the names that Python knows itself.
_CODE_PAGES = {"936": "gb18030", "ansi 936": "gb18030", "oem 936": "gb18030", "65001": "utf-8", "utf8": "utf-8"}
# Where a .dbf says its code page.
_DBF_MARK = 29
_DBF_GBK = 0x4D
_SHAPE_PARTS = (".shp", ".shx", ".dbf")
# What a library says of a broken file may repeat much of it.
_REASON = 200
_RAW = "ISO-8859-1"  # one character for each byte: the way to a DBF's own bytes
# What stands in the metadata is taken on trust by those who read it: a wrong byte is a missing key or no system.
_BROKEN_PARQUET = (
    pa.ArrowException,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    CRSError,
    shapely.errors.GEOSException,
)
# What GDAL says of a file, and what becomes of values that no type holds.
_BROKEN = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    ValueError,
    RuntimeError,
    OverflowError,
)
_JSON = (".geojson", ".json")
#: What GDAL tells of each feature of a KML, whether the file has it or not.
KML_OWN = {
    "id",
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
}


def read_vector(
    path: Path, *, columns: Sequence[str] | None = None, part: str | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Read a GeoJSON, Shapefile, GeoPackage or KML.

    Parameters
    ----------
    path
        The file; of a shapefile the ``.shp``.
    columns
        Attributes to keep; all if None. The geometry is always kept.
    part
        Layer of a GeoPackage; may be left out when there is one.
    encoding
        Of a shapefile's attributes, if the user knows better than its ``.cpg``.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        Dates are ISO text, other attributes as in the file; the index ``row`` is the number of the feature, from 1. A
        table without geometry comes as a plain frame.

    Raises
    ------
    InputRefused
        When the file is broken, cut off, incomplete, or a ring is not closed.
    """
    codec = _check(path, encoding)
    part = _pick_part(path, part)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            meta, _, shapes, values = pyogrio.raw.read(
                path, layer=part, encoding=_RAW if codec else None, datetime_as_string=True, **_options(path)
            )
    except _BROKEN as error:
        raise _broken(path, error) from error
    names = [_own_name(str(name), codec) for name in meta["fields"]]
    own = KML_OWN if path.suffix.lower() == ".kml" else set()
    rows = pd.RangeIndex(1, 1 + (len(shapes) if shapes is not None else len(values[0]) if values else 0), name="row")
    chosen = [
        (name, column)
        for name, column in zip(names, values, strict=True)
        if (columns is None or name in columns) and name not in own
    ]
    table = pd.DataFrame({name: _own_column(path, name, column, codec) for name, column in chosen}, index=rows)
    if shapes is None:
        return table
    geometry = _shapes(path, shapes, hints=[str(warning.message) for warning in told])
    layer: pd.DataFrame = gpd.GeoDataFrame(table, geometry=geometry, crs=meta["crs"])
    return layer


def vector_columns(path: Path, *, part: str | None = None, encoding: str | None = None) -> tuple[str, ...]:
    """Return the names of a file's attributes without reading a value.

    Raises
    ------
    InputRefused
        As `read_vector`.
    """
    codec = _check(path, encoding)
    part = _pick_part(path, part)
    try:
        info = pyogrio.read_info(path, layer=part, encoding=_RAW if codec else None, **_options(path))
    except _BROKEN as error:
        raise _broken(path, error) from error
    own = KML_OWN if path.suffix.lower() == ".kml" else set()
    return tuple(name for name in (_own_name(str(name), codec) for name in info["fields"]) if name not in own)


def read_parquet(path: Path, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a Parquet or GeoParquet file.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        Columns in the file's types; the index ``row`` counts from 1.

    Raises
    ------
    InputRefused
        When it is broken or cut off.
    """
    try:
        check_parquet(path)
        schema = pq.read_schema(path)
        table: pd.DataFrame
        if b"geo" in (schema.metadata or {}):
            table = _read_geoparquet(path, schema, columns)
        else:
            kept = None if columns is None else [name for name in schema.names if name in columns]
            table = pq.read_table(path, columns=kept).to_pandas(ignore_metadata=True)
    except _BROKEN_PARQUET as error:
        raise _broken(path, error) from error
    table.index = pd.RangeIndex(1, 1 + len(table), name="row")
    return table


def parquet_columns(path: Path) -> tuple[str, ...]:
    """Return the names of a Parquet file's columns but its geometry, without reading a value.

    Raises
    ------
    InputRefused
        As `read_parquet`.
    """
    try:
        check_parquet(path)
        schema = pq.read_schema(path)
        shapes = json.loads((schema.metadata or {}).get(b"geo", b"{}")).get("columns", {})
    except _BROKEN_PARQUET as error:
        raise _broken(path, error) from error
    return tuple(name for name in schema.names if name not in shapes)


def _read_geoparquet(path: Path, schema: pa.Schema, columns: Sequence[str] | None) -> gpd.GeoDataFrame:
    main = json.loads(schema.metadata[b"geo"])["primary_column"]
    kept = [name for name in schema.names if columns is None or name in columns or name == main]
    layer = gpd.read_parquet(path, columns=kept).reset_index(drop=True)
    return layer if main == "geometry" else layer.rename_geometry("geometry")


def _check(path: Path, encoding: str | None) -> str | None:
    """Refuse what can't or should not be read; return the codec of a shapefile's attributes."""
    codec = _check_shapefile(path, encoding) if path.suffix.lower() == ".shp" else None
    check_vector(path)
    return codec


def _options(path: Path) -> dict[str, Any]:
    # GDAL would turn text that looks like a date into a date, and lose how it was written.
    return {"DATE_AS_STRING": "YES"} if path.suffix.lower() in _JSON else {}


def _pick_part(path: Path, part: str | None) -> str | None:
    try:
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except _BROKEN as error:
        raise _broken(path, error) from error
    if part is None and len(names) > 1:
        raise InputRefused(f"{path.name}: it holds several layers. Remedy: name one of {', '.join(names)} as the part.")
    if part is not None and part not in names:
        raise InputRefused(f"{path.name}: there is no layer {part!r}. Remedy: name one of {', '.join(names)}.")
    return part


def _broken(path: Path, error: Exception) -> InputRefused:
    return InputRefused(
        f"{path.name}: the file can't be read ({str(error)[:_REASON]}). "
        "Remedy: export it again; it may be cut off or damaged."
    )


def _shapes(path: Path, raw: NDArray[np.object_], *, hints: Sequence[str]) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.from_wkb(raw, on_invalid="ignore")
    there = np.array([one is not None for one in raw], dtype=bool)
    broken = np.flatnonzero(there & np.array([one is None for one in shapes], dtype=bool)) + 1
    if len(broken):
        unclosed = any("ring" in hint.lower() for hint in hints)
        problem = "a ring is not closed" if unclosed else "the geometry can't be read"
        remedy = "close the ring in QGIS (first and last point alike) or take the feature out, and export again"
        raise LayerError([Fault(path.name, "geometry", tuple(int(row) for row in broken), problem, remedy)])
    return shapes


def _check_shapefile(path: Path, encoding: str | None) -> str:
    """Return the codec of a shapefile's attributes; refuse one that is incomplete or cut off."""
    parts = {part: _sibling(path, part) for part in _SHAPE_PARTS}
    missing = [part for part, found in parts.items() if found is None]
    if missing:
        raise InputRefused(
            f"{path.name}: {', '.join(missing)} of the shapefile is missing. "
            "Remedy: copy all files of the same name together, or zip them."
        )
    for part, found in parts.items():
        _check_length(path, part, found)
    return encoding or _codec_of_dbf(path, parts[".dbf"])


def _sibling(path: Path, suffix: str) -> Path | None:
    wanted = (path.stem + suffix).lower()
    return next((found for found in path.parent.iterdir() if found.name.lower() == wanted), None)


def _check_length(path: Path, part: str, found: Path | None) -> None:
    """Compare the length that the header tells with the file's; GDAL fills what is cut off with nothing."""
    if found is None:
        return
    with found.open("rb") as file:
        head = file.read(100)
    if part == ".dbf":
        rows, header, width = struct.unpack("<IHH", head[4:12].ljust(8, b"\0"))
        told = header + rows * width
    else:
        told = 2 * struct.unpack(">I", head[24:28].ljust(4, b"\0"))[0]
    if found.stat().st_size < max(told, 32):
        raise InputRefused(f"{path.name}: {found.name} is cut off. Remedy: copy or export the shapefile again.")


def _codec_of_dbf(path: Path, dbf: Path | None) -> str:
    told = _sibling(path, ".cpg")
    if told is not None:
        name = told.read_text(encoding="ascii", errors="replace").strip().lower()
        try:
            return codecs.lookup(_CODE_PAGES.get(name, name)).name
        except LookupError as error:
            raise InputRefused(
                f"{path.name}: {told.name} names an encoding that nobody knows, {name!r}. "
                "Remedy: write UTF-8 or GBK into it, or give the encoding in the recipe."
            ) from error
    if dbf is None:
        return "utf-8"
    with dbf.open("rb") as file:
        mark = file.read(_DBF_MARK + 1)[_DBF_MARK:]
    if mark == bytes([_DBF_GBK]):
        return "gb18030"
    return codec_of(words_of(dbf), name=path.name)


def _own_name(text: str, codec: str | None) -> str:
    return text if codec is None or text.isascii() else field_name(text.encode(_RAW), codec)


def _own_text(path: Path, text: str, codec: str | None) -> str:
    if codec is None or text.isascii():
        return text
    raw = text.encode(_RAW)
    try:
        return cell_text(raw, codec)
    except UnicodeDecodeError:
        return decode_bytes(raw, name=path.name, encoding=codec)


def _own_column(path: Path, name: str, column: NDArray[Any], codec: str | None) -> pd.Series[Any]:
    rows = pd.RangeIndex(1, 1 + len(column), name="row")
    if column.dtype != object:
        return pd.Series(column, index=rows)
    where = Path(f"{path.name}, column {name}")
    texts = [None if cell is None else _own_text(where, str(cell).strip(), codec) or None for cell in column]
    return pd.Series(texts, index=rows, dtype="str")
