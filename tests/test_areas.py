"""Areas of a release: levels, what lies in what, figures summed upwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo.areas import area_table, children_level, find_area, levels, parent
from geo.errors import LayerError, ViewError
from geo.store import Release, Store


def areas(key: str, rows: dict[str, tuple[float, float]], **columns: list[object]) -> gpd.GeoDataFrame:
    shapes = [box(west, 0, east, 0.01) for west, east in rows.values()]
    values = {key: list(rows), "name": [f"Name of {code}" for code in rows], **columns}
    return gpd.GeoDataFrame(values, geometry=shapes, crs=4326)


def publish(folder: Path, **layers: pd.DataFrame) -> Release:
    return Store(folder).publish(layers, as_of=date(2025, 12, 31), time_zone="Asia/Shanghai", title="Test")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return publish(
        tmp_path,
        counties=areas("county_id", {"C": (0, 0.04)}),
        stations=areas("station_id", {"S1": (0, 0.02), "S2": (0.02, 0.04)}, county_id=["C", "C"]),
        villages=areas("village_id", {"V1": (0, 0.02), "V2": (0.02, 0.04)}, station_id=["S1", "S2"]),
        grids=areas(
            "grid_id",
            {"G1": (0, 0.01), "G2": (0.01, 0.02), "G3": (0.02, 0.04)},
            village_id=["V1", "V1", "V2"],
            households=[100, 250, None],
        ),
    )


def test_levels_come_from_the_data(release: Release, tmp_path: Path) -> None:
    assert levels(release) == ("county", "station", "village", "grid")
    alone = publish(tmp_path / "alone", grids=areas("grid_id", {"G": (0, 1)}))
    assert levels(alone) == ("grid",)


def test_grids_know_all_that_is_above_them(release: Release) -> None:
    row = find_area(release, "G3")
    assert (row["village_id"], row["station_id"], row["county_id"]) == ("V2", "S2", "C")


def test_households_are_summed_upwards_and_stay_missing_where_none_are_known(release: Release) -> None:
    households = area_table(release).set_index("area_id")["households"]
    assert households[["V1", "S1", "C"]].tolist() == [350, 350, 350]
    assert households[["V2", "S2"]].isna().all()


def test_the_way_up_and_down(release: Release) -> None:
    assert [parent(release, area) for area in ("G1", "V1", "S1", "C")] == ["V1", "S1", "C", None]
    assert [children_level(release, area) for area in (None, "C", "S1", "V1", "G1")] == [
        "station",
        "station",
        "village",
        "grid",
        None,
    ]


def test_levels_that_are_not_there_are_skipped(tmp_path: Path) -> None:
    beats = publish(
        tmp_path,
        stations=areas("station_id", {"S1": (0, 0.02)}),
        grids=areas("grid_id", {"G1": (0, 0.02)}, station_id=["S1"]),
    )
    assert parent(beats, "G1") == "S1"
    assert children_level(beats, "S1") == "grid"


def test_an_area_of_a_hundredth_degree(release: Release) -> None:
    # On the equator of WGS84: 0.01° of longitude is 1113.195 m, 0.01° of latitude 1105.743 m.
    assert find_area(release, "G1")["area_km2"] == pytest.approx(1.113195 * 1.105743, rel=1e-4)


def two_provinces(*, province_id: Sequence[str | None] = (None, None, "P2")) -> dict[str, pd.DataFrame]:
    """Two provinces, the first with a city of two counties, the second with a county right below it."""
    told: dict[str, list[object]] = {"city_id": ["K", "K", None], "province_id": [*province_id]}
    return {
        "provinces": areas("province_id", {"P1": (0, 0.02), "P2": (0.02, 0.03)}),
        "cities": areas("city_id", {"K": (0, 0.02)}, province_id=["P1"]),
        "counties": areas("county_id", {"C1": (0, 0.01), "C2": (0.01, 0.02), "C3": (0.02, 0.03)}, **told),
        "grids": areas("grid_id", {"G1": (0, 0.01), "G3": (0.02, 0.03)}, station_id=["S1", "S3"], households=[7, 9]),
        "stations": areas("station_id", {"S1": (0, 0.01), "S3": (0.02, 0.03)}, county_id=["C1", "C3"]),
    }


def test_levels_above_the_county_come_from_the_data(tmp_path: Path) -> None:
    release = publish(tmp_path, **two_provinces())
    assert levels(release) == ("province", "city", "county", "station", "grid")
    assert [parent(release, area) for area in ("S1", "C1", "K", "P1", "C3")] == ["C1", "K", "P1", None, "P2"]
    assert [children_level(release, area) for area in (None, "P1", "K")] == ["province", "city", "county"]
    row = find_area(release, "G1")
    assert (row["county_id"], row["city_id"], row["province_id"]) == ("C1", "K", "P1")
    assert area_table(release).set_index("area_id")["households"][["P1", "K", "C1", "P2"]].tolist() == [7, 7, 7, 9]


def test_a_county_lies_where_its_city_does_whatever_else_it_says(tmp_path: Path) -> None:
    release = publish(tmp_path, **two_provinces(province_id=["P2", None, "P2"]))
    assert find_area(release, "C1")["province_id"] == find_area(release, "G1")["province_id"] == "P1"


def test_a_single_country_and_province_are_no_level_to_begin_with(tmp_path: Path) -> None:
    layers = two_provinces(province_id=["P1", "P1", "P1"])
    layers["provinces"] = areas("province_id", {"P1": (0, 0.03)}, country_id=["N"])
    layers["countries"] = areas("country_id", {"N": (0, 0.03)})
    assert children_level(publish(tmp_path, **layers), None) == "county"


def test_codes_of_levels_above_the_county_are_of_no_other_level(tmp_path: Path) -> None:
    layers = two_provinces()
    layers["stations"] = areas("station_id", {"S1": (0, 0.01), "P1": (0.02, 0.03)}, county_id=["C1", "C3"])
    layers["grids"]["station_id"] = ["S1", "P1"]
    with pytest.raises(LayerError, match="also codes of provinces, such as 'P1'"):
        publish(tmp_path, **layers)


def test_a_layer_above_may_come_later_than_the_counties(tmp_path: Path) -> None:
    layers = two_provinces()
    counties = layers.pop("counties")
    above = {name: layers.pop(name) for name in ("provinces", "cities")}
    first = publish(tmp_path, counties=counties[["county_id", "name", "geometry"]], **layers)
    assert not {"city_id", "province_id"} & set(first.layers["counties"].columns)
    second = publish(tmp_path, **above)
    assert second.layers["counties"] == first.layers["counties"]
    third = publish(tmp_path, counties=counties)
    assert parent(third, "C1") == "K"
    with pytest.raises(LayerError, match="point to cities that are not there"):
        publish(tmp_path / "alone", counties=counties[["county_id", "name", "city_id", "geometry"]])


def test_an_unknown_area_is_named(release: Release) -> None:
    with pytest.raises(ViewError, match="no area 'X'"):
        find_area(release, "X")
