"""The only place with Streamlit's caches: figures by release, view and scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

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
from geo.layers import EVENT_LAYERS
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
    from streamlit.runtime.caching.cache_utils import CachedFunc

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

_VIEWS_KEPT = 200
# One page asks for some eighty small tables, most of them months that the next page asks for too.
_TABLES_KEPT = 5000
_DENSITIES_KEPT = 12
_RELEASES_KEPT = 4
_SHEETS_KEPT = 40
_SHEET_PIXELS = 1400
_KEYS: dict[str | type[Any], Callable[[Any], str]] = {Release: attrgetter("key")}
_P = ParamSpec("_P")
_R = TypeVar("_R")


def _shared(most: int) -> Callable[[Callable[_P, _R]], CachedFunc[_P, _R]]:
    """Keep so many results of a function: frozen and changed by nobody, all readers share them instead of copies."""
    return st.cache_resource(max_entries=most, show_spinner=False, hash_funcs=_KEYS)


def _copied(most: int) -> Callable[[Callable[_P, _R]], CachedFunc[_P, _R]]:
    """Keep so many results of a function that could be changed: each reader has a copy."""
    return st.cache_data(max_entries=most, show_spinner=False, hash_funcs=_KEYS)


def tree(release: Release, scope: Scope | None = None) -> Tree:
    """Return the areas of a release: those of the levels that a scope may see, or all of them."""
    shown = areas.levels(release) if scope is None else shown_levels(release, scope)
    return _tree(release, shown)


@_shared(2 * _RELEASES_KEPT)
def _tree(release: Release, levels: tuple[str, ...]) -> Tree:
    table = areas.area_table(release)
    return grow_tree(levels, table[table["level"].isin(levels)])


@_shared(_RELEASES_KEPT)
def span(release: Release) -> tuple[str, str]:
    """Return the first and the last month that the data tell of, as texts such as ``2025-03``."""
    first = release.as_of
    with connect(release) as connection:
        for layer in EVENT_LAYERS:
            if release.has(layer):
                row = connection.execute(f"SELECT min(found_at)::DATE FROM {layer}").fetchone()  # noqa: S608  our own names
                found: date | None = row[0] if row else None
                first = min(first, found) if found else first
    return f"{first:%Y-%m}", f"{release.as_of:%Y-%m}"


@_shared(_VIEWS_KEPT)
def today(release: Release, view: View, scope: Scope) -> TodayFigures:
    """Return what the page Today shows."""
    require_area(scope, release, view.area)
    seen = tree(release, scope)
    return figures.today_figures(_asker(release, scope), layers_shown(release), view, seen, acts=sees_grids(scope))


def sees_grids(scope: Scope) -> bool:
    """Tell whether a scope is told of single grids, and so of what to do in them."""
    return load_rules().privacy[scope.role].min_level == "grid"


@_shared(_VIEWS_KEPT)
def layer_page(release: Release, view: View, scope: Scope) -> LayerFigures:
    """Return what the page of the view's layer shows."""
    require_area(scope, release, view.area)
    return figures.layer_figures(_asker(release, scope), layers_shown(release), view, tree(release, scope))


@_shared(_VIEWS_KEPT)
def service_page(release: Release, view: View, scope: Scope) -> ServiceFigures:
    """Return what the page Service shows beside the figures of its layer."""
    require_area(scope, release, view.area)
    return figures.service_figures(_asker(release, scope), view)


@_shared(_VIEWS_KEPT)
def coverage_page(release: Release, view: View, scope: Scope) -> CoverageFigures:
    """Return what the page Coverage shows."""
    require_area(scope, release, view.area)
    return figures.coverage_figures(_asker(release, scope), view, tree(release, scope))


@_shared(_VIEWS_KEPT)
def promises_page(release: Release, view: View, scope: Scope) -> PromisesFigures:
    """Return what the page Promises shows."""
    require_area(scope, release, view.area)
    return figures.promises_figures(_asker(release, scope), view, tree(release, scope))


@_shared(_VIEWS_KEPT)
def untold_duties(release: Release, view: View, scope: Scope) -> tuple[str, ...]:
    """Return the duties of which the data do not tell, in the areas of the lowest level and in stations."""
    require_area(scope, release, view.area)
    return figures.untold_of(release, view)


@_shared(_VIEWS_KEPT)
def compare_page(release: Release, view: View, scope: Scope) -> CompareFigures:
    """Return what the page Compare chooses from."""
    require_area(scope, release, view.area)
    return figures.compare_figures(_asker(release, scope), view, tree(release))


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


@_shared(_VIEWS_KEPT)
def stations_page(release: Release, view: View, scope: Scope) -> StationsFigures:
    """Return what the page Stations shows."""
    require_area(scope, release, view.area)
    return figures.stations_figures(_asker(release, scope), view)


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
    return lambda measured, view: _seen(measured, release, view, scope)


