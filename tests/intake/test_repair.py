"""Repairs that a recipe asks for: each is done, counted, and done to nothing else; the file stays as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import LayerError, RecipeError
from geo.intake import LayerReport, import_recipes
from geo.intake.recipes.file import load_recipe
from geo.store import Store, read_layer
from tests.intake.doctor.test_areas import on_map, ring_with_gap, squares

AREA = shapely.box(120.0, 30.0, 120.02, 30.02)
LON, LAT = [120.005, 120.011, 120.015], [30.004, 30.012, 30.019]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One grid of two kilometres."""
    store = Store(tmp_path / "store")
    grids = gpd.GeoDataFrame({"grid_id": ["g1"], "name": ["g1"]}, geometry=[AREA], crs=4326)
    store.publish({"grids": grids}, as_of=date(2025, 12, 31), time_zone="Asia/Shanghai", title="One")
    return store


def take_in(folder: Path, store: Store, repair: str, lon: object, lat: object) -> tuple[LayerReport, pd.DataFrame]:
    """Import three hazards with a repair; return the report and the layer."""
    days = ["2025-03-01"] * 3
    rows = {"id": ["a", "b", "c"], "x": lon, "y": lat, "day": days, "class": ["fire"] * 3, "grade": ["general"] * 3}
    pd.DataFrame(rows).to_csv(folder / "hazards.csv", index=False)
    recipe = folder / "hazards.toml"
    recipe.write_text(
        f'layer = "hazards"\nfile = "hazards.csv"\nrepair = [{repair}]\n[constants]\nsource = "reported"\n'
        '[columns]\nrecord_id = "id"\nlon = "x"\nlat = "y"\nfound_at = "day"\nclass = "class"\ngrade = "grade"\n',
        encoding="utf-8",
    )
    before = (folder / "hazards.csv").read_bytes()
    (report,) = import_recipes([recipe], store).layers
    assert (folder / "hazards.csv").read_bytes() == before
    release = store.current()
    assert release is not None
    return report, read_layer(release, "hazards")


@pytest.mark.parametrize(("name", "shift"), [("datum:gcj02", wgs84_to_gcj02), ("datum:bd09", wgs84_to_bd09)])
def test_points_of_a_web_map_are_moved_back(tmp_path: Path, store: Store, name: str, shift: object) -> None:
    lon, lat = shift(LON, LAT)  # type: ignore[operator]
    report, hazards = take_in(tmp_path, store, f'"{name}"', lon, lat)
    assert hazards["lon"].tolist() == pytest.approx(LON, abs=1e-8)
    assert hazards["lat"].tolist() == pytest.approx(LAT, abs=1e-8)
    assert report.mended == {name: 3}
    assert f"mended             3  {name}" in "\n".join(report.lines())


def test_degrees_are_read_however_they_are_written(tmp_path: Path, store: Store) -> None:
    lon, lat = ["120°00′18″", "120,011", "120.015"], ["30.004", "北纬30度0分43.2秒", "30.019"]
    report, hazards = take_in(tmp_path, store, '"coordinates:written"', lon, lat)
    assert hazards["lon"].tolist() == pytest.approx(LON)
    assert hazards["lat"].tolist() == pytest.approx(LAT)
    assert report.mended == {"coordinates:written": 2}


def test_axes_are_swapped_after_they_are_read(tmp_path: Path, store: Store) -> None:
    report, hazards = take_in(tmp_path, store, '"coordinates:swap", "coordinates:written"', LAT, ["120,005", *LON[1:]])
    assert hazards["lon"].tolist() == pytest.approx(LON)
    assert hazards["placed"].tolist() == ["inside"] * 3
    assert report.mended == {"coordinates:written": 1, "coordinates:swap": 3}


