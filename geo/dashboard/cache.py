"""The only place with Streamlit's caches: figures by release, view and scope."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from geo import areas
from geo.access import Scope
from geo.dashboard import figures
from geo.dashboard.figures import Ask, CoverageFigures, TodayFigures, layers_shown
from geo.dashboard.tree import Tree, grow_tree
from geo.layers import EVENT_LAYERS
from geo.measures import records
from geo.privacy import Protected, protect_points
from geo.rules import load_rules
from geo.stats.density import Density
from geo.store import Release, connect, read_layer
from geo.view import View

__all__ = [
    "CoverageFigures",
    "TodayFigures",
    "coverage_page",
    "coverage_states",
    "density",
    "layers_shown",
    "map_values",
    "places",
    "points",
    "span",
    "today",
    "tree",
]

# Streamlit does not hash an argument whose name begins with an underscore: the release's key stands for the release.
_VIEWS_KEPT = 200
# One page asks for some eighty small tables, most of them months that the next page asks for too.
_TABLES_KEPT = 5000
_DENSITIES_KEPT = 20
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


@st.cache_data(max_entries=_DENSITIES_KEPT, show_spinner=False)
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


def density(release: Release, view: View, scope: Scope) -> Density:
    """Return the density of a view's records in events per km² and year."""
    return _density(release.key, release, view, scope)


@st.cache_data(max_entries=_DENSITIES_KEPT, show_spinner=False)
def _density(key: str, _release: Release, view: View, scope: Scope) -> Density:
    return figures.event_density(_release, view, scope)
