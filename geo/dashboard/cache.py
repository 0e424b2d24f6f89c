"""The only place with Streamlit's caches: figures by release, view and scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo import areas, figures
from geo.access import PUBLIC, Scope, require_area
from geo.figures import (
    Ask,
    CompareFigures,
    CoverageFigures,
    DataFigures,
    LayerFigures,
    PromisesFigures,
    ServiceFigures,
    StationsFigures,
    TodayFigures,
    WholeFigures,
    layers_shown,
)
from geo.figures.tree import Tree, grow_tree, shown_levels
from geo.layers import AREA_LEVELS, EVENT_LAYERS
from geo.maps import Classes, Heat, Theme, classes_of, heat_of
from geo.measures.parts import parts_of
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
from geo.store.public import is_open_to_public
from geo.view import Period, View

if TYPE_CHECKING:
    from geo.export.printed import MapAsked

__all__ = [
    "CompareFigures",
    "CoverageFigures",
    "DataFigures",
    "LayerFigures",
    "PromisesFigures",
    "ServiceFigures",
    "StationsFigures",
    "TodayFigures",
    "WholeFigures",
    "bandwidths",
    "compare_page",
    "compared",
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
    "printed_map",
    "promises_page",
    "rejects",
    "scorecard",
    "sees_grids",
    "service_page",
    "shows_points",
    "span",
    "stations_page",
    "today",
    "told_to_public",
    "tree",
    "untold_duties",
]

# Figures are frozen and changed by nobody: all readers share those of a view, instead of a copy each at every look.
# Streamlit does not hash an argument whose name begins with an underscore: the release's key stands for the release.
_VIEWS_KEPT = 200
_LEVELS = list(AREA_LEVELS)
# One page asks for some eighty small tables, most of them months that the next page asks for too.
_TABLES_KEPT = 5000
_DENSITIES_KEPT = 12
_RELEASES_KEPT = 4
_SHEETS_KEPT = 40
_SHEET_PIXELS = 1400


def tree(release: Release, scope: Scope | None = None) -> Tree:
    """Return the areas of a release: those of the levels that a scope may see, or all of them."""
    shown = areas.levels(release) if scope is None else shown_levels(release, scope)
    return _tree(release.key, shown, release)


@st.cache_resource(max_entries=2 * _RELEASES_KEPT, show_spinner=False)
def _tree(key: str, levels: tuple[str, ...], _release: Release) -> Tree:
    table = areas.area_table(_release)
    return grow_tree(levels, table[table["level"].isin(levels)])


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
    require_area(scope, release, view.area)
    return _today(release.key, release, view, scope)


@st.cache_resource(max_entries=_VIEWS_KEPT, show_spinner=False)
def _today(key: str, _release: Release, view: View, scope: Scope) -> TodayFigures:
    seen = tree(_release, scope)
    return figures.today_figures(_asker(_release, scope), layers_shown(_release), view, seen, acts=sees_grids(scope))


def sees_grids(scope: Scope) -> bool:
    """Tell whether a scope is told of single grids, and so of what to do in them."""
    return load_rules().privacy[scope.role].min_level == "grid"


def layer_page(release: Release, view: View, scope: Scope) -> LayerFigures:
    """Return what the page of the view's layer shows."""
    require_area(scope, release, view.area)
    return _layer_page(release.key, release, view, scope)


@st.cache_resource(max_entries=_VIEWS_KEPT, show_spinner=False)
def _layer_page(key: str, _release: Release, view: View, scope: Scope) -> LayerFigures:
    return figures.layer_figures(_asker(_release, scope), layers_shown(_release), view, tree(_release, scope))


def service_page(release: Release, view: View, scope: Scope) -> ServiceFigures:
    """Return what the page Service shows beside the figures of its layer."""
    require_area(scope, release, view.area)
    return _service_page(release.key, release, view, scope)


@st.cache_resource(max_entries=_VIEWS_KEPT, show_spinner=False)
def _service_page(key: str, _release: Release, view: View, scope: Scope) -> ServiceFigures:
    return figures.service_figures(_asker(_release, scope), view)


def coverage_page(release: Release, view: View, scope: Scope) -> CoverageFigures:
    """Return what the page Coverage shows."""
    require_area(scope, release, view.area)
    return _coverage_page(release.key, release, view, scope)


@st.cache_resource(max_entries=_VIEWS_KEPT, show_spinner=False)
def _coverage_page(key: str, _release: Release, view: View, scope: Scope) -> CoverageFigures:
    return figures.coverage_figures(_asker(_release, scope), view, tree(_release, scope))


