"""Maps as folium elements of our own: nothing from a CDN, geometry fetched once by content hash, values sent alone.

On a page (the room itself never imports streamlit)::

    base = base_map(release, lang=lang, theme=theme)      # constant; make it anew for each run, never cache it
    values = value_layer(release, protected, "n", lang=lang, theme=theme, selected=view.area)
    clicked = st_folium(base, feature_group_to_add=[values, places_layer(places, lang=lang)],
                        returned_objects=RETURNED_OBJECTS, key="map", height=520, use_container_width=True)
    area_id = clicked_area(clicked)                        # None until an area is clicked
    st.html(legend_html(protected, "n", lang=lang, theme=theme))

The first layer of the list decides what is under the pointer. The map fits itself to ``protected.view.area`` when that
changes and keeps place and zoom otherwise. A level of more areas than the rules send as shapes comes as tiles that the
routes colour, with the same classes, legend and clicks.
"""

from geo.maps.base import base_map
from geo.maps.classify import Classes, classify
from geo.maps.elements import BASE_URL
from geo.maps.heat import Heat, heat_of
from geo.maps.layers import (
    RETURNED_OBJECTS,
    clicked_area,
    clicked_key,
    clusters_layer,
    heat_layer,
    heat_tiles,
    places_layer,
    points_layer,
    state_layer,
    value_layer,
)
from geo.maps.legend import heat_legend_html, legend_html, places_legend_html, state_legend_html
from geo.maps.palettes import Theme
from geo.maps.tiles import is_for_tiles
from geo.maps.values import classes_of, measure_title

__all__ = [
    "BASE_URL",
    "RETURNED_OBJECTS",
    "Classes",
    "Heat",
    "Theme",
    "base_map",
    "classes_of",
    "classify",
    "clicked_area",
    "clicked_key",
    "clusters_layer",
    "heat_layer",
    "heat_legend_html",
    "heat_of",
    "heat_tiles",
    "is_for_tiles",
    "legend_html",
    "measure_title",
    "places_layer",
    "places_legend_html",
    "points_layer",
    "state_layer",
    "state_legend_html",
    "value_layer",
]
