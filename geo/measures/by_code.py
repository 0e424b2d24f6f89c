"""A view's records by class, and hazards by grade: their mix, how it shifts, and what of each is open and late."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from geo.errors import ViewError
from geo.measures import disputes, hazards
from geo.measures.events import code_names
from geo.measures.figures import Columns, as_counts, compared_columns, make_table, share
from geo.measures.hazards import count_removals, days_columns, removal_columns
from geo.measures.intervals import change_interval, compare_at_once, shift_interval
from geo.measures.parts import compared_counts, count_found, count_sources
from geo.measures.samples import Sample, group_by_code, total_sample
from geo.measures.table import Table
from geo.measures.tallies import tally
from geo.measures.times import Window
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["by_class", "by_grade"]

Counts = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def by_class(
    release: Release, view: View, *, rules: Rules | None = None, parts: Collection[str] | None = None
) -> Table:
    """Return the records of the period in all of the view's area by class.

    Parameters
    ----------
    parts
        ``mix``: numbers, shares and how they change; ``stock``: what is open, late and removed. All if None.

    Returns
    -------
    Table
        A row for each class of the list, or for those that the view names: ``class``, ``reported``, ``discovered``,
        ``n``, ``n_compare``; ``share`` and ``share_compare`` of all the rows, ``shift`` of the one from the other and
        ``change`` of the number, both with an interval (``_low``, ``_high``) and with ``shift_beyond_chance`` and
        ``beyond_chance``. The intervals are widened for the number of classes: see
        `geo.measures.intervals.compare_at_once`. Of disputes also ``open`` and ``past_month``; of hazards ``open``,
        ``overdue``, ``removed``, ``removed_on_time`` with its interval and ``_n``, and ``median_days``, as `measure`
        tells them.

    Raises
    ------
    ViewError
        When the release has no such layer or area.
    """
    return _by_code(release, view, "class", rules or load_rules(), parts=parts)


def by_grade(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return the hazards of the period in all of the view's area by grade.

    Returns
    -------
    Table
        A row for each grade: ``grade``, then the columns of `by_class`.

    Raises
    ------
    ViewError
        When the layer has no grades, or the release has no such layer or area.
    """
    if view.layer != "hazards":
        raise ViewError(f"Records of {view.layer} have no grades. Remedy: ask for hazards.")
    return _by_code(release, view, "grade", rules or load_rules())


def _by_code(release: Release, view: View, column: str, rules: Rules, *, parts: Collection[str] | None = None) -> Table:
    rows, sample, window = total_sample(release, view)
    names, groups = code_names(view.layer, column), group_by_code(sample, column)
    columns = Columns()
    if parts is None or "mix" in parts:
        columns |= _mix_columns(release, groups, window, rules)
    if view.layer in _STOCK and (parts is None or "stock" in parts):
        columns |= _STOCK[view.layer](release, groups, window, rules)
    asked = np.array([column != "class" or not view.classes or name in view.classes for name in names])
    return make_table(
        release,
        rules,
        f"by_{column}",
        {name: values[asked] for name, values in columns.items()},
        labels={column: np.array(names, dtype=object)[asked]},
        lineage=rows.lineage,
        known=window.known,
    )


def _mix_columns(release: Release, groups: Sample, window: Window, rules: Rules) -> Columns:
    """Return the records of each row, what share of all the rows they are, and how both change."""
    windows = (window,)
    sources = tally(release, groups, windows, rules, count_sources)
    n = tally(release, groups, windows, rules, count_found)["n"]
    compared = compared_counts(release, groups, windows, rules)
    return {
        **{name.removeprefix("source_"): as_counts(counts) for name, counts in sources.items()},
        "n": as_counts(n),
        "n_compare": as_counts(compared),
        **_shift_columns(n, compared, window, alpha=rules.alpha),
    }


def _shift_columns(n: Counts, compared: Counts, window: Window, *, alpha: float) -> Columns:
    """Return what share of all the rows each is, and how it and the number of records change."""
    days, days_compare = window.days or 1, window.compare_days or 1
    shift = compare_at_once(lambda at: shift_interval(n, n.sum(), compared, compared.sum(), alpha=at), alpha=alpha)
    change = compare_at_once(
        lambda at: change_interval(n, compared, days=days, days_compare=days_compare, alpha=at), alpha=alpha
    )
    return {
        "share": share(n, n.sum()),
        "share_compare": share(compared, compared.sum()),
        **compared_columns("shift", shift, test="shift_beyond_chance"),
        **compared_columns("change", change, test="beyond_chance"),
    }


def _hazard_columns(release: Release, groups: Sample, window: Window, rules: Rules) -> Columns:
    stock, removals = (
        tally(release, groups, (window,), rules, count) for count in (hazards.count_stock, count_removals)
    )
    shown = {name: as_counts(counts) for name, counts in stock.items() if "major" not in name}
    return {**shown, **removal_columns(removals, groups, rules), **days_columns(groups, window, rules)}


def _dispute_columns(release: Release, groups: Sample, window: Window, rules: Rules) -> Columns:
    stock = tally(release, groups, (window,), rules, disputes.count_stock)
    return {name: as_counts(stock[name]) for name in ("open", "past_month")}


_STOCK: Mapping[str, Callable[[Release, Sample, Window, Rules], Columns]] = MappingProxyType(
    {"disputes": _dispute_columns, "hazards": _hazard_columns}
)
