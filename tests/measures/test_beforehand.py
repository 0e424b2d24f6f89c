"""Months counted beforehand are those that pages ask for, and no more than there is room for."""

from __future__ import annotations

import pytest

from geo.measures import measure, summary, tallies
from geo.measures.beforehand import COUNTED, count_beforehand
from geo.measures.by_code import by_class
from geo.measures.events import read_events
from geo.measures.parts import PARTS
from geo.measures.series import monthly
from geo.measures.tallies import tally_beforehand
from geo.measures.times import Window, day_number
from geo.rules import load_rules
from geo.store import Release
from geo.view import Period, View


@pytest.fixture
def uncounted(tiny: Release) -> Release:
    """A release of which nothing is counted."""
    for layer in COUNTED:
        if tiny.has(layer):
            read_events(tiny, layer).cubes.clear()
    return tiny


@pytest.mark.parametrize("layer", PARTS)
def test_nothing_is_counted_when_whole_months_are_asked_for(
    uncounted: Release, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    if not uncounted.has(layer):
        pytest.skip(f"The small release has no {layer}.")
    count_beforehand(uncounted)
    counted = list[object]()
    monkeypatch.setattr(tallies, "_keep", lambda kept, key, *rest: counted.append(key))
    for period in ("2025-02", "2025-Q1", "2024-Q4", "2024", "2025"):
        view = View(Period(period), layer=layer, level="grid", compare="none")
        measure(uncounted, view)
        measure(uncounted, view.replace(level="station", source="reported"))
        summary(uncounted, view.replace(classes=("fire",) if layer == "hazards" else ()))
        by_class(uncounted, view)
        monthly(uncounted, view)
    assert not counted


def test_it_stops_where_there_is_no_more_room(uncounted: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    events, rules = read_events(uncounted, "disputes"), load_rules()
    window = Window(
        day_number(Period("2025-02").start),
        day_number(Period("2025-02").end),
        None,
        None,
        day_number(uncounted.as_of),
        over=True,
        known=True,
    )
    assert tally_beforehand(uncounted, events, window, rules, COUNTED["disputes"])
    kept = len(events.cubes)
    monkeypatch.setattr(tallies, "_MOST_BYTES", 1)
    monkeypatch.setattr(tallies, "_keep", lambda *_: pytest.fail("counted where there is no room"))
    assert not tally_beforehand(uncounted, events, window, rules, COUNTED["disputes"])
    assert len(events.cubes) == kept > 0


def test_it_rests_in_proportion_to_its_work(uncounted: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    rests, clock = list[float](), iter(range(10_000))
    monkeypatch.setattr("geo.measures.beforehand.sleep", rests.append)
    monkeypatch.setattr("geo.measures.beforehand.perf_counter", lambda: float(next(clock)))
    count_beforehand(uncounted, rest=3.0)
    assert rests
    assert set(rests) == {3.0}
