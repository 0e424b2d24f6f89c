"""What a value layer carries: classes, values, hatches, and little else."""

from __future__ import annotations

import json

import numpy as np
import pytest

from geo.errors import GeoError
from geo.maps.values import classes_of, measure_title, state_payload, value_payload, value_signs
from geo.measures.catalogue import describe
from geo.store import Release
from geo.view import Period, View
from tests.maps.small import protected_disputes, protected_states


def test_each_grid_has_the_sign_of_its_class(small: Release) -> None:
    protected = protected_disputes(small)
    classes = classes_of(protected, "n")
    assert classes.labels[0] == "0"
    payload = value_payload(small, protected, "n", lang="en", theme="light")
    assert payload["values"] == list(range(9))
    assert payload["classes"] == "".join(str(index) for index in classes.index(np.arange(9.0)))
    assert payload["at"] is None


def test_small_counts_are_withheld_and_their_rates_with_them(small: Release) -> None:
    protected = protected_disputes(small, level="village", role="public")
    # V0 has 0 + 1 + 2, V1 has 3 + 4 + 5, V2 has 6 + 7 + 8.
    assert value_signs(protected, "n")[0] == "w"
    payload = value_payload(small, protected, "per_1000_residents", lang="en", theme="light")
    assert payload["classes"][0] == "w"
    assert payload["values"][0] is None
    assert payload["n"][0] is None
    assert "3" not in json.dumps([payload["values"][0], payload["n"][0]])


def test_a_missing_value_is_not_a_withheld_one(small: Release) -> None:
    payload = value_payload(small, protected_disputes(small), "per_1000_residents", lang="en", theme="light")
    assert payload["classes"][8] == "m"
    assert payload["values"][7] == 700
    assert payload["scale"] == 100
    assert payload["n"][7] == 7


def test_only_the_areas_of_the_view_are_named(small: Release) -> None:
    payload = value_payload(small, protected_disputes(small, area="S2"), "n", lang="en", theme="light")
    assert payload["at"] == [6, 7, 8]
    assert payload["fit"] == "S2"
    assert payload["values"] == [6, 7, 8]


def test_outlines_alone_carry_no_value(small: Release) -> None:
    payload = value_payload(small, protected_disputes(small), None, lang="en", theme="light")
    assert payload["classes"] is None
    assert "values" not in payload


@pytest.mark.parametrize("measure_id", ["nothing", "covered", "name", "beyond_chance"])
def test_what_is_no_measure_of_the_table_is_refused(small: Release, measure_id: str) -> None:
    with pytest.raises(GeoError, match=f"no measure '{measure_id}'"):
        value_payload(small, protected_disputes(small), measure_id, lang="en", theme="light")


def test_states_have_signs_marks_and_words(small: Release) -> None:
    payload = state_payload(small, protected_states(small), lang="zh_CN", theme="light")
    # P1 looks after G0 and G1, P2 after G0 too; G8 has 900 households where 500 are the most.
    assert payload["classes"] == "ccvvvvvvv"
    assert payload["outlined"] == [8]
    assert payload["dots"] == [1]
    assert payload["hatches"] == {"v": "alarm"}
    assert set(payload["states"]) == set("vsc")


def test_codes_are_named_with_what_they_are_codes_of() -> None:
    assert measure_title(describe("disputes", "class_neighbours"), lang="en") == "Class: Neighbours"
    assert measure_title(describe("disputes", "n"), lang="en") == "Disputes"


def test_a_number_says_which_records_it_adds_up() -> None:
    both = View(Period("2025-03"), layer="disputes")
    known = [describe("disputes", name) for name in ("n", "class_labour", "open")]
    assert [measure_title(one, lang="en", view=both) for one in known] == [
        "Disputes, reported and discovered together",
        "Class: Labour, reported and discovered together",
        "Open",
    ]
    reported = both.replace(source="reported")
    assert measure_title(known[0], lang="zh_CN", view=reported) == "矛盾纠纷（群众报告）"


def test_ten_thousand_values_take_few_bytes(small: Release) -> None:
    payload = value_payload(small, protected_disputes(small), "n", lang="en", theme="light")
    per_area = len(json.dumps([payload["classes"], payload["values"]], separators=(",", ":"))) / 9
    assert per_area < 5


def test_tables_of_several_months_share_their_classes(small: Release) -> None:
    # As two months: one has 0 to 8 disputes a grid, the other 0 to 5.
    more, less = protected_disputes(small), protected_disputes(small, area="S1")
    shared = classes_of(less, "n", among=[more])
    assert shared == classes_of(more, "n", among=[less])
    assert (shared.labels[-1], classes_of(less, "n").labels[-1]) == ("6+", "4+")
    payload = value_payload(small, less, "n", lang="en", theme="light", classes=shared)
    assert payload["classes"] == "".join(str(index) for index in shared.index(np.arange(6.0)))
    assert len(payload["colours"]) == len(shared.labels) + 2


def test_a_list_of_a_few_areas_is_in_focus(small: Release) -> None:
    whole = value_payload(small, protected_disputes(small), "n", lang="en", theme="light")
    few = value_payload(small, protected_disputes(small), "n", lang="en", theme="light", focus=("G7", "G2", "X"))
    assert (whole["focus"], whole["fit"]) == (None, "")
    assert (few["focus"], few["fit"]) == ([2, 7], "G2 G7")
