"""Which periods the sidebar offers."""

from __future__ import annotations

from geo.dashboard.parts.sidebar import period_options
from geo.view import Period


def test_years_quarters_and_months_reach_back_to_the_first_record() -> None:
    assert period_options(Period("2025-02"), "2024-12", "2025-02") == [
        *("2025", "2024"),
        *("2025-Q1", "2024-Q4"),
        *("2025-02", "2025-01", "2024-12"),
    ]


def test_a_period_out_of_reach_stays_in_the_list() -> None:
    assert period_options(Period("2017..2019"), "2024-12", "2025-02")[0] == "2017..2019"
