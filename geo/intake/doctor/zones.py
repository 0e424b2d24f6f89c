"""The zones of Chinese maps: which number stands before an easting, and which other systems have the same zones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHINA", "CHINESE_ZONES", "guess_zone", "same_zones"]

#: West, south, east, north of China, generously.
CHINA = (72.0, 0.8, 137.9, 55.9)
#: CGCS2000 in zones of 3 degrees, with their number before the easting and without.
CHINESE_ZONES = tuple(f"EPSG:{code}" for code in range(4513, 4555))
# CGCS2000, 3-degree zones 25 to 45 and 6-degree zones 13 to 23, whose number stands before the easting.
_ZONES = {**{zone: 4513 + zone - 25 for zone in range(25, 46)}, **{zone: 4491 + zone - 13 for zone in range(13, 24)}}
_ZONE_M = 1_000_000
# First code of CGCS2000, of Xi'an 1980 and of Beijing 1954, and how many follow each other: 6 degrees with the number
# of the zone and without it, 3 degrees with it and without it.
_KIN = ((4491, 2327, 21413, 11), (4502, 2338, 21453, 11), (4513, 2349, 2401, 21), (4534, 2370, 2422, 21))


def guess_zone(numbers: NDArray[np.float64]) -> str | None:
    """Return the CGCS2000 zone whose number stands before eastings, as ``EPSG:4528``; None if they have no such prefix.

    Examples
    --------
    >>> guess_zone(np.array([40512345.0, 40498000.0])), guess_zone(np.array([512345.0]))
    ('EPSG:4528', None)
    """
    known = numbers[np.isfinite(numbers)]
    prefixes = np.unique((known // _ZONE_M).astype(np.int64)) if len(known) else np.empty(0, np.int64)
    return f"EPSG:{_ZONES[int(prefixes[0])]}" if len(prefixes) == 1 and int(prefixes[0]) in _ZONES else None


def same_zones(crs: str) -> tuple[str, str] | None:
    """Return the systems of Xi'an 1980 and of Beijing 1954 with the zone of a CGCS2000 system; None if it has none.

    Examples
    --------
    >>> same_zones("EPSG:4549"), same_zones("EPSG:3857")
    (('EPSG:2385', 'EPSG:2437'), None)
    """
    code = int(crs.removeprefix("EPSG:")) if crs.removeprefix("EPSG:").isdigit() else 0
    for first, xian, beijing, count in _KIN:
        if first <= code < first + count:
            return f"EPSG:{xian + code - first}", f"EPSG:{beijing + code - first}"
    return None
