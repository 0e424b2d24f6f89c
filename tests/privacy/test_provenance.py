"""How much of the data's making each role sees, where it is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.access import Scope
from geo.errors import NotPermitted
from geo.privacy import protect_changes, protect_imports, protect_layers, protect_rejects, provenance_for
from geo.store import LayerChange, LayerState, Report

PLANNER, PUBLIC = Scope("planner"), Scope("public")
COUNTY = Scope("director")
OF_AN_AREA = (Scope("planner", "S1"), Scope("director", "S1"))
CHANGE = LayerChange("disputes", "replaced", 7, 8, new=2, gone=1, altered=3)
STATE = LayerState("disputes", 8, since=2, last_day=date(2025, 3, 31), lag_days=0, source="somebody")


def make_report(folder: Path, layer: str = "incidents", **more: Mapping[str, str]) -> Report:
    """A report of five rows: three loaded, one rejected, one left out; the columns of the file are id, x and y."""
    rejects = pd.DataFrame(
        {
            "row": [3, 5],
            "fate": ["rejected", "left out"],
            "column": ["found_at", ""],
            "reason": ["not a date", "outside the county"],
            "file: id": ["r3", None],
            "file: x": ["120.5", None],
            "file: y": ["30.5", None],
        }
    )
    rejects.to_parquet(folder / "rejects.parquet")
    payload = {
        "layer": layer,
        "rows_in": 5,
        "rows_loaded": 3,
        "rejected": {"found_at: not a date": 1},
        "left_out": {"outside the county": 1},
        "columns_left_out": ["phone"],
        **more,
    }
    return Report(release=2, name=layer, payload=payload, rejects=folder / "rejects.parquet")


def test_each_role_has_its_measure() -> None:
    assert [provenance_for(scope) for scope in (PUBLIC, PLANNER)] == ["dates", "rows"]
    assert provenance_for(COUNTY) == "counts"
    # Layers and files are of the whole release: counts of them are from outside of an area.
    assert {provenance_for(scope) for scope in OF_AN_AREA} == {"dates"}


@pytest.mark.parametrize("scope", [PUBLIC, *OF_AN_AREA])
def test_the_public_and_those_of_an_area_see_layers_and_dates_without_a_count(scope: Scope) -> None:
    assert protect_changes([CHANGE], scope) == (LayerChange("disputes", "replaced", None, None),)
    (seen,) = protect_layers([STATE], scope)
    assert (seen.rows, seen.last_day, seen.source) == (None, STATE.last_day, "somebody")


@pytest.mark.parametrize("scope", [PLANNER, COUNTY])
def test_all_others_see_what_changed(scope: Scope) -> None:
    assert protect_changes([CHANGE], scope) == (CHANGE,)
    assert protect_layers([STATE], scope) == (STATE,)


@pytest.mark.parametrize("scope", [PUBLIC, *OF_AN_AREA])
def test_the_public_and_those_of_an_area_see_no_import(tmp_path: Path, scope: Scope) -> None:
    with pytest.raises(NotPermitted, match="directors and planners of the whole area"):
        protect_imports([make_report(tmp_path)], scope)
    with pytest.raises(NotPermitted, match="planners of the whole area"):
        protect_rejects(make_report(tmp_path), scope)


def test_the_countys_director_sees_counts_by_reason_alone(tmp_path: Path) -> None:
    report = make_report(tmp_path)
    (seen,) = protect_imports([report], COUNTY)
    assert (seen.rows_in, seen.rows_loaded, seen.rows_rejected, seen.rows_left_out) == (5, 3, 1, 1)
    assert seen.rejected == {"found_at: not a date": 1}
    assert seen.details is None
    with pytest.raises(NotPermitted, match="planners of the whole area"):
        protect_rejects(report, COUNTY)


def test_planners_of_the_whole_see_details_and_rows(tmp_path: Path) -> None:
    report = make_report(tmp_path)
    (seen,) = protect_imports([report], PLANNER)
    assert seen.details is not None
    assert seen.details["columns_left_out"] == ["phone"]
    assert protect_rejects(report, PLANNER)["file: x"].to_list()[0] == "120.5"


def test_rows_that_may_be_of_families_have_no_coordinates_for_anybody(tmp_path: Path) -> None:
    report = make_report(tmp_path, "disputes", columns_mapped={"record_id": "id", "lon": "x", "lat": "y"})
    assert list(protect_rejects(report, PLANNER).columns) == ["row", "fate", "column", "reason", "file: id"]


def test_where_nobody_said_which_columns_are_coordinates_none_is_shown(tmp_path: Path) -> None:
    rows = protect_rejects(make_report(tmp_path, "disputes"), PLANNER)
    assert list(rows.columns) == ["row", "fate", "column", "reason"]
