"""Columns of names: of persons, as far as these can be told from places, classes and things."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.codes import all_words
from geo.intake.match import contains, fullmatch
from geo.intake.persons.column import PersonCells
from geo.intake.persons.patterns import name_words

__all__ = ["name_share"]

_CHINESE_NAME = r"[一-鿿]{2,4}"
_ROLE = r"\s*[（(][^（()）]{1,8}[)）]\s*$"
_BETWEEN = re.compile(r"\s*(?:[、,，;；/&+]|与|和|及|\s)\s*")
_MINORITY = r"[一-鿿]{2,}[·•・][一-鿿]{2,}"
_LATIN = r"[A-Za-z][A-Za-z'-]+,?(?: [A-Za-z][A-Za-z'.-]*){1,3}"
_LATIN_NAME = r"[A-Z][a-z'-]+,? (?:[A-Z]\.? )?[A-Z][A-Za-z'-]+"
_FEW = 5
_FEW_SHARE = 0.75
_MINORITY_SHARE = 0.4


def name_share(seen: PersonCells) -> float:
    """Return the share of different cells that may be names of persons: kinds repeat, persons seldom do.

    Parameters
    ----------
    seen
        The cells of a column.

    Returns
    -------
    float
        0 where the cells are more likely of places or kinds. Of fewer than five different cells only names of usual
        surnames and signs of given names count, and most must be such.
    """
    kinds = seen.kinds
    latin = _latin_names(kinds) if len(kinds) >= _FEW else 0.0
    # Patterns of Chinese signs are long: they are made only for columns that hold any.
    return max(latin, _chinese_share(kinds)) if contains(kinds, "[一-鿿]").any() else latin


def _chinese_share(kinds: pd.Series[str]) -> float:
    words = name_words()
    known = kinds.isin(all_words()).to_numpy(dtype=bool)
    bare = kinds.str.replace(_ROLE, "", regex=True)
    with_role = fullmatch(bare, words.likely) & (bare != kinds).to_numpy(dtype=bool)
    sure = (fullmatch(bare, f"{words.likely_long}|{words.shortened}") | with_role | _lists(bare)) & ~known
    if len(kinds) < _FEW:
        share = float(sure.mean())
        return share if share >= _FEW_SHARE else 0.0
    minority = fullmatch(kinds, _MINORITY)
    # A name of four signs and more, without the point in it, is not told from other words.
    if minority.sum() >= 3 and minority.mean() >= _MINORITY_SHARE:
        return 1.0
    return max(float((sure | fullmatch(bare, words.likely) & ~known).mean()), _loose_share(kinds))


def _lists(kinds: pd.Series[str]) -> NDArray[np.bool_]:
    """Tell which cells are lists of two names or more."""
    apart = contains(kinds, r"[、,，;；/&+与和及\s]")
    hits = np.zeros(len(kinds), dtype=bool)
    for place in np.flatnonzero(apart):
        parts = [part for part in _BETWEEN.split(str(kinds.iloc[place])) if part]
        hits[place] = len(parts) > 1 and all(_likely().fullmatch(part) for part in parts)
    return hits


def _loose_share(kinds: pd.Series[str]) -> float:
    """Return the share of values that may be Chinese names; 0 where their signs are more those of places or kinds."""
    words = name_words()
    short = kinds[fullmatch(kinds, _CHINESE_NAME)]
    known = short.isin(all_words()) | short.str[-1].isin(words.endings)
    begun = short.str[0].isin(words.surnames) | short.str[:2].isin(words.surnames)
    names = short[begun & ~known]
    usual = (names.str.len() == 3).mean() if len(names) else 0.0
    return len(names) / len(kinds) if usual >= 0.3 else 0.0


def _latin_names(kinds: pd.Series[str]) -> float:
    words = name_words()
    shaped = kinds[fullmatch(kinds, _LATIN)]
    tokens = shaped.str.lower().str.findall(r"[a-z][a-z'-]*")
    of_place = np.array([any(part in words.places for part in parts) for parts in tokens], dtype=bool)
    given = np.array(
        [len(parts) > 1 and (parts[0] in words.given or parts[1] in words.given) for parts in tokens], dtype=bool
    )
    told = given | (fullmatch(shaped, words.pinyin) & ~of_place)
    share = float(told.sum()) / len(kinds)
    # Where nearly all cells have the form of a first and a last name, and some a known one, the others are names too.
    formed = float((fullmatch(shaped, _LATIN_NAME) & ~of_place).sum()) / len(kinds)
    return formed if share >= 0.35 and formed >= 0.9 else share


@cache
def _likely() -> re.Pattern[str]:
    return re.compile(f"(?:{name_words().likely})")
