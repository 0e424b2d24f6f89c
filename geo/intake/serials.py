"""Dates as Excel counts them: numbers of days since 1900, or since 1904 where the workbook says so."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["SERIAL", "counts_from_1904", "date_texts", "serial_moments"]

#: Cells that are numbers of days, from October 1954 on: smaller ones are years, counts and codes.
SERIAL = r"[2-6]\d{4}(?:\.\d+)?"
_ZERO_1900, _ZERO_1904 = np.datetime64("1899-12-30"), np.datetime64("1904-01-01")
# Lotus took 1900 for a leap year, and Excel kept its numbers: 60 is a day that never was, those before are one short.
_NO_DAY = 60
_DAY_SECONDS = 86_400
_PROPERTIES = "xl/workbook.xml"
_MOST_BYTES = 1 << 20
_FLAG = re.compile(rb"""<(?:\w{1,20}:)?workbookPr\b[^>]{0,2000}?\bdate1904\s*=\s*["'](?:1|true|on)["']""")


def serial_moments(days: NDArray[np.float64], *, from_1904: bool = False) -> NDArray[np.datetime64]:
    """Return moments, to the second, for Excel's numbers of days; missing where there is no such day.

    Parameters
    ----------
    days
        n numbers; parts of a day are its clock.
    from_1904
        Whether they count from 1904, as in workbooks of old Macs.

    Examples
    --------
    >>> serial_moments(np.array([1.0, 59.0, 60.0, 61.0, 45658.75])).astype(str).tolist()
    ['1900-01-01T00:00:00', '1900-02-28T00:00:00', 'NaT', '1900-03-01T00:00:00', '2025-01-01T18:00:00']
    """
    first = 0.0 if from_1904 else 1.0
    there = np.isfinite(days) & (days >= first)
    seconds = np.rint(np.where(there, days, 0.0) * _DAY_SECONDS).astype("timedelta64[s]")
    if from_1904:
        moments = _ZERO_1904 + seconds
    else:
        moments = _ZERO_1900 + seconds + np.where(days < _NO_DAY, 1, 0).astype("timedelta64[D]")
        there &= np.floor(days) != _NO_DAY
    moments[~there] = np.datetime64("NaT")
    return np.asarray(moments, dtype="datetime64[s]")


def date_texts(cells: pd.Series[Any], *, from_1904: bool) -> pd.Series[Any]:
    """Return numbers of days as dates in ISO form, with a clock only where they have parts of a day.

    Examples
    --------
    >>> date_texts(pd.Series(["45658", "45658.75"]), from_1904=False).tolist()
    ['2025-01-01', '2025-01-01 18:00:00']
    """
    moments = pd.Series(serial_moments(cells.to_numpy("float64"), from_1904=from_1904), index=cells.index)
    with_clock = moments != moments.dt.normalize()
    texts: pd.Series[Any] = moments.dt.strftime("%Y-%m-%d").astype("str")
    return texts.mask(with_clock, moments.dt.strftime("%Y-%m-%d %H:%M:%S"))


def counts_from_1904(path: Path) -> bool:
    """Tell whether an XLSX says that it counts days from 1904; False for all other files."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as book, book.open(_PROPERTIES) as properties:
            return _FLAG.search(properties.read(_MOST_BYTES)) is not None
    except (KeyError, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile):
        # What is broken about it is told where the sheet is read.
        return False
