"""Maps as folium elements of our own: nothing from a CDN, geometry fetched once by content hash, values sent alone.

On a page (the room itself never imports streamlit)::

    base = base_map(release, lang=lang, theme=theme)      # constant; make it anew for each run, never cache it
    values = value_layer(release, protected, "n", lang=lang, theme=theme, selected=view.area)
    clicked = st_folium(base, feature_group_to_add=[values, places_layer(places, lang=lang)],
                        returned_objects=RETURNED_OBJECTS, key="map", height=520, use_container_width=True)
    area_id = clicked_area(clicked)                        # None until an area is clicked
    st.html(legend_html(classes_of(protected, "n", theme=theme), "n", lang=lang, theme=theme))

The first layer of the list decides what is under the pointer. The map fits itself to ``protected.view.area`` when that
changes and keeps place and zoom otherwise.
"""
