"""Areas with their values as GeoParquet 1.1."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow.parquet as pq

from geo.export.files.about import origin
from geo.export.files.content import Content
from geo.export.files.layers import area_frame
from geo.export.files.systems import as_system

__all__ = ["write_geoparquet"]

_SCHEMA = "1.1.0"


def write_geoparquet(content: Content, out: Path) -> None:
    """Write areas as GeoParquet 1.1, in the table's own types; what it says of itself is its key ``maplegrid``."""
    release, values, asked = content.release, content.values, content.asked
    made = io.BytesIO()
    frame = as_system(area_frame(release, values, asked.lang), content.system)
    frame.to_parquet(made, index=False, schema_version=_SCHEMA, geometry_encoding="WKB")
    made.seek(0)
    table = pq.read_table(made)
    told = origin(release, values, lang=asked.lang, created_at=asked.created_at, system=content.system)
    own = {b"maplegrid": json.dumps(told, ensure_ascii=False).encode()}
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **own}), out, compression="zstd")
