"""What columns of files are called and mean, from the same definitions as on the screen."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.export.tables import WITHHELD
from geo.maps.legend import legend_title
from geo.maps.values import measure_title
from geo.measures.catalogue import Measure, describe
from geo.measures.formulas import say_formula
from geo.privacy import Protected
from geo.words.catalogue import translator

__all__ = ["column_label", "column_measure", "column_title", "column_words", "definition_of", "formula_of"]

_LABELS = ("text", "day")


def column_words(protected: Protected, names: Mapping[str, str], *, lang: str) -> pd.DataFrame:
    """Return a row a column: its name in the file, its name everywhere, its words, unit, definition and formula."""
    rows = []
    for column, name in names.items():
        known = column_measure(protected, column)
        unit, formula = "" if known is None else known.unit, formula_of(known, protected, lang)
        words = column_title(protected, column, lang=lang)
        told = definition_of(known or column_label(protected, column), lang)
        rows.append((name, column, words, unit, told, formula))
    return pd.DataFrame(rows, columns=["field", "column", "title", "unit", "definition", "formula"])


def column_title(protected: Protected, column: str, *, lang: str) -> str:
    """Return what a column is called, with its unit; an end of an interval with what it belongs to."""
    known = column_measure(protected, column)
    if known is None:
        return _identity(lang).get(column, column)
    if known.part_of is None:
        return legend_title(known, lang, view=protected.view)
    whole = column_measure(protected, known.part_of)
    _ = translator(lang)
    parts = {"low": _("lower end"), "high": _("upper end"), "n": _("out of"), "chance": _("more than chance")}
    part = parts.get(column.rpartition("_")[2], known.label)
    return f"{known.part_of if whole is None else legend_title(whole, lang, view=protected.view)} – {part}"


def definition_of(known: Measure | None, lang: str) -> str:
    """Return what a column means, in a language; of an end of an interval how wide that is, of a part else nothing."""
    _ = translator(lang)
    if known is None or known.part_of is None:
        return "" if known is None else _(known.definition)
    ends = (
        _("Lower end of the interval, two-sided at 95 %."),
        _("Upper end of the interval, two-sided at 95 %."),
        _("Lower end of the interval, widened for all rows that are looked at together."),
        _("Upper end of the interval, widened for all rows that are looked at together."),
    )
    told = _(known.definition)
    return told if told in ends else ""


def formula_of(known: Measure | None, protected: Protected, lang: str) -> str:
    """Return how a figure of a table is worked out, in words of a language."""
    if known is None or not known.formula:
        return ""
    return say_formula(
        known,
        protected.view.layer,
        say=translator(lang),
        name=lambda measure: measure_title(measure, lang=lang),
        table=protected.kind,
    )


def column_measure(protected: Protected, column: str) -> Measure | None:
    """Return what a column of figures means; None if it only says what a row is."""
    known = column_label(protected, column) if column in protected.protected.columns else None
    # What a row is told of is no figure, though it may be withheld as one.
    return None if known is None or known.unit in _LABELS else known


def column_label(protected: Protected, column: str) -> Measure | None:
    """Return what any column means, also one that only says what a row is; None for one of the file's own."""
    try:
        return describe(protected.view.layer, column, table=protected.kind)
    except KeyError:
        return None


def _identity(lang: str) -> Mapping[str, str]:
    _ = translator(lang)
    return {
        "title": _("Title"),
        "area_id": _("Code"),
        "name": _("Name"),
        "name_en": _("Name in English"),
        "level": _("Level"),
        "month": _("Month"),
        "over": _("Month is over"),
        "class": _("Class"),
        "grade": _("Grade"),
        "state": _("State"),
        "weekday": _("Day of the week"),
        "hour": _("Hour"),
        "kind": _("Kind"),
        "distance_m": _("Distance, m"),
        "reason": _("Reason"),
        "since": _("Since"),
        "next_on": _("Next change"),
        "low": _("Lower end"),
        "high": _("Upper end"),
        WITHHELD: _("Withheld columns"),
    }
