"""Maps of cities and provinces: shapes as few as a map can show, without gaps, for whoever may have them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.access import Scope
from geo.maps import value_layer
from geo.maps.base import base_options, border_level, geometry_url
from geo.maps.elements import Call
from geo.maps.geometry import geometry_layers, geometry_text, simplify_coverage
from geo.measures import measure
from geo.privacy import protect
from geo.store import Release, Store
from geo.view import Period, View


def test_the_public_has_shapes_down_to_villages(country: Release) -> None:
    assert geometry_layers(country, Scope("public")) == (
        "country",
        "province",
        "city",
        "county",
        "station",
        "village",
    )


def n_points(release: Release, level: str) -> int:
    told = json.loads(geometry_text(release, level, Scope("planner")))
    return sum(len(ring) // 2 for area in told["shapes"] for part in area for ring in part)


def test_provinces_have_as_many_points_as_a_map_can_show_and_no_gaps(tmp_path: Path) -> None:
    # Two degrees, cut by a border of 4,000 points that swerves by eleven metres.
    lat = np.linspace(30, 31, 4000)
    border = np.column_stack([121 + 1e-4 * np.sin(5000 * lat), lat])
    west = shapely.Polygon([(120, 30), *border, (120, 31)])
    east = shapely.Polygon([(122, 30), *border, (122, 31)])
    layers = {
        layer: gpd.GeoDataFrame(
            {f"{level}_id": [f"{level}1", f"{level}2"], "name": "x"}, geometry=[west, east], crs=4326
        )
        for level, layer in (("province", "provinces"), ("county", "counties"))
    }
    release = Store(tmp_path).publish(layers, as_of=date(2025, 12, 31), time_zone="Asia/Shanghai", title="Two")
    assert n_points(release, "province") < n_points(release, "county") / 10
    simplified = simplify_coverage(np.array([west, east]), tolerance_degrees=1 / 700)
    assert shapely.coverage_is_valid(simplified)
    assert shapely.area(shapely.union_all(simplified)) == pytest.approx(2.0)


def test_borders_that_are_always_on_are_those_of_stations_or_else_of_what_is_next_above() -> None:
    assert border_level(("country", "province", "county", "station", "grid")) == "station"
    assert border_level(("country", "province", "county", "grid")) == "county"
    assert border_level(("country", "province", "grid")) == "province"


@pytest.mark.parametrize(("level", "below"), [("province", "city"), ("city", "county"), ("county", None)])
def test_above_the_county_a_map_names_the_shapes_of_the_next_step(
    country: Release, level: str, below: str | None
) -> None:
    planner, view = Scope("planner"), View(Period("2025-11"), layer="disputes", level=level)
    values = protect(measure(country, view, parts=("number",)), view, planner)
    (call,) = value_layer(country, values, "n", lang="en", base_url="")._children.values()
    assert isinstance(call, Call)
    assert json.loads(call.json).get("next") == (None if below is None else geometry_url(country, below, planner, ""))


def test_a_country_s_map_is_not_hidden_below_borders(country: Release) -> None:
    # Of 4 provinces, 16 cities, 64 counties and 256 stations the lowest with no more than 200.
    planner = Scope("planner")
    options = base_options(country, lang="en", theme="light", scope=planner, base_url="")
    assert options["borders"] == geometry_url(country, "county", planner, "")
