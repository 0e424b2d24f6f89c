"""Small counts, and what must be withheld with them so that a sum does not tell them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Floats", "hide_parts", "is_small"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]


def is_small(counts: npt.ArrayLike, *, threshold: int) -> Bools:
    """Tell which counts are from 1 to below the threshold; missing ones are not."""
    values = np.asarray(counts, dtype=np.float64)
    return (values > 0) & (values < threshold)


def hide_parts(counts: Floats, hidden: Bools, *, threshold: int, hidden_sums: Bools | None = None) -> Bools:
    """Return which parts of sums to hide so that no hidden part can be worked out from the sum and the others.

    While fewer than two parts are hidden, or those hidden sum to less than the threshold, the smallest other part that
    is not zero is hidden with them; of equal ones the first. The same where the sum is hidden: the parts would tell it.

    Parameters
    ----------
    counts
        A sum per row, its parts in columns.
    hidden
        Parts hidden already, in the same shape.
    threshold
        Smallest count that may be shown.
    hidden_sums
        Rows whose sum is hidden; none if not given: whoever reads the table knows the sums.

    Examples
    --------
    >>> hide_parts(np.array([[97.0, 3.0, 0.0, 12.0]]), np.array([[False, True, False, False]]), threshold=5).tolist()
    [[False, True, False, True]]
    """
    hidden, values = hidden.copy(), np.nan_to_num(counts)
    told = np.zeros(len(counts), dtype=bool) if hidden_sums is None else hidden_sums
    for _ in range(counts.shape[1]):
        candidates = ~hidden & (values > 0)
        weak = (hidden.sum(axis=1) < 2) | ((values * hidden).sum(axis=1) < threshold)
        rows = np.flatnonzero((hidden.any(axis=1) | told) & weak & candidates.any(axis=1))
        if not len(rows):
            break
        smallest = np.where(candidates, values, np.inf)[rows].argmin(axis=1)
        hidden[rows, smallest] = True
    return hidden
