"""The real files of a second city, through the shipped recipes; every count is worked out here from the raw files."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.intake import ImportReport, LayerReport, import_recipes
from geo.measures import summary
from geo.resources import resource
from geo.store import Release, Store, read_layer, read_rejects
from geo.view import Period, View
from tests.shared_files import SHARED, shared_file

FILES = SHARED / "data"
REQUESTS = FILES / "baltimore-311" / "311_sample.csv"
NEIGHBORHOODS = FILES / "baltimore-areas" / "neighborhoods.geojson"
DISTRICTS = FILES / "baltimore-areas" / "police_districts.geojson"
NAMES = ("city", "districts", "neighborhoods", "disputes", "hazards")
RECIPES = [resource("recipes", "baltimore", f"{name}.toml") for name in NAMES]
TYPES = resource("recipes", "baltimore", "shared", "request_types.toml")
MARYLAND = "EPSG:26985"  # the state's own plane, in metres; not the one that the product works in

Request = dict[str, str]
Imported = tuple[Release, ImportReport, Store]

# The classes in words, by what the city calls its types.
CLASSES = {
    ("disputes", "neighbours"): r"HCD-(Sanitation Property|Trees and Shrubs|Rodents|Abandoned Vehicle)|HLTH-EV Noise"
    r"|HLTH-Animal (Barking|Unsanitary|Failure to Restrain).*|TRS-.*Parking Complaint",
    ("disputes", "housing_homestead"): r"HCD-(Zoning|Overcrowding|CCE Building Permit).*",
    ("disputes", "property_management"): r"HCD-(Maintenance|Systems|OECS-No Heat|Bed Bugs|Insects).*",
    ("disputes", "pollution"): r"HLTH-EV (Odor|Dust)",
    ("disputes", "consumer"): r"HLTH-Food Facility.*",
    ("disputes", "business"): r"BCLB-.*",
    ("hazards", "fire"): r"FIR-Fire Code.*|HCD-Fire.*|WW-Hydrant Damaged",
    ("hazards", "building"): r"HCD-Vacant Building|SW-Boarding",
    ("hazards", "electrical"): r"TRC-.*|BGE-.*Cable.*|TRM-StLight (Damaged|Pole).*",
    ("hazards", "flood_landslide"): r"WW-.*(Leak|Basement|Overflow|Flooded|Choke|Hydrant Open|Erosion).*",
    ("hazards", "other"): r"SW-(Rat|Dirty|SIU|Cleaning|Fire Debris).*|HCD-Illegal Dumping|HLTH-EV Stagnant.*"
    r"|WW-.*(Discolored|Odor|Pollution).*|HLTH-Animal (Aggressive|Attack|Bite|Running|Wildlife).*",
    ("hazards", "road"): r"FOR-(?!Stump).*|BGE-StLight\(s\).*|TRT-Traffic Signal.*|TRS-Abandoned.*|WW-Surface.*"
    r"|WW-.*Cover.*|WW-Storm Damaged.*|HCD-Snow.*|TEC-(Footways Complaint|Street|Alley Reconstruction).*"
    r"|TRM-(Pothole|Pickup|Street (Repairs|Cut|Light)|Steel|Footways|Curb|Alleys|\(Handicap|Debris|Snow|Bridge).*"
    r"|TRM-(Guardrail|Sign).*",
}  # fmt: skip


def kind_of(request: Request) -> tuple[str, str] | None:
    """Return layer and class of a request, None for those that are neither; no type has two."""
    found = [kind for kind, words in CLASSES.items() if re.fullmatch(words, request["SRType"])]
    assert len(found) < 2, request["SRType"]
    return found[0] if found else None


def status(request: Request) -> str:
    """Return the state without what is added to it: Closed, Open, New, …"""
    return request["SRStatus"].split(" (")[0]


def is_double(request: Request) -> bool:
    return "(Duplicate)" in request["SRStatus"]


def is_transferred(request: Request) -> bool:
    return "(Transferred)" in request["SRStatus"]


def taken(requests: list[Request], layer: str) -> list[Request]:
    """Return the requests of a layer, by the rules in words."""
    return [
        one
        for one in requests
        if (kind_of(one) or ("",))[0] == layer
        and not is_double(one)
        and not (layer == "hazards" and is_transferred(one))
    ]


def is_old(request: Request) -> bool:
    """Tell whether a request was taken down in the old system: there its number is its id."""
    return request["SRRecordID"] == request["ServiceRequestNum"]


def clock(request: Request, column: str) -> datetime | None:
    """Return a moment as the city's clock showed it: the old system's are moved back by their distance from UTC."""
    if not request[column]:
        return None
    shown = datetime.strptime(request[column], "%m/%d/%Y %I:%M:%S %p")
    if not is_old(request):
        return shown
    return shown.replace(tzinfo=ZoneInfo("America/New_York")).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    """All rows of the raw file."""
    with shared_file("data", *REQUESTS.relative_to(FILES).parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def imported(requests: list[Request], tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The release that the shipped recipes make of the raw files."""
    store = Store(tmp_path_factory.mktemp("baltimore") / "store")
    report = import_recipes(RECIPES, store, files=FILES)
    release = store.current()
    assert release is not None
    return release, report, store


