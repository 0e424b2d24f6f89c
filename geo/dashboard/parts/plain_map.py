"""A map to look at alone: the county's base map with shapes of a file that is not in the store."""

from __future__ import annotations

from typing import Any

import folium
import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from geo.dashboard.frame import Frame
from geo.dashboard.theme import theme_name
from geo.maps import base_map
from geo.web.tokens import sign_address

__all__ = ["draw_shapes", "show_plain_map"]

# About ten metres: what is seen of an outline on a map of a county.
_SIMPLIFIED_DEGREES = 1e-4


def show_plain_map(frame: Frame, drawn: folium.FeatureGroup, *, key: str, height: int) -> None:
    """Show a layer over the base map of the frame's release; clicks and moves run nothing."""
    # A place of the map's height from the start: a button below does not jump away from a click when the map comes.
    with st.container(height=height, border=False, gap=None):
        st_folium(
            base_map(frame.release, lang=frame.language, theme=theme_name(), scope=frame.scope, sign=sign_address),
            feature_group_to_add=drawn,
            returned_objects=[],
            key=key,
            height=height,
            use_container_width=True,
        )


def draw_shapes(shapes: gpd.GeoSeries, *, simplified: bool = True, **style: Any) -> folium.GeoJson:  # noqa: ANN401  numbers, words and flags by name
    """Return shapes as a layer of folium.

    Parameters
    ----------
    shapes
        In EPSG:4326.
    simplified
        Whether outlines lose what nobody sees on a map of a county.
    style
        As Leaflet names it: ``color``, ``weight``, ``fill``, ``fillOpacity``.
    """
    drawn = shapes.simplify(_SIMPLIFIED_DEGREES, preserve_topology=True) if simplified else shapes
    return folium.GeoJson(drawn.to_json(), style_function=lambda _shape: style)
