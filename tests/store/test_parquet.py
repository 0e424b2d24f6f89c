"""Layers go into files and come back as they were: types, order, geometry, what QGIS and duckdb find."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.errors import StoreError
from geo.layers import LAYERS
from geo.store import Store, connect, read_layer
from tests.store.conftest import HEADER, make_grids, make_incidents


def test_types_come_back_as_the_layer_has_them(filled: Store) -> None:
    release = filled.release(1)
    for name in release.layers:
        layer = read_layer(release, name)
        assert {column: str(dtype) for column, dtype in layer.dtypes.items()} == dict(LAYERS[name].dtypes)
        assert release.layers[name].columns == tuple(layer.columns)


def test_areas_come_back_with_geometry_and_crs(filled: Store) -> None:
    grids = read_layer(filled.release(1), "grids")
    assert isinstance(grids, gpd.GeoDataFrame)
    assert grids.crs.to_epsg() == 4326
    assert grids.geometry.iloc[1].equals(make_grids("g1", "g2").geometry.iloc[1])


def test_missing_values_come_back_missing(filled: Store) -> None:
    grids = read_layer(filled.release(1), "grids")
    assert grids["households"].tolist() == [350, pd.NA]
    assert grids["kind"].isna().all()
    assert grids["residents"].isna().all()


def test_counts_too_long_for_a_float_come_back_beside_missing_ones(store: Store) -> None:
    residents = pd.Series([2**53 + 1, None], dtype="Int64")
    release = store.publish({"grids": make_grids("g1", "g2").assign(residents=residents)}, **HEADER)
    assert read_layer(release, "grids", columns=["residents"])["residents"].tolist() == [2**53 + 1, pd.NA]


def test_a_folder_that_looks_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    release = Store(tmp_path / "name=old").publish(
        {"grids": make_grids("g1"), "incidents": make_incidents(1)}, **HEADER
    )
    assert read_layer(release, "incidents")["class"].tolist() == ["theft"]
    assert read_layer(release, "grids")["name"].tolist() == ["g1"]
    with connect(release) as connection:
        assert connection.execute("SELECT name FROM grids").fetchall() == [("g1",)]


def test_moments_keep_their_wall_time_to_the_millisecond(store: Store) -> None:
    moment = pd.Timestamp("2025-03-30 02:30:15.123")
    incidents = make_incidents(1, grid=None).assign(found_at=moment)
    release = store.publish({"incidents": incidents}, **HEADER)
    assert read_layer(release, "incidents")["found_at"].tolist() == [moment]


def test_only_the_columns_asked_for_are_read(filled: Store) -> None:
    release = filled.release(1)
    assert list(read_layer(release, "incidents", columns=["placed", "record_id"])) == ["placed", "record_id"]
    names = read_layer(release, "grids", columns=["name"])
    assert not isinstance(names, gpd.GeoDataFrame)
    assert isinstance(read_layer(release, "grids", columns=["geometry", "name"]), gpd.GeoDataFrame)


def test_an_unknown_column_or_layer_is_told(filled: Store) -> None:
    with pytest.raises(StoreError, match=r"layer grids of release 1 has no column colour.*one of grid_id, name"):
        read_layer(filled.release(1), "grids", columns=["colour"])
    with pytest.raises(StoreError, match=r"release 1 has no layer 'hazards'.*Remedy: import hazards"):
        read_layer(filled.release(1), "hazards")


def test_a_file_altered_inside_is_named_when_it_is_read(filled: Store) -> None:
    path = filled.release(1).path("incidents")
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(StoreError, match=f"{path.name}: the layer's file has been altered. Remedy"):
        read_layer(filled.release(1), "incidents")


def test_events_lie_by_grid_and_time(store: Store) -> None:
    incidents = make_incidents(4).iloc[::-1].assign(grid_id=pd.Series(["g2", "g1", None, "g2"]))
    release = store.publish({"grids": make_grids("g2", "g1"), "incidents": incidents}, **HEADER)
    rows = read_layer(release, "incidents")
    # i1 is in g1, i0 and i3 in g2, i2 nowhere.
    assert rows["record_id"].tolist() == ["i1", "i0", "i3", "i2"]
    assert read_layer(release, "grids")["grid_id"].tolist() == ["g1", "g2"]


def test_files_are_what_other_programs_expect(filled: Store) -> None:
    release = filled.release(1)
    file = pq.ParquetFile(release.path("grids"))
    geo = json.loads(file.metadata.metadata[b"geo"])
    assert (geo["version"], geo["columns"]["geometry"]["encoding"]) == ("1.1.0", "WKB")
    chunk = pq.ParquetFile(release.path("incidents")).metadata.row_group(0).column(1)
    assert (chunk.path_in_schema, chunk.compression) == ("class", "ZSTD")
    assert "RLE_DICTIONARY" in chunk.encodings


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
ROWS = st.lists(st.tuples(st.none() | ANY_TEXT, st.integers(0, 2**63 - 1)), max_size=8)


@settings(max_examples=10, deadline=None)
@given(rows=ROWS)
def test_any_text_and_any_count_survive(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]]) -> None:
    names = pd.Series([name for name, _ in rows], dtype="str")
    ranks = pd.Series([rank for _, rank in rows], dtype="Int64")
    points = gpd.GeoSeries([Point(0, 0)] * len(rows), crs="EPSG:4326")
    background = gpd.GeoDataFrame({"kind": "town", "name": names, "rank": ranks, "geometry": points})
    release = Store(tmp_path_factory.mktemp("store")).publish({"background": background}, **HEADER)
    back = read_layer(release, "background")
    assert [(None if pd.isna(name) else name) for name in back["name"]] == [name for name, _ in rows]
    assert back["rank"].tolist() == [rank for _, rank in rows]
