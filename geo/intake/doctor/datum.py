"""Which datum points are in, by evidence: under the right one they lie in the areas that the file records for them.

A file never says that its places were taken from a Chinese web map. GCJ-02 is off by about half a kilometre and BD-09
by about one: few points change their county, but many change their grid. So each datum is tried, and the points that
lie in their recorded area under one and not under the other are counted against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import DATUMS, Datum, to_wgs84

__all__ = ["DatumEvidence", "weigh_datums"]

# More points tell no more: at this many the share of each datum is known to half a per cent.
_MOST_POINTS = 20_000
# A datum is taken when, of the points that it and another one place apart, it is right for at least this share …
_CLEAR_SHARE = 0.8
# … which is no chance (sign test, one-sided) …
_CLEAR_P = 1e-4
# … and most of all points lie where they are recorded: if not, something else is wrong with them.
_LEAST_INSIDE = 0.5


@dataclass(frozen=True)
class DatumEvidence:
    """How well points lie in their recorded areas under each datum.

    Parameters
    ----------
    compared
        Points with coordinates and a recorded area that is known.
    inside
        How many of them lie in it, by datum.
    clear
        The datum that the evidence is clear for; None where the user has to say.
    """

    compared: int
    inside: Mapping[Datum, int]
    clear: Datum | None

    def share(self, datum: Datum) -> float | None:
        """Return the share of the compared points that lie in their recorded area under a datum; None without any."""
        return self.inside[datum] / self.compared if self.compared else None


def weigh_datums(lon: ArrayLike, lat: ArrayLike, recorded: ArrayLike, polygons: NDArray[np.object_]) -> DatumEvidence:
    """Try each datum on points whose area is recorded.

    Parameters
    ----------
    lon, lat
        n degrees each, in a datum that is not known; NaN where there is none.
    recorded
        n positions of the recorded areas among the polygons; -1 where none is recorded, or it is not known.
    polygons
        Valid areas in longitude and latitude, WGS84.

    Returns
    -------
    DatumEvidence
        From all points, or from 20,000 taken evenly of more. ``clear`` is the datum under which at least half of them
        lie in their area and which beats each other datum: of the points inside under one of the two alone at least
        four in five are its own, and a sign test finds that no chance (p < 0.0001).

    Examples
    --------
    >>> areas = shapely.box([120.0, 120.02], 30.0, [120.02, 120.04], 30.02)
    >>> evidence = weigh_datums([120.001, 120.021] * 20, [30.001, 30.01] * 20, [0, 1] * 20, areas)
    >>> evidence.clear, evidence.share("wgs84")
    ('wgs84', 1.0)
    """
    lons, lats, at = np.asarray(lon, np.float64), np.asarray(lat, np.float64), np.asarray(recorded, np.intp)
    known = np.flatnonzero(np.isfinite(lons) & np.isfinite(lats) & (at >= 0))
    if len(known) > _MOST_POINTS:
        known = known[np.linspace(0, len(known) - 1, _MOST_POINTS).astype(np.intp)]
    inside = {datum: _lie_inside(lons[known], lats[known], datum, polygons[at[known]]) for datum in DATUMS}
    counts = MappingProxyType({datum: int(hits.sum()) for datum, hits in inside.items()})
    return DatumEvidence(len(known), counts, _clear_datum(inside))


def _lie_inside(
    lon: NDArray[np.float64], lat: NDArray[np.float64], datum: Datum, areas: NDArray[np.object_]
) -> NDArray[np.bool_]:
    points = shapely.points(*to_wgs84(lon, lat, datum))
    hits: NDArray[np.bool_] = shapely.intersects(areas, points)
    return hits


def _clear_datum(inside: Mapping[Datum, NDArray[np.bool_]]) -> Datum | None:
    best = max(inside, key=lambda datum: int(inside[datum].sum()))
    own = inside[best]
    if not len(own) or own.mean() < _LEAST_INSIDE:
        return None
    return best if all(_beats(own, other) for datum, other in inside.items() if datum != best) else None


def _beats(own: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    """Tell whether a datum is right clearly more often than another, of the points that the two place apart."""
    won, lost = int((own & ~other).sum()), int((other & ~own).sum())
    if won < _CLEAR_SHARE * (won + lost) or won == 0:
        return False
    # The chance of as many wins or more, were both datums as good; scipy.stats has it by name, and loads for seconds.
    from scipy.special import bdtrc

    return bool(bdtrc(won - 1, won + lost, 0.5) < _CLEAR_P)
