"""How areas stand within their peer groups: the rank there, and the ranks that chance leaves open, for all at once."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.measures.intervals import Floats
from geo.measures.peers import Peers, find_peers, profile_areas
from geo.store import Release

__all__ = ["PeerStanding", "peers_of", "stand_among"]

Bools = npt.NDArray[np.bool_]
_GROUPS_KEPT = 8


class PeerStanding(NamedTuple):
    """Rank of each area in its own peer group, from 1 (best); NaN for those not ranked.

    ``best`` and ``worst`` are the ranks that the intervals leave open, ``of`` how many of the group, itself among them,
    are ranked. From 1 to ``of``, no difference is shown.
    """

    rank: Floats
    best: Floats
    worst: Floats
    of: Floats


@lru_cache(maxsize=_GROUPS_KEPT)
def peers_of(release: Release, level: str, k: int) -> Peers:
    """Return the k areas most alike to each area of a level, as `geo.measures.peers.find_peers` does."""
    return find_peers(profile_areas(release, level=level), k=k)


def stand_among(
    value: Floats,
    low: Floats,
    high: Floats,
    *,
    peers: npt.NDArray[np.int64],
    good: Literal["high", "low"],
    enough: npt.ArrayLike,
) -> PeerStanding:
    """Return how each area stands among itself and its peers: what `geo.measures.ranks.rank_areas` says of each group.

    Parameters
    ----------
    value, low, high
        One per area, NaN where unknown; an end that can't be told may be infinite.
    peers
        Positions of each area's peers, areas × k; -1 for none.
    good
        Which values are best.
    enough
        Whether an area has as many records as the rules ask for; others are not ranked, and count among no one's.

    Examples
    --------
    >>> ends = np.array([0.8, 0.6, 0.4]), np.array([0.95, 0.9, 0.5])
    >>> peers = np.array([[1, 2], [0, 2], [1, 0]])
    >>> shown = stand_among(np.array([0.9, 0.8, 0.45]), *ends, peers=peers, good="high", enough=True)
    >>> shown.rank.tolist(), shown.best.tolist(), shown.worst.tolist(), shown.of.tolist()
    ([1.0, 2.0, 3.0], [1.0, 1.0, 3.0], [2.0, 2.0, 3.0], [3.0, 3.0, 3.0])
    """
    # From here on less is better.
    middle, lower, upper = (value, low, high) if good == "low" else (-value, -high, -low)
    ranked = np.isfinite(value) & ~np.isnan(low) & ~np.isnan(high) & np.asarray(enough, dtype=np.bool_)
    there = (peers >= 0) & ranked[peers]
    better = (there & (middle[peers] < middle[:, None])).sum(axis=1)
    surely_better = (there & (upper[peers] < lower[:, None])).sum(axis=1)
    surely_worse = (there & (lower[peers] > upper[:, None])).sum(axis=1)
    of = there.sum(axis=1) + 1
    alone = ranked & (of > 1)
    shown = (np.where(alone, part, np.nan) for part in (1 + better, 1 + surely_better, of - surely_worse, of))
    return PeerStanding(*shown)
