"""Which figures of a scorecard tell most: those short of their targets, unlike all other areas, or changed."""

from __future__ import annotations

from collections.abc import Sequence

from geo.words.indicators import Line

__all__ = ["most_telling"]

# How much it weighs that the whole interval falls short of the target; that the area lies outside of the funnel of all
# areas, for each of its two limits; and that the change is more than chance.
_SHORT, _LIMIT, _CHANGED = 4, 1, 1


def most_telling(lines: Sequence[Line], n: int) -> list[Line]:
    """Return the lines that tell most, first those that fall short of their targets; in doubt the scorecard's order.

    A line without a value tells nothing. Where fewer than ``n`` tell something, the first of the others follow.
    """
    valued = [line for line in lines if line.cell("value").value is not None]
    return sorted(valued, key=_weight, reverse=True)[:n]


def _weight(line: Line) -> int:
    limit = abs(int(line.cell("standing").value or 0))
    changed = bool(line.cell("beyond_chance").value)
    return _SHORT * (line.state == "short") + _LIMIT * limit + _CHANGED * changed
