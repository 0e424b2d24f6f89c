"""Cells of every column, some thousands spread evenly over a file that is read in batches, to look for persons in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["CellSample"]

_MOST = 10_000


@dataclass(frozen=True, eq=False)
class CellSample:
    """A sample of the cells that hold anything, by column: every so many of them, whatever the size of the batches.

    Parameters
    ----------
    seen
        Column → cells that there were so far.
    steps
        Column → how far apart the cells are that are kept.
    cells
        Column → the cells that are kept, at most ten thousand.

    Examples
    --------
    >>> sample = CellSample().add(pd.DataFrame({"a": ["x", None, "y"]}, dtype="str"), ["a"])
    >>> sample.table()["a"].tolist()
    ['x', 'y']
    """

    seen: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, pd.Series[Any]] = field(default_factory=dict)

    def add(self, batch: pd.DataFrame, columns: Iterable[str]) -> CellSample:
        """Return the sample with the next rows of the file."""
        seen, steps, cells = dict(self.seen), dict(self.steps), dict(self.cells)
        for name in columns:
            there = np.flatnonzero(batch[name].notna().to_numpy())
            before, step = seen.get(name, 0), steps.get(name, 1)
            # Kept are the cells whose number, from 0, the step divides.
            more = batch[name].iloc[there[-before % step :: step]]
            kept = pd.concat([cells[name], more]) if name in cells else more
            while len(kept) > _MOST:
                kept, step = kept.iloc[::2], 2 * step
            seen[name], steps[name], cells[name] = before + len(there), step, kept
        return CellSample(seen, steps, cells)

    def table(self) -> pd.DataFrame:
        """Return the sample as a table of text; columns of fewer cells are filled up with missing ones."""
        longest = max((len(kept) for kept in self.cells.values()), default=0)
        return pd.DataFrame(
            {name: kept.astype("str").reset_index(drop=True) for name, kept in self.cells.items()},
            index=np.arange(longest),
        )
