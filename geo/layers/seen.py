"""Keys seen so far: tells which keys of a batch came before, in sixteen bytes a key."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["SeenKeys"]

# Putting two runs together takes several times their memory for the time.
_LONGEST_RUN = 1_000_000
_Hashes: TypeAlias = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class SeenKeys:
    """Keys of the batches of a layer so far.

    A key is kept as two hashes of 64 bits by secret numbers: that two of ten million keys are taken for one has a
    chance of 1 in 10**24, whatever they are.

    Parameters
    ----------
    columns
        Columns that together are the key; none sees nothing twice.
    secrets
        What the two hashes are made with, 16 signs each.
    runs
        Both hashes of the keys, in runs that are sorted by the first, the long ones in front.

    Examples
    --------
    >>> keys = SeenKeys.of(["id"])
    >>> twice, keys = keys.add(pd.DataFrame({"id": ["a", "b"]}))
    >>> twice, keys = keys.add(pd.DataFrame({"id": ["c", "b", "c"]}))
    >>> twice.tolist()
    [False, True, True]
    """

    columns: tuple[str, ...]
    secrets: tuple[str, str]
    runs: tuple[tuple[_Hashes, _Hashes], ...] = ()

    @classmethod
    def of(cls, columns: Sequence[str]) -> SeenKeys:
        """Return no keys of some columns."""
        return cls(tuple(columns), (secrets.token_hex(8), secrets.token_hex(8)))

    def add(self, batch: pd.DataFrame) -> tuple[NDArray[np.bool_], SeenKeys]:
        """Tell which rows have a key that came before, in the batch or in another, and return all keys together.

        Parameters
        ----------
        batch
            n rows.

        Returns
        -------
        (ndarray of bool, SeenKeys)
            n answers, and the keys with those of the batch.
        """
        if not self.columns:
            return np.zeros(len(batch), dtype=bool), self
        keys = batch[list(self.columns)]
        # Text is hashed as Python's strings, which are made once for both hashes.
        keys = keys.astype({name: object for name, dtype in keys.dtypes.items() if dtype == "str"})
        unsorted, beside = (self._hash(keys, secret) for secret in self.secrets)
        order = np.argsort(unsorted, kind="stable")
        same = unsorted[order[1:]] == unsorted[order[:-1]]
        if (beside[order[1:]][same] != beside[order[:-1]][same]).any():
            # Keys that differ have the same first hash, by chance: equal ones may not lie side by side.
            order = np.lexsort((beside, unsorted))
        first, second = unsorted[order], beside[order]
        known = np.zeros(len(keys), dtype=bool)
        known[1:] = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
        for run in self.runs:
            known |= _among(first, second, run)
        twice = np.zeros(len(keys), dtype=bool)
        twice[order[known]] = True
        new = ~known
        return twice, SeenKeys(self.columns, self.secrets, _merge((*self.runs, (first[new], second[new]))))

    def _hash(self, keys: pd.DataFrame, secret: str) -> _Hashes:
        hashed = pd.util.hash_pandas_object(keys, index=False, hash_key=secret, categorize=False)
        return np.asarray(hashed, dtype=np.uint64)


def _among(first: _Hashes, second: _Hashes, run: tuple[_Hashes, _Hashes]) -> NDArray[np.bool_]:
    """Tell which pairs of hashes are in a run."""
    there, place = np.zeros(len(first), dtype=bool), np.searchsorted(run[0], first)
    open_ = np.flatnonzero(place < len(run[0]))
    while len(open_):
        open_ = open_[run[0][place[open_]] == first[open_]]
        same = run[1][place[open_]] == second[open_]
        there[open_[same]] = True
        # The same first hash with another second one: the next in the run may be it.
        open_ = open_[~same]
        place[open_] += 1
        open_ = open_[place[open_] < len(run[0])]
    return there


def _merge(runs: tuple[tuple[_Hashes, _Hashes], ...]) -> tuple[tuple[_Hashes, _Hashes], ...]:
    """Put the last runs together until each is at least twice as long as the next, or as long as a run may be."""
    while len(runs) > 1 and len(runs[-2][0]) < min(2 * len(runs[-1][0]), _LONGEST_RUN):
        first, second = (np.concatenate([one, other]) for one, other in zip(*runs[-2:], strict=True))
        order = np.argsort(first)
        runs = (*runs[:-2], (first[order], second[order]))
    return runs
