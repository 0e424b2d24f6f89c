"""Rows as CSV: nothing in them runs in a spreadsheet, and nothing is lost."""

from __future__ import annotations

import csv
import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.export.rows import rows_csv, rows_xlsx
from geo.intake.spreadsheets import safe_cell

CELLS = st.text(st.sampled_from("=+-@\t\r\n'\"，,;a1.＝"), max_size=6)


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "--1", "-1\n"]
)
def test_what_would_run_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-76.61", "+86", "-1e-5", "", "a=b", "'=1", "39.3"])
def test_numbers_and_words_stay(text: str) -> None:
    assert safe_cell(text) == text


def test_missing_cells_are_empty_and_names_are_safe_too() -> None:
    rows = pd.DataFrame({"row": [2, 3], "=name": ["=1", None], "lon": [-76.5, float("nan")]})
    assert rows_csv(rows) == "row,'=name,lon\r\n2,'=1,-76.5\r\n3,,\r\n"


def test_no_rows_leave_the_names() -> None:
    assert rows_csv(pd.DataFrame({"row": pd.Series(dtype="int64")})) == "row\r\n"


@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_every_cell_comes_back_and_none_is_a_formula(cells: list[tuple[str, str]]) -> None:
    text = rows_csv(pd.DataFrame(cells, columns=["a", "b"], dtype="object"))
    back = list(csv.reader(io.StringIO(text, newline="")))[1:]
    for row, expected in zip(back, cells, strict=True):
        assert [cell == want or cell == f"'{want}" for cell, want in zip(row, expected, strict=True)] == [True, True]
        assert not any(cell[:1] in ("=", "@", "\t", "\r", "＝") for cell in row)


def test_a_workbook_holds_texts_and_no_formulas() -> None:
    rows = pd.DataFrame(
        {"row": [2, 3], "=name": ["=1+1", "http://a.b"], "n": [1.5, None], "long": ["x" * 40_000, "０"]}
    )
    book = openpyxl.load_workbook(io.BytesIO(rows_xlsx(rows, sheet="[a]/b: a sheet with a name that is too long")))
    (sheet,) = book.worksheets
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)] == [
        ["row", "=name", "n"],
        [2, "=1+1", 1.5],
        [3, "http://a.b", None],
    ]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"n", "s"}
    assert len(str(sheet["D2"].value)) == 32_767
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    assert sheet.freeze_panes == "A2"
