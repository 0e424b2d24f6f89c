from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import InputRefused, LayerError
from geo.intake.mapping import Mapped, map_rows, refuse_person_values
from geo.intake.readers.read import read_table
from geo.intake.recipes.file import load_recipe

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
    mapped = map_rows(read_table(recipe.locate(None)), recipe, time_zone="Asia/Shanghai")
    refuse_person_values(mapped.persons, recipe)
    return mapped


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


def test_rows_are_rejected_for_a_reason_of_the_recipe(write_incidents: Write) -> None:
    rule = '[[reject_rows]]\nreason = "twice"\nwhere = { kind = "a", class = { mapped = true } }'
    mapped = with_map(write_incidents, "1,THEFT,a,2025-01-01,,\n2,THEFT,b,2025-01-01,,\n3,GAMBLING,a,,,\n", rule)
    assert mapped.rows.index.tolist() == [3]
    assert mapped.rejects.rows[["fate", "reason"]].to_numpy().tolist() == [
        ["rejected", "twice"],
        ["left out", "left out by name: GAMBLING"],
    ]


def test_of_a_rejected_row_whose_value_is_left_out_nothing_is_kept(write_incidents: Write) -> None:
    rule = '[[reject_rows]]\nreason = "twice"\nwhere = { kind = "a" }'
    mapped = with_map(write_incidents, "1,THEFT,a,2025-01-01,,\n2,GAMBLING,a,,,\n4,TRICK,,2025-01-01,,\n", rule)
    assert mapped.rejects.rows["fate"].to_dict() == {2: "rejected", 3: "rejected"}
    assert mapped.originals(pd.Index([2])).loc[2, "class"] == "THEFT"
    assert mapped.originals(pd.Index([3])).loc[3].isna().all()


def test_a_petition_in_a_rejected_row_refuses_the_file(write_incidents: Write) -> None:
    rule = '[[reject_rows]]\nreason = "twice"\nwhere = { id = "1" }'
    with pytest.raises(LayerError, match="the values are petitions"):
        run(write_incidents(HEAD + "1,信访,,2025-01-01,,\n2,theft,,2025-01-01,,\n", more=rule))


SHARED = """
[incidents]
THEFT = "theft"
[disputes]
NOISE = "neighbours"
[left_out]
"games and fun" = ["GAMBLING", "LOTTERY"]
"""


def test_a_map_may_be_shared_and_what_goes_elsewhere_is_left_out(write_incidents: Write) -> None:
    rows = "1,THEFT,,2025-01-01,,\n2,NOISE,,2025-01-01,,\n3,LOTTERY,,2025-01-01,,\n4,NEW,,2025-01-01,,\n"
    path = write_incidents(HEAD + rows)
    (path.parent / "types.toml").write_text(SHARED, encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace('class = "class"\n', "")
    path.write_text(text + '[values.class]\nfrom = "class"\nshared = "types.toml"\n', encoding="utf-8")
    mapped = run(path)
    assert mapped.rows["class"].to_dict() == {2: "theft"}
    assert mapped.rejects.rows["reason"].to_dict() == {
        3: "left out by name: goes to disputes",
        4: "left out by name: games and fun",
        5: "a value that the recipe does not name: NEW",
    }


def test_a_column_is_taken_only_where_the_recipe_says(write_incidents: Write) -> None:
    more = '[only.subclass]\nclass = "theft"\n'
    mapped = run(write_incidents(
        "id,class,kind,date,lon,lat\n1,theft,burglary,2025-01-01,,\n2,fraud,burglary,2025-01-01,,\n",
        more=more, columns='subclass = "kind"'))  # fmt: skip
    assert mapped.rows["subclass"].fillna("-").to_dict() == {2: "burglary", 3: "-"}


def test_codes_are_made_of_names(county: Path) -> None:
    path = county / "grids.toml"
    path.write_text(
        'slug = ["grid_id"]\n' + path.read_text(encoding="utf-8").replace('"code"', '"station"', 1), "utf-8"
    )
    assert run(path).rows["grid_id"].tolist() == ["s1", "s1", "s2", "s2"]


def test_one_form_holds_for_all_dates_and_some_rows_are_moved_back(write_incidents: Write) -> None:
    more = '[dates."*"]\nformat = "%d.%m.%Y %H:%M"\nmoved = { as_if = "UTC", where = { id = { starts_with = "old" } } }'
    mapped = run(write_incidents(HEAD + "old1,theft,,01.03.2025 08:00,,\nnew1,theft,,01.03.2025 08:00,,\n", more=more))
    # Shanghai is eight hours ahead of UTC.
    assert mapped.rows["found_at"].astype("str").tolist() == ["2025-03-01 00:00:00", "2025-03-01 08:00:00"]


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


def test_of_no_rows_the_originals_are_text_too(write_incidents: Write) -> None:
    mapped = run(write_incidents(HEAD + "1,THEFT,a,2025-01-01,,\n"))
    numbers = replace(mapped, sources=mapped.sources.assign(n=[5]))
    assert numbers.originals(pd.Index([], dtype="int64")).dtypes["n"] == "str"
