"""Areas most alike: distances worked out by hand, missing figures, and the tiny county's stations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import ViewError
from geo.measures.peers import ASPECTS, find_peers, peer_groups, profile_areas
from geo.rules import Rules
from geo.store import Release

FIGURES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12)


def test_distances_by_hand() -> None:
    # Squared differences are 1, 1 and 4, on average 2; of the second 0, 1 and 1, on average 2/3.
    peers = find_peers({"a": [1, 2, 3], "b": [0, 0, 1]}, k=2)
    assert peers.position.tolist() == [[1, 2], [0, 2], [1, 0]]
    near, middle, far = (np.sqrt(total / 2) for total in (1 / 2 + 0, 1 / 2 + 3 / 2, 4 / 2 + 3 / 2))
    assert np.allclose(peers.distance, [[near, far], [near, middle], [middle, far]])


def test_columns_of_one_aspect_weigh_together_as_one() -> None:
    # Every two are a different mix: squared differences of 2 each, on average 2.
    mixes = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    alone = find_peers({"mix": mixes}, k=2, fewest=1)
    assert np.allclose(alone.distance, 1)
    both = find_peers({"mix": mixes, "a": [1, 2, 3]}, k=2)
    assert np.allclose(both.distance[0] ** 2, [(1 + 1 / 2) / 2, (1 + 4 / 2) / 2])


def test_missing_figures_are_told_and_the_rest_compared() -> None:
    a, b = [1, 2, 3, np.nan], [0, 0, 1, 0]
    peers = find_peers({"a": a, "b": b, "c": [0, 0, 0, 1]}, k=3)
    assert peers.missing.tolist() == [[False] * 3] * 3 + [[True, False, False]]
    # The last is compared by b and c alone: squared differences on average 1/2 in either.
    assert peers.position[3].tolist() == [0, 1, 2]
    assert np.allclose(peers.distance[3] ** 2, [(0 + 2) / 2, (0 + 2) / 2, (2 + 2) / 2])


def test_areas_that_share_too_few_figures_are_no_peers() -> None:
    peers = find_peers({"a": [1, 2, np.nan], "b": [1, 2, 2]}, k=2)
    assert peers.position.tolist() == [[1, -1], [0, -1], [-1, -1]]
    assert np.isnan(peers.distance).tolist() == [[False, True], [False, True], [True, True]]


def test_areas_equally_far_come_in_their_order() -> None:
    peers = find_peers({"a": [2, 1, 3, 1], "b": [5, 5, 5, 5]}, k=3)
    assert peers.position[0].tolist() == [1, 2, 3]
    assert peers.position[1].tolist() == [3, 0, 2]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="0 peers"):
        find_peers({"a": [1, 2]}, k=0)
    with pytest.raises(ValueError, match="same areas"):
        find_peers({"a": [1, 2], "b": [1]}, k=1)


@settings(deadline=None)
@given(figures=FIGURES, factor=st.sampled_from([0.5, 4, 1024]))
def test_distances_do_not_depend_on_the_unit(figures: list[tuple[int, ...]], factor: float) -> None:
    table = np.array(figures, dtype=float)
    k = len(table) - 1
    peers = find_peers({"a": table[:, 0], "mix": table[:, 1:]}, k=k)
    scaled = find_peers({"a": table[:, 0] * factor, "mix": table[:, 1:] * factor}, k=k)
    assert np.allclose(peers.distance, scaled.distance)
    assert (np.diff(peers.distance, axis=1) >= 0).all()
    # Everyone but itself, once; and as far one way as the other.
    assert [sorted([i, *row]) for i, row in enumerate(peers.position.tolist())] == [list(range(k + 1))] * (k + 1)
    apart = np.zeros((k + 1, k + 1))
    np.put_along_axis(apart, peers.position, peers.distance, axis=1)
    assert np.allclose(apart, apart.T)


@settings(deadline=None)
@given(figures=FIGURES)
def test_mean_squared_distance_is_one_where_aspects_differ(figures: list[tuple[int, ...]]) -> None:
    table = np.array(figures, dtype=float)
    differing = {str(i): column for i, column in enumerate(table.T) if np.ptp(column) > 0}
    if differing:
        peers = find_peers(differing, k=len(table) - 1, fewest=1)
        assert np.mean(peers.distance**2) == pytest.approx(1)


def test_profiles_of_the_tiny_county(tiny: Release) -> None:
    # S1: 3,500 residents, 10 floating, 1,500 households, three urban grids and a village; S3: one market, one untold.
    profiles = profile_areas(tiny)
    assert tuple(profiles) == ASPECTS
    assert np.allclose(profiles["households"], np.log1p([1500, 490, 100]))
    assert np.allclose(profiles["floating_share"], [10 / 3510, np.nan, 1], equal_nan=True)
    assert profiles["grid_kinds"][0].round(2).tolist()[:3] == [0.25, 0.75, 0]
    assert profiles["grid_kinds"].sum(axis=1).tolist() == [1, 1, 1]


def test_peer_groups_of_the_tiny_county(tiny: Release) -> None:
    table = peer_groups(tiny, k=1)
    assert table.frame["area_id"].tolist() == ["S1", "S2", "S3"]
    assert table.frame["place"].tolist() == [1, 1, 1]
    assert table.frame.loc[1, "missing"] == "floating_share"
    assert table.lineage["station_id"].tolist() == ["S1", "S2", "S3"]
    by_position = find_peers(profile_areas(tiny), k=1)
    assert table.frame["peer_id"].tolist() == [f"S{peer + 1}" for peer in by_position.position[:, 0]]
    assert table.frame["distance"].tolist() == by_position.distance[:, 0].tolist()


def test_number_of_peers_is_a_rule(tiny: Release, rules: Rules) -> None:
    one = replace(rules, standing=replace(rules.standing, peers=1))
    assert len(peer_groups(tiny, rules=one).frame) == 3
    # Of three stations none has more than two others.
    assert len(peer_groups(tiny, rules=rules).frame) == 6


def test_a_level_that_is_not_there_is_refused(tiny: Release) -> None:
    with pytest.raises(ViewError, match="no areas of level 'province'"):
        peer_groups(tiny, k=1, level="province")
