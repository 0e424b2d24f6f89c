"""Ranks of areas with the ranks that chance leaves open, and groups among which no difference is shown."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.measures.intervals import Floats

__all__ = ["Ranks", "joint_alpha", "rank_areas"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Ranks(NamedTuple):
    """Ranks from 1 (best), and the best and the worst rank that chance leaves open; NaN for areas not ranked.

    ``groups`` are the largest groups of areas of which every two have overlapping intervals, as positions, best first:
    among them no difference is shown. An area may be in several, and one by itself is a group of one.
    """

    rank: Floats
    best: Floats
    worst: Floats
    groups: tuple[tuple[int, ...], ...]

    def no_difference(self, position: int) -> tuple[int, ...]:
        """Return the positions of all areas from which this one is not shown to differ, itself left out."""
        near = {other for group in self.groups if position in group for other in group}
        return tuple(sorted(near - {position}))


def joint_alpha(alpha: float, n: int) -> float:
    """Return the alpha of each of n independent intervals that hold true all together with confidence 1 - alpha.

    Notes
    -----
    Šidák, Z. (1967), Rectangular confidence regions for the means of multivariate normal distributions, JASA 62,
    626-633.

    Examples
    --------
    >>> round(joint_alpha(0.05, 10), 6)
    0.005116
    """
    if not 0 < alpha < 1 or n < 0:
        raise ValueError(
            f"alpha is {alpha} for {n} intervals. Remedy: an alpha between 0 and 1, and 0 intervals or more."
        )
    return alpha if n == 0 else float(-np.expm1(np.log1p(-alpha) / n))


def rank_areas(
    values: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    *,
    good: Literal["high", "low"],
    enough: npt.ArrayLike | None = None,
) -> Ranks:
    """Return the rank of each area, the ranks that its interval leaves open, and groups that are not shown to differ.

    An area certainly ranks behind those alone whose intervals lie wholly on the better side of its own, and before
    those whose intervals lie wholly on the worse side. This is exact and needs no draws: if all intervals hold their
    true values, all these ranges hold the true ranks. With intervals at ``joint_alpha(alpha, n)`` that is so, for all
    areas at once, with confidence 1 - alpha; with each at 1 - alpha it is so for every pair by itself alone.

    Areas are ranked, never persons; a figure with no good side has no rank.

    Parameters
    ----------
    values
        Of any one unit, one per area; NaN where unknown.
    low, high
        Ends of the values' intervals, in the same unit.
    good
        Which values are best.
    enough
        Whether an area has as many records as the rules ask for; without, all have. Areas with too few, with no value
        or no interval are not ranked, and count among no one's.

    Returns
    -------
    Ranks
        Areas with the same value share the better rank. Intervals that touch overlap.

    Raises
    ------
    ValueError
        When the lengths differ or a value lies outside of its interval.

    Notes
    -----
    Klein, M., Wright, T. and Wieczorek, J. (2020), A joint confidence region for an overall ranking of populations,
    Journal of the Royal Statistical Society C 69, 589-606.

    Examples
    --------
    >>> ranks = rank_areas([0.9, 0.8, 0.5], [0.8, 0.6, 0.4], [0.95, 0.9, 0.6], good="high")
    >>> ranks.rank.tolist(), ranks.best.tolist(), ranks.worst.tolist(), ranks.groups
    ([1.0, 2.0, 3.0], [1.0, 1.0, 2.0], [2.0, 3.0, 3.0], ((0, 1), (1, 2)))
    """
    value, lower, upper = (np.asarray(part, dtype=np.float64) for part in (values, low, high))
    known = _ranked(value, lower, upper, enough)
    # From here on less is better.
    if good == "high":
        value, lower, upper = -value, -upper, -lower
    at = np.flatnonzero(known)
    rank, best, worst = (np.full(len(value), np.nan) for _ in range(3))
    rank[at] = 1 + np.searchsorted(np.sort(value[at]), value[at])
    best[at] = 1 + np.searchsorted(np.sort(upper[at]), lower[at])
    worst[at] = np.searchsorted(np.sort(lower[at]), upper[at], side="right")
    return Ranks(rank, best, worst, _overlapping(at, value, lower, upper))


def _ranked(value: Floats, low: Floats, high: Floats, enough: npt.ArrayLike | None) -> Bools:
    """Return which areas are ranked."""
    if value.ndim != 1 or not value.shape == low.shape == high.shape:
        raise ValueError(
            f"Shapes are {value.shape}, {low.shape} and {high.shape}. Remedy: a value and two ends an area."
        )
    known = np.isfinite(value) & ~np.isnan(low) & ~np.isnan(high)
    if ((value[known] < low[known]) | (value[known] > high[known])).any():
        raise ValueError("A value lies outside of its interval. Remedy: pass the lower end first.")
    return known if enough is None else known & np.asarray(enough, dtype=np.bool_)


def _overlapping(at: Ints, value: Floats, low: Floats, high: Floats) -> tuple[tuple[int, ...], ...]:
    """Return the largest groups whose intervals all overlap: intervals that do so in pairs share a point.

    So a group ends where an interval ends, and is a largest one if another has begun since the last end.
    """
    ends = np.unique(high[at])
    groups: list[tuple[int, ...]] = []
    before = -np.inf
    for end in ends:
        begun = low[at] <= end
        if (low[at][begun] > before).any() or not groups:
            members = at[begun & (high[at] >= end)]
            groups.append(tuple(int(i) for i in members[np.lexsort((members, value[members]))]))
            before = end
    return tuple(groups)