@pytest.fixture(scope="module")
def areas(requests: list[Request]) -> dict[str, gpd.GeoDataFrame]:
    """The raw areas, made valid in the state's plane."""
    raw = {"grids": gpd.read_file(NEIGHBORHOODS), "stations": gpd.read_file(DISTRICTS)}
    return {name: table.set_geometry(table.to_crs(MARYLAND).make_valid()) for name, table in raw.items()}


@pytest.fixture(scope="module")
def points(requests: list[Request]) -> gpd.GeoDataFrame:
    """Requests of both layers with coordinates of their own, in the state's plane."""
    loaded = pd.DataFrame(taken(requests, "disputes") + taken(requests, "hazards"))
    with_place = loaded[(loaded["Latitude"] != "") & (loaded["Latitude"] != "39")]
    lonlat = gpd.points_from_xy(with_place["Longitude"].astype(float), with_place["Latitude"].astype(float), crs=4326)
    return gpd.GeoDataFrame(with_place, geometry=lonlat).to_crs(MARYLAND)


def of_layer(report: ImportReport, name: str) -> LayerReport:
    return next(layer for layer in report.layers if layer.layer == name)


def rejects_of(imported: Imported, name: str) -> pd.DataFrame:
    return read_rejects(next(one for one in imported[2].reports(imported[0]) if one.name == name)).set_index("row")


def test_every_type_of_the_file_stands_in_the_shared_map_once(requests: list[Request]) -> None:
    with TYPES.open("rb") as file:
        shared = tomllib.load(file)
    named = [*shared["disputes"], *shared["hazards"], *(one for group in shared["left_out"].values() for one in group)]
    assert len({request["SRType"] for request in requests}) == 231
    assert Counter(named) == Counter({request["SRType"] for request in requests})


@pytest.mark.parametrize("layer", ["disputes", "hazards"])
def test_every_row_is_loaded_or_told(imported: Imported, requests: list[Request], layer: str) -> None:
    told = of_layer(imported[1], layer)
    assert told.rows_in == len(requests) == 10_000
    assert told.rows_loaded == told.records == len(taken(requests, layer))
    assert told.rows_loaded + sum(told.rejected.values()) + sum(told.left_out.values()) == 10_000
    assert len(rejects_of(imported, layer)) == told.rows_rejected


def test_every_row_is_in_one_layer_rejected_or_left_out_of_both(imported: Imported, requests: list[Request]) -> None:
    loaded = {name: set(read_layer(imported[0], name)["record_id"]) for name in ("disputes", "hazards")}
    fates = {name: rejects_of(imported, name)["fate"].to_dict() for name in loaded}
    for row, request in enumerate(requests, start=2):
        kind, number = kind_of(request), request["SRRecordID"]
        here = [name for name in loaded if number in loaded[name]]
        out = Counter(fates[name].get(row, "loaded") for name in loaded)
        if is_double(request):
            assert out == {"rejected": 2}
        elif kind is None:
            assert out == {"left out": 2}
        elif kind[0] == "hazards" and is_transferred(request):
            assert out == {"rejected": 1, "left out": 1}
        else:
            assert (here, out) == ([kind[0]], {"loaded": 1, "left out": 1})


