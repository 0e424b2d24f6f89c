"""The page of definitions tells every measure of every layer, in words of the reader's language."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from geo.codes import label
from geo.measures.catalogue import describe, mappable
from geo.measures.formulas import formula_terms, say_formula
from geo.view import CLASS_LISTS
from geo.words import gettext, speak


def open_definitions(app: AppTest, layer: str) -> str:
    """Return all that the page tells of a layer."""
    app.query_params["layer"] = layer
    app.switch_page("screens/definitions.py").run()
    assert not app.exception
    return texts(app)


def texts(page: AppTest) -> str:
    shown = [*(one.value for one in page.markdown), *(one.value for one in page.caption)]
    return "\n".join(shown).replace("\\", "")


@pytest.mark.parametrize("layer", list(CLASS_LISTS))
def test_every_measure_of_a_layer_is_told(app: AppTest, layer: str) -> None:
    told = open_definitions(app, layer)
    for measure in mappable(layer):
        assert (label(*measure.codes, "en") if measure.codes else measure.label) in told
        assert measure.definition.split(";")[0] in told


def test_a_formula_is_told_in_the_names_of_the_screens(app: AppTest) -> None:
    told = open_definitions(app, "disputes")
    assert "= Settled ÷ Accepted" in told
    assert "target 90%" in told.replace(" %", "%")


@pytest.mark.parametrize("layer", list(CLASS_LISTS))
def test_formulas_have_no_english_in_chinese(layer: str) -> None:
    speak("zh_CN")
    try:
        for measure in mappable(layer):
            said = say_formula(measure, layer, say=gettext, name=lambda one: gettext(one.label))
            assert not re.search("[A-Za-z]", said), said
    finally:
        speak("en")


def test_terms_are_neither_numbers_nor_columns() -> None:
    assert formula_terms(describe("coverage", "covered_share_days")) == ("covered grid-days", "days")
    assert formula_terms(describe("disputes", "n")) == ()
