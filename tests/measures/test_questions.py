"""Questions about the data: what is asked, worked out by hand, and what is not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.measures import questions
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, placed_records, tiny_layers

COLUMNS = "record_id class source transfer found_at accepted_on settled_on transferred_on grid_id"
MARCH = View(Period("2025-03"), level="station")


def published(folder: Path, lines: list[str]) -> Release:
    records = placed_records("disputes", "\n".join([COLUMNS, *lines]))
    layers = tiny_layers() | {"disputes": records}
    return Store(folder).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")


def asked(release: Release, question: str, view: View = MARCH) -> pd.DataFrame:
    frame = questions(release, view).frame
    return frame[frame["question"] == question].set_index("area_id")


def test_reported_records_that_fell_off(tmp_path: Path) -> None:
    before = [f"B{i} labour reported - 2024-03-{1 + i % 28:02d} - - - G1" for i in range(40)]
    now = [f"N{i} labour reported - 03-{1 + i:02d} - - - G1" for i in range(10)]
    # In S2 the fall is as large, of 4 to 1: chance may do that.
    small = [f"S{i} labour reported - 2024-03-0{1 + i} - - - G5" for i in range(4)] + [
        "T labour reported - 03-01 - - - G5"
    ]
    found = asked(published(tmp_path, ["Z labour reported - 2024-01-01 - - - G1", *before, *now, *small]), "drop")
    found = found[found["layer"] == "disputes"]
    assert found["value"].to_dict() == {"S1": -0.75}
    assert found.loc["S1", "n"] == 40


def test_closings_heaped_at_the_end_of_the_month(tmp_path: Path) -> None:
    heaped = [f"H{i} labour reported - 02-01 02-01 03-{31 if i < 20 else 5:02d} - G1" for i in range(30)]
    even = [f"E{i} labour reported - 02-01 02-01 03-{1 + i:02d} - G5" for i in range(31)]
    found = asked(published(tmp_path, heaped + even), "month_end")
    found = found[found["layer"] == "disputes"]
    assert found["value"].to_dict() == {"S1": pytest.approx(2 / 3)}
    assert found.loc["S1", "expected"] == pytest.approx(3 / 31)


def test_full_marks_that_the_others_make_unlikely(tmp_path: Path) -> None:
    full = [f"F{i} labour reported - 02-01 02-01 02-10 - G1" for i in range(40)]
    usual = [f"U{i} labour reported - 02-01 02-01 {'02-10' if i % 2 else '-'} - G5" for i in range(40)]
    release = published(tmp_path, full + usual)
    found = asked(release, "full_mark", MARCH.replace(period=Period("2025-02")))
    assert found["indicator"].to_dict()["S1"] in {"settled_in_month", "settled_share"}
    assert "S2" not in found.index
    # Where all others are full too, a full mark is nothing strange.
    alike = published(tmp_path / "alike", full + [text.replace("F", "A").replace("G1", "G5") for text in full])
    assert asked(alike, "full_mark", MARCH.replace(period=Period("2025-02"))).empty


def test_transfers_of_which_nobody_tells_why(tmp_path: Path) -> None:
    lines = [
        "A labour reported right 02-01 02-01 - 03-02 G1",
        "B labour reported - 02-01 02-01 - 03-02 G1",
        "C labour reported - 02-01 02-01 - 02-20 G5",
    ]
    found = asked(published(tmp_path, lines), "untold")
    assert found[["value", "n"]].to_dict("index") == {"S1": {"value": 1, "n": 2}}


def test_the_tiny_county_is_not_asked_much(tiny: Release) -> None:
    assert questions(tiny, MARCH).frame.empty