def promises_page(release: Release, view: View, scope: Scope) -> PromisesFigures:
    """Return what the page Promises shows."""
    require_area(scope, release, view.area)
    return _promises_page(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _promises_page(key: str, _release: Release, view: View, scope: Scope) -> PromisesFigures:
    return figures.promises_figures(_asker(_release, scope), view, tree(_release, scope))


def untold_duties(release: Release, view: View, scope: Scope) -> tuple[str, ...]:
    """Return the duties of which the data do not tell, in the areas of the lowest level and in stations."""
    require_area(scope, release, view.area)
    return _untold_duties(release.key, release, view)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _untold_duties(key: str, _release: Release, view: View) -> tuple[str, ...]:
    return figures.untold_of(_release, view)


def compare_page(release: Release, view: View, scope: Scope) -> CompareFigures:
    """Return what the page Compare chooses from."""
    require_area(scope, release, view.area)
    return _compare_page(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _compare_page(key: str, _release: Release, view: View, scope: Scope) -> CompareFigures:
    return figures.compare_figures(_asker(_release, scope), view, tree(_release))


def compared(release: Release, view: View, scope: Scope) -> Protected:
    """Return the stations of a view's area, each beside its peer group."""
    require_area(scope, release, view.area)
    return _asker(release, scope)("compare", view)


def told_to_public(release: Release, view: View, scope: Scope) -> Mapping[str, Protected]:
    """Return what the public is told of all stations, by layer; nothing as long as it has been told of nothing.

    It is what anybody may see without signing in, protected for the public and for nobody else: the numbers of one's
    own station are no more exact in it than those of the others.
    """
    require_area(scope, release, view.area)
    if not is_open_to_public(release.root):
        return {}
    public = Scope(PUBLIC)
    return figures.told_to_public(_asker(release, public), layers_shown(release), view, release, public=public)


def stations_page(release: Release, view: View, scope: Scope) -> StationsFigures:
    """Return what the page Stations shows."""
    require_area(scope, release, view.area)
    return _stations_page(release.key, release, view, scope)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _stations_page(key: str, _release: Release, view: View, scope: Scope) -> StationsFigures:
    return figures.stations_figures(_asker(_release, scope), view)


def scorecard(release: Release, view: View, scope: Scope) -> Protected:
    """Return the scorecard of the areas of a view."""
    require_area(scope, release, view.area)
    return _asker(release, scope)("scorecard", view)


def coverage_states(release: Release, view: View, scope: Scope) -> Protected:
    """Return the state of each grid of a view's area.

    Raises
    ------
    NotPermitted
        When the one who asks may not see single grids.
    """
    require_area(scope, release, view.area)
    return _asker(release, scope)("states", view)


def map_values(release: Release, view: View, scope: Scope, *, measure_id: str | None = None) -> Protected:
    """Return the values of a view's areas, for a map or a file.

    Parameters
    ----------
    measure_id
        What the map shows, if nothing else of the table is asked for.
    """
    parts = None if measure_id is None else parts_of(view.layer, measure_id)
    return _asker(release, scope)(figures.only("measure", parts), view)


def _asker(release: Release, scope: Scope) -> Ask:
    return lambda measured, view: _seen(release.key, measured, release, view, scope)


@st.cache_resource(max_entries=_TABLES_KEPT, show_spinner=False)
def _seen(key: str, measured: str, _release: Release, view: View, scope: Scope) -> Protected:
    return figures.seen(measured, _release, view, scope)


def shows_points(release: Release, view: View, scope: Scope) -> bool:
    """Tell whether single points of a view's records may be shown, without a look at them."""
    return view.layer in EVENT_LAYERS and protect_points(pd.DataFrame(), view, scope, release=release) is not None


def places(release: Release, area: str | None, scope: Scope) -> pd.DataFrame:
    """Return the places (mediation rooms, police posts …) in an area, of which everybody knows.

    Raises
    ------
    NotPermitted
        When the area is not of the scope's own.
    """
    require_area(scope, release, area)
    return _places(release.key, release, area)


@st.cache_data(max_entries=_VIEWS_KEPT, show_spinner=False)
def _places(key: str, _release: Release, area: str | None) -> pd.DataFrame:
    found = read_layer(_release, "places")
    known = tree(_release)
    inside = [known.holds(area, code if code in known.areas else None) for code in found["grid_id"]]
    return pd.DataFrame(found)[inside].reset_index(drop=True)


def printed_map(release: Release, view: View, scope: Scope, asked: MapAsked) -> bytes:
    """Return a picture of a map on paper, as a PNG that is as wide as a screen."""
    require_area(scope, release, view.area)
    return _printed_map(release.key, release, view, scope, asked)


@st.cache_data(max_entries=_SHEETS_KEPT, show_spinner=False)
def _printed_map(key: str, _release: Release, view: View, scope: Scope, asked: MapAsked) -> bytes:
    from geo.export.printed import picture_of

    return picture_of(_release, view, scope, asked, width_px=_SHEET_PIXELS)


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
    views = [view.replace(period=Period(month)) for month in months]
    first, *others = (map_values(_release, one, scope, measure_id=measure_id) for one in views)
    return classes_of(first, measure_id, theme=theme, among=others)


def density(release: Release, view: View, scope: Scope, bandwidth_m: float = figures.USUAL_BANDWIDTH_M) -> Density:
    """Return the density of a view's records in events per km² and year."""
    require_area(scope, release, view.area)
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
