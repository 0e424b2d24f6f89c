"""Layers as streamlit_folium reads them: constant base, values alone, no markup from data, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import streamlit_folium as sf

from geo.access import Scope
from geo.errors import GeoError
from geo.maps import base_map, clicked_area, clicked_key, places_layer, points_layer, value_layer
from geo.maps.base import attribution, border_level
from geo.maps.elements import BaseMap, script_json
from geo.maps.geometry import geometry_layers
from geo.maps.symbols import place_symbol
from geo.store import Release
from tests.maps.small import NASTY, protected_disputes, publish_small


def base_script(base: BaseMap) -> str:
    base.get_root().render()
    return str(sf._get_map_string(base))


def layer_script(release: Release, layer: object) -> str:
    return str(sf._get_feature_group_string(layer, map=base_map(release, lang="en")))


def test_the_base_is_the_same_for_every_view(small: Release) -> None:
    first, second = (sf.generate_js_hash(base_script(base_map(small, lang="en")), "map") for _ in range(2))
    assert first == second
    assert first != sf.generate_js_hash(base_script(base_map(small, lang="zh_CN")), "map")


def test_a_page_asks_our_routes_alone(small: Release) -> None:
    base = base_map(small, lang="en")
    base.add_child(value_layer(small, protected_disputes(small), "n", lang="en"))
    page = base.get_root().render()
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", page) + re.findall(r"https?://[^\s\"']+", page)
    assert addresses
    assert all(address.startswith("../../maplegrid/assets/") for address in addresses)


def test_a_layer_carries_values_and_an_address_but_no_shapes(small: Release) -> None:
    script = layer_script(small, value_layer(small, protected_disputes(small), "n", lang="en"))
    assert re.search(r'"geometry":"../../maplegrid/geometry/[0-9a-f]{32}"', script)
    assert "120" not in script
    assert "G8" not in script


def test_text_from_data_ends_no_script_and_is_no_template(small: Release) -> None:
    places = pd.DataFrame({"kind": ["police_post"], "name": [NASTY], "lon": [120.0], "lat": [30.0]})
    script = layer_script(small, places_layer(places, lang="en"))
    assert "</script" not in script
    assert "{{" not in script
    assert "\\u003c/script\\u003e" in script
    page = base_map(small, lang="en").add_child(places_layer(places, lang="en")).get_root().render()
    assert "7 * 7" in page


def test_json_in_a_script_is_the_same_json(small: Release) -> None:
    import json

    content = {"a": NASTY, "b": {"c": {"d": [{}, "\u2028", "{%", "{#"]}}}
    assert json.loads(script_json(content)) == content
    assert not re.search(r"{[{%#]|[<>&\u2028]", script_json(content))


def test_points_carry_class_and_place_alone(small: Release) -> None:
    points = pd.DataFrame({"lon": [120.5], "lat": [30.25], "class": ["labour"], "record_id": ["SECRET"]})
    script = layer_script(small, points_layer(points, lang="en"))
    assert '"lon":[120500000],"lat":[30250000],"kinds":[0]' in script
    assert "SECRET" not in script
    assert "Labour" in script


def test_an_unknown_kind_of_place_is_named(small: Release) -> None:
    places = pd.DataFrame({"kind": ["kiosk"], "name": ["x"], "lon": [120.0], "lat": [30.0]})
    with pytest.raises(GeoError, match=r"column kind: unknown kiosk.*mediation_room"):
        places_layer(places, lang="en")


def test_every_kind_of_place_has_a_form_of_its_own() -> None:
    from geo.codes import code_list

    symbols = {place_symbol(kind) for kind in code_list("place_kind")}
    assert len(symbols) == len(code_list("place_kind"))


@pytest.mark.parametrize(
    "returned",
    [None, {}, {"last_active_drawing": None}, {"last_active_drawing": {"type": "Feature", "properties": {}}}],
)
def test_no_click_is_no_area(returned: dict[str, object] | None) -> None:
    assert clicked_area(returned) is None


def test_a_click_names_area_and_count() -> None:
    returned = {"last_active_drawing": {"properties": {"area_id": "G1", "level": "grid", "click": 3}}}
    assert clicked_key(returned) == ("G1", 3)


def test_each_source_is_named_once(small: Release) -> None:
    assert attribution(small, lang="en") == "Office of <Maps>"


@pytest.mark.parametrize(
    ("areas", "level"),
    [
        (("counties", "stations", "villages", "grids"), "station"),
        (("stations", "grids"), "station"),
        (("counties", "grids"), "county"),
        (("grids",), None),
    ],
)
def test_borders_are_those_of_stations_or_of_what_there_is_above_the_grids(
    tmp_path: Path, areas: tuple[str, ...], level: str | None
) -> None:
    release = publish_small(tmp_path, areas=areas)
    assert border_level(geometry_layers(release, Scope("planner"))) == level
    assert base_map(release, lang="en").get_root().render()
