"""Degrees as people write them: decimals with a point or a comma, degrees, minutes and seconds, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["ANGLE_KINDS", "Angles", "read_angles"]

#: How a degree can be written; ``other`` is no degree.
ANGLE_KINDS = ("decimal", "comma", "sexagesimal", "other", "empty")
_DECIMAL, _COMMA, _SEXAGESIMAL, _OTHER, _EMPTY = range(len(ANGLE_KINDS))

_PLAIN = r"\s*[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?\s*"
_WITH_COMMA = r"\s*[+-]?[0-9]{1,3},[0-9]+\s*"
# Digits, point, comma and minus as Chinese keyboards write them when nobody looks.
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: ".", 0xFF0C: ",", 0xFF0D: "-"}
# Signs of degree, minute and second as keyboards, maps and Chinese forms have them.
_DEGREE, _MINUTE, _SECOND = "[°º˚度]", "['′’ʹ分]", "(?:\"|″|”|ʺ|''|′′|秒)"
_FULL = re.compile(
    rf"""\s*(?P<before>[NSEWnsew北南东西]?(?:纬|经)?)\s*(?P<sign>[+-]?)\s*
    (?P<degree>[0-9]{{1,3}}(?:\.[0-9]+)?)\s*(?:{_DEGREE}|\s|[:-])\s*
    (?:(?P<minute>[0-9]{{1,2}}(?:\.[0-9]+)?)\s*(?:{_MINUTE}|\s|[:-]|$)\s*)?
    (?:(?P<second>[0-9]{{1,2}}(?:\.[0-9]+)?)\s*{_SECOND}?\s*)?
    (?P<after>[NSEWnsew北南东西]?(?:纬|经)?)\s*""",
    re.VERBOSE,
)
_NEGATIVE = frozenset("SWsw南西")


@dataclass(frozen=True, eq=False)
class Angles:
    """Texts read as degrees.

    Parameters
    ----------
    degrees
        n degrees; NaN where a text is none.
    kinds
        n positions in `ANGLE_KINDS`.
    """

    degrees: NDArray[np.float64]
    kinds: NDArray[np.int8]

    def count(self, kind: str) -> int:
        """Return how many are written in a way."""
        return int((self.kinds == ANGLE_KINDS.index(kind)).sum())


def read_angles(texts: pd.Series[str]) -> Angles:
    r"""Read degrees.

    Parameters
    ----------
    texts
        n texts; missing ones are empty.

    Returns
    -------
    Angles
        West and south are negative, whether a sign, a letter or 西, 南 says so. Minutes and seconds of 60 or more, and
        whatever else is no degree, are ``other``.

    Examples
    --------
    >>> angles = read_angles(pd.Series(["120.5", "120,5", "120°30'00\"E", "东经120度30分", "S 30 15 0", "near"]))
    >>> angles.degrees.tolist()
    [120.5, 120.5, 120.5, 120.5, -30.25, nan]
    """
    text = texts.fillna("").astype("str").str.translate(_FULL_WIDTH)
    degrees = np.full(len(text), np.nan)
    kinds = np.full(len(text), _OTHER, dtype=np.int8)
    kinds[(text.str.strip() == "").to_numpy()] = _EMPTY
    plain, comma = (text.str.fullmatch(pattern).to_numpy(dtype=bool) for pattern in (_PLAIN, _WITH_COMMA))
    degrees[plain] = pd.to_numeric(text[plain]).to_numpy(dtype=np.float64)
    degrees[comma] = pd.to_numeric(text[comma].str.replace(",", ".", regex=False)).to_numpy(dtype=np.float64)
    kinds[plain], kinds[comma] = _DECIMAL, _COMMA
    for place in np.flatnonzero(kinds == _OTHER):
        value = _read_full(str(text.iloc[place]))
        if value is not None:
            degrees[place], kinds[place] = value, _SEXAGESIMAL
    return Angles(degrees, kinds)


def _read_full(text: str) -> float | None:
    found = _FULL.fullmatch(text)
    if found is None:
        return None
    minute, second = float(found["minute"] or 0), float(found["second"] or 0)
    if minute >= 60 or second >= 60:
        return None
    value = float(found["degree"]) + minute / 60 + second / 3600
    is_negative = found["sign"] == "-" or bool(_NEGATIVE & set(found["before"] + found["after"]))
    return -value if is_negative else value
