"""Formulas of measures, taken apart into terms that can be said in words and the signs between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from geo.measures.catalogue import CATALOGUE, Measure, describe

__all__ = ["formula_terms", "say_formula"]

_SIGN = re.compile(r"(\s[-+*/]\s|[()])")
_NUMBER = re.compile(r"[\d.]*")
_SPOKEN = {" * ": " × ", " / ": " ÷ ", " - ": " − "}


def formula_terms(measure: Measure) -> tuple[str, ...]:
    """Return the terms of a measure's formula that are neither numbers nor columns: words to be translated.

    Examples
    --------
    >>> formula_terms(CATALOGUE["change"])
    ('days', 'days compared with')
    """
    terms = [term for term in _parts(measure) if not _is_sign(term)]
    return tuple(dict.fromkeys(term for term in terms if term not in CATALOGUE and not _NUMBER.fullmatch(term)))


def say_formula(measure: Measure, layer: str, *, say: Callable[[str], str], name: Callable[[Measure], str]) -> str:
    """Return a formula in words: columns by the names that the screens have for them.

    Parameters
    ----------
    measure, layer
        The measure, and the layer that it is told of.
    say
        Translates a term that is no column.
    name
        Names a measure.

    Examples
    --------
    >>> say_formula(CATALOGUE["change"], "disputes", say=str, name=lambda one: one.label)
    '(Disputes ÷ days) ÷ (Number compared with ÷ days compared with) − 1'
    """
    said = []
    for part in _parts(measure):
        if _is_sign(part):
            said.append(_SPOKEN.get(part, part))
        elif part in CATALOGUE:
            said.append(name(describe(layer, part)))
        else:
            said.append(part if _NUMBER.fullmatch(part) else say(part))
    return "".join(said)


def _parts(measure: Measure) -> Iterator[str]:
    yield from (part if _is_sign(part) else part.strip() for part in _SIGN.split(measure.formula) if part)


def _is_sign(part: str) -> bool:
    return _SIGN.fullmatch(part) is not None
