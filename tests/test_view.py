"""Views and periods: what they mean, what they refuse, and the way to the URL and back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.codes import code_list
from geo.errors import ViewError
from geo.view import CLASS_LISTS, Period, View, default_period

MONTH_NUMBERS = st.integers(12 * 1950, 12 * 2100)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("2025-Q1", date(2025, 1, 1), date(2025, 4, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2017..2019", date(2017, 1, 1), date(2020, 1, 1)),
        ("2024-11..2025-02", date(2024, 11, 1), date(2025, 3, 1)),
        ("2024-Q4..2025-01", date(2024, 10, 1), date(2025, 2, 1)),
    ],
)
def test_period_is_half_open(text: str, start: date, end: date) -> None:
    period = Period(text)
    assert (period.start, period.end) == (start, end)
    assert period.days == (end - start).days


@pytest.mark.parametrize(
    "text", ["", "25", "2025-13", "2025-Q5", "2025-1", "2019..2017", "2025..", "..2025", "2025-03-01"]
)
def test_bad_periods_are_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ViewError, match="Remedy"):
        Period(text)


def test_period_before_and_a_year_earlier() -> None:
    assert Period("2025-Q1").previous() == Period("2024-Q4")
    assert Period("2025-01..2025-02").previous() == Period("2024-11..2024-12")
    assert Period("2017..2019").previous() == Period("2014..2016")
    assert Period("2024-02").last_year() == Period("2023-02")


@given(MONTH_NUMBERS, st.integers(1, 60))
def test_months_and_texts_agree(first: int, length: int) -> None:
    period = Period.from_months(first, first + length)
    assert len(period.months) == length
    assert Period(period.text) == period
    assert period.previous().end == period.start
    assert (period.last_year().start.year, period.last_year().start.month) == (
        period.start.year - 1,
        period.start.month,
    )


def test_default_period_is_the_last_whole_month() -> None:
    assert default_period(date(2024, 2, 29)).text == "2024-02"
    assert default_period(date(2024, 2, 28)).text == "2024-01"
    assert default_period(date(2024, 1, 5)).text == "2023-12"


@st.composite
def views(draw: st.DrawFn) -> View:
    layer = draw(st.sampled_from(list(CLASS_LISTS)))
    name = CLASS_LISTS[layer]
    first = draw(MONTH_NUMBERS)
    return View(
        period=Period.from_months(first, first + draw(st.integers(1, 40))),
        layer=layer,
        level=draw(st.sampled_from(list(code_list("level")))),
        area=draw(st.none() | st.from_regex(r"\A\S(?:[^\r\n]{0,10}\S)?\Z")),
        compare=draw(st.sampled_from(["previous", "last-year", "none"])),
        classes=tuple(draw(st.lists(st.sampled_from(list(code_list(name)))))) if name else (),
        source=draw(st.sampled_from([None, "reported", "discovered"])),
        release=draw(st.none() | st.integers(1, 10**8)),
    )


@given(views())
def test_a_view_survives_the_url(view: View) -> None:
    assert View.parse(view.to_query(), period=Period("1999")) == view


def test_classes_are_put_in_the_order_of_the_list() -> None:
    view = View.parse("layer=hazards&class=gas,fire&class=gas", period=Period("2025"))
    assert view.classes == ("fire", "gas")


@pytest.mark.parametrize(
    "query",
    [
        "level=street",
        "layer=persons",
        "period=soon",
        "class=fire",
        "source=rumour",
        "compare=tomorrow",
        "release=0",
        "release=１",
        "area=%20",
        "level=grid&level=village",
        "role=planner",
    ],
)
def test_what_is_not_known_is_refused(query: str) -> None:
    with pytest.raises(ViewError, match="Remedy"):
        View.parse(query, period=Period("2025"))


def test_another_layer_drops_the_classes_it_does_not_have() -> None:
    view = View(Period("2025"), layer="hazards", classes=("fire", "other"))
    assert view.replace(layer="disputes").classes == ("other",)
    assert view.replace(layer="coverage").classes == ()


def test_comparison_periods() -> None:
    view = View(Period("2025-03"))
    assert view.comparison == Period("2024-03")
    assert view.replace(compare="previous").comparison == Period("2025-02")
    assert view.replace(compare="none").comparison is None


@given(views())
def test_no_day_is_compared_with_itself(view: View) -> None:
    compared = view.comparison
    assert compared is None or compared.end <= view.period.start


def test_several_years_are_compared_with_as_many_before() -> None:
    assert View(Period("2024..2025")).comparison == Period("2022..2023")
