"""What every figure means, from the very catalogue and rules that the figures are worked out by."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from geo.codes import code_list
from geo.dashboard.formats import share_text
from geo.dashboard.parts.cells import measure_name
from geo.dashboard.plain import plain
from geo.dashboard.words import gettext as _
from geo.dashboard.words import language, message
from geo.measures.catalogue import CATALOGUE, Measure, mappable
from geo.measures.formulas import say_formula
from geo.rules import Rules

__all__ = ["show_definitions"]

_UNITS = {
    "count": message("a number"),
    "share": message("a share"),
    "per_1000": message("per 1,000"),
    "days": message("days"),
    "hours": message("hours"),
    "score": message("0 to 100"),
    "flag": message("yes or no"),
}
_GOOD = {"high": message("more is good"), "low": message("less is good")}


def show_definitions(layer: str, rules: Rules) -> None:
    """Show the measures of a layer: name, definition, formula, n, interval, and the target where the rules set one."""
    with st.container(border=True, gap="small"):
        for codes, measures in groupby(mappable(layer), key=lambda measure: measure.codes and measure.codes[0]):
            if codes:
                _show_codes(list(measures))
            else:
                for measure in measures:
                    _show_measure(measure, layer, rules)


def _show_measure(measure: Measure, layer: str, rules: Rules) -> None:
    with st.container(gap=None):
        st.markdown(f"**{plain(measure_name(measure))}** :small[{plain(_aside(measure, rules))}]")
        st.markdown(plain(_(measure.definition)))
        if measure.formula:
            formula = say_formula(measure, layer, say=_, name=measure_name)
            st.caption(plain(f"= {formula}"))


def _show_codes(measures: list[Measure]) -> None:
    """Show measures of one definition, one for each code of a list, together."""
    for words, same in groupby(measures, key=lambda measure: measure.definition):
        names = _(", ").join(
            code_list(measure.codes[0])[measure.codes[1]].label(language()) for measure in same if measure.codes
        )
        with st.container(gap=None):
            st.markdown(f"**{plain(names)}**")
            st.markdown(plain(_(words)))


def _aside(measure: Measure, rules: Rules) -> str:
    """Return unit, interval, target and which way is good, in a line."""
    told = [_(_UNITS[measure.unit])]
    if f"{measure.id}_low" in CATALOGUE:
        told.append(_("with an interval at 95 %"))
    if measure.good is not None:
        told.append(_(_GOOD[measure.good]))
    target = rules.targets.get(measure.id)
    if target is not None:
        told.append(_("target {share}").format(share=share_text(target.value)))
    return " · ".join(told)
