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
    least = least_suspicious(int(known.sum()))
    whole = known & _whole(lon, lat) if _whole_degrees(lon[known], lat[known]) else np.zeros(len(lon), dtype=bool)
    # Most rows of a large file share their place with some others, and few with many: the few alone are counted.
    looked_at = known & (whole | (lon == lat) | may_repeat(lon, lat, times=least))
    counts = pd.DataFrame({"lon": lon[looked_at], "lat": lat[looked_at], "whole": whole[looked_at]})
    counts = counts.value_counts().reset_index(name="rows")
    at_lon, at_lat, rows = (counts[name].to_numpy() for name in ("lon", "lat", "rows"))
    zero = (at_lon == 0) & (at_lat == 0)
    filler = ((at_lon == at_lat) & np.isin(at_lon, _FILLERS)) | (counts["whole"].to_numpy() & (rows > 1))
    many = rows >= least
    for place in np.flatnonzero(zero | filler | many):
        kind: Literal["zero", "filler", "shared"] = "zero" if zero[place] else "filler" if filler[place] else "shared"
        hit = (lon == at_lon[place]) & (lat == at_lat[place])
        # A nought below nothing is a nought.
        yield Placeholder(float(at_lon[place]) + 0.0, float(at_lat[place]) + 0.0, hit, kind)


def least_suspicious(rows: int) -> int:
    """Return how many of some rows have to lie at one point for it to be suspicious.

    Examples
    --------
    >>> least_suspicious(100), least_suspicious(1001)
    (20, 51)
    """
    return max(_SUSPICIOUS_ROWS, int(np.ceil(_SUSPICIOUS_SHARE * rows)))


def may_repeat(lon: _Floats, lat: _Floats, *, times: int = 2) -> NDArray[np.bool_]:
    """Tell which places may come so many times or more: all that do, and by chance a few more.

    Examples
    --------
    >>> may_repeat(np.array([1.0, 2.0, 1.0]), np.array([5.0, 5.0, 5.0])).tolist()
    [True, False, True]
    """
    # Zero is told from zero below nothing by its bits alone.
    mixed = ((lon + 0.0).view(np.uint64) * _MIXER) ^ (lat + 0.0).view(np.uint64)
    ordered, back = np.sort(mixed), min(times - 1, len(mixed))
    return np.isin(mixed, ordered[back:][ordered[back:] == ordered[: len(ordered) - back]])


def _whole_degrees(lon: _Floats, lat: _Floats) -> bool:
    """Tell whether numbers are degrees, of which whole ones are rare."""
    if not len(lon):
        return False
    are_degrees = (np.abs(lon) <= _REACH) & (np.abs(lat) <= _REACH)
    return bool(are_degrees.mean() >= _DEGREES_SHARE and _whole(lon, lat).mean() <= _MOST_WHOLE)


def _whole(lon: _Floats, lat: _Floats) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = (lon == np.round(lon)) & (lat == np.round(lat))
    return whole
