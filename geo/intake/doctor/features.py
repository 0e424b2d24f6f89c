"""Read a file of features, or a Parquet table, for the doctor: all that can be read, and what could not be."""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray

from geo.errors import InputRefused
from geo.intake.cells import to_text
from geo.intake.doctor.table import Layout, RawTable, Reading, make_frame, name_columns
from geo.intake.readers.dbf import FIELD_NAME_BYTES, words_of
from geo.intake.readers.encoding_evidence import judge_bytes
from geo.intake.readers.limits import load_limits
from geo.intake.readers.vector import KML_OWN, read_parquet
from geo.intake.readers.vector_check import check_vector

__all__ = ["read_feature_table", "read_parquet_table"]

_RAW = "ISO-8859-1"  # one character for each byte: the way to a DBF's own bytes
_MOST_FEATURES = 2_000_000
_LDID = 29
#: The language driver that dBase and ESRI write into a .dbf → the codec it stands for.
_DRIVERS = {
    0x4D: "gb18030",
    0x7A: "gb18030",
    0x4F: "big5",
    0x78: "big5",
    0x03: "cp1252",
    0x57: "cp1252",
    0x01: "cp437",
    0x02: "cp850",
    0x58: "cp1252",
    0x59: "cp1252",
}
_CODE_PAGES = {
    "936": "gb18030",
    "ansi 936": "gb18030",
    "oem 936": "gb18030",
    "65001": "utf-8",
    "utf8": "utf-8",
    "950": "big5",
    "oem 950": "big5",
    "ansi 1252": "cp1252",
    "1252": "cp1252",
}

Told = tuple[str, Mapping[str, Any]]


def read_feature_table(path: Path, *, part: str | None = None, encoding: str | None = None) -> Reading:
    """Read a GeoJSON, Shapefile or GeoPackage; a shape that can't be read is missing, and told.

    Raises
    ------
    InputRefused
        When no feature can be read.
    """
    dbf = _sibling(path, ".dbf") if path.suffix.lower() == ".shp" else None
    told = list[Told]()
    if path.suffix.lower() == ".shp":
        told += _missing_parts(path)
    check_vector(path)
    part, several = _pick_part(path, part)
    if several:
        told.append(("text.parts", {"parts": several, "chosen": part or several[0]}))
    meta, shapes, values, hints = _read(path, part, raw=dbf is not None)
    codec = None
    if dbf is not None:
        codec, more = _codec_of(path, dbf, encoding)
        told += more
    fields = [_own(str(name), codec) for name in meta["fields"]]
    most = load_limits().table_columns
    if len(fields) > most:
        return Reading(None, (*told, ("text.too_wide", {"columns": len(fields), "most": most})))
    if dbf is not None:
        told += _names_cut([str(name) for name in meta["fields"]], fields)
    count = len(shapes) if shapes is not None else len(values[0]) if values else 0
    names, double = name_columns(fields)
    if double:
        told.append(("text.double_names", {"columns": double}))
    columns = [_text_of(column, codec) for column in values]
    frame = make_frame(names, columns, np.arange(1, count + 1)) if names else pd.DataFrame(index=_rows(count))
    geometry, broken = None, list[int]()
    if shapes is not None:
        geometry, broken = _decode(shapes)
        if len(broken):
            unclosed = any("ring" in hint.lower() for hint in hints)
            told.append(("areas.unclosed" if unclosed else "areas.unreadable", {"rows": broken}))
    crs = meta.get("crs")
    if count >= _MOST_FEATURES:
        told.append(("text.sampled", {"looked_at": count}))
    layout = Layout("vector", codec, header_row=0, part=part, complete=count < _MOST_FEATURES)
    table = RawTable(frame, layout, geometry, None if crs is None else str(crs), tuple(broken))
    return Reading(table, tuple(told))


def read_parquet_table(path: Path) -> Reading:
    """Read a Parquet or GeoParquet file.

    Raises
    ------
    InputRefused
        When it is broken, or larger than is looked at.
    """
    found = read_parquet(path)
    geometry, crs = None, None
    if isinstance(found, gpd.GeoDataFrame):
        geometry = np.asarray(found.geometry.array, dtype=object)
        crs = None if found.crs is None else found.crs.to_string()
        found = pd.DataFrame(found.drop(columns=found.geometry.name))
    names, _ = name_columns([str(name) for name in found.columns])
    columns = [pa.array(to_text(found.iloc[:, at]), pa.large_string(), from_pandas=True) for at in range(len(names))]
    frame = make_frame(names, columns, np.arange(1, len(found) + 1)) if names else pd.DataFrame(index=_rows(len(found)))
    return Reading(RawTable(frame, Layout("parquet", header_row=0), geometry, crs))


def _rows(count: int) -> pd.Index[Any]:
    return pd.RangeIndex(1, count + 1, name="row")


