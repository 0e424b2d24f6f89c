"""The product's own measures tell what was planted."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.demo import Demo
from geo.measures import coverage, measure, monthly, summary
from geo.store import Release
from geo.view import Period, View

AS_OF = date(2025, 12, 31)


def ask(query: str) -> View:
    return View.parse(query, period=Period("2025"))


@pytest.fixture(scope="module")
def states(demo_release: Release) -> pd.DataFrame:
    return coverage.states(demo_release, AS_OF).frame.set_index("area_id")


def test_vacant_grids_are_told_with_their_days(states: pd.DataFrame, demo: Demo) -> None:
    vacant = states[states["state"] == "vacant"]

    assert set(vacant.index) == set(demo.planted.vacant)
    since = {grid: None if pd.isna(day) else day for grid, day in vacant["since"].items()}
    assert since == demo.planted.vacant


@pytest.mark.parametrize("flag", ["shared", "over_size", "under_size"])
def test_flags_of_grids_are_told(states: pd.DataFrame, demo: Demo, flag: str) -> None:
    assert set(states.index[states[flag]]) == getattr(demo.planted, flag)


def test_the_slow_station_has_the_longest_median(demo_release: Release, demo: Demo) -> None:
    stations = measure(demo_release, ask("level=station&layer=disputes")).frame.set_index("area_id")
    slow = stations.loc[demo.planted.slow_station]
    others = stations.drop(demo.planted.slow_station)

    assert slow["median_days"] > 1.5 * others["median_days"].max()
    # Beyond chance: its share settled within a month lies below every other's interval.
    assert slow["settled_in_month_high"] < others["settled_in_month_low"].min()


def test_the_rising_fraud_rises_month_by_month(demo_release: Release, demo: Demo) -> None:
    year = summary(demo_release, ask("level=county&layer=incidents")).frame.iloc[0]
    before = summary(demo_release, ask("level=county&layer=incidents&period=2024")).frame.iloc[0]
    n, m = float(year["subclass_part_time_job"]), float(before["subclass_part_time_job"])

    # The difference of two Poisson counts, in standard errors.
    assert (n - m) / np.sqrt(n + m) > 10
    fraud = monthly(demo_release, ask("level=county&layer=incidents&class=fraud"), months=12).frame
    assert fraud["n"].iloc[-3:].sum() > 1.1 * fraud["n_compare"].iloc[-3:].sum()


def test_the_rise_of_fraud_is_more_than_chance(demo_release: Release) -> None:
    fraud = summary(demo_release, ask("level=county&layer=incidents&class=fraud&period=2025-Q4")).frame.iloc[0]

    assert fraud["beyond_chance"]
    assert fraud["change_low"] > 0


def test_the_hot_spots_grids_are_on_top_after_it_began(demo_release: Release, demo: Demo) -> None:
    thefts = measure(demo_release, ask("level=grid&layer=incidents&class=theft&period=2025-Q4")).frame

    top = thefts.sort_values("subclass_vehicle", ascending=False).iloc[0]
    assert top["area_id"] == demo.planted.hot_spot_grid
    assert top["beyond_chance"]


def test_the_hot_spot_was_not_there_before(demo_release: Release, demo: Demo) -> None:
    thefts = measure(demo_release, ask("level=grid&layer=incidents&class=theft&period=2025-Q1")).frame
    grid = thefts.set_index("area_id").loc[demo.planted.hot_spot_grid]

    assert not grid["beyond_chance"]


def test_no_record_is_lost_or_doubled(demo_release: Release, demo: Demo) -> None:
    for layer in ("disputes", "hazards", "incidents"):
        table = measure(demo_release, ask(f"level=grid&layer={layer}&period=2023..2025"))
        assert table.frame["n"].sum() + table.unplaced == len(demo.layers[layer])


def test_border_points_are_counted_in_the_smaller_grid(demo_release: Release, demo: Demo) -> None:
    conflicts = measure(demo_release, ask("level=grid&layer=incidents&class=conflict")).frame.set_index("area_id")["n"]
    small, large = demo.planted.border

    assert conflicts[small] >= 120
    assert conflicts[large] < 30
