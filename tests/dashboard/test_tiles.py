"""Tiles are made from data: what stands beside a figure, which month it is told of, what a click shows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.access import Scope
from geo.dashboard.parts.charts import spark_chart
from geo.dashboard.parts.contents import LAYER_TILES, PANEL_LINES, TODAY_TILES, layer_columns
from geo.dashboard.parts.tiles import Beside, Tile, TileSpec, make_tile, make_tiles
from geo.figures import WholeFigures, seen, whole_figures
from geo.measures.catalogue import CATALOGUE
from geo.privacy import Protected
from geo.store import Store
from geo.view import Period, View
from geo.words.catalogue import translator
from geo.words.formats import MISSING
from geo.words.indicators import indicator_name
from tests.measures import chance
from tests.measures.chance import chance_layers
from tests.measures.tiny import AS_OF, tiny_layers

SPACE = "\N{NARROW NO-BREAK SPACE}"


def _whole(store: Store, layer: str, *, role: str = "planner", period: str = "2025-03", **asked: str) -> WholeFigures:
    release, scope = store.current(), Scope(role)
    assert release is not None

    def ask(measured: str, view: View) -> Protected:
        return seen(measured, release, view, scope)

    return whole_figures(ask, View(Period(period), layer=layer, **asked))  # type: ignore[arg-type]  # texts by name


def _tile(store: Store, spec: TileSpec, **asked: str) -> Tile:
    return make_tile(spec, _whole(store, spec.layer, **asked))


def test_every_tile_is_of_a_measure_of_its_layer() -> None:
    specs = [*TODAY_TILES, *(spec for specs in LAYER_TILES.values() for spec in specs)]
    for spec in specs:
        columns = [spec.measure, *(part.column for part in spec.beside if isinstance(part, Beside))]
        assert all(spec.layer in CATALOGUE[column].layers for column in columns)


def test_a_count_is_of_the_reported_with_the_discovered_beside(tiny_store: Store) -> None:
    tile = _tile(tiny_store, TODAY_TILES[0])
    assert (tile.title, tile.value, tile.measure_id) == ("Disputes reported", "6", "reported")
    assert tile.beside == f"**+500{SPACE}%** from 1 · 2 discovered"
    assert f"+500{SPACE}%" not in tile.definition
    assert "Interval at 95 %" in tile.definition


def test_the_line_of_a_tile_has_a_scale(tiny_store: Store) -> None:
    tile = _tile(tiny_store, TODAY_TILES[0])
    # Six reported in March 2025; in some months none.
    assert tile.scale == "Apr 2024 to Mar 2025: least 0, greatest 6"
    assert len(tile.month_names) == len(tile.month_texts) == len(tile.months)
    drawn = spark_chart(
        tile.months, names=tile.month_names, told=tile.month_texts, scale=tile.scale, from_zero=True
    ).look
    # Of numbers half as high is half as many.
    assert drawn["layer"][0]["encoding"]["y"]["scale"]["zero"] is True
    assert [field["field"] for field in drawn["layer"][-1]["encoding"]["tooltip"]] == ["name", "told", "scale"]


def test_of_one_source_the_other_is_not_told(tiny_store: Store) -> None:
    tile = _tile(tiny_store, TODAY_TILES[0], source="discovered")
    assert (tile.title, tile.value, tile.measure_id) == ("Disputes", "2", "n")
    assert "discovered" not in tile.beside


def test_a_share_whose_terms_run_is_told_of_the_last_month_that_is_over(tiny_store: Store) -> None:
    spec = TileSpec("disputes", "settled_in_month", "Settled", beside=("before", "goal"), settled_of="accepted")
    assert _tile(tiny_store, spec).beside == "Feb 2025"
    # All of the year's first two months is over.
    assert _tile(tiny_store, spec, period="2025-01..2025-02").value == f"50{SPACE}%"


def test_the_public_too_is_told_of_the_last_month_whose_terms_are_over(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.publish(chance_layers(1, records=1500), as_of=chance.AS_OF, time_zone="Asia/Shanghai", title="Chance")
    spec = TileSpec("disputes", "settled_in_month", "Settled", beside=("before",), settled_of="accepted")
    # Of disputes accepted in April the terms of some run on after the 17th of May, the last day of the data.
    tile = _tile(store, spec, role="public", period="2025-04")
    assert tile.value.endswith("%")
    assert "Apr 2025" not in tile.month_names
    assert tile.beside == tile.month_names[-1]


def test_a_goal_of_a_year_stands_on_no_month(tiny_store: Store) -> None:
    spec = TileSpec("service", "visited_share", "Visited", beside=("goal",), goal="year")
    assert _tile(tiny_store, spec).beside == ""
    assert "goal 60" in _tile(tiny_store, spec, period="2025").beside
    assert _tile(tiny_store, spec, period="2025").goal is None


def test_visits_are_nowhere_called_a_share_of_households_reached() -> None:
    """The same home visited twice counts twice: 108 % can be visits, and no households."""
    tiles = [spec.title for spec in (*TODAY_TILES, *LAYER_TILES["service"]) if spec.measure == "visited_share"]
    column = next(column.title for column in layer_columns("service") if column.name == "visited_share")
    line = dict(PANEL_LINES["service"])["visited_share"]
    # What stands over a column of per cent is told by its hint.
    assert column == "Visits"
    names = {*tiles, line, indicator_name("visited_share"), CATALOGUE["visited_share"].label}
    assert names == {"Visits, of homes"}
    assert translator("zh_CN")(names.pop()) == "走访户次与户数比"


def test_reported_counts_have_neither_goal_nor_colour() -> None:
    counts = [spec for specs in LAYER_TILES.values() for spec in specs if spec.measure in ("n", "open")]
    assert counts
    assert all(spec.goal is None and "goal" not in spec.beside for spec in counts)
    assert all(spec.goal is None for spec in LAYER_TILES["incidents"])


@pytest.mark.parametrize("compare", ["none", "previous"])
def test_without_a_comparison_no_change_is_told(tiny_store: Store, compare: str) -> None:
    beside = _tile(tiny_store, TODAY_TILES[0], compare=compare).beside
    assert ("from" in beside) is (compare == "previous")


def test_what_is_withheld_is_said(tiny_store: Store) -> None:
    tile = _tile(tiny_store, TODAY_TILES[2], role="public")
    assert (tile.title, tile.value) == ("Hazards overdue", "withheld")


def test_tiles_of_layers_that_are_not_there_are_left_out(tiny_store: Store) -> None:
    tiles = make_tiles(TODAY_TILES, {"hazards": _whole(tiny_store, "hazards")})
    assert [tile.layer for tile in tiles] == ["hazards"]


def test_what_the_data_do_not_tell_is_said_instead_of_a_number(tmp_path: Path) -> None:
    layers = tiny_layers()
    layers["disputes"] = layers["disputes"].assign(returned_on=lambda rows: pd.Series(pd.NaT, index=rows.index))
    store = Store(tmp_path)
    store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    spec = next(spec for spec in LAYER_TILES["disputes"] if spec.measure == "return_due")
    tile = _tile(store, spec)
    assert (tile.value, tile.beside) == (MISSING, "Return visits are not recorded")
