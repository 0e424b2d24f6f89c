"""The funnel of the promises: areas by size, limits that are the measure's, and words for what is outside."""

from __future__ import annotations

import numpy as np
import pytest

from geo.access import Scope
from geo.dashboard.parts.funnel import funnel_chart, funnel_words
from geo.figures import seen
from geo.measures.small_areas import funnel
from geo.store import Store
from geo.view import Period, View
from geo.words.indicators import Line, lines_of


def _lines(store: Store, indicator: str, *, role: str = "planner", area: str | None = None) -> list[Line]:
    release = store.current()
    assert release is not None
    scope = Scope(role, area)
    table = seen("scorecard", release, View(Period("2024-04..2025-03"), level="station", area=area), scope)
    return [line for line in lines_of(table) if line.indicator.id == indicator]


def test_limits_are_those_of_the_measure(tiny_store: Store) -> None:
    lines = [line for line in _lines(tiny_store, "settled_share") if line.cell("value").value is not None]
    hits, whole = ([line.cell(name).value for line in lines] for name in ("numerator", "denominator"))
    shown = funnel(np.array(hits, dtype=float), np.array(whole, dtype=float), least_n=1, kind="share")
    for name in ("inner_low", "inner_high", "outer_low", "outer_high"):
        assert [line.cell(name).value for line in lines] == pytest.approx(list(getattr(shown, name)))


def test_areas_lie_by_their_size_with_names_on_pointing(tiny_store: Store) -> None:
    lines = [line for line in _lines(tiny_store, "settled_share") if line.cell("value").value is not None]
    chart = funnel_chart(lines, names=[line.area_id for line in lines])
    rows = chart.rows["areas"]
    assert dict(zip(rows["area"], rows["size"], strict=True)) == {
        line.area_id: line.cell("denominator").value for line in lines
    }
    # Four limits, the value of all, and the areas.
    assert [layer["encoding"]["y"]["field"] for layer in chart.look["layer"]] == [
        *("inner_low", "inner_high", "outer_low", "outer_high"),
        *("overall", "value"),
    ]
    assert chart.look["layer"][-1]["encoding"]["tooltip"][0]["field"] == "area"


def test_words_say_who_is_outside(tiny_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _lines(tiny_store, "settled_share")[:2]
    assert funnel_words(lines, ["A", "B"]) == "All 2 lie within the limits of 95 %."
    told = iter(["far below", "far below", ""])
    monkeypatch.setattr(Line, "among_all", property(lambda _line: next(told)))
    assert funnel_words(lines, ["A", "B"]) == "Outside of the limits of 95 %: A (far below); 1 lie within."


def test_a_director_has_no_limits_of_others(tiny_store: Store) -> None:
    for line in _lines(tiny_store, "settled_share", role="director", area="S1"):
        assert line.cell("outer_low").value is None
