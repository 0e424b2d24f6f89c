"""The rules that figures depend on: deadlines, sizes, roles, hours, thresholds and targets."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from geo.errors import GeoError
from geo.resources import resource

__all__ = [
    "CoverageRules",
    "Deadlines",
    "PrivacyRule",
    "Provenance",
    "Rules",
    "StandingRules",
    "Target",
    "WorkloadRules",
    "load_rules",
]

Good = Literal["high", "low"]
Provenance = Literal["dates", "counts", "rows"]


@dataclass(frozen=True)
class Deadlines:
    """Calendar days within which something is to be done."""

    mediation_days: int
    past_month_days: int
    return_visit_days: int
    repeat_days: int
    hazard_general_days: int
    hazard_major_days: int


@dataclass(frozen=True)
class CoverageRules:
    """Who counts for a covered grid, and from when on a post has too many grids."""

    counting_roles: tuple[str, ...]
    backup_posts: int
    max_grids_per_post: Mapping[str, int]


@dataclass(frozen=True)
class WorkloadRules:
    """Standard hours that records and households of a grid ask of its posts."""

    dispute_hours: float
    hazard_hours: float
    visit_hours: float
    visits_per_household_year: float


@dataclass(frozen=True)
class PrivacyRule:
    """What a role may see: counts from 1 to ``threshold - 1`` are withheld below nobody's eyes but its own.

    ``provenance`` is how much of the data's making it sees: dates alone, counts, or the rows that were not loaded too.
    """

    threshold: int
    min_level: str
    closed_periods: bool
    points: bool
    posts: bool
    min_bandwidth_m: float
    provenance: Provenance


@dataclass(frozen=True)
class Target:
    """A value to reach, and whether more or less of it is good."""

    value: float
    good: Good


@dataclass(frozen=True)
class StandingRules:
    """From how many expected records on an area has a standing, and with how many areas most alike it is compared."""

    least_records: int
    peers: int


@dataclass(frozen=True)
class Rules:
    """All rules of one version; ``hash`` is the SHA-256 of the text they were read from."""

    version: str
    hash: str
    deadlines: Deadlines
    grid_sizes: Mapping[str, tuple[int, int]]
    coverage: CoverageRules
    workload: WorkloadRules
    snap_tolerance_m: float
    alpha: float
    warn_days: int
    layer_days: Mapping[str, int]
    standing: StandingRules
    repeat_min_households: int
    most_at_midnight: float
    reach_m: Mapping[str, float]
    privacy: Mapping[str, PrivacyRule]
    targets: Mapping[str, Target]
    codes: Mapping[str, Mapping[str, str]]


#: Repeats are told of grids with at least so many households: a guard, which no rule goes below.
_FEWEST_HOUSEHOLDS = 8


def load_rules(path: Path | None = None) -> Rules:
    """Read rules from a TOML file; without a path, those that come with the product.

    Raises
    ------
    GeoError
        When the file can't be read, or a rule is missing or of the wrong kind.

    Examples
    --------
    >>> load_rules().grid_sizes["urban"]
    (300, 500)
    """
    return _load(path or resource("rules.toml"))


@cache
def _load(path: Path) -> Rules:
    text = path.read_bytes()
    try:
        return _read(tomllib.loads(text.decode("utf-8")), hashlib.sha256(text).hexdigest())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        problem = f"{path.name}: the rules can't be read: {error}"
        raise GeoError(f"{problem}. Remedy: compare with the rules delivered.") from error


def _read(raw: Mapping[str, Any], digest: str) -> Rules:
    coverage = raw["coverage"]
    return Rules(
        version=raw["version"],
        hash=digest,
        deadlines=Deadlines(**raw["deadlines"]),
        grid_sizes=MappingProxyType({kind: (int(low), int(high)) for kind, (low, high) in raw["grid_sizes"].items()}),
        coverage=CoverageRules(
            counting_roles=tuple(coverage["counting_roles"]),
            backup_posts=int(coverage["backup_posts"]),
            max_grids_per_post=MappingProxyType(dict(coverage["max_grids_per_post"])),
        ),
        workload=WorkloadRules(**raw["workload"]),
        snap_tolerance_m=float(raw["placement"]["snap_tolerance_m"]),
        alpha=float(raw["significance"]["alpha"]),
        warn_days=int(raw["freshness"]["warn_days"]),
        layer_days=MappingProxyType({name: int(days) for name, days in raw["freshness"]["layer_days"].items()}),
        most_at_midnight=float(raw["time_of_day"]["most_at_midnight"]),
        reach_m=MappingProxyType({kind: float(metres) for kind, metres in raw["reach"].items()}),
        standing=_standing(raw["standing"]),
        repeat_min_households=_guarded(raw["repeats"]["min_households"]),
        privacy=MappingProxyType({role: _privacy(rule) for role, rule in raw["privacy"].items()}),
        targets=MappingProxyType({name: Target(**target) for name, target in raw["targets"].items()}),
        codes=MappingProxyType({name: MappingProxyType(dict(patterns)) for name, patterns in raw["codes"].items()}),
    )


def _privacy(rule: Mapping[str, Any]) -> PrivacyRule:
    if rule["provenance"] not in get_args(Provenance):
        raise ValueError(f"provenance is {rule['provenance']!r}, not one of {', '.join(get_args(Provenance))}")
    return PrivacyRule(**rule)


def _standing(rule: Mapping[str, Any]) -> StandingRules:
    if min(rule.values()) < 1:
        raise ValueError("[standing] holds numbers below 1")
    return StandingRules(**rule)


def _guarded(min_households: int) -> int:
    if min_households < _FEWEST_HOUSEHOLDS:
        raise ValueError(f"[repeats] min_households is {min_households}, and never below {_FEWEST_HOUSEHOLDS}")
    return min_households
