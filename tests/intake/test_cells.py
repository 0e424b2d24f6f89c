from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake import cells as module
from geo.intake.cells import convert, to_slug, to_text
from geo.intake.recipes.recipe import DateFormat, Moved

ISO = DateFormat()


def text(*cells: str | None) -> pd.Series[str]:
    return pd.Series(list(cells), index=range(2, 2 + len(cells)), dtype="str")


def test_text_of_numbers_dates_and_truths_is_as_a_person_writes_it() -> None:
    assert to_text(pd.Series([110105.0, 1.5, None])).tolist()[:2] == ["110105", "1.5"]
    assert to_text(pd.Series([True, False])).tolist() == ["True", "False"]
    assert to_text(pd.to_datetime(pd.Series(["2025-03-01 13:45"]))).tolist() == ["2025-03-01 13:45:00"]
    assert to_text(text(" x ", "  ")).isna().tolist() == [False, True]


def test_names_become_codes_that_are_alike_however_they_are_written() -> None:
    codes = to_slug(text("Penrose/Fayette", " PENROSE  fayette ", "O'Donnell Hts.", "枫源村", None)).tolist()
    assert codes[:4] == ["penrose-fayette", "penrose-fayette", "o-donnell-hts", "枫源村"]
    assert pd.isna(codes[4])


def test_whole_numbers_and_what_is_none() -> None:
    found = convert(text("12", "1.5", "x", None, "3.0"), "Int64", dates=ISO, zone="UTC")
    assert found.column.tolist() == [12, pd.NA, pd.NA, pd.NA, 3]
    assert found.unreadable.tolist() == [3, 4]


@pytest.mark.parametrize("cell", ["inf", "nan degrees", "1e999"])
def test_a_number_without_end_is_none(cell: str) -> None:
    assert convert(text(cell), "float64", dates=ISO, zone="UTC").unreadable.tolist() == [2]


DATES = [
    (("%m/%d/%Y %H:%M",), "7/19/2017 13:45", "2017-07-19 13:45"),
    (("%Y年%m月%d日",), "2025年3月1日", "2025-03-01"),
    (("%Y-%m-%d", "%d.%m.%Y"), "31.12.2025", "2025-12-31"),
    ((), "2025-03-01T13:45:10", "2025-03-01 13:45:10"),
    ((), "2025-03-01", "2025-03-01"),
    (("%d.%m.%Y",), "2025-03-01 13:45:00", "2025-03-01 13:45"),  # a typed cell of a workbook
]


@pytest.mark.parametrize(("formats", "cell", "expected"), DATES)
def test_dates_are_read_by_their_format(formats: tuple[str, ...], cell: str, expected: str) -> None:
    found = convert(text(cell), "datetime64[ms]", dates=DateFormat(formats), zone="Asia/Shanghai")
    assert found.column.tolist() == [pd.Timestamp(expected)]
    assert found.column.dtype == "datetime64[ms]"


def test_what_is_no_date_is_told_and_an_empty_cell_is_not() -> None:
    found = convert(text("2025-02-30", None, "soon"), "datetime64[ms]", dates=DateFormat(("%Y-%m-%d",)), zone="UTC")
    assert found.unreadable.tolist() == [2, 4]


@pytest.mark.parametrize("cell", ["2025", "20250301", "45717"])
def test_a_lone_number_is_no_date(cell: str) -> None:
    assert convert(text(cell), "datetime64[ms]", dates=ISO, zone="UTC").unreadable.tolist() == [2]


def test_a_clock_in_another_zone_becomes_wall_time_of_the_release() -> None:
    # Chicago is 13 hours behind Shanghai in summer (UTC-5), 14 in winter (UTC-6); Shanghai has no summer time.
    cells = text("2017-07-19 13:45", "2017-01-19 13:45")
    zone = DateFormat(("%Y-%m-%d %H:%M",), "America/Chicago")
    found = convert(cells, "datetime64[ms]", dates=zone, zone="Asia/Shanghai")
    assert found.column.tolist() == [pd.Timestamp("2017-07-20 02:45"), pd.Timestamp("2017-01-20 03:45")]


def test_an_offset_in_the_cell_comes_before_the_zone() -> None:
    cells = text("2025-03-01T00:00:00Z", "2025-03-01T00:00:00", "2025-03-01T00:00:00+02:00")
    found = convert(cells, "datetime64[ms]", dates=ISO, zone="Asia/Shanghai")
    assert found.column.dt.hour.tolist() == [8, 0, 6]


def test_the_zone_s_own_clock_is_left_as_it_is_at_a_change() -> None:
    cells = text("2017-03-12 02:30", "2017-11-05 01:30")
    found = convert(cells, "datetime64[ms]", dates=DateFormat((), "America/Chicago"), zone="America/Chicago")
    assert found.column.dt.hour.tolist() == [2, 1]


