"""Clusters: every point in one mark, never too many marks, and points for those alone who may see them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access import Scope
from geo.maps.clusters import cluster_places, encode_marks, find_places, sort_places
from geo.store import Release
from geo.view import View
from tests.maps.small import MARCH

WORLD = (0.0, 0.0, 1.0, 1.0)


def places_of(lon: list[float], lat: list[float], classes: list[str] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"lon": lon, "lat": lat, "class": classes or ["labour"] * len(lon)})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 19), st.integers(1, 50))
def test_every_point_is_in_one_of_few_marks(seed: int, zoom: int, most: int) -> None:
    lon, lat = np.random.default_rng(seed).uniform([119, 29], [121, 31], (400, 2)).T
    marks = cluster_places(sort_places(places_of(lon.tolist(), lat.tolist())), zoom=zoom, window=WORLD, most=most)
    assert marks.counts.sum() == 400
    assert len(marks.counts) <= most


def test_only_the_part_that_is_seen_is_told() -> None:
    places = sort_places(places_of([120.0, 120.1, -60.0], [30.0, 30.1, -30.0]))
    marks = cluster_places(places, zoom=3, window=(0.5, 0.0, 1.0, 0.5))
    assert marks.counts.tolist() == [2]
    encoded = encode_marks(marks)
    assert encoded["lon"] == [120_050_000]
    assert encoded["lat"] == [pytest.approx(30_050_000, abs=50)]


def test_a_cluster_opens_as_the_map_comes_nearer_and_tells_a_class_where_it_is_one() -> None:
    places = sort_places(places_of([120.0, 120.001], [30.0, 30.0], ["labour", "medical"]))
    window = (0.8333, 0.4125, 0.8335, 0.4132)
    far, near = (cluster_places(places, zoom=zoom, window=window) for zoom in (10, 18))
    assert (far.counts.tolist(), far.kinds.tolist()) == ([2], [-1])
    assert (near.counts.tolist(), near.kinds.tolist()) == ([1, 1], [0, 1])


def test_a_part_that_no_screen_shows_is_counted_in_larger_squares() -> None:
    places = sort_places(places_of([120.0, 120.001], [30.0, 30.0]))
    assert cluster_places(places, zoom=19, window=WORLD).counts.tolist() == [2]


def test_a_mark_stays_when_the_map_is_moved() -> None:
    places = sort_places(places_of([120.0, 120.01, 120.02], [30.0] * 3))
    one = cluster_places(places, zoom=13, window=(0.8332, 0.4120, 0.8340, 0.4130))
    other = cluster_places(places, zoom=13, window=(0.8331, 0.4119, 0.8340, 0.4131))
    np.testing.assert_array_equal(one.east, other.east)


def test_points_are_for_those_who_may_see_them(small: Release) -> None:
    assert find_places(small, View(MARCH), Scope("public")) is None
    assert find_places(small, View(MARCH), Scope("administrator")) is None
    assert find_places(small, View(MARCH), Scope("director", "S1")) is None
    own = find_places(small, View(MARCH, area="S2"), Scope("director", "S2"))
    assert own is not None
    # G6, G7 and G8 have 6, 7 and 8 disputes.
    assert len(own.east) == 21
