"""What can be asked of a release: a measure by name, told of a view and protected for the one who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geo.access import Scope
from geo.errors import NotPermitted, ViewError
from geo.measures import attention, by_class, by_grade, by_hour, coverage, flow, measure, monthly, reach, summary
from geo.measures.table import Table
from geo.privacy import Protected, protect
from geo.store import Release
from geo.view import Period, View

__all__ = ["MEASURED", "Ask", "ask_by_month", "ask_if_told", "layers_shown", "months_up_to", "seen"]

_MONTHS = 12
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


def layers_shown(release: Release) -> tuple[str, ...]:
    """Return the layers of a view that the release can answer."""
    return tuple(layer for layer, needed in _NEEDS.items() if release.has(needed))


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
    "by_grade": by_grade,
    "by_hour": by_hour,
    "flow": flow,
    "reach": reach,
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


def ask_if_told(ask: Ask, measured: str, view: View) -> Protected | None:
    """Return None where the data do not reach, or the one who asks may not see."""
    try:
        return ask(measured, view)
    except (NotPermitted, ViewError):
        return None


def ask_by_month(ask: Ask, measured: str, view: View) -> tuple[Protected, ...]:
    """Return a measure for each of the twelve months up to the end of a view's period, where it is told."""
    # Without a comparison a month is the same whatever it is seen beside, so that it is measured once.
    months = [view.replace(period=month, compare="none") for month in months_up_to(view.period)]
    tables = [ask_if_told(ask, measured, month) for month in months]
    return tuple(table for table in tables if table is not None)
