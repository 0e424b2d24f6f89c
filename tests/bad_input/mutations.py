"""Good files of every kind, real ones among them, and ways to spoil them."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from tests.bad_input.books import shared_texts, write_book
from tests.bad_input.old_book import write_old_book
from tests.shared_files import SHARED

__all__ = ["GOOD", "spoil", "write_good"]

_AREAS = gpd.GeoDataFrame(
    {"code": [f"33068110929{place}" for place in range(8)], "名称": [f"枫源村{place}格" for place in range(8)]},
    geometry=[shapely.box(120 + place, 30, 121 + place, 31) for place in range(8)],
    crs=4326,
)
_ROWS = [[f"{place:04d}", "枫源村", "2025-03-01", "120.1", "30.2"] for place in range(60)]
_NAMES = ["id", "kind", "日期", "lon", "lat"]
# What readers trip over, beside bytes by chance: ends of ranges, signs that open and do not close, marks of formats.
_PIECES: Sequence[bytes] = (
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b'"',
    b"\n",
    b"\r",
    b",",
    b"{",
    b"[",
    b"]",
    b"}",
    b"\\",
    b"<",
    b"&",
    b"NaN",
    b"1e999",
    b"-1",
    b"99999999999999999999",
    b"\xef\xbb\xbf",
    b"\x81\x30",
    b"PK\x01\x02",
    b"null",
)

#: Endings, with a word before where two files have the same.
GOOD = ("utf-8.csv", "gbk.csv", "book.xlsx", "old.xls", "map.geojson", "map.zip", "map.gpkg", "map.parquet")
_REAL: Mapping[str, tuple[str, ...]] = {
    "utf-8.csv": ("cn-divisions-zhejiang", "villages_zhuji_330681.csv"),
    "map.geojson": ("cn-osm-qixinzhuang", "qixinzhuang.geojson"),
}
_REAL_BYTES = 200_000


def write_good(folder: Path, *, real: bool = False) -> dict[str, Path]:
    """Write a good file of each kind; of some kinds the begin of a real one, where the shared files are there."""
    table = pd.DataFrame(_ROWS, columns=_NAMES)
    paths = {name: folder / name for name in GOOD}
    table.to_csv(paths["utf-8.csv"], index=False)
    table.to_csv(paths["gbk.csv"], index=False, encoding="gbk")
    cells = [b'<c t="s"><v>%d</v></c>' % place for place in range(5)]
    rows = [b"<row>" + b"".join(cells) + b"</row>", *[b"<row>" + b"<c><v>1.5</v></c>" * 5 + b"</row>"] * 20]
    write_book(paths["book.xlsx"], rows, shared=shared_texts(*[name.encode() for name in _NAMES]))
    write_old_book(paths["old.xls"], [_NAMES, *_ROWS])
    _AREAS.to_file(paths["map.geojson"])
    _AREAS.to_file(paths["map.gpkg"])
    _AREAS.to_parquet(paths["map.parquet"])
    _AREAS.to_file(folder / "s.shp", encoding="utf-8")
    with zipfile.ZipFile(paths["map.zip"], "w", zipfile.ZIP_DEFLATED) as bundle:
        for part in sorted(folder.glob("s.*")):
            bundle.write(part, part.name)
            part.unlink()
    for name, parts in _REAL.items() if real else ():
        source = SHARED.joinpath("data", *parts)
        if source.exists():
            paths[name].write_bytes(source.read_bytes()[:_REAL_BYTES])
    return paths


def spoil(raw: bytes, chance: random.Random) -> bytes:
    """Return bytes that were changed in one to eight ways."""
    for _ in range(chance.randint(1, 8)):
        raw = chance.choice(_WAYS)(raw, chance)
    return raw


def _flip(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) or 1)
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]


def _put(raw: bytes, chance: random.Random) -> bytes:
    at, piece = chance.randrange(len(raw) or 1), chance.choice(_PIECES)
    # In the place of other bytes, so that what stands behind keeps its place; or between.
    return raw[:at] + piece + raw[at + (len(piece) if chance.random() < 0.7 else 0) :]


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) or 1)] if chance.random() < 0.2 else raw


def _take_out(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) or 1)
    return raw[:at] + raw[at + chance.randrange(64) :]


def _repeat(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) or 1)
    piece = raw[at : at + chance.randrange(1, 64)]
    return raw[:at] + piece * chance.randrange(2, 200) + raw[at:]


_WAYS: Sequence[Callable[[bytes, random.Random], bytes]] = (_flip, _flip, _put, _put, _cut, _take_out, _repeat)
