"""What is kept of an error: where it was, and no value of anybody's data."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import InputRefused, trace_of

PHONE = "13912345678"


def _caught(fail: object) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011  any error at all
        fail()  # type: ignore[operator]
    return caught.value


def test_the_message_of_another_program_is_dropped_along_the_chain() -> None:
    def fail() -> None:
        try:
            pd.to_datetime(PHONE + " Li Lei", format="%Y")
        except ValueError as error:
            error.add_note(PHONE)
            raise RuntimeError(PHONE) from error

    trace = trace_of(_caught(fail))
    assert PHONE not in trace
    assert "Li Lei" not in trace
    assert [line for line in trace.splitlines() if not line.startswith(" ")] == ["RuntimeError", "after:", "ValueError"]
    assert "test_errors.py:" in trace


def test_the_names_of_errors_in_a_group_are_kept_without_their_values() -> None:
    trace = trace_of(ExceptionGroup(PHONE, [KeyError(PHONE), InputRefused("a.csv: no. Remedy: none.")]))
    assert PHONE not in trace
    assert "KeyError" in trace
    assert "geo.errors.InputRefused: a.csv: no. Remedy: none." in trace


def test_an_error_that_hides_where_it_came_from_does_so_here() -> None:
    def fail() -> None:
        try:
            int(PHONE + "x")
        except ValueError:
            raise KeyError(PHONE) from None

    assert trace_of(_caught(fail)).splitlines()[-1] == "KeyError"
    assert PHONE not in trace_of(_caught(fail))
