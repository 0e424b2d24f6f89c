"""What needs somebody in the tiny county at the end of March 2025."""

from __future__ import annotations

from pathlib import Path

from geo.measures import attention, summary
from geo.rules import Rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

MARCH = View(Period("2025-03"))


def test_lines_worst_first_with_the_grids_behind_them(tiny: Release, rules: Rules) -> None:
    frame = attention(tiny, MARCH, rules=rules).frame
    assert list(zip(frame["kind"], frame["n"], frame["areas"], strict=True)) == [
        ("major_overdue", 1, ("G2",)),
        ("vacant", 4, ("G4", "G5", "G6", "G8")),
        ("past_month", 1, ("G3",)),
        ("overdue", 1, ("G2",)),
        ("shared", 2, ("G2", "G3")),
        ("return_due", 1, ("G5",)),
        ("over_size", 2, ("G2", "G5")),
        ("no_backup", 3, ("G2", "G3", "G7")),
    ]
    assert frame["severity"].tolist() == ["high"] * 3 + ["medium"] * 2 + ["low"] * 3


def test_lines_stay_inside_the_area(tiny: Release, rules: Rules) -> None:
    frame = attention(tiny, MARCH.replace(area="S3"), rules=rules).frame
    assert list(zip(frame["kind"], frame["n"], strict=True)) == [("vacant", 1), ("no_backup", 1)]


def test_lines_are_the_summary_s_figures(tiny: Release, rules: Rules) -> None:
    for line in attention(tiny, MARCH, rules=rules).frame.itertuples():
        whole = summary(tiny, MARCH.replace(layer=str(line.layer)), rules=rules).frame.iloc[0]
        assert whole[str(line.kind)] == line.n


def test_layers_that_are_not_there_have_no_line(tmp_path: Path) -> None:
    kept = ("counties", "stations", "villages", "grids", "disputes")
    layers = {name: layer for name, layer in tiny_layers().items() if name in kept}
    release = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="t", title_zh="t")
    assert attention(release, MARCH).frame["kind"].tolist() == ["past_month", "return_due"]
