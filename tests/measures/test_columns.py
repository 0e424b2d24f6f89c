"""Every column of every table that screens and files are made from is defined, and nothing else is."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from geo.dashboard.messages import read_catalogue
from geo.dashboard.parts.definitions import TABLES
from geo.errors import ViewError
from geo.figures.asked import MEASURED
from geo.measures.catalogue import COLUMNS, columns_of, describe
from geo.measures.formulas import formula_terms
from geo.measures.table import Table
from geo.store import Release, Store
from geo.view import CLASS_LISTS, Period, View
from tests.measures.tiny import AS_OF, tiny_layers

# Tables of one layer alone; the others tell of all at once.
_BY_LAYER = ("summary", "measure", "monthly", "by_class", "by_grade", "by_hour", "flow")
#: Kind of table → layer → the columns that it has.
Handed = Mapping[str, Mapping[str, frozenset[str]]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county with a mediation room and an exemplary station, so that there is every table."""
    room = {
        "place_id": "P1",
        "kind": "mediation_room",
        "name": "M",
        "lon": 120.005,
        "lat": 30.005,
        "grid_id": "G1",
        "placed": "inside",
    }
    named = {"station_id": "S1", "level": "city", "year": 2023, "batch": 1, "withdrawn_on": pd.NaT}
    layers = tiny_layers() | {"places": pd.DataFrame([room]), "designations": pd.DataFrame([named])}
    store = Store(tmp_path_factory.mktemp("served"))
    return store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Served")


@pytest.fixture(scope="module")
def handed(served: Release) -> Handed:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for name, make in MEASURED.items():
        for layer in CLASS_LISTS if name in _BY_LAYER else ["disputes"]:
            view = View(Period("2025-03"), layer=layer, level="station", compare="previous")
            try:
                table: Table = make(served, view)
            except ViewError:
                continue  # this layer has no such table
            found.setdefault(table.kind, {})[layer] = frozenset(map(str, table.frame.columns))
    return found


def test_every_column_has_a_definition(handed: Handed) -> None:
    for kind, layers in handed.items():
        for layer, columns in layers.items():
            for column in columns:
                assert describe(layer, column, table=kind).definition.endswith("."), f"{kind}.{column}"


def test_every_definition_of_a_table_is_of_a_column_that_it_has(handed: Handed) -> None:
    for key in COLUMNS:
        kind, _, column = key.rpartition(":")
        tables = handed.values() if kind == "any" else [handed[kind]]
        assert any(column in columns for table in tables for columns in table.values()), key


def test_every_table_with_words_of_its_own_stands_on_the_page_of_definitions() -> None:
    shown = {table for tables in TABLES.values() for table in tables}
    assert shown == {key.rpartition(":")[0] for key in COLUMNS}


def test_definitions_and_terms_of_formulas_are_translated() -> None:
    told = read_catalogue("zh_CN")
    for kind in {key.rpartition(":")[0] for key in COLUMNS}:
        for column in columns_of(kind):
            for text in (column.label, column.definition, *formula_terms(column, table=kind)):
                assert told[text].string, text


def test_the_terms_of_the_scorecard_are_there() -> None:
    terms = ("value", "shrunk", "overall", "standing", "enough", "rank", "rank_best", "rank_worst", "beyond_chance")
    assert all(f"scorecard:{name}" in COLUMNS for name in terms)
    assert describe("disputes", "rank_worst", table="scorecard").formula.startswith("rank_of - ")
    assert {"gini", "gini_low", "max_to_median"} <= {key.rpartition(":")[2] for key in COLUMNS}
