"""Posts, assignments and service: what the rules allow, but for what was planted."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.codes import code_list
from geo.demo import Demo
from geo.demo.truths import Truths
from geo.rules import load_rules

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def valid(demo: Demo) -> pd.DataFrame:
    """Assignments that hold on the last day, with the role of their post."""
    assignments = demo.layers["assignments"]
    today = (assignments["from_on"] <= AS_OF) & ~(assignments["until_on"] <= AS_OF)
    return assignments[today].merge(demo.layers["officers"], on="post_id")


def test_only_the_planted_grids_have_no_officer(demo: Demo, valid: pd.DataFrame) -> None:
    counting = valid[valid["role"].isin(load_rules().coverage.counting_roles)]

    assert set(demo.layers["grids"]["grid_id"]) - set(counting["grid_id"]) == set(demo.planted.vacant)


def test_vacancies_are_as_old_as_written_down(demo: Demo, truths: Truths) -> None:
    assignments = demo.layers["assignments"].merge(demo.layers["officers"], on="post_id")
    counting = assignments[assignments["role"].isin(load_rules().coverage.counting_roles)]
    last = counting[counting["grid_id"].isin(demo.planted.vacant)].groupby("grid_id")["until_on"].max()

    assert sorted(last.dt.date) == sorted(truths.vacant.since)
    assert last.to_dict() == {grid: day for grid, day in demo.planted.vacant.items() if day is not None}
    assert sum(day is None for day in demo.planted.vacant.values()) == truths.vacant.never


def test_only_the_planted_posts_have_too_many_grids(demo: Demo, truths: Truths, valid: pd.DataFrame) -> None:
    grids = valid.groupby(["post_id", "role"])["grid_id"].agg(list).reset_index()
    allowed = grids["role"].map(load_rules().coverage.max_grids_per_post)
    crowded = grids[grids["grid_id"].str.len() > allowed]

    assert len(crowded) == truths.shared.posts
    assert set(crowded["grid_id"].explode()) == demo.planted.shared


def test_nobody_else_who_counts_looks_after_shared_grids(demo: Demo, valid: pd.DataFrame) -> None:
    counting = valid[valid["role"].isin(load_rules().coverage.counting_roles)]

    assert (counting[counting["grid_id"].isin(demo.planted.shared)].groupby("grid_id").size() == 1).all()


def test_shares_of_a_post_never_add_up_to_more_than_one(demo: Demo) -> None:
    assert demo.layers["assignments"].groupby("post_id")["share"].sum().max() <= 1


def test_assignments_change_over_time_and_none_ends_before_it_begins(demo: Demo) -> None:
    assignments = demo.layers["assignments"]
    ended = assignments.dropna(subset=["until_on"])

    assert 0.15 < len(ended) / len(assignments) < 0.5
    assert (ended["from_on"] < ended["until_on"]).all()


def test_posts_stay_in_their_station(demo: Demo) -> None:
    assignments = demo.layers["assignments"].merge(demo.layers["officers"], on="post_id")
    station = demo.layers["grids"].set_index("grid_id")["station_id"]

    assert (assignments["grid_id"].map(station) == assignments["station_id"]).all()
    assert set(assignments["role"]) == set(code_list("role"))


def test_every_grid_is_counted_in_every_month(demo: Demo) -> None:
    visits = demo.layers["visits"]

    assert len(visits) == 1_500 * 36
    assert visits["households_visited"].sum() > 3 * visits["requests_handled"].sum()


def test_vacant_grids_are_hardly_visited(demo: Demo) -> None:
    every = demo.layers["visits"]
    visits = every[every["month"] == pd.Timestamp("2025-12-01")].set_index("grid_id")
    households = demo.layers["grids"].set_index("grid_id")["households"]
    vacant = list(demo.planted.vacant)

    share = visits["households_visited"].sum() / households.sum()
    assert visits["households_visited"][vacant].sum() / households[vacant].sum() < 0.4 * share


def test_groups_places_and_surveys_are_there(demo: Demo) -> None:
    assert set(demo.layers["places"]["kind"]) == set(code_list("place_kind"))
    assert (demo.layers["places"]["placed"] == "inside").all()
    assert demo.layers["places"]["name"].is_unique
    assert len(demo.layers["surveys"]) == 12 * 2 * 6
    assert demo.layers["groups"].groupby("group_id")["grid_id"].nunique().max() == 1
