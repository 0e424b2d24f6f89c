"""Names and codes: believable, in both languages, none twice."""

from __future__ import annotations

import re

import pytest

from geo.demo import Demo
from geo.demo.names import numeral, words
from geo.rules import load_rules


@pytest.mark.parametrize(("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_numbers_are_written_as_people_do(number: int, written: str) -> None:
    assert numeral(number) == written


@pytest.mark.parametrize(
    ("layer", "key"), [("villages", "village_id"), ("grids", "grid_id"), ("stations", "station_id")]
)
def test_codes_and_names_come_once(demo: Demo, layer: str, key: str) -> None:
    frame = demo.layers[layer]

    assert frame[key].is_unique
    assert frame["name"].is_unique
    assert frame["name_en"].is_unique


@pytest.mark.parametrize("level", ["county", "station", "village", "grid"])
def test_codes_follow_the_divisions_pattern(demo: Demo, level: str) -> None:
    layer = {"county": "counties"}.get(level, f"{level}s")
    pattern = load_rules().codes["cn"][level]

    assert demo.layers[layer][f"{level}_id"].map(lambda code: bool(re.fullmatch(pattern, code))).all()


def test_codes_nest(demo: Demo) -> None:
    grids = demo.layers["grids"]

    assert (grids["grid_id"].str[:12] == grids["village_id"]).all()
    assert (grids["village_id"].str[:9] == grids["station_id"]).all()
    assert grids["station_id"].str.startswith(words()["county"]["code"]).all()


def test_no_real_county_has_this_code() -> None:
    assert words()["county"]["code"].startswith("99")


def test_villages_and_communities_say_what_they_are(demo: Demo) -> None:
    names = demo.layers["villages"]

    assert names["name"].str.endswith("社区").sum() == 100
    assert names["name_en"].str.endswith(" Village").sum() == 380
