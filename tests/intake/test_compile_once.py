from __future__ import annotations

from geo.intake.compile_once import compile_once


def test_it_runs_the_way_inside_and_the_way_beside() -> None:
    # 0.00001° of longitude are 1.1 m on the equator.
    assert compile_once()["placed"].tolist() == ["inside", "snapped"]
