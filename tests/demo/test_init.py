"""One release, made up and saying so; the same seed makes the same county."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

from geo.codes import code_list
from geo.demo import Demo, fill_county, generate, make_demo
from geo.demo.areas import Made, make_county
from geo.layers import AREA_LEVELS, LAYERS, UPPER_LEVELS, check_keys, check_layer
from geo.rules import load_rules
from geo.store import Release, Store
from tests.demo.conftest import SEED


def test_the_release_says_that_it_is_made_up(demo_release: Release) -> None:
    assert demo_release.made_up
    assert demo_release.title == "Fenglin County (made up)"
    assert demo_release.title_zh == "枫林县（虚构）"
    assert "虚构" in demo_release.sources["grids"]


def test_the_release_is_of_the_end_of_2025_in_shanghai(demo_release: Release) -> None:
    assert demo_release.as_of == date(2025, 12, 31)
    assert demo_release.time_zone == "Asia/Shanghai"


def test_every_layer_is_there_and_passes_its_checks(demo: Demo) -> None:
    rules = load_rules()

    checked = {name: check_layer(name, frame, rules=rules, codes="cn") for name, frame in demo.layers.items()}
    # It is one county: nothing lies above it.
    assert set(checked) == set(LAYERS) - {AREA_LEVELS[level] for level in UPPER_LEVELS}
    assert check_keys(checked) == ()


@pytest.mark.slow
def test_the_same_seed_makes_the_same_layers(demo: Demo) -> None:
    again = generate(SEED)

    assert again.planted == demo.planted
    for name, frame in demo.layers.items():
        if isinstance(frame, gpd.GeoDataFrame):
            assert_geodataframe_equal(again.layers[name], frame)
        else:
            assert_frame_equal(again.layers[name], frame)


def test_another_seed_makes_another_county(demo: Demo) -> None:
    other = make_county(SEED + 1)

    assert other.county.land.county != demo.layers["counties"]["geometry"].iloc[0]
    assert set(other.villages.zh) != set(demo.layers["villages"]["name"])


def test_another_seed_makes_other_records(made: Made, demo: Demo) -> None:
    other = fill_county(made, seed=SEED + 1)

    assert not other.layers["disputes"]["found_at"].head(1_000).equals(demo.layers["disputes"]["found_at"].head(1_000))
    assert other.planted.vacant.keys() != demo.planted.vacant.keys()


def test_progress_goes_from_nothing_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo: Demo) -> None:
    told: list[float] = []

    def ready(seed: int, *, progress: object) -> Demo:
        assert callable(progress)
        progress(0.5, "half")
        return Demo({"counties": demo.layers["counties"]}, demo.planted)

    monkeypatch.setattr("geo.demo.generate", ready)
    make_demo(Store(tmp_path), progress=lambda done, what: told.append(done))
    assert told == sorted(told)
    assert told[0] < 0.5
    assert told[-1] == 1


def test_no_dispute_is_of_domestic_violence() -> None:
    words = " ".join(f"{code} {one.en} {one.zh}" for code, one in code_list("dispute_class").items()).lower()

    assert "violence" not in words
    assert "家暴" not in words


def test_no_layer_holds_a_person(demo: Demo) -> None:
    """Nothing but areas and places has a name, and no event knows an officer."""
    named = {name for name, frame in demo.layers.items() if "name" in frame}
    events = [demo.layers[name] for name in ("disputes", "hazards", "incidents")]

    assert named == {"counties", "stations", "villages", "grids", "places", "background"}
    assert not any("post_id" in frame for frame in events)
    texts = pd.concat([demo.layers[name]["name"] for name in ("villages", "grids", "places")])
    assert texts.str.contains("村|社区").all()
