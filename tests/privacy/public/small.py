"""Tables so small that all that agree with what is shown can be gone through by whoever knows all but the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from geo.privacy.public.axes import Axis, Ints, sum_cells
from geo.privacy.public.noise import Keys, make_keys
from geo.rules import PublicNoise

__all__ = ["Attack", "agreeing", "chance_keys", "chance_table", "make_axes"]


def make_axes(shape: Sequence[int]) -> list[Axis]:
    """Axes of so many leaves each, with the sum of them."""
    leaves = [[f"{axis}-{leaf}" for leaf in range(n)] for axis, n in enumerate(shape)]
    return [Axis.of(own, {"all": own}) for own in leaves]


def chance_table(rng: np.random.Generator, shape: Sequence[int], most: int) -> Ints:
    """Counts of at most so many, with more or fewer empty leaves."""
    counts = rng.binomial(rng.integers(1, most + 1), rng.uniform(0.2, 1), size=shape)
    return np.asarray(counts * (rng.random(shape) < rng.uniform(0.4, 1)), dtype=np.int64)


def chance_keys(shape: Sequence[int], secret: str) -> Keys:
    """A key for each leaf."""
    return make_keys([str(leaf) for leaf in range(int(np.prod(shape)))], secret=secret.encode()).reshape(shape)


def agreeing(axes: Sequence[Axis], shown: Ints, *, most: int, threshold: int, noise: PublicNoise) -> tuple[Ints, Ints]:
    """Return all tables with at most so many records in a leaf that agree with everything shown, and their cells.

    The same records have the same noise: so cells that are shown differently don't hold the same.
    """
    shape = [axis.n_leaves for axis in axes]
    n, flat = int(np.prod(shape)), shown.ravel()
    tables = np.indices((most + 1,) * n).reshape(n, -1).T
    leaf_in = np.stack([sum_cells(one.reshape(shape), axes).ravel() for one in np.eye(n, dtype=np.int64)])
    sums, bits = tables @ leaf_in, 1 << np.arange(n)
    told = np.flatnonzero(flat >= 0)
    agrees = np.ones(len(tables), dtype=bool)
    for cell in told:
        agrees &= (sums[:, cell] >= max(threshold, flat[cell] - noise.most)) & (
            sums[:, cell] <= flat[cell] + noise.most
        )
    tables, sums = tables[agrees], sums[agrees]
    occupied = ((tables > 0) @ bits)[:, None] & (leaf_in.T @ bits)[None, :]
    apart = np.ones(len(tables), dtype=bool)
    for one, other in combinations(told.tolist(), 2):
        apart &= (occupied[:, one] != occupied[:, other]) | bool(flat[one] == flat[other])
    return tables[apart], sums[apart]


@dataclass(frozen=True)
class Attack:
    """All tables of a shape with at most so many records in a leaf, and what each would be shown as.

    Parameters
    ----------
    shape, most
        Of the tables.
    threshold, noise
        How they are shown, which is no secret.
    """

    shape: tuple[int, ...]
    most: int
    threshold: int
    noise: PublicNoise

    def values(self, shown: Ints) -> list[set[int]]:
        """Return, for each cell, the counts that it has in tables that agree with everything shown."""
        axes = make_axes(self.shape)
        _, sums = agreeing(axes, shown, most=self.most, threshold=self.threshold, noise=self.noise)
        return [set(of_cell.tolist()) for of_cell in sums.T]


def small_cells(true: npt.NDArray[np.int64], threshold: int) -> list[int]:
    """Positions of the counts from 1 to below the threshold."""
    return np.flatnonzero((true.ravel() > 0) & (true.ravel() < threshold)).tolist()
