"""The only place with Streamlit's caches: figures by release, view and scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from geo import areas
from geo.access import Scope
from geo.dashboard import figures
from geo.dashboard.figures import (
    Ask,
    CoverageFigures,
    DataFigures,
    LayerFigures,
    ServiceFigures,
    TodayFigures,
    WholeFigures,
    layers_shown,
)
from geo.dashboard.tree import Tree, grow_tree
from geo.layers import EVENT_LAYERS
from geo.maps import Classes, Heat, Theme, classes_of, heat_of
from geo.measures import records
from geo.privacy import Protected, protect_points, protect_rejects
from geo.rules import load_rules
from geo.stats.density import Density
from geo.store import (
    LayerChange,
    LayerState,
    Release,
    Report,
    Store,
    compare_releases,
    connect,
    describe_layers,
    read_layer,
)
from geo.view import Period, View

__all__ = [
    "CoverageFigures",
    "DataFigures",
    "LayerFigures",
    "ServiceFigures",
    "TodayFigures",
    "WholeFigures",
    "bandwidths",
    "coverage_page",
    "coverage_states",
    "data_page",
    "density",
    "heat",
    "layer_page",
    "layers_shown",
    "map_values",
    "month_classes",
    "months",
    "places",
    "points",
    "rejects",
    "service_page",
    "span",
    "today",
    "tree",
]

# Streamlit does not hash an argument whose name begins with an underscore: the release's key stands for the release.
_VIEWS_KEPT = 200
# One page asks for some eighty small tables, most of them months that the next page asks for too.
_TABLES_KEPT = 5000
_DENSITIES_KEPT = 12
_POINTS_KEPT = 20
_RELEASES_KEPT = 4


def tree(release: Release) -> Tree:
    """Return the areas of a release."""
    return _tree(release.key, release)


@st.cache_resource(max_entries=_RELEASES_KEPT, show_spinner=False)
def _tree(key: str, _release: Release) -> Tree:
    return grow_tree(areas.levels(_release), areas.area_table(_release))


def span(release: Release) -> tuple[str, str]:
    """Return the first and the last month that the data tell of, as texts such as ``2025-03``."""
    return _span(release.key, release)


@st.cache_data(max_entries=_RELEASES_KEPT, show_spinner=False)
def _span(key: str, _release: Release) -> tuple[str, str]:
    first = _release.as_of
    with connect(_release) as connection:
        for layer in EVENT_LAYERS:
            if _release.has(layer):
                row = connection.execute(f"SELECT min(found_at)::DATE FROM {layer}").fetchone()  # noqa: S608  our own names
                found: date | None = row[0] if row else None
                first = min(first, found) if found else first
    return f"{first:%Y-%m}", f"{_release.as_of:%Y-%m}"


def today(release: Release, view: View, scope: Scope) -> TodayFigures:
    """Return what the page Today shows."""
    return _today(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _today(key: str, _release: Release, view: View, scope: Scope) -> TodayFigures:
    acts = load_rules().privacy[scope.role].min_level == "grid"
    return figures.today_figures(_asker(_release, scope), layers_shown(_release), view, tree(_release), acts=acts)


def layer_page(release: Release, view: View, scope: Scope) -> LayerFigures:
    """Return what the page of the view's layer shows."""
    return _layer_page(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _layer_page(key: str, _release: Release, view: View, scope: Scope) -> LayerFigures:
    return figures.layer_figures(_asker(_release, scope), layers_shown(_release), view, tree(_release))


def service_page(release: Release, view: View, scope: Scope) -> ServiceFigures:
    """Return what the page Service shows beside the figures of its layer."""
    return _service_page(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _service_page(key: str, _release: Release, view: View, scope: Scope) -> ServiceFigures:
    return figures.service_figures(_asker(_release, scope), view)


def coverage_page(release: Release, view: View, scope: Scope) -> CoverageFigures:
    """Return what the page Coverage shows."""
    return _coverage_page(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _coverage_page(key: str, _release: Release, view: View, scope: Scope) -> CoverageFigures:
    return figures.coverage_figures(_asker(_release, scope), view, tree(_release))


def coverage_states(release: Release, view: View, scope: Scope) -> Protected:
    """Return the state of each grid of a view's area.

    Raises
    ------
    NotPermitted
        When the one who asks may not see single grids.
    """
    return _asker(release, scope)("states", view)


def map_values(release: Release, view: View, scope: Scope) -> Protected:
    """Return the values of a view's areas, for a map or a file."""
    return _asker(release, scope)("measure", view)


def _asker(release: Release, scope: Scope) -> Ask:
    return lambda measured, view: _seen(release.key, measured, release, view, scope)


@st.cache_data(max_entries=_TABLES_KEPT, show_spinner=False)
def _seen(key: str, measured: str, _release: Release, view: View, scope: Scope) -> Protected:
    return figures.seen(measured, _release, view, scope)


def points(release: Release, view: View, scope: Scope) -> pd.DataFrame | None:
    """Return the places of a view's records; None for those who may not see single points."""
    return _points(release.key, release, view, scope) if load_rules().privacy[scope.role].points else None


@st.cache_data(max_entries=_POINTS_KEPT, show_spinner=False)
def _points(key: str, _release: Release, view: View, scope: Scope) -> pd.DataFrame | None:
    return protect_points(records(_release, view), view, scope, release=_release)


def places(release: Release, area: str | None) -> pd.DataFrame:
    """Return the places (mediation rooms, police posts …) in an area."""
    return _places(release.key, release, area)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _places(key: str, _release: Release, area: str | None) -> pd.DataFrame:
    found = read_layer(_release, "places")
    known = tree(_release)
    inside = [known.holds(area, code if code in known.areas else None) for code in found["grid_id"]]
    return pd.DataFrame(found)[inside].reset_index(drop=True)


def months(release: Release, view: View, scope: Scope) -> tuple[str, ...]:
    """Return the months that the map of a view can be set to."""
    return _months(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _months(key: str, _release: Release, view: View, scope: Scope) -> tuple[str, ...]:
    first, last = span(_release)
    return figures.months_seen(_release, view, scope, first=first, last=last)


def bandwidths(release: Release, view: View, scope: Scope) -> tuple[int, ...]:
    """Return the bandwidths in metres that the map of a view can be set to."""
    return _bandwidths(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _bandwidths(key: str, _release: Release, view: View, scope: Scope) -> tuple[int, ...]:
    return figures.bandwidths_m(_release, view, scope)


def month_classes(
    release: Release, view: View, scope: Scope, *, measure_id: str, months: tuple[str, ...], theme: Theme
) -> Classes:
    """Return the classes of a measure that hold for all months, so that their maps can be compared.

    Parameters
    ----------
    view
        What is asked, in one of the months.
    """
    first = view.replace(period=Period(months[0]))
    return _month_classes(release.key, release, first, scope, measure_id, months, theme)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _month_classes(
    key: str, _release: Release, view: View, scope: Scope, measure_id: str, months: tuple[str, ...], theme: Theme
) -> Classes:
    first, *others = (map_values(_release, view.replace(period=Period(month)), scope) for month in months)
    return classes_of(first, measure_id, theme=theme, among=others)


def density(release: Release, view: View, scope: Scope, bandwidth_m: float = figures.USUAL_BANDWIDTH_M) -> Density:
    """Return the density of a view's records in events per km² and year."""
    return _density(release.key, release, view, scope, bandwidth_m)


# Never changed by anybody and large, so that all readers share one.
@st.cache_resource(max_entries=_DENSITIES_KEPT, show_spinner=False)
def _density(key: str, _release: Release, view: View, scope: Scope, bandwidth_m: float) -> Density:
    return figures.event_density(_release, view, scope, bandwidth_m=bandwidth_m)


def heat(
    release: Release, view: View, scope: Scope, *, bandwidth_m: float, theme: Theme, months: tuple[str, ...] = ()
) -> Heat:
    """Return the density of a view's records as it is drawn, in classes that hold for all of some months."""
    return _heat(release.key, release, view, scope, bandwidth_m, theme, months)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _heat(
    key: str,
    _release: Release,
    view: View,
    scope: Scope,
    bandwidth_m: float,
    theme: Theme,
    months: tuple[str, ...],
) -> Heat:
    shown = density(_release, view, scope, bandwidth_m)
    highest = [_highest(key, _release, view.replace(period=Period(month)), scope, bandwidth_m) for month in months]
    return heat_of(shown, theme=theme, highest=max(highest, default=None))


@st.cache_data(max_entries=_TABLES_KEPT, show_spinner=False)
def _highest(key: str, _release: Release, view: View, scope: Scope, bandwidth_m: float) -> float:
    return figures.highest_density(_release, view, scope, bandwidth_m=bandwidth_m)


def data_page(store: Store, release: Release, scope: Scope) -> DataFigures:
    """Return what the page Data shows of a release."""
    # Manifests and reports are small, and a report may come after its release: only what reads the layers is kept.
    return figures.data_figures(
        release, store.releases(), store.reports_behind(release), scope, compare=_compare, describe=_describe
    )


def _compare(before: Release | None, after: Release) -> tuple[LayerChange, ...]:
    return _changes("" if before is None else before.key, after.key, before, after)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _changes(key_before: str, key_after: str, _before: Release | None, _after: Release) -> tuple[LayerChange, ...]:
    return compare_releases(_before, _after)


def _describe(release: Release, releases: Sequence[Release]) -> tuple[LayerState, ...]:
    return _layers(release.key, tuple(one.number for one in releases), release, releases)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _layers(
    key: str, numbers: tuple[int, ...], _release: Release, _releases: Sequence[Release]
) -> tuple[LayerState, ...]:
    return describe_layers(_release, _releases)


def rejects(report: Report, scope: Scope) -> pd.DataFrame:
    """Return the rows of an import that were not loaded.

    Raises
    ------
    NotPermitted
        When the one who asks may not see them.
    """
    return _rejects(str(report.rejects), report.rejects_sha256 or "", scope, report)


@st.cache_data(max_entries=_RELEASES_KEPT, show_spinner=False)
def _rejects(path: str, sha256: str, scope: Scope, _report: Report) -> pd.DataFrame:
    return protect_rejects(_report, scope)