def test_an_hour_that_a_clock_change_skips_or_doubles_is_still_a_moment_elsewhere() -> None:
    # 02:30 was skipped: 03:00 CDT is 16:00 in Shanghai. 01:30 came twice: the first is CDT, 14:30 in Shanghai.
    cells = text("2017-03-12 02:30", "2017-11-05 01:30")
    found = convert(cells, "datetime64[ms]", dates=DateFormat((), "America/Chicago"), zone="Asia/Shanghai")
    assert found.column.dt.strftime("%H:%M").tolist() == ["16:00", "14:30"]


def test_typed_dates_are_taken_as_they_are() -> None:
    cells = pd.Series(pd.to_datetime(["2025-03-01 10:00"], utc=True))
    assert convert(cells, "datetime64[ms]", dates=ISO, zone="Asia/Shanghai").column.dt.hour.tolist() == [18]


# New York is 4 hours behind UTC in summer, 5 in winter: midnight taken for UTC's was written as the evening before.
MOVED = [
    ("2018-07-25 20:00:00", "2018-07-26 00:00:00"),
    ("2018-01-29 19:00:00", "2018-01-30 00:00:00"),
    ("2017-07-15 05:01:34", "2017-07-15 09:01:34"),
]


@pytest.mark.parametrize(("written", "meant"), MOVED)
def test_a_clock_taken_for_another_zone_s_is_moved_back_where_it_was(written: str, meant: str) -> None:
    dates = DateFormat((), "America/New_York", Moved("UTC"))
    moved = pd.Series([True, False, True], index=[2, 3, 4])
    found = convert(text(written, written, None), "datetime64[ms]", dates=dates, zone="America/New_York", moved=moved)
    assert found.column.tolist()[:2] == [pd.Timestamp(meant), pd.Timestamp(written)]
    assert found.unreadable.empty


def test_what_is_moved_back_is_told_in_the_release_s_zone() -> None:
    dates = DateFormat((), "America/New_York", Moved("UTC"))
    every = pd.Series([True], index=[2])
    found = convert(text("2018-07-25 20:00:00"), "datetime64[ms]", dates=dates, zone="Asia/Shanghai", moved=every)
    # Midnight in New York's summer is noon in Shanghai.
    assert found.column.tolist() == [pd.Timestamp("2018-07-26 12:00")]


MOMENT = st.datetimes().flatmap(
    lambda moment: st.sampled_from(
        [moment.isoformat(sep=mark, timespec=unit) for mark in " T" for unit in ("minutes", "seconds", "milliseconds")]
    )
)
ODD_DATE = st.from_regex(
    r"[0-3][0-9]{3}-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-7][0-9](:[0-7][0-9](\.[0-9]{1,6})?)?(Z|\+08:00)?)?",
    fullmatch=True,
)
DATE = st.one_of(st.dates().map(str), MOMENT, ODD_DATE, st.sampled_from(["", "soon", "2025", "20250301"]))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@settings(deadline=None)
@given(cells=st.lists(DATE, max_size=6))
def test_moments_read_all_at_once_are_those_read_cell_by_cell(zone: str, cells: list[str]) -> None:
    column = text(*cells)
    found = module._parse(column, (), "Asia/Shanghai", zone)
    pd.testing.assert_series_equal(found, module._parse_each(column, (), "Asia/Shanghai", zone))


NUMBER = st.one_of(
    st.floats(allow_nan=False).map(repr),
    st.integers().map(str),
    st.from_regex(r"[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
)


@settings(deadline=None)
@given(cells=st.lists(NUMBER, min_size=1, max_size=6))
def test_a_number_is_the_one_nearest_to_what_the_cell_says(cells: list[str]) -> None:
    numbers = convert(text(*cells), "float64", dates=ISO, zone="UTC").column.to_numpy()
    said = np.array([float(cell) for cell in cells])
    np.testing.assert_allclose(numbers[np.isfinite(said)], said[np.isfinite(said)], rtol=1e-15, atol=0)
    assert np.isnan(numbers[~np.isfinite(said)]).all()


@pytest.mark.parametrize("cell", [".5", "-.5", "1-2", "-", "+1", "1e5", None])
def test_decimals_are_the_same_whatever_stands_beside_them(cell: str | None) -> None:
    numbers, plain = module.read_decimals(pa.array(["120.5", "-3", cell], pa.large_string()))
    assert numbers[:2].tolist() == [120.5, -3.0]
    assert plain.tolist() == [True, True, cell in ("+1", "1e5")]


ODD_NUMBER = st.sampled_from(
    ["1,5", "１２", "0x1A", "1_000", "nan", "inf", "1e400", ".5", "5.", "+.5", "- 1", "1 2", "True", "x"]
)


@settings(deadline=None)
@given(cells=st.lists(ODD_NUMBER, min_size=1, max_size=4))
def test_what_is_no_decimal_is_read_as_pandas_does(cells: list[str]) -> None:
    expected = pd.to_numeric(text(*cells), errors="coerce").to_numpy(dtype=np.float64)
    found = module._read_numbers(text(*cells)).to_numpy()
    np.testing.assert_array_equal(found, expected)
