"""A county of two stations and four grids, as files and recipes, for the tests of the intake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

RELEASE = '[release]\ntitle = "Test county"\ntime_zone = "Asia/Shanghai"\nas_of = 2025-12-31\n'


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A folder with stations s1 (west) and s2 (east), grids g1 to g4 from west to east, and recipes for both.

    A grid is 0.1 by 0.1 degrees, from 120.0 E, 30.0 N; a station holds two.
    """
    boxes = [shapely.box(120 + west / 10, 30, 120.1 + west / 10, 30.1) for west in range(4)]
    codes = {"code": ["g1", "g2", "g3", "g4"], "station": ["s1", "s1", "s2", "s2"]}
    gpd.GeoDataFrame(codes, geometry=boxes, crs=4326).to_file(tmp_path / "grids.geojson")
    halves = [shapely.box(120, 30, 120.2, 30.1), shapely.box(120.2, 30, 120.4, 30.1)]
    gpd.GeoDataFrame({"code": ["s1", "s2"]}, geometry=halves, crs=4326).to_file(tmp_path / "stations.geojson")
    (tmp_path / "grids.toml").write_text(
        'layer = "grids"\nfile = "grids.geojson"\n[columns]\ngrid_id = "code"\nstation_id = "station"\n'
        f'[templates]\nname = "Grid {{code}}"\n{RELEASE}',
        encoding="utf-8",
    )
    (tmp_path / "stations.toml").write_text(
        f'layer = "stations"\nfile = "stations.geojson"\n[columns]\nstation_id = "code"\nname = "code"\n{RELEASE}',
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def write_incidents(county: Path) -> Callable[..., Path]:
    """Write a file of incidents and its recipe; return the recipe."""

    def write(text: str, *, more: str = "", columns: str = "", encoding: str = "utf-8") -> Path:
        (county / "incidents.csv").write_bytes(text.encode(encoding))
        recipe = county / "incidents.toml"
        recipe.write_text(
            'layer = "incidents"\nfile = "incidents.csv"\n'
            f'{more}\n[columns]\nrecord_id = "id"\nclass = "class"\nfound_at = "date"\nlon = "lon"\nlat = "lat"\n'
            f'{columns}\n[constants]\nsource = "reported"\n{RELEASE}',
            encoding="utf-8",
        )
        return recipe

    return write
