from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import InputRefused, LayerError
from geo.intake.mapping import Mapped, map_rows
from geo.intake.read import read_table
from geo.intake.recipe_file import load_recipe

Write = Callable[..., Path]
HEAD = "id,class,kind,date,lon,lat\n"
MAP = """
[values.class]
from = ["class", "kind"]
left_out = ["GAMBLING"]
[values.class.map]
THEFT = "theft"
[values.class.map.TRICK]
"CARD" = "fraud"
"*" = "theft"
"""


def run(recipe_path: Path) -> Mapped:
    recipe = load_recipe(recipe_path)
    return map_rows(read_table(recipe.locate(None)), recipe, time_zone="Asia/Shanghai")


def with_map(write_incidents: Write, text: str, more: str = "") -> Mapped:
    path = write_incidents(HEAD + text)
    recipe = path.read_text(encoding="utf-8").replace('class = "class"\n', "")
    path.write_text(recipe.replace("[columns]", more + "\n[columns]") + MAP, encoding="utf-8")
    return run(path)


def test_values_of_two_columns_become_codes(write_incidents: Write) -> None:
    rows = "1,THEFT,,2025-01-01,,\n2,TRICK,CARD,2025-01-01,,\n3,TRICK,ODD,2025-01-01,,\n4,TRICK,,2025-01-01,,\n"
    assert with_map(write_incidents, rows).rows["class"].tolist() == ["theft", "fraud", "theft", "theft"]


def test_a_value_that_no_one_named_is_rejected_and_told(write_incidents: Write) -> None:
    mapped = with_map(write_incidents, "1,THEFT,,2025-01-01,,\n2,ARSON,X,2025-01-01,,\n")
    assert mapped.rows.index.tolist() == [2]
    assert mapped.rejects.rows["reason"].to_dict() == {3: "a value that the recipe does not name: ARSON / X"}


def test_a_value_left_out_by_name_is_told_apart_from_a_rejected_one(write_incidents: Write) -> None:
    mapped = with_map(write_incidents, "1,GAMBLING,,2025-01-01,,\n2,THEFT,,2025-01-01,,\n")
    assert list(mapped.rejects.rows.loc[2]) == ["left out", "class", "left out by name: GAMBLING"]


RULES = [
    ('[[leave_out_rows]]\nreason = "r"\nwhere = { kind = "a" }', [3, 4]),
    ('[[leave_out_rows]]\nreason = "r"\nwhere = { kind = ["a", "b"] }', [4]),
    ('[[leave_out_rows]]\nreason = "r"\nwhere = { kind = { is_not = "a" } }', [2]),
    ('[[leave_out_rows]]\nreason = "r"\nwhere = { kind = { empty = true } }', [2, 3]),
    ('[[leave_out_rows]]\nreason = "r"\nwhere = { kind = { starts_with = "b" }, id = "9" }', [2, 3, 4]),
    ('[[keep_rows]]\nreason = "r"\nwhere = { kind = { starts_with = "b" } }', [3]),
]


@pytest.mark.parametrize(("rule", "kept"), RULES)
def test_rows_are_left_out_by_plain_conditions(write_incidents: Write, rule: str, kept: list[int]) -> None:
    rows = "1,THEFT,a,2025-01-01,,\n2,THEFT,b,2025-01-01,,\n3,THEFT,,2025-01-01,,\n"
    mapped = with_map(write_incidents, rows, rule)
    assert mapped.rows.index.tolist() == kept
    assert set(mapped.rejects.rows["fate"]) <= {"left out"}


def test_a_row_has_one_reason_the_first(write_incidents: Write) -> None:
    mapped = with_map(write_incidents, "1,ARSON,,soon,x,y\n2,THEFT,,2025-01-01,,\n")
    assert len(mapped.rejects.rows) == 1
    assert len(mapped.rows) + len(mapped.rejects.rows) == mapped.rows_in


def test_a_petition_among_the_values_refuses_the_file_unless_left_out(write_incidents: Write) -> None:
    text = HEAD + "1,信访,,2025-01-01,,\n2,theft,,2025-01-01,,\n"
    with pytest.raises(LayerError, match="column class, row 2: the values are petitions"):
        run(write_incidents(text))
    rule = '[[leave_out_rows]]\nreason = "petitions"\nwhere = { class = "信访" }'
    assert run(write_incidents(text, more=rule)).rows.index.tolist() == [3]


def test_an_identity_number_as_record_id_refuses_the_file(write_incidents: Write) -> None:
    with pytest.raises(LayerError, match="identity numbers") as refused:
        run(write_incidents(HEAD + "11010519491231002X,theft,,2025-01-01,,\n"))
    assert "110105" not in str(refused.value)


def test_a_column_that_is_not_there_is_told_with_those_that_are(write_incidents: Write) -> None:
    with pytest.raises(InputRefused, match=r"there is no column lat.*found are id, class"):
        run(write_incidents("id,class,date,lon\n1,theft,2025-01-01,1\n"))


def test_templates_and_zeros(county: Path) -> None:
    path = county / "grids.toml"
    text = path.read_text(encoding="utf-8").replace("[release]", "[pad]\ngrid_id = 4\n[release]")
    path.write_text(text, encoding="utf-8")
    rows = run(path).rows
    assert rows["grid_id"].tolist()[0] == "00g1"
    assert rows["name"].tolist()[0] == "Grid g1"


def test_a_moment_is_cut_to_the_day_that_a_column_of_days_holds(county: Path) -> None:
    (county / "visits.csv").write_text("g,m,n\ng1,2025-03-17,4\n", encoding="utf-8")
    (county / "visits.toml").write_text(
        'layer = "visits"\nfile = "visits.csv"\n[columns]\ngrid_id = "g"\nmonth = "m"\nhouseholds_visited = "n"\n'
        'requests_handled = "n"\n', encoding="utf-8")  # fmt: skip
    assert run(county / "visits.toml").rows["month"].astype("str").tolist() == ["2025-03-01"]
