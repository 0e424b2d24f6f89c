"""What every figure means, from the very catalogue and rules that the figures are worked out by."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType

import streamlit as st

from geo.codes import code_list
from geo.dashboard.plain import plain
from geo.measures.catalogue import CATALOGUE, COLUMNS, Measure, columns_of, mappable
from geo.measures.formulas import say_formula
from geo.rules import Rules
from geo.words import gettext as _
from geo.words import language, message
from geo.words.cells import measure_name
from geo.words.formats import decimal_text, share_text

__all__ = ["PROMISES", "TABLES", "show_definitions"]

#: Stands for the tables that are about all layers together.
PROMISES = "promises"

_RECORDS = ("monthly", "by_class", "by_hour")
#: Layer → the tables that tell of it beside its areas, in the order of its page.
TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "disputes": (*_RECORDS, "flow"),
        "hazards": (*_RECORDS, "by_grade", "flow"),
        "incidents": _RECORDS,
        "coverage": ("coverage_shares", "coverage_states", "workload", "workload_spread"),
        "service": ("reach",),
        PROMISES: (
            "scorecard",
            "peers",
            "compare",
            "assessment",
            "designations",
            "waiting",
            "questions",
            "attention",
            "any",
        ),
    }
)
_TITLES = {
    "monthly": message("By month"),
    "by_class": message("By class"),
    "by_grade": message("By grade"),
    "by_hour": message("By day and hour"),
    "flow": message("How far records have come"),
    "coverage_shares": message("Coverage in shares"),
    "coverage_states": message("Single grids"),
    "workload": message("What grids ask of posts"),
    "workload_spread": message("How evenly it falls on posts"),
    "reach": message("Who has a place nearby"),
    "scorecard": message("Scorecard"),
    "peers": message("Peers"),
    "compare": message("Side by side"),
    "assessment": message("The sheet of a station"),
    "designations": message("Exemplary stations"),
    "waiting": message("Cases waiting for action"),
    "questions": message("Questions about the data"),
    "attention": message("What needs somebody today"),
    "any": message("In every table of areas"),
}
_UNITS = {
    "count": message("a number"),
    "share": message("a share"),
    "per_1000": message("per 1,000"),
    "days": message("days"),
    "hours": message("hours"),
    "score": message("0 to 100"),
    "flag": message("yes or no"),
    "ratio": message("a plain number"),
    "own": message("in the indicator's unit"),
    "text": message("says what the row is"),
    "day": message("a day"),
}
_LABELS = ("text", "day")
_GOOD = {"high": message("more is good"), "low": message("less is good")}


def show_definitions(layer: str, rules: Rules) -> None:
    """Show the measures of a layer: name, definition, formula, n, interval, and the target where the rules set one.

    Parameters
    ----------
    layer
        One of the keys of `TABLES`: below its measures stand the columns that its tables have of their own.
    """
    if layer != PROMISES:
        _show_measures(layer, rules)
    for table in TABLES[layer]:
        with st.container(border=True, gap="small"):
            st.markdown(f"### {_(_TITLES[table])}", anchors=False)
            # Figures first; what only says which row it is, last.
            for column in sorted(columns_of(table), key=lambda one: one.unit in _LABELS):
                _show_measure(column, layer, rules, table=table)


def _show_measures(layer: str, rules: Rules) -> None:
    with st.container(border=True, gap="small"):
        for codes, measures in groupby(mappable(layer), key=lambda measure: measure.codes and measure.codes[0]):
            if codes:
                _show_codes(list(measures))
            else:
                for measure in measures:
                    _show_measure(measure, layer, rules)


def _show_measure(measure: Measure, layer: str, rules: Rules, *, table: str = "measure") -> None:
    with st.container(gap=None):
        st.markdown(f"**{plain(measure_name(measure))}** :small[{plain(_aside(measure, rules, table))}]")
        st.markdown(plain(_(measure.definition)))
        if measure.formula:
            formula = say_formula(measure, layer, say=_, name=measure_name, table=table)
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


def _aside(measure: Measure, rules: Rules, table: str) -> str:
    """Return unit, interval, target and which way is good, in a line."""
    told = [_(_UNITS[measure.unit])]
    if f"{measure.id}_low" in CATALOGUE or f"{table}:{measure.id}_low" in COLUMNS:
        told.append(_("with an interval at 95 %"))
    if measure.good is not None:
        told.append(_(_GOOD[measure.good]))
    target = rules.targets.get(measure.id)
    if target is not None:
        value = share_text(target.value) if measure.unit == "share" else decimal_text(target.value, digits=0)
        told.append(_("target {share}").format(share=value))
    return " · ".join(told)
