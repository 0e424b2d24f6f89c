"""Who sees single points, and how narrow a density may be."""

from __future__ import annotations

import numpy as np
import pytest

from geo.access import Scope
from geo.measures import measure, records
from geo.privacy import density_bandwidth_m, density_points, protect, protect_points
from geo.store import Release
from geo.view import Period, View

MARCH = View(Period("2025-03"))


def test_public_sees_no_point(tiny: Release) -> None:
    assert protect_points(records(tiny, MARCH), MARCH, Scope("public"), release=tiny) is None


def test_points_of_the_own_area_alone(tiny: Release) -> None:
    own = Scope("director", "S1")
    for area, seen in ((None, False), ("S1", True), ("V2", True), ("G1", True), ("S2", False), ("C", False)):
        view = MARCH.replace(area=area)
        points = protect_points(records(tiny, view), view, own, release=tiny)
        assert (points is not None) == seen, area


def test_without_the_release_only_the_own_area_itself_is_known(tiny: Release) -> None:
    view = MARCH.replace(area="V2")
    assert protect_points(records(tiny, view), view, Scope("planner", "S1")) is None
    assert protect_points(records(tiny, MARCH), MARCH, Scope("planner")) is not None


@pytest.mark.parametrize(("role", "asked", "got"), [("public", 100, 500), ("public", 800, 800), ("planner", 50, 100)])
def test_density_is_no_narrower_than_the_role_may_see(role: str, asked: float, got: float) -> None:
    assert density_bandwidth_m(asked, Scope(role)) == got


def test_density_of_the_own_area_is_of_the_records_and_of_another_is_not(tiny: Release) -> None:
    view = MARCH.replace(area="V3")
    found = records(tiny, view)
    own = density_points(found, view, Scope("director", "S2"), release=tiny)
    assert own is not None
    assert own.equals(found[["lon", "lat"]])
    for stranger in (Scope("public"), Scope("director", "S1")):
        other = density_points(found, view, stranger, release=tiny)
        assert other is not None
        assert other.empty  # two records: withheld


def test_density_follows_the_lattice(tiny: Release) -> None:
    for changes in ({"period": Period("2025")}, {"area": "G1"}, {"classes": ("neighbours", "labour")}):
        view = MARCH.replace(**changes)
        assert density_points(records(tiny, view), view, Scope("public"), release=tiny) is None


def test_density_is_of_the_numbers_shown_on_places_that_are_no_records(chance: Release) -> None:
    view = View(Period("2024"), level="village")
    seen = density_points(records(chance, view), view, Scope("public"), release=chance)
    shown = protect(measure(chance, view), view, Scope("public")).frame["n"]
    assert seen is not None
    assert len(seen) == shown.sum() > 0
    # The middle of each grid of 0.01 degrees, whatever was found in it.
    assert np.allclose(seen["lon"] % 0.01, 0.005)
