"""`protect`: the one function that makes a table of figures fit for a role's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.access import Scope
from geo.errors import NotPermitted, ViewError
from geo.measures.table import IDENTITY, Table
from geo.privacy.lattice import PUBLIC, is_below, is_own, lineage_of, reasons_against, refusal
from geo.privacy.public import public_columns
from geo.privacy.public.open_data import is_told_of_no_records, open_columns, open_rows
from geo.privacy.public.tables import withheld_columns
from geo.privacy.suppression import hidden_cells
from geo.rules import PrivacyRule, Rules, load_rules
from geo.view import View

__all__ = ["Protected", "part_rows", "protect"]

Bools = npt.NDArray[np.bool_]
_SEAL = object()
_DIRECTOR = "director"
_NOT_TOLD = (
    "Of records the public is told numbers by area, class, source and month, settlements and rates, and nothing else. "
    "Remedy: ask for one of the tables measure, monthly or by_class."
)
#: Tables about single posts, or worked out from them.
_POST_KINDS = ("workload", "workload_spread")
#: Tables that have a row only where there is something: that another's row is there would tell of it.
_FOUND_KINDS = ("waiting", "questions")
#: Kind of table → columns that tell of all its rows together: beside one's own row, of the others.
_OF_ALL_ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"scorecard": ("shrunk", "overall", "inner_low", "inner_high", "outer_low", "outer_high", "standing")}
)
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
    "promise",
    "indicator",
    "measure",
    "unit",
    "period",
    "provisional",
    "criterion",
    "named_by",
    "year",
    "batch",
    "withdrawn_on",
    "duty",
    "question",
    "place",
    "peer_id",
    "missing",
    "topic",
    "line",
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
    table = _own_finds(table, view, scope) if table.kind in _FOUND_KINDS and scope.area is not None else table
    own, public = is_own(table.lineage, scope), rules.privacy[PUBLIC]
    is_figure = np.array([name not in _NAMES for name in table.frame.columns], dtype=bool)
    figures = list(table.frame.columns[is_figure])
    nothing = np.zeros((len(table.frame), len(figures)), dtype=bool)
    frame, hidden = table.frame, pd.DataFrame(nothing, index=table.frame.index, columns=table.frame.columns[is_figure])
    unplaced: int | None = table.unplaced
    if scope.role == PUBLIC or not own.all():
        others = ~np.broadcast_to(own, len(frame))
        closed = np.broadcast_to(_closed_rows(table, view, own, public), len(frame))
        told, withheld = _as_public(table, view, rules, figures, own)
        frame = _mixed(frame, told, others)
        cells = (withheld.to_numpy(dtype=bool) | closed[:, None]) & others[:, None]
        hidden = pd.DataFrame(cells, index=frame.index, columns=figures)
        hidden = hidden.assign(**dict.fromkeys(_OF_ALL_ROWS.get(table.kind, ()), True))
        # What lies in no grid is of records too.
        unplaced = None
    return Protected(
        frame=_without(frame, hidden),
        protected=hidden,
        kind=table.kind,
        release=table.release,
        rules_hash=table.rules_hash,
        as_of=table.as_of,
        unplaced=unplaced,
        view=view,
        scope=scope,
        seal=_SEAL,
    )


def part_rows(protected: Protected, views: Sequence[View]) -> tuple[Protected, ...]:
    """Return a table of several views below each other as a table of each, with as many rows.

    Nothing is shown that was not: rows are taken apart as they were protected.

    Raises
    ------
    ValueError
        When the rows are not as many for each view.
    """
    n, rest = divmod(len(protected.frame), len(views))
    if rest:
        raise ValueError(f"{len(protected.frame)} rows are not those of {len(views)} views. Remedy: give all views.")
    spans = [slice(first * n, (first + 1) * n) for first in range(len(views))]
    # Taking rows apart takes most of the time: where nothing is withheld, one table says so for all views.
    hidden = protected.protected
    withheld_rows = (
        [_rows_of(hidden, span) for span in spans]
        if hidden.to_numpy().any()
        else [_rows_of(hidden, spans[0])] * len(views)
    )
    return tuple(
        replace(
            protected,
            frame=_rows_of(protected.frame, span),
            protected=withheld,
            view=view,
            seal=_SEAL,
        )
        for span, withheld, view in zip(spans, withheld_rows, views, strict=True)
    )


def _rows_of(frame: pd.DataFrame, span: slice) -> pd.DataFrame:
    """Return some rows as a table of their own."""
    rows = frame.iloc[span]
    # A copy with a new index would take longer than all the rest.
    rows.index = pd.RangeIndex(len(rows))
    return rows


def _as_public(
    table: Table, view: View, rules: Rules, figures: list[str], own: Bools
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a table as the public reads it, and which of its cells are withheld.

    The ledger tells of records, and what is of none is told as it is but for few households, posts and the like; all
    else is withheld.

    Raises
    ------
    NotPermitted
        When no row is one's own, and the public is told nothing of such a table.
    """
    columns, is_open = public_columns(table, view, rules), is_told_of_no_records(table.kind, view.layer)
    if columns is None and not is_open and not own.any():
        raise NotPermitted(_NOT_TOLD)
    told = {name: values for name, values in (columns or {}).items() if name in figures}
    frame = table.frame.assign(**{name: _typed(values, table.frame[name]) for name, values in told.items()})
    hidden = pd.DataFrame(True, index=frame.index, columns=figures)
    hidden = hidden.assign(**withheld_columns(table, frame[list(told)]))
    free = [name for name in open_columns(table.kind, view.layer) if name in figures and name not in told]
    if free:
        small = hidden_cells(table, view.layer, threshold=rules.privacy[PUBLIC].threshold)
        closed = ~open_rows(table.kind, table.frame)
        for name in free:
            hidden[name] = small.get(name, False) | closed
    return frame, hidden


