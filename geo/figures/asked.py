"""What can be asked of a release: a measure by name, told of a view and protected for the one who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from geo.access import Scope
from geo.errors import NotPermitted, ViewError
from geo.layers import EVENT_LAYERS
from geo.measures import (
    assessment,
    attention,
    by_class,
    by_grade,
    by_hour,
    compare,
    coverage,
    designations,
    flow,
    measure,
    monthly,
    questions,
    reach,
    scorecard,
    scorecard_whole,
    summary,
    waiting,
)
from geo.measures.by_area import in_months
from geo.measures.peers import peer_groups
from geo.measures.table import Table
from geo.privacy import Protected, protect
from geo.privacy.gate import part_rows
from geo.privacy.lattice import PUBLIC, is_own
from geo.store import Release
from geo.view import Period, View

__all__ = [
    "MEASURED",
    "Ask",
    "ask_by_month",
    "ask_if_told",
    "layers_shown",
    "months_up_to",
    "only",
    "reported_first",
    "seen",
]

_MONTHS = 12
_PERIODS_KEPT = 64
_PARTS, _AND = ":", "+"
_BY_MONTH = "by month "
_IN_PARTS: Mapping[str, Callable[..., Table]] = {
    "summary": summary,
    "measure": measure,
    "waiting": waiting,
    "by_class": by_class,
}
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
        One of `MEASURED`, or what `only` makes of one.
    """
    if measured.startswith(_BY_MONTH):
        return _seen_by_month(measured.removeprefix(_BY_MONTH), release, view, scope)
    name, _, named = measured.partition(_PARTS)
    if name == "states":
        view = view.replace(layer="coverage", level="grid")
    # The public is told by what a table holds as a whole, but for records: of each column of these the ledger tells.
    if named and (scope.role != PUBLIC or (name == "measure" and view.layer in EVENT_LAYERS)):
        return protect(_IN_PARTS[name](release, view, parts=tuple(named.split(_AND))), view, scope)
    return protect(MEASURED[name](release, view), view, scope)


def _seen_by_month(measured: str, release: Release, view: View, scope: Scope) -> Protected:
    """Measure the twelve months up to a view's and protect them at once.

    Raises
    ------
    NotPermitted
        When any row is not the own one of who asks: for others each month is protected by itself.
    """
    name, _, named = measured.partition(_PARTS)
    parts = tuple(named.split(_AND)) if named else None
    table = in_months(release, view, months_up_to(view.period), by_area=name == "measure", parts=parts)
    if not is_own(table.lineage, scope).all():
        raise NotPermitted("Months are told one by one. Remedy: ask for each.")
    return protect(table, view, scope)


def only(measured: str, parts: Sequence[str] | None) -> str:
    """Return the name of a measure of which some parts of the columns alone are shown.

    Parameters
    ----------
    parts
        As of `geo.measures.measure`; all if None.

    Examples
    --------
    >>> only("summary", ("counts", "stock")), only("summary", None)
    ('summary:counts+stock', 'summary')
    """
    return measured if parts is None else f"{measured}{_PARTS}{_AND.join(parts)}"


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
    "scorecard": scorecard,
    "scorecard_whole": scorecard_whole,
    "waiting": waiting,
    "questions": questions,
    "assessment": assessment,
    "compare": compare,
    "designations": designations,
    "peers": lambda release, view: peer_groups(release, level=view.level, area=view.area),
}


def reported_first(view: View) -> View:
    """Return a view of the reported records alone where none of the sources is asked for: they are not added up."""
    return view.replace(source="reported") if view.layer in EVENT_LAYERS and view.source is None else view


@lru_cache(maxsize=_PERIODS_KEPT)
def months_up_to(period: Period) -> tuple[Period, ...]:
    """Return the twelve months that end with a period.

    Examples
    --------
    >>> months = months_up_to(Period("2025-Q1"))
    >>> months[0].text, months[-1].text
    ('2024-04', '2025-03')
    """
    after = 12 * period.end.year + period.end.month - 1
    return tuple(Period.from_months(month, month + 1) for month in range(after - _MONTHS, after))


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
    together = ask_if_told(ask, _BY_MONTH + measured, months[-1])
    if together is not None:
        return part_rows(together, months)
    tables = [ask_if_told(ask, measured, month) for month in months]
    return tuple(table for table in tables if table is not None)
