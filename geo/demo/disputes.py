"""Disputes: from acceptance to settlement, transfer or failure, with return visits and repeats."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.demo.pauses import draw_pauses
from geo.demo.records import County, Records, Texts, draw_records
from geo.demo.terrain import Floats
from geo.demo.timing import NEVER, Days, later, log_normal, on_days
from geo.demo.truths import load_rates
from geo.rules import load_rules

LEVELS = ("village", "town", "county", "court")
CHANNELS = {"people": 0.66, "police": 0.2, "joint": 0.08, "lawyer": 0.04, "court": 0.02}


@dataclass(frozen=True)
class Course:
    """What became of each dispute: a day for each transition, and how it ended."""

    accepted_on: Days
    mediating_on: Days
    settled_on: Days
    transferred_on: Days
    failed_on: Days
    returned_on: Days
    due_on: Days
    settled_at: NDArray[np.object_]
    transfer: NDArray[np.object_]


def make_disputes(county: County, rng: np.random.Generator) -> tuple[Records, pd.DataFrame]:
    """Draw disputes, see what became of each, and let some come back.

    Returns
    -------
    tuple
        The records, and a frame of their other columns in the same order; ``repeat_of`` is a row number.
    """
    rates = load_rates()["disputes"]
    repeats = int(rates["records"] * rates["repeats"])
    first = draw_records("disputes", county, rng, count=rates["records"] - repeats)
    course = _run(first, county, rng)
    parents, again = _repeat(first, course, repeats, rng)
    records = again.after(first)
    second = vars(_run(again, county, rng))
    frame = pd.DataFrame({name: np.concatenate([days, second[name]]) for name, days in vars(course).items()})
    frame["repeat_of"] = pd.array([pd.NA] * len(first) + parents.tolist(), dtype="Int64")
    frame["channel"] = rng.choice(list(CHANNELS), len(records), p=list(CHANNELS.values()))
    frame.loc[frame["mediating_on"].isna(), "channel"] = None
    return records, pd.concat([frame, _pauses(frame, rng)], axis=1)


def _pauses(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw pauses and extensions, from a source of chance of their own."""
    accepted, given, *closing = (
        frame[name].to_numpy(dtype="datetime64[D]")
        for name in ("accepted_on", "due_on", "settled_on", "transferred_on", "failed_on")
    )
    due = np.where(np.isnat(given), accepted + np.timedelta64(load_rules().deadlines.mediation_days, "D"), given)
    # Each dispute ends in one way.
    ended = np.fmin.reduce(closing)
    return draw_pauses(accepted, ended, due, load_rates()["disputes"], rng.spawn(1)[0])


def _run(records: Records, county: County, rng: np.random.Generator) -> Course:
    rates, rules, count = load_rates()["disputes"], load_rules().deadlines, len(records)
    found = records.found_at.astype("datetime64[D]")
    accepted = later(found, rng.geometric(0.62, count) - 1.0)
    mediating = later(accepted, rng.geometric(0.5, count) - 1.0)
    days = log_normal(_median_days(records, county), rates["spread"], rng).clip(0, 900)
    outcome = rng.choice(list(rates["outcomes"]), count, p=list(rates["outcomes"].values()))
    ended = later(np.where(np.isnat(mediating), NEVER, accepted), np.maximum(days, _days(mediating - accepted)))
    settled, transferred, failed = (np.where(outcome == name, ended, NEVER) for name in rates["outcomes"])
    visited = later(settled, log_normal(np.full(count, 17.0), 0.35, rng))
    returned = np.where(rng.random(count) < rates["returned"], visited, NEVER)
    given = rng.random(count) < rates["due_given"]
    due = np.where(given, accepted + np.timedelta64(rules.mediation_days, "D"), NEVER)
    levels = _levels(days, rng)
    right = np.where(rng.random(count) < rates["right"], "right", "lapse")
    return Course(
        accepted,
        mediating,
        settled,
        transferred,
        failed,
        returned,
        due,
        _only_where(~np.isnat(settled), levels),
        _only_where(~np.isnat(transferred), right),
    )


def _only_where(chosen: NDArray[np.bool_], values: Texts) -> NDArray[np.object_]:
    texts = np.full(len(values), None, dtype=object)
    texts[chosen] = values[chosen]
    return texts


def _days(span: NDArray[np.timedelta64]) -> Floats:
    return np.nan_to_num(np.where(np.isnat(span), np.nan, span.astype(float)))


def _median_days(records: Records, county: County) -> Floats:
    rates, slow = load_rates()["disputes"], county.truths.slow_station
    factor = np.array([rates["classes"][name]["slow"] for name in records.classes.tolist()])
    station = county.land.grid_station[records.grid]
    # Stations differ a little by chance of the land, one of them by much: the planted one.
    own = 0.92 + 0.16 * ((station * 7) % 12) / 11
    own = np.where(county.station_place[station] == slow.station, slow.times, own)
    return np.asarray(rates["median_days"] * factor * own)


def _levels(days: Floats, rng: np.random.Generator) -> Texts:
    """Choose the level of settlement: what takes longer is settled higher up."""
    pressed = np.log1p(days) + rng.normal(0, 0.9, len(days))
    level = np.searchsorted([2.75, 4.1, 4.9], pressed)
    return np.array(LEVELS)[level]


def _repeat(
    first: Records, course: Course, count: int, rng: np.random.Generator
) -> tuple[NDArray[np.integer], Records]:
    """Let some settled disputes break out again at the same spot, in time to be known."""
    wait = rng.integers(5, load_rules().deadlines.repeat_days - 10, len(first))
    again_on = later(course.settled_on, wait.astype(float))
    parents = rng.permutation(np.flatnonzero(~np.isnat(again_on)))[:count]
    hours = np.full(24, 0.15) + np.exp(-0.5 * ((np.arange(24) - 14) / 4.0) ** 2)
    found = on_days(again_on[parents], hours / hours.sum(), rng)
    return parents, replace(first.take(parents), found_at=found)
