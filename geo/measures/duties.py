"""What can wait for somebody: every duty with its indicators, and the indicators that nothing waits behind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from geo.layers import UPPER_LEVELS

__all__ = ["DUTIES", "NOTHING_WAITS", "Duty", "duties_at"]

Why = Literal["counted", "ended", "no_state", "handled"]


class Duty(NamedTuple):
    """Something that somebody has to do.

    ``layer`` of a view tells of it, under a ``promise``; it stands behind an ``indicator`` and perhaps ``others``. What
    ``has_term`` can be late; a duty without a term has no day by which it is to be done. What lies ``within`` another
    duty is counted there too. ``of_stations`` is told of stations and above, and of no grid.
    """

    layer: str
    promise: str
    indicator: str
    others: tuple[str, ...] = ()
    has_term: bool = True
    within: str | None = None
    of_stations: bool = False


#: Every duty there can be, the most pressing first.
DUTIES: Mapping[str, Duty] = MappingProxyType(
    {
        "remove_major": Duty("hazards", "peace", "major_overdue_share"),
        "settle": Duty("disputes", "contradictions", "settled_in_month", ("settled_share", "median_days")),
        "settle_again": Duty("disputes", "contradictions", "repeat_share", has_term=False, within="settle"),
        "assign": Duty("coverage", "services", "covered_share"),
        "remove": Duty("hazards", "peace", "removed_on_time"),
        "visit_again": Duty("disputes", "contradictions", "return_on_time"),
        "visit": Duty("service", "services", "visited_share", has_term=False),
        "look_into": Duty("incidents", "peace", "hot_share", has_term=False),
        "near_room": Duty("service", "services", "reach_mediation_room", has_term=False),
        "near_window": Duty("service", "services", "reach_service_window", has_term=False),
        "form_group": Duty("service", "services", "members_per_1000", has_term=False),
        "ask_security": Duty("service", "services", "survey_security", has_term=False, of_stations=True),
        "ask_satisfaction": Duty("service", "services", "survey_satisfaction", has_term=False, of_stations=True),
    }
)
#: Indicator that nothing waits for → why: it counts what came; tells of what has ended; its files tell of no state, or
#: of what was handled alone.
NOTHING_WAITS: Mapping[str, Why] = MappingProxyType(
    {
        "disputes_reported": "counted",
        "disputes_discovered": "counted",
        "lapse_share": "ended",
        "right_share": "ended",
        "village_share": "ended",
        "town_share": "ended",
        "theft": "no_state",
        "fraud": "no_state",
        "drugs": "no_state",
        "conflict": "no_state",
        "safety": "no_state",
        "incidents_discovered": "no_state",
        "requests_per_1000": "handled",
    }
)
_OF_STATIONS = (*UPPER_LEVELS, "county", "station")


def duties_at(level: str) -> tuple[str, ...]:
    """Return the duties that can be told of areas of a level.

    Examples
    --------
    >>> set(duties_at("station")) - set(duties_at("grid")) == {"ask_security", "ask_satisfaction"}
    True
    """
    return tuple(name for name, duty in DUTIES.items() if not duty.of_stations or level in _OF_STATIONS)
