"""Blocks of the ledger: the cells of one kind of counts and one year, as they are shown or about to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.privacy.public.axes import Axis, Ints
from geo.privacy.public.cubes import Tally, make_time_axis
from geo.privacy.public.joint import UNSEEN
from geo.privacy.public.noise import Keys, make_keys
from geo.rules import PublicNoise, Rules

__all__ = ["MONTHS", "Block", "Terms", "by_year", "draft"]

#: Of a year.
MONTHS = 12


@dataclass(frozen=True)
class Terms:
    """By what rules cells were shown: numbers below the threshold withheld, the others with noise."""

    threshold: int
    noise: PublicNoise

    @classmethod
    def of(cls, rules: Rules) -> Terms:
        """Return those of rules."""
        return cls(rules.privacy["public"].threshold, rules.public_noise)


@dataclass(frozen=True, eq=False)
class Block:
    """The cells of one cube whose totals tell of each other: those of a year, as long as its areas stay the same.

    Parameters
    ----------
    cube
        One of `geo.privacy.public.cubes.CUBES`.
    axes
        Areas first, time last.
    months
        The months on the axis of time, as months since 1970-01.
    base
        Records of each combination of leaves, as they were when their month was shown.
    shown
        What is shown of each cell; `geo.privacy.public.joint.WITHHELD` for none, `UNSEEN` in a draft for those that
        have not been looked at.
    grids
        Digest of which grid lies in which area: totals over a change of it would tell of neither.
    terms
        By what rules it was shown: rules that change later hold for other blocks.
    keys
        Key of each combination of leaves of a draft.
    """

    cube: str
    axes: tuple[Axis, ...]
    months: tuple[int, ...]
    base: npt.NDArray[np.int64]
    shown: Ints
    terms: Terms
    grids: str = ""
    keys: Keys | None = None

    @property
    def is_draft(self) -> bool:
        """Tell whether some of it has not been shown."""
        return self.keys is not None

    def is_of(self, axes: Sequence[Axis], grids: str) -> bool:
        """Tell whether the block is of these areas."""
        return self.grids == grids and _are_alike(self.axes[0], axes[0])

    def fits(self, told: Tally, months: Sequence[int], terms: Terms) -> bool:
        """Tell whether further months of the same year, areas, codes and rules belong to the block."""
        same = (
            self.terms == terms
            and self.is_of(told.axes, told.grids)
            and len(told.axes) == len(self.axes) - 1
            and all(_are_alike(own, other) for own, other in zip(self.axes[:-1], told.axes, strict=True))
        )
        return same and months[0] // MONTHS == self.months[0] // MONTHS


def _are_alike(one: Axis, other: Axis) -> bool:
    return one.labels == other.labels and np.array_equal(one.start, other.start)


def by_year(months: Iterable[int]) -> list[list[int]]:
    """Return months by their years."""
    years: dict[int, list[int]] = {}
    for month in months:
        years.setdefault(month // MONTHS, []).append(month)
    return list(years.values())


def draft(cube: str, told: Tally, new: Sequence[int], before: Block | None, *, secret: bytes, terms: Terms) -> Block:
    """Return new months and those of the same year that have been shown, whose cells stay as they are."""
    months = sorted([*new, *(before.months if before else ())])
    base, axes = told.base(months), (*told.axes, make_time_axis(months))
    if before is not None:
        # What was counted when it was shown, not what the records say by now: totals must go with their parts.
        base[..., np.searchsorted(months, before.months)] = before.base
    keys = _keys(cube, base, axes, secret)
    return Block(cube, axes, tuple(months), base, _carry_over(before, axes), terms, told.grids, keys)


def _carry_over(before: Block | None, axes: Sequence[Axis]) -> Ints:
    """Return what was shown of the cells of wider axes of time; `UNSEEN` of those that are new."""
    carried = np.full(tuple(len(axis.labels) for axis in axes), UNSEEN, dtype=np.int64)
    if before is not None:
        carried[..., [axes[-1].position[label] for label in before.axes[-1].labels]] = before.shown
    return carried


def _keys(cube: str, base: npt.NDArray[np.int64], axes: Sequence[Axis], secret: bytes) -> Keys:
    keys = np.zeros(base.shape, dtype=np.uint64)
    held = np.nonzero(base)
    names = (
        "|".join((cube, *(axis.labels[leaf] for axis, leaf in zip(axes, at, strict=True)))) for at in np.argwhere(base)
    )
    keys[held] = make_keys(names, secret=secret)
    return keys
