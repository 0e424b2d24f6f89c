"""Gaps and overlaps of a file's areas: on a map, and in a table with their size."""

from __future__ import annotations

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.dashboard.frame import current_frame
from geo.dashboard.parts.plain_map import draw_shapes, show_plain_map
from geo.dashboard.parts.table import show_table
from geo.dashboard.theme import theme_name
from geo.intake.doctor import Diagnosis
from geo.intake.doctor.outlines import border_faults, outlines_found
from geo.maps.palettes import theme_colours
from geo.words import gettext as _
from geo.words.formats import count_text

__all__ = ["show_border_faults"]

_MOST_DRAWN = 500
_HEIGHT = 320
_MOST_LISTED = 9


def show_border_faults(diagnosis: Diagnosis) -> None:
    """Show where the areas of a file leave gaps or lie on each other, the largest first."""
    outlines = None if diagnosis.table is None else outlines_found(diagnosis.table, diagnosis.findings)
    if outlines is None:
        return
    faults = border_faults(outlines)
    with st.expander(_("Gaps and overlaps on the map"), icon=":material/map:"):
        left, right = st.columns(2, gap="small")
        with left:
            _show_map(outlines, faults)
        with right:
            _show_table(faults)


def _show_map(outlines: gpd.GeoDataFrame, faults: gpd.GeoDataFrame) -> None:
    colours, drawn = theme_colours(theme_name()), folium.FeatureGroup(name="borders")
    draw_shapes(outlines.geometry, color=colours.quiet_text, weight=1, fill=False).add_to(drawn)
    # A gap of a metre is nothing on a map of a county: a thick line makes it seen.
    wide = {"color": colours.accent, "weight": 5, "fillOpacity": 0.6}
    draw_shapes(faults.geometry.head(_MOST_DRAWN), simplified=False, **wide).add_to(drawn)
    show_plain_map(current_frame(), drawn, key="take-in-borders", height=_HEIGHT)


def _show_table(faults: gpd.GeoDataFrame) -> None:
    kinds = {"overlap": _("Overlap"), "gap": _("Gap"), "hole": _("Hole")}
    shown = pd.DataFrame(
        {
            _("What"): [kinds[kind] for kind in faults["kind"]],
            _("Rows of the file"): faults["rows"],
            _("m²"): faults["area_m2"].round(1),
            _("Width (m)"): faults["width_m"].round(2),
        }
    )
    show_table(shown, key="take-in-borders-table", alt=_("Gaps and overlaps on the map"), most=_MOST_LISTED)
    if len(faults) > _MOST_DRAWN:
        st.caption(_("The largest {n} are on the map.").format(n=count_text(_MOST_DRAWN)))
