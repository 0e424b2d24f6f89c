"""Which cells to withhold of tables without records whose rows are not areas: places, shares of coverage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.measures.catalogue import describe
from geo.privacy.parts import Bools, Floats, is_small

__all__ = ["BREAKDOWNS", "hide_counts", "values_of"]

#: Columns that say what a row is, or count what anybody can see.
_NO_FIGURES = ("kind", "distance_m", "places")


def _with_based(frame: pd.DataFrame, hidden: dict[str, Bools], layer: str, *, kind: str) -> pd.DataFrame:
    """Hide with counts all other figures that are based on them."""
    found = dict(hidden)
    for name in [str(name) for name in frame.columns if name not in hidden and name not in _NO_FIGURES]:
        based_on = describe(layer, name, table=kind).based_on
        found[name] = np.logical_or.reduce([hidden[count] for count in based_on if count in hidden])
    return pd.DataFrame(found, index=frame.index)


def _hide_shares(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide shares of few, or all but few; with the share of grids hidden, the others would tell it."""
    del layer
    share, n = values_of(frame, ["covered_share"])[:, 0], values_of(frame, ["n"])[:, 0]
    part = np.rint(share * n)
    few = is_small(n, threshold=threshold)
    hidden = few | is_small(part, threshold=threshold) | is_small(n - part, threshold=threshold)
    hidden |= bool((hidden & (frame["of"] == "grids").to_numpy()).any())
    return pd.DataFrame({"covered_share": hidden, "n": few}, index=frame.index)


def _hide_reach(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide few households near places, and all but few, and all events: places themselves are there for everybody."""
    near, n = values_of(frame, ["households", "households_share_n"]).T
    few_n = is_small(n, threshold=threshold)
    few = few_n | is_small(near, threshold=threshold) | is_small(n - near, threshold=threshold)
    # Records are told of by the ledger alone.
    events = np.ones(len(frame), dtype=bool)
    hidden = {"households": few, "households_share_n": few_n, "events": events, "events_share_n": events}
    return _with_based(frame, hidden, layer, kind="reach")


def hide_counts(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small counts alone."""
    del layer
    counts = [column for column in frame.columns if frame[column].dtype == "Int64"]
    return pd.DataFrame(is_small(values_of(frame, counts), threshold=threshold), index=frame.index, columns=counts)


def values_of(frame: pd.DataFrame, columns: list[str]) -> Floats:
    """Return columns as numbers, missing ones as NaN."""
    return frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)


#: Kind of table → how to find which of its cells to hide: by its frame, the layer of the view and the threshold.
BREAKDOWNS: Mapping[str, Callable[[pd.DataFrame, str, int], pd.DataFrame]] = MappingProxyType(
    {"reach": _hide_reach, "coverage_shares": _hide_shares}
)