@pytest.mark.parametrize("layer", ["disputes", "hazards"])
def test_counts_by_class_source_and_month_are_those_of_the_raw_file(
    imported: Imported, requests: list[Request], layer: str
) -> None:
    rows = read_layer(imported[0], layer)
    months = rows["found_at"].dt.strftime("%Y-%m")
    expected: Counter[tuple[str, str, str]] = Counter()
    for one in taken(requests, layer):
        kind, moment = kind_of(one), clock(one, "CreatedDate")
        found_inside = "Proactive" in one["SRType"] or one["MethodReceived"] == "Internal"
        assert kind is not None
        assert moment is not None
        expected[kind[1], "discovered" if found_inside else "reported", f"{moment:%Y-%m}"] += 1
    assert Counter(zip(rows["class"], rows["source"], months, strict=True)) == expected


def test_the_same_request_twice_is_rejected_as_such(imported: Imported, requests: list[Request]) -> None:
    doubles = sum(map(is_double, requests))
    assert doubles == 217
    for name in ("disputes", "hazards"):
        (count,) = [count for why, count in of_layer(imported[1], name).rejected.items() if "(Duplicate)" in why]
        assert count == doubles


def test_of_rejected_rows_that_are_nobody_s_business_only_the_number_is_kept(
    imported: Imported, requests: list[Request]
) -> None:
    for name in ("disputes", "hazards"):
        rejects = rejects_of(imported, name)
        kept = set(rejects["file: SRType"].dropna())
        at_fault = [one for one in requests if is_double(one) or (name == "hazards" and is_transferred(one))]
        assert kept == {one["SRType"] for one in at_fault if (kind_of(one) or ("",))[0] == name}
        assert not any(re.search("Youth|Student|Homeless|Petition", one) for one in kept)
        assert {"Address", "ZipCode", "Zip Codes"} <= set(of_layer(imported[1], name).columns_left_out)


def day(request: Request, column: str) -> pd.Timestamp | None:
    moment = clock(request, column)
    return None if moment is None else pd.Timestamp(moment).normalize()


def test_created_due_and_closed_are_the_transitions(imported: Imported, requests: list[Request]) -> None:
    rows = read_layer(imported[0], "disputes").set_index("record_id")
    for one in taken(requests, "disputes"):
        record = rows.loc[one["SRRecordID"]]
        closed = day(one, "CloseDate")
        assert record["found_at"] == clock(one, "CreatedDate")
        assert record["accepted_on"] == day(one, "CreatedDate")
        assert _same(record["due_on"], day(one, "DueDate"))
        assert _same(record["settled_on"], closed if one["SRStatus"] == "Closed" else None)
        assert _same(record["transferred_on"], closed if is_transferred(one) else None)
        assert record["transfer"] == "right" if is_transferred(one) else pd.isna(record["transfer"])


def test_a_hazard_is_removed_on_the_day_it_was_closed(imported: Imported, requests: list[Request]) -> None:
    rows = read_layer(imported[0], "hazards").set_index("record_id")
    for one in taken(requests, "hazards"):
        record = rows.loc[one["SRRecordID"]]
        assert record["found_at"] == clock(one, "CreatedDate")
        assert _same(record["due_on"], day(one, "DueDate"))
        assert _same(record["rectified_on"], day(one, "CloseDate"))
        assert (status(one) == "Closed") == pd.notna(record["rectified_on"])
    assert set(rows["grade"]) == {"general"}


def _same(found: Any, expected: pd.Timestamp | None) -> bool:  # noqa: ANN401 - a timestamp or a missing one
    return found is pd.NaT if expected is None else bool(found == expected)


