"""Who sees single points, and how narrow a density may be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.access import Scope
from geo.crs import project_points
from geo.dashboard.figures import heat
from geo.measures import records
from geo.privacy import density_bandwidth_m, density_events, density_points, protect_points
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


def test_records_with_few_near_them_are_left_out_one_after_the_other(tiny: Release) -> None:
    # Five in one place; a chain of four towards the east, 900 m apart: the last one goes first, then the one before it.
    step = 900 / 96_486  # metres per degree of longitude at 30° N
    lon = [120.0] * 5 + [120.2 + step * k for k in (0, 0, 1, 1, 1, 2, 3)]
    points = pd.DataFrame({"lon": lon, "lat": 30.0})
    kept = density_points(points, MARCH, Scope("public"), release=tiny, bandwidth_m=500.0)
    assert kept is not None
    assert kept["lon"].tolist() == lon[:10]
    whole = density_points(points, MARCH, Scope("planner"), release=tiny, bandwidth_m=500.0)
    assert whole is not None
    assert len(whole) == 12


def density_at(release: Release, role: str, lon: float, lat: float) -> float:
    density = heat.event_density(release, MARCH, Scope(role))
    easting, northing = project_points([lon], [lat], density.crs)
    row, column = (density.north_m - northing[0]) / density.cell_m, (easting[0] - density.west_m) / density.cell_m
    return float(density.values[int(row), int(column)])


def test_single_record_leaves_no_density_for_the_public(demo_release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    found = records(demo_release, MARCH)
    centre = found[["lon", "lat"]].median()
    near = np.hypot(found["lon"] - centre["lon"], found["lat"] - centre["lat"]).sort_values().index
    alone = found.loc[near[-1:]]
    monkeypatch.setattr(heat, "records", lambda *_: pd.concat([found.loc[near[:50]], alone]))
    place = float(alone["lon"].iloc[0]), float(alone["lat"].iloc[0])
    assert density_at(demo_release, "planner", *place) > 0
    assert density_at(demo_release, "public", *place) == 0
    assert heat.event_density(demo_release, MARCH, Scope("public")).highest > 0


def test_number_of_records_of_a_public_density_is_a_round_one(tiny: Release) -> None:
    told = [density_events(drawn, MARCH, Scope("public"), release=tiny) for drawn in (0, 5, 97, 100)]
    assert told == [0, 10, 100, 100]
    assert density_events(97, MARCH, Scope("planner"), release=tiny) == 97
