"""What the server works out while nobody waits for it."""

from __future__ import annotations

import logging
from functools import lru_cache
from threading import Thread

from geo.errors import GeoError
from geo.layers import EVENT_LAYERS
from geo.measures.beforehand import count_beforehand
from geo.store import Release, connect

__all__ = ["count_ahead"]

_LOG = logging.getLogger(__name__)
#: Months of fewer records are counted in some milliseconds when they are asked for.
LEAST_RECORDS = 500_000
_RELEASES_KEPT = 4
# A second for each second of counting is left to those who ask.
_REST = 1.0


@lru_cache(maxsize=_RELEASES_KEPT)
def count_ahead(release: Release) -> Thread | None:
    """Begin to count the months of a release with many records, once; None where there are few."""
    if _count_records(release) < LEAST_RECORDS:
        return None
    thread = Thread(target=_count, args=(release,), name="count-ahead", daemon=True)
    thread.start()
    return thread


def _count_records(release: Release) -> int:
    layers = [layer for layer in EVENT_LAYERS if release.has(layer)]
    with connect(release) as connection:
        found = [connection.execute(f"SELECT count(*) FROM {layer}").fetchone() for layer in layers]  # noqa: S608  our own names
    return sum(row[0] for row in found if row)


def _count(release: Release) -> None:
    try:
        count_beforehand(release, rest=_REST)
    except GeoError as error:
        # Who asks for these months is told what is wrong with them.
        _LOG.warning("months were not counted beforehand: %s", error)
