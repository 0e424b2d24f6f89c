"""Files that would cost memory or time without end, or reach out of themselves, each small or written at once."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from tests.bad_input.books import shared_texts, write_book
from tests.bad_input.old_book import write_old_book
from tests.bad_input.zips import overlapping_zip, quick_bomb, write_bomb, write_zip

__all__ = ["ATTACKS", "Attack", "Make", "cell_csv", "nested_json"]

#: Writes the file into a folder and returns its path.
Make = Callable[[Path], Path]
MEGABYTE = 1 << 20
_AREAS = gpd.GeoDataFrame({"code": ["1", "2"]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=4326)
_FEATURE = b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{%s},"geometry":%s}]}'


class Attack:
    """How a file is made, and what is said of it."""

    def __init__(self, make: Make, told: str) -> None:
        self.make, self.told = make, told


def cell_csv(folder: Path, *, megabytes: int, quote: bytes = b'"', piece: bytes = b"x" * MEGABYTE) -> Path:
    """Write a cell of many megabytes."""
    path = folder / "cell.csv"
    with path.open("wb") as file:
        file.write(b"id,kind\n1,a\n2," + quote)
        for _ in range(megabytes):
            file.write(piece)
        file.write(quote + b"\n")
    return path


def nested_json(folder: Path, opening: bytes, closing: bytes, *, times: int) -> Path:
    """Write brackets within brackets."""
    path = folder / "deep.geojson"
    path.write_bytes(_FEATURE % (b'"a":' + opening * times + b"1" + closing * times, b"null"))
    return path


def _nested_coordinates(folder: Path) -> Path:
    path = folder / "deep.geojson"
    deep = b"[" * 1_000_000 + b"]" * 1_000_000
    path.write_bytes(_FEATURE % (b"", b'{"type":"Polygon","coordinates":' + deep + b"}"))
    return path


def _write(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _book(name: str, rows: list[bytes], shared: bytes | None = None) -> Make:
    return lambda folder: write_book(folder / name, rows, shared=shared)


def _zip_in_zip(folder: Path) -> Path:
    inner = write_bomb(folder / "inner.zip", "a.csv", megabytes=20)
    path = write_zip(folder / "nested.zip", {"inner.zip": inner.read_bytes()})
    inner.unlink()
    return path


def _geopackage(*statements: str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "a.gpkg"
        _AREAS.to_file(path, layer="areas")
        with closing(sqlite3.connect(path)) as base, base:
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{name}"')
            base.execute("DROP TABLE rtree_areas_geom")
            for statement in statements:
                base.execute(statement)
        return path

    return make


def _many_shapes_of_the_same_bytes(folder: Path) -> Path:
    """Write a shape of 3 MB, and an index that names it five thousand times."""
    path = folder / "a.shp"
    _AREAS.to_file(path)
    ring = np.zeros((200_000, 2))
    body = struct.pack("<i4dii", 5, 0, 0, 1, 1, 1, len(ring)) + struct.pack("<i", 0) + ring.tobytes()
    head = bytearray(path.read_bytes()[:100])
    head[24:28] = struct.pack(">i", (108 + len(body)) // 2)
    path.write_bytes(head + struct.pack(">ii", 1, len(body) // 2) + body)
    head[24:28] = struct.pack(">i", (100 + 8 * 5000) // 2)
    path.with_suffix(".shx").write_bytes(head + struct.pack(">ii", 50, len(body) // 2) * 5000)
    table = path.with_suffix(".dbf").read_bytes()
    start, width = struct.unpack("<HH", table[8:12])
    rows = table[start : start + width] * 5000
    path.with_suffix(".dbf").write_bytes(table[:4] + struct.pack("<I", 5000) + table[8:start] + rows)
    return path


def _parquet_of_one_long_text(folder: Path) -> Path:
    """Write a million rows that are all the same text of 100,000 characters."""
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, dtype=np.int32)), pa.array(["x" * 100_000]))
    pq.write_table(pa.table({"code": texts}), folder / "a.parquet", store_schema=False)
    return folder / "a.parquet"


def _parquet(**columns: object) -> Make:
    def make(folder: Path) -> Path:
        pq.write_table(pa.table(columns), folder / "a.parquet", compression="zstd")
        return folder / "a.parquet"

    return make


def _old_book_of_a_size_that_lies(folder: Path) -> Path:
    path = write_old_book(folder / "a.xls", [["id", "kind"], ["1", "a"]])
    raw = path.read_bytes()
    size = raw.index(b"\x00\x02\x0e\x00") + 4
    path.write_bytes(raw[:size] + struct.pack("<IIHH", 0, 0xFFFFFFF0, 0, 0xFFF0) + raw[size + 12 :])
    return path


_CELL = b"<c><v>1</v></c>"
_PIPELINE = {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read http://127.0.0.1:1/a.json"}
_VRT = b'<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'

#: Name of the attack → how the file is made and what must be said of it, by the doctor and by the import.
ATTACKS: Mapping[str, Attack] = {
    "a cell of 60 MB": Attack(lambda folder: cell_csv(folder, megabytes=60), "row|line"),
    "a bare cell of 60 MB": Attack(lambda folder: cell_csv(folder, megabytes=60, quote=b""), "row|line"),
    "a cell of 60 MB in GBK": Attack(
        lambda folder: cell_csv(folder, megabytes=60, quote=b"", piece="网格".encode("gbk") * (MEGABYTE // 4)),
        "row|line",
    ),
    "a million columns": Attack(_write("a.csv", b"a," * 1_000_000 + b"a\n1\n"), "columns"),
    "a million named columns": Attack(
        _write("a.csv", ",".join(f"c{place}" for place in range(1_000_000)).encode() + b"\n1\n"), "columns"
    ),
    "a hundred million empty bytes": Attack(_write("a.csv", bytes(100_000_000)), "not a text file"),
    "a zip bomb": Attack(lambda folder: quick_bomb(folder / "a.zip", "a.csv", megabytes=100), "200 times its size"),
    "a zip of overlapping files": Attack(
        lambda folder: overlapping_zip(folder / "a.zip", [f"{n}.csv" for n in range(5000)], bytes(MEGABYTE)), "several"
    ),
    "a zip in a zip": Attack(_zip_in_zip, "a zip in a zip"),
    "a zip that climbs": Attack(lambda folder: write_zip(folder / "a.zip", {"../../a.csv": b"id\n1\n"}), "leads out"),
    "a bomb of a workbook": Attack(lambda folder: quick_bomb(folder / "a.xlsx", "xl/a.xml", megabytes=1100), "unpacks"),
    "a workbook of overlapping sheets": Attack(
        lambda folder: overlapping_zip(folder / "a.xlsx", [f"xl/{n}.xml" for n in range(5000)], bytes(MEGABYTE)),
        "unpacks",
    ),
    "a cell far out": Attack(_book("a.xlsx", [b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']), "too much"),
    "cells without a place": Attack(
        _book("a.xlsx", [b"<row/>" * 1_000_000, b"<row>" + _CELL * 2000 + b"</row>"]), "too much"
    ),
    "a text in a hundred thousand cells": Attack(
        _book("a.xlsx", [b"<row>" + b'<c t="s"><v>0</v></c>' * 100_000 + b"</row>"], shared_texts(b"x" * 32_000)),
        "too much",
    ),
    "a count that lies": Attack(
        _book("a.xlsx", [b"<row>" + _CELL + b"</row>"], shared_texts(b"x", count=4_294_967_295)), "too much"
    ),
    "a cell of 10 MB in a workbook": Attack(
        _book("a.xlsx", [b'<row><c t="inlineStr"><is><t>' + b"x" * 10 * MEGABYTE + b"</t></is></c></row>"]),
        "131,072 characters",
    ),
    "an old workbook of a size that lies": Attack(_old_book_of_a_size_that_lies, "can't be read"),
    "lists without end": Attack(lambda folder: nested_json(folder, b"[", b"]", times=1_000_000), "brackets"),
    "objects without end": Attack(lambda folder: nested_json(folder, b'{"a":', b"}", times=1_000_000), "brackets"),
    "coordinates without end": Attack(_nested_coordinates, "brackets"),
    "a text of 60 MB in a map": Attack(
        _write("a.geojson", _FEATURE % (b'"a":"' + b"x" * 60 * MEGABYTE + b'"', b"null")), "131,072 characters"
    ),
    "a million attributes": Attack(
        _write("a.geojson", _FEATURE % (",".join(f'"c{place}":1' for place in range(1_000_000)).encode(), b"null")),
        "attributes",
    ),
    "a map that is a pipeline": Attack(_write("a.json", json.dumps(_PIPELINE).encode()), "leads to other files"),
    "a map that is a reference": Attack(_write("a.json", _VRT), "no JSON"),
    "a package that is a reference": Attack(_write("a.gpkg", _VRT), "no GeoPackage"),
    "a view without end": Attack(
        _geopackage(
            "ALTER TABLE areas RENAME TO kept",
            "CREATE VIEW areas AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) "
            "SELECT i AS fid, NULL AS geom, i AS code FROM r",
        ),
        "a view",
    ),
    "a column that is worked out": Attack(
        _geopackage("ALTER TABLE areas ADD COLUMN g TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL"),
        "worked out",
    ),
    "a default of a megabyte": Attack(
        _geopackage(
            f"ALTER TABLE areas ADD COLUMN g TEXT DEFAULT '{'x' * MEGABYTE}'",
            "INSERT INTO areas (code) WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 20) "
            "SELECT i FROM r",
        ),
        "131,072 characters",
    ),
    "five thousand times the same shape": Attack(_many_shapes_of_the_same_bytes, "more shapes than the file holds"),
    "a million times the same text": Attack(_parquet_of_one_long_text, "more than 4 GiB"),
    "fifty million rows of nothing": Attack(_parquet(code=pa.nulls(50_000_000, pa.int64())), "50,000,000 rows"),
    "a text of 60 MB in Parquet": Attack(_parquet(code=pa.array(["x" * 60 * MEGABYTE])), "131,072 characters"),
    "five thousand columns in Parquet": Attack(
        _parquet(**{f"c{place}": pa.array([1]) for place in range(5000)}), "columns"
    ),
}
