"""Which cells of a table give a small count away: the count itself, the parts of a sum, and all that is based on it.

This is primary suppression within one table: cells of different tables and periods are not yet protected jointly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.measures.catalogue import CATALOGUE, NESTED, SUMS, Measure, describe
from geo.measures.table import Table

__all__ = ["hidden_cells", "hide_parts", "is_small"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_SOURCES = ("reported", "discovered")


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


def hidden_cells(table: Table, layer: str, *, threshold: int) -> pd.DataFrame:
    """Return which cells of a table to withhold, for its columns of figures; none for a threshold below 2.

    Parameters
    ----------
    table
        Figures before protection.
    layer
        Layer of the view that they are figures of.
    threshold
        Smallest count that may be shown.
    """
    find = _BY_KIND.get(table.kind, _hide_counts)
    hidden = find(table.frame, layer, threshold)
    return hidden & table.frame[hidden.columns].notna()


def _hide_measures(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    measures = [describe(layer, column) for column in frame.columns if column in CATALOGUE]
    values = {m.id: frame[m.id].to_numpy(dtype=np.float64, na_value=np.nan) for m in measures}
    hidden = {m.id: np.zeros(len(frame), dtype=bool) for m in measures}
    for measure in measures:
        if measure.unit == "count":
            hidden[measure.id] = is_small(values[measure.id], threshold=threshold)
    hidden = _close_equations(values, hidden, layer, threshold)
    for measure in measures:
        hidden[measure.id] |= _discloses(measure, values, hidden, threshold)
    for measure in measures:
        if measure.part_of is not None and measure.unit != "count":
            hidden[measure.id] |= hidden[measure.part_of]
    return pd.DataFrame(hidden, index=frame.index)


def _close_equations(
    values: dict[str, Floats], hidden: dict[str, Bools], layer: str, threshold: int
) -> dict[str, Bools]:
    """Hide counts until no equation of the layer gives a hidden one away.

    What one equation hides may be told by the next, as a class by its subclasses; so all are gone through until nothing
    more is hidden.
    """
    while True:
        before = sum(int(cells.sum()) for cells in hidden.values())
        for whole, part in NESTED[layer]:
            rest = is_small(values[whole] - values[part], threshold=threshold)
            hidden = {**hidden, part: hidden[part] | (rest & ~hidden[whole])}
        for total, parts in SUMS[layer]:
            hidden |= _hide_sum(values, hidden, total, parts, threshold)
        if sum(int(cells.sum()) for cells in hidden.values()) == before:
            return hidden


def _hide_sum(
    values: dict[str, Floats], hidden: dict[str, Bools], total: str, parts: tuple[str, ...], threshold: int
) -> dict[str, Bools]:
    """Return what to hide of a sum and its parts."""
    block = hide_parts(
        np.column_stack([values[part] for part in parts]),
        np.column_stack([hidden[part] for part in parts]),
        threshold=threshold,
        hidden_sums=hidden[total],
    )
    # A hidden part beside others that are all zero is the total itself.
    alone = block.sum(axis=1) == 1
    return {**dict(zip(parts, block.T, strict=True)), total: hidden[total] | alone}


def _discloses(measure: Measure, values: dict[str, Floats], hidden: dict[str, Bools], threshold: int) -> Bools:
    """Tell where a value would give a hidden count away, or the numerator of a share, or the rest of it."""
    found = np.zeros(len(values[measure.id]), dtype=bool)
    for name in measure.based_on:
        if name in values:
            found |= hidden[name]
    if measure.whole is not None and measure.part_of is None:
        whole = values[measure.whole]
        part = np.rint(values[measure.id] * whole)
        found |= is_small(part, threshold=threshold) | is_small(whole - part, threshold=threshold)
    return found


def _hide_months(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small months with their intervals, and all of a month that is not over."""
    del layer
    hidden = _hide_counts(frame, "", threshold)
    sources = list(_SOURCES)
    hidden[sources] = hide_parts(_values(frame, sources), hidden[sources].to_numpy(), threshold=threshold)
    hidden = hidden.assign(low=hidden["n"], high=hidden["n"])
    return hidden.where(frame["over"], other=True)


def _hide_classes(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small classes so that neither the sums over classes nor those over sources give them away."""
    del layer
    columns, sources = ["n", "n_compare", *_SOURCES], list(_SOURCES)
    values = _values(frame, columns)
    hidden = is_small(values, threshold=threshold)
    while True:
        before = hidden.copy()
        hidden = hide_parts(values.T, hidden.T, threshold=threshold).T
        total, parts = hidden[:, 0], hide_parts(values[:, 2:], hidden[:, 2:], threshold=threshold)
        parts |= total[:, None] & (values[:, 2:] > 0)
        # A hidden part beside one that is zero is the total itself.
        hidden[:, 0] = total | (parts.sum(axis=1) == 1)
        hidden[:, 2:] = parts
        if (hidden == before).all():
            return pd.DataFrame(hidden, index=frame.index, columns=[*columns[:2], *sources])


def _hide_hours(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    del layer
    values = _values(frame, ["n"])
    hidden = hide_parts(values.T, is_small(values.T, threshold=threshold), threshold=threshold)
    return pd.DataFrame({"n": hidden[0]}, index=frame.index)


def _hide_flow(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide states that few have reached, or few have not."""
    del layer
    now, reached = _values(frame, ["now"]), _values(frame, ["n"])[:, 0]
    few_now = hide_parts(now.T, is_small(now.T, threshold=threshold), threshold=threshold)[0]
    few = is_small(reached, threshold=threshold) | is_small(reached[:1] - reached, threshold=threshold) | few_now
    return pd.DataFrame({"n": few, "now": few_now, "median_days": few}, index=frame.index)


def _hide_shares(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide shares of few, or all but few; with the share of grids hidden, the others would tell it."""
    del layer
    share, n = _values(frame, ["covered_share"])[:, 0], _values(frame, ["n"])[:, 0]
    part = np.rint(share * n)
    few = is_small(n, threshold=threshold)
    hidden = few | is_small(part, threshold=threshold) | is_small(n - part, threshold=threshold)
    hidden |= bool((hidden & (frame["of"] == "grids").to_numpy()).any())
    return pd.DataFrame({"covered_share": hidden, "n": few}, index=frame.index)


def _hide_lines(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small counts, and all codes of the areas behind a line: they are of the lowest level."""
    return _hide_counts(frame, layer, threshold).assign(areas=True)


def _hide_counts(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small counts alone."""
    del layer
    counts = [column for column in frame.columns if frame[column].dtype == "Int64"]
    return pd.DataFrame(is_small(_values(frame, counts), threshold=threshold), index=frame.index, columns=counts)


def _values(frame: pd.DataFrame, columns: list[str]) -> Floats:
    return frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)


_BY_KIND: dict[str, Callable[[pd.DataFrame, str, int], pd.DataFrame]] = {
    "measure": _hide_measures,
    "summary": _hide_measures,
    "monthly": _hide_months,
    "by_class": _hide_classes,
    "by_hour": _hide_hours,
    "flow": _hide_flow,
    "coverage_shares": _hide_shares,
    "attention": _hide_lines,
}