def test_the_old_system_s_clock_was_taken_for_utc(requests: list[Request]) -> None:
    """The proof, in the raw file: dates without a time stand as many hours before midnight as New York is from UTC."""
    zone, hours_short = ZoneInfo("America/New_York"), Counter[float]()
    for one in requests:
        shown = datetime.strptime(one["CreatedDate"], "%m/%d/%Y %I:%M:%S %p")
        offset = shown.replace(tzinfo=zone).utcoffset()
        assert offset is not None
        if shown.minute == shown.second == 0:
            assert is_old(one)
            hours_short[24 - shown.hour + offset / timedelta(hours=1)] += 1
    # An hour more than the distance, in the week before the clock is put forward; a few fall on an hour by chance.
    assert (hours_short[0], hours_short[1], hours_short.total()) == (1_481, 19, 1_504)


def test_moved_back_people_work_and_phone_by_day(requests: list[Request]) -> None:
    moments = [moment for one in requests if (moment := clock(one, "CreatedDate")) is not None]
    midnights = [moment for moment in moments if (moment.hour, moment.minute, moment.second) == (0, 0, 0)]
    assert len(midnights) == 1_481
    assert not any(moment.weekday() == 6 for moment in midnights)
    assert _by_day(requests, old=True) == pytest.approx(_by_day(requests, old=False), abs=0.05)


def _by_day(requests: list[Request], *, old: bool) -> float:
    """Return the share of phone calls from 8 to 18 o'clock."""
    calls = [one for one in requests if one["MethodReceived"] == "Phone"]
    calls = [one for one in calls if is_old(one) is old]
    hours = [moment.hour for one in calls if (moment := clock(one, "CreatedDate")) is not None]
    return sum(8 <= hour < 18 for hour in hours) / len(hours)


def test_rows_at_a_placeholder_take_the_recorded_neighbourhood_and_say_so(
    imported: Imported, requests: list[Request]
) -> None:
    at_39 = Counter((one["Latitude"], one["Longitude"]) for one in requests if one["Latitude"] in ("", "39"))
    assert at_39 == {("", ""): 590, ("39", "-77"): 885, ("39", "-76"): 7}
    for layer in ("disputes", "hazards"):
        nowhere = [one for one in taken(requests, layer) if one["Latitude"] in ("", "39")]
        rows = read_layer(imported[0], layer).set_index("record_id").loc[[one["SRRecordID"] for one in nowhere]]
        told = ["recorded" if one["Neighborhood"] else "no_coordinates" for one in nowhere]
        assert rows["placed"].tolist() == told
        assert rows["grid_id"].fillna("").tolist() == [slug(one["Neighborhood"]) for one in nowhere]
        assert rows[["lon", "lat"]].isna().all(axis=None)
        unusable = of_layer(imported[1], layer).unusable
        assert unusable["empty"] == sum(one["Latitude"] == "" for one in nowhere)
        assert unusable["stands for no coordinates"] == sum(one["Latitude"] == "39" for one in nowhere)


