"""Which cells of a table give a small count away: the count itself, the parts of a sum, and all that is based on it.

This is for tables of posts, places and households. Of records the public is told by `geo.privacy.public` alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from geo.measures.catalogue import CATALOGUE, NESTED, SUMS, Measure, describe
from geo.measures.table import Table
from geo.privacy.breakdowns import BREAKDOWNS, hide_counts
from geo.privacy.parts import Bools, Floats, hide_parts, is_small

__all__ = ["hidden_cells"]


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
    hidden = _BY_KIND.get(table.kind, hide_counts)(table.frame, layer, threshold)
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


_BY_KIND: dict[str, Callable[[pd.DataFrame, str, int], pd.DataFrame]] = {
    "measure": _hide_measures,
    "summary": _hide_measures,
    **BREAKDOWNS,
}
