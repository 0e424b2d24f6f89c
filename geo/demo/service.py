"""Service at the door: households visited, volunteer groups, surveys and places, as counts per grid and month."""

import numpy as np
import pandas as pd

from geo.demo.names import Names, name_place
from geo.demo.records import County
from geo.demo.staff import Staff
from geo.demo.terrain import Floats, Ints
from geo.demo.timing import Days, calendar

VISITED_A_YEAR = 0.75
"""Visits a year for each household, about."""
GROUPS = 620
SCORES = {"security": 94.0, "satisfaction": 91.0}
WINTER = np.array([1.35, 0.7, 1.0, 1.0, 1.05, 1.1, 0.95, 0.9, 1.05, 1.0, 1.05, 1.25])
"""Before the Spring Festival and in summer's rains more is visited; during the festival less."""


def _months() -> Days:
    days = calendar().days
    return np.arange(days[0].astype("datetime64[M]"), days[-1].astype("datetime64[M]") + 1)


def make_visits(county: County, staff: Staff, rng: np.random.Generator) -> pd.DataFrame:
    """Count households visited and requests handled; a vacant grid is hardly visited any more."""
    months, households = _months(), county.population.households
    effort = rng.lognormal(0, 0.22, len(households))[:, None] * rng.lognormal(0, 0.12, (len(households), len(months)))
    effort *= WINTER[months.astype(np.int64) % 12] * np.linspace(0.92, 1.08, len(months))
    since = np.full(len(households), np.datetime64("2100-01-01", "D"))
    since[staff.vacant.index] = staff.vacant.fillna(pd.Timestamp("2000-01-01")).to_numpy().astype("datetime64[D]")
    effort *= np.where(months[None, :] >= since.astype("datetime64[M]")[:, None], 0.15, 1.0)
    visited = np.minimum(rng.poisson(households[:, None] * effort * VISITED_A_YEAR / 12), households[:, None])
    requests = rng.binomial(visited, 0.11) + rng.poisson(0.4, visited.shape)
    return pd.DataFrame(
        {
            "grid": np.repeat(np.arange(len(households)), len(months)),
            "month": np.tile(months, len(households)),
            "households_visited": visited.ravel(),
            "requests_handled": requests.ravel(),
        }
    )


def make_groups(county: County, rng: np.random.Generator) -> pd.DataFrame:
    """Count members and shifts of volunteer groups, some of which began later."""
    months, population = _months(), county.population
    chance = np.sqrt(population.households + 1.0)
    grid = np.sort(rng.choice(len(chance), GROUPS, replace=False, p=chance / chance.sum()))
    members = rng.integers(5, 32, GROUPS)
    begins = np.where(rng.random(GROUPS) < 0.7, 0, rng.integers(1, 30, GROUPS))
    row, column = np.nonzero(np.arange(len(months)) >= begins[:, None])
    today = np.maximum(members[row] + rng.integers(-2, 3, len(row)), 3)
    summer = np.where(np.isin(months[column].astype(np.int64) % 12, [0, 5, 6, 7]), 1.4, 1.0)
    return pd.DataFrame(
        {
            "group_id": np.char.add("G", np.char.zfill((row + 1).astype(str), 4)),
            "grid": grid[row],
            "month": months[column],
            "members": today,
            "shifts": rng.poisson(today * 0.7 * summer),
        }
    )


def make_surveys(county: County, rng: np.random.Generator) -> pd.DataFrame:
    """Ask each station's people every half-year; the slow station's are a little less satisfied."""
    halves = np.arange(np.datetime64("2023-01"), np.datetime64("2026-01"), 6)
    kinds = list(SCORES)
    station, kind, half = (axis.ravel() for axis in np.indices((len(county.station_place), len(kinds), len(halves))))
    typical = np.array([SCORES[name] for name in kinds])[kind] + rng.normal(0, 1.2, len(county.station_place))[station]
    slow = county.station_place[station] == county.truths.slow_station.station
    score = typical + 0.3 * half - 4.0 * (slow & (kind == 1)) + rng.normal(0, 0.5, len(station))
    return pd.DataFrame(
        {
            "station": station,
            "kind": np.array(kinds)[kind],
            "from_on": halves[half].astype("datetime64[D]"),
            "until_on": (halves[half] + 6).astype("datetime64[D]"),
            "respondents": rng.integers(280, 460, len(station)),
            "score": np.round(score.clip(0, 99.4), 1),
        }
    )


def make_designations(county: County) -> pd.DataFrame:
    """Name a few stations exemplary ones, one of which has lost it since."""
    n = len(county.station_place)
    named = [(0, "national", 2023, 2), (0, "provincial", 2021, 1), (3, "provincial", 2022, 2), (5, "city", 2022, None)]
    frame = pd.DataFrame(named, columns=["station", "level", "year", "batch"])
    withdrawn = pd.Series([pd.NaT, pd.NaT, pd.NaT, pd.Timestamp("2024-06-30")])
    frame = frame.assign(batch=frame["batch"].astype("Int64"), withdrawn_on=withdrawn)
    return frame[frame["station"] < n]


def make_places(county: County, villages: Names, rng: np.random.Generator) -> pd.DataFrame:
    """Set up mediation rooms, posts, windows, fire and patrol points, not yet placed in grids."""
    chosen = _place_grids(county, rng)
    spot = county.spots.draw(chosen["grid"].to_numpy(), rng)
    village = county.land.layout.grid_village[chosen["grid"]]
    again = chosen.assign(village=village).groupby(["kind", "village"]).cumcount() + 1
    rows = []
    for number, (kind, place, time) in enumerate(zip(chosen["kind"], village, again, strict=True), start=1):
        zh, en = name_place(kind, villages.zh[place], villages.en[place])
        rows.append((f"S{number:04d}", kind, f"{zh}{time}" if time > 1 else zh, f"{en} {time}" if time > 1 else en))
    frame = pd.DataFrame(rows, columns=["place_id", "kind", "name", "name_en"])
    return frame.assign(lon=spot[:, 0], lat=spot[:, 1])


def _place_grids(county: County, rng: np.random.Generator) -> pd.DataFrame:
    """Choose the grid of each place: one room or post in many villages, points in busy grids."""
    first = _busiest_of_each_village(county)
    urban = county.land.layout.village_urban == 1
    busy: Floats = county.population.weight
    chosen = {
        "mediation_room": first[rng.random(len(first)) < 0.62],
        "police_post": first[rng.random(len(first)) < 0.33],
        "service_window": first[rng.random(len(first)) < np.where(urban, 0.7, 0.12)],
        "fire_point": rng.choice(len(busy), 150, replace=False, p=busy / busy.sum()),
        "patrol_point": rng.choice(len(busy), 320, replace=False, p=busy / busy.sum()),
    }
    kind = np.repeat(list(chosen), [len(grids) for grids in chosen.values()])
    return pd.DataFrame({"kind": kind, "grid": np.concatenate(list(chosen.values()))})


def _busiest_of_each_village(county: County) -> Ints:
    village = county.land.layout.grid_village
    order = np.lexsort((-county.population.weight, village))
    return order[np.unique(village[order], return_index=True)[1]]
