"""Each finding on dates has a file that has it, and one that almost has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake.doctor import Diagnosis, diagnose
from geo.intake.doctor.dates import read_dates
from geo.intake.doctor.time import format_of
from tests.intake.doctor.conftest import TODAY, codes_of, of_kind
from tests.shared_files import shared_file

Look = Callable[..., Diagnosis]


def records(*found: str, settled: tuple[str, ...] = ()) -> str:
    rows = [f"r{at},邻里,{day},{settled[at] if settled else ''}" for at, day in enumerate(found)]
    return "\n".join(["纠纷编号,纠纷类型,发现时间,化解日期", *rows, ""])


def test_iso_dates_are_nothing_to_tell(look: Look) -> None:
    assert codes_of(look(records("2025-03-01", "2025-03-02 10:15", "2025-12-31T23:59:59")), "time.") == []


@pytest.mark.parametrize(
    ("cells", "code", "form"),
    [
        (("03/13/2025", "04/02/2025"), "time.month_first", "%m/%d/%Y"),
        (("13/03/2025", "04/02/2025"), "time.day_first", "%d/%m/%Y"),
        (("01.12.2025 08:30", "02.12.2025 09:00", "05.01.2025 09:00"), "time.order_unclear", None),
        (("05/11/2025", "12/10/2026"), "time.order_unclear", None),
        (("11/05/2025", "01/12/2025", "02/11/2026"), "time.order_unclear", None),
        (("13/03/2025", "03/14/2025"), "time.order_mixed", None),
    ],
)
def test_day_and_month_are_told_apart_by_the_column(
    look: Look, cells: tuple[str, ...], code: str, form: str | None
) -> None:
    found = of_kind(look(records(*cells)), "time.")
    assert found[0].code == code
    assert found[0].figures.get("format") == form


def test_a_reading_that_leads_into_the_future_is_out() -> None:
    dates = read_dates(pd.Series(["02/01/2026", "05/06/2025"]), as_of=date(2026, 1, 31))
    assert dates.order == "day"


def test_the_order_of_the_rows_tells_where_nothing_else_does() -> None:
    days = [date(2025, month, day) for month in range(1, 7) for day in range(1, 12, 3)]
    for order, form in (("day", "%d/%m/%Y"), ("month", "%m/%d/%Y")):
        cells = pd.Series([day.strftime(form) for day in days])
        assert read_dates(cells, as_of=TODAY).order == order


@pytest.mark.parametrize(
    ("cell", "order", "form"),
    [
        ("04/12/2018 11:11:26 AM", "month", "%m/%d/%Y %I:%M:%S %p"),
        ("7/19/2017 13:45", "month", "%m/%d/%Y %H:%M"),
        ("1.2.25", "day", "%d.%m.%y"),
    ],
)
def test_the_format_for_the_recipe_reads_the_cell(cell: str, order: str, form: str) -> None:
    assert format_of(cell, order) == form
    assert pd.notna(pd.to_datetime(cell, format=form))


def test_numbers_of_days_are_told_with_both_calendars(look: Look) -> None:
    found = of_kind(look(records("45717", "45718.5", "45719")), "time.")
    # 45717 days after 30 December 1899 is 1 March 2025; 1462 days later is 2 March 2029.
    assert [(one.code, one.figures["first"], one.figures["last_1904"]) for one in found] == [
        ("time.excel_serial", "2025-03-01", "2029-03-04")
    ]
    old = of_kind(look(records("42000", "42001")), "time.")
    assert [one.code for one in old] == ["time.excel_serial_unclear"]


def test_numbers_in_a_column_of_something_else_are_no_dates(look: Look) -> None:
    assert codes_of(look("code,name,households\n45717,a,45717\n45718,b,45718\n"), "time.") == []


def test_several_ways_of_writing_are_told_with_the_rarer_rows(look: Look) -> None:
    found = look(records("2025-03-01", "2025-03-02", "2025年3月3日", "2025/3/4"))
    assert [(one.code, one.rows) for one in of_kind(found, "time.")] == [("time.mixed_forms", (4, 5))]


def test_chinese_dates_with_a_clock_are_read() -> None:
    dates = read_dates(pd.Series(["2025年3月1日", "2025年12月31日 8时05分"]), as_of=TODAY)
    assert dates.moments.astype("str").tolist() == ["2025-03-01 00:00:00", "2025-12-31 08:05:00"]


def test_a_zone_in_some_rows_is_asked_about(look: Look) -> None:
    mixed = look(records("2025-03-01T10:00:00Z", "2025-03-02T10:00:00"))
    assert [(one.code, one.rows) for one in of_kind(mixed, "time.")] == [("time.mixed_zones", (2,))]
    assert codes_of(look(records("2025-03-01T10:00:00Z", "2025-03-02T11:00:00+00:00")), "time.") == []


def test_years_of_two_digits_are_asked_about(look: Look) -> None:
    assert "time.two_digit_year" in codes_of(look(records("13/03/25", "14/03/99")))


def test_dates_after_the_day_are_told_and_deadlines_are_not(look: Look) -> None:
    found = look(records("2025-03-01", "2026-01-02", "2027-05-01"))
    assert [(one.code, one.rows, one.figures["last"]) for one in of_kind(found, "time.")] == [
        ("time.future", (3, 4), "2027-05-01")
    ]
    due = "纠纷编号,纠纷类型,发现时间,办理期限\nr1,邻里,2025-12-30,2026-01-30\nr2,邻里,2026-01-01 23:00,2026-01-30\n"
    assert codes_of(look(due), "time.") == []


def test_closed_before_opened_is_told_by_the_day(look: Look) -> None:
    found = look(records("2025-03-02 10:00", "2025-03-02 10:00", settled=("2025-03-01", "2025-03-02")))
    assert [(one.code, one.rows) for one in of_kind(found, "time.")] == [("time.before_found", (2,))]


@pytest.mark.parametrize(
    ("hours", "codes"), [((16,), ["time.shifted"]), ((4, 5), ["time.shifted"]), ((0,), []), ((8, 9, 10), [])]
)
def test_days_that_a_zone_moved_lie_at_one_hour(look: Look, hours: tuple[int, ...], codes: list[str]) -> None:
    days = [f"2025-{at % 12 + 1:02}-11 {hours[at % len(hours)]:02}:00:00" for at in range(30)]
    assert codes_of(look(records(*days)), "time.") == codes


def test_a_cell_that_is_no_date_is_told(look: Look) -> None:
    found = look(records("2025-03-01", "2025-03-02", "soon", "2025-02-03"))
    assert [(one.code, one.rows) for one in of_kind(found, "time.")] == [("time.unreadable", (4,))]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.dates(date(1990, 1, 1), date(2025, 12, 31)), min_size=1, max_size=20), st.sampled_from(["day", "month"])
)
def test_dates_are_read_as_they_were_written(days: list[date], order: str) -> None:
    form = "%d/%m/%Y" if order == "day" else "%m/%d/%Y"
    dates = read_dates(pd.Series([day.strftime(form) for day in days]), as_of=TODAY)
    if any(day.day > 12 for day in days):
        assert dates.order == order
        assert dates.moments.dt.date.tolist() == days
    else:
        assert dates.order in ("day", "month", "unclear")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(alphabet="0123456789-/.: 年月日APMZT+", max_size=20), min_size=1, max_size=20))
def test_any_cells_can_be_looked_at_as_dates(cells: list[str]) -> None:
    dates = read_dates(pd.Series(cells, dtype="str"), as_of=TODAY)
    assert len(dates.moments) == len(cells)


USUAL = st.from_regex(r"[012][0-9]{3}-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?", fullmatch=True)
OTHER = st.sampled_from(["soon", "2025-3-4", "13/04/2025", "2025-03-04 10:00:00.123", "2025-03-04T10:00Z"])


def read_nothing(text: pa.Array, *, thousandths: bool) -> tuple[np.ndarray, np.ndarray]:
    return np.full(len(text), np.datetime64("NaT"), "datetime64[ms]"), np.zeros(len(text), dtype=bool)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.one_of(USUAL, st.dates().map(str), OTHER, st.datetimes().map("{:%Y-%m-%dT%H:%M}".format)), max_size=8)
)
def test_a_column_in_the_usual_writing_is_read_as_any_other(cells: list[str]) -> None:
    column = pd.Series(cells, dtype="str")
    found = read_dates(column, as_of=TODAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.intake.doctor.dates.read_usual_moments", read_nothing)
        slowly = read_dates(column, as_of=TODAY)
    pd.testing.assert_series_equal(found.moments, slowly.moments)
    assert (dict(found.forms), found.order) == (dict(slowly.forms), slowly.order)


def test_a_real_file_is_read_month_first() -> None:
    path = shared_file("data", "baltimore-311", "311_sample.csv")
    found = of_kind(diagnose(path, layer="disputes"), "time.")
    assert {(one.code, one.column) for one in found} == {
        ("time.month_first", name) for name in ("CreatedDate", "StatusDate", "DueDate", "CloseDate")
    }


def test_a_day_that_its_month_does_not_have_is_no_date(look: Look) -> None:
    found = look(records("2025-01-30", "2025-02-30", "2025-04-31 10:00", "2024-02-29"))
    assert [(one.code, one.rows) for one in of_kind(found, "time.unreadable")] == [("time.unreadable", (3, 4))]


def test_dates_of_several_zones_are_told(look: Look) -> None:
    zoned = ("2025-01-02T10:00Z", "2025-01-02T10:00+08:00", "2025-01-03T10:00+0800", "2025-01-04T09:00+08:00")
    found = look(records(*zoned))
    assert [(one.code, one.rows, one.figures["zones"]) for one in of_kind(found, "time.")] == [
        ("time.several_zones", (2,), "+0800 3, +0000 1")
    ]
