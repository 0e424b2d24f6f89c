"""Columns whose header says one thing and whose cells say another; degrees and dates however they are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geo.intake.doctor import Diagnosis, Finding

ROWS = 6
PLAIN = {"编号": "D{0}", "纠纷类型": "邻里", "登记时间": "2025-08-1{0} 10:00", "经度": "120.2{0}", "纬度": "29.7{0}"}


def findings(look: Callable[..., Diagnosis], **columns: str) -> tuple[dict[str, Finding], Diagnosis]:
    """Look at disputes with some columns written otherwise; ``{0}`` is the number of the row."""
    cells = {**PLAIN, **columns}
    lines = [",".join(cells), *(",".join(cells.values()).format(row) for row in range(ROWS))]
    found = look("\n".join(lines), layer="disputes")
    return {
        one.code: one for one in found.findings if one.code.startswith(("columns.", "coordinates.", "time."))
    }, found


def test_plain_columns_hold_what_their_headers_say(look: Callable[..., Diagnosis]) -> None:
    assert set(findings(look)[0]) <= {"coordinates.datum_unknown"}


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("120°12′2{0}.43″", "29°42′1{0}.1″"),
        ("东经120度12分2{0}秒", "北纬29度42分1{0}秒"),
        ("120 12 2{0}.4", "29 42 1{0}.1"),
    ],
)
def test_degrees_minutes_and_seconds_are_degrees(look: Callable[..., Diagnosis], lon: str, lat: str) -> None:
    told, found = findings(look, 经度=lon, 纬度=lat)
    assert (found.meaning["lon"], found.meaning["lat"]) == ("经度", "纬度")
    assert told["coordinates.sexagesimal"].count == ROWS
    assert "columns.no_degrees" not in told


def test_digits_of_a_moment_are_a_date(look: Callable[..., Diagnosis]) -> None:
    told, found = findings(look, 登记时间="2025081{0}193000")
    assert found.meaning["found_at"] == "登记时间"
    assert not {code for code in told if code.startswith(("time.", "columns."))}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("175519{0}400", "columns.epoch"),
        ("2025/08/1{0} 上午 10:00:00", "columns.half_days"),
        ("第{0}天", "columns.no_dates"),
    ],
)
def test_dates_that_can_not_be_read_are_told(look: Callable[..., Diagnosis], cells: str, code: str) -> None:
    told = findings(look, 登记时间=cells)[0]
    assert (told[code].column, told[code].count, told[code].severity) == ("登记时间", ROWS, "ask")


def test_words_in_a_column_of_degrees_are_told(look: Callable[..., Diagnosis]) -> None:
    told = findings(look, 经度="村口{0}", 纬度="桥头{0}")[0]
    assert told["columns.no_degrees"].column == "纬度"
