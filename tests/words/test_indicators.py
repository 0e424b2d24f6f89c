"""Standings and changes of indicators in words: every case that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pytest

from geo.measures.indicators import INDICATORS
from geo.words.cells import Cell
from geo.words.indicators import Line

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Row:
    """A table of one row, as far as a line looks at it."""

    frame: pd.DataFrame


def line_of(
    monkeypatch: pytest.MonkeyPatch, indicator: str, cells: Mapping[str, float | None], *, level: str = "station"
) -> Line:
    monkeypatch.setattr(Line, "cell", lambda _self, name: Cell(cells.get(name)))
    table = Row(pd.DataFrame({"level": [level]}))
    return Line(table, 0, "S1", INDICATORS[indicator], "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rank", "best", "worst", "of", "words"),
    [
        (2, 1, 6, 6, "no difference shown"),
        (2, 1, 5, 6, "1–5 of 6"),
        (2, 2, 6, 6, "2–6 of 6"),
        (6, 6, 6, 6, "6 of 6"),
    ],
)
def test_ranks_that_chance_leaves_open(
    monkeypatch: pytest.MonkeyPatch, rank: int, best: int, worst: int, of: int, words: str
) -> None:
    cells: dict[str, float | None] = {"rank": rank, "rank_best": best, "rank_worst": worst, "rank_of": of, "value": 0.5}
    assert line_of(monkeypatch, "settled_share", cells).standing == words


@pytest.mark.parametrize(
    ("indicator", "level", "enough", "value", "words"),
    [
        ("settled_share", "station", 0, 0.5, "too few"),
        ("settled_share", "village", 1, 0.5, "too few peers"),
        ("settled_share", "station", 0, None, ""),  # nothing is told, and so no place
        ("settled_share", "grid", 0, 0.5, ""),  # grids have no peers
        ("disputes_reported", "station", 1, 0.5, ""),  # neither good nor bad
        ("reach_mediation_room", "station", 1, 0.5, ""),  # measured whole
    ],
)
def test_who_has_no_rank_and_why(
    monkeypatch: pytest.MonkeyPatch, indicator: str, level: str, enough: int, value: float | None, words: str
) -> None:
    assert line_of(monkeypatch, indicator, {"enough": enough, "value": value}, level=level).standing == words


@pytest.mark.parametrize(
    ("indicator", "change", "low", "high", "beyond", "words", "interval"),
    [
        ("settled_share", -0.016, -0.051, 0.019, 0, f"({MINUS}1.6 points)", f"{MINUS}5.1 to +1.9"),
        ("settled_share", 0.05, 0.01, 0.09, 1, "+5.0 points", "+1.0 to +9.0"),
        ("disputes_reported", -0.2, -0.3, -0.001, 1, f"{MINUS}20{SPACE}%", f"{MINUS}30 to 0"),
        ("disputes_reported", 3.0, 0.1, float("inf"), 1, f"+300{SPACE}%", "+10 or more"),
        ("median_days", -2.0, -2.0, -1.0, 1, f"{MINUS}2 d", f"{MINUS}2 to {MINUS}1"),
        ("survey_security", 1.25, -0.04, 2.5, 0, "(+1.2)", "0.0 to +2.5"),
        ("settled_share", None, None, None, None, "", ""),
    ],
)
def test_a_change_and_its_own_interval(
    monkeypatch: pytest.MonkeyPatch,
    indicator: str,
    change: float | None,
    low: float | None,
    high: float | None,
    beyond: int | None,
    words: str,
    interval: str,
) -> None:
    cells = {"change": change, "change_low": low, "change_high": high, "beyond_chance": beyond}
    line = line_of(monkeypatch, indicator, cells)
    assert (line.change, line.change_interval) == (words, interval)
