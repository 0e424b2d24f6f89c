"""Records that come again: others of the same kind at the same place, and how long before."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.measures.times import NEVER

__all__ = ["days_since_same"]

Ints = npt.NDArray[np.integer]


def days_since_same(groups: Ints, days: Ints) -> npt.NDArray[np.int32]:
    """Return for each record how many days before it the last one of its group came, on an earlier day.

    What is found on one day is found at once, as on one inspection: it repeats what came before, not itself.

    Parameters
    ----------
    groups
        Number of each record's group, such as its grid and class; from 0 to some billions.
    days
        Day of each record, in order.

    Returns
    -------
    int32 array
        1 or more; `NEVER` where none of the group came on an earlier day.

    Examples
    --------
    >>> days_since_same(np.array([7, 7, 8, 7, 7]), np.array([0, 3, 3, 10, 10])).tolist()[1:]
    [3, 2000000000, 7, 7]
    """
    since = np.full(len(groups), NEVER, dtype=np.int32)
    if len(groups) == 0:
        return since
    # Group and position in one number: sorting these is many times faster than a stable sort of positions by group.
    bits = len(groups).bit_length()
    both = np.sort((groups.astype(np.int64) << bits) | np.arange(len(groups)))
    group, order = both >> bits, both & ((1 << bits) - 1)
    day = days[order]
    new_group = np.r_[True, group[1:] != group[:-1]]
    new_day = new_group | np.r_[True, day[1:] != day[:-1]]
    # First record of the same group and day; the one before it, if of the same group, is the last of an earlier day.
    first = np.maximum.accumulate(np.where(new_day, np.arange(len(group)), 0))
    repeated = ~new_group[first]
    since[order[repeated]] = (day - day[first - 1])[repeated]
    return since
