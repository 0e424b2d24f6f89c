"""What is counted where and when, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geo.privacy.public.cubes import area_label, make_time_axis, tally
from geo.privacy.public.ledger import open_to_public
from geo.rules import Rules
from geo.store import Release, Store
from tests.privacy.public.county import HEADER, incidents, publish, year_of
from tests.store.conftest import make_grids, make_incidents

JANUARY_2025 = 55 * 12


def test_quarters_and_years_are_of_complete_months() -> None:
    axis = make_time_axis(range(JANUARY_2025 + 1, JANUARY_2025 + 7))
    assert axis.labels == ("2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-Q2")
    assert (axis.start[-1], axis.stop[-1]) == (2, 5)
    assert make_time_axis(range(JANUARY_2025, JANUARY_2025 + 12)).labels[-1] == "2025"


def test_tiny_county_by_hand(tiny: Release, rules: Rules) -> None:
    told = tally(tiny, "incidents", rules)
    assert told is not None
    march = told.base([JANUARY_2025 + 2])[..., 0]
    areas, classes, sources = told.axes
    assert march.sum() == 3
    fraud = march[areas.position["village:V1"], classes.position["fraud"]]
    assert fraud[sources.position["reported"]] == fraud[sources.position["discovered"]] == 1
    assert areas.labels[-1] == "county:C" or "all" not in areas.labels  # one county: no sum of several
    assert told.told_months[-1] == JANUARY_2025 + 2


def test_settled_within_their_month_are_told_when_all_terms_are_over(tiny: Release, rules: Rules) -> None:
    told = tally(tiny, "settled_in_month", rules)
    assert told is not None
    # Accepted in March 2025: the terms of these end in April, after the data.
    assert JANUARY_2025 + 2 not in told.told_months
    february = told.base([JANUARY_2025 + 1])[..., 0]
    # D10 was settled on 1 March, the last day of its month; D07 never.
    assert february.sum(axis=0).tolist() == [1, 1]


def test_a_layer_that_is_not_there_or_empty_is_no_cube(tmp_path: Path, rules: Rules) -> None:
    release = publish(tmp_path, incidents(year_of(1, 2024, months=1)).iloc[:0], date(2024, 1, 31))
    assert tally(release, "disputes", rules) is None
    assert tally(release, "incidents", rules) is None
    assert open_to_public(release).blocks == ()


def test_store_of_grids_alone_tells_of_all_of_them(tmp_path: Path) -> None:
    layers = {"grids": make_grids("g1", "g2"), "incidents": make_incidents(20)}
    release = Store(tmp_path).publish(layers, as_of=date(2025, 1, 31), **HEADER)
    ledger = open_to_public(release)
    assert [block.axes[0].labels for block in ledger.blocks] == [("all",)]
    assert abs(ledger.counts("incidents", ["all"], "2025-01", "theft", "reported")[0] - 20) <= 6
    assert np.isnan(ledger.counts("incidents", ["grid:g1"], "2025-01", "theft", "reported")[0])


@pytest.mark.parametrize(("level", "code", "label"), [("village", "7", "village:7"), ("all", "all", "all")])
def test_labels_of_areas(level: str, code: str, label: str) -> None:
    assert area_label(level, code) == label
