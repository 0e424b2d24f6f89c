"""Numbers added up from what is kept of whole months are those of the records, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from geo.codes import code_list
from geo.measures import disputes, hazards, measure, parts, samples, summary, tallies
from geo.measures.events import CODED, Events
from geo.measures.parts import PARTS
from geo.measures.rows import area_rows, total_row
from geo.measures.samples import Sample, group_by_code, sample_of
from geo.measures.tallies import Count, Counts, tally
from geo.measures.times import NEVER, Window, day_number
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import CLASS_LISTS, Period, View

FIRST, AS_OF = day_number(date(2024, 1, 1)), day_number(date(2025, 3, 20))
COUNTS: dict[str, tuple[Count, ...]] = {
    "disputes": (
        parts.count_found,
        parts.count_sources,
        disputes.count_cohort,
        disputes.count_settlements,
        disputes.count_codes_and_states,
        disputes.count_stock,
    ),
    "hazards": (
        parts.count_found,
        parts.count_sources,
        hazards.count_stock,
        hazards.count_removals,
        hazards.count_codes_and_states,
        hazards.count_repeats,
    ),
}
_STEPS = {
    "disputes": ("accepted_on", "mediating_on", "settled_on", "transferred_on", "failed_on", "returned_on"),
    "hazards": ("notified_on", "rectifying_on", "rectified_on", "verified_on"),
}
_CLOSING = {"disputes": ("settled_on", "transferred_on", "failed_on"), "hazards": ("rectified_on",)}
_MONTHS = [day_number(date(2024 + month // 12, month % 12 + 1, 1)) for month in range(15)]


def make_events(layer: str, random: np.random.Generator, *, n: int = 3000, n_grids: int = 8) -> Events:
    """Make records of anything: steps before they were found, missing codes, pauses that go on, no order of steps."""
    found = np.sort(random.integers(FIRST, AS_OF + 10, n)).astype(np.int32)

    def days_after(first: int, last: int, share: float) -> np.ndarray:
        return np.where(random.random(n) < share, found + random.integers(first, last, n), NEVER).astype(np.int32)

    days = {"found": found, **{step: days_after(-3, 80, 0.7) for step in _STEPS[layer]}}
    days |= {"due_on": days_after(5, 40, 0.1), "extended_until_on": days_after(20, 90, 0.1)}
    days |= {"paused_on": days_after(0, 30, 0.2), "resumed_on": days_after(10, 60, 0.2)}
    days["closed"] = np.minimum.reduce([days[step] for step in _CLOSING[layer]])
    days["since_same"] = days_after(0, 1, 1.0) - found + random.integers(0, 400, n).astype(np.int32)
    codes = {
        column: random.integers(-1, len(code_list(name)), n).astype(np.int8) for column, name in CODED[layer].items()
    }
    grid, hour = random.integers(0, n_grids, n).astype(np.int32), random.integers(0, 24, n).astype(np.uint8)
    return Events(layer, grid, MappingProxyType(codes), MappingProxyType(days), hour, MappingProxyType({}))


def random_window(random: np.random.Generator) -> Window:
    """Return whole months, months up to the data's last day, or any days."""
    first, after = sorted(random.choice(len(_MONTHS), 2, replace=False))
    start, end = _MONTHS[first], _MONTHS[after]
    kind = random.integers(0, 5)
    if kind == 0:
        end = AS_OF + 1
    if kind == 1:
        start, end = start + int(random.integers(1, 9)), end + int(random.integers(1, 9))
    told_on = min(end + 40, AS_OF) if kind == 2 else None
    return Window(start, end, None, None, AS_OF, over=True, known=True, told_on=told_on)


def random_sample(release: Release, events: Events, random: np.random.Generator) -> Sample:
    """Return the records of some view: of an area, level, classes and source, side by side or by class."""
    area = random.choice(np.array([None, "S1", "S2", "V1", "G3"], dtype=object))
    names = list(code_list(CLASS_LISTS[events.layer] or ""))
    classes = tuple(sorted(set(random.choice(names, 3).tolist()))) if random.random() < 0.5 else ()
    source = random.choice(np.array([None, "reported", "discovered"], dtype=object))
    view = View(Period("2025"), layer=events.layer, area=area, level="grid", classes=classes, source=source)
    if random.random() < 0.4:
        level = random.choice(["station", "village", "grid"]) if area is None else "grid"
        return sample_of(events, area_rows(release, view.replace(level=str(level))), view)
    whole = sample_of(events, total_row(release, view), view)
    return group_by_code(whole, "class") if random.random() < 0.4 else whole


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layer", COUNTS)
def test_what_is_added_up_is_what_the_records_are(tiny: Release, layer: str, seed: int) -> None:
    random, rules = np.random.default_rng(seed), load_rules()
    events = make_events(layer, random)
    for _ in range(60):
        sample, window = random_sample(tiny, events, random), random_window(random)
        for count in COUNTS[layer]:
            told, counted = tally(tiny, sample, (window,), rules, count), count(sample, window, rules)
            assert list(told) == list(counted)
            for name, values in counted.items():
                np.testing.assert_array_equal(told[name], values, err_msg=f"{name} {window}")
    assert events.cubes


