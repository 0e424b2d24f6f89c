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
    "DayKind",
    "Deadlines",
    "HotSpotRules",
    "PrivacyRule",
    "Provenance",
    "PublicNoise",
    "QuestionRules",
    "Rules",
    "StandingRules",
    "Target",
    "WorkloadRules",
    "load_rules",
    "rules_digest",
]

DayKind = Literal["calendar", "working"]
Good = Literal["high", "low"]
Provenance = Literal["dates", "counts", "rows"]


@dataclass(frozen=True)
class Deadlines:
    """Days within which something is to be done, and which days count: all, or those that are worked.

    ``repeat_days`` are always calendar days. With ``ends_on_workday`` a term that ends on a day off ends on the next
    workday.
    """

    mediation_days: int
    past_month_days: int
    return_visit_days: int
    repeat_days: int
    hazard_general_days: int
    hazard_major_days: int
    mediation_kind: DayKind
    past_month_kind: DayKind
    return_visit_kind: DayKind
    hazard_kind: DayKind
    ends_on_workday: bool


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
class PublicNoise:
    """How far a count that the public sees may lie beside the true one, and what is left open of one that is withheld.

    ``sd`` is the standard deviation of the noise and ``most`` its largest size, in records; of each withheld count at
    least ``values_left`` values stay possible.
    """

    sd: float
    most: int
    values_left: int


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
class QuestionRules:
    """From when on the data are asked about: a fall by a share, the last days of a month, how many records."""

    drop: float
    month_end_days: int
    least: int


@dataclass(frozen=True)
class HotSpotRules:
    """Months that say whether a hot spot is new or persistent; a persistent one is hot in this share of them."""

    months: int
    persistent: float


@dataclass(frozen=True, eq=False)
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
    questions: QuestionRules
    hot_spots: HotSpotRules
    repeat_min_households: int
    repeat_radius_m: float
    most_at_midnight: float
    reach_m: Mapping[str, float]
    map_shapes: int
    privacy: Mapping[str, PrivacyRule]
    public_noise: PublicNoise
    targets: Mapping[str, Target]
    codes: Mapping[str, Mapping[str, str]]


#: Repeats are told of grids with at least so many households: a guard, which no rule goes below.
_FEWEST_HOUSEHOLDS = 8
#: Of fewer months no trend can be told at 95 %.
_FEWEST_MONTHS = 4
#: With fewer, a withheld count could be told for certain.
# A full mark of a share is 1. What is merely counted is neither good nor bad, and nobody is to aim at it.
_FULL_SCORE = 100
_NO_TARGET = ("n", "reported", "discovered", "change")
_NO_TARGET_ON = ("reported_", "discovered_", "per_1000_", "class_", "subclass_")
_FEWEST_VALUES = 2
# The file of roles that comes with the product is an example; the trail tells of the one that is in use by itself.
_NO_RULES = "roles.toml"


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
    return _load(path or _delivered())


def rules_digest(folder: Path | None = None) -> str:
    """Return the SHA-256 over names and content of all files of rules as they are on the disk now.

    These are all that an office may change: rules, workdays, criteria, indicators, measures, code lists, words of
    persons and the rest of ``data/*.toml``. `Rules.hash`, which exports name, is of ``rules.toml`` alone.

    Parameters
    ----------
    folder
        Where they are; without one, those that come with the product.

    Raises
    ------
    GeoError
        When one can't be read.

    Examples
    --------
    >>> len(rules_digest())
    64
    """
    whole = hashlib.sha256()
    for path in sorted((folder or resource("rules.toml").parent).glob("*.toml")):
        if path.name == _NO_RULES:
            continue
        try:
            content = path.read_bytes()
        except OSError as error:
            raise GeoError(f"{path}: {error.strerror}. Remedy: let this account read the rules.") from error
        whole.update(f"{path.name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


@cache
def _delivered() -> Path:
    return resource("rules.toml")


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
        deadlines=_deadlines(raw["deadlines"]),
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
        map_shapes=int(raw["maps"]["shapes"]),
        standing=_standing(raw["standing"]),
        questions=QuestionRules(**raw["questions"]),
        hot_spots=_hot_spots(raw["hot_spots"]),
        repeat_min_households=_guarded(raw["repeats"]["min_households"]),
        repeat_radius_m=float(raw["repeats"]["radius_m"]),
        privacy=MappingProxyType({role: _privacy(rule) for role, rule in raw["privacy"].items()}),
        public_noise=_noise(raw["public"]),
        targets=MappingProxyType({name: _target(name, **target) for name, target in raw["targets"].items()}),
        codes=MappingProxyType({name: MappingProxyType(dict(patterns)) for name, patterns in raw["codes"].items()}),
    )


def _target(name: str, *, value: float, good: Good) -> Target:
    if name in _NO_TARGET or name.startswith(_NO_TARGET_ON):
        raise ValueError(f"[targets] {name} is a number of records, and has none")
    # A share is of 1, a score of 100: neither may be asked for whole.
    if not 0 < value < _FULL_SCORE or value == 1:
        raise ValueError(f"[targets] {name} is {value}: none is zero, and none is a full mark")
    return Target(value, good)


def _noise(raw: Mapping[str, Any]) -> PublicNoise:
    noise = PublicNoise(sd=float(raw["noise_sd"]), most=int(raw["noise_most"]), values_left=int(raw["values_left"]))
    if not (0 < noise.sd <= noise.most and noise.values_left >= _FEWEST_VALUES):
        raise ValueError(
            f"public: noise_sd must be above 0 and at most noise_most, and values_left at least {_FEWEST_VALUES}"
        )
    return noise


def _privacy(rule: Mapping[str, Any]) -> PrivacyRule:
    if rule["provenance"] not in get_args(Provenance):
        raise ValueError(f"provenance is {rule['provenance']!r}, not one of {', '.join(get_args(Provenance))}")
    return PrivacyRule(**rule)


def _deadlines(rule: Mapping[str, Any]) -> Deadlines:
    strange = [name for name, kind in rule.items() if name.endswith("_kind") and kind not in get_args(DayKind)]
    if strange:
        raise ValueError(f"[deadlines] {', '.join(strange)} must be one of {', '.join(get_args(DayKind))}")
    return Deadlines(**rule)


def _standing(rule: Mapping[str, Any]) -> StandingRules:
    if min(rule.values()) < 1:
        raise ValueError("[standing] holds numbers below 1")
    return StandingRules(**rule)


def _hot_spots(rule: Mapping[str, Any]) -> HotSpotRules:
    found = HotSpotRules(months=int(rule["months"]), persistent=float(rule["persistent"]))
    if found.months < _FEWEST_MONTHS or not 0 < found.persistent <= 1:
        raise ValueError(f"[hot_spots] months must be {_FEWEST_MONTHS} or more, and persistent above 0 and at most 1")
    return found


def _guarded(min_households: int) -> int:
    if min_households < _FEWEST_HOUSEHOLDS:
        raise ValueError(f"[repeats] min_households is {min_households}, and never below {_FEWEST_HOUSEHOLDS}")
    return min_households
