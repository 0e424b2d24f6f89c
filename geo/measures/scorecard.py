"""The scorecard: every indicator of the three promises for areas, with interval, target, change, peers and trend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import find_area, levels
from geo.errors import ViewError
from geo.measures.card_figures import CardFigures
from geo.measures.figures import as_counts, share
from geo.measures.indicators import INDICATORS, Indicator
from geo.measures.intervals import (
    Change,
    Floats,
    change_interval,
    gap_interval,
    poisson_interval,
    shift_interval,
    wilson_interval,
)
from geo.measures.rows import Rows, area_rows, total_row
from geo.measures.small_areas import funnel, shrink_rates
from geo.measures.standing import peers_of, stand_among
from geo.measures.table import IDENTITY, LINEAGE, Table
from geo.measures.terms import is_provisional
from geo.measures.times import day_number
from geo.rules import Rules, Target, load_rules
from geo.store import Release
from geo.view import Compare, Period, View

__all__ = ["PEERED", "reaches", "scorecard", "scorecard_whole"]

Bools = npt.NDArray[np.bool_]
#: Levels whose areas have peers among all areas of the level.
PEERED = ("station", "village")
_MONTHS = 12
#: What chance alone leaves open for an area of its size; and all columns that tell of the areas together.
_LIMITS = ("inner_low", "inner_high", "outer_low", "outer_high")
_OTHERS = ("shrunk", "overall", *_LIMITS, "standing")
_NEEDS = {
    "disputes": ("disputes",),
    "hazards": ("hazards",),
    "incidents": ("incidents",),
    "coverage": ("assignments", "officers"),
    "service": ("visits", "groups", "surveys", "places"),
}


def scorecard(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return every indicator of the three promises for each area of the view's level inside its area.

    Parameters
    ----------
    view
        Its period, comparison and source bear on all indicators, its classes on those of its own layer.

    Returns
    -------
    Table
        One row per area and indicator, areas together: the identity of the area; ``promise``, ``indicator``, ``layer``,
        ``measure``, ``unit``, ``period`` (what it is told of: moved back where terms have to be over first), ``over``
        (whether that period is over), ``provisional`` (whether terms ran over days that no notice tells of yet).

        ``value`` with the interval ``low`` and ``high``, ``numerator``, ``denominator``; ``target`` and ``state``
        (``reached``; ``short``: the whole interval falls short of it; ``unclear``: the value does, the interval does
        not; ``few``: too few records); the same figure of the comparison, ``compare``, and ``change`` with
        ``change_low``, ``change_high``, ``beyond_chance``: of rates relative, of others a difference.

        ``shrunk`` (the empirical Bayes rate), ``overall`` (all areas of the table together), ``standing`` in the funnel
        around it (-2 to 2, as `geo.measures.small_areas.Funnel` has it), its limits at its size ``inner_low``,
        ``inner_high`` (95 %), ``outer_low``, ``outer_high`` (99.8 %), ``enough`` (whether there are records enough
        for a standing), ``rank``, ``rank_best``, ``rank_worst``, ``rank_of`` in the peer group (missing for figures
        without a good side), ``effort`` and ``effort_all`` (households visited for every 1,000, where the indicator
        counts something and everywhere; missing where they are not told beside it), and ``trend``: the value in each of
        twelve months, the latest last, missing where the month or half of its terms are not over. Of areas outside of
        the view's own the ranks alone tell.

    Raises
    ------
    ViewError
        When the release has no such area or level, or no layer that an indicator is told of.
    """
    rules = rules or load_rules()
    whole_level = view.level in PEERED
    rows = area_rows(release, view.replace(area=None) if whole_level else view)
    if not whole_level or view.area is None:
        return _card(release, view, rows, rules, inside=np.ones(rows.n, dtype=bool))
    area_rows(release, view)  # tells what is wrong with the area or the level
    inside = (rows.areas[f"{find_area(release, view.area)['level']}_id"] == view.area).to_numpy(dtype=bool)
    return _only(_card(release, view.replace(area=None), rows, rules, inside=inside), np.flatnonzero(inside))


