"""Records of a release read, and its months counted, before anybody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import perf_counter, sleep
from types import MappingProxyType

from geo.measures import disputes, hazards, parts
from geo.measures.again import read_repeats
from geo.measures.events import read_events
from geo.measures.tallies import Count, tally_beforehand
from geo.measures.times import Window, day_number, month_of, month_start
from geo.rules import Rules, load_rules
from geo.store import Release, connect

__all__ = ["COUNTED", "count_beforehand", "holds_many", "read_beforehand"]

#: What pages count of a layer's records.
COUNTED: Mapping[str, tuple[Count, ...]] = MappingProxyType(
    {
        "disputes": (
            parts.count_found,
            parts.count_sources,
            parts.count_hours,
            disputes.count_cohort,
            disputes.count_settlements,
            disputes.count_stock,
            disputes.count_codes_and_states,
        ),
        "hazards": (
            parts.count_found,
            parts.count_sources,
            parts.count_hours,
            hazards.count_stock,
            hazards.count_removals,
            hazards.count_codes_and_states,
            hazards.count_repeats,
        ),
        "incidents": (parts.count_found, parts.count_sources, parts.count_hours, parts.count_incidents),
    }
)
#: Months of fewer records are counted in some milliseconds when they are asked for.
LEAST_RECORDS = 500_000
#: Months of the periods that people ask for: month, quarter, year.
_LENGTHS = (1, 3, 12)


def read_beforehand(release: Release) -> None:
    """Read the records of a release; whoever asks for their figures need not wait for it then.

    Raises
    ------
    StoreError
        When a file of the release can't be read.
    """
    for layer in COUNTED:
        if release.has(layer):
            read_events(release, layer)


def holds_many(release: Release) -> bool:
    """Tell whether a release holds so many records that it pays to count them before anybody asks."""
    layers = [layer for layer in COUNTED if release.has(layer)]
    with connect(release) as connection:
        found = [connection.execute(f"SELECT count(*) FROM {layer}").fetchone() for layer in layers]  # noqa: S608  our own names
    return sum(int(row[0]) for row in found if row) >= LEAST_RECORDS


def count_beforehand(release: Release, *, rest: float = 0.0, rules: Rules | None = None) -> None:
    """Count each month, quarter and year of a release's records, the last ones first, as far as there is room.

    Whoever asks for one of them then has it added up (`geo.measures.tallies`).

    Parameters
    ----------
    rest
        Seconds to rest for each second of counting, so that others get their turn.
    rules
        Rules to tell by; those delivered by default.
    """
    rules = rules or load_rules()
    layers = {layer: read_events(release, layer) for layer in COUNTED if release.has(layer)}
    asked = [(events, COUNTED[layer]) for layer, events in layers.items()]
    if "disputes" in layers:
        asked.append((read_repeats(release, rules), (parts.count_found,)))
    begins = [events.begin for events in layers.values() if events.begin is not None]
    for window in _windows(min(begins), day_number(release.as_of)) if begins else ():
        start = perf_counter()
        # A layer that has no more room is not asked again.
        asked = [one for one in asked if tally_beforehand(release, one[0], window, rules, one[1])]
        sleep(rest * (perf_counter() - start))


def _windows(begin: int, as_of: int) -> Iterator[Window]:
    """Yield months, quarters and years of the data, the last ones first; a running one is told up to ``as_of``."""
    first, last = month_of(begin), month_of(as_of)
    for month in range(last, first - 1, -1):
        for length in _LENGTHS:
            if month % length == 0 or month == first:
                start = month - month % length
                end = min(month_start(start + length), as_of + 1)
                yield Window(month_start(start), end, None, None, as_of, over=True, known=True)
