"""Median times by Kaplan and Meier, for many groups at once, with records that are still open counted as censored."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["median_times"]

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
    medians = np.full(n_groups, np.nan)
    if len(groups) == 0:
        return medians
    group, time, at_risk, deaths = _life_table(groups, times, ended, n_groups=n_groups)
    with np.errstate(divide="ignore"):
        step = np.where(deaths == at_risk, _LOG_ZERO, np.log1p(-deaths / at_risk))
    log_open = np.cumsum(step)
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    before_group = np.repeat(np.r_[0.0, log_open[first[1:] - 1]], np.diff(np.r_[first, len(group)]))
    reached = np.flatnonzero(log_open - before_group <= _HALF)
    # The first row of each group that is reached: later ones are written first and overwritten.
    medians[group[reached[::-1]]] = time[reached[::-1]]
    return medians


def _life_table(
    groups: npt.NDArray[np.integer], times: npt.NDArray[np.integer], ended: npt.NDArray[np.bool_], *, n_groups: int
) -> tuple[npt.NDArray[np.int64], ...]:
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