def test_axes_of_points_are_swapped(tmp_path: Path, store: Store) -> None:
    rows = {"id": ["a", "b", "c"], "day": ["2025-03-01"] * 3, "class": ["fire"] * 3, "grade": ["general"] * 3}
    points = [shapely.Point(lat, lon) for lon, lat in zip(LON, LAT, strict=True)]
    gpd.GeoDataFrame(rows, geometry=points, crs=4326).to_file(tmp_path / "hazards.geojson")
    recipe = tmp_path / "hazards.toml"
    recipe.write_text(
        'layer = "hazards"\nfile = "hazards.geojson"\nrepair = ["coordinates:swap"]\n'
        '[constants]\nsource = "reported"\n'
        '[columns]\nrecord_id = "id"\nfound_at = "day"\nclass = "class"\ngrade = "grade"\n',
        encoding="utf-8",
    )
    (report,) = import_recipes([recipe], store).layers
    assert (report.mended, report.placed, report.unusable) == ({"coordinates:swap": 3}, {"inside": 3}, {})


def test_axes_of_areas_are_swapped(tmp_path: Path, store: Store) -> None:
    recipe = areas_recipe(tmp_path, [shapely.box(30.0, 120.0, 30.02, 120.02)])
    recipe.write_text('repair = ["coordinates:swap"]\n' + recipe.read_text(encoding="utf-8"), encoding="utf-8")
    (report,) = import_recipes([recipe], store).layers
    assert report.mended == {"coordinates:swap": 1}
    release = store.current()
    assert release is not None
    assert shapely.bounds(read_layer(release, "grids")["geometry"].iloc[0]).tolist() == [120.0, 30.0, 120.02, 30.02]


def test_a_repair_that_nobody_asked_for_is_not_done(tmp_path: Path, store: Store) -> None:
    lon, lat = wgs84_to_gcj02(LON, LAT)
    report, hazards = take_in(tmp_path, store, "", lon, lat)
    assert report.mended == {}
    assert hazards["lon"].tolist() == pytest.approx(np.asarray(lon).tolist())


def areas_recipe(folder: Path, shapes: list[shapely.Geometry], *, width: str = "2.0") -> Path:
    layer = gpd.GeoDataFrame({"code": [f"g{place}" for place in range(len(shapes))]}, geometry=shapes, crs=4326)
    layer.to_file(folder / "grids.gpkg")
    recipe = folder / "grids.toml"
    recipe.write_text(
        f'layer = "grids"\nfile = "grids.gpkg"\nclose_borders_m = {width}\n[columns]\ngrid_id = "code"\nname = "code"\n'
        '[release]\ntitle = "Squares"\nas_of = 2025-12-31\ntime_zone = "Asia/Shanghai"\n',
        encoding="utf-8",
    )
    return recipe


def test_narrow_gaps_and_overlaps_are_closed_and_told(tmp_path: Path) -> None:
    shapes = [*ring_with_gap(1), *on_map(shapely.box(299.5, 0, 400, 300))]
    store = Store(tmp_path / "store")
    (report,) = import_recipes([areas_recipe(tmp_path, shapes)], store).layers
    release = store.current()
    assert release is not None
    assert shapely.coverage_is_valid(read_layer(release, "grids")["geometry"].to_numpy())
    assert report.to_dict()["closed_borders"]["gaps"] == 1
    assert "borders closed: 1 gaps and 1 overlaps, 250 m²" in "\n".join(report.lines())


def test_wide_overlaps_are_refused_by_the_names_of_the_areas(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"grids\.gpkg.*1 overlaps are wider than 2 m, such as of g0 and g1.*QGIS"):
        import_recipes([areas_recipe(tmp_path, list(squares(-30)))], Store(tmp_path / "store"))


@pytest.mark.parametrize("width", ["0", "-1", "500", '"wide"', "true"])
def test_a_width_that_is_none_is_refused(tmp_path: Path, width: str) -> None:
    with pytest.raises(RecipeError, match=r"close_borders_m.*a width in metres"):
        load_recipe(areas_recipe(tmp_path, list(squares(0)), width=width))
