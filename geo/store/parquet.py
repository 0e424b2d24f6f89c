"""Layers as Parquet: how rows are ordered and written, and how they come back in the layer's types."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.ahead import read_ahead
from geo.errors import StoreError
from geo.layers import Layer
from geo.store.files import fault
from geo.store.manifest import REPAIR, Release
from geo.store.staged import StagedRows, layer_schema, repeated_columns

__all__ = ["read_layer", "write_frame"]

# Events lie grid by grid and by time within: on 2 M records over 10,000 grids duckdb counted a year per grid and class
# in 145 ms of CPU (200 by time alone), all days in 136 (424), one grid's in 9 (54), one month and class in 72 (19).
_EVENT_ORDER = ("grid_id", "found_at")
# duckdb's own size: a row group is what one of its threads takes at a time, and what statistics let it leave out.
_ROWS_PER_GROUP = 122_880
_COMPRESSION = "zstd"
_SORT_MEMORY, _SORT_THREADS = "400MB", 2
_GEOPARQUET = "1.1.0"


def write_frame(frame: pd.DataFrame | StagedRows, path: Path, *, layer: Layer) -> None:
    """Write a checked layer; the same rows in any order give the same file, staged or not.

    Parameters
    ----------
    frame
        Rows of the layer, as `geo.layers.check_layer` returns them; staged ones are sorted beside the file.
    path
        File to write; GeoParquet 1.1 if the layer has a geometry.
    layer
        What the layer is.
    """
    if isinstance(frame, StagedRows):
        with closing(read_ahead(_sort_staged(frame, layer))) as tables:
            _write_tables(tables, path, layer)
        return
    rows = _in_order(frame, layer)
    if isinstance(rows, gpd.GeoDataFrame):
        rows.to_parquet(
            path, index=False, schema_version=_GEOPARQUET, row_group_size=_ROWS_PER_GROUP, **_options(layer)
        )
    else:
        table = pa.Table.from_pandas(rows, schema=layer_schema(layer), preserve_index=False)
        _write_tables(
            (table.slice(first, _ROWS_PER_GROUP) for first in range(0, len(rows), _ROWS_PER_GROUP)), path, layer
        )


def _options(layer: Layer) -> dict[str, Any]:
    return {"compression": _COMPRESSION, "use_dictionary": repeated_columns(layer) or False}


def _write_tables(tables: Iterable[pa.Table], path: Path, layer: Layer) -> None:
    """Write tables, each a row group: the same groups give the same file."""
    with pq.ParquetWriter(path, layer_schema(layer), **_options(layer)) as writer:
        for table in tables:
            writer.write_table(table.combine_chunks(), row_group_size=_ROWS_PER_GROUP)


def _sort_staged(staged: StagedRows, layer: Layer) -> Generator[pa.Table]:
    """Give the rows of a staged layer in order, a row group at a time; what memory can't hold goes to the disk."""
    order = ", ".join(f'"{column}" NULLS LAST' for column in _order(layer))
    schema = layer_schema(layer)
    names = ", ".join(f'"{name}"' for name in schema.names)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _SORT_MEMORY,
        "temp_directory": str(staged.path.parent),
        "threads": _SORT_THREADS,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=settings) as database:
        file = str(staged.path).replace("'", "''")
        query = f"SELECT {names} FROM read_parquet('{file}', hive_partitioning = false) ORDER BY {order}"  # noqa: S608
        rest = schema.empty_table()
        for batch in database.sql(query).to_arrow_reader(_ROWS_PER_GROUP):
            rest = pa.concat_tables([rest, pa.Table.from_batches([batch]).cast(schema)])
            while len(rest) >= _ROWS_PER_GROUP:
                yield rest.slice(0, _ROWS_PER_GROUP)
                rest = rest.slice(_ROWS_PER_GROUP)
        if len(rest):
            yield rest


def read_layer(release: Release, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a layer of a release.

    Parameters
    ----------
    release
        The release to read from.
    name
        Layer to read.
    columns
        Columns to read, in the order wanted; all if None.

    Returns
    -------
    DataFrame or GeoDataFrame
        A GeoDataFrame in EPSG:4326 if the geometry is among the columns. Text is ``str``, whole numbers are ``Int64``,
        moments and days ``datetime64[ms]`` in the wall time of the release's zone. Events lie by grid and by time.

    Raises
    ------
    StoreError
        When the release has no such layer or column, or the file is missing, torn or altered.
    """
    path = release.path(name)
    file = release.layers[name]
    wanted = list(columns) if columns is not None else list(file.columns)
    unknown = [column for column in wanted if column not in file.columns]
    if unknown:
        raise StoreError(
            f"layer {name} of release {release.number} has no column {', '.join(unknown)}. "
            f"Remedy: ask for one of {', '.join(file.columns)}"
        )
    try:
        frame = _read(path, wanted)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise fault(path, "the layer's file has been altered", REPAIR) from error
    types = {column: dtype for column, dtype in file.schema if column in wanted and dtype != "geometry"}
    return frame.astype(types)


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    rows: pd.DataFrame
    if "geometry" in columns:
        rows = gpd.read_parquet(path, columns=columns)
    else:
        # Without partitioning: a store in a folder named a=b would give every layer a column a.
        rows = pq.read_table(path, columns=columns, partitioning=None).to_pandas()
    return rows


def _in_order(frame: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    order = _order(layer)
    rows = frame.sort_values(order, kind="stable", ignore_index=True) if order else frame.reset_index(drop=True)
    # Attributes of a frame would travel into the file unseen.
    rows.attrs = {}
    return rows


def _order(layer: Layer) -> list[str]:
    first = _EVENT_ORDER if layer.kind == "event" else ()
    return list(dict.fromkeys((*first, *layer.key)))
