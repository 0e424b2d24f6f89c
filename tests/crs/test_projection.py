import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geo.crs import (
    LONLAT,
    areas_km2,
    layer_bounds,
    project_geometries,
    project_points,
    require_lonlat,
    require_projected,
    unproject_points,
    working_crs,
)
from geo.errors import GeoError

COUNTY = (120.0, 29.5, 120.6, 30.1)
EARTH = Geod(ellps="WGS84")


def test_a_cell_of_one_degree_has_its_published_area() -> None:
    # Snyder, Map Projections: A Working Manual (1987), eq. 3-11: authalic q on WGS84 gives 12,308.5 km² at the equator.
    assert areas_km2([shapely.box(0, 0, 1, 1)]) == pytest.approx([12308.46], abs=0.1)


def test_areas_agree_with_the_ellipsoid() -> None:
    lon, lat = [120.1, 120.13, 120.12, 120.09], [29.9, 29.91, 29.95, 29.93]
    geodesic = abs(EARTH.polygon_area_perimeter(lon, lat)[0]) / 1e6
    assert areas_km2([shapely.Polygon(np.transpose([lon, lat]))]) == pytest.approx([geodesic], rel=1e-5)


def test_an_area_without_geometry_is_missing() -> None:
    areas = areas_km2([shapely.box(120, 30, 120.1, 30.1), None])
    assert np.isnan(areas).tolist() == [False, True]
    assert areas_km2([]).tolist() == []


@settings(deadline=None)
@given(st.floats(120.0, 120.6), st.floats(29.5, 30.1), st.floats(0, 360))
def test_lengths_in_a_county_are_right_to_a_hundredth_of_a_per_mille(lon: float, lat: float, azimuth: float) -> None:
    end_lon, end_lat, _ = EARTH.fwd(lon, lat, azimuth, 1000.0)
    easting, northing = project_points([lon, end_lon], [lat, end_lat], working_crs(COUNTY))
    assert np.hypot(*np.diff([easting, northing])[:, 0]) == pytest.approx(1000, abs=0.02)


@settings(deadline=None, max_examples=20)
@given(st.floats(-170, 170), st.floats(-80, 80))
def test_there_and_back_again(lon: float, lat: float) -> None:
    crs = working_crs((lon, lat, lon + 1, lat + 1))
    back = unproject_points(*project_points([lon + 0.3], [lat + 0.7], crs), crs)
    assert np.ravel(back) == pytest.approx([lon + 0.3, lat + 0.7], abs=1e-7)  # a centimetre


def test_the_projection_stays_when_the_data_grow_a_little() -> None:
    assert working_crs(COUNTY) == working_crs((120.0, 29.5, 120.6001, 30.1001))


@pytest.mark.parametrize("bounds", [(30, 120, 31, 121), (121, 30, 120, 31), (0, 0, np.nan, 1), (0, 0, 5e5, 3e6)])
def test_bounds_that_are_not_degrees_are_refused(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(GeoError, match="Remedy"):
        working_crs(bounds)


@pytest.mark.parametrize("crs", [LONLAT, "EPSG:4490", None, "EPSG:0", CRS.from_epsg(2263)])
def test_metric_work_demands_a_projected_crs_in_metres(crs: object) -> None:
    # 2263 counts in US survey feet.
    with pytest.raises(GeoError, match="Remedy"):
        require_projected(crs)


def test_a_projected_crs_passes() -> None:
    assert require_projected("EPSG:4549") == CRS.from_epsg(4549)
    with pytest.raises(GeoError, match="projected CRS"):
        project_points([120.0], [30.0], LONLAT)


def test_cut_edges_follow_the_parallel() -> None:
    edge = shapely.LineString([(119, 30), (121, 30)])
    crs = working_crs((119, 29, 121, 31))
    whole, cut = (project_geometries([edge], crs, step_degrees=step)[0] for step in (None, 0.01))
    _, northing = project_points([120.0], [30.0], crs)
    assert cut.interpolate(0.5, normalized=True).y == pytest.approx(northing[0], abs=0.01)
    assert whole.interpolate(0.5, normalized=True).y - northing[0] > 300


def test_a_layer_says_what_it_needs() -> None:
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(5e5, 3e6)], crs=32651)
    with pytest.raises(GeoError, match="grids: needs longitude and latitude"):
        require_lonlat(layer, "grids")
    with pytest.raises(GeoError, match="has no CRS"):
        require_lonlat(layer.set_crs(None, allow_override=True), "grids")
    require_lonlat(layer.to_crs(4326), "grids")


def test_bounds_of_nothing_are_refused() -> None:
    assert layer_bounds([shapely.box(120, 30, 121, 31)]) == (120, 30, 121, 31)
    with pytest.raises(GeoError, match="no coordinates"):
        layer_bounds([shapely.Polygon()])
