"""Read any file for the doctor, by the ending of its name; lenient where the import is strict."""

from __future__ import annotations

from pathlib import Path

from geo.intake.doctor.books import read_book_table
from geo.intake.doctor.delimited import read_text_table
from geo.intake.doctor.features import read_feature_table, read_parquet_table
from geo.intake.doctor.table import Reading
from geo.intake.readers.read import unpacked
from geo.intake.readers.table_check import check_cells
from geo.intake.recipes.recipe import Recipe

__all__ = ["read_raw"]

_TEXT = (".csv", ".tsv", ".txt")
_BOOK = (".xlsx", ".xlsm", ".xls")
_PARQUET = (".parquet", ".geoparquet")


def read_raw(path: Path, *, part: str | None = None, recipe: Recipe | None = None) -> Reading:
    """Read a file's table as it is, and tell what was wrong on the way.

    Parameters
    ----------
    path
        The file.
    part
        Sheet, layer or member; the recipe's if None.
    recipe
        Tells part, encoding, delimiter and header row.

    Raises
    ------
    InputRefused
        When nothing of it can be read.
    """
    with unpacked(path, part or (recipe.part if recipe else None)) as (found, inner):
        kind = found.suffix.lower()
        encoding = recipe.encoding if recipe else None
        header_row = recipe.header_row if recipe else None
        if kind in _TEXT:
            delimiter = recipe.delimiter if recipe else None
            reading = read_text_table(found, encoding=encoding, delimiter=delimiter, header_row=header_row)
        elif kind in _BOOK:
            reading = read_book_table(found, sheet=inner, header_row=header_row)
        elif kind in _PARQUET:
            reading = read_parquet_table(found)
        else:
            reading = read_feature_table(found, part=inner, encoding=encoding)
    if reading.table is not None:
        check_cells(path.name, reading.table.cells)
    return reading
