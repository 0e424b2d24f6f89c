"""Degrees as people write them; every value worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.doctor.angles import ANGLE_KINDS, read_angles


@pytest.mark.parametrize(
    ("text", "degrees", "kind"),
    [
        ("120.155", 120.155, "decimal"),
        (" -76.5 ", -76.5, "decimal"),
        ("1.2E2", 120.0, "decimal"),
        ("30,25", 30.25, "comma"),
        ("120°30'36\"", 120.51, "sexagesimal"),
        ("120°30′36″E", 120.51, "sexagesimal"),
        ("N30°15'", 30.25, "sexagesimal"),
        ("30°15.5'", 30.0 + 15.5 / 60, "sexagesimal"),
        ("东经120度30分36秒", 120.51, "sexagesimal"),
        ("北纬30°", 30.0, "sexagesimal"),
        ("76 30 0 W", -76.5, "sexagesimal"),
        ("33°S", -33.0, "sexagesimal"),
        ("南纬33度6分", -33.1, "sexagesimal"),
        ("30:15:00", 30.25, "sexagesimal"),
        ("１２０．５", 120.5, "decimal"),
    ],
)
def test_ways_to_write_a_degree(text: str, degrees: float, kind: str) -> None:
    angles = read_angles(pd.Series([text]))
    assert angles.degrees[0] == pytest.approx(degrees)
    assert ANGLE_KINDS[angles.kinds[0]] == kind


@pytest.mark.parametrize("text", ["near the bridge", "30°75'", "30°10'60\"", "1,234,567.5", "12-34-56-78", "°", "N"])
def test_what_is_no_degree(text: str) -> None:
    angles = read_angles(pd.Series([text]))
    assert np.isnan(angles.degrees[0])
    assert angles.count("other") == 1


def test_empty_cells_are_neither_degrees_nor_faults() -> None:
    angles = read_angles(pd.Series(["", "  ", None], dtype="str"))
    assert (angles.count("empty"), angles.count("other")) == (3, 0)


@given(degree=st.integers(0, 179), minute=st.integers(0, 59), second=st.integers(0, 59), west=st.booleans())
def test_written_out_and_read_back(degree: int, minute: int, second: int, west: bool) -> None:
    value = (degree + minute / 60 + second / 3600) * (-1 if west else 1)
    written = f"{degree}°{minute:02d}′{second:02d}″{'W' if west else 'E'}"
    assert read_angles(pd.Series([written])).degrees[0] == pytest.approx(value)


@given(st.text(max_size=30))
def test_no_text_is_too_much(text: str) -> None:
    angles = read_angles(pd.Series([text], dtype="str"))
    assert np.isnan(angles.degrees[0]) == (ANGLE_KINDS[angles.kinds[0]] in ("other", "empty"))


def test_texts_of_several_pieces_are_read_as_one() -> None:
    pieces = pd.concat([pd.Series(["120.5", "120,5"], dtype="str"), pd.Series(["120°30'"], dtype="str")])
    assert read_angles(pieces).degrees.tolist() == [120.5, 120.5, 120.5]
