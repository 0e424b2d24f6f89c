"""Rows as they came from a file, as CSV or a workbook that a spreadsheet shows and never runs."""

from __future__ import annotations

import io

import pandas as pd
import xlsxwriter

from geo.intake.spreadsheets import safe_texts

__all__ = ["rows_csv", "rows_xlsx"]

# What a workbook allows: signs in the name of a sheet, and in a cell.
_SHEET_NAME, _CELL_SIGNS = 31, 32_767
_NO_SHEET_SIGNS = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


def rows_csv(rows: pd.DataFrame) -> str:
    """Return rows as CSV text for a spreadsheet, names of columns too; see `geo.intake.spreadsheets.safe_cell`.

    Parameters
    ----------
    rows
        Any cells; missing ones become empty.
    """
    return str(safe_texts(rows).to_csv(index=False, lineterminator="\r\n"))


def rows_xlsx(rows: pd.DataFrame, *, sheet: str) -> bytes:
    """Return rows as a workbook of one sheet: the head stays in view and filters; every text is text, never a formula.

    Parameters
    ----------
    rows
        Any cells; missing ones become empty. Numbers stay numbers, all else is written as text.
    sheet
        Name of the sheet.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet[:_SHEET_NAME].translate(_NO_SHEET_SIGNS))
        page.write_row(0, 0, [str(name) for name in rows.columns], book.add_format({"bold": True}))
        for place, cells in enumerate(rows.itertuples(index=False), start=1):
            for column, value in enumerate(cells):
                if pd.isna(value):
                    continue
                if pd.api.types.is_number(value) and not pd.api.types.is_bool(value):
                    page.write_number(place, column, value)
                else:
                    page.write_string(place, column, str(value)[:_CELL_SIGNS])
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(len(rows), 1), max(len(rows.columns) - 1, 0))
        page.autofit()
    return out.getvalue()
