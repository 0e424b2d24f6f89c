import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.codes import code_list
from geo.errors import GeoError, LayerError
from geo.intake.assignment.assign import PLACED, assign_points, find_by_index, find_by_tree

EARTH = Geod(ellps="WGS84")


@pytest.fixture
def grids() -> gpd.GeoDataFrame:
    """Two squares of a tenth of a degree, 0.001° apart (96 m)."""
    squares = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.101, 30, 120.2, 30.1)]
    return gpd.GeoDataFrame({"grid_id": ["b", "a"]}, geometry=squares, crs=4326)


@pytest.fixture(params=["tree", "index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either way to find the grids, whatever the number of points."""
    fewest = 1_000_000 if request.param == "tree" else 0
    monkeypatch.setattr("geo.intake.assignment.assign._FEWEST_POINTS_FOR_INDEX", fewest)
    monkeypatch.setattr("geo.intake.assignment.assign._FEWEST_POINTS_PER_GRID", fewest)


def east_of(lon: float, lat: float, metres: float) -> tuple[float, float]:
    moved = EARTH.fwd(lon, lat, 90, metres)
    return moved[0], moved[1]


@pytest.mark.usefixtures("way")
def test_every_point_is_placed_in_one_of_four_ways(grids: gpd.GeoDataFrame) -> None:
    lon, lat = [120.05, 119.9999, 119.0, np.nan, 120.15], [30.05, 30.05, 30.05, 30.05, np.inf]
    placed = assign_points(lon, lat, grids, snap_tolerance_m=30)
    assert placed["placed"].tolist() == ["inside", "snapped", "outside", "no_coordinates", "no_coordinates"]
    assert placed["grid_id"].tolist()[:2] == ["b", "b"]
    assert placed["grid_id"].isna().tolist() == [False, False, True, True, True]
    assert str(placed["grid_id"].dtype) == str(placed["placed"].dtype) == "str"


def test_the_ways_are_those_of_the_code_list() -> None:
    # A grid that a file records where it has no coordinates is told by the import, not by the assignment.
    assert {*PLACED, "recorded"} == set(code_list("placed"))


@pytest.mark.parametrize(("metres", "expected"), [(1, "snapped"), (29.9, "snapped"), (30.1, "outside")])
def test_the_tolerance_is_in_metres_on_the_ground(grids: gpd.GeoDataFrame, metres: float, expected: str) -> None:
    lon, lat = east_of(120.2, 30.05, metres)
    placed = assign_points([lon], [lat], grids, snap_tolerance_m=30)
    assert placed["placed"].tolist() == [expected]


@pytest.mark.usefixtures("way")
def test_the_nearest_grid_wins_over_the_smaller_code(grids: gpd.GeoDataFrame) -> None:
    # 40 m east of b and 56 m west of a.
    lon, lat = east_of(120.1, 30.05, 40)
    assert assign_points([lon], [lat], grids, snap_tolerance_m=60)["grid_id"].tolist() == ["b"]


def test_of_equally_near_grids_the_smallest_code_wins() -> None:
    # Both meet in the corner (120.1, 30) that is nearest to a point due south-east of it.
    squares = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.05, 30, 120.1, 30.05)]
    grids = gpd.GeoDataFrame({"grid_id": ["2", "10"]}, geometry=squares, crs=4326)
    assert assign_points([120.1001], [29.9999], grids, snap_tolerance_m=30)["grid_id"].tolist() == ["10"]


