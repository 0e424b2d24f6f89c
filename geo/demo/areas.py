"""The area layers of the demo, with codes and names, and where in them its truths were planted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.demo.addresses import find_spots
from geo.demo.geometry import make_land, to_lonlat
from geo.demo.incidents import hot_spot_middle, shared_border
from geo.demo.names import Names, name_grids, name_stations, name_villages, station_order, words
from geo.demo.population import populate
from geo.demo.records import County
from geo.demo.staff import Staff
from geo.demo.truths import load_truths


@dataclass(frozen=True)
class Planted:
    """Codes of the areas that the truths of one seed were planted in."""

    hot_spot: tuple[float, float]
    """Lon and lat of its middle."""
    hot_spot_grid: str
    slow_station: str
    vacant: dict[str, pd.Timestamp | None]
    """Grid → day since when it is vacant; None if it never had anybody."""
    shared: frozenset[str]
    over_size: frozenset[str]
    under_size: frozenset[str]
    border: tuple[str, str]
    """The two grids with points on their common border, smaller code first."""


@dataclass(frozen=True)
class Made:
    """The county and the names of its areas, in the order they were made."""

    county: County
    stations: Names
    villages: Names
    grids: Names


def make_county(seed: int) -> Made:
    """Make the land, its people and its names.

    Parameters
    ----------
    seed
        The same seed makes the same county.
    """
    people_rng, name_rng, spot_rng = np.random.default_rng([seed, 1]).spawn(3)
    truths = load_truths()
    land = make_land(np.random.default_rng(seed))
    population = populate(land, truths, people_rng)
    stations = name_stations(land)
    villages = name_villages(land, stations, name_rng)
    grids = name_grids(land, villages, population.kind.tolist())
    county = County(land, population, find_spots(land, spot_rng), truths, np.array(grids.code), station_order(land) + 1)
    return Made(county, stations, villages, grids)


def make_areas(made: Made) -> dict[str, gpd.GeoDataFrame]:
    """Lay out counties, stations, villages and grids as the store holds them, by code."""
    land, population = made.county.land, made.county.population
    county_id, name = words()["county"]["code"], words()["county"]["name"]
    counties = {"county_id": [county_id], "name": [name["zh"]], "name_en": [name["en"]]}
    station = {**_named("station_id", made.stations), "county_id": county_id}
    owner = np.array(made.stations.code)[land.layout.village_station]
    village = {**_named("village_id", made.villages), "station_id": owner}
    grid = {
        **_named("grid_id", made.grids),
        "village_id": np.array(made.villages.code)[land.layout.grid_village],
        "station_id": owner[land.layout.grid_village],
        "kind": population.kind,
    }
    figures = {
        name: pd.array(getattr(population, name), dtype="Int64") for name in ("residents", "floating", "households")
    }
    return {
        "counties": _layer(counties, [land.county]),
        "stations": _layer(station, land.stations),
        "villages": _layer(village, land.villages),
        "grids": _layer({**grid, **figures}, land.grids),
    }


def _named(key: str, names: Names) -> dict[str, object]:
    return {key: names.code, "name": names.zh, "name_en": names.en}


def _layer(columns: Mapping[str, object], shapes: Iterable[shapely.Geometry]) -> gpd.GeoDataFrame:
    plain = pd.DataFrame(columns)
    texts = {name: "str" for name in plain if plain[name].dtype != "Int64"}
    frame = gpd.GeoDataFrame(plain.astype(texts), geometry=list(shapes), crs="EPSG:4326")
    return frame.sort_values(frame.columns[0], ignore_index=True)


def planted_of(made: Made, staff: Staff) -> Planted:
    """Tell where the truths are, by code."""
    county, code = made.county, np.array(made.grids.code)
    lon, lat = to_lonlat(hot_spot_middle(county)[None])[0]
    slow = int(np.flatnonzero(county.station_place == county.truths.slow_station.station)[0])
    border, _ = shared_border(county)
    days = [None if pd.isna(day) else pd.Timestamp(day) for day in staff.vacant]
    return Planted(
        hot_spot=(float(lon), float(lat)),
        hot_spot_grid=str(code[county.population.seat_market]),
        slow_station=made.stations.code[slow],
        vacant=dict(zip(code[staff.vacant.index].tolist(), days, strict=True)),
        shared=frozenset(code[staff.shared].tolist()),
        over_size=frozenset(code[county.population.over_size].tolist()),
        under_size=frozenset(code[county.population.under_size].tolist()),
        border=(str(code[border[0]]), str(code[border[1]])),
    )
