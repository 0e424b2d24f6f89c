"""A cell that is longer than any is told with its column and row; all else passes."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import LayerError
from geo.intake.readers.limits import load_limits
from geo.intake.readers.table_check import check_cells

MOST = load_limits().table_cell_characters


def test_a_long_cell_is_told_with_its_column_and_row() -> None:
    table = pd.DataFrame({"a": ["x" * MOST, None], "b": ["y", "网" * (MOST + 1)]}, index=[2, 3], dtype="str")
    with pytest.raises(LayerError, match=r"f\.csv, column b, row 3: a cell of 131,073 characters"):
        check_cells("f.csv", table)


def test_cells_of_the_usual_length_and_numbers_pass() -> None:
    check_cells("f.csv", pd.DataFrame({"a": ["x" * MOST, None], "n": [1, 2]}))
