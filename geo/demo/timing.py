"""When things happen: days by trend, season, week and feast, hours by class; and how long they take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.demo.terrain import Floats, Ints
from geo.demo.truths import load_rates

Days = NDArray[np.datetime64]
"""Days as datetime64[D]; NaT where something has not happened."""

Moments = NDArray[np.datetime64]
"""Moments as datetime64[ms]."""

NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Calendar:
    """The days that the demo tells of."""

    days: Days
    month: Ints
    """0 to 11."""
    weekday: Ints
    """0 is Monday."""
    feast: Floats
    """How close a day is to the Spring Festival: 1 in the feast week, 0 far from it."""

    @property
    def last(self) -> np.datetime64:
        """The day the data is of."""
        return np.datetime64(self.days[-1], "D")

    def months_since(self, start: date) -> Floats:
        """Count months from a day on, 0 before it."""
        return np.asarray(np.clip((self.days - np.datetime64(start, "D")).astype(float) / 30.44, 0, None))


@cache
def calendar() -> Calendar:
    """Make the calendar of data/demo/rates.toml."""
    rates = load_rates()
    first, last = np.datetime64(rates["first_day"], "D"), np.datetime64(rates["as_of"], "D")
    days = np.arange(first, last + 1)
    feasts = np.array(rates["spring_festivals"], dtype="datetime64[D]")
    after = (days[:, None] - feasts).astype(float)
    feast = np.where((after >= -3) & (after <= 7), 1.0, np.exp(-np.minimum(np.abs(after + 3), np.abs(after - 7)) / 6.0))
    return Calendar(
        days,
        days.astype("datetime64[M]").astype(np.int64) % 12,
        (days.astype(np.int64) + 3) % 7,
        feast.max(axis=1),
    )


def day_weights(rates: Mapping[str, Any], one: Mapping[str, Any], *, discovered: bool) -> Floats:
    """Weigh the days for a class of a layer.

    Parameters
    ----------
    rates, one
        What data/demo/rates.toml says of the layer and of the class.
    discovered
        Found on visits (working days) rather than reported.
    """
    known = calendar()
    week = load_rates()["discovered"]["weekdays"] if discovered else rates["weekdays"]
    season = np.array(one.get("months", [1.0] * 12))[known.month]
    trend = float(rates["trend_per_year"]) ** (np.arange(len(known.days)) / 365.0)
    feast = 1 - (0.75 if discovered else 0.25) * known.feast
    return np.asarray(season * np.array(week)[known.weekday] * trend * feast)


def hour_weights(peaks: Sequence[Sequence[float]]) -> Floats:
    """Weigh the 24 hours from peaks [hour, spread in hours, weight]; a little happens at any hour."""
    hours = np.arange(24) + 0.5
    weights = np.full(24, 0.012)
    for hour, spread, weight in peaks:
        apart = np.minimum(np.abs(hours - hour), 24 - np.abs(hours - hour))
        weights += weight * np.exp(-0.5 * (apart / spread) ** 2)
    return np.asarray(weights / weights.sum())


def draw_moments(weights: Floats, hours: Floats, count: int, rng: np.random.Generator) -> Moments:
    """Draw moments (datetime64[ms]) by weights of days and hours, to the minute."""
    day = rng.choice(calendar().days, count, p=weights / weights.sum())
    return on_days(day, hours, rng)


def on_days(days: Days, hours: Floats, rng: np.random.Generator) -> Moments:
    """Give days an hour and a minute."""
    minute = rng.choice(24, len(days), p=hours) * 60 + rng.integers(0, 60, len(days))
    moments: Moments = days.astype("datetime64[m]") + minute.astype("timedelta64[m]")
    return moments.astype("datetime64[ms]")


def later(days: Days, wait: NDArray[np.floating]) -> Days:
    """Return days after whole days of waiting; NaT if that is after the day the data is of."""
    then: Days = days + np.floor(wait).astype("timedelta64[D]")
    return np.where(then <= calendar().last, then, NEVER)


def log_normal(median: Floats, spread: float, rng: np.random.Generator) -> Floats:
    """Draw durations whose logarithms are normal."""
    return np.asarray(median * np.exp(spread * rng.standard_normal(len(median))))
