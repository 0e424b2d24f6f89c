"""The map: what it shows, the map itself in a fragment of its own, its legend, and what can be saved of it."""

from __future__ import annotations

from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

from geo.dashboard import cache
from geo.dashboard.frame import Frame, drill, go
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.charts import theme_name
from geo.dashboard.parts.downloads import show_downloads
from geo.dashboard.parts.shown import STATES, Shown, choose_shown, measure_label, shown_measures
from geo.dashboard.state import HEAT
from geo.dashboard.words import gettext as _
from geo.dashboard.words import speak
from geo.layers import EVENT_LAYERS
from geo.maps import (
    RETURNED_OBJECTS,
    base_map,
    clicked_key,
    heat_layer,
    heat_legend_html,
    legend_html,
    places_layer,
    points_layer,
    state_layer,
    state_legend_html,
    value_layer,
)
from geo.view import CLASS_LISTS

__all__ = ["draw_layers", "show_map"]

_HANDLED = "map_click_handled"


def show_map(frame: Frame, *, height: int, layers: tuple[str, ...] = ()) -> None:
    """Show the map of a frame.

    Parameters
    ----------
    frame
        What is asked.
    height
        Height of the map alone, in pixels.
    layers
        Layers of a view that the reader can switch between; none for no switch.
    """
    shown = choose_shown(frame)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if layers:
                _switch_layer(frame, shown, layers)
            _choose_measure(frame, shown)
            _choose_level(frame)
            st.space("stretch")
            show_downloads(frame, shown)
        _map_fragment(frame, shown, height)


def _switch_layer(frame: Frame, shown: Shown, layers: tuple[str, ...]) -> None:
    names = {"disputes": _("Disputes"), "hazards": _("Hazards"), "incidents": _("Incidents"), "coverage": _("Coverage")}
    options = [layer for layer in layers if layer in names]
    with_heat = frame.view.layer in EVENT_LAYERS
    st.session_state["map_layer"] = HEAT if shown.measure_id == HEAT else frame.view.layer

    def change() -> None:
        chosen = st.session_state["map_layer"]
        if chosen == HEAT:
            go(frame.state.replace(show=HEAT, listed=None))
        else:
            go(frame.state.replace(layer=chosen, show=None, listed=None))

    st.segmented_control(
        _("Shown on the map"),
        [*options, HEAT] if with_heat else options,
        key="map_layer",
        required=True,
        format_func=lambda option: _("Heat") if option == HEAT else names[option],
        label_visibility="collapsed",
        on_change=change,
    )


def _choose_measure(frame: Frame, shown: Shown) -> None:
    measures = [measure for measure in shown_measures(frame) if measure != HEAT]
    if shown.measure_id == HEAT or len(measures) < 2:
        return
    if shown.measure_id not in measures:
        measures = [shown.measure_id, *measures]
    st.session_state["map_measure"] = shown.measure_id
    st.selectbox(
        _("Measure"),
        measures,
        key="map_measure",
        format_func=lambda measure_id: measure_label(frame.view.layer, measure_id),
        label_visibility="collapsed",
        width=190,
        on_change=lambda: go(frame.state.replace(show=st.session_state["map_measure"], listed=None)),
    )


def _choose_level(frame: Frame) -> None:
    levels = frame.tree.levels_below(frame.view.area)
    if len(levels) < 2:
        return
    st.session_state["map_level"] = frame.view.level
    st.selectbox(
        _("Areas"),
        levels,
        key="map_level",
        format_func=level_title,
        label_visibility="collapsed",
        width=110,
        on_change=lambda: go(frame.state.replace(level=st.session_state["map_level"])),
    )


@st.fragment
def _map_fragment(frame: Frame, shown: Shown, height: int) -> None:
    # A fragment runs alone when a toggle is moved: the map alone is made again, in a run that has no language yet.
    speak(frame.language)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        points = _may_show_points(frame, shown) and st.toggle(_("Points"), key="map_points")
        places = frame.release.has("places") and st.toggle(_("Places"), key="map_places")
    layers, legends = draw_layers(frame, shown, points=bool(points), places=bool(places))
    clicked = st_folium(
        base_map(frame.release, lang=frame.language, theme=theme_name(), scope=frame.scope),
        feature_group_to_add=layers,
        returned_objects=RETURNED_OBJECTS,
        key="map",
        height=height,
        use_container_width=True,
    )
    for legend in legends:
        st.html(legend)
    _follow_click(frame, clicked)


def _may_show_points(frame: Frame, shown: Shown) -> bool:
    return shown.view.layer in EVENT_LAYERS and cache.points(frame.release, shown.view, frame.scope) is not None


def draw_layers(
    frame: Frame, shown: Shown, *, points: bool, places: bool
) -> tuple[list[folium.FeatureGroup], list[str]]:
    """Return the layers of a map and their legends; the layer of areas comes first."""
    theme, lang, release = theme_name(), frame.language, frame.release
    look: dict[str, Any] = {"lang": lang, "theme": theme}
    layers, legends = [], []
    if shown.measure_id == STATES:
        states = cache.coverage_states(release, shown.view, frame.scope)
        layers.append(state_layer(release, states, selected=shown.selected, **look))
        legends.append(state_legend_html(states, **look))
    else:
        values = cache.map_values(release, shown.view, frame.scope)
        measure_id = None if shown.measure_id == HEAT else shown.measure_id
        layers.append(value_layer(release, values, measure_id, selected=shown.selected, **look))
        if measure_id is not None:
            legends.append(legend_html(values, measure_id, **look))
    if shown.measure_id == HEAT:
        density = cache.density(release, shown.view, frame.scope)
        layers.append(heat_layer(density, theme=theme))
        legends.append(heat_legend_html(density, **look))
    if points:
        found = cache.points(release, shown.view, frame.scope)
        if found is not None and not found.empty:
            layers.append(points_layer(found, class_list=CLASS_LISTS[shown.view.layer] or "", **look))
    if places:
        layers.append(places_layer(cache.places(release, shown.view.area), **look))
    return layers, legends


def _follow_click(frame: Frame, clicked: dict[str, Any] | None) -> None:
    """Go to the area that was clicked, once for each click."""
    key = clicked_key(clicked)
    if key is None or key == st.session_state.get(_HANDLED):
        return
    st.session_state[_HANDLED] = key
    area_id, _click = key
    if area_id != frame.view.area and area_id in frame.tree.areas:
        drill(frame, area_id)
        st.rerun()
