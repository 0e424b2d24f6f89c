"""Cases waiting for action: what is open behind the indicators, by duty, area and how late; counts and no records."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from geo.errors import ViewError
from geo.measures.cases import Cases, cases_of
from geo.measures.duties import DUTIES, duties_at
from geo.measures.figures import as_counts
from geo.measures.rows import Rows, area_rows
from geo.measures.table import IDENTITY, LINEAGE, Table
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["LATE_DAYS", "untold_duties", "waiting"]

#: Bands of days late, from more than so many on.
LATE_DAYS = (30, 90)


def waiting(release: Release, view: View, *, rules: Rules | None = None, parts: Collection[str] | None = None) -> Table:
    """Return what waits for somebody at the end of the view's period, by area and duty.

    With a term: ``settle`` open disputes; ``visit_again`` those settled whose return visit is due within a week or late
    (by no more than the days within which a dispute counts as broken out again); ``remove_major`` and ``remove`` open
    hazards by grade; ``assign`` grids without an officer.

    Without: ``settle_again`` those of the open disputes that broke out again; ``visit`` grids of which less than the
    year's target of households was visited in twelve months; ``look_into`` grids in a new or persistent hot spot;
    ``near_room`` and ``near_window`` grids of which no part lies near a mediation room or a service window;
    ``form_group`` grids without a volunteer group in twelve months; ``ask_security`` and ``ask_satisfaction`` stations
    without such a survey in twelve months, told of stations and above. Of grids with few households neither disputes
    that broke out again nor visits are told.

    Parameters
    ----------
    view
        Its area, level, period and source, and for its own layer its classes.
    rules
        Those delivered by default.
    parts
        The duties to tell of; all if None.

    Returns
    -------
    Table
        One row per area and duty with anything waiting: the identity of the area, ``promise``, ``indicator`` (the first
        that it is behind), ``layer``, ``duty``, ``n``, ``late`` of them (past their day; a vacant grid always, what has
        no term never), ``late_30`` and ``late_90`` (by more than so many days), ``paused`` and ``extended`` (those
        whose term stands still that day, or was extended), and ``longest_days`` (days that the latest is late; of
        vacant grids since the last officer left, missing where none ever was).

    Raises
    ------
    ViewError
        When the release has no such area or level, or nothing that waits is told of.
    """
    rules = rules or load_rules()
    rows = area_rows(release, view)
    asked = [duty for duty in duties_at(view.level) if parts is None or duty in parts]
    told = {duty: cases_of(release, view, rows, rules, duty) for duty in asked}
    found = [_counted(rows, duty, cases) for duty, cases in told.items() if cases is not None]
    if not found:
        raise ViewError(
            f"Release {release.number} does not tell what waits in {view.period.text}. "
            "Remedy: import disputes, hazards, assignments or visits, or ask for another period."
        )
    table = pd.concat(found, ignore_index=True)
    at = table.pop("row").to_numpy(dtype=np.int64)
    frame = pd.DataFrame({**{name: rows.areas[name].array[at] for name in IDENTITY}, **table})
    lineage = rows.areas[list(LINEAGE)].iloc[at].reset_index(drop=True)
    return Table(frame, "waiting", release.number, rules.hash, release.as_of, 0, lineage, origin=release)


def untold_duties(release: Release, view: View, *, rules: Rules | None = None) -> tuple[str, ...]:
    """Return the duties of which the data do not tell whether anything waits: for want of a file, or of months.

    Raises
    ------
    ViewError
        When the release has no such area or level.
    """
    rules = rules or load_rules()
    rows = area_rows(release, view)
    return tuple(duty for duty in duties_at(view.level) if cases_of(release, view, rows, rules, duty) is None)


def _counted(rows: Rows, duty: str, cases: Cases) -> pd.DataFrame:
    """Return the cases of a duty in each row that has any."""
    inside = cases.row >= 0
    row, days_late = cases.row[inside], cases.days_late[inside]
    # A vacant grid of which nobody knows since when is late all the same.
    bands = {"late": np.isnan(days_late) | (days_late > 0)}
    bands |= {f"late_{days}": days_late > days for days in LATE_DAYS}
    bands |= {"paused": cases.paused[inside], "extended": cases.extended[inside]}
    n = np.bincount(row, minlength=rows.n)
    longest = np.full(rows.n, -np.inf)
    np.fmax.at(longest, row, days_late)
    at = np.flatnonzero(n)
    counts = {name: as_counts(np.bincount(row[late], minlength=rows.n)[at]) for name, late in bands.items()}
    about = DUTIES[duty]
    labels = {
        "row": at,
        "promise": about.promise,
        "indicator": about.indicator,
        "layer": about.layer,
        "duty": duty,
    }
    longest_days = as_counts(np.where(longest[at] > 0, longest[at], np.nan))
    return pd.DataFrame({**labels, "n": as_counts(n[at]), **counts, "longest_days": longest_days})
