"""What is true of the demo on purpose, and how much happens: data/demo/truths.toml and rates.toml as typed values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any

from geo.resources import resource


@dataclass(frozen=True)
class HotSpot:
    """Records of a class that come on top, near a place, from a day on."""

    start: date
    radius_m: float
    per_day: float
    subclass: str


@dataclass(frozen=True)
class NearRepeat:
    """A share of the records of a subclass is followed by another near in space and time."""

    subclass: str
    within_m: float
    within_days: int
    share: float


@dataclass(frozen=True)
class SlowStation:
    """A station (place in the list of names, from 1) whose durations are multiplied."""

    station: int
    times: float


@dataclass(frozen=True)
class RisingFraud:
    """A subclass that grows from a day on."""

    subclass: str
    start: date
    growth_per_month: float


@dataclass(frozen=True)
class Vacant:
    """Days on which grids lost their last post that counts, and how many never had one."""

    since: tuple[date, ...]
    never: int


@dataclass(frozen=True)
class Shared:
    """Posts with more grids than the rules allow."""

    posts: int
    grids_each: int


@dataclass(frozen=True)
class Sized:
    """So many urban grids with households in a range outside the rules."""

    grids: int
    households: tuple[int, int]


@dataclass(frozen=True)
class Border:
    """Records that lie exactly on the common border of two grids."""

    records: int


@dataclass(frozen=True)
class Unplaced:
    """Records of every event layer near, far from, or without a place in the county."""

    snapped: int
    outside: int
    no_coordinates: int


@dataclass(frozen=True)
class Truths:
    """All truths that the demo is planted with."""

    hot_spot: HotSpot
    near_repeat: NearRepeat
    slow_station: SlowStation
    rising_fraud: RisingFraud
    vacant: Vacant
    shared: Shared
    over_size: Sized
    under_size: Sized
    border: Border
    unplaced: Unplaced
    words: Mapping[str, tuple[str, str]]
    """Name of a truth → what it says in English and in Chinese."""


@cache
def load_truths() -> Truths:
    """Read data/demo/truths.toml.

    Examples
    --------
    >>> load_truths().hot_spot.subclass
    'vehicle'
    """
    raw = tomllib.loads(resource("demo", "truths.toml").read_text(encoding="utf-8"))
    kinds = {field.name: field.type for field in fields(Truths) if field.name != "words"}
    values = {name: _read(kind, raw[name]) for name, kind in kinds.items()}
    return Truths(**values, words={name: (raw[name]["en"], raw[name]["zh"]) for name in kinds})


def _read(kind: Any, raw: Mapping[str, Any]) -> Any:  # noqa: ANN401  one reader for all the truths above
    named = {field.name for field in fields(kind)}
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items() if key in named}
    return kind(**values)


@cache
def load_rates() -> Mapping[str, Any]:
    """Read data/demo/rates.toml."""
    return tomllib.loads(resource("demo", "rates.toml").read_text(encoding="utf-8"))
