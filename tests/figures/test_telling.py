"""What tells most comes first."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from geo.figures.telling import most_telling
from geo.words.cells import Cell


@dataclass
class FakeLine:
    """The part of a scorecard's line that is looked at."""

    name: str
    state: str = ""
    cells: dict[str, float | None] = field(default_factory=dict)

    def cell(self, column: str) -> Cell:
        return Cell(self.cells.get(column))


SHORT = FakeLine("short", "short", {"value": 0.5})
FAR = FakeLine("far", "reached", {"value": 0.9, "standing": 2.0, "beyond_chance": 1.0})
BELOW = FakeLine("below", "", {"value": 3.0, "standing": -1.0})
CHANGED = FakeLine("changed", "", {"value": 3.0, "beyond_chance": 1.0})
PLAIN = FakeLine("plain", "reached", {"value": 1.0})
UNKNOWN = FakeLine("unknown", "short", {"value": None, "standing": 2.0})


@pytest.mark.parametrize(
    ("lines", "n", "found"),
    [
        ([PLAIN, CHANGED, FAR, SHORT, UNKNOWN], 3, ["short", "far", "changed"]),
        # As telling as each other: the scorecard's order.
        ([PLAIN, BELOW, CHANGED], 2, ["below", "changed"]),
        ([PLAIN, UNKNOWN], 3, ["plain"]),
        ([], 3, []),
    ],
)
def test_short_of_the_target_before_unlike_others_before_changed(
    lines: list[FakeLine], n: int, found: list[str]
) -> None:
    assert [line.name for line in most_telling(lines, n)] == found  # type: ignore[arg-type, attr-defined]
