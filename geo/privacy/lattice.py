"""What may be asked at all: levels, periods and filters that a role may see, and the nearest view that it may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.access import Scope
from geo.areas import find_area, levels
from geo.errors import NotPermitted
from geo.layers import AREA_LEVELS, EVENT_LAYERS
from geo.measures.table import LINEAGE
from geo.rules import PrivacyRule, Rules, load_rules
from geo.store import Release
from geo.view import Period, View

__all__ = ["Allowed", "is_below", "is_own", "lineage_of", "nearest_allowed", "reasons_against", "refusal", "rule_for"]

#: The role by whose rule everything outside one's own area is seen.
PUBLIC = "public"
_LEVEL = "Areas this small are not shown to this role."
_OPEN = "Only periods that are over are shown to this role."
_RANGE = "Only whole months, quarters and years are shown to this role."
_FILTER = "Several classes at once are not shown to this role: the table names them side by side."


@dataclass(frozen=True)
class Allowed:
    """The nearest view that a scope may see.

    Parameters
    ----------
    view
        The view itself when it may be seen.
    reasons
        Why it is not the one asked for, as English sentences to be translated; none if it is.
    """

    view: View
    reasons: tuple[str, ...] = ()


def nearest_allowed(view: View, scope: Scope, release: Release, *, rules: Rules | None = None) -> Allowed:
    """Return the nearest view that a scope may see, with the reasons for every change.

    Raises
    ------
    ViewError
        When the release does not have the view's area.

    Examples
    --------
    >>> nearest_allowed(View(Period("2025"), level="grid"), Scope("public"), release).view.level  # doctest: +SKIP
    'village'
    """
    lineage = lineage_of(release, view.area)
    rule = rule_for(scope, rules or load_rules(), own=is_own(lineage, scope))
    nearest, reasons = view, reasons_against(view, rule, release.as_of)
    if _is_lower(view.level, rule) or is_below(lineage, rule).any():
        level = _nearest_level(view.level, levels(release), rule)
        nearest, reasons = nearest.replace(level=level, area=_lowest_shown(lineage, rule)), (_LEVEL, *reasons)
    if _OPEN in reasons or _RANGE in reasons:
        nearest = nearest.replace(period=_nearest_period(view.period, release.as_of))
    if _FILTER in reasons:
        nearest = nearest.replace(classes=())
    return Allowed(nearest, reasons)


def refusal(view: View, rule: PrivacyRule, as_of: date, reasons: tuple[str, ...], *, too_small: bool) -> NotPermitted:
    """Return the error that says why a view is not shown, and which is."""
    said = ([_LEVEL] if too_small else []) + list(reasons)
    asks = [f"level {rule.min_level} or above"] if too_small else []
    if _OPEN in reasons or _RANGE in reasons:
        asks.append(f"period {_nearest_period(view.period, as_of).text}")
    if _FILTER in reasons:
        asks.append("one class, or all")
    return NotPermitted(f"{' '.join(said)} Remedy: ask for {', '.join(asks)}.")


def lineage_of(release: Release, area_id: str | None) -> pd.DataFrame:
    """Return the ids of an area and of those above it in one row, all missing for the whole release.

    Raises
    ------
    ViewError
        When the release has no such area.
    """
    row = dict.fromkeys(LINEAGE) if area_id is None else find_area(release, area_id)
    return pd.DataFrame([row], columns=list(LINEAGE), dtype="object")


def rule_for(scope: Scope, rules: Rules, *, own: npt.NDArray[np.bool_]) -> PrivacyRule:
    """Return the rule that bears on rows of which some are one's own: the role's if any is, else the public's."""
    return rules.privacy[scope.role if own.any() else PUBLIC]


def is_own(lineage: pd.DataFrame, scope: Scope) -> npt.NDArray[np.bool_]:
    """Tell for each row whether its area is the scope's own or lies in it; nothing is the public's own."""
    if scope.role == PUBLIC:
        return np.zeros(len(lineage), dtype=bool)
    if scope.area is None:
        return np.ones(len(lineage), dtype=bool)
    return (lineage[list(LINEAGE)] == scope.area).any(axis=1).to_numpy(dtype=bool)


def is_below(lineage: pd.DataFrame, rule: PrivacyRule) -> npt.NDArray[np.bool_]:
    """Tell for each row whether its area is of a level that the rule does not show."""
    order = list(AREA_LEVELS)
    hidden = [f"{level}_id" for level in order[order.index(rule.min_level) + 1 :]]
    return lineage[hidden].notna().any(axis=1).to_numpy(dtype=bool)


def reasons_against(view: View, rule: PrivacyRule, as_of: date) -> tuple[str, ...]:
    """Return why a rule does not show a period or a filter, as sentences; none if it does."""
    found = []
    if rule.closed_periods:
        found += [_OPEN] if not view.period.is_closed(as_of) else []
        found += [_RANGE] if not _is_on_lattice(view.period) else []
    # One class and one source are of the lattice; sums of several are not.
    if rule.threshold > 1 and view.layer in EVENT_LAYERS and len(view.classes) > 1:
        found.append(_FILTER)
    return tuple(found)


def _is_on_lattice(period: Period) -> bool:
    n = len(period.months)
    return not period.is_week and n in (1, 3, 12) and (period.start.month - 1) % n == 0


def _is_lower(level: str, rule: PrivacyRule) -> bool:
    order = list(AREA_LEVELS)
    return order.index(level) > order.index(rule.min_level)


def _nearest_level(level: str, present: tuple[str, ...], rule: PrivacyRule) -> str:
    if not _is_lower(level, rule):
        return level
    shown = [name for name in present if not _is_lower(name, rule)]
    return shown[-1] if shown else level


def _lowest_shown(lineage: pd.DataFrame, rule: PrivacyRule) -> str | None:
    order = list(AREA_LEVELS)
    shown = [f"{level}_id" for level in order[: order.index(rule.min_level) + 1]]
    codes = lineage.iloc[0][shown].dropna()
    return None if codes.empty else str(codes.iloc[-1])


def _nearest_period(period: Period, as_of: date) -> Period:
    """Return the last period of the same kind that is over, or the last such year or month of a longer one."""
    last = period.last_day
    found = (
        period
        if _is_on_lattice(period)
        else Period(f"{last.year:04d}" if len(period.months) >= 12 else f"{last:%Y-%m}")
    )
    while not found.is_closed(as_of):
        found = found.previous()
    return found
