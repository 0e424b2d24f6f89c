"""The figures of a page, measured and protected for the one who asks; pages and parts show them and count nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import shapely

from geo.access import Scope
from geo.areas import find_area, levels
from geo.dashboard.tree import Tree
from geo.errors import NotPermitted, ViewError
from geo.layers import AREA_LEVELS, EVENT_LAYERS
from geo.measures import attention, by_class, coverage, measure, monthly, records, summary
from geo.measures.table import Table
from geo.privacy import Protected, density_bandwidth_m, density_events, density_points, protect
from geo.stats.density import Density, kernel_density
from geo.store import Release, read_layer
from geo.view import Period, View

__all__ = [
    "MEASURED",
    "Ask",
    "CoverageFigures",
    "TodayFigures",
    "coverage_figures",
    "event_density",
    "layers_shown",
    "months_up_to",
    "seen",
    "today_figures",
]

_MONTHS = 12
_BANDWIDTH_M = 500.0
#: Measures a view by name and protects it.
Ask = Callable[[str, View], Protected]
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
    reported
        One row for the whole area of the first event layer's reported records, so that they are not added up with the
        discovered ones; None where one source is asked for, or the one who asks may not part them.
    months
        One row for the whole area, by layer, for each of the twelve months up to the end of the period.
    rows
        One row per area of the level below, by layer.
    row_months
        Rows of the first event layer for each of the same months.
    trend, classes
        Months and classes of the view's layer, or of the first event layer when the view's has no records.
    needs
        What a person can act on, worst first; None for those who do not act.
    """

    now: Mapping[str, Protected]
    before: Mapping[str, Protected]
    reported: Protected | None
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


def today_figures(ask: Ask, layers: Sequence[str], view: View, tree: Tree, *, acts: bool = True) -> TodayFigures:
    """Gather what the page Today shows.

    Parameters
    ----------
    ask
        Measures and protects a view.
    layers
        Layers that the release can answer. Incidents have a tile where there are no disputes, or the view is of them.
    view, tree
        What is asked, and the areas of the release.
    acts
        Whether the one who asks can act on single grids, and so is told what needs somebody.
    """
    asked = {
        layer: view.replace(layer=layer)
        for layer in layers
        if layer != "incidents" or view.layer == layer or "disputes" not in layers
    }
    events = [layer for layer in asked if layer in EVENT_LAYERS]
    own = asked[view.layer if view.layer in events else events[0]] if events else None
    below = {layer: one.replace(level=tree.levels_below(view.area)[0]) for layer, one in asked.items()}
    return TodayFigures(
        now={layer: ask("summary", one) for layer, one in asked.items()},
        before=_before(ask, asked),
        reported=_reported(ask, asked[events[0]]) if events else None,
        months={layer: _by_month(ask, "summary", one) for layer, one in asked.items()},
        rows={layer: ask("measure", one) for layer, one in below.items()},
        row_months=_by_month(ask, "measure", below[events[0]]) if events else (),
        trend=ask("monthly", own) if own else None,
        classes=ask("by_class", own) if own else None,
        needs=_or_none(ask, "attention", view) if acts else None,
    )


def _reported(ask: Ask, view: View) -> Protected | None:
    return None if view.source else _or_none(ask, "summary", view.replace(source="reported"))


def coverage_figures(ask: Ask, view: View, tree: Tree) -> CoverageFigures:
    """Gather what the page Coverage shows."""
    asked = view.replace(layer="coverage")
    return CoverageFigures(
        now=ask("summary", asked),
        shares=ask("shares", asked),
        rows=ask("measure", asked.replace(level=tree.levels_below(view.area)[0])),
        states=_or_none(ask, "states", asked),
        workload=_or_none(ask, "workload", asked),
        spread=_or_none(ask, "spread", asked),
    )


def seen(measured: str, release: Release, view: View, scope: Scope) -> Protected:
    """Measure a view and protect it for the one who asks: what every figure on a page comes through.

    Parameters
    ----------
    measured
        One of `MEASURED`.
    """
    if measured == "states":
        view = view.replace(layer="coverage", level="grid")
    return protect(MEASURED[measured](release, view), view, scope)


def _states(release: Release, view: View) -> Table:
    return coverage.states(release, min(view.period.last_day, release.as_of), area=view.area)


#: What can be asked of a release, by name.
MEASURED: Mapping[str, Callable[[Release, View], Table]] = {
    "summary": summary,
    "measure": measure,
    "monthly": monthly,
    "by_class": by_class,
    "attention": attention,
    "shares": coverage.shares,
    "states": _states,
    "workload": coverage.workload,
    "spread": coverage.spread,
}


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


def _or_none(ask: Ask, measured: str, view: View) -> Protected | None:
    """Return None where the data do not reach, or the one who asks may not see."""
    try:
        return ask(measured, view)
    except (NotPermitted, ViewError):
        return None


def _before(ask: Ask, asked: Mapping[str, View]) -> dict[str, Protected]:
    tables = {
        layer: _or_none(ask, "summary", view.replace(period=view.comparison, compare="none"))
        for layer, view in asked.items()
        if view.comparison is not None
    }
    return {layer: table for layer, table in tables.items() if table is not None}


def _by_month(ask: Ask, measured: str, view: View) -> tuple[Protected, ...]:
    # Without a comparison a month is the same whatever it is seen beside, so that it is measured once.
    months = [view.replace(period=month, compare="none") for month in months_up_to(view.period)]
    tables = [_or_none(ask, measured, month) for month in months]
    return tuple(table for table in tables if table is not None)


def event_density(release: Release, view: View, scope: Scope) -> Density:
    """Return the density of a view's records inside its area, at a bandwidth the one who asks may have."""
    inside = view.replace(area=view.area or scope.area)
    bandwidth_m = density_bandwidth_m(_BANDWIDTH_M, scope)
    found = records(release, inside)
    places = density_points(found, inside, scope, release=release, bandwidth_m=bandwidth_m)
    places = found.iloc[:0] if places is None else places
    region = _region(release, inside.area)
    days = (min(view.period.end, release.as_of + timedelta(days=1)) - view.period.start).days
    density = kernel_density(
        places["lon"].to_numpy(),
        places["lat"].to_numpy(),
        bounds=tuple(shapely.bounds(region).tolist()),
        bandwidth_m=bandwidth_m,
        period_days=max(days, 1),
        region=region,
    )
    return replace(density, events=density_events(density.events, inside, scope, release=release))


def _region(release: Release, area: str | None) -> shapely.Geometry:
    level = levels(release)[0] if area is None else str(find_area(release, area)["level"])
    shapes = read_layer(release, AREA_LEVELS[level])
    if area is not None:
        shapes = shapes[shapes[f"{level}_id"] == area]
    return shapely.union_all(shapes.geometry.to_numpy())
