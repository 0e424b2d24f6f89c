"""Posts and the grids they look after over three years, with planted vacancies and posts that have too many grids."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.demo.records import County
from geo.demo.terrain import Ints
from geo.demo.timing import NEVER, calendar
from geo.rules import load_rules

HANDOVER = 0.38
"""Share of posts whose grids pass to another post within the three years."""
GAP = 0.45
"""Share of handovers that leave the grids without this post for some weeks."""
TEAMS = {  # role: fewest and most grids for a post, share of grids that have one, hours a week, letter
    "community_officer": (5, 7, 1.0, 40.0, "C"),
    "auxiliary_officer": (3, 4, 0.62, 40.0, "A"),
    "police_assistant": (2, 3, 0.28, 30.0, "P"),
    "grid_worker": (1, 2, 0.93, 35.0, "W"),
}


@dataclass(frozen=True)
class Staff:
    """Posts, assignments, and what was planted in them."""

    officers: pd.DataFrame
    assignments: pd.DataFrame
    vacant: pd.Series
    """Position of each vacant grid → day since when nobody that counts is assigned; NaT where nobody ever was."""
    shared: Ints
    """Positions of the grids whose only officer has too many."""


@dataclass(frozen=True)
class _Team:
    """Grids that one post after the other looks after."""

    role: str
    station: int
    grids: Ints


def make_staff(county: County, rng: np.random.Generator) -> Staff:
    """Assign posts to grids: one that counts for each grid, others beside it, and let posts change.

    Parameters
    ----------
    county
        Grids and the truths to plant.
    rng
        Source of all chance.
    """
    stretches = [_stretch(county, station) for station in range(len(county.station_place))]
    crowded = _crowded(stretches, county, rng)
    shared = np.concatenate(crowded)
    vacant = _vacancies(county, shared, rng)
    teams = [team for station in range(len(stretches)) for team in _teams(station, stretches[station], crowded, rng)]
    posts: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    for team in teams:
        for start, until in _tenures(team, rng):
            post_id = f"{TEAMS[team.role][4]}{county.station_place[team.station]:02d}-{len(posts) + 1:04d}"
            posts.append((post_id, team.role, team.station, TEAMS[team.role][3]))
            part = np.floor(1000 / len(team.grids)) / 1000  # shares of a post never add up to more than one
            rows += [(post_id, team.role, grid, start, until, part) for grid in team.grids.tolist()]
    officers = pd.DataFrame(posts, columns=["post_id", "role", "station", "hours_per_week"])
    columns = ["post_id", "role", "grid", "from_on", "until_on", "share"]
    return Staff(officers, _leave_vacant(pd.DataFrame(rows, columns=columns), vacant), vacant, np.sort(shared))


def _stretch(county: County, station: int) -> Ints:
    """List a station's grids so that neighbours in the list are mostly neighbours on the ground: village by village."""
    land = county.land
    grids = np.flatnonzero(land.grid_station == station)
    villages = land.layout.grid_village[grids]
    middles = np.array([land.grid_centres[grids[villages == village]].mean(axis=0) for village in villages])
    around = np.arctan2(*(middles - middles.mean(axis=0)).T)
    return grids[np.lexsort((grids, villages, around))]


def _crowded(stretches: list[Ints], county: County, rng: np.random.Generator) -> list[Ints]:
    """Choose runs of grids for the posts that have too many, each in another station."""
    truth = county.truths.shared
    chosen = []
    for station in rng.permutation(len(stretches))[: truth.posts]:
        start = int(rng.integers(0, len(stretches[station]) - truth.grids_each))
        chosen.append(stretches[station][start : start + truth.grids_each])
    return chosen


def _teams(station: int, stretch: Ints, crowded: list[Ints], rng: np.random.Generator) -> Iterator[_Team]:
    """Cut a station's grids into runs for posts of each role; crowded grids have nobody that counts but one officer."""
    alone = [grids for grids in crowded if np.isin(grids, stretch).all()]
    others = stretch[~np.isin(stretch, np.concatenate(alone))] if alone else stretch
    for role, (fewest, most, share, _, _) in TEAMS.items():
        if role == "community_officer":
            yield from (_Team(role, station, grids) for grids in alone)
        rest = stretch if role == "grid_worker" else others
        while len(rest):
            size = int(rng.integers(fewest, most + 1))
            if rng.random() < share:
                yield _Team(role, station, rest[:size])
            rest = rest[size:]


def _tenures(team: _Team, rng: np.random.Generator) -> Iterator[tuple[np.datetime64, np.datetime64]]:
    """Say from when to when posts look after a team's grids; the last one has no end."""
    first = calendar().days[0]
    start = first - np.timedelta64(int(rng.integers(0, 300)), "D")
    change = first + np.timedelta64(int(rng.integers(40, 1000)), "D")  # well before the last day
    if rng.random() > HANDOVER:
        yield start, NEVER
        return
    yield start, change
    gap = int(rng.integers(5, 60)) if rng.random() < GAP else 0
    yield change + np.timedelta64(gap, "D"), NEVER


def _vacancies(county: County, shared: Ints, rng: np.random.Generator) -> pd.Series:
    """Choose the grids that nobody looks after: lived-in ones, most of them in the country."""
    truth = county.truths.vacant
    lived_in = (county.population.households > 80) & np.isin(county.population.kind, ["village", "urban"])
    lived_in[shared] = False
    weight = lived_in * np.where(county.population.kind == "village", 1.0, 0.4)
    days = [np.datetime64(day, "D") for day in truth.since] + [NEVER] * truth.never
    grids = rng.choice(len(weight), len(days), replace=False, p=weight / weight.sum())
    return pd.Series(days, index=grids, dtype="datetime64[s]").sort_index()


def _leave_vacant(assignments: pd.DataFrame, vacant: pd.Series) -> pd.DataFrame:
    """End what counts in vacant grids on their day, and take out what began later or should never have been.

    Every other vacant grid loses its grid worker, too, so that nobody at all is left.
    """
    bare = assignments["grid"].isin(vacant.index[::2])
    counts = assignments["role"].isin(load_rules().coverage.counting_roles) & assignments["grid"].isin(vacant.index)
    counts |= bare
    since = assignments["grid"].map(vacant)
    gone = counts & (since.isna() | (assignments["from_on"] >= since))
    beyond = counts & (assignments["until_on"].isna() | (assignments["until_on"] > since))
    lasting = assignments.assign(until_on=assignments["until_on"].mask(beyond, since))[~gone]
    return _reach(lasting, vacant)


def _reach(assignments: pd.DataFrame, vacant: pd.Series) -> pd.DataFrame:
    """Let the last officer of a vacant grid stay until its very day, so that it is vacant for as long as it says."""
    officer = assignments[(assignments["role"] == "community_officer") & assignments["grid"].isin(vacant.index)]
    last = officer.sort_values("from_on").groupby("grid").tail(1)
    reached = assignments["until_on"].copy()
    reached.loc[last.index] = last["grid"].map(vacant)
    return assignments.assign(until_on=reached).reset_index(drop=True)
