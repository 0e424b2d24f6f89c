"""How much of the data's making a role may see: releases and dates, counts, or the very rows that were not loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geo.access import Scope
from geo.codes import code_list
from geo.errors import NotPermitted
from geo.rules import Provenance, Rules, load_rules
from geo.store import LayerChange, LayerState, Report, read_rejects
from geo.view import CLASS_LISTS

__all__ = [
    "ImportSeen",
    "protect_changes",
    "protect_imports",
    "protect_layers",
    "protect_rejects",
    "provenance_for",
]

#: Before the columns that a rejected row has from its file.
_FROM_FILE = "file: "
_COORDINATES = ("lon", "lat")


@dataclass(frozen=True)
class ImportSeen:
    """What a role may see of the import of one file.

    Parameters
    ----------
    release, name
        Number of the release that it made; its name there.
    layer
        The layer that the file became.
    rows_in, rows_loaded
        Rows of the file, and those of them that are in the layer.
    rejected, left_out
        The other rows by reason: not as they must be; left out by the recipe, by name.
    details
        All else that the import told; None for a role that is not told.
    """

    release: int
    name: str
    layer: str
    rows_in: int
    rows_loaded: int
    rejected: Mapping[str, int]
    left_out: Mapping[str, int]
    details: Mapping[str, Any] | None

    @property
    def rows_rejected(self) -> int:
        """Rows that are not as they must be."""
        return sum(self.rejected.values())

    @property
    def rows_left_out(self) -> int:
        """Rows that the recipe leaves out by name."""
        return sum(self.left_out.values())


def provenance_for(scope: Scope, *, rules: Rules | None = None) -> Provenance:
    """Return how much of the data's making a scope may see.

    Layers and files are of the whole release: who looks after a part of it would see counts from outside of that.

    Examples
    --------
    >>> [provenance_for(scope) for scope in (Scope("public"), Scope("planner"), Scope("planner", "990101"))]
    ['dates', 'rows', 'dates']
    """
    return "dates" if scope.area is not None else (rules or load_rules()).privacy[scope.role].provenance


def protect_layers(layers: Iterable[LayerState], scope: Scope, *, rules: Rules | None = None) -> tuple[LayerState, ...]:
    """Return how layers stand, without their rows for a role that sees dates alone."""
    if provenance_for(scope, rules=rules) != "dates":
        return tuple(layers)
    return tuple(replace(one, rows=None) for one in layers)


def protect_changes(
    changes: Iterable[LayerChange], scope: Scope, *, rules: Rules | None = None
) -> tuple[LayerChange, ...]:
    """Return what became of layers, without any count for a role that sees dates alone."""
    if provenance_for(scope, rules=rules) != "dates":
        return tuple(changes)
    return tuple(LayerChange(one.layer, one.change, None, None) for one in changes)


def protect_imports(reports: Iterable[Report], scope: Scope, *, rules: Rules | None = None) -> tuple[ImportSeen, ...]:
    """Return what a scope may see of imports.

    Raises
    ------
    NotPermitted
        When its role sees dates alone.
    """
    allowed = provenance_for(scope, rules=rules)
    if allowed == "dates":
        raise NotPermitted(
            "What imports told is shown to directors and planners of the whole area alone. "
            "Remedy: ask whoever runs Maple Grid for you."
        )
    return tuple(_seen(report, with_details=allowed == "rows") for report in reports)


def protect_rejects(report: Report, scope: Scope, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return the rows of an import that were not loaded: row, fate, column, reason, and the mapped columns of the file.

    Where a layer has matters that are never shown as points, no row has its coordinates: a row that could not be read
    may be one of them.

    Raises
    ------
    NotPermitted
        When the scope may not see rows.
    StoreError
        When they can't be read.
    """
    if provenance_for(scope, rules=rules) != "rows":
        raise NotPermitted(
            "Rows that were not loaded are shown to planners of the whole area alone. "
            "Remedy: ask whoever runs Maple Grid for you."
        )
    rows = read_rejects(report)
    return rows.drop(columns=[name for name in rows.columns if name in _hidden(report, rows)])


def _hidden(report: Report, rows: pd.DataFrame) -> set[str]:
    if not _has_never_points(str(report.payload["layer"])):
        return set()
    mapped = report.payload.get("columns_mapped")
    if mapped is None:
        # Nobody said which columns are coordinates: it may be any of them.
        return {str(name) for name in rows.columns if str(name).startswith(_FROM_FILE)}
    return {f"{_FROM_FILE}{mapped[name]}" for name in _COORDINATES if name in mapped}


def _has_never_points(layer: str) -> bool:
    codes = CLASS_LISTS.get(layer)
    return codes is not None and any("never_points" in code.flags for code in code_list(codes).values())


def _seen(report: Report, *, with_details: bool) -> ImportSeen:
    told = report.payload
    return ImportSeen(
        release=report.release,
        name=report.name,
        layer=str(told["layer"]),
        rows_in=int(told["rows_in"]),
        rows_loaded=int(told["rows_loaded"]),
        rejected=dict(told["rejected"]),
        left_out=dict(told["left_out"]),
        details=dict(told) if with_details else None,
    )
