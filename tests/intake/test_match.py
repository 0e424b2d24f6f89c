from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.match import holds_only

CELLS = st.lists(st.none() | st.text("ab1-枫", max_size=3), max_size=6)


@given(CELLS, st.integers(0, 6), st.sampled_from(["a", "ab1-", "1-"]))
def test_signs_are_those_of_the_cells_alone(cells: list[str | None], start: int, signs: str) -> None:
    expected = set("".join(cell or "" for cell in cells[start:])) <= set(signs)
    text = pa.array(cells, pa.large_string())
    assert holds_only(text.slice(start), signs.encode()) is expected
    assert holds_only(pa.chunked_array([text.slice(start)], pa.large_string()), signs.encode()) is expected


@pytest.mark.parametrize(("text", "expected"), [("12", True), ("1x", False)])
def test_every_chunk_is_looked_at(text: str, expected: bool) -> None:
    chunked = pa.chunked_array([["1"], [], [text]], pa.large_string())
    assert holds_only(chunked, b"12") is expected
