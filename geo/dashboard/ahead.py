"""What the server works out while nobody waits for it."""

from __future__ import annotations

import logging
from functools import lru_cache
from threading import Thread

from geo.errors import GeoError
from geo.measures.beforehand import count_beforehand, holds_many
from geo.store import Release

__all__ = ["count_ahead"]

_LOG = logging.getLogger(__name__)
_RELEASES_KEPT = 4
# A second for each second of counting is left to those who ask.
_REST = 1.0


@lru_cache(maxsize=_RELEASES_KEPT)
def count_ahead(release: Release) -> Thread | None:
    """Begin to count the months of a release with many records, once; None where there are few."""
    if not holds_many(release):
        return None
    thread = Thread(target=_count, args=(release,), name="count-ahead", daemon=True)
    thread.start()
    return thread


def _count(release: Release) -> None:
    try:
        count_beforehand(release, rest=_REST)
    except GeoError as error:
        # Who asks for these months is told what is wrong with them.
        _LOG.warning("months were not counted beforehand: %s", error)
