"""Which cells to withhold of tables whose rows are not areas: months, classes, hours, states, places, lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.codes import code_list
from geo.measures.catalogue import describe
from geo.privacy.parts import Bools, Floats, hide_parts, hide_rows, is_small

__all__ = ["BREAKDOWNS", "hide_counts", "values_of"]

_SOURCES = ("reported", "discovered")
#: Columns that say what a row is, or count what anybody can see.
_NO_FIGURES = ("class", "grade", "month", "over", "kind", "distance_m", "places")


def _hide_months(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small months with their intervals, and all of a month that is not over."""
    hidden = hide_counts(frame, "", threshold)
    sources = list(_SOURCES)
    hidden[sources] = hide_parts(values_of(frame, sources), hidden[sources].to_numpy(), threshold=threshold)
    counts = {str(name): hidden[name].to_numpy() for name in hidden.columns}
    found = _with_based(frame, {**counts, "low": counts["n"], "high": counts["n"]}, layer, kind="monthly")
    return found.where(frame["over"], other=True)


def _hide_codes(frame: pd.DataFrame, layer: str, threshold: int, *, kind: str) -> pd.DataFrame:
    """Hide small counts of classes or grades, and the classes whose counts would tell them.

    The parts of a count are hidden together, and with it (its sources; what is late of what is open, and the rest), so
    that no hidden figure follows from the others of its row; that none follows by column `hide_rows` sees to.
    """
    counts = {str(name): values_of(frame, [name])[:, 0] for name in frame.columns if frame[name].dtype == "Int64"}

    def hide(*parts: Floats, also: Bools | None = None) -> Bools:
        first = [is_small(part, threshold=threshold) for part in parts] + ([] if also is None else [also])
        return hide_rows(np.column_stack(parts), np.logical_or.reduce(first), threshold=threshold)

    hidden = {"n": hide(counts["n"]), "n_compare": hide(counts["n_compare"])}
    hidden |= dict.fromkeys(_SOURCES, hide(*(counts[name] for name in _SOURCES), also=hidden["n"]))
    for late in [name for name in ("past_month", "overdue") if name in counts]:
        hidden["open"] = hide(counts["open"])
        hidden[late] = hide(counts[late], counts["open"] - counts[late], also=hidden["open"])
    if "removed" in counts:
        hidden["removed"], due = hide(counts["removed"]), counts["removed_on_time_n"]
        few_left = is_small(counts["n"] - due, threshold=threshold)
        hidden["removed_on_time_n"] = hide(due, also=hidden["n"] | few_left)
        in_time = np.rint(values_of(frame, ["removed_on_time"])[:, 0] * due)
        on_time = hide(in_time, due - in_time, also=hidden["removed_on_time_n"])
        hidden |= dict.fromkeys(("removed_on_time", "removed_on_time_low", "removed_on_time_high"), on_time)
    return _with_based(frame, hidden, layer, kind=kind)


def _with_based(frame: pd.DataFrame, hidden: dict[str, Bools], layer: str, *, kind: str) -> pd.DataFrame:
    """Hide with counts all other figures that are based on them."""
    found = dict(hidden)
    for name in [str(name) for name in frame.columns if name not in hidden and name not in _NO_FIGURES]:
        based_on = describe(layer, name, table=kind).based_on
        found[name] = np.logical_or.reduce([hidden[count] for count in based_on if count in hidden])
    return pd.DataFrame(found, index=frame.index)


def _hide_hours(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small hours so that neither the sum of all nor those of the parts of the day give them away."""
    del layer
    counts, hours = values_of(frame, ["n"])[:, 0], frame["hour"].to_numpy()
    hidden = is_small(counts, threshold=threshold)
    sums = [np.isin(hours, code.all_hours) for code in code_list("day_part").values()]
    while True:
        before = hidden.copy()
        for part in (*sums, np.ones(len(frame), dtype=bool)):
            hidden[part] = hide_parts(counts[None, part], hidden[None, part], threshold=threshold)[0]
        if (hidden == before).all():
            return pd.DataFrame({"n": hidden}, index=frame.index)


def _hide_flow(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide states that few have reached, or few have not."""
    del layer
    now, reached = values_of(frame, ["now"]), values_of(frame, ["n"])[:, 0]
    few_now = hide_parts(now.T, is_small(now.T, threshold=threshold), threshold=threshold)[0]
    few = is_small(reached, threshold=threshold) | is_small(reached[:1] - reached, threshold=threshold) | few_now
    return pd.DataFrame({"n": few, "now": few_now, "median_days": few}, index=frame.index)


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
    """Hide few households or events near places, and all but few; places themselves are there for everybody."""
    hidden: dict[str, Bools] = {}
    for name in ("households", "events"):
        near, n = values_of(frame, [name, f"{name}_share_n"]).T
        hidden[f"{name}_share_n"] = is_small(n, threshold=threshold)
        few = is_small(near, threshold=threshold) | is_small(n - near, threshold=threshold)
        hidden[name] = few | hidden[f"{name}_share_n"]
    return _with_based(frame, hidden, layer, kind="reach")


def _hide_lines(frame: pd.DataFrame, layer: str, threshold: int) -> pd.DataFrame:
    """Hide small counts, and all codes of the areas behind a line: they are of the lowest level."""
    return hide_counts(frame, layer, threshold).assign(areas=True)


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
    {
        "monthly": _hide_months,
        "by_class": partial(_hide_codes, kind="by_class"),
        "by_grade": partial(_hide_codes, kind="by_grade"),
        "by_hour": _hide_hours,
        "flow": _hide_flow,
        "reach": _hide_reach,
        "coverage_shares": _hide_shares,
        "attention": _hide_lines,
    }
)
