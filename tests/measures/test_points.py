"""Which records may be seen as points at all."""

from __future__ import annotations

from geo.codes import code_list
from geo.measures import records
from geo.store import Release
from geo.view import Period, View

MARCH = View(Period("2025-03"))


def test_family_and_medical_matters_are_never_among_the_points(tiny: Release) -> None:
    points = records(tiny, MARCH)
    # All eight but D05, a family matter.
    assert len(points) == 7
    private = {code for code, entry in code_list("dispute_class").items() if "never_points" in entry.flags}
    assert private == {"marriage_family", "medical"}
    assert not private & set(points["class"])
    assert records(tiny, MARCH.replace(classes=("marriage_family",))).empty


def test_points_name_no_record(tiny: Release) -> None:
    assert records(tiny, MARCH).columns.tolist() == ["lon", "lat", "class", "found_at"]


def test_points_follow_the_view(tiny: Release) -> None:
    assert len(records(tiny, MARCH.replace(area="V1"))) == 4  # D01 to D04
    assert len(records(tiny, MARCH.replace(source="discovered"))) == 2
    assert len(records(tiny, MARCH.replace(classes=("neighbours",)))) == 4
    assert records(tiny, MARCH.replace(period=Period("2025-04"))).empty
