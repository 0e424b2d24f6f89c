"""What needs somebody: lines that a person can act on, worst first, with the grids behind each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import levels
from geo.measures.by_area import measured_columns
from geo.measures.figures import as_counts, make_table
from geo.measures.rows import Rows, area_rows, total_row
from geo.measures.table import Table
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["LINES", "Line", "attention"]

Ints = npt.NDArray[np.int64]


class Line(NamedTuple):
    """A line of the list: the layer and the measure that it counts, and how soon somebody should act."""

    layer: str
    measure: str
    severity: Literal["high", "medium", "low"]


#: Every line there can be, worst first. What it counts is the measure of the same name.
LINES: tuple[Line, ...] = (
    Line("hazards", "major_overdue", "high"),
    Line("coverage", "vacant", "high"),
    Line("disputes", "past_month", "high"),
    Line("hazards", "overdue", "medium"),
    Line("coverage", "shared", "medium"),
    Line("disputes", "return_due", "low"),
    Line("coverage", "over_size", "low"),
    Line("coverage", "no_backup", "low"),
)
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "disputes": ("disputes",),
    "hazards": ("hazards",),
    "coverage": ("assignments", "officers"),
}
#: The parts of the columns that hold what the lines of a layer count.
_PARTS: Mapping[str, tuple[str, ...]] = {"disputes": ("stock",), "hazards": ("stock",), "coverage": ("shares", "flags")}


def attention(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return what needs somebody at the end of the view's period, inside its area.

    Parameters
    ----------
    view
        Its area, period, source and, for its own layer, classes; its layer and level do not matter.

    Returns
    -------
    Table
        ``kind`` (the measure counted), ``layer``, ``n``, ``severity`` (``high``, ``medium``, ``low``), ``level`` and
        ``areas``: codes of the areas of that level behind the line, those with most first. Worst first; lines with
        nothing behind them are left out, and so are those of layers that the release does not have.

    Raises
    ------
    ViewError
        When the release has no such area, or no grids.
    """
    rules = rules or load_rules()
    level = levels(release)[-1]
    layers = [layer for layer, needed in _NEEDS.items() if all(release.has(name) for name in needed)]
    rows = area_rows(release, view.replace(level=level))
    counts = {layer: _counts(release, view.replace(layer=layer, level=level), rows, rules) for layer in layers}
    codes = rows.areas["area_id"].array
    behind = [(line, *_most_first(codes, counts[line.layer][line.measure])) for line in LINES if line.layer in counts]
    shown = [(line, areas, n) for line, areas, n in behind if n]
    columns = {
        "kind": pd.array([line.measure for line, *_ in shown], dtype="str"),
        "layer": pd.array([line.layer for line, *_ in shown], dtype="str"),
        "n": as_counts([n for *_, n in shown]),
        "severity": pd.array([line.severity for line, *_ in shown], dtype="str"),
        "level": pd.array([level for _ in shown], dtype="str"),
        "areas": pd.Series([areas for _, areas, _ in shown], dtype="object"),
    }
    return make_table(release, rules, "attention", columns, lineage=total_row(release, view).lineage)


def _counts(release: Release, view: View, rows: Rows, rules: Rules) -> dict[str, Ints]:
    """Return what the lines of a layer count in each row; nothing where the data do not tell of the period."""
    columns, window, _unplaced = measured_columns(
        release, view.replace(compare="none"), rows, rules, parts=_PARTS[view.layer]
    )
    measures = [line.measure for line in LINES if line.layer == view.layer]
    told = {name: pd.Series(columns[name]).to_numpy(dtype=np.int64, na_value=0) for name in measures}
    return {name: values * window.known for name, values in told.items()}


def _most_first(codes: pd.api.extensions.ExtensionArray, counts: Ints) -> tuple[tuple[str, ...], int]:
    """Return the areas in which anything is counted, those with most first, and the sum over them."""
    order = np.argsort(-counts, kind="stable")
    at = order[: np.count_nonzero(counts > 0)]
    return tuple(codes.take(at).tolist()), int(counts[at].sum())
