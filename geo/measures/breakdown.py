"""Counts of records by code, by part of the day, and by state on a day."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from geo.codes import code_list
from geo.measures.events import Records, code_names
from geo.measures.samples import Sample
from geo.measures.tallies import Counts

__all__ = [
    "STATE_STEPS",
    "count_by_code",
    "count_parts_of_day",
    "count_states",
    "record_states",
    "state_names",
]

Ints = npt.NDArray[np.integer]
#: Layer → (state, step that leads to it); a later line overrules an earlier one, so that a dispute that was settled
#: after a transfer is settled.
STATE_STEPS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "disputes": (
            ("accepted", "accepted_on"),
            ("mediating", "mediating_on"),
            ("failed", "failed_on"),
            ("transferred", "transferred_on"),
            ("settled", "settled_on"),
            ("returned", "returned_on"),
        ),
        "hazards": (
            ("notified", "notified_on"),
            ("rectifying", "rectifying_on"),
            ("rectified", "rectified_on"),
            ("verified", "verified_on"),
        ),
    }
)
_STATE_LISTS = MappingProxyType({"disputes": "dispute_state", "hazards": "hazard_state"})


def state_names(layer: str) -> list[str]:
    """Return the states of a layer's records in the order of its list; none for a layer without states."""
    return list(code_list(_STATE_LISTS[layer])) if layer in _STATE_LISTS else []


def record_states(sample: Sample, records: Records, day: int) -> Ints:
    """Return the state of each record at the end of a day, as its position in `state_names`."""
    layer = sample.events.layer
    names = state_names(layer)
    states = np.full(len(sample.days("found")[records]), names.index("found"), dtype=np.int8)
    for name, step in STATE_STEPS[layer]:
        states[sample.days(step)[records] <= day] = names.index(name)
    return states


def count_states(sample: Sample, records: Records, day: int) -> Counts:
    """Return the number of records in each state at the end of a day; they sum to the number of records."""
    names = state_names(sample.events.layer)
    counts = sample.count_codes(records, record_states(sample, records, day), n_codes=len(names))
    return {f"state_{name}": counts[:, position] for position, name in enumerate(names)}


def count_by_code(sample: Sample, records: Records, column: str, *, prefix: str | None = None) -> Counts:
    """Return the number of records with each code of a column, as ``prefix_code``; missing codes count nowhere."""
    names = code_names(sample.events.layer, column)
    counts = sample.count_codes(records, sample.codes(column)[records], n_codes=len(names))
    return {f"{prefix or column}_{name}": counts[:, position] for position, name in enumerate(names)}


def count_parts_of_day(sample: Sample, records: Records) -> Counts:
    """Return the number of records found in each part of the day."""
    parts = code_list("day_part")
    counts = sample.count_codes(records, _part_of_hour()[sample.hours()[records]], n_codes=len(parts))
    return {f"part_{name}": counts[:, position] for position, name in enumerate(parts)}


@cache
def _part_of_hour() -> npt.NDArray[np.int8]:
    part = np.full(24, -1, dtype=np.int8)
    for position, code in enumerate(code_list("day_part").values()):
        part[list(code.all_hours)] = position
    part.setflags(write=False)
    return part
