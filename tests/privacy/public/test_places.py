"""Map points of the public: only among households enough, and inside of their grid however crooked it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import shapely

from geo.access import Scope
from geo.measures import measure
from geo.privacy import protect
from geo.privacy.public import open_to_public, public_places
from geo.rules import load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.chance import chance_layers
from tests.privacy.public.county import HEADER, incidents

JANUARY = View(Period("2024-01"), area="v0", level="village", layer="incidents")
FEW, ENOUGH, CROOKED = "g00", "g01", "g02"
# A C around its middle, which is outside of it.
ARMS = shapely.box(0.02, 0, 0.03, 0.01) - shapely.box(0.022, 0.002, 0.03, 0.008)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """One village of a grid of 7 households, a grid of 8, and a crooked one of 16, open to the public."""
    layers = chance_layers(1, records=5)
    grids: Any = layers["grids"].set_index("grid_id", drop=False)
    grids.loc[[FEW, ENOUGH, CROOKED], "households"] = [7, 8, 16]
    grids.loc[CROOKED, "geometry"] = ARMS
    records = incidents({"2024-01": dict.fromkeys(range(6), 60)})
    kept = {name: layers[name] for name in ("villages", "stations")}
    store = Store(tmp_path_factory.mktemp("places"))
    release = store.publish(
        {**kept, "grids": grids.reset_index(drop=True), "incidents": records}, as_of=date(2024, 1, 31), **HEADER
    )
    open_to_public(release)
    return release


@pytest.fixture(scope="module")
def points(opened: Release) -> list[Any]:
    """The map points of the village."""
    places = public_places(opened, JANUARY, load_rules())
    return [shapely.Point(*at) for at in places[["lon", "lat"]].to_numpy()]


def test_a_grid_of_seven_households_has_no_point_and_one_of_eight_has(opened: Release, points: list[Any]) -> None:
    in_grid = [sum(shapely.box(0.01 * i, 0, 0.01 * i + 0.01, 0.01).covers(point) for point in points) for i in range(3)]
    shown = protect(measure(opened, JANUARY), JANUARY, Scope("public")).frame["n"].iloc[0]
    assert load_rules().repeat_min_households == 8
    # All that are shown, by households: a third and two thirds.
    assert in_grid == [0, round(shown / 3), shown - round(shown / 3)]


def test_points_of_a_crooked_grid_lie_well_inside_of_it(points: list[Any]) -> None:
    assert not ARMS.covers(ARMS.centroid)
    own = [point for point in points if point.x > 0.02]
    assert own
    # Its arms are 0.002 degrees wide: nowhere is there a wider circle than one around 0.0011 or so.
    assert all(ARMS.covers(point) and point.distance(ARMS.boundary) > 0.0009 for point in own)
