"""Columns of figures: counts and values with their missing cells, rates, shares and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measures.intervals import Change, Floats, change_interval, poisson_interval, wilson_interval
from geo.measures.survival import medians_with_intervals
from geo.measures.table import IDENTITY, Table
from geo.measures.times import Window
from geo.rules import Rules
from geo.store import Release

__all__ = [
    "Columns",
    "as_counts",
    "change_columns",
    "compared_columns",
    "event_rate_columns",
    "join_columns",
    "make_table",
    "median_columns",
    "rate_columns",
    "share",
    "share_columns",
    "sum_by",
]

Column: TypeAlias = pd.api.extensions.ExtensionArray | npt.NDArray[np.float64]
Columns: TypeAlias = dict[str, Column]


def as_counts(values: npt.ArrayLike, *, known: npt.ArrayLike | None = None) -> pd.api.extensions.ExtensionArray:
    """Return counts as ``Int64``, missing where not known (NaN is not known)."""
    numbers = np.asarray(values)
    missing = np.zeros(numbers.shape, dtype=bool) if known is None else ~np.broadcast_to(known, numbers.shape)
    if numbers.dtype.kind == "f":
        missing = missing | np.isnan(numbers)
        numbers = np.rint(np.where(missing, 0, numbers))
    return pd.arrays.IntegerArray(numbers.astype(np.int64), missing)


def sum_by(groups: npt.NDArray[np.integer], values: npt.NDArray[Any], *, n_groups: int) -> npt.NDArray[np.float64]:
    """Return the sum of the values of each group, 0 for a group without any."""
    return np.bincount(groups, weights=values, minlength=n_groups).astype(np.float64)


def change_columns(
    n: npt.NDArray[np.int64], n_compare: npt.ArrayLike, windows: Sequence[Window], *, alpha: float
) -> Columns:
    """Return the count compared with (NaN where none), the change, its interval and whether it is more than chance.

    There are as many rows of each window, one window after the other.
    """
    each = len(n) // len(windows)
    days, days_compare = (
        np.repeat([length or 1 for length in lengths], each)
        for lengths in ([one.days for one in windows], [one.compare_days for one in windows])
    )
    change = change_interval(n, n_compare, days=days, days_compare=days_compare, alpha=alpha)
    return {"n_compare": as_counts(n_compare), **compared_columns("change", change, test="beyond_chance")}


def compared_columns(name: str, change: Change, *, test: str) -> Columns:
    """Return a change, its interval and whether it is more than chance, missing where nothing is to be compared."""
    return {
        name: change.value,
        f"{name}_low": change.low,
        f"{name}_high": change.high,
        test: pd.arrays.BooleanArray(np.atleast_1d(change.beyond_chance), ~np.atleast_1d(change.known)),
    }


def rate_columns(n: npt.NDArray[np.int64], residents: Floats, households: Floats) -> Columns:
    """Return counts of the period per 1,000 residents and households; missing without a denominator."""
    return {"per_1000_residents": 1000 * share(n, residents), "per_1000_households": 1000 * share(n, households)}


def join_columns(parts: Sequence[Columns]) -> Columns:
    """Return the rows of several tables below each other, the columns being the same."""
    return {name: _join([part[name] for part in parts]) for name in parts[0]} if len(parts) > 1 else parts[0]


def _join(parts: Sequence[Any]) -> Any:  # noqa: ANN401  an array of numpy's or of pandas'
    first = parts[0]
    return np.concatenate(parts) if isinstance(first, np.ndarray) else type(first)._concat_same_type(parts)


def share(part: npt.ArrayLike, whole: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return part of whole; NaN where the whole is missing (NaN) or 0."""
    total = np.asarray(whole, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, np.asarray(part, dtype=np.float64) / total, np.nan)


def share_columns(name: str, hits: npt.ArrayLike, n: npt.ArrayLike, *, alpha: float, with_n: bool) -> Columns:
    """Return a share with its Wilson interval, and on demand the count it is a share of."""
    value, low, high = wilson_interval(hits, n, alpha=alpha)
    columns: Columns = {name: value, f"{name}_low": low, f"{name}_high": high}
    return {**columns, f"{name}_n": as_counts(n)} if with_n else columns


def event_rate_columns(
    name: str, events: npt.ArrayLike, at_risk: npt.ArrayLike, *, alpha: float, dispersion: float = 1.0
) -> Columns:
    """Return events for every 1,000 at risk with the exact Poisson interval; missing without a denominator.

    ``dispersion`` is that of `geo.measures.intervals.poisson_interval`.
    """
    count = np.asarray(events, dtype=np.float64)
    low, high = poisson_interval(count, alpha=alpha, dispersion=dispersion)
    ends = {name: count, f"{name}_low": low, f"{name}_high": high}
    return {end: 1000 * share(values, at_risk) for end, values in ends.items()}


def median_columns(
    groups: npt.NDArray[np.integer],
    times: npt.NDArray[np.integer],
    ended: npt.NDArray[np.bool_],
    *,
    n_groups: int,
    alpha: float,
) -> Columns:
    """Return the median days of each group with their interval, as `geo.measures.survival` tells them."""
    medians, low, high = medians_with_intervals(groups, times, ended, n_groups=n_groups, alpha=alpha)
    return {"median_days": medians, "median_days_low": low, "median_days_high": high}


def make_table(
    release: Release,
    rules: Rules,
    kind: str,
    columns: Mapping[str, object],
    *,
    lineage: pd.DataFrame,
    areas: pd.DataFrame | None = None,
    labels: Mapping[str, object] | None = None,
    unplaced: int = 0,
    known: bool = True,
) -> Table:
    """Return a table of columns, with what says which row is which in front: the identity of areas, or labels.

    If not ``known``, every figure is missing.
    """
    front = labels or {} if areas is None else {name: areas[name].array for name in IDENTITY}
    # Columns that other tables hold too stay theirs: to put like ones together copies all of them.
    frame = pd.DataFrame({**front, **columns}, copy=False)
    if not known:
        figures = frame.columns[len(front) :]
        frame[figures] = frame[figures].where(np.zeros((len(frame), len(figures)), dtype=bool))
    numbers = pd.RangeIndex(len(lineage))
    rows = lineage if lineage.index.equals(numbers) else lineage.set_axis(numbers)
    return Table(frame, kind, release.number, rules.hash, release.as_of, unplaced, rows, origin=release)