def _typed(values: object, like: pd.Series[Any]) -> pd.Series[Any]:
    """Return values of the ledger in the type of a column: counts whole."""
    found = pd.Series(np.asarray(values), index=like.index)
    return found.round().astype("Int64") if like.dtype == "Int64" else found.astype(like.dtype)


def _mixed(frame: pd.DataFrame, told: pd.DataFrame, others: Bools) -> pd.DataFrame:
    """Return exact values in one's own rows, and those of the public in the others."""
    changed = [name for name in frame.columns if told[name] is not frame[name]]
    return told if others.all() else frame.assign(**{name: frame[name].mask(others, told[name]) for name in changed})


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


def _own_finds(table: Table, view: View, scope: Scope) -> Table:
    """Return the rows of one's own area of a table whose other rows tell by being there.

    Raises
    ------
    NotPermitted
        When the view's area neither lies in one's own nor holds it, whether there are any rows or not.
    """
    if scope.role == PUBLIC:
        return table
    if not _touches_own(table, view, scope):
        raise NotPermitted(
            "What waits, and questions about the data, are shown of one's own area. Remedy: ask for that area."
        )
    own = is_own(table.lineage, scope)
    frame, lineage = (part[own].reset_index(drop=True) for part in (table.frame, table.lineage))
    return replace(table, frame=frame, lineage=lineage)


def _touches_own(table: Table, view: View, scope: Scope) -> bool:
    if view.area is None or view.area == scope.area:
        return True
    if table.origin is None:
        return False
    try:
        mine = lineage_of(table.origin, scope.area)
    except ViewError:
        return False  # of an area that is not there nothing is one's own
    return bool(is_own(lineage_of(table.origin, view.area), scope).all() or (mine == view.area).any(axis=None))


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


def _without(frame: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    cells = hidden.to_numpy(dtype=bool)
    columns = [name for position, name in enumerate(hidden.columns) if cells[:, position].any()] if cells.any() else []
    if not columns:
        return frame
    return frame.assign(**{name: _masked(frame[name], hidden[name]) for name in columns})


def _masked(values: pd.Series[Any], hidden: pd.Series[bool]) -> pd.Series[Any]:
    typed = values.astype("boolean") if values.dtype == bool else values
    return typed.mask(hidden)
