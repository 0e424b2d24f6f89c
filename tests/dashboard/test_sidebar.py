"""Which periods and areas the sidebar offers."""

from __future__ import annotations

import pytest

from geo.dashboard.parts.sidebar import period_of, period_options, unit_of
from geo.view import Period


@pytest.mark.parametrize(
    ("text", "unit"), [("2025-03", "month"), ("2025-Q3", "quarter"), ("2025", "year"), ("2017..2019", "year")]
)
def test_unit(text: str, unit: str) -> None:
    assert unit_of(Period(text)) == unit


def test_another_unit_keeps_the_end_of_the_period() -> None:
    assert period_of(Period("2025-05"), "quarter").text == "2025-Q2"
    assert period_of(Period("2025-05"), "year").text == "2025"
    assert period_of(Period("2017..2019"), "month").text == "2019-12"


def test_periods_reach_back_to_the_first_record() -> None:
    assert period_options(Period("2025-02"), "2024-12", "2025-02") == ["2025-02", "2025-01", "2024-12"]
    assert period_options(Period("2025"), "2024-12", "2025-02") == ["2025", "2024"]


def test_a_period_out_of_reach_stays_in_the_list() -> None:
    assert period_options(Period("2017..2019"), "2024-12", "2025-02")[0] == "2017..2019"