def test_a_long_straight_edge_is_straight_in_degrees() -> None:
    # The parallel 30° N from 119° to 121° E; its middle lies 2.6 km south of the great circle between its ends.
    grids = gpd.GeoDataFrame({"grid_id": ["a"]}, geometry=[shapely.box(119, 29, 121, 30)], crs=4326)
    north = [EARTH.fwd(120, 30, 0, metres)[1] for metres in (29, 31)]
    placed = assign_points([120.0, 120.0], north, grids, snap_tolerance_m=30)
    assert placed["placed"].tolist() == ["snapped", "outside"]


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), tolerance=st.sampled_from([5.0, 30.0, 500.0]))
def test_a_point_is_snapped_if_the_border_is_within_the_tolerance(seed: int, tolerance: float) -> None:
    random = np.random.default_rng(seed)
    square = shapely.box(120, 30, 120.02, 30.02)
    grids = gpd.GeoDataFrame({"grid_id": ["a"]}, geometry=[square], crs=4326)
    lon, lat = random.uniform([119.99, 29.99], [120.03, 30.03], (50, 2)).T
    # The nearest point of an upright square by its sides, its distance along the ellipsoid.
    *_, metres = EARTH.inv(lon, lat, np.clip(lon, 120, 120.02), np.clip(lat, 30, 30.02))
    expected = np.select([metres == 0, metres < 0.999 * tolerance, metres > 1.001 * tolerance], ["i", "s", "o"], "?")
    placed = assign_points(lon, lat, grids, snap_tolerance_m=tolerance)["placed"].str[0].to_numpy()
    assert np.all((placed == expected) | (expected == "?"))


def test_without_tolerance_nothing_is_snapped(grids: gpd.GeoDataFrame) -> None:
    placed = assign_points([120.1000001], [30.05], grids, snap_tolerance_m=0)
    assert placed["placed"].tolist() == ["outside"]


@pytest.mark.usefixtures("way")
def test_no_points_give_no_rows(grids: gpd.GeoDataFrame) -> None:
    empty = assign_points([], [], grids, snap_tolerance_m=30)
    assert empty.columns.tolist() == ["grid_id", "placed"]
    assert len(empty) == 0


@pytest.mark.usefixtures("way")
def test_rows_come_out_in_the_order_of_the_points(grids: gpd.GeoDataFrame) -> None:
    placed = assign_points([120.15, 120.05, 120.15], [30.05] * 3, grids, snap_tolerance_m=30)
    pd.testing.assert_index_equal(placed.index, pd.RangeIndex(3))
    assert placed["grid_id"].tolist() == ["a", "b", "a"]


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_tree_and_the_index_find_the_same_grids(seed: int) -> None:
    random = np.random.default_rng(seed)
    sides = 120 + np.sort(random.integers(0, 32, (2, 2, 12)), axis=0) / 32
    boxes = np.asarray(shapely.box(sides[0, 0], sides[0, 1], sides[1, 0] + 1 / 32, sides[1, 1] + 1 / 32))
    codes = random.permutation(12).astype(str).astype(object)
    lon, lat = 120 + random.integers(-4, 72, (2, 400)) / 64
    lon[:3], lat[2:5] = np.nan, np.inf
    assert find_by_tree(lon, lat, boxes, codes).tolist() == find_by_index(lon, lat, boxes, codes).tolist()


@pytest.mark.usefixtures("way")
def test_an_invalid_grid_is_named(grids: gpd.GeoDataFrame) -> None:
    bow = shapely.Polygon([(120, 30), (120.1, 30.1), (120.1, 30), (120, 30.1)])
    with pytest.raises(LayerError, match="grid b has an invalid polygon"):
        assign_points([120.05], [30.05], grids.set_geometry([bow, grids.geometry[1]], crs=4326), snap_tolerance_m=30)


@pytest.mark.parametrize("tolerance", [-1.0, float("nan")])
def test_a_tolerance_that_is_no_distance_is_refused(grids: gpd.GeoDataFrame, tolerance: float) -> None:
    with pytest.raises(GeoError, match="is not a distance"):
        assign_points([120.05], [30.05], grids, snap_tolerance_m=tolerance)


def test_grids_in_metres_are_refused_with_the_remedy(grids: gpd.GeoDataFrame) -> None:
    with pytest.raises(GeoError, match=r"needs longitude and latitude.*to_crs\(4326\)"):
        assign_points([120.05], [30.05], grids.to_crs(32651), snap_tolerance_m=30)


def test_grids_without_codes_are_refused(grids: gpd.GeoDataFrame) -> None:
    with pytest.raises(GeoError, match="no column grid_id"):
        assign_points([120.05], [30.05], grids.drop(columns="grid_id"), snap_tolerance_m=30)
    with pytest.raises(GeoError, match=r"rows \[1\]: no code"):
        assign_points([120.05], [30.05], grids.assign(grid_id=["b", None]), snap_tolerance_m=30)
