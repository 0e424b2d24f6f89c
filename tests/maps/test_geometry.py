"""Shapes for the browser: nothing lost, no gap opened, named by their content."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.areas import make_areas
from geo.access import Scope
from geo.errors import NotPermitted
from geo.maps.geometry import (
    area_ids,
    encode_areas,
    encode_lines,
    geometry_key,
    geometry_layers,
    geometry_text,
    release_bounds,
    simplify_coverage,
)
from geo.store import Release, Store
from tests.maps.small import NASTY, publish_small

PLANNER = Scope("planner")


def decode(steps: list[int]) -> np.ndarray:
    return np.cumsum(np.array(steps).reshape(-1, 2), axis=0) / 1e6


def test_a_square_with_a_hole_becomes_two_rings_of_steps() -> None:
    square = shapely.Polygon(
        [(120, 30), (121, 30), (121, 31), (120, 31)], [[(120.4, 30.4), (120.6, 30.4), (120.6, 30.6), (120.4, 30.6)]]
    )
    areas = gpd.GeoDataFrame({"area_id": ["A"], "name": ["甲"]}, geometry=[square], crs=4326)
    encoded = encode_areas(areas)
    outer, hole = (decode(ring) for ring in encoded["shapes"][0][0])
    assert shapely.equals(shapely.Polygon(outer, [hole]), square)
    assert encoded["names_en"] == [None]


def test_an_area_in_two_pieces_keeps_both(small: Release) -> None:
    pieces = shapely.union(shapely.box(120, 30, 120.1, 30.1), shapely.box(120.2, 30, 120.3, 30.1))
    areas = gpd.GeoDataFrame({"area_id": ["A"], "name": ["A"]}, geometry=[pieces], crs=4326)
    assert len(encode_areas(areas)["shapes"][0]) == 2


def test_the_point_for_a_name_lies_inside() -> None:
    hook = shapely.box(0, 0, 1, 1).difference(shapely.box(0.1, 0.1, 1, 0.9))
    encoded = encode_areas(gpd.GeoDataFrame({"area_id": ["A"], "name": ["A"]}, geometry=[hook], crs=4326))
    assert hook.contains(shapely.Point(np.array(encoded["centres"]) / 1e6))


def test_shapes_come_in_the_order_of_the_codes(small: Release) -> None:
    data = json.loads(geometry_text(small, "grid", PLANNER))
    assert tuple(data["ids"]) == area_ids(small, "grid") == tuple(f"G{index}" for index in range(9))
    assert decode(data["shapes"][8][0][0]).min(axis=0) == pytest.approx([120.02, 30.02])
    assert data["names"][0] == NASTY


def test_the_background_keeps_kinds_and_names(small: Release) -> None:
    river, town = json.loads(geometry_text(small, "background", PLANNER))["features"]
    assert (river["kind"], river["type"], river["name_en"], town["type"]) == ("river", "line", "Feng", "polygon")
    assert decode(river["lines"][0]).tolist() == [[120, 30], [120.03, 30.03]]


def test_points_of_the_background_are_points() -> None:
    towns = gpd.GeoDataFrame({"kind": ["town"], "rank": [1]}, geometry=[shapely.Point(120.5, 30.5)], crs=4326)
    assert encode_lines(towns)["features"][0]["type"] == "point"


def test_crooked_neighbours_share_their_border_in_what_the_browser_reads() -> None:
    made = make_areas(150, seed=4).rename(columns={"grid_id": "area_id"}).assign(name="甲")
    shapes = [[decode(ring) for ring in area[0]] for area in encode_areas(made)["shapes"]]
    read = np.array([shapely.Polygon(rings[0], rings[1:]) for rings in shapes])
    # Simplified and rounded, they leave no gap and lie on each other nowhere: at every zoom, since it is one tolerance.
    assert shapely.coverage_is_valid(read)
    assert shapely.area(read).sum() == pytest.approx(shapely.area(shapely.union_all(read)))


def test_the_same_content_has_the_same_name_in_every_release(small: Release, tmp_path: Path) -> None:
    again = publish_small(tmp_path)
    later = Store(tmp_path).publish(
        {}, as_of=again.as_of, time_zone=again.time_zone, title="Again", title_zh="又", made_up=True
    )
    keys = {geometry_key(release, "grid", PLANNER) for release in (again, later)}
    assert len(keys) == 1
    assert geometry_key(small, "grid", PLANNER) != geometry_key(small, "village", PLANNER)


def test_the_public_has_no_shapes_below_the_village(small: Release) -> None:
    assert geometry_layers(small, Scope("public")) == ("county", "station", "village", "background")
    with pytest.raises(NotPermitted, match="public may not see the shapes of level grid"):
        geometry_text(small, "grid", Scope("public"))


def test_bounds_are_west_south_east_north(small: Release) -> None:
    assert release_bounds(small) == pytest.approx((120, 30, 120.03, 30.03))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(5, 60))
def test_no_gap_opens_between_areas(seed: int, count: int) -> None:
    points = np.random.default_rng(seed).uniform((120, 30), (120.05, 30.05), (count, 2))
    frame = shapely.box(120, 30, 120.05, 30.05)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame))
    bent = shapely.segmentize(shapely.intersection(cells, frame), 0.0005)
    # Points put into a border from both sides are the same but for the last digits.
    bent = shapely.transform(bent, lambda lonlat: np.round(lonlat, 7))
    simplified = simplify_coverage(bent)
    assert shapely.coverage_is_valid(simplified)
    assert shapely.area(simplified).sum() == pytest.approx(frame.area, rel=1e-3)
    assert shapely.get_num_coordinates(simplified).sum() < shapely.get_num_coordinates(bent).sum()


def test_an_area_too_small_to_see_is_still_there() -> None:
    crumb = shapely.box(120, 30, 120.000001, 30.000001)
    assert not shapely.is_empty(simplify_coverage(np.array([crumb, shapely.box(121, 30, 122, 31)])))[0]
