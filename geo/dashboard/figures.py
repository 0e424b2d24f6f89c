"""The figures of a page, measured and protected for the one who asks; pages and parts show them and count nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import shapely

from geo.access import Scope
from geo.areas import find_area, levels
from geo.dashboard.tree import Tree
from geo.errors import NotPermitted, ViewError
from geo.layers import AREA_LEVELS, EVENT_LAYERS
from geo.measures import attention, by_class, coverage, measure, monthly, records, summary
from geo.measures.table import Table
from geo.privacy import Protected, protect
from geo.rules import load_rules
from geo.stats.density import Density, kernel_density
from geo.store import Release, read_layer
from geo.view import Period, View

__all__ = [
    "CoverageFigures",
    "TodayFigures",
    "coverage_figures",
    "coverage_states",
    "event_density",
    "layers_shown",
    "map_values",
    "months_up_to",
    "today_figures",
]

_MONTHS = 12
_BANDWIDTH_M = 500.0
#: The layers of a view, with the layer of the store that each needs.
_NEEDS: Mapping[str, str] = {
    "disputes": "disputes",
    "hazards": "hazards",
    "incidents": "incidents",
    "coverage": "assignments",
    "service": "visits",
}


@dataclass(frozen=True)
class TodayFigures:
    """All that the page Today shows.

    Parameters
    ----------
    now, before
        One row for the whole area, by layer, in the period and in the one compared with.
    months
        One row for the whole area, by layer, for each of the twelve months up to the end of the period.
    rows
        One row per area of the level below, by layer.
    row_months
        Rows of the first event layer for each of the same months.
    trend, classes
        Months and classes of the view's own layer; None where it has none.
    needs
        What a person can act on, worst first; None for those who do not act.
    """

    now: Mapping[str, Protected]
    before: Mapping[str, Protected]
    months: Mapping[str, tuple[Protected, ...]]
    rows: Mapping[str, Protected]
    row_months: tuple[Protected, ...]
    trend: Protected | None
    classes: Protected | None
    needs: Protected | None


@dataclass(frozen=True)
class CoverageFigures:
    """All that the page Coverage shows; None stands for what the one who asks may not see.

    Parameters
    ----------
    now
        One row for the whole area.
    shares
        Coverage as a share of grids, households, events and grid-days.
    rows
        One row per area of the level below.
    states
        One row per grid.
    workload, spread
        One row per post, and how evenly the posts are asked.
    """

    now: Protected
    shares: Protected
    rows: Protected
    states: Protected | None
    workload: Protected | None
    spread: Protected | None


def layers_shown(release: Release) -> tuple[str, ...]:
    """Return the layers of a view that the release can answer."""
    return tuple(layer for layer, needed in _NEEDS.items() if release.has(needed))


def today_figures(release: Release, view: View, scope: Scope, tree: Tree) -> TodayFigures:
    """Measure and protect what the page Today shows.

    Incidents have no tile of their own beside disputes and hazards unless the view is of them.
    """
    present = layers_shown(release)
    asked = {
        layer: view.replace(layer=layer)
        for layer in present
        if layer != "incidents" or view.layer == layer or "disputes" not in present
    }
    events = [layer for layer in asked if layer in EVENT_LAYERS]
    own = view if view.layer in events else None
    below = {layer: one.replace(level=tree.levels_below(view.area)[0]) for layer, one in asked.items()}
    return TodayFigures(
        now={layer: _seen(summary, release, one, scope) for layer, one in asked.items()},
        before=_before(release, asked, scope),
        months={layer: _by_month(summary, release, one, scope) for layer, one in asked.items()},
        rows={layer: _seen(measure, release, one, scope) for layer, one in below.items()},
        row_months=_by_month(measure, release, below[events[0]], scope) if events else (),
        trend=_seen(monthly, release, own, scope) if own else None,
        classes=_seen(by_class, release, own, scope) if own else None,
        needs=_seen_or_none(attention, release, view, scope),
    )


def coverage_figures(release: Release, view: View, scope: Scope, tree: Tree) -> CoverageFigures:
    """Measure and protect what the page Coverage shows."""
    asked = view.replace(layer="coverage")
    posts = load_rules().privacy[scope.role].posts
    return CoverageFigures(
        now=_seen(summary, release, asked, scope),
        shares=_seen(coverage.shares, release, asked, scope),
        rows=_seen(measure, release, asked.replace(level=tree.levels_below(view.area)[0]), scope),
        states=coverage_states(release, asked, scope),
        workload=_seen_or_none(coverage.workload, release, asked, scope) if posts else None,
        spread=_seen_or_none(coverage.spread, release, asked, scope) if posts else None,
    )


def coverage_states(release: Release, view: View, scope: Scope) -> Protected | None:
    """Return each grid's state on the last day of the period that the data tell of; None if not permitted."""
    asked = view.replace(layer="coverage", level="grid")
    day = min(view.period.last_day, release.as_of)
    try:
        return protect(coverage.states(release, day, area=view.area), asked, scope)
    except NotPermitted:
        return None


def map_values(release: Release, view: View, scope: Scope) -> Protected:
    """Return the values of a view's areas, for a map or a file."""
    return _seen(measure, release, view, scope)


def event_density(release: Release, view: View, scope: Scope) -> Density:
    """Return the density of a view's records inside its area, at a bandwidth the one who asks may have."""
    found = records(release, view)
    region = _region(release, view.area or scope.area)
    days = (min(view.period.end, release.as_of + timedelta(days=1)) - view.period.start).days
    return kernel_density(
        found["lon"].to_numpy(),
        found["lat"].to_numpy(),
        bounds=region.bounds,
        bandwidth_m=max(_BANDWIDTH_M, load_rules().privacy[scope.role].min_bandwidth_m),
        period_days=max(days, 1),
        region=region,
    )


def _region(release: Release, area: str | None) -> shapely.Geometry:
    level = levels(release)[0] if area is None else str(find_area(release, area)["level"])
    shapes = read_layer(release, AREA_LEVELS[level])
    if area is not None:
        shapes = shapes[shapes[f"{level}_id"] == area]
    return shapely.union_all(shapes.geometry.to_numpy())


def months_up_to(period: Period) -> list[Period]:
    """Return the twelve months that end with a period.

    Examples
    --------
    >>> months = months_up_to(Period("2025-Q1"))
    >>> months[0].text, months[-1].text
    ('2024-04', '2025-03')
    """
    after = 12 * period.end.year + period.end.month - 1
    return [Period.from_months(month, month + 1) for month in range(after - _MONTHS, after)]


_Measure = Callable[[Release, View], Table]


def _seen(measured: _Measure, release: Release, view: View, scope: Scope) -> Protected:
    return protect(measured(release, view), view, scope)


def _seen_or_none(measured: _Measure, release: Release, view: View, scope: Scope) -> Protected | None:
    """Return None where the data do not reach, or the one who asks may not see."""
    try:
        return _seen(measured, release, view, scope)
    except (NotPermitted, ViewError):
        return None


def _before(release: Release, asked: Mapping[str, View], scope: Scope) -> dict[str, Protected]:
    tables = {
        layer: _seen_or_none(summary, release, view.replace(period=view.comparison), scope)
        for layer, view in asked.items()
        if view.comparison is not None
    }
    return {layer: table for layer, table in tables.items() if table is not None}


def _by_month(measured: _Measure, release: Release, view: View, scope: Scope) -> tuple[Protected, ...]:
    months = [view.replace(period=month, compare="none") for month in months_up_to(view.period)]
    tables = [_seen_or_none(measured, release, month, scope) for month in months]
    return tuple(table for table in tables if table is not None)
