"""How unevenly a figure is spread: the Gini coefficient, with an interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.measures.intervals import Floats

__all__ = ["gini", "gini_interval"]

#: Values drawn at a time: some 40 MB with their order and weights.
_DRAWN_AT_ONCE = 1_000_000
# Of the coefficient: what differs by less is rounding.
_DIGITS = 12
#: Of more values the correction is too small to be seen, and takes time by their square.
_MOST_CORRECTED = 1000


def gini(values: npt.ArrayLike) -> float:
    """Return the Gini coefficient of values that are not negative: half their mean difference, relative to the mean.

    Parameters
    ----------
    values
        Of any one unit, such as hours a week, one per post or area; 0 is no lack of a value.

    Returns
    -------
    float
        0 where all have the same, ``1 - 1 / n`` where one of n has everything; NaN without values or with zeros alone.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4]), gini([1, 3])
    (0.0, 0.75, 0.25)
    """
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) == 0 or numbers.sum() == 0:
        return float("nan")
    return float(_along(numbers))


def gini_interval(
    values: npt.ArrayLike, *, alpha: float, seed: int, resamples: int = 2000
) -> tuple[float, float, float]:
    """Return the Gini coefficient with its bootstrap interval, corrected for bias and skewness (BCa).

    The interval says how far the figure would move if other posts or areas like these had been met. Of few values it is
    narrower than it should be: at 95 %, of samples from an exponential distribution, it held the true coefficient in 60
    of 100 for 5 values, in 83 for 10, in 90 for 20 and in 91 for 50 and for 100.

    Parameters
    ----------
    values
        Not negative, of any one unit, one per post or area.
    alpha
        1 - alpha is the two-sided confidence.
    seed
        Of the draws: the same values and seed give the same interval.
    resamples
        Number of draws.

    Returns
    -------
    tuple of float
        Coefficient, lower and upper end, all within 0 and 1. The ends are NaN for fewer than two values, and the
        coefficient itself where all values are the same.

    Raises
    ------
    ValueError
        When a value is negative or missing.

    Notes
    -----
    Efron, B. (1987), Better bootstrap confidence intervals, JASA 82, 171-185. A draw of zeros alone is even: 0. For
    more than 1,000 values, where the correction is too small to be seen, and for two, where it can't be told, the ends
    are plain percentiles of the draws.

    Examples
    --------
    >>> [round(part, 2) for part in gini_interval([1, 2, 2, 3, 5, 8, 13, 21], alpha=0.05, seed=1)]
    [0.49, 0.4, 0.61]
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not (numbers >= 0).all():
        raise ValueError("Values are negative or missing. Remedy: pass those that are known, 0 or more.")
    value = gini(numbers)
    if len(numbers) < 2 or np.isnan(value):
        return value, float("nan"), float("nan")
    if (numbers == numbers[0]).all():
        return value, value, value
    # Loads for a second, and few pages ask for it.
    from scipy.stats import bootstrap

    drawn = bootstrap(
        (numbers / numbers.mean(),),
        _along,
        n_resamples=resamples,
        batch=max(_DRAWN_AT_ONCE // len(numbers), 1),
        vectorized=True,
        axis=-1,
        confidence_level=1 - alpha,
        method="BCa" if _is_correctable(numbers) else "percentile",
        rng=np.random.default_rng(seed),
    )
    low, high = (float(end) for end in drawn.confidence_interval)
    return value, low, high


def _is_correctable(numbers: Floats) -> bool:
    """Return whether leaving out one value after the other tells of skewness: the figure has to change with them."""
    n = len(numbers)
    if not 2 < n <= _MOST_CORRECTED:
        return False
    without_one = np.broadcast_to(numbers, (n, n))[~np.eye(n, dtype=bool)].reshape(n, n - 1)
    return bool(np.ptp(_along(without_one)) > 0)


def _along(values: npt.NDArray[Any], axis: int = -1) -> Floats:
    """Return the coefficient along an axis, 0 where there are zeros alone."""
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=axis)
    n = ordered.shape[axis]
    weights = 2 * np.arange(1, n + 1) - n - 1
    total = ordered.sum(axis=axis)
    uneven = np.moveaxis(ordered, axis, -1) @ weights
    share = np.clip(uneven / np.where(total > 0, n * total, 1.0), 0, 1)
    # Draws as uneven as the values are so to the last digit: the correction counts those that are less.
    return np.asarray(np.round(share, _DIGITS), dtype=np.float64)
