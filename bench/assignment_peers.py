"""Joins points to grids by SedonaDB or by DuckDB spatial, in whatever environment has them.

``PYTHON bench/assignment_peers.py sedonadb|duckdb FOLDER`` is run by `bench.assignment`; it needs nothing of this
project, and of packages the one it asks, pyarrow and numpy. FOLDER holds grids.parquet (rank, wkb) and points.parquet
(point, lon, lat). Both are in the peer's own memory and form before the clock runs, and the clock stops when all pairs
of a point and a grid are there as columns. Printed is one JSON line, with the seconds or with why there are none; the
smallest rank of each point, or -1, is written to found.npy.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["PEERS", "main"]

#: Gives the peer's version and what joins the points to the grids.
Prepared = tuple[str, Callable[[], Any]]
_PAIRS = "SELECT p.point AS point, g.rank AS rank FROM points p JOIN grids g ON ST_Intersects(g.geometry, p.geometry)"
_GRIDS = "SELECT rank, ST_GeomFromWKB(wkb) AS geometry FROM grids_read"
_POINTS = "SELECT point, ST_Point(lon, lat) AS geometry FROM points_read"


def main(arguments: list[str] | None = None) -> int:
    name, folder = sys.argv[1:] if arguments is None else arguments
    grids, points = (pq.read_table(Path(folder) / f"{table}.parquet") for table in ("grids", "points"))
    try:
        version, join = PEERS[name](grids, points)
    except ImportError as error:
        print(json.dumps({"missing": f"not installed: {error.name}"}))
        return 0
    start = time.perf_counter()
    pairs = join()
    seconds = time.perf_counter() - start
    nobody = len(grids)
    first = np.full(len(points), nobody, np.int64)
    np.minimum.at(first, pairs["point"].to_numpy(), pairs["rank"].to_numpy())
    np.save(Path(folder) / "found.npy", np.where(first == nobody, -1, first))
    print(json.dumps({"version": version, "seconds": seconds}))
    return 0


def prepare_sedonadb(grids: pa.Table, points: pa.Table) -> Prepared:
    """Load the tables into SedonaDB."""
    sedonadb: Any = importlib.import_module("sedonadb")
    engine = sedonadb.connect()
    for name, table, query in (("grids", grids, _GRIDS), ("points", points, _POINTS)):
        engine.create_data_frame(table).to_view(f"{name}_read")
        engine.sql(query).to_memtable().to_view(name)
    return sedonadb.__version__, lambda: pa.table(engine.sql(_PAIRS))


def prepare_duckdb(grids: pa.Table, points: pa.Table) -> Prepared:
    """Load the tables into DuckDB with its extension, which a package of the same version holds."""
    duckdb: Any = importlib.import_module("duckdb")
    (extension,) = importlib.import_module("duckdb_extension_spatial").__path__
    database = duckdb.connect()
    path = next(Path(extension).rglob("spatial.duckdb_extension"))
    database.execute(f"LOAD '{path}'")
    for name, table, query in (("grids", grids, _GRIDS), ("points", points, _POINTS)):
        database.register(f"{name}_read", table)
        database.execute(f"CREATE TABLE {name} AS {query}")
    return duckdb.__version__, lambda: database.sql(_PAIRS).to_arrow_table()


PEERS: dict[str, Callable[[pa.Table, pa.Table], Prepared]] = {"sedonadb": prepare_sedonadb, "duckdb": prepare_duckdb}


if __name__ == "__main__":
    raise SystemExit(main())