def slug(name: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", name.lower()))


def test_points_lie_where_a_plain_join_puts_them(
    imported: Imported, points: gpd.GeoDataFrame, areas: dict[str, gpd.GeoDataFrame]
) -> None:
    joined = gpd.sjoin(points, areas["grids"][["name", "geometry"]], how="left")
    joined = joined[~joined.index.duplicated()]
    rows = pd.concat([read_layer(imported[0], name) for name in ("disputes", "hazards")]).set_index("record_id")
    found = rows.loc[joined["SRRecordID"], "grid_id"].fillna("").to_numpy()
    # Borders are straight in degrees here and in metres there: a handful of points may change sides, one was snapped.
    assert (found == joined["name"].fillna("").map(slug)).sum() >= len(joined) - 5
    outside = rows.loc[joined["SRRecordID"], "placed"] == "outside"
    assert outside.sum() == pytest.approx(joined["name"].isna().sum(), abs=2)


def test_agreement_with_the_recorded_areas_is_that_of_a_plain_join(
    imported: Imported, points: gpd.GeoDataFrame, areas: dict[str, gpd.GeoDataFrame]
) -> None:
    told = [one for name in ("disputes", "hazards") for one in of_layer(imported[1], name).agreements]
    for column, layer, recorded, about in (
        ("grid_id", "grids", "Neighborhood", 0.98),
        ("station_id", "stations", "PoliceDistrict", 0.99),
    ):
        joined = gpd.sjoin(points, areas[layer][["name", "geometry"]])
        joined = joined[~joined.index.duplicated() & (joined[recorded] != "")]
        here = [one for one in told if one.column == column]
        agree = sum(one.agree if one.within is None else one.within for one in here)
        assert sum(one.compared for one in here) == pytest.approx(len(joined), abs=3)
        assert agree == pytest.approx((joined[recorded] == joined["name"]).sum(), abs=5)
        assert agree / sum(one.compared for one in here) == pytest.approx(about, abs=0.01)
        assert sum(one.unknown for one in here) == 0


def test_invalid_polygons_are_repaired_and_listed(imported: Imported, areas: dict[str, gpd.GeoDataFrame]) -> None:
    for layer, path, count in (("stations", DISTRICTS, 1), ("grids", NEIGHBORHOODS, 2)):
        raw = gpd.read_file(path)
        broken = raw.loc[~shapely.is_valid(raw.geometry.to_numpy()), "name"].map(slug)
        assert len(broken) == count
        assert set(of_layer(imported[1], layer).repaired) == set(broken)
        assert len(read_layer(imported[0], layer)) == len(raw) == len(areas[layer])


def test_neighbourhoods_go_to_the_district_with_the_largest_share_and_are_listed_with_it(
    imported: Imported, areas: dict[str, gpd.GeoDataFrame]
) -> None:
    grids, stations = areas["grids"], areas["stations"]
    pairs = gpd.overlay(
        grids[["name", "geometry"]], stations[["name", "geometry"]], how="intersection", keep_geom_type=True
    )
    whole = grids.set_index(grids["name"].map(slug)).area
    pairs = pairs.assign(grid=pairs["name_1"].map(slug), station=pairs["name_2"].map(slug), m2=pairs.area)
    largest = pairs.sort_values("m2", ascending=False).drop_duplicates("grid").set_index("grid")
    share = largest["m2"] / whole[largest.index]
    (nesting,) = of_layer(imported[1], "grids").nestings
    assert read_layer(imported[0], "grids").set_index("grid_id")["station_id"].to_dict() == largest["station"].to_dict()
    assert {one.area: one.share for one in nesting.split} == pytest.approx(share[share < 0.99].to_dict(), abs=1e-3)
    assert nesting.split[0].area == "carrollton-ridge"
    assert (nesting.split[0].share, nesting.split[0].second_share) == pytest.approx((0.56, 0.44), abs=0.01)


@pytest.mark.parametrize(("layer", "days"), [("disputes", 30), ("hazards", 15)])
def test_open_and_overdue_on_the_last_day_are_those_of_the_raw_file(
    imported: Imported, requests: list[Request], layer: str, days: int
) -> None:
    release = imported[0]
    last = pd.Timestamp(release.as_of)
    in_grids = read_layer(release, layer).dropna(subset=["grid_id"])["record_id"]
    open_ones = [one for one in taken(requests, layer) if not one["CloseDate"] and one["SRRecordID"] in set(in_grids)]
    # Where the city gave no due date, the rules' term counts from the day it was found.
    due = [day(one, "DueDate") or day(one, "CreatedDate") + pd.Timedelta(days=days) for one in open_ones]  # type: ignore[operator]
    told = summary(release, View(Period(f"{last:%Y-%m}"), layer=layer, level="station", compare="none")).frame.iloc[0]
    assert told["open"] == len(open_ones) > 0
    assert told["overdue"] == sum(one < last for one in due) > 0


def test_the_release_says_what_it_is(imported: Imported, requests: list[Request]) -> None:
    release = imported[0]
    loaded = [*taken(requests, "disputes"), *taken(requests, "hazards")]
    last = max(day(one, column) for one in loaded for column in ("CreatedDate", "CloseDate") if one[column])  # type: ignore[type-var]
    assert (release.time_zone, release.made_up, release.as_of) == ("America/New_York", False, last.date())  # type: ignore[union-attr]
    assert "extract of 10,000" in release.title
    assert "10,000" in release.title_zh
    assert "not the figures of Baltimore" in release.note
    assert "extract of 10,000" in release.sources["hazards"]
    assert read_layer(release, "grids")[["residents", "households", "floating"]].isna().all(axis=None)
