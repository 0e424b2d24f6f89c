"""Repairs of codes and rows that a recipe asks for: what they change is counted, what they leave out is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import RecipeError
from geo.intake import import_recipes
from geo.intake.report import LayerReport
from geo.store import Store

Write = Callable[..., Path]
ROWS = "id,class,date,lon,lat,beat\nＡ１,theft,2025-03-01,120.05,30.05,g 1\nr2,theft,2025-03-02,120.15,30.05,g2\n"


def run(county: Path, recipe: Path) -> LayerReport:
    report = import_recipes([recipe, county / "grids.toml", county / "stations.toml"], Store(county / "store"))
    return next(layer for layer in report.layers if layer.layer == "incidents")


def test_codes_are_mended_where_the_recipe_says_so_and_counted(write_incidents: Write, county: Path) -> None:
    report = run(county, write_incidents(ROWS, more='repair = ["codes:text"]'))
    assert report.mended == {"codes:text": 1}
    assert report.rows_loaded == 2


def test_codes_stay_as_they_are_without_a_word(write_incidents: Write, county: Path) -> None:
    assert run(county, write_incidents(ROWS)).mended == {}


def test_rows_of_totals_are_left_out_and_told(write_incidents: Write, county: Path) -> None:
    text = ROWS + "合计,,,,,2\nsource: town office,,,,,\n"
    report = run(county, write_incidents(text, more='repair = ["rows:totals"]'))
    assert (report.rows_in, report.rows_loaded) == (4, 2)
    assert report.left_out == {"a total, a note or the header again, not a record": 2}
    assert report.rejects["row"].tolist() == [4, 5]


def test_rows_of_totals_are_rejected_without_a_word(write_incidents: Write, county: Path) -> None:
    report = run(county, write_incidents(ROWS + "合计,,,,,2\n"))
    assert (report.rows_in, report.rows_loaded, sum(report.rejected.values())) == (3, 2, 1)


def test_an_unknown_repair_is_refused(write_incidents: Write, county: Path) -> None:
    with pytest.raises(RecipeError, match="codes:text"):
        run(county, write_incidents(ROWS, more='repair = ["codes:magic"]'))
