"""What the public lattice counts: records by area, class, source and month; settlements; visits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import compress
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table, levels
from geo.layers import AREA_LEVELS, EVENT_LAYERS, UPPER_LEVELS
from geo.measures.events import as_positions, code_names, read_events
from geo.measures.rows import WHOLE, Rows, area_rows, grid_areas, total_row
from geo.measures.samples import Sample, sample_of
from geo.measures.terms import month_end
from geo.measures.times import day_number
from geo.privacy.public.axes import Axis, Ints
from geo.rules import Rules
from geo.store import Release, connect
from geo.view import Period, View

__all__ = ["ALL", "CUBES", "Tally", "area_label", "lowest_level", "make_time_axis", "month_text", "tally"]

#: The node of an axis that holds all its leaves.
ALL = "all"
#: The leaf of records whose code is missing.
_MISSING = "missing"
_YES, _NO = "yes", "no"
_MONTHS = 12
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tally:
    """Records of a cube, ready to be counted.

    Parameters
    ----------
    axes
        Areas first, then what else they are told by; time is not among them.
    leaves
        For each axis the leaf of each record.
    month
        Month that each record counts in, as months since 1970-01.
    told_months
        Months of which nothing more is to come, ascending: they are over, and so are the terms of all their records.
    weight
        How many each record counts for.
    grids
        Which grid lies in which leaf of the areas, as a digest: another where borders have moved.
    """

    axes: tuple[Axis, ...]
    leaves: tuple[Ints, ...]
    month: Ints
    told_months: tuple[int, ...]
    weight: Ints
    grids: str = ""

    def base(self, months: Sequence[int]) -> npt.NDArray[np.int64]:
        """Return the number of records of each combination of leaves in months, time last."""
        place = np.searchsorted(months, self.month)
        inside = (place < len(months)) & (np.take([*months, -1], place) == self.month)
        counts = np.zeros((*(axis.n_leaves for axis in self.axes), len(months)), dtype=np.int64)
        np.add.at(counts, (*(leaf[inside] for leaf in self.leaves), place[inside]), self.weight[inside])
        return counts


@dataclass(frozen=True, eq=False)
class _Counted:
    """What counts in a cube: its row, its day, its leaves, whether all of it is known, and how many it is."""

    row: Ints
    day: Ints
    axes: tuple[Axis, ...]
    leaves: tuple[Ints, ...]
    is_final: Bools
    weight: Ints


def tally(release: Release, cube: str, rules: Rules) -> Tally | None:
    """Return the records of a cube; None where the release has none of them.

    Parameters
    ----------
    cube
        One of `CUBES`.
    """
    layer, count = CUBES[cube]
    if not release.has(layer):
        return None
    rows, areas, leaf_of = _area_axis(release, rules)
    counted = count(release, rows, rules)
    if not len(counted.day):
        return None
    area, month = leaf_of[counted.row], _month_of(counted.day)
    placed = area >= 0
    leaves = (area[placed], *(leaf[placed] for leaf in counted.leaves))
    told = _told_months(month, counted.is_final, release)
    grids = _digest(release, areas, leaf_of[rows.of_grid])
    return Tally((areas, *counted.axes), leaves, month[placed], told, counted.weight[placed], grids)


def _digest(release: Release, areas: Axis, leaf: Ints) -> str:
    """Return a digest of the leaf that each grid lies in."""
    pairs = zip(grid_areas(release)["area_id"], leaf[:-1].tolist(), strict=True)
    lines = sorted(f"{grid}\t{areas.labels[position] if position >= 0 else ''}" for grid, position in pairs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def make_time_axis(months: Sequence[int]) -> Axis:
    """Return the axis of months, as months since 1970-01, with the quarters and years that are complete among them."""
    periods = [_period(month, month + 1) for month in months]
    groups = {}
    for length in (3, _MONTHS):
        for first in months:
            if first % length == 0 and set(range(first, first + length)) <= set(months):
                groups[_period(first, first + length)] = [_period(m, m + 1) for m in range(first, first + length)]
    return Axis.of(periods, groups)


def area_label(level: str, area_id: str) -> str:
    """Return the name of an area on the axis of areas: ids of different levels may be the same."""
    return ALL if level == WHOLE else f"{level}:{area_id}"


def lowest_level(release: Release, rules: Rules) -> str | None:
    """Return the lowest level of areas that the public sees; None if it sees the whole alone."""
    return next(iter(_shown_levels(release, rules)[::-1]), None)


def _shown_levels(release: Release, rules: Rules) -> list[str]:
    order = list(AREA_LEVELS)
    lowest = order.index(rules.privacy["public"].min_level)
    return [level for level in levels(release) if order.index(level) <= lowest]


def month_text(month: int) -> str:
    """Return a month, given as months since 1970-01, as a view's period writes it.

    Examples
    --------
    >>> month_text(648)
    '2024-01'
    """
    return _period(month, month + 1)


def _period(first: int, after: int) -> str:
    return Period.from_months(first + 1970 * _MONTHS, after + 1970 * _MONTHS).text


def _month_of(day: Ints) -> Ints:
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _told_months(month: Ints, is_final: Bools, release: Release) -> tuple[int, ...]:
    after = int(np.datetime64(release.as_of + timedelta(days=1), "M").astype(np.int64))
    waiting = set(np.unique(month[~is_final]).tolist())
    return tuple(number for number in range(int(month.min()), after) if number not in waiting)


def _area_axis(release: Release, rules: Rules) -> tuple[Rows, Axis, Ints]:
    """Return rows of the lowest level that the public sees, the axis of areas, and the leaf of each row."""
    shown = _shown_levels(release, rules)
    if not shown:
        rows = total_row(release, View(Period("2000")))
        return rows, Axis.of([ALL], {}), np.zeros(rows.n + 1, dtype=np.int64)
    rows = area_rows(release, View(Period("2000"), level=shown[-1]))
    lineage = rows.areas[[f"{level}_id" for level in shown]].astype(str).reset_index(drop=True)
    lineage = lineage.sort_values(list(lineage.columns))
    labels = {level: [area_label(level, code) for code in lineage[f"{level}_id"]] for level in shown}
    leaves = labels[shown[-1]]
    groups: dict[str, list[str]] = {}
    for level in shown[:-1]:
        # What lies in no city is no group of its own: it may lie anywhere.
        held = lineage[f"{level}_id"].notna() if level in UPPER_LEVELS else np.ones(rows.n, dtype=bool)
        for label, leaf in compress(zip(labels[level], leaves, strict=True), held):
            groups.setdefault(label, []).append(leaf)
    if (area_table(release)["level"] == shown[0]).sum() > 1:
        groups[ALL] = leaves
    leaf_of = np.full(rows.n + 1, -1, dtype=np.int64)
    leaf_of[lineage.index.to_numpy()] = np.arange(rows.n)
    return rows, Axis.of(leaves, groups), leaf_of


def _found(layer: str, release: Release, rows: Rows, rules: Rules) -> _Counted:
    """Count records by class and source in the month that they were found."""
    del rules  # no rule bears on when a record was found
    sample = _all_records(layer, release, rows)
    records = sample.everything()
    axes, leaves = zip(*(_code_axis(sample, column) for column in ("class", "source")), strict=True)
    row = sample.rows_of(records)
    found, n = sample.days("found")[records], len(row)
    return _Counted(row, found, axes, leaves, np.ones(n, dtype=bool), np.ones(n, dtype=np.int64))


def _settled_in_month(release: Release, rows: Rows, rules: Rules) -> _Counted:
    """Count accepted disputes in the month of acceptance by whether they were settled within their month."""
    sample, as_of = _all_records("disputes", release, rows), day_number(release.as_of)
    accepted = as_positions(sample.everything())
    accepted = accepted[sample.days("accepted_on")[accepted] <= as_of]
    end = month_end(sample, accepted, rules)
    leaves = np.where(sample.days("settled_on")[accepted] <= end, 0, 1)
    day, axis = sample.days("accepted_on")[accepted], Axis.of([_YES, _NO], {ALL: [_YES, _NO]})
    # A term that ends on the last day of the data is over with it.
    return _Counted(sample.rows_of(accepted), day, (axis,), (leaves,), end <= as_of, np.ones(len(day), dtype=np.int64))


def _visits(column: str, release: Release, rows: Rows, rules: Rules) -> _Counted:
    """Count households visited or requests handled in their month."""
    del rules  # no rule bears on what was counted at the door
    query = f"SELECT grid_id, month::DATE AS day, {column} AS weight FROM visits WHERE {column} > 0"  # noqa: S608
    with connect(release) as connection:
        visits = connection.execute(query).df()
    grid = pd.Index(grid_areas(release)["area_id"]).get_indexer(visits["grid_id"])
    day = visits["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return _Counted(rows.of_grid[grid], day, (), (), np.ones(len(day), dtype=bool), visits["weight"].to_numpy(np.int64))


def _all_records(layer: str, release: Release, rows: Rows) -> Sample:
    return sample_of(read_events(release, layer), rows, View(Period(f"{release.as_of:%Y-%m}"), layer=layer))


def _code_axis(sample: Sample, column: str) -> tuple[Axis, Ints]:
    names, codes = code_names(sample.events.layer, column), sample.codes(column)[sample.everything()]
    leaves = [*names, _MISSING] if (codes < 0).any() else names
    return Axis.of(leaves, {ALL: leaves}), np.where(codes < 0, len(names), codes).astype(np.int64)


#: Name of a cube → the layer that it counts, and how.
CUBES: Mapping[str, tuple[str, Callable[[Release, Rows, Rules], _Counted]]] = MappingProxyType(
    {
        **{layer: (layer, partial(_found, layer)) for layer in EVENT_LAYERS},
        "settled_in_month": ("disputes", _settled_in_month),
        "visited": ("visits", partial(_visits, "households_visited")),
        "handled": ("visits", partial(_visits, "requests_handled")),
    }
)
