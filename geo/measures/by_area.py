"""The measures of a view: one row per area, or one for all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np

from geo.measures.covered import coverage_columns
from geo.measures.events import read_events
from geo.measures.figures import Columns, join_columns, make_table
from geo.measures.parts import PARTS, Asked, event_columns
from geo.measures.rows import Rows, area_rows, total_row
from geo.measures.samples import count_unplaced, sample_of
from geo.measures.service import service_columns
from geo.measures.table import Table
from geo.measures.times import Window, make_window
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import Period, View

__all__ = ["in_months", "measure", "measured_columns", "summary"]


def measure(release: Release, view: View, *, rules: Rules | None = None, parts: Collection[str] | None = None) -> Table:
    """Return a view's figures: one row for each area of its level inside its area, those with nothing in them too.

    Parameters
    ----------
    release
        The release asked.
    view
        What is asked. Records count in the grid they lie in, and with it in the areas above.
    rules
        Rules to tell by; those delivered by default.
    parts
        Parts of the columns that alone are wanted: of `geo.measures.parts.PARTS` for records, ``shares`` for coverage,
        ``visits`` for service; all if None.

    Returns
    -------
    Table
        ``area_id``, ``name``, ``name_en``, ``level``, ``n``, then the layer's measures, as `geo.measures.catalogue`
        tells them. States are told at the end of the period's last day or of ``as_of``, whichever is earlier; flows
        over the part of the period up to it. Of a period that the data tell nothing of, every figure is missing, not
        zero.

    Raises
    ------
    ViewError
        When the release has no such layer, level or area.

    Examples
    --------
    >>> measure(release, View(Period("2025"), level="station")).frame[["area_id", "n"]]  # doctest: +SKIP
    """
    rows = area_rows(release, view)
    return _measure(release, view, rows, kind="measure", rules=rules or load_rules(), parts=parts)


def summary(release: Release, view: View, *, rules: Rules | None = None, parts: Collection[str] | None = None) -> Table:
    """Return the figures of all of a view's area in one row, with the columns of `measure`.

    Raises
    ------
    ViewError
        As `measure` does.
    """
    rows = total_row(release, view)
    return _measure(release, view, rows, kind="summary", rules=rules or load_rules(), parts=parts)


def _measure(
    release: Release, view: View, rows: Rows, *, kind: str, rules: Rules, parts: Collection[str] | None
) -> Table:
    columns, window, unplaced = measured_columns(release, view, rows, rules, parts=parts)
    return make_table(
        release,
        rules,
        kind,
        columns,
        lineage=rows.lineage,
        areas=rows.areas,
        unplaced=unplaced,
        known=window.known,
    )


def in_months(
    release: Release,
    view: View,
    months: Sequence[Period],
    *,
    by_area: bool,
    rules: Rules | None = None,
    parts: Collection[str] | None = None,
) -> Table:
    """Return the tables of several months below each other, as `measure` or `summary` tell each of them.

    Parameters
    ----------
    months
        What the view is told of, one after the other; without a comparison.
    by_area
        Whether each month has the rows of `measure`, or the one of `summary`.

    Returns
    -------
    Table
        All rows of the first month, then those of the next. A month that the data do not tell of has no figures.

    Raises
    ------
    ViewError
        As `measure` does.
    """
    rules, rows = rules or load_rules(), area_rows(release, view) if by_area else total_row(release, view)
    asked = [view.replace(period=month, compare="none") for month in months]
    columns, windows = _columns_of(release, asked, rows, rules, parts)
    below = rows.repeated(len(months))
    kind = "measure" if by_area else "summary"
    table = make_table(release, rules, kind, columns, lineage=below.lineage, areas=below.areas)
    known = np.repeat([window.known for window in windows], rows.n)
    if known.all():
        return table
    figures = list(columns)
    return replace(table, frame=table.frame.assign(**{name: table.frame[name].where(known) for name in figures}))


def _columns_of(
    release: Release, views: Sequence[View], rows: Rows, rules: Rules, parts: Collection[str] | None
) -> tuple[Columns, list[Window]]:
    """Return the columns of views that differ in their period alone, one below the other, and the days of each."""
    if views[0].layer not in PARTS:
        told = [_OTHER_COLUMNS[one.layer](release, one, rows, rules, parts=parts) for one in views]
        return join_columns([columns for columns, _ in told]), [window for _, window in told]
    events = read_events(release, views[0].layer)
    windows = [make_window(release, one, data_begin=events.begin) for one in views]
    sample = sample_of(events, rows, views[0])
    return event_columns(Asked(release, views[0], rows, sample, tuple(windows), rules), parts=parts), windows


def measured_columns(
    release: Release,
    view: View,
    rows: Rows,
    rules: Rules,
    *,
    parts: Collection[str] | None = None,
    told_on: int | None = None,
) -> tuple[Columns, Window, int]:
    """Return what `measure` puts into its table: columns, the days that they are told of, and the records in no row.

    Where the days are not known, no column is. ``told_on`` is a day after the period (since 1970-01-01) at whose end
    states of records are told.
    """
    if view.layer in PARTS:
        return _event_columns(release, view, rows, rules, parts, told_on)
    return *_OTHER_COLUMNS[view.layer](release, view, rows, rules, parts=parts), 0


def _event_columns(
    release: Release, view: View, rows: Rows, rules: Rules, parts: Collection[str] | None, told_on: int | None
) -> tuple[Columns, Window, int]:
    events = read_events(release, view.layer)
    window = make_window(release, view, data_begin=events.begin, told_on=told_on)
    asked = Asked(release, view, rows, sample_of(events, rows, view), (window,), rules)
    return event_columns(asked, parts=parts), window, count_unplaced(events, view, window.start, window.end)


_OTHER_COLUMNS: dict[str, Callable[..., tuple[Columns, Window]]] = {
    "coverage": coverage_columns,
    "service": service_columns,
}
