"""Reach of places: circles over squares by hand, and against points on a fine lattice."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import ViewError
from geo.measures import measure, reach, summary
from geo.measures.reach import area_shares
from geo.rules import Rules, load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

MARCH = View(Period("2025-03"), layer="service", level="grid")
# Grids are 0.01° by 0.01° at 30° N: 965 m by 1,109 m.
GRID_M2 = 1.0698e6
SQUARE = np.array([shapely.box(0, 0, 1000, 1000)])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county with two mediation rooms: amid G1, and on the border of G5 and G6."""
    places = pd.DataFrame(
        {
            "place_id": ["M1", "M2"],
            "kind": "mediation_room",
            "name": ["m", "m"],
            "lon": [120.005, 120.05],
            "lat": 30.005,
            "grid_id": ["G1", "G5"],
            "placed": "inside",
        }
    )
    store = Store(tmp_path_factory.mktemp("served"))
    layers = tiny_layers() | {"places": places}
    return store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="t", title_zh="t")


@pytest.fixture(scope="module")
def near() -> Rules:
    """Rules by which a place is near within 400 m."""
    return replace(load_rules(), reach_m=MappingProxyType({"mediation_room": 400.0, "fire_point": 400.0}))


@pytest.mark.parametrize(
    ("points", "share"),
    [
        ([(500, 500)], np.pi * 0.09),  # all of the circle
        ([(500, 0)], np.pi * 0.09 / 2),  # half of it
        ([(0, 0)], np.pi * 0.09 / 4),
        ([(500, 500), (500, 500)], np.pi * 0.09),  # no place counts twice
        ([(200, 500), (800, 500)], 2 * np.pi * 0.09 - 2 * 0.09 * (np.arccos(2 / 3) - np.sin(2 * np.arccos(2 / 3)) / 2)),
        ([(1301, 500)], 0),  # beyond its distance
    ],
)
def test_share_of_a_square_within_300_m(points: list[tuple[float, float]], share: float) -> None:
    # Of the two circles 200 m in from the sides, what lies outside the square is a segment of each.
    assert area_shares(SQUARE, np.array(points, dtype=float), distance_m=300)[0] == pytest.approx(share, rel=1e-3)


def test_square_inside_a_circle_or_covered_by_several_is_near_whole() -> None:
    assert area_shares(SQUARE, np.array([[500.0, 500.0]]), distance_m=800).tolist() == [1]
    corners = np.array([[0.0, 0.0], [0, 1000], [1000, 0], [1000, 1000]])
    assert area_shares(SQUARE, corners, distance_m=720).tolist() == [1]


@settings(max_examples=30, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(-500, 2500), st.floats(-500, 1500)), min_size=1, max_size=8),
    distance_m=st.floats(50, 900),
)
def test_shares_are_those_of_points_on_a_lattice(points: list[tuple[float, float]], distance_m: float) -> None:
    shapes = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 500)])
    places = np.array(points)
    shares = area_shares(shapes, places, distance_m=distance_m)
    for shape, found in zip(shapes, shares, strict=True):
        west, south, east, north = shape.bounds
        lon, lat = np.meshgrid(np.arange(west + 5, east, 10), np.arange(south + 5, north, 10))
        apart = np.hypot(lon[..., None] - places[:, 0], lat[..., None] - places[:, 1]).min(axis=-1)
        assert found == pytest.approx((apart <= distance_m).mean(), abs=0.02)


def test_households_within_reach_by_area(served: Release, near: Rules) -> None:
    circle = np.pi * 400**2 / GRID_M2
    frame = measure(served, MARCH, rules=near).frame.set_index("area_id")["reach_mediation_room"]
    assert frame[["G1", "G5", "G6"]].tolist() == pytest.approx([circle, circle / 2, circle / 2], rel=2e-3)
    assert frame[["G2", "G7"]].tolist() == [0, 0]
    assert pd.isna(frame["G8"])  # its households are not known
    station = measure(served, MARCH.replace(level="station"), rules=near).frame.set_index("area_id")
    assert station.loc["S1", "reach_mediation_room"] == pytest.approx(400 * circle / 1500, rel=2e-3)


def test_kind_without_places_is_missing_not_zero(served: Release, near: Rules) -> None:
    assert pd.isna(summary(served, MARCH, rules=near).frame["reach_fire_point"][0])
    table = reach(served, MARCH, rules=near).frame.set_index("kind")
    assert table.loc["fire_point", "places"] == 0
    assert table.loc["fire_point", ["households", "households_share", "events", "events_share"]].isna().all()


def test_table_of_reach(served: Release, near: Rules) -> None:
    room = reach(served, MARCH, rules=near).frame.set_index("kind").loc["mediation_room"]
    assert (room["distance_m"], room["places"], room["households_share_n"]) == (400, 2, 2090)
    assert room["households"] == round(np.pi * 400**2 / GRID_M2 * (400 + 450 / 2 + 40 / 2))
    # Records lie amid their grids. Reported in March: D01 D03 D04 D05 D09 D11, H1 H3 H5, I1 I3; in G1 D01 D03 H1 I1.
    assert (room["events"], room["events_share_n"]) == (4, 11)
    assert room["events_share_low"] < room["events_share"] < room["events_share_high"]


def test_reach_of_a_part_counts_places_beyond_it(served: Release) -> None:
    # 1,000 m from the border of G5 and G6 on: all of them, and some of V2 beside.
    wide = replace(load_rules(), reach_m=MappingProxyType({"mediation_room": 1000.0}))
    room = reach(served, MARCH.replace(area="V2"), rules=wide).frame.iloc[0]
    assert (room["places"], room["households_share_n"]) == (0, 500)
    assert 0 < room["households"] < 500


def test_event_at_the_very_distance_is_near(served: Release) -> None:
    exact = replace(load_rules(), reach_m=MappingProxyType({"mediation_room": 0.0}))
    assert reach(served, MARCH, rules=exact).frame.loc[0, "events"] == 4


def test_events_of_a_period_that_the_data_tell_nothing_of_are_missing(served: Release, near: Rules) -> None:
    room = reach(served, MARCH.replace(period=Period("2025-05")), rules=near).frame.iloc[0]
    assert room[["events", "events_share", "events_share_n"]].isna().all()
    assert room["households"] > 0


def test_without_places_there_is_no_reach(tiny: Release) -> None:
    with pytest.raises(ViewError, match="no places"):
        reach(tiny, MARCH)
