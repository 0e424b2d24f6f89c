"""Hot spots: where neighbouring areas have more events than chance would put there, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.special import ndtr

__all__ = [
    "Spot",
    "chance_of_sums",
    "classify_spots",
    "find_discoveries",
    "gi_star",
    "mann_kendall",
    "queen_neighbours",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
#: Corners closer than this, in degrees about a centimetre, are the same.
_DEGREES_APART = 1e-7


class Spot(IntEnum):
    """What an area's months say of it.

    ``PERSISTENT``: hot in nearly all months, the last among them, and not getting less so. ``FADING``: the same, with a
    trend downwards. ``NEW``: hot without a break up to the last month, and never before. ``OTHER``: all else.
    """

    OTHER = 0
    NEW = 1
    PERSISTENT = 2
    FADING = 3


def queen_neighbours(shapes: Sequence[Any] | npt.NDArray[np.object_]) -> csr_array[Any, tuple[int, int]]:
    """Return which areas share a corner, every area with itself.

    Corners are looked up, so areas that touch must have them in common, as borders that were imported have.

    Parameters
    ----------
    shapes
        Polygons or multipolygons in degrees.

    Returns
    -------
    csr_array
        Areas × areas; 1 for neighbours and on the diagonal, nothing elsewhere.

    Examples
    --------
    >>> row = [shapely.box(120 + i, 30, 121 + i, 31) for i in range(3)]
    >>> queen_neighbours(row).toarray().astype(int).tolist()
    [[1, 1, 0], [1, 1, 1], [0, 1, 1]]
    """
    geometries = np.asarray(shapes, dtype=object)
    n = len(geometries)
    corners, area = shapely.get_coordinates(geometries, return_index=True)
    whole = np.round(corners / _DEGREES_APART).astype(np.int64)
    # 360 degrees are fewer than 2 ** 32 steps: both coordinates fit in one number.
    _, corner = np.unique((whole[:, 0] << 32) + whole[:, 1], return_inverse=True)
    has = csr_array((np.ones(len(area)), (area, corner)), shape=(n, int(corner.max(initial=-1)) + 1))
    itself = csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
    shared = csr_array(has @ has.T + itself)
    shared.data[:] = 1.0
    return shared


def gi_star(values: npt.ArrayLike, neighbours: csr_array[Any, tuple[int, int]]) -> Floats:
    """Return how many standard deviations the sum over an area and its neighbours lies from what all areas would give.

    Parameters
    ----------
    values
        One value per area, or areas × months, each month by itself.
    neighbours
        Of `queen_neighbours`.

    Returns
    -------
    array
        In the shape of ``values``; 0 where all areas have the same value or are neighbours.

    Notes
    -----
    Getis, A. and Ord, J. K. (1992), The analysis of spatial association by use of distance statistics, Geographical
    Analysis 24, 189-206; the standardised form of Ord and Getis (1995), Geographical Analysis 27, 286-306, equation 14.

    Examples
    --------
    >>> row = queen_neighbours([shapely.box(120 + i, 30, 121 + i, 31) for i in range(5)])
    >>> gi_star([9, 8, 1, 0, 2], row).round(2).tolist()
    [1.96, 1.31, -0.65, -1.96, -1.31]
    """
    given = np.asarray(values, dtype=np.float64)
    columns = given.reshape(len(given), -1)
    n, around = len(columns), _sizes(neighbours)[:, np.newaxis]
    spread = columns.std(axis=0) * np.sqrt(np.maximum(n * around - around**2, 0) / max(n - 1, 1))
    apart = neighbours @ columns - around * columns.mean(axis=0)
    return np.where(spread > 0, apart / np.where(spread > 0, spread, 1.0), 0.0).reshape(given.shape)


def _sizes(neighbours: csr_array[Any, tuple[int, int]]) -> Ints:
    return np.diff(neighbours.indptr).astype(np.int64)


def chance_of_sums(counts: npt.ArrayLike, neighbours: csr_array[Any, tuple[int, int]]) -> Floats:
    """Return how likely chance is to give an area and its neighbours as many events as they have, or more.

    It is the upper tail of Gi* when the counts are dealt out to the areas at random. With few events to an area that is
    far from normal: a z-score would call ten times as much hot as it should. So it is summed up exactly: the sum over k
    areas is that of k draws, with replacement, from the counts of all areas.

    Parameters
    ----------
    counts
        Areas × months, whole numbers of 0 or more; each month by itself.
    neighbours
        Of `queen_neighbours`.

    Examples
    --------
    >>> pair = queen_neighbours([shapely.box(120, 30, 121, 31), shapely.box(121, 30, 122, 31)])
    >>> chance_of_sums([[0, 1], [1, 1]], pair).tolist()
    [[0.75, 1.0], [0.75, 1.0]]
    """
    whole = np.asarray(counts, dtype=np.int64)
    sums, around = np.rint(neighbours @ whole.astype(np.float64)).astype(np.int64), _sizes(neighbours)
    chances = np.ones(whole.shape)
    by_size = [(size, np.flatnonzero(around == size)) for size in range(1, int(around.max(initial=0)) + 1)]
    for month in range(whole.shape[1]):
        one = np.bincount(whole[:, month]) / len(whole)
        sum_of = np.ones(1)
        for _size, areas in by_size:
            sum_of = np.convolve(sum_of, one)
            tail = np.cumsum(sum_of[::-1])[::-1]
            chances[areas, month] = np.minimum(tail[sums[areas, month]], 1.0)
    return chances


def find_discoveries(chances: npt.ArrayLike, *, alpha: float) -> Bools:
    """Return which of many chances are too small to be chance, each column by itself.

    At most the share alpha of those found is expected to be chance.

    Notes
    -----
    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57, 289-300; it holds too for
    tests that share events, as those of neighbours do: Benjamini, Y. and Yekutieli, D. (2001), The control of the false
    discovery rate in multiple testing under dependency, Annals of Statistics 29, 1165-1188.

    Examples
    --------
    >>> find_discoveries([[0.001], [0.03], [0.04], [0.9]], alpha=0.05).ravel().tolist()
    [True, False, False, False]
    """
    p = np.asarray(chances, dtype=np.float64)
    n = len(p)
    ordered = np.sort(p, axis=0)
    passed = ordered <= alpha * np.arange(1, n + 1)[:, np.newaxis] / max(n, 1)
    limit = np.where(passed, ordered, -1.0).max(axis=0, initial=-1.0)
    found: Bools = p <= limit
    return found


def mann_kendall(series: npt.ArrayLike) -> Floats:
    """Return the trend of each row as a z-score: above 0 where later values tend to be larger.

    Parameters
    ----------
    series
        Rows × moments, in the order of time.

    Returns
    -------
    array
        One per row, corrected for continuity and for ties; 0 without a trend.

    Notes
    -----
    Mann, H. B. (1945), Nonparametric tests against trend, Econometrica 13, 245-259; Kendall, M. G. (1975), Rank
    Correlation Methods, for the variance with ties.

    Examples
    --------
    >>> mann_kendall([[1, 2, 2, 3], [4, 3, 2, 1]]).round(3).tolist()
    [1.445, -1.698]
    """
    rows = np.asarray(series, dtype=np.float64)
    n = rows.shape[1]
    earlier, later = np.triu_indices(n, k=1)
    total = np.sign(rows[:, later] - rows[:, earlier]).sum(axis=1)
    # Of t equal values each is equal to t: the sum over values of (t - 1)(2t + 5) is that over groups of t of them.
    equal = (rows[:, :, np.newaxis] == rows[:, np.newaxis, :]).sum(axis=2)
    ties = ((equal - 1) * (2 * equal + 5)).sum(axis=1)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    certain = np.sign(total) * np.maximum(np.abs(total) - 1, 0)
    return np.where(variance > 0, certain / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)


def classify_spots(
    hot: npt.ArrayLike, scores: npt.ArrayLike, *, persistent: float, alpha: float
) -> npt.NDArray[np.int8]:
    """Return what each area's months say of it, as `Spot` has it.

    Parameters
    ----------
    hot
        Areas × months, the latest last: whether the area was hot.
    scores
        Of `gi_star`, in the same shape: the trend is theirs.
    persistent
        Share of the months that a persistent spot is hot in at least.
    alpha
        Two-sided, of the trend.

    Notes
    -----
    The classes of emerging hot-spot analysis that stand for persistent and for new, its "consecutive" (hot for some
    months on end) among the new, as what a director hears of after two months is no older than that.

    Examples
    --------
    >>> hot = np.array([[0, 0, 1, 1], [1, 1, 1, 1], [0, 1, 0, 1], [1, 1, 1, 0]], dtype=bool)
    >>> [Spot(one).name for one in classify_spots(hot, np.zeros((4, 4)), persistent=0.9, alpha=0.05)]
    ['NEW', 'PERSISTENT', 'OTHER', 'OTHER']
    """
    months = np.asarray(hot, dtype=bool)
    last = months[:, -1]
    lasting = last & (months.mean(axis=1) >= persistent)
    # One run: once hot, never cold again.
    unbroken = (months[:, 1:] >= months[:, :-1]).all(axis=1)
    found = np.where(last & unbroken & ~lasting, Spot.NEW, Spot.OTHER).astype(np.int8)
    trend = mann_kendall(np.asarray(scores, dtype=np.float64)[lasting])
    found[lasting] = np.where((trend < 0) & (2 * ndtr(trend) < alpha), Spot.FADING, Spot.PERSISTENT)
    return found
