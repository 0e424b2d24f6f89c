"""A page with a map, for the browser test: run by Streamlit, with the store of the environment."""

import os

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo import maps
from geo.access import scope_from_environment
from geo.measures import measure
from geo.privacy import protect
from geo.stats.density import kernel_density
from geo.store import Store
from geo.view import View
from geo.web.tokens import sign_address
from tests.maps.small import MARCH

PLACES = pd.DataFrame({"kind": ["police_post"], "name": ["哨所"], "lon": [120.005], "lat": [30.025]})
MEASURES = ["n", "per_1000_residents", "outlines"]

release = Store(os.environ["MAPLEGRID_STORE"]).current()
if release is None:
    st.stop()
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
shown = st.radio("Measure", MEASURES, horizontal=True)
area = "S2" if st.checkbox("Inside S2") else None
listed = ("G7", "G8") if st.checkbox("List") else ()
scope = scope_from_environment()
view = View(MARCH, area=area)
protected = protect(measure(release, view), view, scope)
layers = [
    maps.value_layer(
        release, protected, None if shown == "outlines" else shown, lang="en", focus=listed, sign=sign_address
    ),
    maps.places_layer(PLACES, lang="en"),
]
if shown == "outlines":
    # Two places ten seconds of arc apart: one cluster of five points from afar.
    points = pd.DataFrame({"lon": [120.015] * 3 + [120.0155] * 2, "lat": [30.015] * 5, "class": ["labour"] * 5})
    bounds = (120.0, 30.0, 120.03, 30.03)
    layers.append(maps.points_layer(points, lang="en"))
    density = kernel_density(points["lon"], points["lat"], bounds=bounds, bandwidth_m=300, period_days=31)
    layers.append(maps.heat_layer(maps.heat_of(density)))
clicked = st_folium(
    maps.base_map(release, lang="en", scope=scope, sign=sign_address),
    feature_group_to_add=layers,
    returned_objects=maps.RETURNED_OBJECTS,
    key="map",
    height=500,
    use_container_width=True,
)
st.text(f"runs {st.session_state['runs']}, clicked {maps.clicked_key(clicked)}")
