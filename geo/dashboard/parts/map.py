"""The map: what it shows, the map itself in a fragment of its own, its legend, and what can be saved of it."""

from __future__ import annotations

from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

from geo.dashboard import cache
from geo.dashboard.frame import Frame, go
from geo.dashboard.parts.downloads import choose_saving, show_downloads
from geo.dashboard.parts.shown import (
    STATES,
    Shown,
    choose_shown,
    measure_label,
    month_text,
    shown_classes,
    shown_heat,
)
from geo.dashboard.parts.shown_controls import choose_level, choose_measure, switch_layer
from geo.dashboard.parts.steps import choose_bandwidth, choose_month
from geo.dashboard.state import PageState, drill_into
from geo.dashboard.theme import theme_name
from geo.layers import EVENT_LAYERS
from geo.maps import (
    RETURNED_OBJECTS,
    base_map,
    clicked_area,
    clusters_layer,
    heat_legend_html,
    heat_tiles,
    is_for_tiles,
    legend_html,
    places_layer,
    places_legend_html,
    state_layer,
    state_legend_html,
    value_layer,
)
from geo.measures.catalogue import HEAT
from geo.web.tokens import sign_address
from geo.words import gettext as _
from geo.words import speak

__all__ = ["draw_layers", "show_map"]

#: Of the map alone, in pixels; the same on every page, as the map stays from one to another.
_HEIGHT = 400
_MAP = "map"
_MOVED = "map_moved"


@st.fragment
def show_map(frame: Frame, *, layers: tuple[str, ...] = ()) -> None:
    """Show the map of a frame; moving it or a switch of its own makes nothing else on the page again.

    Parameters
    ----------
    frame
        What is asked.
    layers
        Layers of a view that the reader can switch between; none for no switch.
    """
    # A fragment that runs alone runs in a thread that has no language yet.
    speak(frame.language)
    if st.session_state.pop(_MOVED, False):
        st.rerun()
    shown = choose_shown(frame)
    with st.container(border=True, gap="xsmall", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if layers:
                switch_layer(frame, shown, layers, move=_move)
            else:
                st.markdown(f"### {measure_label(shown.view, shown.measure_id)}", anchors=False, width="content")
            st.space("stretch")
            saves = choose_saving(frame)
        # Always there, so that nothing below it has to be made again.
        with st.container(horizontal=True, gap="xsmall"):
            if saves:
                show_downloads(frame, shown)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            choose_measure(frame, shown, move=_move)
            if shown.measure_id == HEAT:
                choose_bandwidth(shown)
            choose_level(frame, move=_move)
            overlays = _choose_overlays(frame, shown)
        drawn, legends = draw_layers(frame, shown, points="points" in overlays, places="places" in overlays)
        # A place of the map's height from the start: nothing jumps when the map comes.
        with st.container(height=_HEIGHT, border=False, gap=None):
            st_folium(
                base_map(frame.release, lang=frame.language, theme=theme_name(), scope=frame.scope, sign=sign_address),
                feature_group_to_add=drawn,
                returned_objects=RETURNED_OBJECTS,
                key=_MAP,
                height=_HEIGHT,
                use_container_width=True,
                on_change=lambda: _follow_click(frame),
            )
        choose_month(shown)
        for legend in legends:
            st.html(legend)


def _move(state: PageState) -> None:
    """Go to a state from inside the fragment: the whole page has to follow."""
    go(state)
    st.session_state[_MOVED] = True


def _choose_overlays(frame: Frame, shown: Shown) -> list[str]:
    names = {}
    if _may_show_points(frame, shown):
        names["points"] = _("Points")
    if frame.release.has("places"):
        names["places"] = _("Places")
    if not names:
        return []
    return st.pills(
        _("Also on the map"),
        list(names),
        selection_mode="multi",
        key="map_overlays",
        format_func=names.__getitem__,
        label_visibility="collapsed",
    )


def _may_show_points(frame: Frame, shown: Shown) -> bool:
    return shown.view.layer in EVENT_LAYERS and cache.shows_points(frame.release, shown.view, frame.scope)


def draw_layers(
    frame: Frame, shown: Shown, *, points: bool, places: bool
) -> tuple[list[folium.FeatureGroup], list[str]]:
    """Return the layers of a map and their legends; the layer of areas comes first."""
    theme, lang, release, scope = theme_name(), frame.language, frame.release, frame.scope
    look: dict[str, Any] = {"lang": lang, "theme": theme}
    on_areas: dict[str, Any] = {**look, "selected": shown.selected, "focus": shown.focus, "sign": sign_address}
    dated: dict[str, Any] = {**look, "when": month_text(shown)}
    layers, legends = [], []
    if shown.measure_id == STATES:
        states = cache.coverage_states(release, shown.view, scope)
        layers.append(state_layer(release, states, **on_areas))
        legends.append(state_legend_html(states, **dated))
    else:
        measure_id = None if shown.measure_id == HEAT else shown.measure_id
        values = cache.map_values(release, shown.view, scope, measure_id=measure_id or "n")
        classes = shown_classes(frame, shown, theme=theme)
        layers.append(value_layer(release, values, measure_id, classes=classes, **on_areas))
        if measure_id is not None:
            legends.append(legend_html(values, measure_id, classes=classes, note=_values_note(frame, shown), **dated))
    if shown.measure_id == HEAT:
        heat = shown_heat(frame, shown, theme=theme)
        layers.append(heat_tiles(release, shown.view, scope, heat, sign=sign_address, **look))
        legends.append(heat_legend_html(heat, note=_scale_note(shown), **dated))
    if points:
        layers.append(clusters_layer(release, shown.records, scope, sign=sign_address, **look))
    if places:
        found = cache.places(release, shown.view.area, scope)
        layers.append(places_layer(found, **look))
        legends.append(places_legend_html(found["kind"], **look))
    return layers, legends


def _values_note(frame: Frame, shown: Shown) -> str:
    afar = _("From afar each pixel shows the mean of its areas")
    notes = (_scale_note(shown), afar if is_for_tiles(frame.release, shown.view.level) else "")
    return " · ".join(filter(None, notes))


def _scale_note(shown: Shown) -> str:
    return _("Same classes in every month") if shown.compared else ""


def _follow_click(frame: Frame) -> None:
    """Go to the area that was clicked, before the fragment runs: it would make the old area once more."""
    area_id = clicked_area(st.session_state.get(_MAP))
    if area_id is not None and area_id != frame.view.area and area_id in frame.tree.areas:
        _move(drill_into(frame.state, area_id, frame.tree))
