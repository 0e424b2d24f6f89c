"""The measures of a view: one row per area, or one for all of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geo.measures.breakdown import code_columns, part_columns
from geo.measures.covered import coverage_columns
from geo.measures.disputes import dispute_columns
from geo.measures.events import Sample, count_unplaced, knows_hours, read_events, sample_of
from geo.measures.figures import Columns, as_counts, change_columns, make_table, rate_columns
from geo.measures.hazards import hazard_columns, repeat_columns
from geo.measures.rows import Rows, area_rows, grid_areas, total_row
from geo.measures.service import service_columns
from geo.measures.table import Table
from geo.measures.times import Window, make_window
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["measure", "summary"]


def measure(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return a view's figures: one row for each area of its level inside its area, those with nothing in them too.

    Parameters
    ----------
    release
        The release asked.
    view
        What is asked. Records count in the grid they lie in, and with it in the areas above.
    rules
        Rules to tell by; those delivered by default.

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
    return _measure(release, view, area_rows(release, view), kind="measure", rules=rules or load_rules())


def summary(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return the figures of all of a view's area in one row, with the columns of `measure`.

    Raises
    ------
    ViewError
        As `measure` does.
    """
    return _measure(release, view, total_row(release, view), kind="summary", rules=rules or load_rules())


def _measure(release: Release, view: View, rows: Rows, *, kind: str, rules: Rules) -> Table:
    if view.layer in _EVENT_COLUMNS:
        columns, window, unplaced = _event_columns(release, view, rows, rules)
    else:
        columns, window = _OTHER_COLUMNS[view.layer](release, view, rows, rules)
        unplaced = 0
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


def _event_columns(release: Release, view: View, rows: Rows, rules: Rules) -> tuple[Columns, Window, int]:
    events = read_events(release, view.layer)
    window = make_window(release, view, data_begin=events.begin)
    sample = sample_of(events, rows, view)
    columns = {
        **_count_columns(sample, window, rules, rows),
        **_EVENT_COLUMNS[view.layer](sample, window, rules),
    }
    found = sample.found_between(window.start, window.end)
    columns |= part_columns(sample, found, known=knows_hours(events, view, most_at_midnight=rules.most_at_midnight))
    if view.layer == "hazards":
        households = grid_areas(release)["households"].to_numpy(dtype=np.float64, na_value=np.nan)
        columns |= repeat_columns(sample, window, rules, rows=rows, households=households)
    return columns, window, count_unplaced(events, view, window.start, window.end)


def _count_columns(sample: Sample, window: Window, rules: Rules, rows: Rows) -> Columns:
    found = sample.found_between(window.start, window.end)
    n = sample.count(found)
    compared = None
    if window.compare_start is not None and window.compare_end is not None:
        compared = sample.count(sample.found_between(window.compare_start, window.compare_end))
    return {
        "n": as_counts(n),
        **change_columns(n, compared, window, alpha=rules.alpha),
        **{name.removeprefix("source_"): counts for name, counts in code_columns(sample, found, "source").items()},
        **rate_columns(n, rows),
    }


def _incident_columns(sample: Sample, window: Window, rules: Rules) -> Columns:
    del rules  # no rule bears on incidents
    found = sample.found_between(window.start, window.end)
    return {**code_columns(sample, found, "class"), **code_columns(sample, found, "subclass")}


_EVENT_COLUMNS: dict[str, Callable[[Sample, Window, Rules], Columns]] = {
    "disputes": dispute_columns,
    "hazards": hazard_columns,
    "incidents": _incident_columns,
}
_OTHER_COLUMNS: dict[str, Callable[[Release, View, Rows, Rules], tuple[Columns, Window]]] = {
    "coverage": coverage_columns,
    "service": service_columns,
}
