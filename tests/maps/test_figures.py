"""Numbers as people read them."""

from __future__ import annotations

import pytest

from geo.maps.figures import format_number


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "count", "0"),
        (1234567, "count", "1,234,567"),
        (-3.5, "days", "−3.5"),
        (0.85, "share", "85"),
        (0.0001, "per_1000", "0.0001"),
        (0.00002, "per_1000", "0.00002"),
    ],
)
def test_numbers_have_marks_and_no_exponent(value: float, unit: str, text: str) -> None:
    assert format_number(value, unit=unit) == text
