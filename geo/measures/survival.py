"""Median times by Kaplan and Meier, for many groups at once, with records that are still open counted as censored."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

__all__ = ["median_intervals", "median_times", "medians_with_intervals"]

#: Group, time, number at risk and number ended for each distinct time of each group.
LifeTable: TypeAlias = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]

# S(t) is a product of ratios of counts; a sum of their logarithms may miss an exact half by rounding alone.
_HALF = np.log(0.5) + 1e-9
# Stands for the logarithm of 0: past one half, after which a group has no more rows, and small, so that sums stay
# exact.
_LOG_ZERO = -1.0
# Up to this many cells of group and time for each record, counting all cells is faster than sorting the records.
_CELLS_PER_RECORD = 30


def median_times(
    groups: npt.NDArray[np.integer],
    times: npt.NDArray[np.integer],
    ended: npt.NDArray[np.bool_],
    *,
    n_groups: int,
) -> npt.NDArray[np.float64]:
    """Return each group's Kaplan-Meier median: the first time at which the share still open is at most one half.

    Parameters
    ----------
    groups
        Group of each record, 0 to ``n_groups - 1``.
    times
        Whole days that each record was watched, not negative.
    ended
        Whether what is waited for came at that time; False if the record was still open (censored) when last seen.
    n_groups
        Number of groups.

    Returns
    -------
    float array of length ``n_groups``
        In days; NaN for a group without records or where more than half are open to the end.

    Notes
    -----
    Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, JASA 53, 457-481. A
    record censored at a time at which others end is taken as at risk there.

    Examples
    --------
    >>> groups, times = np.zeros(5, int), np.array([2, 4, 4, 7, 9])
    >>> median_times(groups, times, np.array([True, True, False, True, True]), n_groups=1).tolist()
    [7.0]
    """
    if len(groups) == 0:
        return np.full(n_groups, np.nan)
    return _medians(_life_table(groups, times, ended, n_groups=n_groups), n_groups)


def _medians(table: LifeTable, n_groups: int) -> npt.NDArray[np.float64]:
    medians, (group, time, at_risk, deaths) = np.full(n_groups, np.nan), table
    with np.errstate(divide="ignore"):
        step = np.where(deaths == at_risk, _LOG_ZERO, np.log1p(-deaths / at_risk))
    log_open = np.cumsum(step)
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    before_group = np.repeat(np.r_[0.0, log_open[first[1:] - 1]], np.diff(np.r_[first, len(group)]))
    reached = np.flatnonzero(log_open - before_group <= _HALF)
    # The first row of each group that is reached: later ones are written first and overwritten.
    medians[group[reached[::-1]]] = time[reached[::-1]]
    return medians


def median_intervals(
    groups: npt.NDArray[np.integer],
    times: npt.NDArray[np.integer],
    ended: npt.NDArray[np.bool_],
    *,
    n_groups: int,
    alpha: float,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the ends of the interval of each group's Kaplan-Meier median.

    Parameters
    ----------
    groups, times, ended, n_groups
        As for `median_times`.
    alpha
        1 - alpha is the two-sided confidence.

    Returns
    -------
    tuple of float arrays of length ``n_groups``
        In days; NaN where the end can't be told: the upper one where too many are open to the end.

    Notes
    -----
    Brookmeyer, R. and Crowley, J. (1982), A confidence interval for the median survival time, Biometrics 38, 29-41,
    with the limits of S(t) by log(-log) and Greenwood's variance, as survfit of R's survival does for
    ``conf.type = "log-log"``.

    Examples
    --------
    >>> times = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    >>> low, high = median_intervals(np.zeros(21, int), times, np.arange(21) < 9, n_groups=1, alpha=0.05)
    >>> low.tolist(), high.tolist()
    ([13.0], [nan])
    """
    if len(groups) == 0:
        return np.full(n_groups, np.nan), np.full(n_groups, np.nan)
    return _intervals(_life_table(groups, times, ended, n_groups=n_groups), n_groups, alpha)


def medians_with_intervals(
    groups: npt.NDArray[np.integer],
    times: npt.NDArray[np.integer],
    ended: npt.NDArray[np.bool_],
    *,
    n_groups: int,
    alpha: float,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return what `median_times` and `median_intervals` do, counting the records once for both.

    Examples
    --------
    >>> groups, times = np.zeros(5, int), np.array([2, 4, 4, 7, 9])
    >>> ended = np.array([True, True, False, True, True])
    >>> medians_with_intervals(groups, times, ended, n_groups=1, alpha=0.05)[0].tolist()
    [7.0]
    """
    if len(groups) == 0:
        return np.full(n_groups, np.nan), np.full(n_groups, np.nan), np.full(n_groups, np.nan)
    table = _life_table(groups, times, ended, n_groups=n_groups)
    return _medians(table, n_groups), *_intervals(table, n_groups, alpha)


def _intervals(
    table: LifeTable, n_groups: int, alpha: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    low, high, (group, time, at_risk, deaths) = np.full(n_groups, np.nan), np.full(n_groups, np.nan), table
    left = at_risk - deaths
    with np.errstate(divide="ignore", invalid="ignore"):
        log_open = _run_sums(np.where(left > 0, np.log1p(-deaths / at_risk), 0.0), group)
        variance = _run_sums(np.where(left > 0, deaths / (at_risk * left), 0.0), group)
        reach = float(ndtri(1 - alpha / 2)) * np.sqrt(variance) / -log_open
        # exp(-reach) and exp(reach) as powers of S: its upper and lower limit.
        upper, lower = log_open * np.exp(-reach), log_open * np.exp(reach)
    for ends, limit in ((low, lower), (high, upper)):
        # Once all have ended the curve is at 0, and so are both of its limits.
        reached = np.flatnonzero((np.nan_to_num(limit) <= _HALF) | (left == 0) & (deaths > 0))
        ends[group[reached[::-1]]] = time[reached[::-1]]
    return low, high


def _run_sums(values: npt.NDArray[np.float64], group: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return running sums within each group."""
    total = np.cumsum(values)
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    before = np.repeat(np.r_[0.0, total[first[1:] - 1]], np.diff(np.r_[first, len(group)]))
    return np.asarray(total - before, dtype=np.float64)


def _life_table(
    groups: npt.NDArray[np.integer], times: npt.NDArray[np.integer], ended: npt.NDArray[np.bool_], *, n_groups: int
) -> LifeTable:
    """Return group, time, number at risk and number ended for each distinct time of each group, in order."""
    width = int(times.max()) + 1
    key = groups.astype(np.int64) * width + times
    if n_groups * width <= _CELLS_PER_RECORD * len(key):
        leaving, deaths = (np.bincount(part, minlength=n_groups * width) for part in (key, key[ended]))
        distinct = np.flatnonzero(leaving)
        leaving, deaths = leaving[distinct], deaths[distinct]
    else:
        distinct, inverse = np.unique(key, return_inverse=True)
        leaving, deaths = (np.bincount(part, minlength=len(distinct)) for part in (inverse, inverse[ended]))
    group, time = distinct // width, distinct % width
    left_before = np.cumsum(leaving) - leaving
    entered_up_to = np.cumsum(np.bincount(group, weights=leaving, minlength=n_groups))[group].astype(np.int64)
    return group, time, entered_up_to - left_before, deaths