def _read(
    path: Path, part: str | None, *, raw: bool
) -> tuple[Mapping[str, Any], NDArray[np.object_] | None, Sequence[NDArray[Any]], list[str]]:
    options = {"DATE_AS_STRING": "YES"} if path.suffix.lower() in (".json", ".geojson") else {}
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            meta, _, shapes, values = pyogrio.raw.read(
                path,
                layer=part,
                encoding=_RAW if raw else None,
                datetime_as_string=True,
                max_features=_MOST_FEATURES,
                **options,
            )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise _broken(path) from error
    except (ValueError, RuntimeError, UnicodeError, OverflowError) as error:
        raise _broken(path) from error
    if path.suffix.lower() == ".kml":
        kept = [at for at, name in enumerate(meta["fields"]) if name not in KML_OWN]
        meta, values = {**meta, "fields": meta["fields"][kept]}, [values[at] for at in kept]
    return meta, shapes, values, [str(warning.message) for warning in told]


def _pick_part(path: Path, part: str | None) -> tuple[str | None, list[str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL says of a layer it says again when it is read
            names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except (pyogrio.errors.DataSourceError, ValueError, RuntimeError, UnicodeError) as error:
        raise _broken(path) from error
    if part is not None and part not in names:
        raise InputRefused(f"{path.name}: there is no layer {part!r}. Remedy: name one of {', '.join(names)}.")
    if part is None and len(names) > 1:
        return names[0], names
    return part, []


def _decode(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[int]]:
    found: NDArray[np.object_] = shapely.from_wkb(shapes, on_invalid="ignore")
    there = np.array([one is not None for one in shapes], dtype=bool)
    lost = there & np.array([one is None for one in found], dtype=bool)
    return found, [int(row) for row in np.flatnonzero(lost) + 1]


def _missing_parts(path: Path) -> list[Told]:
    missing = [suffix for suffix in (".shx", ".dbf") if _sibling(path, suffix) is None]
    return [("text.parts_missing", {"parts": ", ".join(missing)})] if missing else []


def _sibling(path: Path, suffix: str) -> Path | None:
    wanted = (path.stem + suffix).lower()
    return next((found for found in path.parent.iterdir() if found.name.lower() == wanted), None)


def _codec_of(path: Path, dbf: Path, told: str | None) -> tuple[str, list[Told]]:
    """Return the codec by the attributes' own bytes, and where the .cpg or the header says another."""
    evidence = judge_bytes([words_of(dbf)])
    page = _sibling(path, ".cpg")
    name = page.read_bytes()[:64].decode("ascii", errors="replace").strip() if page is not None else ""
    said = _codec_named(name) if page is not None else None
    driver = _driver(dbf)
    found = evidence.encoding or "utf-8"
    if evidence.verdict == "ascii" or told is not None:
        return told or said or found, []
    if evidence.encoding is None or evidence.verdict == "unclear":
        # The bytes can't tell; what the file says of itself stands, if it can be read so at all.
        return said or driver or "latin-1", [] if said or driver else [("text.evidence", {"evidence": evidence})]
    shown = {"encoding": shown_name(found)}
    if page is not None and (said is None or not _same(said, found)):
        return found, [("text.cpg_wrong", {**shown, "said": name or "?"})]
    if page is None and driver is not None and not _same(driver, found):
        return found, [("text.ldid_wrong", {**shown, "said": shown_name(driver)})]
    if page is None and driver is None:
        return found, [("text.cpg_missing", shown)]
    return found, []


def shown_name(codec: str) -> str:
    """Return a codec's name as users write it.

    Examples
    --------
    >>> shown_name("gb18030"), shown_name("utf-8-sig")
    ('GB18030', 'UTF-8')
    """
    return {"utf-8-sig": "UTF-8", "big5": "Big5"}.get(codec, codec.upper())


def _driver(dbf: Path) -> str | None:
    """Return the codec that the header's language driver stands for."""
    with dbf.open("rb") as file:
        mark = file.read(_LDID + 1)[_LDID:]
    return _DRIVERS.get(mark[0]) if mark else None


def _same(one: str, other: str) -> bool:
    family = {"gbk": "gb18030", "gb2312": "gb18030", "utf-8-sig": "utf-8", "big5hkscs": "big5", "cp950": "big5"}
    return family.get(one, one) == family.get(other, other)


def _codec_named(name: str) -> str | None:
    try:
        return codecs.lookup(_CODE_PAGES.get(name.lower(), name.lower())).name
    except (LookupError, ValueError):
        return None


def _names_cut(raw: Sequence[str], fields: Sequence[str]) -> list[Told]:
    """Tell which names of fields are as long as dBase allows: they may have been longer."""
    full = [name for before, name in zip(raw, fields, strict=True) if len(before) >= FIELD_NAME_BYTES]
    split = [name for name in full if "�" in name]
    return [("text.names_cut", {"columns": full, "split": len(split)})] if full else []


def _own(text: str, codec: str | None) -> str:
    if codec is None or text.isascii():
        return text
    return text.encode(_RAW, errors="replace").decode(codec, errors="replace")


def _text_of(column: NDArray[Any], codec: str | None) -> pa.Array:
    if column.dtype == object:
        texts = [None if cell is None else _own(str(cell), codec) for cell in column]
        return pa.array(
            [None if one is None else one.encode("utf-8", "replace").decode() for one in texts], pa.large_string()
        )
    return pa.array(to_text(pd.Series(column)), pa.large_string(), from_pandas=True)


def _broken(path: Path) -> InputRefused:
    return InputRefused(f"{path.name}: the file can't be read. Remedy: export it again; it may be cut off or damaged.")
