from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.intake.moments import read_usual_moments

WRITING = re.compile(r"[12]\d{3}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{3})?)?)?", re.ASCII)
NEARLY = st.from_regex(
    r"[0-3]\d{3}-[01]\d-[0-3]\d([ T][0-2]\d(:[0-6]\d){0,2}(\.\d{1,4})?(Z|[+-]\d\d)?)?", fullmatch=True
)


def read(*cells: str | None, thousandths: bool = True) -> tuple[list[str], list[bool]]:
    moments, usual = read_usual_moments(pa.array(cells, pa.large_string()), thousandths=thousandths)
    return np.datetime_as_string(moments, "ms").tolist(), usual.tolist()


def test_cells_in_the_usual_writing_are_read_among_others() -> None:
    moments, usual = read("2025-03-01", "2025-03-01 13:45", "2025-03-01T13:45:10", "soon", None, "1/3/2025 12:30:10")
    assert usual == [True, True, True, False, False, False]
    assert moments[:3] == ["2025-03-01T00:00:00.000", "2025-03-01T13:45:00.000", "2025-03-01T13:45:10.000"]
    assert set(moments[3:]) == {"NaT"}


def test_thousandths_are_read_where_they_may_be() -> None:
    assert read("2025-03-01 13:45:10.123") == (["2025-03-01T13:45:10.123"], [True])
    assert read("2025-03-01 13:45:10.123", "2025-03-01", thousandths=False)[1] == [False, True]


def test_a_day_that_no_month_has_leaves_all_to_a_reader_of_single_cells() -> None:
    assert read("2025-02-30", "2025-03-01") == (["NaT", "NaT"], [False, False])


def test_no_cells_at_all_are_read() -> None:
    assert read() == ([], [])


@settings(deadline=None)
@given(st.lists(st.one_of(NEARLY, st.text("0123456789-T :.Z+\uff11", min_size=9, max_size=23)), max_size=4))
@example(["0999-12-31", "2025-03-01"])
@example(["3000-01-01", "2025-03-01"])
def test_what_is_read_is_what_is_written_so(cells: list[str]) -> None:
    moments, usual = read(*cells)
    written = [WRITING.fullmatch(cell) is not None for cell in cells]
    if usual != written:
        assert not any(usual)
        with pytest.raises(ValueError, match=r"date|time|hour|minute|second|month|day|parsing|range"):
            [np.datetime64(cell) for cell, one in zip(cells, written, strict=True) if one]
    assert [moment for moment, one in zip(moments, usual, strict=True) if one] == [
        str(np.datetime64(cell, "ms")) for cell, one in zip(cells, usual, strict=True) if one
    ]
