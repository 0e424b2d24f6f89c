"""Degrees as people write them: decimals with a point or a comma, degrees, minutes and seconds, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geo.intake.cells import read_decimals, to_arrow

__all__ = ["ANGLE_KINDS", "Angles", "read_angles"]

#: How a degree can be written; ``other`` is no degree.
ANGLE_KINDS = ("decimal", "comma", "sexagesimal", "other", "empty")
_DECIMAL, _COMMA, _SEXAGESIMAL, _OTHER, _EMPTY = range(len(ANGLE_KINDS))

_PLAIN_TEXT = re.compile(r"\s*[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?\s*")
_COMMA_TEXT = re.compile(r"\s*[+-]?[0-9]{1,3},[0-9]+\s*")
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
    cells = to_arrow(texts)
    degrees, plain = read_decimals(cells)
    kinds = np.where(plain, np.int8(_DECIMAL), np.int8(_OTHER))
    # A million decimals are told at once; what is written otherwise is looked at one by one.
    rest = np.flatnonzero(~plain)
    kinds[rest], degrees[rest] = _read_others(cells.take(pa.array(rest)).fill_null(""))
    return Angles(degrees, kinds)


def _read_others(cells: pa.Array) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Read cells that hold no plain decimal; each different text once."""
    coded = cells.dictionary_encode()
    read = [_read_other(str(text).translate(_FULL_WIDTH)) for text in coded.dictionary.to_pylist()]
    kinds, degrees = np.array([kind for kind, _ in read], np.int8), np.array([value for _, value in read], np.float64)
    places = coded.indices.to_numpy()
    return kinds[places], degrees[places]


def _read_other(text: str) -> tuple[int, float]:
    if not text.strip():
        return _EMPTY, np.nan
    if _PLAIN_TEXT.fullmatch(text):
        return _DECIMAL, float(text)
    if _COMMA_TEXT.fullmatch(text):
        return _COMMA, float(text.replace(",", "."))
    value = _read_full(text)
    return (_OTHER, np.nan) if value is None else (_SEXAGESIMAL, value)


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
