"""Records: numbered as found, in their grids, with transitions in order and rhythm in time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.codes import code_list
from geo.demo import Demo
from geo.demo.timing import calendar
from geo.demo.truths import Truths, load_rates
from geo.rules import load_rules

LAYERS = ("disputes", "hazards", "incidents")
AS_OF = pd.Timestamp("2025-12-31")


@pytest.mark.parametrize(("layer", "about"), [("disputes", 40_000), ("hazards", 25_000), ("incidents", 60_000)])
def test_there_are_as_many_records_as_planned(demo: Demo, layer: str, about: int) -> None:
    assert len(demo.layers[layer]) == pytest.approx(about, rel=0.02)


@pytest.mark.parametrize("layer", LAYERS)
def test_records_are_numbered_in_the_order_they_were_found(demo: Demo, layer: str) -> None:
    records = demo.layers[layer]

    assert records["record_id"].is_unique
    assert records["record_id"].is_monotonic_increasing
    assert records["found_at"].is_monotonic_increasing
    assert records["found_at"].between("2023-01-01", "2025-12-31 23:59").all()


@pytest.mark.parametrize("layer", LAYERS)
def test_records_inside_lie_in_or_on_their_grid(demo: Demo, layer: str) -> None:
    records = demo.layers[layer].query("placed == 'inside'")
    shapes = demo.layers["grids"].set_index("grid_id").geometry.loc[records["grid_id"]].array

    assert shapely.intersects_xy(shapes, records["lon"], records["lat"]).all()


@pytest.mark.parametrize("layer", LAYERS)
def test_some_records_have_no_place(demo: Demo, truths: Truths, layer: str) -> None:
    placed = demo.layers[layer]["placed"].value_counts()

    assert placed["no_coordinates"] == truths.unplaced.no_coordinates
    assert placed["outside"] == truths.unplaced.outside
    assert truths.unplaced.snapped <= placed["snapped"] < truths.unplaced.snapped + 40


@pytest.mark.parametrize(
    ("layer", "steps"),
    [
        ("disputes", ["found_at", "accepted_on", "mediating_on", "settled_on", "returned_on"]),
        ("disputes", ["mediating_on", "transferred_on"]),
        ("disputes", ["mediating_on", "failed_on"]),
        ("hazards", ["found_at", "notified_on", "rectifying_on", "rectified_on", "verified_on"]),
    ],
)
def test_each_step_comes_after_the_one_before(demo: Demo, layer: str, steps: list[str]) -> None:
    records = demo.layers[layer]
    for earlier, later in pairwise(steps):
        known = records[records[later].notna()]
        assert (known[earlier].dt.normalize() <= known[later]).all()
        assert (known[later] <= AS_OF).all()


def test_a_dispute_ends_in_one_way(demo: Demo) -> None:
    ends = demo.layers["disputes"][["settled_on", "transferred_on", "failed_on"]].notna()

    assert ends.sum(axis=1).max() == 1
    assert 0.85 < ends["settled_on"].mean() < 0.93


def test_levels_and_transfers_stand_where_they_belong(demo: Demo) -> None:
    disputes = demo.layers["disputes"]

    assert (disputes["settled_at"].notna() == disputes["settled_on"].notna()).all()
    assert (disputes["transfer"].notna() == disputes["transferred_on"].notna()).all()
    assert set(disputes["channel"].dropna()) == set(code_list("channel"))


def test_a_repeat_follows_the_settlement_of_the_same_quarrel(demo: Demo) -> None:
    disputes = demo.layers["disputes"].set_index("record_id")
    repeats = disputes[disputes["repeat_of"].notna()]
    parents = disputes.loc[repeats["repeat_of"]]
    wait = repeats["found_at"].dt.normalize().to_numpy() - parents["settled_on"].to_numpy()

    assert len(repeats) == pytest.approx(1_400, rel=0.05)
    assert (repeats["class"].to_numpy() == parents["class"].to_numpy()).all()
    assert (repeats[["lon", "lat"]].to_numpy() == parents[["lon", "lat"]].to_numpy()).all()
    assert (wait > np.timedelta64(0)).all()
    assert (wait <= np.timedelta64(load_rules().deadlines.repeat_days, "D")).all()


def test_hazards_are_due_by_their_grade(demo: Demo) -> None:
    hazards = demo.layers["hazards"].dropna(subset=["due_on"])
    days = (hazards["due_on"] - hazards["notified_on"]).dt.days
    major = hazards["grade"] == "major"

    assert set(days[major]) == {30}
    assert set(days[~major]) == {15}


def test_what_is_discovered_is_discovered_at_work(demo: Demo) -> None:
    hazards = demo.layers["hazards"]
    moments = hazards["found_at"].to_numpy()
    hour = moments.astype("datetime64[h]").astype(int) % 24
    sunday = moments.astype("datetime64[D]").astype(int) % 7 == 3  # 1 January 1970 was a Thursday
    discovered = (hazards["source"] == "discovered").to_numpy()

    at_work = (hour >= 8) & (hour < 18)
    assert at_work[discovered].mean() > 0.85 > at_work[~discovered].mean()
    assert sunday[discovered].mean() < 0.07 < sunday[~discovered].mean()


def test_drowning_hazards_are_of_the_summer(demo: Demo) -> None:
    hazards = demo.layers["hazards"]
    month = hazards["found_at"].dt.month[hazards["class"] == "drowning"]

    assert month.between(5, 8).mean() > 0.6
    assert month.isin([12, 1, 2]).mean() < 0.12


def test_both_sources_and_every_class_are_there(demo: Demo) -> None:
    for layer, classes in zip(LAYERS, ("dispute_class", "hazard_class", "incident_class"), strict=True):
        assert set(demo.layers[layer]["class"]) == set(code_list(classes))
        assert set(demo.layers[layer]["source"]) == {"reported", "discovered"}


def test_subclasses_belong_to_their_class(demo: Demo) -> None:
    known = demo.layers["incidents"].dropna(subset=["subclass"])
    parents = {code: one.parent for code, one in code_list("incident_subclass").items()}

    assert (known["subclass"].map(parents) == known["class"]).all()


def test_the_rates_name_only_known_codes_and_months(demo: Demo) -> None:
    for layer, classes in zip(LAYERS, ("dispute_class", "hazard_class", "incident_class"), strict=True):
        rates = load_rates()[layer]["classes"]
        assert set(rates) == set(code_list(classes))
        for one in rates.values():
            assert set(one.get("kinds", {})) <= set(code_list("grid_kind"))
            assert len(one.get("months", range(12))) == 12


def test_little_happens_on_new_years_day_and_more_in_the_month_before(demo: Demo) -> None:
    labour = demo.layers["disputes"].query("`class` == 'labour'")["found_at"]
    days = labour.dt.normalize().value_counts()
    month = labour.dt.to_period("M").value_counts()

    assert days.reindex(pd.date_range("2024-02-10", "2024-02-16"), fill_value=0).mean() < 0.7 * days.mean()
    assert month["2024-01"] > 1.4 * month["2024-05"]
    assert calendar().last == np.datetime64(AS_OF.date())
