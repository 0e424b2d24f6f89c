"""Levels above the county: what is told of a province is what would be told of a county that held all of it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from geo.areas import area_table
from geo.layers import UPPER_LEVELS
from geo.measures import measure, monthly, scorecard, summary
from geo.measures.rows import WHOLE
from geo.store import Release, Store, read_layer
from geo.view import Period, View

YEAR = Period("2025")
LAYERS = ("disputes", "hazards", "incidents", "coverage", "service")


@pytest.fixture(scope="module", params=["province", "city"])
def as_counties(country: Release, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Release:
    """The same country with each area of a level as one county, and nothing above."""
    level, areas = request.param, area_table(country)
    upper = gpd.GeoDataFrame(read_layer(country, {"province": "provinces", "city": "cities"}[level]))
    counties = upper.rename(columns={f"{level}_id": "county_id"})[["county_id", "name", "name_en", "geometry"]]
    held = areas[areas["level"] == "station"].set_index("area_id")[f"{level}_id"]
    stations = read_layer(country, "stations")
    layers = {
        name: read_layer(country, name)
        for name in country.layers
        if name not in ("countries", "provinces", "cities", "counties", "stations")
    }
    moved = {"counties": counties, "stations": stations.assign(county_id=stations["station_id"].map(held))}
    return Store(tmp_path_factory.mktemp(level)).publish(
        {**layers, **moved}, as_of=country.as_of, time_zone=country.time_zone, title=level
    )


def level_of(as_counties: Release) -> str:
    return as_counties.title


def figures(frame: pd.DataFrame) -> pd.DataFrame:
    # A grid is a hot spot among those of its own county, which is another in the two releases.
    spots = [name for name in frame if str(name).startswith("hot_")]
    return frame.drop(columns=["level", "name", "name_en", *spots]).reset_index(drop=True)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_figure_is_that_of_a_county_as_large(country: Release, as_counties: Release, layer: str) -> None:
    view = View(YEAR, layer=layer, level=level_of(as_counties))
    above = measure(country, view).frame
    below = measure(as_counties, view.replace(level="county")).frame
    assert len(above) >= 4
    # Rates, intervals, shares and medians too: from the records and denominators of all that lies inside.
    pd.testing.assert_frame_equal(figures(above), figures(below), rtol=1e-12)


@pytest.mark.parametrize("layer", ["disputes", "hazards", "incidents"])
def test_counties_sum_to_cities_provinces_and_the_country(country: Release, layer: str) -> None:
    held = area_table(country).set_index("area_id")
    counties = measure(country, View(YEAR, layer=layer, level="county")).frame
    names = [name for name, dtype in counties.dtypes.items() if dtype == "Int64"]
    for level in UPPER_LEVELS:
        above = measure(country, View(YEAR, layer=layer, level=level)).frame.set_index("area_id")
        group = counties["area_id"].map(held[f"{level}_id"])
        summed = counties[names].groupby(group.to_numpy()).sum(min_count=1)
        pd.testing.assert_frame_equal(above[names], summed.reindex(above.index), check_names=False)


def test_the_rate_of_a_province_has_the_residents_of_its_grids(country: Release) -> None:
    row = measure(country, View(YEAR, level="province")).frame.iloc[0]
    inside = area_table(country)
    inside = inside[(inside["level"] == "grid") & (inside["province_id"] == row["area_id"])]
    assert len(inside) == 256
    assert row["per_1000_residents"] == pytest.approx(1000 * row["n"] / inside["residents"].sum())


def test_a_row_is_the_summary_of_its_area_and_months_sum_to_it(country: Release) -> None:
    for level in ("province", "city"):
        row = measure(country, View(YEAR, level=level)).frame.iloc[[1]].reset_index(drop=True)
        area = View(YEAR, area=str(row["area_id"][0]))
        whole = summary(country, area).frame
        assert whole["level"].tolist() == [level]
        pd.testing.assert_frame_equal(row[whole.columns], whole, check_dtype=False)
        assert monthly(country, area).frame["n"].sum() == row["n"][0]


def test_one_country_is_the_whole(country: Release) -> None:
    whole = summary(country, View(YEAR)).frame
    assert whole["level"].tolist() == ["country"] != [WHOLE]


def test_surveys_and_promises_are_told_of_provinces(country: Release) -> None:
    view = View(YEAR, layer="service", level="province")
    assert measure(country, view).frame["survey_security_n"].tolist() == [100 * 64] * 4
    card = scorecard(country, View(YEAR, level="province")).frame
    assert card.groupby("area_id").size().nunique() == 1
    assert card["value"].notna().any()
