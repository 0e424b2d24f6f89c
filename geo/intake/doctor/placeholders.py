"""Places that stand for none: nought, fillers, whole degrees, points that a suspicious share of the rows lies at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Placeholder", "find_placeholders", "least_suspicious", "may_repeat"]

_Floats = NDArray[np.float64]
# What programs and people enter where they have to enter something.
_FILLERS = (-1.0, 999.0, 9999.0, 99999.0, -999.0, -9999.0)
# A point that as many rows share may be a town hall, or no place; real ones gather less, as a rule.
_SUSPICIOUS_SHARE, _SUSPICIOUS_ROWS = 0.05, 20
# Numbers are degrees when nearly all could be; a file of whole degrees alone was rounded, not filled in.
_DEGREES_SHARE, _MOST_WHOLE = 0.9, 0.5
_REACH = 180.0
# Odd, and without a pattern in its bits: places that differ are mixed to numbers that differ.
_MIXER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Placeholder:
    """A place that may stand for none.

    Parameters
    ----------
    lon, lat
        The two numbers, as the file has them.
    hit
        Which of the n rows lie there.
    kind
        ``zero``: both nought; ``filler``: a number such as 999 twice, or whole degrees; ``shared``: too many rows.
    """

    lon: float
    lat: float
    hit: NDArray[np.bool_]
    kind: Literal["zero", "filler", "shared"]


def find_placeholders(lon: _Floats, lat: _Floats) -> Iterator[Placeholder]:
    """Yield places that may stand for none.

    Nought and fillers are told from one row on; whole degrees from two, in a file of degrees; any other point from
    twenty rows on that are one in twenty.

    Examples
    --------
    >>> lon, lat = np.array([-77.0, -77.0, -76.61, -76.62, -76.6]), np.array([39.0, 39.0, 39.29, 39.31, 39.3])
    >>> [(one.lon, one.lat, one.kind, one.hit.tolist()) for one in find_placeholders(lon, lat)]
    [(-77.0, 39.0, 'filler', [True, True, False, False, False])]
    """
    known = np.isfinite(lon) & np.isfinite(lat)
    shared = known & (may_repeat(lon, lat) | (lon == lat))
    counts = pd.DataFrame({"lon": lon[shared], "lat": lat[shared]}).value_counts().reset_index(name="rows")
    is_whole = _whole_degrees(lon[known], lat[known])
    least = least_suspicious(int(known.sum()))
    for at_lon, at_lat, rows in counts.itertuples(index=False, name=None):
        kind: Literal["zero", "filler", "shared"] | None = None
        if at_lon == at_lat == 0:
            kind = "zero"
        elif (at_lon == at_lat and at_lon in _FILLERS) or (is_whole and rows > 1 and _whole(at_lon, at_lat)):
            kind = "filler"
        elif rows >= least:
            kind = "shared"
        if kind is not None:
            # A nought below nothing is a nought.
            yield Placeholder(float(at_lon) + 0.0, float(at_lat) + 0.0, (lon == at_lon) & (lat == at_lat), kind)


def least_suspicious(rows: int) -> int:
    """Return how many of some rows have to lie at one point for it to be suspicious.

    Examples
    --------
    >>> least_suspicious(100), least_suspicious(1001)
    (20, 51)
    """
    return max(_SUSPICIOUS_ROWS, int(np.ceil(_SUSPICIOUS_SHARE * rows)))


def may_repeat(lon: _Floats, lat: _Floats) -> NDArray[np.bool_]:
    """Tell which places may come more than once: all that do, and by chance a few more.

    Examples
    --------
    >>> may_repeat(np.array([1.0, 2.0, 1.0]), np.array([5.0, 5.0, 5.0])).tolist()
    [True, False, True]
    """
    # Zero is told from zero below nothing by its bits alone.
    mixed = ((lon + 0.0).view(np.uint64) * _MIXER) ^ (lat + 0.0).view(np.uint64)
    ordered = np.sort(mixed)
    return np.isin(mixed, ordered[1:][ordered[1:] == ordered[:-1]])


def _whole_degrees(lon: _Floats, lat: _Floats) -> bool:
    """Tell whether numbers are degrees, of which whole ones are rare."""
    if not len(lon):
        return False
    are_degrees = (np.abs(lon) <= _REACH) & (np.abs(lat) <= _REACH)
    return bool(are_degrees.mean() >= _DEGREES_SHARE and _whole(lon, lat).mean() <= _MOST_WHOLE)


def _whole(lon: _Floats | float, lat: _Floats | float) -> NDArray[np.bool_]:
    return np.asarray((lon == np.round(lon)) & (lat == np.round(lat)))
