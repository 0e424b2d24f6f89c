"""What grids ask of posts in the tiny county in March 2025."""

from __future__ import annotations

import numpy as np
import pytest

from geo.measures import coverage
from geo.measures.inequality import gini
from geo.rules import Rules
from geo.store import Release
from geo.view import Period, View

MARCH = View(Period("2025-03"), layer="coverage")
WEEKS = 31 / 7


def visits(households: int) -> float:
    """Hours a week of visits: every household once a year, half an hour each."""
    return households * 0.5 * 7 / 365.25


def test_hours_asked_are_split_by_shares_of_time(tiny: Release, rules: Rules) -> None:
    posts = coverage.workload(tiny, MARCH, rules=rules).frame.set_index("post_id")
    # G1: 3 disputes of 6 hours, a hazard of 2; P1 has a third of it (0.5 of 1.5), P2 the rest.
    g1 = (3 * 6 + 2) / WEEKS + visits(400)
    g2 = 2 * 6 / WEEKS + visits(600)
    g3 = 2 / WEEKS + visits(200)
    assert posts.loc["P1", "hours_asked"] == pytest.approx(g1 / 3 + g2 + g3)
    assert posts.loc["P2", "hours_asked"] == pytest.approx(g1 * 2 / 3)
    assert posts["grids"].tolist() == [3, 1, 1]


def test_posts_that_count_and_have_a_grid_that_day(tiny: Release, rules: Rules) -> None:
    # P3 is a grid worker, P5 has no grid.
    posts = coverage.workload(tiny, MARCH, rules=rules).frame
    assert posts["post_id"].tolist() == ["P1", "P2", "P4"]
    assert posts["ratio"].tolist() == (posts["hours_asked"] / [40, 20, 10]).tolist()


def test_area_shows_its_posts_with_all_their_grids(tiny: Release, rules: Rules) -> None:
    whole = coverage.workload(tiny, MARCH, rules=rules).frame.set_index("post_id")
    village = coverage.workload(tiny, MARCH.replace(area="V2"), rules=rules).frame.set_index("post_id")
    assert village.index.tolist() == ["P1"]
    assert village["hours_asked"].tolist() == [whole["hours_asked"]["P1"]]


def test_spread_in_one_row(tiny: Release, rules: Rules) -> None:
    ratios = np.sort(coverage.workload(tiny, MARCH, rules=rules).frame["ratio"])
    spread = coverage.spread(tiny, MARCH, rules=rules).frame.iloc[0]
    assert spread["posts"] == 3
    assert spread["max_to_median"] == pytest.approx(ratios[2] / ratios[1])
    assert spread["max_to_min"] == pytest.approx(ratios[2] / ratios[0])
    assert spread["gini"] == gini(ratios)
    assert spread["gini_low"] <= spread["gini"] <= spread["gini_high"]


def test_spread_without_posts_is_missing(tiny: Release, rules: Rules) -> None:
    spread = coverage.spread(tiny, MARCH.replace(area="S2"), rules=rules).frame.iloc[0]
    assert spread["posts"] == 0
    assert spread.drop("posts").isna().all()
