"""Numbers, shares and days in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from geo.view import Period
from geo.words import speak
from geo.words.formats import change_text, count_text, day_text, decimal_text, month_text, period_text, share_text


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    speak("en")
    yield
    speak("en")


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_no_value_is_a_dash(missing: float | None) -> None:
    assert [write(missing) for write in (count_text, decimal_text, share_text, change_text)] == ["–"] * 4


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0"), (0.004, "0.4"), (0.0004, "0.04"), (0.996, "99.6"), (0.99996, "99.996"), (1.0, "100"), (0.5, "50")],
)
def test_not_quite_all_is_never_written_as_all(share: float, text: str) -> None:
    assert share_text(share) == f"{text}\N{NARROW NO-BREAK SPACE}%"


def test_numbers_have_thousands_marks_and_a_true_minus() -> None:
    assert (count_text(1234567), count_text(-3), decimal_text(1234.56)) == ("1,234,567", "−3", "1,234.6")


def test_a_change_always_has_its_sign() -> None:
    assert [change_text(value) for value in (-0.06, 0.06, 0.001)] == [
        f"{text}\N{NARROW NO-BREAK SPACE}%" for text in ("−6", "+6", "±0")
    ]


def test_chinese_days_months_and_periods() -> None:
    speak("zh_CN")
    assert day_text(date(2025, 12, 31)) == "2025年12月31日"
    assert month_text(date(2025, 3, 1)) == "2025年3月"
    assert [period_text(Period(text)) for text in ("2025", "2025-Q1", "2025-03")] == [
        "2025年",
        "2025年第1季度",
        "2025年3月",
    ]
    assert share_text(0.5) == "50%"
