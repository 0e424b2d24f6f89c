"""Totals are shared out whole; places get cells of their own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.demo.areas import Made
from geo.demo.layout import COMMUNITIES, RURAL_GRIDS, URBAN_GRIDS, VILLAGES, apportion, nearest_cells


def test_a_total_is_shared_by_largest_remainders() -> None:
    # One each, and of the other seven 3.5, 2.1 and 1.4: the half gets the last one.
    assert apportion(np.array([5.0, 3.0, 2.0]), 10).tolist() == [5, 3, 2]


@given(weights=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40), spare=st.integers(0, 500))
def test_shares_add_up_and_nobody_goes_without(weights: list[float], spare: int) -> None:
    counts = apportion(np.array(weights), len(weights) + spare)

    assert counts.sum() == len(weights) + spare
    assert counts.min() >= 1


def test_two_places_never_take_the_same_cell() -> None:
    sites = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]])

    assert nearest_cells(sites, np.array([[0.1, 0.0], [0.1, 0.0]])).tolist() == [0, 1]


def test_every_area_lies_in_its_parent(made: Made) -> None:
    layout = made.county.land.layout
    inside = layout.grid >= 0

    assert (layout.grid_village[layout.grid[inside]] == layout.village[inside]).all()
    assert (layout.village_station[layout.village[inside]] == layout.station[inside]).all()


def test_there_are_as_many_areas_as_planned(made: Made) -> None:
    layout = made.county.land.layout

    assert len(layout.grid_village) == URBAN_GRIDS + RURAL_GRIDS == 1_500
    assert len(layout.village_station) == COMMUNITIES + VILLAGES == 480
