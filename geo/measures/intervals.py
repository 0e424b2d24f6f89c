"""Intervals for shares, counts and changes, for whole columns at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, chdtri, ndtri

__all__ = [
    "Change",
    "Floats",
    "change_interval",
    "compare_at_once",
    "dispersion_of",
    "gap_interval",
    "poisson_interval",
    "shift_interval",
    "wilson_interval",
]

Floats = npt.NDArray[np.float64]


class Change(NamedTuple):
    """A change, its interval, and whether the interval leaves out no change; NaN where unknown.

    ``known`` tells where there is anything to compare: only there the test means something.
    """

    value: Floats
    low: Floats
    high: Floats
    beyond_chance: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]


def wilson_interval(hits: npt.ArrayLike, n: npt.ArrayLike, *, alpha: float) -> tuple[Floats, Floats, Floats]:
    """Return shares with Wilson's score interval.

    Parameters
    ----------
    hits, n
        Counts of the same shape, ``0 <= hits <= n``.
    alpha
        1 - alpha is the two-sided confidence.

    Returns
    -------
    tuple of float arrays
        Share, lower and upper end, all within 0 and 1; NaN where ``n`` is 0.

    Notes
    -----
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.

    Examples
    --------
    >>> [round(float(end), 4) for end in wilson_interval(8, 10, alpha=0.05)]
    [0.8, 0.4902, 0.9433]
    """
    k, total = np.asarray(hits, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z2 = float(ndtri(1 - alpha / 2)) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / total
        middle = (k + z2 / 2) / (total + z2)
        half = np.sqrt(z2) / (total + z2) * np.sqrt(k * (total - k) / total + z2 / 4)
    # Rounding may put an end of the interval a hair beyond the share itself when the share is 0 or 1.
    low, high = np.minimum(middle - half, share), np.maximum(middle + half, share)
    return share, np.clip(low, 0, 1), np.clip(high, 0, 1)


def poisson_interval(n: npt.ArrayLike, *, alpha: float, dispersion: float = 1.0) -> tuple[Floats, Floats]:
    """Return the exact interval of the mean that a Poisson count was drawn from.

    Parameters
    ----------
    n
        Counts; NaN where unknown, and there both ends are.
    dispersion
        How many times the variance is that of a Poisson count, as `dispersion_of` estimates it: the interval is that of
        so many times fewer counts.
    alpha
        1 - alpha is the two-sided confidence.

    Notes
    -----
    Garwood, F. (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442.

    Examples
    --------
    >>> [round(float(end), 3) for end in poisson_interval(10, alpha=0.05)]
    [4.795, 18.39]
    """
    count = np.asarray(n, dtype=np.float64) / dispersion
    # What is unknown compares as neither, and stays so.
    none = count <= 0
    low = np.where(none, 0.0, chdtri(2 * np.where(none, 1.0, count), 1 - alpha / 2) / 2)
    return dispersion * low, np.asarray(dispersion * chdtri(2 * count + 2, alpha / 2) / 2, dtype=np.float64)


def change_interval(
    n: npt.ArrayLike, n_compare: npt.ArrayLike, *, days: npt.ArrayLike, days_compare: npt.ArrayLike, alpha: float
) -> Change:
    """Return the relative change of the daily rate between two periods with its exact interval.

    Given the sum of both counts, the later is binomial; its Clopper-Pearson interval gives that of the ratio of the two
    Poisson rates (Przyborowski and Wilenski, 1940).

    Parameters
    ----------
    n, n_compare
        Counts of the period and of the one compared with, of the same shape; NaN where unknown.
    days, days_compare
        Lengths of the two periods in days, one for all or one for each.
    alpha
        1 - alpha is the two-sided confidence.

    Returns
    -------
    Change
        0.5 is half as many again. With nothing to compare with (``n_compare`` 0) the change and its upper end are NaN;
        with two zeros everything is.

    Examples
    --------
    >>> change = change_interval(30, 20, days=31, days_compare=31, alpha=0.05)
    >>> [round(float(part), 3) for part in change[:3]], bool(change.beyond_chance)
    ([0.5, -0.176, 1.787], False)
    """
    later, earlier = np.asarray(n, dtype=np.float64), np.asarray(n_compare, dtype=np.float64)
    known = np.isfinite(later) & np.isfinite(earlier) & (later + earlier > 0)
    a, b = np.where(known, later, 1.0), np.where(known, earlier, 1.0)
    per_day = np.asarray(days_compare, dtype=np.float64) / np.asarray(days, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        # betaincinv wants positive parameters: where one count is 0 that end is 0 or infinite and is set below.
        lowest = betaincinv(np.maximum(a, 0.5), b + 1, alpha / 2)
        highest = betaincinv(a + 1, np.maximum(b, 0.5), 1 - alpha / 2)
        value = np.where(b > 0, a / b * per_day - 1, np.nan)
        low = np.where(a > 0, lowest / (1 - lowest) * per_day - 1, -1.0)
        high = np.where(b > 0, highest / (1 - highest) * per_day - 1, np.nan)
    beyond = known & ((low > 0) | (high < 0))
    value, low, high = (np.where(known, part, np.nan) for part in (value, low, high))
    return Change(value, low, high, beyond, known)


def shift_interval(
    hits: npt.ArrayLike, n: npt.ArrayLike, hits_compare: npt.ArrayLike, n_compare: npt.ArrayLike, *, alpha: float
) -> Change:
    """Return the difference of two independent shares with Newcombe's hybrid score interval.

    Parameters
    ----------
    hits, n
        Counts of the period, ``0 <= hits <= n``.
    hits_compare, n_compare
        Those of the period compared with; NaN where unknown.
    alpha
        1 - alpha is the two-sided confidence.

    Returns
    -------
    Change
        0.1 is ten points of a hundred more. NaN where one of the wholes is 0 or unknown; not known where there are no
        hits in either period.

    Notes
    -----
    Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions: comparison of eleven
    methods, Statistics in Medicine 17, 873-890: method 10, without continuity correction.

    Examples
    --------
    >>> [round(float(part), 4) for part in shift_interval(56, 70, 48, 80, alpha=0.05)[:3]]
    [0.2, 0.0524, 0.3339]
    """
    later, later_low, later_high = wilson_interval(hits, n, alpha=alpha)
    earlier, earlier_low, earlier_high = wilson_interval(hits_compare, n_compare, alpha=alpha)
    value = later - earlier
    low = value - np.hypot(later - later_low, earlier_high - earlier)
    high = value + np.hypot(later_high - later, earlier - earlier_low)
    known = np.isfinite(value) & (np.nan_to_num(later) + np.nan_to_num(earlier) > 0)
    return Change(value, low, high, known & ((low > 0) | (high < 0)), known)


def dispersion_of(events: npt.ArrayLike, at_risk: npt.ArrayLike, groups: npt.ArrayLike) -> float:
    """Return how many times the variance of sums is that of Poisson counts, at least 1.

    Parameters
    ----------
    events, at_risk
        Sums and those at risk, one of each per unit (grid).
    groups
        Group (station) of each unit, numbered from 0: each has a rate of its own. Units of none (-1) and without
        anybody at risk count nowhere.

    Returns
    -------
    float
        Pearson's chi-square over its degrees of freedom; 1 where there are none.

    Notes
    -----
    McCullagh, P. and Nelder, J. A. (1989), Generalized Linear Models, 2nd edition, section 4.5: the quasi-Poisson model
    with a rate for each group. Units are whole grids over the period, so that months of one grid may go together.

    Examples
    --------
    >>> dispersion_of([10, 30, 8, 12], [100, 100, 50, 50], [0, 0, 1, 1])
    5.4
    """
    count, risk, group = (np.asarray(part) for part in (events, at_risk, groups))
    known = np.isfinite(count) & (np.nan_to_num(risk) > 0) & (group >= 0)
    count, risk, group = count[known].astype(np.float64), risk[known].astype(np.float64), group[known].astype(np.int64)
    n_groups = int(group.max(initial=-1)) + 1
    counted, at_risk_there = (np.bincount(group, weights=part, minlength=n_groups) for part in (count, risk))
    expected = (counted / np.where(at_risk_there > 0, at_risk_there, 1.0))[group] * risk
    told = expected > 0
    free = int(told.sum()) - len(np.unique(group[told]))
    chi_square = float(((count[told] - expected[told]) ** 2 / expected[told]).sum())
    return max(chi_square / free, 1.0) if free > 0 else 1.0


def gap_interval(later: Sequence[Floats], earlier: Sequence[Floats]) -> Change:
    """Return the difference of two independent figures from their own intervals.

    Parameters
    ----------
    later, earlier
        Value, lower and upper end of each, NaN where unknown.

    Returns
    -------
    Change
        Missing where a value is, its ends where one of those they rest on is.

    Notes
    -----
    Zou, G. Y. and Donner, A. (2008), Construction of confidence limits about effect measures: a general approach,
    Statistics in Medicine 27, 1693-1702: the ends are those of Newcombe's interval, with any interval of each figure.

    Examples
    --------
    >>> later, earlier = np.array([[12.0], [9.0], [16.0]]), np.array([[20.0], [16.0], [23.0]])
    >>> [round(float(part[0]), 2) for part in gap_interval(later, earlier)[:3]]
    [-8.0, -12.24, -2.34]
    """
    value = later[0] - earlier[0]
    low = value - np.hypot(later[0] - later[1], earlier[2] - earlier[0])
    high = value + np.hypot(later[2] - later[0], earlier[0] - earlier[1])
    known = np.isfinite(value) & np.isfinite(low) & np.isfinite(high)
    return Change(value, low, high, known & ((low > 0) | (high < 0)), known)


def compare_at_once(compare: Callable[[float], Change], *, alpha: float) -> Change:
    """Return changes that are looked at together, with intervals widened for it.

    Among twelve months in which all change is chance, some interval at 95 % leaves out no change almost every second
    time. So all intervals are widened to 1 - alpha * R / m, where m changes are known and R of them then leave out no
    change; R is the largest number for which that holds, at least one. By Benjamini and Hochberg, of the changes then
    found at most the share alpha is expected to be chance; by Benjamini and Yekutieli, at most the share alpha of their
    intervals to miss. For a single change that is the plain interval.

    Parameters
    ----------
    compare
        Returns the changes at a two-sided 1 - alpha; their intervals grow with the confidence.
    alpha
        Share of false ones among those found.

    Notes
    -----
    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57, 289-300; Benjamini, Y. and
    Yekutieli, D. (2005), False discovery rate-adjusted multiple confidence intervals for selected parameters, JASA 100,
    71-81. Both hold for independent changes, as those of Poisson counts are; shares of one whole depend on each other
    a little.

    Examples
    --------
    >>> def months(alpha):
    ...     return change_interval([30, 47, 31], [30, 28, 30], days=30, days_compare=30, alpha=alpha)
    >>> months(0.05).beyond_chance.tolist(), compare_at_once(months, alpha=0.05).beyond_chance.tolist()
    ([False, True, False], [False, False, False])
    """
    change = compare(alpha)
    at_once = int(change.known.sum())
    tried, found = at_once, max(int(change.beyond_chance.sum()), 1)
    # A wider interval finds none that this one does not: of the numbers in between none can hold.
    while found < tried:
        tried = found
        change = compare(alpha * tried / at_once)
        found = max(int(change.beyond_chance.sum()), 1)
    return change
