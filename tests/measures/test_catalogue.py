"""The catalogue says of every column what it means, and of nothing else."""

from __future__ import annotations

import pytest

from geo.measures import CATALOGUE, describe, mappable, measure
from geo.measures.catalogue import NESTED, SUMS
from geo.measures.indicators import INDICATORS, Indicator
from geo.measures.table import IDENTITY
from geo.rules import load_rules
from geo.store import Release
from geo.view import CLASS_LISTS, Period, View

LAYERS = tuple(CLASS_LISTS)


@pytest.fixture(scope="module")
def columns(tiny: Release) -> dict[str, list[str]]:
    views = {layer: View(Period("2025-03"), layer=layer) for layer in LAYERS}
    return {
        layer: [name for name in map(str, measure(tiny, view).frame) if name not in IDENTITY]
        for layer, view in views.items()
    }


@pytest.mark.parametrize("layer", LAYERS)
def test_catalogue_and_columns_are_the_same(layer: str, columns: dict[str, list[str]]) -> None:
    assert set(columns[layer]) == {entry.id for entry in CATALOGUE.values() if layer in entry.layers}
    assert columns[layer][0] == "n"


@pytest.mark.parametrize("layer", LAYERS)
def test_what_a_figure_is_based_on_stands_in_the_table(layer: str, columns: dict[str, list[str]]) -> None:
    for name in columns[layer]:
        entry = describe(layer, name)
        assert layer in entry.layers
        assert entry.unit == "count" or set(entry.based_on) & set(columns[layer]) or entry.part_of
        assert entry.whole is None or entry.whole in columns[layer]
    assert {name for total, parts in SUMS[layer] for name in (total, *parts)} <= set(columns[layer])
    assert {name for pair in NESTED[layer] for name in pair} <= set(columns[layer])


def test_every_share_is_withheld_with_its_counts() -> None:
    for entry in CATALOGUE.values():
        if entry.unit in ("share", "per_1000", "days", "score", "flag"):
            assert entry.based_on, entry.id


def test_no_target_and_no_good_colour_on_reported_counts() -> None:
    prefixes = ("class_", "subclass_", "state_", "channel_", "grade_", "per_1000", "change")
    neutral = ("n", "n_compare", "reported", "discovered", "open", "settled", "transferred_right", "events")
    for entry in CATALOGUE.values():
        if entry.id in neutral or entry.id.startswith(prefixes):
            assert entry.good is None, entry.id
            assert entry.id not in load_rules().targets


def test_targets_stand_on_measures_and_agree_on_what_is_good() -> None:
    for name, target in load_rules().targets.items():
        assert CATALOGUE[name].good == target.good


@pytest.mark.parametrize("layer", LAYERS)
def test_mappable_measures_are_single_figures(layer: str, columns: dict[str, list[str]]) -> None:
    names = [entry.id for entry in mappable(layer)]
    assert names[0] == "n"
    assert set(names) <= set(columns[layer])
    assert not [name for name in names if name.endswith(("_low", "_high", "_n"))]


def test_words_are_there_and_whole() -> None:
    for entry in CATALOGUE.values():
        assert entry.label
        assert entry.definition.endswith("."), entry.id


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS)
def test_every_indicator_has_words_and_a_formula(indicator: Indicator) -> None:
    meaning = indicator.meaning
    assert meaning.definition
    assert meaning.formula
