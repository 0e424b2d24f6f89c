"""What is planted can be found in the frames with plain tools."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import cKDTree

from geo.demo import Demo
from geo.demo.areas import Made
from geo.demo.geometry import to_metres
from geo.demo.incidents import shared_border
from geo.demo.truths import Truths


@pytest.fixture
def incidents(demo: Demo) -> pd.DataFrame:
    return demo.layers["incidents"].dropna(subset=["lon"])


def test_every_truth_is_told_in_both_languages(truths: Truths) -> None:
    assert all(len(en) > 20 and len(zh) > 10 for en, zh in truths.words.values())
    assert len(truths.words) == 10


def test_the_hot_spot_begins_on_its_day(incidents: pd.DataFrame, demo: Demo, truths: Truths) -> None:
    hot = truths.hot_spot
    middle = to_metres(np.array([demo.planted.hot_spot]))
    apart_m = np.hypot(*(to_metres(incidents[["lon", "lat"]].to_numpy()) - middle).T)
    near = incidents[(apart_m <= hot.radius_m) & (incidents["subclass"] == hot.subclass)]
    after = near["found_at"] >= pd.Timestamp(hot.start)
    days_after = (pd.Timestamp("2026-01-01") - pd.Timestamp(hot.start)).days

    before_per_day = (~after).sum() / (3 * 365 + 1 - days_after)
    assert after.sum() / days_after - before_per_day == pytest.approx(hot.per_day, rel=0.2)


def test_burglars_come_back(incidents: pd.DataFrame, truths: Truths) -> None:
    """More pairs near in space and time than with dates dealt out anew (Knox)."""
    pattern = truths.near_repeat
    burglaries = incidents[incidents["subclass"] == pattern.subclass]
    pairs = cKDTree(to_metres(burglaries[["lon", "lat"]].to_numpy())).query_pairs(
        pattern.within_m, output_type="ndarray"
    )
    day = burglaries["found_at"].dt.normalize().to_numpy().astype("datetime64[D]").astype(int)
    rng = np.random.default_rng(0)

    def close(days: np.ndarray) -> int:
        return int((np.abs(days[pairs[:, 0]] - days[pairs[:, 1]]) <= pattern.within_days).sum())

    by_chance = [close(rng.permutation(day)) for _ in range(99)]
    assert close(day) > 3 * max(by_chance)


def test_the_slow_station_takes_longer_than_all_others(demo: Demo, truths: Truths) -> None:
    disputes = demo.layers["disputes"].merge(demo.layers["grids"][["grid_id", "station_id"]], on="grid_id")
    days = (disputes["settled_on"] - disputes["accepted_on"]).dt.days
    median = days.groupby(disputes["station_id"]).median()

    others = median.drop(demo.planted.slow_station)
    assert median[demo.planted.slow_station] > 1.8 * others.max()
    assert demo.planted.slow_station[-3:] == f"{truths.slow_station.station - 4 + 100}"


def test_part_time_job_fraud_rises_and_other_fraud_does_not(incidents: pd.DataFrame, truths: Truths) -> None:
    fraud = incidents[incidents["class"] == "fraud"]
    rising = fraud["subclass"] == truths.rising_fraud.subclass
    year = fraud["found_at"].dt.year
    counts = fraud.groupby([rising, year]).size()

    assert counts[True, 2025] > 1.6 * counts[True, 2024]
    assert counts[False, 2025] == pytest.approx(counts[False, 2024], rel=0.1)


def test_points_on_the_border_all_go_to_the_smaller_code(incidents: pd.DataFrame, demo: Demo, truths: Truths) -> None:
    small, large = demo.planted.border
    shapes = demo.layers["grids"].set_index("grid_id").geometry
    conflicts = incidents[incidents["class"] == "conflict"]
    both = shapely.intersects_xy(shapes[small], conflicts["lon"], conflicts["lat"]) & shapely.intersects_xy(
        shapes[large], conflicts["lon"], conflicts["lat"]
    )

    on_border = conflicts[both]
    assert len(on_border) == truths.border.records
    assert set(on_border["grid_id"]) == {small}
    assert small < large


def test_the_border_chosen_is_the_border_of_the_two_grids(made: Made) -> None:
    (small, large), vertices = shared_border(made.county)
    common = shapely.intersection(made.county.land.grids[small], made.county.land.grids[large])

    assert len(vertices) > 20
    assert shapely.intersects(common, shapely.points(vertices)).all()
