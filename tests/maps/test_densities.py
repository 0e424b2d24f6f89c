"""The density of a view's records: whose bandwidth, which records, how high."""

from __future__ import annotations

import numpy as np
import pytest

from geo.access import Scope
from geo.maps.densities import BANDWIDTHS_M, bandwidths_m, event_density, highest_density
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

YEAR = View(Period("2025-Q1"), level="village")
PLANNER, PUBLIC = Scope("planner"), Scope("public")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county."""
    store = Store(tmp_path_factory.mktemp("tiny"))
    return store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", made_up=True)


def test_the_public_has_the_rules_bandwidth_at_least(release: Release) -> None:
    assert bandwidths_m(release, YEAR, PLANNER) == BANDWIDTHS_M
    assert bandwidths_m(release, YEAR, PUBLIC) == tuple(metres for metres in BANDWIDTHS_M if metres >= 500)
    assert event_density(release, YEAR, PUBLIC, bandwidth_m=100).bandwidth_m == 500


def test_outside_ones_own_station_the_publics_bandwidth_holds(release: Release) -> None:
    director = Scope("director", "S1")
    own, other = (View(Period("2025-Q1"), area=area, level="village") for area in ("S1", "S2"))
    assert bandwidths_m(release, own, director)[0] == 100
    assert bandwidths_m(release, other, director)[0] == 500


def test_every_record_is_told_at_every_bandwidth(release: Release) -> None:
    made_of = {event_density(release, YEAR, PLANNER, bandwidth_m=metres).events for metres in BANDWIDTHS_M}
    assert len(made_of) == 1
    assert made_of != {0}


def test_one_month_is_told_by_its_own_days(release: Release) -> None:
    march = event_density(release, YEAR.replace(period=Period("2025-03")), PLANNER)
    assert march.period_days == 31
    assert march.events_per_year == pytest.approx(march.events * 365.25 / 31)


@pytest.mark.parametrize("bandwidth_m", [100, 300, 1000])
def test_about_the_highest_value_is_told_by_few_cells(
    release: Release, bandwidth_m: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the tiny county there is nothing to save unless fewer cells are wanted.
    monkeypatch.setattr("geo.maps.densities._COARSE_CELLS", 40)
    exact = event_density(release, YEAR, PLANNER, bandwidth_m=bandwidth_m).highest
    assert highest_density(release, YEAR, PLANNER, bandwidth_m=bandwidth_m) == pytest.approx(exact, rel=0.1)


def test_records_are_read_once_for_all_bandwidths(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    view = YEAR.replace(period=Period("2024-04..2025-02"))
    event_density(release, view, PLANNER, bandwidth_m=300)
    monkeypatch.setattr("geo.maps.densities.records", lambda *_asked: pytest.fail("read again"))
    assert np.isfinite(event_density(release, view, PLANNER, bandwidth_m=600).highest)
