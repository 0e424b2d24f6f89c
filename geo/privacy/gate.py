"""`protect`: the one function that makes a table of figures fit for a role's eyes."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.access import Scope
from geo.errors import NotPermitted
from geo.measures.table import IDENTITY, Table
from geo.privacy.lattice import PUBLIC, is_below, is_own, reasons_against, refusal
from geo.privacy.suppression import hidden_cells, is_small
from geo.rules import PrivacyRule, Rules, load_rules
from geo.view import View

__all__ = ["Protected", "protect"]

Bools = npt.NDArray[np.bool_]
_SEAL = object()
_DIRECTOR = "director"
#: Tables about single posts, or worked out from them.
_POST_KINDS = ("workload", "workload_spread")
#: Columns that say what a row is and are never withheld by themselves.
_NAMES = (
    *IDENTITY,
    "month",
    "over",
    "class",
    "grade",
    "weekday",
    "hour",
    "of",
    "kind",
    "distance_m",
    "layer",
    "severity",
)


@dataclass(frozen=True, eq=False)
class Protected:
    """Figures that may be shown or written; made by `protect` alone.

    Parameters
    ----------
    frame
        As in the table, withheld cells missing.
    protected
        For each column of figures and each row whether the cell is withheld; one that is missing for want of data is
        not.
    kind, release, rules_hash, as_of
        As in the table.
    unplaced
        As in the table; None where it is withheld.
    view, scope
        What was asked, and who asked.

    Raises
    ------
    TypeError
        When anybody but `protect` makes one.
    """

    frame: pd.DataFrame
    protected: pd.DataFrame
    kind: str
    release: int
    rules_hash: str
    as_of: date
    unplaced: int | None
    view: View
    scope: Scope
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("Protected is made by geo.privacy.protect alone. Remedy: let the table pass it.")


def protect(table: Table, view: View, scope: Scope, *, rules: Rules | None = None) -> Protected:
    """Return a table as a scope may see it.

    Parameters
    ----------
    table
        Figures of the view.
    view
        What was asked.
    scope
        Who asks. Rows inside the scope's own area are shown as they are, unless the role is the public; all others by
        the rule for the public.
    rules
        Rules with the rights of roles; those delivered by default.

    Returns
    -------
    Protected
        The frame with withheld cells missing, and which they are.

    Raises
    ------
    NotPermitted
        When no row of such a table may be shown to the role: areas below its level, periods that are not over, filters
        that would give a withheld count away, single posts. The text says what may be asked instead.
    """
    rules = rules or load_rules()
    table = _own_posts(table, scope, rules) if table.kind in _POST_KINDS else table
    own, public = is_own(table.lineage, scope), rules.privacy[PUBLIC]
    hidden = _hidden(table, view, own, public)
    few_unplaced = not own.all() and bool(is_small(table.unplaced, threshold=public.threshold))
    return Protected(
        frame=_without(table.frame, hidden),
        protected=hidden,
        kind=table.kind,
        release=table.release,
        rules_hash=table.rules_hash,
        as_of=table.as_of,
        unplaced=None if few_unplaced else table.unplaced,
        view=view,
        scope=scope,
        seal=_SEAL,
    )


def _hidden(table: Table, view: View, own: Bools, public: PrivacyRule) -> pd.DataFrame:
    """Return which cells of the columns of figures are withheld."""
    frame = table.frame
    figures = [name for name in frame.columns if name not in _NAMES]
    cells = np.zeros((len(frame), len(figures)), dtype=bool)
    if not own.all():
        closed = _closed_rows(table, view, own, public)
        small = hidden_cells(table, view.layer, threshold=public.threshold).reindex(columns=figures, fill_value=False)
        cells = (small.to_numpy(dtype=bool) | _by_row(closed, len(frame))) & ~_by_row(own, len(frame))
    return pd.DataFrame(cells, index=frame.index, columns=figures)


def _own_posts(table: Table, scope: Scope, rules: Rules) -> Table:
    """Return the posts that a role may see: those of a planner's own area, and of a station for its own director.

    Raises
    ------
    NotPermitted
        When there are none that it may see.
    """
    own = is_own(table.lineage, scope) & rules.privacy[scope.role].posts
    if scope.role == _DIRECTOR and table.kind == "workload":
        own &= (table.lineage["station_id"] == scope.area).to_numpy(dtype=bool)
    if not own.any() and (len(own) or not rules.privacy[scope.role].posts):
        raise NotPermitted(
            "What is asked of posts is shown to planners and to the station's own director alone. "
            "Remedy: ask for coverage by area, or sign in for the station."
        )
    frame = table.frame[own] if len(own) == len(table.frame) else table.frame
    return replace(table, frame=frame.reset_index(drop=True), lineage=table.lineage[own].reset_index(drop=True))


def _closed_rows(table: Table, view: View, own: Bools, public: PrivacyRule) -> Bools:
    """Return which rows a public eye may not see at all.

    Raises
    ------
    NotPermitted
        When all rows are such, and none is one's own.
    """
    reasons = reasons_against(view, public, table.as_of)
    below = is_below(table.lineage, public)
    closed = below | bool(reasons)
    if closed.all() and not own.any() and len(closed):
        raise refusal(view, public, table.as_of, reasons, too_small=bool(below.all()))
    return closed


def _by_row(rows: Bools, n: int) -> Bools:
    """Return flags per row as a column; those of a table about one area hold for all its rows."""
    return np.broadcast_to(rows, n)[:, None]


def _without(frame: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    columns = [name for name in hidden.columns if hidden[name].any()]
    return frame.assign(**{name: _masked(frame[name], hidden[name]) for name in columns})


def _masked(values: pd.Series[Any], hidden: pd.Series[bool]) -> pd.Series[Any]:
    typed = values.astype("boolean") if values.dtype == bool else values
    return typed.mask(hidden)
