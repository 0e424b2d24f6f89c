"""Formulas of measures, taken apart into terms that can be said in words and the signs between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from geo.measures.catalogue import CATALOGUE, COLUMNS, Measure, describe

__all__ = ["formula_terms", "say_formula"]

_SIGN = re.compile(r"(\s[-+*/]\s|[()])")
_NUMBER = re.compile(r"[\d.]*")
_SPOKEN = {" * ": " × ", " / ": " ÷ ", " - ": " − "}


def formula_terms(measure: Measure, *, table: str = "measure") -> tuple[str, ...]:
    """Return the terms of a measure's formula that are neither numbers nor columns: words to be translated.

    Parameters
    ----------
    table
        Kind of the table that the measure is a column of.

    Examples
    --------
    >>> formula_terms(CATALOGUE["change"])
    ('days', 'days compared with')
    """
    terms = [term for term in _parts(measure) if not _is_sign(term)]
    return tuple(dict.fromkeys(term for term in terms if not (_is_column(term, table) or _NUMBER.fullmatch(term))))


def say_formula(
    measure: Measure, layer: str, *, say: Callable[[str], str], name: Callable[[Measure], str], table: str = "measure"
) -> str:
    """Return a formula in words: columns by the names that the screens have for them.

    Parameters
    ----------
    measure, layer
        The measure, and the layer that it is told of.
    say
        Translates a term that is no column.
    name
        Names a measure.
    table
        Kind of the table that the measure is a column of.

    Examples
    --------
    >>> say_formula(CATALOGUE["change"], "disputes", say=str, name=lambda one: one.label)
    '(Disputes ÷ days) ÷ (Number compared with ÷ days compared with) − 1'
    """
    said = []
    for part in _parts(measure):
        if _is_sign(part):
            said.append(_SPOKEN.get(part, part))
        elif _is_column(part, table):
            said.append(name(describe(layer, part, table=table)))
        else:
            said.append(part if _NUMBER.fullmatch(part) else say(part))
    return "".join(said)


def _parts(measure: Measure) -> Iterator[str]:
    yield from (part if _is_sign(part) else part.strip() for part in _SIGN.split(measure.formula) if part)


def _is_column(part: str, table: str) -> bool:
    return part in CATALOGUE or f"{table}:{part}" in COLUMNS


def _is_sign(part: str) -> bool:
    return _SIGN.fullmatch(part) is not None
