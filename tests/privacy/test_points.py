"""Who sees single points, and how narrow a density may be."""

from __future__ import annotations

import pytest

from geo.access import Scope
from geo.measures import records
from geo.privacy import density_bandwidth_m, density_points, protect_points
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


def test_density_of_few_records_is_withheld_from_the_public(tiny: Release) -> None:
    public, county, village = Scope("public"), MARCH, MARCH.replace(area="V3")
    seen = density_points(records(tiny, county), county, public, release=tiny)
    assert seen is not None
    assert seen.columns.tolist() == ["lon", "lat"]
    assert density_points(records(tiny, village), village, public, release=tiny) is None  # two records
    assert density_points(records(tiny, village), village, Scope("director", "S2"), release=tiny) is not None
    assert density_points(records(tiny, village), village, Scope("director", "S1"), release=tiny) is None


def test_density_follows_the_lattice(tiny: Release) -> None:
    for changes in ({"period": Period("2025")}, {"area": "G1"}, {"classes": ("neighbours",)}):
        view = MARCH.replace(**changes)
        assert density_points(records(tiny, view), view, Scope("public"), release=tiny) is None
