"""The real files of a city, through the shipped recipes; every count is worked out here from the raw files alone."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter

import geopandas as gpd
import pandas as pd
import pytest

from geo.crs import areas_km2
from geo.intake import ImportReport, LayerReport, import_recipes
from geo.resources import resource
from geo.store import Release, Store, read_layer, read_rejects
from tests.shared_files import SHARED, shared_file

FILES = SHARED / "data"
CRIMES = FILES / "chicago-crimes" / "chicago_crimes_25k_2017_2019.csv"
BEATS = FILES / "chicago-police-areas" / "police_beats.geojson"
RECIPES = [resource("recipes", "chicago", f"{name}.toml") for name in ("crimes", "beats", "districts", "city")]

Crime = dict[str, str]
THEFT, FRAUD = {"THEFT", "BURGLARY", "MOTOR VEHICLE THEFT", "ROBBERY"}, {"DECEPTIVE PRACTICE"}
TAKEN = (*THEFT, *FRAUD, "NARCOTICS", "ASSAULT", "BATTERY")
NO_FRAUD = ("STOLEN PROP: BUY/RECEIVE/POS.", "THEFT BY LESSEE,MOTOR VEH", "THEFT BY LESSEE,NON-VEH",
            "THEFT OF LABOR/SERVICES", "THEFT OF LOST/MISLAID PROP")  # fmt: skip
OUT = ("UNAUTHORIZED VIDEOTAPING", "UNLAWFUL USE OF A COMPUTER", "UNLAWFUL USE OF RECORDED SOUND",
       "AGGRAVATED OF A CHILD", "DELIVER CANNABIS TO PERSON <18")  # fmt: skip


@pytest.fixture(scope="module")
def crimes() -> list[Crime]:
    """All rows of the raw file."""
    with shared_file("data", *CRIMES.relative_to(FILES).parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def imported(crimes: list[Crime], tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, ImportReport, Store]:
    """The release that the shipped recipes make of the raw files."""
    store = Store(tmp_path_factory.mktemp("chicago") / "store")
    report = import_recipes(RECIPES, store, files=FILES)
    release = store.current()
    assert release is not None
    return release, report, store


def taken(crimes: list[Crime]) -> list[Crime]:
    """Return the rows that are incidents, by the rules in words: the five preventions, no family, no minors."""
    return [
        crime
        for crime in crimes
        if crime["domestic"] == "False"
        and "DOMESTIC BATTERY" not in crime["description"]
        and crime["primary_type"] in TAKEN
        and crime["description"] not in OUT
    ]


def five(crime: Crime) -> str:
    if crime["primary_type"] in THEFT or crime["description"] in NO_FRAUD:
        return "theft"
    if crime["primary_type"] in FRAUD:
        return "fraud"
    return "drugs" if crime["primary_type"] == "NARCOTICS" else "conflict"


def of_layer(report: ImportReport, name: str) -> LayerReport:
    return next(layer for layer in report.layers if layer.layer == name)


def test_every_row_is_loaded_or_told(imported: tuple[Release, ImportReport, Store], crimes: list[Crime]) -> None:
    layer = of_layer(imported[1], "incidents")
    assert layer.rows_in == len(crimes) == 25_000
    assert layer.rows_loaded == layer.records == len(taken(crimes))
    assert layer.rows_loaded + layer.rows_rejected == 25_000
    assert layer.rejected == {}


def test_counts_by_class_and_year_are_those_of_the_raw_file(
    imported: tuple[Release, ImportReport, Store], crimes: list[Crime]
) -> None:
    incidents = read_layer(imported[0], "incidents")
    found = Counter(zip(incidents["class"], incidents["found_at"].dt.year, strict=True))
    assert found == Counter((five(crime), int(crime["date"].split()[0].split("/")[2])) for crime in taken(crimes))
    assert set(incidents["class"]) == {"theft", "fraud", "drugs", "conflict"}


def test_moments_are_those_of_the_city_s_clock(
    imported: tuple[Release, ImportReport, Store], crimes: list[Crime]
) -> None:
    incidents = read_layer(imported[0], "incidents").set_index("record_id")["found_at"]
    for crime in taken(crimes)[::997]:
        day, clock = crime["date"].split()
        month, number, year = map(int, day.split("/"))
        hour, minute = map(int, clock.split(":"))
        assert incidents[crime["id"]] == pd.Timestamp(year, month, number, hour, minute)


def test_no_domestic_violence_and_nothing_of_minors_gets_in(
    imported: tuple[Release, ImportReport, Store], crimes: list[Crime]
) -> None:
    loaded = set(read_layer(imported[0], "incidents")["record_id"])
    family = {crime["id"] for crime in crimes if crime["domestic"] == "True" or "DOMESTIC" in crime["description"]}
    minors = {crime["id"] for crime in crimes if crime["primary_type"] == "OFFENSE INVOLVING CHILDREN"}
    assert len(family) > 4_107
    assert not loaded & (family | minors)
    assert of_layer(imported[1], "incidents").left_out["domestic violence (domestic = True)"] == 4_107


def test_every_type_of_the_file_is_mapped_or_left_out_by_name(crimes: list[Crime]) -> None:
    with RECIPES[0].open("rb") as file:
        recipe = tomllib.load(file)["values"]["class"]
    assert {crime["primary_type"] for crime in crimes} == set(recipe["map"]) | set(recipe["left_out"])


def test_what_is_left_out_leaves_no_trace_but_its_row(imported: tuple[Release, ImportReport, Store]) -> None:
    report = next(one for one in imported[2].reports(imported[0]) if one.name == "incidents")
    rejects = read_rejects(report)
    assert len(rejects) == of_layer(imported[1], "incidents").rows_rejected
    assert rejects.drop(columns=["row", "fate", "column", "reason"]).isna().all(axis=None)
    assert "block" in report.payload["columns_left_out"]


def test_beats_and_districts_in_pieces_are_one_area_each(imported: tuple[Release, ImportReport, Store]) -> None:
    release, report, _ = imported
    codes = [feature["properties"]["BEAT_NUM"] for feature in json.loads(BEATS.read_text())["features"]]
    grids = read_layer(release, "grids").set_index("grid_id")
    assert isinstance(grids, gpd.GeoDataFrame)
    assert (len(codes), len(grids), len(read_layer(release, "stations"))) == (277, len(set(codes)), 23)
    assert of_layer(report, "grids").dissolved == {"3100": codes.count("3100")} == {"3100": 3}
    assert of_layer(report, "stations").dissolved == {"31": 3}
    assert grids.count_geometries()["3100"] == 3


def test_the_city_is_what_its_districts_cover(imported: tuple[Release, ImportReport, Store]) -> None:
    counties, stations = read_layer(imported[0], "counties"), read_layer(imported[0], "stations")
    assert isinstance(counties, gpd.GeoDataFrame)
    assert isinstance(stations, gpd.GeoDataFrame)
    assert list(counties["name"]) == ["Chicago"]
    assert areas_km2(counties.geometry).sum() == pytest.approx(areas_km2(stations.geometry).sum(), rel=1e-3)


def test_beats_lie_in_the_districts_that_they_record(imported: tuple[Release, ImportReport, Store]) -> None:
    (nesting,) = of_layer(imported[1], "grids").nestings
    assert (nesting.nested, nesting.disagreeing) == (275, ())


def test_the_share_that_agrees_with_the_city_is_that_of_a_plain_join(
    imported: tuple[Release, ImportReport, Store], crimes: list[Crime]
) -> None:
    table = pd.DataFrame(taken(crimes))
    points = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["longitude"].astype(float), table["latitude"].astype(float)), crs=4326
    )
    joined = gpd.sjoin(points, gpd.read_file(BEATS)[["BEAT_NUM", "DISTRICT", "geometry"]], how="inner")
    joined = joined[~joined.index.duplicated()]
    beat, district = of_layer(imported[1], "incidents").agreements
    assert beat.agree == pytest.approx((joined["beat"].str.zfill(4) == joined["BEAT_NUM"]).sum(), abs=40)
    assert district.agree == pytest.approx((joined["district"].str.zfill(2) == joined["DISTRICT"]).sum(), abs=40)
    assert beat.share == pytest.approx(0.906, abs=0.001)
    assert district.share == pytest.approx(0.984, abs=0.001)


def test_the_release_says_what_it_is(imported: tuple[Release, ImportReport, Store], crimes: list[Crime]) -> None:
    release = imported[0]
    assert (release.time_zone, release.made_up) == ("America/Chicago", False)
    assert release.as_of.isoformat() == "2019-09-29"
    assert "extract of 25,000" in release.title
    assert "25,000" in release.title_zh
    assert "extract of 25,000 rows" in release.sources["incidents"]
    assert "not all of them" in release.note
    grids = read_layer(release, "grids")
    assert grids[["residents", "households", "floating"]].isna().all(axis=None)
