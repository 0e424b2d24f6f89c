"""The indicators of the three promises: which measure each is, what it is a share or a rate of, and when it is told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from geo.measures.catalogue import Measure, describe
from geo.resources import resource

__all__ = ["INDICATORS", "PROMISES", "Indicator"]

Kind = Literal["share", "rate", "median", "score", "clustered", "whole"]


@dataclass(frozen=True)
class Indicator:
    """What a line of the scorecard is; data/promises.toml says what each field means.

    Parameters
    ----------
    id
        Name of the indicator.
    promise
        One of `PROMISES`.
    layer, measure
        The measure that it is.
    kind
        How its interval is told: ``share``, ``rate``, ``median``, ``score``, ``clustered`` or ``whole``.
    denominator
        Count column that it is out of, or ``residents`` or ``households``.
    numerator
        Count column of the share or the rate; None for one that is worked out from the share.
    per
        A rate is told for so many at risk.
    source
        The one source that it is told of; None for both, of which none adds up reported and discovered records.
    count
        Class of incidents that it is the rate of.
    terms
        Deadlines, by their names in the rules, that have to be over for what it tells.
    told_late
        Whether the terms of all records have to be over by the last day asked for, at whose end states are told.
    target_per
        ``year`` for a target that no shorter period is measured by.
    effort
        Columns of the visiting effort that its figure is told beside: where it counts records, and everywhere.
    overdispersed
        Whether its counts are sums of visits, which vary more than single events: the variance is estimated.
    is_counted
        Whether what it says of the day is counted, and not met by chance: its target needs no interval, however few.
    """

    id: str
    promise: str
    layer: str
    measure: str
    kind: Kind
    denominator: str
    numerator: str | None = None
    per: int = 1000
    source: str | None = None
    count: str | None = None
    terms: tuple[str, ...] = ()
    told_late: bool = False
    target_per: Literal["year"] | None = None
    effort: tuple[str, ...] = ()
    overdispersed: bool = False
    is_counted: bool = False

    @property
    def scale(self) -> int:
        """What a rate is multiplied by; 1 for all others."""
        return self.per if self.kind == "rate" else 1

    @property
    def meaning(self) -> Measure:
        """The measure that it is: words, unit, formula, and which way is good."""
        return describe(self.layer, self.measure)


def _read() -> tuple[Mapping[str, str], Mapping[str, Indicator]]:
    with resource("promises.toml").open("rb") as file:
        raw: Mapping[str, Any] = tomllib.load(file)
    lists = ("terms", "effort")
    indicators = [
        Indicator(**{**entry, **{name: tuple(entry.get(name, ())) for name in lists}}) for entry in raw["indicators"]
    ]
    return MappingProxyType(dict(raw["promises"])), MappingProxyType({one.id: one for one in indicators})


#: Promise → its words in English, to be translated; and every indicator by its id, in the order of the screen.
PROMISES, INDICATORS = _read()
