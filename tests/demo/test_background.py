"""Rivers, lakes, roads and towns lie where the land says."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.demo import Demo
from geo.demo.areas import Made
from geo.demo.geometry import to_metres


@pytest.fixture
def background(demo: Demo) -> gpd.GeoDataFrame:
    frame = demo.layers["background"]
    assert isinstance(frame, gpd.GeoDataFrame)
    return frame


def test_every_kind_is_there(background: gpd.GeoDataFrame) -> None:
    assert set(background["kind"]) == {"river", "road", "town", "water"}
    assert background.geometry.is_valid.all()


def test_nothing_leaves_the_county(background: gpd.GeoDataFrame, demo: Demo) -> None:
    county = demo.layers["counties"].geometry.iloc[0].buffer(1e-6)

    assert background.geometry.within(county).all()


def test_towns_lie_in_their_own_stations(background: gpd.GeoDataFrame, demo: Demo) -> None:
    towns = background[(background["kind"] == "town") & (background["rank"] == 2)]
    held = gpd.sjoin(towns, demo.layers["stations"], predicate="within")

    assert len(towns) == 9
    assert (held["name_left"] + "派出所" == held["name_right"]).all()


def test_lakes_are_the_grids_of_waters(background: gpd.GeoDataFrame, demo: Demo) -> None:
    grids = demo.layers["grids"]
    waters = shapely.union_all(grids.geometry[grids["kind"] == "waters"].array)
    lakes = shapely.union_all(background.geometry[background["kind"] == "water"].array)

    assert shapely.area(shapely.symmetric_difference(lakes, waters)) == pytest.approx(0, abs=1e-12)


def test_roads_come_to_every_town(made: Made, background: gpd.GeoDataFrame) -> None:
    roads = shapely.union_all(background.geometry[(background["kind"] == "road") & (background["rank"] < 3)].array)
    metres = shapely.transform(roads, to_metres)
    towns = shapely.points(np.array([town.centre for town in made.county.land.towns]))

    assert shapely.distance(metres, towns).max() < 250


def test_great_rivers_and_the_seat_have_names_in_both_languages(background: gpd.GeoDataFrame) -> None:
    named = background[background["name"].notna()]

    assert named["name_en"].notna().all()
    assert {"枫江", "枫林城", "枫湖水库"} <= set(named["name"])
