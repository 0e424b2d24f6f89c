"""The nearest view that a scope may see."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access import Scope
from geo.measures import measure
from geo.privacy import nearest_allowed, protect
from geo.store import Release
from geo.view import Period, View

PUBLIC = Scope("public")
MARCH = View(Period("2025-03"), level="village")


def test_view_that_may_be_seen_is_left_as_it_is(tiny: Release) -> None:
    assert nearest_allowed(MARCH, PUBLIC, tiny).view == MARCH
    assert nearest_allowed(MARCH, PUBLIC, tiny).reasons == ()
    fine = MARCH.replace(level="grid", area="G1", period=Period("2025"), classes=("labour",))
    assert nearest_allowed(fine, Scope("planner"), tiny).view == fine
    assert nearest_allowed(fine, Scope("director", "S1"), tiny).view == fine


def test_grids_become_villages_and_a_grid_its_village(tiny: Release) -> None:
    allowed = nearest_allowed(MARCH.replace(level="grid", area="G3"), PUBLIC, tiny)
    assert (allowed.view.level, allowed.view.area) == ("village", "V2")
    assert len(allowed.reasons) == 1
    assert nearest_allowed(MARCH.replace(level="grid", area="S1"), PUBLIC, tiny).view.area == "S1"


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("2025", "2024"),
        ("2025-Q2", "2025-Q1"),
        ("2025-12", "2025-03"),
        ("2024..2025", "2024"),
        ("2023..2024", "2024"),
        ("2025-02..2025-03", "2025-03"),
    ],
)
def test_periods_become_whole_ones_that_are_over(tiny: Release, asked: str, nearest: str) -> None:
    allowed = nearest_allowed(MARCH.replace(period=Period(asked)), PUBLIC, tiny)
    assert allowed.view.period == Period(nearest)
    assert allowed.reasons


def test_several_classes_become_all_and_one_class_and_source_stay(tiny: Release) -> None:
    several = nearest_allowed(MARCH.replace(classes=("labour", "contract"), source="reported"), PUBLIC, tiny)
    assert (several.view.classes, several.view.source) == ((), "reported")
    assert several.reasons == (
        "Several classes at once are not shown to this role: the table names them side by side.",
    )
    one = MARCH.replace(classes=("labour",), source="reported")
    assert nearest_allowed(one, PUBLIC, tiny).view == one


def test_outside_the_own_area_the_public_s_rule_holds(tiny: Release) -> None:
    allowed = nearest_allowed(MARCH.replace(level="grid", area="V3"), Scope("director", "S1"), tiny)
    assert (allowed.view.level, allowed.view.area) == ("village", "V3")


@settings(max_examples=20, deadline=None)
@given(
    period=st.sampled_from(["2024", "2025", "2025-Q2", "2024-02", "2024-02..2024-07", "2024..2025"]),
    level=st.sampled_from(["county", "station", "village", "grid"]),
    area=st.sampled_from([None, "C", "S1", "V2", "G4"]),
    classes=st.sampled_from([(), ("labour",), ("labour", "contract")]),
)
def test_nearest_view_passes_the_door(
    tiny: Release, period: str, level: str, area: str | None, classes: tuple[str, ...]
) -> None:
    nearest = nearest_allowed(View(Period(period), level=level, area=area, classes=classes), PUBLIC, tiny).view
    order = ["county", "station", "village", "grid"]
    own = {"C": "county", "S": "station", "V": "village"}[nearest.area[0]] if nearest.area else "county"
    if order.index(nearest.level) >= order.index(own):
        protect(measure(tiny, nearest), nearest, PUBLIC)
    assert nearest_allowed(nearest, PUBLIC, tiny).view == nearest
