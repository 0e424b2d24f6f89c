"""The plain page: records filtered by pandas, a choropleth by folium, all of it made anew at every change.

Run by ``streamlit run bench/plain_page.py`` with MAPLEGRID_STORE set; `bench.page` does.
"""

from __future__ import annotations

import os
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from bench.plain_figures import page as plain_figures
from bench.plain_figures import read_tables
from geo.store import Store
from geo.view import Period, View

_MONTHS = [f"{month:%Y-%m}" for month in pd.period_range("2025-01", "2025-12", freq="M")][::-1]


@st.cache_resource
def tables() -> dict[str, Any]:
    """Read the records once."""
    release = Store(os.environ["MAPLEGRID_STORE"]).current()
    if release is None:
        raise SystemExit("There is no release. Remedy: publish one with bench.county")
    return read_tables(release)


def draw(values: gpd.GeoDataFrame, month: str) -> folium.Map:
    """Draw the grids in the colours of their counts."""
    west, south, east, north = values.total_bounds
    drawn = folium.Map([(south + north) / 2, (west + east) / 2], zoom_start=9, tiles=None)
    shapes = values[["grid_id", "geometry", "n"]]
    coloured = folium.Choropleth(shapes, data=shapes, columns=["grid_id", "n"], key_on="feature.properties.grid_id")
    # The legend asks for D3 on the web, and without it nothing is drawn at all.
    if coloured.color_scale is not None:
        del coloured._children[coloured.color_scale.get_name()]
    coloured.add_to(drawn)
    # The bench looks for it to know which month is painted.
    folium.Marker([south, west], icon=folium.DivIcon(html=f'<span class="plain-mark">{month}</span>')).add_to(drawn)
    return drawn


month = st.sidebar.selectbox("Period", _MONTHS, index=_MONTHS.index("2025-11"))
source = st.sidebar.selectbox("Source", ["Both", "reported", "discovered"])
view = View(Period(month), layer="disputes", level="grid", source=None if source == "Both" else source)
values, (shown, months, classes) = plain_figures(tables(), view)
for column, figure in zip(st.columns(4), shown[0][:4], strict=True):
    column.metric("Disputes", figure)
st_folium(draw(values, month), key="map", height=500, use_container_width=True, returned_objects=[])
st.bar_chart(classes)
st.line_chart(pd.Series([len(one) for one in months]))
st.dataframe(values.drop(columns="geometry").head(500))
