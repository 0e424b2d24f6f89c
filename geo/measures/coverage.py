"""Coverage of grids by officers: state of each grid, shares, vacancies, and what grids ask of posts."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import ViewError
from geo.measures.by_area import summary
from geo.measures.covered import FLAGS, GridDay, coverage_window, grid_day, reported_events
from geo.measures.figures import as_counts, make_table
from geo.measures.roster import read_roster
from geo.measures.rows import area_rows
from geo.measures.table import Table
from geo.measures.times import NEVER, day_number
from geo.measures.workload import spread, workload
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import Period, View

__all__ = ["shares", "spread", "states", "workload"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer]
_YEAR_DAYS = 365


def states(release: Release, day: date, *, rules: Rules | None = None, area: str | None = None) -> Table:
    """Return what coverage says of each grid at the end of a day.

    Parameters
    ----------
    day
        The day; not after ``as_of``.
    rules
        Rules to tell by; those delivered by default.
    area
        Code of the area whose grids are wanted; None for all.

    Returns
    -------
    Table
        ``area_id``, ``name``, ``name_en``, ``level``, ``state`` (of the list ``coverage_state``), ``posts`` (of any
        role), ``counting_posts``, ``shared``, ``over_size``, ``under_size``, ``no_backup``; for a vacant grid
        ``reason`` (``never_assigned``, ``assignment_ended``, ``only_other_roles``), ``since`` (the day the last
        counting assignment ended, if ever there was one) and ``next_on`` (the day the next begins, if any is planned);
        ``households`` and ``events``: the disputes and hazards reported in the 365 days up to the day.

    Raises
    ------
    ViewError
        When the release has no assignments or no such area, or the day is after ``as_of``.
    """
    if day > release.as_of:
        raise ViewError(f"{day} lies after the data's last day, {release.as_of}. Remedy: ask for a day up to it.")
    rules, number = rules or load_rules(), day_number(day)
    rows = area_rows(release, View(Period(f"{day:%Y-%m}"), layer="coverage", level="grid", area=area))
    wanted = np.flatnonzero(rows.of_grid[:-1] >= 0)
    today = grid_day(release, number, rules)
    events = reported_events(release, number + 1 - _YEAR_DAYS, number + 1)
    flags = {name: getattr(today, name)[wanted] for name in FLAGS}
    columns = {
        "state": today.state[wanted],
        "posts": as_counts(today.posts[wanted]),
        "counting_posts": as_counts(today.counting_posts[wanted]),
        **flags,
        **{name: values[wanted] for name, values in _vacancy_columns(release, today, number, rules).items()},
        "households": as_counts(today.households[wanted]),
        "events": as_counts(np.full(len(wanted), np.nan) if events is None else events[wanted]),
    }
    return make_table(release, rules, "coverage_states", columns, lineage=rows.lineage, areas=rows.areas)


def shares(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return coverage of all of a view's area as a share of grids, of households and of reported disputes and hazards.

    Returns
    -------
    Table
        ``of`` (``grids``, ``grid_days``, ``households``, ``events``), ``covered_share`` and ``n``, what it is a share
        of: at the period's last day, and for ``grid_days`` over the period.

    Raises
    ------
    ViewError
        As `geo.measures.measure` does.
    """
    whole = summary(release, view.replace(layer="coverage"), rules=rules)
    row = whole.frame.iloc[0]
    days = coverage_window(release, view.replace(layer="coverage")).days
    parts = {
        "grids": (row["covered_share"], row["n"]),
        "grid_days": (row["covered_share_days"], row["n"] * days),
        "households": (row["covered_share_households"], row["households"]),
        "events": (row["covered_share_events"], row["events"]),
    }
    frame = pd.DataFrame(
        {
            "of": list(parts),
            "covered_share": np.array([value for value, _ in parts.values()], dtype=np.float64),
            "n": pd.array([n for _, n in parts.values()], dtype="Int64"),
        }
    )
    return Table(frame, "coverage_shares", whole.release, whole.rules_hash, whole.as_of, 0, whole.lineage)


def _vacancy_columns(
    release: Release, today: GridDay, day: int, rules: Rules
) -> dict[str, npt.NDArray[np.object_] | npt.NDArray[np.datetime64]]:
    """Return why, since when and until when each vacant grid is so; missing for the others."""
    roster, vacant = read_roster(release), ~today.covered
    counting = roster.counting(rules)
    ended, planned = counting & (roster.until <= day), counting & (roster.start > day)
    last_end, next_start = np.full(len(vacant), -NEVER), np.full(len(vacant), NEVER)
    np.maximum.at(last_end, roster.grid[ended], roster.until[ended])
    np.minimum.at(next_start, roster.grid[planned], roster.start[planned])
    reason = np.where(last_end > -NEVER, "assignment_ended", "never_assigned").astype(object)
    reason[today.posts > 0] = "only_other_roles"
    reason[~vacant] = None
    return {
        "reason": reason,
        "since": _dates(last_end, known=vacant & (last_end > -NEVER)),
        "next_on": _dates(next_start, known=vacant & (next_start < NEVER)),
    }


def _dates(numbers: Ints, *, known: Bools) -> npt.NDArray[np.datetime64]:
    days = np.where(known, numbers, 0).astype("datetime64[D]").astype("datetime64[ms]")
    return np.where(known, days, np.datetime64("NaT", "ms"))
