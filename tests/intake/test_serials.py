"""Excel's numbers of days: published values of both its date systems, and the cells of real workbooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from geo.intake import import_recipes
from geo.intake.doctor import diagnose
from geo.intake.recipes.draft import draft_recipe, write_recipe
from geo.intake.recipes.file import load_recipe
from geo.intake.repair.table import repair_table
from geo.intake.serials import counts_from_1904, serial_moments
from geo.store import Store, read_layer

Write = Callable[..., Path]
TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "moment"),
    [
        (1, "1900-01-01T00:00:00"),
        (59, "1900-02-28T00:00:00"),
        (60, "NaT"),  # 29 February 1900, which never was
        (60.5, "NaT"),
        (61, "1900-03-01T00:00:00"),
        (36526, "2000-01-01T00:00:00"),
        (45658, "2025-01-01T00:00:00"),
        (45658.999994, "2025-01-01T23:59:59"),
        (0, "NaT"),
        (-1, "NaT"),
        (np.nan, "NaT"),
    ],
)
def test_days_since_1900(days: float, moment: str) -> None:
    assert serial_moments(np.array([days])).astype(str).tolist() == [moment]


@pytest.mark.parametrize(("days", "moment"), [(0, "1904-01-01"), (44196, "2025-01-01"), (60, "1904-03-01")])
def test_days_since_1904(days: float, moment: str) -> None:
    assert serial_moments(np.array([days]), from_1904=True).astype("datetime64[D]").astype(str).tolist() == [moment]


@given(st.datetimes(datetime(1904, 1, 2), datetime(2099, 12, 31)), st.booleans())
def test_a_workbook_s_own_number_gives_its_moment_back(moment: datetime, from_1904: bool) -> None:
    moment = moment.replace(microsecond=0)
    epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    days = to_excel(moment, epoch=epoch)  # type: ignore[no-untyped-call]  # openpyxl has no types
    assert serial_moments(np.array([float(days)]), from_1904=from_1904).tolist() == [moment]


def write_book(path: Path, *, from_1904: bool, days: list[float]) -> Path:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    sheet = book.active
    assert sheet is not None
    sheet.append(["纠纷编号", "纠纷类型", "来源", "发现时间", "经度", "纬度"])
    for place, day in enumerate(days):
        sheet.append([f"r{place}", "邻里", "上报", day, 120.05, 30.05])
    book.save(path)
    return path


def test_a_workbook_says_from_when_it_counts(tmp_path: Path) -> None:
    assert counts_from_1904(write_book(tmp_path / "a.xlsx", from_1904=True, days=[1]))
    assert not counts_from_1904(write_book(tmp_path / "b.xlsx", from_1904=False, days=[1]))
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04 date1904")
    assert not counts_from_1904(tmp_path / "c.xlsx")


@pytest.mark.parametrize(
    ("from_1904", "days", "code", "repair"),
    [
        (False, [45658.75, 45659], "time.excel_serial", "time:serial"),
        (True, [44196.75, 44197], "time.excel_serial_1904", "time:serial1904"),
    ],
)
def test_the_doctor_offers_what_the_import_then_does(
    *, from_1904: bool, days: list[float], code: str, repair: str, county: Path
) -> None:
    book = write_book(county / "矛盾纠纷.xlsx", from_1904=from_1904, days=days)
    found = diagnose(book, today=TODAY)
    told = next(one for one in found.findings if one.code.startswith("time."))
    assert (told.code, told.repair) == (code, repair)
    assert (told.figures["first"], told.figures["last"]) == ("2025-01-01", "2025-01-02")
    text = write_recipe(draft_recipe(found, "disputes", repairs=[repair]))
    assert repair in text
    release = '[release]\ntitle = "Test county"\ntime_zone = "Asia/Shanghai"\nas_of = 2025-12-31\n'
    (county / "d.toml").write_text(text + ("" if "[release]" in text else release), encoding="utf-8")
    store = Store(county / "store")
    report = import_recipes([county / "d.toml", county / "grids.toml", county / "stations.toml"], store)
    assert next(one for one in report.layers if one.layer == "disputes").mended[repair] == 2
    current = store.current()
    assert current is not None
    moments = read_layer(current, "disputes")["found_at"].sort_values().astype("str").tolist()
    assert moments == ["2025-01-01 18:00:00", "2025-01-02 00:00:00"]


def test_only_numbers_of_days_in_columns_of_dates_change(write_incidents: Write) -> None:
    recipe = load_recipe(write_incidents("id\n", more='repair = ["time:serial"]'))
    rows = pd.DataFrame({"id": ["45658", "x"], "date": ["45658", "2025"], "class": ["45658", None]}, dtype="str")
    mended, changed = repair_table(rows, recipe)
    assert mended.to_dict("list") == {"id": ["45658", "x"], "date": ["2025-01-01", "2025"], "class": ["45658", np.nan]}
    assert changed == {"time:serial": 1}
    assert rows["date"].tolist() == ["45658", "2025"]
