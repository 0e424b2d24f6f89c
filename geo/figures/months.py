"""The months that a map can be set to: those of the period that the data tell of and the reader may see."""

from __future__ import annotations

from geo.access import Scope
from geo.figures.asked import months_up_to
from geo.privacy import nearest_allowed
from geo.store import Release
from geo.view import Period, View

__all__ = ["months_on_map", "months_seen"]

# A shorter period has too few months of its own to slide through.
_FEWEST_MONTHS = 3


def months_on_map(period: Period) -> tuple[str, ...]:
    """Return the months that a map can be set to: a period's own, or the twelve up to its end if it has few.

    Examples
    --------
    >>> months_on_map(Period("2025-Q1"))
    ('2025-01', '2025-02', '2025-03')
    >>> months_on_map(Period("2025-03"))[0], len(months_on_map(Period("2025-03")))
    ('2024-04', 12)
    """
    own = period.months
    return own if len(own) >= _FEWEST_MONTHS else tuple(month.text for month in months_up_to(period))


def months_seen(release: Release, view: View, scope: Scope, *, first: str, last: str) -> tuple[str, ...]:
    """Return the months of `months_on_map` that a reader may see; none where there is nothing to step through.

    Parameters
    ----------
    first, last
        Months that the data begin and end in.
    """
    asked = {
        month: view.replace(period=Period(month)) for month in months_on_map(view.period) if first <= month <= last
    }
    seen = [month for month, one in asked.items() if nearest_allowed(one, scope, release).view == one]
    return tuple(seen) if len(seen) > 1 else ()
