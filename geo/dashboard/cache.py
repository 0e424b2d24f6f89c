"""The only place with Streamlit's caches: figures of a release, a view and a scope, measured and protected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from geo import areas
from geo.access import Scope
from geo.dashboard.tree import Tree, grow_tree
from geo.layers import EVENT_LAYERS
from geo.measures import attention, by_class, coverage, measure, monthly, summary
from geo.privacy import Protected, protect
from geo.store import Release, connect
from geo.view import Period, View

__all__ = ["CoverageFigures", "TodayFigures", "coverage_page", "layers_shown", "map_values", "span", "today", "tree"]

_VIEWS_KEPT = 200
_RELEASES_KEPT = 4
_SPARK_MONTHS = 12
#: The layers of the tiles, with the layer of the store that each needs.
_NEEDS: Mapping[str, str] = {
    "disputes": "disputes",
    "hazards": "hazards",
    "incidents": "incidents",
    "coverage": "assignments",
    "service": "visits",
}


@dataclass(frozen=True)
class TodayFigures:
    """All that the page Today shows, each table protected for the one who asks.

    Parameters
    ----------
    now, before
        One row for the whole area, by layer, in the period and in the one compared with.
    months
        One row for the whole area, by layer, for each of the twelve months up to the end of the period.
    rows
        One row per area of the level below, by layer.
    trend, classes
        Months and classes of the view's own layer; None where it has none.
    needs
        What a person can act on, worst first.
    """

    now: Mapping[str, Protected]
    before: Mapping[str, Protected]
    months: Mapping[str, tuple[Protected, ...]]
    rows: Mapping[str, Protected]
    trend: Protected | None
    classes: Protected | None
    needs: Protected


@dataclass(frozen=True)
class CoverageFigures:
    """All that the page Coverage shows, each table protected for the one who asks."""

    now: Protected
    before: Protected | None
    states: Protected
    shares: Protected
    workload: Protected | None
    rows: Protected


def layers_shown(release: Release) -> tuple[str, ...]:
    """Return the layers of a view that the release can answer."""
    return tuple(layer for layer, needed in _NEEDS.items() if release.has(needed))


def tree(release: Release) -> Tree:
    """Return the areas of a release."""
    return _tree(release.key, release)


@st.cache_resource(max_entries=_RELEASES_KEPT, show_spinner=False)
def _tree(key: str, _release: Release) -> Tree:
    return grow_tree(areas.levels(_release), areas.area_table(_release))


def span(release: Release) -> tuple[str, str]:
    """Return the first and the last month that have records, as texts such as ``2025-03``."""
    return _span(release.key, release)


@st.cache_data(max_entries=_RELEASES_KEPT, show_spinner=False)
def _span(key: str, _release: Release) -> tuple[str, str]:
    layers = [layer for layer in EVENT_LAYERS if _release.has(layer)]
    if not layers:
        return f"{_release.as_of:%Y-%m}", f"{_release.as_of:%Y-%m}"
    firsts = " UNION ALL ".join(f"SELECT min(found_at) AS day FROM {layer}" for layer in layers)  # noqa: S608
    with connect(_release) as connection:
        row = connection.execute(f"SELECT min(day) FROM ({firsts})").fetchone()  # noqa: S608
    first: date = row[0] if row and row[0] else _release.as_of
    return f"{first:%Y-%m}", f"{_release.as_of:%Y-%m}"


def today(release: Release, view: View, scope: Scope) -> TodayFigures:
    """Return what the page Today shows."""
    return _today(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _today(key: str, _release: Release, view: View, scope: Scope) -> TodayFigures:
    def seen(layer: str, period: Period | None = None) -> Protected:
        asked = view.replace(layer=layer, period=period or view.period)
        return protect(summary(_release, asked), asked, scope)

    layers = [layer for layer in layers_shown(_release) if layer != "incidents" or view.layer == layer]
    compared = view.comparison
    own = view if view.layer in EVENT_LAYERS and view.layer in layers else None
    below = tree(_release).levels_below(view.area)[0]
    return TodayFigures(
        now={layer: seen(layer) for layer in layers},
        before={layer: seen(layer, compared) for layer in layers} if compared else {},
        months={layer: tuple(seen(layer, month) for month in _months_up_to(view.period)) for layer in layers},
        rows={layer: _rows(_release, view.replace(layer=layer, level=below), scope) for layer in layers},
        trend=protect(monthly(_release, own), own, scope) if own else None,
        classes=protect(by_class(_release, own), own, scope) if own else None,
        needs=protect(attention(_release, view), view, scope),
    )


def _rows(release: Release, view: View, scope: Scope) -> Protected:
    return protect(measure(release, view), view, scope)


def _months_up_to(period: Period) -> list[Period]:
    last = 12 * period.last_day.year + period.last_day.month
    return [Period.from_months(month, month + 1) for month in range(last - _SPARK_MONTHS, last)]


def map_values(release: Release, view: View, scope: Scope) -> Protected:
    """Return the values of a view's areas, for a map or a file."""
    return _map_values(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _map_values(key: str, _release: Release, view: View, scope: Scope) -> Protected:
    return protect(measure(_release, view), view, scope)