def scorecard_whole(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return every indicator for all of a view's area: the columns of `scorecard`, one row per indicator.

    Raises
    ------
    ViewError
        As `scorecard` does.
    """
    rules = rules or load_rules()
    level = None if view.area is None else str(find_area(release, view.area)["level"])
    if level in PEERED:
        return scorecard(release, view.replace(level=level), rules=rules)
    return _card(release, view, total_row(release, view), rules, inside=np.ones(1, dtype=bool))


def _only(table: Table, areas: npt.NDArray[np.intp]) -> Table:
    """Return the rows of some areas, by their positions among those of the table."""
    each = len(table.frame) // table.frame["area_id"].nunique()
    kept = (areas[:, np.newaxis] * each + np.arange(each)).ravel()
    parts = [part.iloc[kept].reset_index(drop=True) for part in (table.frame, table.lineage)]
    return Table(parts[0], table.kind, table.release, table.rules_hash, table.as_of, 0, parts[1])


def _card(release: Release, view: View, rows: Rows, rules: Rules, *, inside: Bools) -> Table:
    asked = CardFigures(release, view, rows, rules, inside)
    told = [one for one in INDICATORS.values() if _is_told(release, one, view)]
    if not told:
        raise ViewError(
            f"Release {release.number} has no layer that the promises are told of. "
            "Remedy: import disputes, hazards, incidents, assignments or visits."
        )
    columns = [_indicator_columns(asked, one) for one in told]
    frame = pd.concat(columns, ignore_index=True) if rows.n else columns[0]
    # Areas together, each with its indicators in their order.
    order = np.argsort(np.tile(np.arange(rows.n), len(told)), kind="stable")
    lineage = rows.areas[list(LINEAGE)].iloc[np.tile(np.arange(rows.n), len(told))[order]]
    frame = frame.iloc[order].reset_index(drop=True)
    return Table(frame, "scorecard", release.number, rules.hash, release.as_of, 0, lineage.reset_index(drop=True))


def _is_told(release: Release, one: Indicator, view: View) -> bool:
    asked = one.source is None or view.source in (None, one.source)
    needed = _NEEDS[one.layer]
    whole = all if one.layer == "coverage" else any
    return asked and whole(release.has(layer) for layer in needed) and "grid" in levels(release)


def _indicator_columns(asked: CardFigures, one: Indicator) -> pd.DataFrame:
    """Return the rows of one indicator, in the order of the areas."""
    rules, rows = asked.rules, asked.rows
    period = asked.told_period(one)
    over = period.is_closed(asked.release.as_of)
    numerator, denominator = asked.counts(one, period, compare=asked.view.compare)
    value, low, high = _with_interval(asked, one, period, numerator, denominator, compare=asked.view.compare)
    others, enough = _beside_others(asked, one, period, numerator, denominator, value)
    target, state = _state(one, value, low, high, enough, period, rules)
    columns: dict[str, object] = {name: rows.areas[name].array for name in IDENTITY}
    columns |= {
        "promise": one.promise,
        "indicator": one.id,
        "layer": one.layer,
        "measure": one.measure,
        "unit": one.meaning.unit,
        "period": period.text,
        "over": over,
        "provisional": _runs_ahead(asked, one, period),
        "value": value,
        "low": low,
        "high": high,
        "numerator": as_counts(numerator),
        "denominator": as_counts(denominator),
        "target": target,
        "state": pd.array(state, dtype="str"),
        **_change_columns(asked, one, period, numerator, denominator, over=over),
        **others,
        "standing": as_counts(others["standing"]),
        "enough": enough,
        **_rank_columns(asked, one, value, low, high, enough),
        **_effort_columns(asked, one, period),
        "trend": _trend(asked, one, period),
    }
    return pd.DataFrame(columns)


def _runs_ahead(asked: CardFigures, one: Indicator, period: Period) -> bool:
    return is_provisional(one.layer, day_number(period.start), day_number(asked.release.as_of) + 1, asked.rules)


def _with_interval(
    asked: CardFigures,
    one: Indicator,
    period: Period,
    numerator: Floats,
    denominator: Floats,
    *,
    compare: Compare = "none",
) -> tuple[Floats, Floats, Floats]:
    if one.kind == "share":
        return wilson_interval(numerator, np.where(denominator > 0, denominator, np.nan), alpha=asked.rules.alpha)
    if one.kind == "rate":
        ends = poisson_interval(numerator, alpha=asked.rules.alpha, dispersion=asked.dispersion(one, period))
        value, low, high = (one.scale * share(part, denominator) for part in (numerator, *ends))
        return value, low, high
    names = (one.measure, f"{one.measure}_low", f"{one.measure}_high")
    value, low, high = (asked.figure(one, name, period, compare=compare) for name in names)
    return value, low, high


def _beside_others(
    asked: CardFigures, one: Indicator, period: Period, numerator: Floats, denominator: Floats, value: Floats
) -> tuple[dict[str, Floats], Bools]:
    """Return what tells of all areas together, by column, and where there are enough records.

    Areas outside of the view's own bear on what is enough alone, so that no figure of theirs follows from these.
    """
    n, least = len(value), asked.rules.standing.least_records
    told = {name: np.full(n, np.nan) for name in _OTHERS}
    if one.kind not in ("share", "rate"):
        return told, np.isfinite(value) & (np.nan_to_num(denominator) >= least)
    whole, at = np.where(np.isfinite(numerator), denominator, np.nan), np.flatnonzero(asked.inside)
    if len(at) > 1:
        spread = asked.dispersion(one, period)
        shown = funnel(numerator[at], whole[at], least_n=least, kind=one.kind, dispersion=spread)
        told["overall"][at] = one.scale * shown.overall
        told["standing"][at] = np.where(shown.enough, shown.standing, np.nan)
        for name in _LIMITS:
            told[name][at] = one.scale * getattr(shown, name)
        if one.kind == "rate":
            told["shrunk"][at] = one.scale * shrink_rates(numerator[at], whole[at], dispersion=spread).shrunk
    if n == 1:
        # One area has nobody to stand beside; its own records say whether they are enough.
        held = denominator if one.kind == "share" else numerator
        return told, np.nan_to_num(held) >= least
    return told, funnel(numerator, whole, least_n=least, kind=one.kind).enough


def _state(
    one: Indicator, value: Floats, low: Floats, high: Floats, enough: Bools, period: Period, rules: Rules
) -> tuple[Floats, npt.NDArray[np.object_]]:
    """Return the target, and how the value stands to it as far as its interval can say."""
    target = rules.targets.get(one.measure)
    if target is None or (one.target_per == "year" and len(period.months) != _MONTHS):
        return np.full(len(value), np.nan), np.full(len(value), None, dtype=object)
    reached, short = reaches(value, low, high, target)
    state = np.where(reached, "reached", np.where(short, "short", "unclear")).astype(object)
    # What is counted whole needs no interval; of records there have to be enough.
    if one.is_counted or one.kind == "whole":
        state[~reached] = "short"
    else:
        state[~enough] = "few"
    state[np.isnan(value)] = None
    return np.full(len(value), target.value), state


def reaches(value: Floats, low: Floats, high: Floats, target: Target) -> tuple[Bools, Bools]:
    """Return where a value reaches its target, and where its whole interval falls short of it."""
    if target.good == "high":
        return value >= target.value, high < target.value
    return value <= target.value, low > target.value


def _change_columns(
    asked: CardFigures, one: Indicator, period: Period, numerator: Floats, denominator: Floats, *, over: bool
) -> dict[str, object]:
    """Return the change on the comparison period; of a period that is not over, none."""
    before, days = asked.view.replace(period=period).comparison, asked.window(one, period)
    nothing = np.full(asked.rows.n, np.nan)
    value, change = (
        nothing,
        Change(nothing, nothing, nothing, np.zeros(len(nothing), bool), np.zeros(len(nothing), bool)),
    )
    if before is not None and over and days.compare_days is not None:
        hits, n = asked.counts(one, before)
        value, low, high = _with_interval(asked, one, before, hits, n)
        own = _with_interval(asked, one, period, numerator, denominator, compare=asked.view.compare)
        if one.kind == "share":
            change = shift_interval(numerator, denominator, hits, n, alpha=asked.rules.alpha)
        elif one.kind == "rate":
            spans = {"days": days.days, "days_compare": days.compare_days}
            # Counts that vary so many times more tell as much as so many times fewer.
            apart = max(asked.dispersion(one, part) for part in (period, before))
            change = change_interval(numerator / apart, hits / apart, **spans, alpha=asked.rules.alpha)
        else:
            change = gap_interval(own, (value, low, high))
    return {
        "compare": value,
        "change": change.value,
        "change_low": change.low,
        "change_high": change.high,
        "beyond_chance": pd.arrays.BooleanArray(np.asarray(change.beyond_chance), ~np.asarray(change.known)),
    }


def _rank_columns(
    asked: CardFigures, one: Indicator, value: Floats, low: Floats, high: Floats, enough: Bools
) -> dict[str, Floats]:
    """Return ranks in peer groups, of figures with a good side and an interval alone."""
    names, nothing = ("rank", "rank_best", "rank_worst", "rank_of"), np.full(asked.rows.n, np.nan)
    good = one.meaning.good
    if good is None or one.kind == "whole" or asked.rows.n < 2 or asked.view.level not in PEERED:
        return dict.fromkeys(names, nothing)
    peers = peers_of(asked.release, asked.view.level, asked.rules.standing.peers)
    # A median whose upper end is not reached yet may be anything above.
    open_ended = np.where(np.isfinite(value) & np.isnan(high) & np.isfinite(low), np.inf, high)
    shown = stand_among(value, low, open_ended, peers=peers.position, good=good, enough=enough)
    return dict(zip(names, shown, strict=True))


def _effort_columns(asked: CardFigures, one: Indicator, period: Period) -> dict[str, Floats]:
    names = one.effort or ("", "")
    return {
        name: asked.figure(one, column, period, compare=asked.view.compare)
        for name, column in zip(("effort", "effort_all"), names, strict=True)
    }


def _trend(asked: CardFigures, one: Indicator, period: Period) -> pd.Series[Any]:
    """Return the value in each of the twelve months up to the period's last, as a list for each row."""
    months = [_month_values(asked, one, month) for month in _months_up_to(period)]
    values = np.column_stack(months) if months else np.empty((asked.rows.n, 0))
    return pd.Series([_listed(row) for row in values], dtype="object")


def _listed(row: Sequence[float]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in row]


def _months_up_to(period: Period) -> Iterator[Period]:
    after = 12 * period.end.year + period.end.month - 1
    yield from (Period.from_months(month, month + 1) for month in range(after - _MONTHS, after))


def _month_values(asked: CardFigures, one: Indicator, month: Period) -> Floats:
    """Return the values of a month; none of one that is not over, or whose terms are not."""
    if not (month.is_closed(asked.release.as_of) and asked.terms_are_over(one, month)):
        return np.full(asked.rows.n, np.nan)
    # Months of what is told late stand as on the one day, so that they add up to their year.
    numerator, denominator = asked.counts(one, month, told_on=asked.last_day if one.told_late else None)
    if one.kind == "share":
        return share(numerator, denominator)
    if one.kind == "rate":
        return one.scale * share(numerator, denominator)
    return asked.figure(one, one.measure, month)