@_shared(_TABLES_KEPT)
def _seen(measured: str, release: Release, view: View, scope: Scope) -> Protected:
    return figures.seen(measured, release, view, scope)


def shows_points(release: Release, view: View, scope: Scope) -> bool:
    """Tell whether single points of a view's records may be shown, without a look at them."""
    return view.layer in EVENT_LAYERS and protect_points(pd.DataFrame(), view, scope, release=release) is not None


@_copied(_VIEWS_KEPT)
def places(release: Release, area: str | None, scope: Scope) -> pd.DataFrame:
    """Return the places (mediation rooms, police posts …) in an area, of which everybody knows.

    Raises
    ------
    NotPermitted
        When the area is not of the scope's own.
    """
    require_area(scope, release, area)
    found = read_layer(release, "places")
    known = tree(release)
    inside = [known.holds(area, code if code in known.areas else None) for code in found["grid_id"]]
    return pd.DataFrame(found)[inside].reset_index(drop=True)


@_shared(_SHEETS_KEPT)
def printed_map(release: Release, view: View, scope: Scope, asked: MapAsked) -> bytes:
    """Return a picture of a map on paper, as a PNG that is as wide as a screen."""
    require_area(scope, release, view.area)
    from geo.export.printed import picture_of

    return picture_of(release, view, scope, asked, width_px=_SHEET_PIXELS)


@_shared(_VIEWS_KEPT)
def months(release: Release, view: View, scope: Scope) -> tuple[str, ...]:
    """Return the months that the map of a view can be set to."""
    first, last = span(release)
    return figures.months_seen(release, view, scope, first=first, last=last)


@_shared(_VIEWS_KEPT)
def bandwidths(release: Release, view: View, scope: Scope) -> tuple[int, ...]:
    """Return the bandwidths in metres that the map of a view can be set to."""
    return figures.bandwidths_m(release, view, scope)


def month_classes(
    release: Release, view: View, scope: Scope, *, measure_id: str, months: tuple[str, ...], theme: Theme
) -> Classes:
    """Return the classes of a measure that hold for all months, so that their maps can be compared.

    Parameters
    ----------
    view
        What is asked, in one of the months.
    """
    # The same in whichever of the months the view is.
    return _month_classes(release, view.replace(period=Period(months[0])), scope, measure_id, months, theme)


@_shared(_VIEWS_KEPT)
def _month_classes(
    release: Release, view: View, scope: Scope, measure_id: str, months: tuple[str, ...], theme: Theme
) -> Classes:
    views = [view.replace(period=Period(month)) for month in months]
    first, *others = (map_values(release, one, scope, measure_id=measure_id) for one in views)
    return classes_of(first, measure_id, theme=theme, among=others)


@_shared(_DENSITIES_KEPT)
def density(release: Release, view: View, scope: Scope, bandwidth_m: float = figures.USUAL_BANDWIDTH_M) -> Density:
    """Return the density of a view's records in events per km² and year."""
    require_area(scope, release, view.area)
    return figures.event_density(release, view, scope, bandwidth_m=bandwidth_m)


@_shared(_VIEWS_KEPT)
def heat(
    release: Release, view: View, scope: Scope, *, bandwidth_m: float, theme: Theme, months: tuple[str, ...] = ()
) -> Heat:
    """Return the density of a view's records as it is drawn, in classes that hold for all of some months."""
    shown = density(release, view, scope, bandwidth_m)
    highest = [_highest(release, view.replace(period=Period(month)), scope, bandwidth_m) for month in months]
    return heat_of(shown, theme=theme, highest=max(highest, default=None))


@_shared(_TABLES_KEPT)
def _highest(release: Release, view: View, scope: Scope, bandwidth_m: float) -> float:
    return figures.highest_density(release, view, scope, bandwidth_m=bandwidth_m)


def data_page(store: Store, release: Release, scope: Scope) -> DataFigures:
    """Return what the page Data shows of a release."""
    # Manifests and reports are small, and a report may come after its release: only what reads the layers is kept.
    return figures.data_figures(
        release, store.releases(), store.reports_behind(release), scope, compare=_changes, describe=_layers
    )


@_shared(_VIEWS_KEPT)
def _changes(before: Release | None, after: Release) -> tuple[LayerChange, ...]:
    return compare_releases(before, after)


@_shared(_VIEWS_KEPT)
def _layers(release: Release, releases: Sequence[Release]) -> tuple[LayerState, ...]:
    return describe_layers(release, releases)


def rejects(report: Report, scope: Scope) -> pd.DataFrame:
    """Return the rows of an import that were not loaded.

    Raises
    ------
    NotPermitted
        When the one who asks may not see them.
    """
    return _rejects(str(report.rejects), report.rejects_sha256 or "", scope, report)


@_copied(_RELEASES_KEPT)
def _rejects(path: str, sha256: str, scope: Scope, _report: Report) -> pd.DataFrame:
    return protect_rejects(_report, scope)
