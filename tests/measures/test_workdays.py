"""Days that are worked: China's notices, and what is wrong with data of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.measures.times import day_number
from geo.measures.workdays import load_workdays

TEXT = """
version = "1"
[[years]]
year = 2025
source = "notice"
holidays = [[2025-01-28, 2025-02-04]]
made_up = [2025-01-26, 2025-02-08]
"""


def days_worked(first: date, last: date) -> list[str]:
    """The days from first to last that are worked in China, as month-day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    worked = load_workdays().is_worked([day_number(day) for day in days])
    return [f"{day:%m-%d}" for day, is_worked in zip(days, worked, strict=True) if is_worked]


def test_spring_festival_2025() -> None:
    # Notice: 28 January to 4 February off; Sunday 26 January and Saturday 8 February worked.
    assert days_worked(date(2025, 1, 20), date(2025, 2, 10)) == [
        *("01-20", "01-21", "01-22", "01-23", "01-24", "01-26", "01-27"),
        *("02-05", "02-06", "02-07", "02-08", "02-10"),
    ]


@pytest.mark.parametrize(
    # Mondays to Fridays of the year, those of them that are holidays, and the weekend days worked.
    ("year", "weekdays", "weekdays_off", "made_up"),
    [(2019, 261, 17, 6), (2024, 262, 19, 8), (2025, 261, 18, 5), (2026, 261, 19, 6)],
)
def test_days_worked_in_a_year(year: int, weekdays: int, weekdays_off: int, made_up: int) -> None:
    start, end = day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1))
    assert int(load_workdays().count(start, end)) == weekdays - weekdays_off + made_up


def test_every_year_has_its_notice() -> None:
    china = load_workdays()
    assert list(china.sources) == list(range(2019, 2027))
    assert all("国" in source for source in china.sources.values())
    assert (china.known_from, china.known_until) == (day_number(date(2019, 1, 1)), day_number(date(2027, 1, 1)))


def test_outside_of_the_years_weekends_alone_are_told() -> None:
    # The Spring Festival of 2027 begins on Saturday, 6 February; its notice is not in the data.
    assert days_worked(date(2027, 2, 5), date(2027, 2, 9)) == ["02-05", "02-08", "02-09"]


def test_days_between(tmp_path: Path) -> None:
    own = tmp_path / "workdays.toml"
    own.write_text(TEXT, encoding="utf-8")
    days = load_workdays(own)
    # From Friday, 24 January, to before Wednesday, 5 February: 24, 26 and 27 January; the other way round none.
    friday, wednesday = day_number(date(2025, 1, 24)), day_number(date(2025, 2, 5))
    assert int(days.count(friday, wednesday)) == 3
    assert int(days.count(wednesday, friday)) == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2025-02-08", "2025-02-07", "no Saturday or Sunday"),
        ("2025-02-04", "2025-01-04", "before it begins"),
        ("year = 2025", "", "year"),
        ("[[2025", "[[", "can't be read"),
    ],
)
def test_wrong_data_name_the_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    own = tmp_path / "workdays.toml"
    own.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(GeoError, match=rf"workdays\.toml.*{message}.*Remedy"):
        load_workdays(own)


def test_a_year_in_between_may_not_be_missing(tmp_path: Path) -> None:
    own = tmp_path / "workdays.toml"
    later = TEXT.partition("[[years]]")[2].replace("2025", "2027").replace("2027-01-26, 2027-02-08", "")
    own.write_text(f"{TEXT}[[years]]{later}", encoding="utf-8")
    with pytest.raises(GeoError, match="2025, 2027, and not one after another"):
        load_workdays(own)
