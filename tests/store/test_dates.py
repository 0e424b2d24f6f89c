"""The last day that each layer tells of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from geo.layers import AREA_LEVELS
from geo.store import LayerState, Store, describe_layers, last_days
from tests.measures.tiny import AS_OF, tiny_layers
from tests.store.conftest import HEADER, make_grids, make_incidents, make_officers

HEAD: dict[str, Any] = {"as_of": AS_OF, "time_zone": "Asia/Shanghai", "title": "Tiny County"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("dates"))
    store.publish(tiny_layers(), **HEAD)
    return store


def test_the_last_day_of_each_layer_of_the_tiny_county(tiny: Store) -> None:
    assert last_days(tiny.release(1)) == {
        "counties": None,
        "stations": None,
        "villages": None,
        "grids": None,
        "disputes": date(2025, 3, 31),  # D05 found, D06 settled
        "hazards": date(2025, 3, 30),  # H4 rectified; H3's due day is no news
        "incidents": date(2025, 3, 29),  # I3
        "officers": None,
        "assignments": date(2025, 3, 31),  # P4 on G7; what begins in May is planned
        "visits": date(2025, 3, 31),
        "groups": date(2025, 3, 31),
        "surveys": date(2025, 3, 31),  # to 1 April, which is not in them
    }


def test_an_assignment_that_ended_is_news_too(filled: Store) -> None:
    assignments = pd.DataFrame(
        {
            "post_id": "p1",
            "grid_id": ["g1", "g2"],
            "from_on": pd.to_datetime(["2025-01-01", "2026-02-01"]),
            "until_on": [pd.Timestamp("2025-06-01"), pd.NaT],
            "share": 1.0,
        }
    )
    layers = {"grids": make_grids("g1", "g2"), "officers": make_officers("p1"), "assignments": assignments}
    assert last_days(filled.publish(layers, **HEADER))["assignments"] == date(2025, 5, 31)


def test_a_month_that_is_not_over_tells_up_to_the_releases_day(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("middle"))
    layers = {name: rows for name, rows in tiny_layers().items() if name in (*AREA_LEVELS.values(), "visits")}
    release = store.publish(layers, **{**HEAD, "as_of": date(2025, 3, 15)})
    assert last_days(release)["visits"] == date(2025, 3, 15)


def test_rows_that_tell_of_no_day_are_of_none(filled: Store) -> None:
    planned = pd.DataFrame(
        {
            "post_id": ["p1"],
            "grid_id": ["g1"],
            "from_on": pd.to_datetime(["2026-05-01"]),
            "until_on": pd.NaT,
            "share": 1.0,
        }
    )
    layers = {"officers": make_officers("p1"), "assignments": planned}
    assert last_days(filled.publish(layers, **HEADER))["assignments"] is None


def test_layers_stand_with_their_rows_their_first_release_and_their_lag(filled: Store) -> None:
    source = {"incidents": "the city"}
    filled.publish({"incidents": make_incidents(3)}, **{**HEADER, "as_of": date(2025, 1, 31)}, sources=source)
    filled.publish({"officers": make_officers("p1", "p2")}, **{**HEADER, "as_of": date(2025, 2, 15)})
    states = {one.layer: one for one in describe_layers(filled.release(3), filled.releases())}
    # The three incidents are those of release 1, found on 1 January.
    assert states["incidents"] == LayerState("incidents", 3, 1, date(2025, 1, 1), 45, "the city")
    assert states["officers"] == LayerState("officers", 2, 3, None, None, "")
