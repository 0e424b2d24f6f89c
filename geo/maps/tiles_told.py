"""What tiles tell: the tables that pages have protected, found by view and scope, or measured and protected anew."""

from __future__ import annotations

from geo.access import Scope
from geo.maps.tiles_kept import Kept
from geo.measures import coverage, measure
from geo.privacy import Protected, protect
from geo.store import Release
from geo.view import View

__all__ = ["STATES", "VALUES", "find_told", "keep_told"]

#: Kinds of tables, as `Protected.kind` has them.
VALUES, STATES = "measure", "coverage_states"
_MOST_BYTES = 512 * 2**20

_TOLD = Kept[Protected](most_bytes=_MOST_BYTES, size=lambda told: int(told.frame.memory_usage().sum()))


def keep_told(release: Release, protected: Protected) -> None:
    """Keep a table that a page shows, for the tiles that it asks for next."""
    _TOLD.put((release.key, protected.kind, protected.view, protected.scope), protected)


def find_told(release: Release, kind: str, view: View, scope: Scope) -> Protected:
    """Return the table of a view as a scope may see it.

    Parameters
    ----------
    kind
        ``measure`` or ``coverage_states``.

    Raises
    ------
    NotPermitted
        When the scope may not see such a table.
    """
    return _TOLD.get((release.key, kind, view, scope), lambda: _tell(release, kind, view, scope))


def _tell(release: Release, kind: str, view: View, scope: Scope) -> Protected:
    if kind == STATES:
        day = min(view.period.last_day, release.as_of)
        return protect(coverage.states(release, day, area=view.area), view, scope)
    return protect(measure(release, view), view, scope)
