"""Exemplary stations: the register of designations, and the sheet of a station against the criteria."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.errors import GeoError, ViewError
from geo.measures.figures import Columns, as_counts, make_table
from geo.measures.indicators import INDICATORS, PROMISES, Indicator
from geo.measures.rows import area_rows
from geo.measures.scorecard import reaches, scorecard
from geo.measures.table import IDENTITY, Table
from geo.resources import resource
from geo.rules import Rules, Target, load_rules
from geo.store import Release, connect
from geo.view import Period, View

__all__ = ["Criterion", "assessment", "criteria", "designations"]

#: Columns of a scorecard that a sheet takes as they are.
_TAKEN = (
    *IDENTITY,
    "promise",
    "indicator",
    "layer",
    "measure",
    "unit",
    "period",
    "over",
    "provisional",
    "value",
    "low",
    "high",
    "numerator",
    "denominator",
    "trend",
)
# So that 0.6 of 50, which is a hair above 30 as computers count, asks for 30.
_ROUNDING = 1e-9
_MONTHS = 12


@dataclass(frozen=True)
class Criterion:
    """One line of the sheet.

    Parameters
    ----------
    id, promise
        Name of the criterion; the promise that it stands under.
    indicator
        The figure that it is looked at by.
    judged
        Whether it is held against the target of the rules; otherwise the figure is told and not judged.
    goal
        That target, once rules and period are known. Of an indicator with a target for a year nothing is judged in a
        shorter period.
    """

    id: str
    promise: str
    indicator: Indicator
    judged: bool
    goal: float | None = None


@cache
def criteria() -> Mapping[str, Criterion]:
    """Return the criteria of data/assessment.toml by their ids, in the order of the sheet.

    Raises
    ------
    GeoError
        When one names an unknown promise or indicator, or judges what has no good side, as reported counts.
    """
    with resource("assessment.toml").open("rb") as file:
        raw = tomllib.load(file)["criteria"]
    return MappingProxyType({entry["id"]: _criterion(**entry) for entry in raw})


def _criterion(*, id: str, promise: str, indicator: str, judged: bool = False) -> Criterion:
    problem = None
    if promise not in PROMISES:
        problem = f"there is no promise {promise!r}"
    elif indicator not in INDICATORS:
        problem = f"there is no indicator {indicator!r}"
    elif judged and INDICATORS[indicator].meaning.good is None:
        problem = f"{indicator} is neither good nor bad, and is not judged"
    if problem is not None:
        raise GeoError(f"assessment.toml: criterion {id!r}: {problem}. Remedy: compare with the file delivered.")
    return Criterion(id, promise, INDICATORS[indicator], judged)


def assessment(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return the sheets of the stations of a view's area: one row per station and criterion.

    Returns
    -------
    Table
        The identity of the station, ``criterion``, ``promise``, ``indicator`` and the figures of
        `geo.measures.scorecard`; ``target`` and ``state``: ``reached``; ``short`` (the whole interval falls short);
        ``unclear`` (the value does, the interval does not); ``few`` (too few records to say); ``told`` (no goal);
        ``missing`` (the data do not tell of it); ``gap``, how far the value is from the goal, and ``lacking``, how many
        more of the denominator (fewer, where low is good) would have reached it: both missing where it is reached or
        not judged, ``lacking`` also where nothing is counted. There is no total.

    Raises
    ------
    ViewError
        When the release has no stations in the area.
    """
    rules = rules or load_rules()
    card = scorecard(release, view.replace(level="station"), rules=rules)
    stations = card.frame[list(IDENTITY)].drop_duplicates()
    parts = [_lines(card.frame, stations, one) for one in _asked_of(view.period, rules)]
    frame = pd.concat(parts, ignore_index=True)
    # What the release has no file of is missing for the period asked for.
    over = view.period.is_closed(release.as_of)
    frame = frame.assign(
        period=frame["period"].fillna(view.period.text),
        over=frame["over"].astype("boolean").fillna(over).astype(bool),
        provisional=frame["provisional"].astype("boolean").fillna(False).astype(bool),
    )
    order = np.argsort(np.tile(np.arange(len(stations)), len(parts)), kind="stable")
    lineage = card.lineage.drop_duplicates("area_id").set_index("area_id", drop=False)
    frame = frame.iloc[order].reset_index(drop=True)
    rows = lineage.loc[frame["area_id"]].reset_index(drop=True)
    return Table(frame, "assessment", card.release, card.rules_hash, card.as_of, 0, rows, origin=release)