def test_records_are_gone_through_once_for_all_areas_and_sources(tiny: Release) -> None:
    events, rules, asked = make_events("hazards", np.random.default_rng(8)), load_rules(), list[Sample]()

    def count(sample: Sample, window: Window, rules: Rules) -> Counts:
        asked.append(sample)
        return hazards.count_stock(sample, window, rules)

    window = Window(_MONTHS[2], _MONTHS[5], None, None, AS_OF, over=True, known=True)
    for level in ("grid", "village", "station"):
        for source in (None, "reported", "discovered"):
            view = View(Period("2025"), layer="hazards", level=level, source=source)
            tally(tiny, sample_of(events, area_rows(tiny, view), view), (window,), rules, count)
    assert len(asked) == 1


def test_windows_come_one_after_the_other(tiny: Release) -> None:
    random, rules = np.random.default_rng(5), load_rules()
    events = make_events("disputes", random)
    sample = sample_of(events, area_rows(tiny, View(Period("2025"), level="station")), View(Period("2025")))
    windows = [random_window(random) for _ in range(3)]
    together = tally(tiny, sample, windows, rules, disputes.count_cohort)["settled"]
    alone = [disputes.count_cohort(sample, window, rules)["settled"] for window in windows]
    np.testing.assert_array_equal(together, np.concatenate(alone))


def test_other_terms_are_counted_anew(tiny: Release) -> None:
    rules = load_rules()
    strict = replace(rules, deadlines=replace(rules.deadlines, past_month_days=1))
    events = make_events("disputes", np.random.default_rng(6))
    sample = sample_of(events, total_row(tiny, View(Period("2025"))), View(Period("2025")))
    window = Window(_MONTHS[2], _MONTHS[5], None, None, AS_OF, over=True, known=True)
    in_month = [tally(tiny, sample, (window,), told, disputes.count_cohort)["in_month"][0] for told in (rules, strict)]
    assert in_month[0] > in_month[1]


def test_a_layer_keeps_no_more_than_its_share(tiny: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    events, rules = make_events("disputes", np.random.default_rng(7)), load_rules()
    sample = sample_of(events, total_row(tiny, View(Period("2025"))), View(Period("2025")))
    monkeypatch.setattr(tallies, "_MOST_BYTES", 60)
    for start, end in pairwise(_MONTHS):
        window = Window(start, end, None, None, AS_OF, over=True, known=True)
        tally(tiny, sample, (window,), rules, parts.count_found)
    assert 1 <= len(events.cubes) < 5


@pytest.fixture
def by_records(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Count all from the records, and keep none of it."""
    samples._sample.cache_clear()
    monkeypatch.setattr(tallies, "_net_of", lambda release, sample: None)
    yield
    samples._sample.cache_clear()


_VIEWS = [
    View(Period(period), layer=layer, level=level, source=source)
    for layer in PARTS
    for period in ("2025-03", "2025-Q1", "2024", "2025-W10", "2024-02..2025-03", "2025-04")
    for level in ("station", "grid")
    for source in (None, "reported")
]


def _figures(release: Release) -> list[pd.DataFrame]:
    return [ask(release, view).frame for view in _VIEWS for ask in (measure, summary)]


@pytest.fixture
def added_up(tiny: Release) -> list[pd.DataFrame]:
    """Tables of views, added up where they can be."""
    samples._sample.cache_clear()
    return _figures(tiny)


def test_tables_are_the_same_either_way(tiny: Release, added_up: list[pd.DataFrame], by_records: None) -> None:
    for told, counted in zip(added_up, _figures(tiny), strict=True):
        pd.testing.assert_frame_equal(told, counted)


def test_records_in_no_grid_are_told_beside_the_rows(tiny: Release) -> None:
    table = measure(tiny, View(Period("2025-03"), level="grid"))
    assert table.unplaced == 1  # D15
    assert int(table.frame["n"].sum()) == 8
