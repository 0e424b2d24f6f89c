"""Moments in the usual writing, 2025-03-01 13:45:10 and its shorter forms: a whole column is read at once."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["read_usual_moments"]

_Moments: TypeAlias = NDArray[np.datetime64]

# Lengths of the writings: a day, with minutes, with seconds, with thousandths.
_LENGTHS = (10, 16, 19, 23)
_USUAL = r"^[12]\d{3}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{3})?)?)?$"
_FIRST, _END = np.datetime64("1000-01-01", "ms"), np.datetime64("3000-01-01", "ms")


def read_usual_moments(text: pa.LargeStringArray, *, thousandths: bool = True) -> tuple[_Moments, NDArray[np.bool_]]:
    """Read the cells that are written in the usual way.

    Parameters
    ----------
    text
        n cells; nulls are not read.
    thousandths
        Whether seconds may have three decimals.

    Returns
    -------
    (ndarray of datetime64[ms], ndarray of bool)
        n moments, NaT in the other cells; which cells were read. None is where one of them is no date, such as
        2025-02-30: it is for a reader of single cells to tell which.

    Examples
    --------
    >>> moments, usual = read_usual_moments(pa.array(["2025-03-01 13:45", "1/3/2025", None], pa.large_string()))
    >>> moments[0], usual.tolist()
    (np.datetime64('2025-03-01T13:45:00.000'), [True, False, False])
    """
    lengths = pc.fill_null(pc.binary_length(text), 0).to_numpy()
    allowed = _LENGTHS if thousandths else _LENGTHS[:-1]
    usual = np.isin(lengths, allowed)
    moments = _cast(text, usual)
    # What Arrow reads of these lengths is written so: where it reads all, nobody need look at the writing.
    if moments is None or ((moments < _FIRST) | (moments >= _END)).any():
        usual &= _as_numpy(pc.match_substring_regex(text, _USUAL))
        moments = _cast(text, usual)
    if moments is None:
        usual, moments = np.zeros(len(text), dtype=bool), np.empty(0, "datetime64[ms]")
    found = np.full(len(text), np.datetime64("NaT"), dtype="datetime64[ms]")
    found[usual] = moments
    return found, usual


def _cast(text: pa.LargeStringArray, wanted: NDArray[np.bool_]) -> _Moments | None:
    """Read cells; None if one of them is no moment."""
    try:
        chosen = text if wanted.all() else text.filter(pa.array(wanted))
        moments: _Moments = chosen.cast(pa.timestamp("ms")).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return moments


def _as_numpy(answers: pa.BooleanArray) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(answers, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)
