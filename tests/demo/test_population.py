"""Kinds and people of grids."""

from __future__ import annotations

import pytest

from geo.codes import code_list
from geo.demo import Demo
from geo.demo.truths import Truths
from geo.rules import load_rules


def test_there_are_grids_of_every_kind(demo: Demo) -> None:
    assert set(demo.layers["grids"]["kind"]) == set(code_list("grid_kind"))


def test_only_the_planted_grids_are_over_or_under_size(demo: Demo) -> None:
    grids = demo.layers["grids"]
    sizes = grids["kind"].map(load_rules().grid_sizes)

    assert set(grids["grid_id"][grids["households"] > sizes.str[1]]) == demo.planted.over_size
    assert set(grids["grid_id"][grids["households"] < sizes.str[0]]) == demo.planted.under_size


def test_as_many_sizes_are_planted_as_written_down(demo: Demo, truths: Truths) -> None:
    assert len(demo.planted.over_size) == truths.over_size.grids
    assert len(demo.planted.under_size) == truths.under_size.grids


def test_lived_in_grids_have_residents_to_their_households(demo: Demo) -> None:
    grids = demo.layers["grids"].query("households > 50")
    people = (grids["residents"] / grids["households"]).astype(float)

    assert people.between(2.1, 3.4).all()
    assert people.mean() == pytest.approx(2.75, abs=0.05)


def test_enterprises_and_schools_have_more_floating_people_than_residents(demo: Demo) -> None:
    sums = demo.layers["grids"].groupby("kind")[["floating", "residents"]].sum().astype(float)
    for_each_resident = sums["floating"] / sums["residents"]

    assert for_each_resident[["enterprise", "school"]].min() > 1
    assert for_each_resident["village"] < 0.1
