"""duckdb over a release: what it sees, in which types, and that it sees nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from geo.errors import StoreError
from geo.store import Store, connect
from tests.store.conftest import HEADER, make_incidents, make_officers


def test_each_layer_is_a_view(filled: Store) -> None:
    with connect(filled.release(1)) as connection:
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()
        counted = connection.execute("SELECT grid_id, count(*), max(found_at) FROM incidents GROUP BY ALL").fetchall()
    assert views == [("grids",), ("incidents",), ("officers",)]
    assert counted == [("g1", 3, datetime(2025, 1, 1, 2, 30))]


def test_moments_have_no_zone_and_geometry_is_wkb(filled: Store) -> None:
    with connect(filled.release(1)) as connection:
        query = (
            "SELECT typeof(found_at), typeof(households), typeof(geometry) FROM incidents JOIN grids USING (grid_id)"
        )
        assert connection.execute(query).fetchone() == ("TIMESTAMP", "BIGINT", "BLOB")


def test_each_release_has_views_of_its_own(filled: Store) -> None:
    first = connect(filled.release(1))
    second = connect(filled.publish({"incidents": make_incidents(8)}, **HEADER))
    counts = [connection.execute("SELECT count(*) FROM incidents").fetchone() for connection in (first, second)]
    assert counts == [(3,), (8,)]


def test_threads_ask_at_the_same_time(filled: Store) -> None:
    release = filled.release(1)

    def count(grid: str) -> int:
        with connect(release) as connection:
            row = connection.execute("SELECT count(*) FROM incidents WHERE grid_id = ?", [grid]).fetchone()
        assert row is not None
        return int(row[0])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(count, ["g1", "g2"] * 20)) == [3, 0] * 20


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('{other}')",
        "SELECT * FROM 'https://example.org/a.parquet'",
        "COPY (SELECT 1) TO '{other}'",
        "INSTALL spatial",
        "SET enable_external_access = true",
        "SET autoload_known_extensions = true",
    ],
)
def test_nothing_but_the_release_can_be_reached(filled: Store, tmp_path: Path, statement: str) -> None:
    other = tmp_path / "other.txt"
    other.write_text("something else")
    with connect(filled.release(1)) as connection, pytest.raises(duckdb.Error, match=r"disabled|lock|Cannot"):
        connection.execute(statement.format(other=other))
    assert other.read_text() == "something else"


def test_a_folder_with_special_signs_is_a_folder(tmp_path: Path) -> None:
    release = Store(tmp_path / "o'clock [old] *").publish({"officers": make_officers("p1", "p2")}, **HEADER)
    with connect(release) as connection:
        assert connection.execute("SELECT count(*) FROM officers").fetchone() == (2,)


def test_a_torn_release_is_told_before_it_is_asked(filled: Store) -> None:
    release = filled.release(1)
    connect(release).close()
    release.path("incidents").write_bytes(b"PAR1")
    with pytest.raises(StoreError, match="the layer's file is torn"):
        connect(release)
