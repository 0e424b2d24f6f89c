"""The guards: what no layer may hold, and what the rules may not ask for."""

from __future__ import annotations

import re
import tomllib

import pytest

from geo.codes import code_list
from geo.layers import AREA_LEVELS, EVENT_LAYERS, LAYERS
from geo.measures.catalogue import CATALOGUE
from geo.resources import resource
from geo.rules import load_rules
from geo.view import CLASS_LISTS

# Columns that could tell of a person; names of areas, places and rivers are not of persons.
PERSONAL = re.compile(
    r"person|phone|mobile|address|plate|identity|id_?card|gender|sex|birth|age$|relig|belief|ethnic|nation|petition"
    r"|victim|suspect|party|applicant|mediator|officer_name|text|note|remark|description|comment|trajector|score_of"
)
NAMED = {*AREA_LEVELS.values(), "places", "background"}


def test_no_layer_has_a_column_for_a_person() -> None:
    columns = {(name, column) for name, layer in LAYERS.items() for column in layer.columns}
    assert not {pair for pair in columns if PERSONAL.search(pair[1])}
    assert {name for name, column in columns if column in {"name", "name_en"}} == NAMED


@pytest.mark.parametrize("name", EVENT_LAYERS)
def test_events_carry_no_officer(name: str) -> None:
    assert not {"post_id", "officer", "role"} & set(LAYERS[name].columns)


def test_every_text_of_an_event_is_a_code_or_a_key() -> None:
    keys = {"record_id", "repeat_of", "grid_id"}
    for name in EVENT_LAYERS:
        texts = {column for column, dtype in LAYERS[name].dtypes.items() if dtype == "str"} - keys
        checks = {column: LAYERS[name].schema.columns[column].checks for column in texts}
        assert all(any(check.name == "isin" for check in of) for of in checks.values()), name


def test_domestic_violence_crimes_and_minors_are_no_disputes() -> None:
    words = " ".join(f"{code.code} {code.en} {code.zh}" for code in code_list("dispute_class").values()).lower()
    assert not re.search(r"violence|crime|minor|child|家暴|家庭暴力|未成年|犯罪|信访|petition", words)


def test_family_and_medical_matters_are_never_points() -> None:
    flagged = {code.code for code in code_list("dispute_class").values() if "never_points" in code.flags}
    assert flagged == {"marriage_family", "medical"}


def test_no_target_is_zero_or_full_and_none_is_on_a_reported_count() -> None:
    targets = load_rules().targets
    assert all(0 < target.value < (100 if CATALOGUE[name].unit == "score" else 1) for name, target in targets.items())
    assert not [name for name in targets if re.fullmatch(r"n|reported|discovered|class_.*|per_1000_.*", name)]


def test_transfers_by_right_and_lapses_are_apart() -> None:
    assert list(code_list("transfer")) == ["right", "lapse"]


def test_the_public_sees_villages_of_closed_periods_and_no_points() -> None:
    public = load_rules().privacy["public"]
    assert (public.threshold, public.min_level, public.closed_periods) == (5, "village", True)
    assert not public.points
    assert not public.posts


def test_every_code_has_words_in_both_languages() -> None:
    with resource("codes.toml").open("rb") as file:
        lists = tomllib.load(file)
    for name in lists:
        for code in code_list(name).values():
            assert code.en.isascii(), code
            assert re.search(r"[\u4e00-\u9fff]", code.zh), code


def test_class_lists_of_views_are_there() -> None:
    assert all(code_list(name) for name in CLASS_LISTS.values() if name)
