"""Areas as the screens walk them."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import ViewError
from geo.figures.tree import Tree, grow_tree


@pytest.fixture
def county() -> Tree:
    rows = [
        ("C", "county", "枫林县", "Fenglin", None, None, None),
        ("S", "station", "上溪", "Shangxi", "C", None, None),
        ("V", "village", "李村", None, "C", "S", None),
        ("G", "grid", "一格", None, "C", "S", "V"),
        ("H", "grid", "直属格", None, "C", "S", None),
    ]
    columns = ["area_id", "level", "name", "name_en", "county_id", "station_id", "village_id"]
    return grow_tree(("county", "station", "village", "grid"), pd.DataFrame(rows, columns=columns))


def test_an_area_hangs_under_the_nearest_one_above(county: Tree) -> None:
    assert county.path("G") == ("C", "S", "V", "G")
    assert county.path("H") == ("C", "S", "H")
    assert county.children("S") == ("V", "H")


def test_a_single_county_is_no_table_of_its_own(county: Tree) -> None:
    assert county.levels_below(None) == ("station", "village", "grid")
    assert county.levels_below("C") == ("station", "village", "grid")
    assert county.levels_below("G") == ("grid",)


def test_an_area_holds_itself_and_what_is_in_it(county: Tree) -> None:
    assert county.holds("S", "G")
    assert county.holds("S", "S")
    assert county.holds(None, "C")
    assert not county.holds("S", "C")
    assert not county.holds("S", None)


def test_a_name_falls_back_to_the_other_language(county: Tree) -> None:
    assert county.area("S").label("en") == "Shangxi"
    assert county.area("V").label("en") == "李村"


def test_an_unknown_area_is_refused_with_a_remedy(county: Tree) -> None:
    with pytest.raises(ViewError, match=r"'X' is no area of this release\. Remedy"):
        county.area("X")
