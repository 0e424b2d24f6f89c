"""The index that is kept with a release answers as the one that was built, and is built once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from bench.areas import make_areas
from geo.intake import import_recipes
from geo.intake.assignment.kept import kept_index
from geo.intake.assignment.raster_index import GridIndex
from geo.intake.assignment.raster_parts import Table
from geo.maps import tiles_raster
from geo.store import Release, Store, read_layer

HEADER: dict[str, Any] = {"as_of": date(2025, 12, 31), "time_zone": "Asia/Shanghai", "title": "Made"}
RELEASE = '[release]\ntitle = "Made"\ntime_zone = "Asia/Shanghai"\nas_of = 2025-12-31\n'


def make_grids(count: int, *, seed: int) -> gpd.GeoDataFrame:
    areas = make_areas(count, seed=seed)[["grid_id", "geometry"]]
    return areas.assign(name=areas["grid_id"], village_id="v").sample(frac=1, random_state=seed)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A release of 120 crooked grids, given to the store in no order."""
    grids = make_grids(120, seed=3).drop(columns="village_id")
    return Store(tmp_path / "store").publish({"grids": grids}, **HEADER)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of grids of each index that is built."""
    sizes, build = list[int](), GridIndex.build

    def count(polygons: Sequence[Any], ids: Sequence[str]) -> GridIndex:
        sizes.append(len(ids))
        return build(polygons, ids)

    monkeypatch.setattr(GridIndex, "build", count)
    return sizes


def points_around(release: Release, *, seed: int) -> tuple[Any, Any]:
    """Points anywhere and on vertices of the grids."""
    shapes, random = read_layer(release, "grids").geometry, np.random.default_rng(seed)
    west, south, east, north = shapes.total_bounds
    anywhere = random.uniform([west - 0.01, south - 0.01], [east + 0.01, north + 0.01], (2_000, 2))
    points = np.concatenate([anywhere, shapely.get_coordinates(shapes.to_numpy())[::7]])
    return points[:, 0], points[:, 1]


def ask(release: Release) -> GridIndex:
    rows = read_layer(release, "grids")
    return kept_index(release, "grids", rows.geometry.to_numpy(), rows["grid_id"].tolist())


def test_what_is_read_back_answers_as_what_was_built(release: Release, built: list[int]) -> None:
    first, again = ask(release), ask(release)
    assert built == [120]
    assert again.lattice == first.lattice
    assert [type(value) for value in again.lattice] == [float] * 4 + [int] * 2
    for name in Table._fields:
        np.testing.assert_array_equal(getattr(again.table, name), getattr(first.table, name))
    lon, lat = points_around(release, seed=1)
    found = again.assign(lon, lat)
    np.testing.assert_array_equal(found, first.assign(lon, lat))
    assert len(np.unique(found)) > 100


def test_an_altered_one_is_built_again_and_answers_right(release: Release, built: list[int]) -> None:
    lon, lat = points_around(release, seed=2)
    expected = ask(release).assign(lon, lat)
    (path,) = (release.root / "derived").iterdir()
    content = np.fromfile(path, np.uint8)
    content[len(content) // 2 :] ^= 3
    path.write_bytes(content.tobytes())
    np.testing.assert_array_equal(ask(release).assign(lon, lat), expected)
    assert built == [120, 120]


def test_other_grids_have_another_index(release: Release, built: list[int]) -> None:
    ask(release)
    grids = make_grids(90, seed=4).drop(columns="village_id")
    other = Store(release.root).publish({"grids": grids}, **HEADER)
    rows = read_layer(other, "grids")
    lon, lat = points_around(other, seed=5)
    found = ask(other).assign(lon, lat)
    assert built == [120, 90]
    np.testing.assert_array_equal(
        found, GridIndex.build(rows.geometry.to_numpy(), rows["grid_id"].tolist()).assign(lon, lat)
    )


def test_grids_in_another_order_get_an_index_of_their_own(release: Release, built: list[int]) -> None:
    ask(release)
    rows = read_layer(release, "grids").iloc[::-1]
    lon, lat = points_around(release, seed=6)
    found = kept_index(release, "grids", rows.geometry.to_numpy(), rows["grid_id"].tolist()).assign(lon, lat)
    forth = ask(release).assign(lon, lat)
    np.testing.assert_array_equal(np.where(found < 0, -1, 119 - found), forth)
    assert built == [120, 120]


def test_tiles_open_what_was_kept(release: Release, built: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    lon, lat = points_around(release, seed=7)
    expected = ask(release).assign(lon, lat)
    ground = tiles_raster.tile_ground(release, "grid")
    np.testing.assert_array_equal(ground.index.assign(lon, lat), expected)
    assert built == [120]
    rows = read_layer(release, "grids")
    assert ground.ids.tolist() == rows["grid_id"].tolist()
    for area in (0, 57, 119):
        assert shapely.equals(shapely.Polygon(ground.rings_of(area)[0]), rows.geometry[area])


def test_an_import_opens_what_was_kept(
    release: Release, built: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.intake.records._ROWS_FOR_INDEX", 1)
    lon, lat = points_around(release, seed=8)
    rows = [
        f"{number},theft,2025-03-01,{x!r},{y!r}"
        for number, (x, y) in enumerate(zip(*map(np.ndarray.tolist, (lon, lat)), strict=True))
    ]
    (tmp_path / "incidents.csv").write_text("id,class,date,lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "incidents.toml").write_text(
        'layer = "incidents"\nfile = "incidents.csv"\n[columns]\nrecord_id = "id"\nclass = "class"\n'
        f'found_at = "date"\nlon = "lon"\nlat = "lat"\n[constants]\nsource = "reported"\n{RELEASE}',
        encoding="utf-8",
    )
    expected = ask(release).assign(lon, lat)
    store = Store(release.root)
    import_recipes([tmp_path / "incidents.toml"], store)
    assert built == [120]
    current = store.current()
    assert current is not None
    loaded = read_layer(current, "incidents")
    inside = loaded[loaded["placed"] == "inside"]
    codes = read_layer(release, "grids")["grid_id"].to_numpy(dtype=object)
    told = dict(zip(inside["record_id"].astype(int), inside["grid_id"], strict=True))
    assert told == {number: codes[at] for number, at in enumerate(expected) if at >= 0}