def _asked_of(period: Period, rules: Rules) -> list[Criterion]:
    """Return the criteria with their goals, as a period is measured by them: without those of a year if shorter."""
    is_year = len(period.months) == _MONTHS
    return [
        replace(one, goal=_goal(one, rules)) if one.judged and (is_year or one.indicator.target_per != "year") else one
        for one in criteria().values()
    ]


def _goal(criterion: Criterion, rules: Rules) -> float:
    target = rules.targets.get(criterion.indicator.measure)
    if target is None:
        raise GeoError(
            f"assessment.toml: criterion {criterion.id!r} is judged, and the rules set no target on "
            f"{criterion.indicator.measure}. Remedy: set one in [targets], or do not judge it."
        )
    return target.value


def _lines(card: pd.DataFrame, stations: pd.DataFrame, criterion: Criterion) -> pd.DataFrame:
    """Return one criterion's lines, a row per station."""
    own = card[card["indicator"] == criterion.indicator.id]
    lines = stations.merge(own, on=list(IDENTITY), how="left")[[*_TAKEN, "enough"]]
    one, state = criterion.indicator, _states(lines, criterion)
    lines = lines.drop(columns="enough").assign(
        promise=criterion.promise,
        indicator=one.id,
        layer=one.layer,
        measure=one.measure,
        unit=one.meaning.unit,
        target=np.nan if criterion.goal is None else criterion.goal,
        state=pd.array(state, dtype="str"),
        **_missing_to_goal(lines, criterion, state),
    )
    lines.insert(len(IDENTITY), "criterion", criterion.id)
    return lines


def _states(lines: pd.DataFrame, criterion: Criterion) -> list[str]:
    value, low, high = (lines[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("value", "low", "high"))
    good, one = criterion.indicator.meaning.good, criterion.indicator
    if criterion.goal is None or good is None:
        state = np.full(len(lines), "told", dtype=object)
    else:
        reached, short = reaches(value, low, high, Target(criterion.goal, good))
        state = np.where(reached, "reached", np.where(short, "short", "unclear")).astype(object)
        # What is counted whole needs no interval; of records there have to be enough.
        counted = one.is_counted or one.kind == "whole"
        state[~reached & counted] = "short"
        state[~lines["enough"].fillna(False).to_numpy(dtype=bool) & (not counted)] = "few"
    state[np.isnan(value)] = "missing"
    return [str(name) for name in state]


def _missing_to_goal(lines: pd.DataFrame, criterion: Criterion, state: list[str]) -> Columns:
    """Return what each line lacks to the goal, in the unit of its figure and as a count."""
    value, hits, n = (
        lines[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("value", "numerator", "denominator")
    )
    goal, good = criterion.goal, criterion.indicator.meaning.good
    if goal is None or good is None:
        return {"gap": np.full(len(lines), np.nan), "lacking": as_counts(np.full(len(lines), np.nan))}
    judged = np.isin(state, ("short", "unclear"))
    gap = goal - value if good == "high" else value - goal
    wanted = goal / criterion.indicator.scale * n
    more = wanted - hits if good == "high" else hits - wanted
    return {
        "gap": np.where(judged, gap, np.nan),
        "lacking": as_counts(np.where(judged, np.ceil(more - _ROUNDING), np.nan)),
    }


def designations(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return the register: the stations of a view's area that have been named exemplary ones, the newest first.

    Returns
    -------
    Table
        The identity of the station, ``named_by`` (a code of the list ``designation_level``), ``year``, ``batch``
        (missing where none is told) and ``withdrawn_on`` (missing where it holds).

    Raises
    ------
    ViewError
        When the release has no register, or no stations in the area.
    """
    if not release.has("designations"):
        raise ViewError(f"Release {release.number} has no register of designations. Remedy: import a file of them.")
    rules, rows = rules or load_rules(), area_rows(release, view.replace(level="station"))
    query = "SELECT station_id AS area_id, level AS named_by, year, batch, withdrawn_on FROM designations"
    with connect(release) as connection:
        named = connection.execute(query).df()
    kept = named.merge(rows.areas.reset_index(names="row"), on="area_id").sort_values(
        ["year", "area_id", "named_by"], ascending=[False, True, True], kind="stable"
    )
    areas = rows.areas.loc[kept["row"]].reset_index(drop=True)
    columns = {
        "named_by": kept["named_by"].to_numpy(),
        "year": kept["year"].to_numpy(),
        "batch": kept["batch"].astype("Int64").array,
        "withdrawn_on": kept["withdrawn_on"].astype("datetime64[ms]").array,
    }
    return make_table(release, rules, "designations", columns, lineage=rows.lineage.loc[kept["row"]], areas=areas)
