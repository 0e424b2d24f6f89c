from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import LayerError
from geo.intake.placing import compare_recorded, find_coordinates, grid_parents, place_rows
from geo.intake.recipes.recipe import Placement, Recipe, Recorded

GRIDS = gpd.GeoDataFrame(
    {"grid_id": ["g1", "g2"], "station_id": ["s1", "s2"]},
    geometry=[shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)],
    crs=4326,
)


def recipe(**more: object) -> Recipe:
    columns = {"lon": "x", "lat": "y"}
    return Recipe(path=Path("r.toml"), layer="incidents", file="a.csv", columns=columns, **more)  # type: ignore[arg-type]


def rows(*points: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(points, columns=["lon", "lat"], index=range(2, 2 + len(points)), dtype="float64")


def test_coordinates_that_are_no_use_are_missing_and_counted_by_why() -> None:
    given = rows((120.05, 30.05), (np.nan, 30), (-77, 39), (0.0, 91.0), (1171000.0, 1850000.0))
    found = find_coordinates(given, recipe(placement=Placement(no_coordinates=((-77.0, 39.0),))))
    assert found.rows["lon"].notna().tolist() == [True, False, False, False, False]
    assert found.rows["lat"].notna().tolist() == [True, False, False, False, False]
    assert found.unusable == {"empty": 1, "stands for no coordinates": 1, "not on earth": 2}


def test_columns_in_metres_become_degrees_by_the_recipe_s_system() -> None:
    # UTM zone 50 N: its central meridian, 117 E, has the easting 500,000 m; the equator has the northing 0.
    found = find_coordinates(rows((500_000.0, 0.0)), recipe(crs="EPSG:32650"))
    assert list(found.rows.loc[2, ["lon", "lat"]]) == pytest.approx([117.0, 0.0], abs=1e-9)


def test_points_of_the_file_are_taken_in_their_own_system() -> None:
    points = gpd.GeoDataFrame({"id": ["1", "2"]}, geometry=[shapely.Point(500_000, 0), None], crs=32650)
    found = find_coordinates(points, Recipe(path=Path("r.toml"), layer="incidents", file="a.shp"))
    assert found.rows["lon"].tolist() == pytest.approx([117.0, np.nan], abs=1e-9, nan_ok=True)
    assert "geometry" not in found.rows.columns


def test_a_line_is_no_place_of_an_event() -> None:
    lines = gpd.GeoDataFrame({"id": ["1"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    with pytest.raises(LayerError, match="not a point"):
        find_coordinates(lines, Recipe(path=Path("r.toml"), layer="incidents", file="a.shp"))


def test_every_row_is_placed_or_says_why_not() -> None:
    # 0.0001 degrees of longitude are 9.6 m at 30 N: within the tolerance.
    given = rows((120.05, 30.05), (120.2001, 30.05), (121, 30), (np.nan, np.nan))
    placed = place_rows(given, GRIDS, snap_tolerance_m=30)
    assert placed["placed"].tolist() == ["inside", "snapped", "outside", "no_coordinates"]
    assert placed["grid_id"].tolist()[:2] == ["g1", "g2"]
    assert placed["grid_id"].isna().tolist() == [False, False, True, True]


def test_a_recorded_grid_stands_only_where_there_are_no_coordinates() -> None:
    given = rows((120.05, 30.05), (np.nan, np.nan), (np.nan, np.nan)).assign(grid_id=["g2", "g2", "g9"])
    placed = place_rows(given, GRIDS, snap_tolerance_m=30)
    assert placed["grid_id"].fillna("-").tolist() == ["g1", "g2", "-"]
    assert placed["placed"].tolist() == ["inside", "recorded", "no_coordinates"]


def test_stations_of_grids_come_from_their_villages_where_the_grids_do_not_say() -> None:
    grids = pd.DataFrame({"grid_id": ["g1", "g2"], "village_id": ["v1", "v2"], "station_id": [None, "s9"]})
    villages = pd.DataFrame({"village_id": ["v1", "v2"], "station_id": ["s1", "s2"]})
    assert grid_parents(grids, villages)["station_id"].to_dict() == {"g1": "s1", "g2": "s9"}


def test_agreement_counts_what_can_be_compared() -> None:
    placed = pd.DataFrame({"grid_id": ["g1", "g1", "g2", None, "g2"], "placed": [*["inside"] * 3, "outside", "inside"]})
    told = pd.DataFrame({"station_id": ["s1", "s2", "s2", "s1", "s9"]})
    placement = Placement(recorded={"station_id": Recorded("district")})
    (one,) = compare_recorded(placed, told, recipe(placement=placement), grid_parents(GRIDS, None))
    assert (one.recorded, one.compared, one.agree, one.unplaced, one.unknown) == (5, 3, 2, 1, 1)
    assert one.share == pytest.approx(2 / 3)
    assert one.share_within is None


def test_a_place_taken_from_the_record_is_not_compared_with_it() -> None:
    placed = pd.DataFrame({"grid_id": ["g1", "g2"], "placed": ["inside", "recorded"]})
    told = pd.DataFrame({"grid_id": ["g2", "g2"]})
    placement = Placement(recorded={"grid_id": Recorded("area")})
    (one,) = compare_recorded(placed, told, recipe(placement=placement), grid_parents(GRIDS, None))
    assert (one.compared, one.agree, one.unplaced) == (1, 0, 1)


def test_where_grids_do_not_nest_the_point_itself_is_asked_as_well() -> None:
    # The border of the stations runs through g1, which belongs to s1: the second point lies in s2.
    halves = [shapely.box(120, 30, 120.05, 30.1), shapely.box(120.05, 30, 120.2, 30.1)]
    stations = gpd.GeoDataFrame({"station_id": ["s1", "s2"]}, geometry=halves, crs=4326)
    placed = place_rows(rows((120.01, 30.05), (120.07, 30.05)), GRIDS, snap_tolerance_m=30)
    told = pd.DataFrame({"station_id": ["s1", "s2"]}, index=placed.index)
    given = recipe(placement=Placement(recorded={"station_id": Recorded("district")}))
    (one,) = compare_recorded(placed, told, given, grid_parents(GRIDS, None), {"station_id": stations})
    assert (one.agree, one.within, one.share_within) == (1, 2, 1.0)
