"""Read any file that a county keeps, by the ending of its name, as a table whose index is the row a person sees."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from geo.errors import InputRefused
from geo.intake.readers.table_check import check_cells
from geo.intake.readers.text import delimited_columns, read_delimited, read_delimited_batches
from geo.intake.readers.unpack import unpack_part
from geo.intake.readers.vector import parquet_columns, read_parquet, read_vector, vector_columns
from geo.intake.readers.workbook import read_workbook

__all__ = ["READABLE", "STREAMED", "list_columns", "read_batches", "read_table", "unpacked"]

_TEXT = (".csv", ".tsv", ".txt")
_BOOK = (".xlsx", ".xlsm", ".xls")
_VECTOR = (".geojson", ".json", ".shp", ".gpkg", ".kml")
_PARQUET = (".parquet", ".geoparquet")

#: Endings of files that are read in batches.
STREAMED = _TEXT
#: Endings of file names that can be read.
READABLE: tuple[str, ...] = (*_TEXT, *_BOOK, *_VECTOR, *_PARQUET, ".zip")


def read_table(
    path: Path | str,
    *,
    columns: Sequence[str] | None = None,
    part: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> pd.DataFrame:
    """Read CSV, TSV, XLSX, GeoJSON, Shapefile (also zipped), GeoPackage, KML, Parquet or GeoParquet.

    Parameters
    ----------
    path
        The file.
    columns
        Columns to keep; all if None. A geometry is always kept.
    part
        Sheet of a workbook, layer of a GeoPackage, file in a zip; may be left out when there is one.
    encoding
        Of a text file or a shapefile; found from the file if None.
    delimiter
        Of a text file; found from the file if None.
    header_row
        Row, from 1, with the names of the columns, of a text file or a sheet.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        Text as text, so that codes keep their zeros; empty cells are missing. The index ``row`` is the row as a person
        sees it, from 1: with the header counted in a text file or a sheet, without in the others. The geometry, if any,
        is in the column ``geometry`` in the file's own coordinate system.

    Raises
    ------
    InputRefused
        When the file is not there, of another kind, broken or cut off; the text names what and the remedy.
    """
    with unpacked(Path(path), part) as (found, inner):
        kind = found.suffix.lower()
        if kind in _TEXT:
            table = read_delimited(
                found, columns=columns, encoding=encoding, delimiter=delimiter, header_row=header_row
            )
            check_cells(found.name, table)
            return table
        if kind in _BOOK:
            return read_workbook(found, columns=columns, sheet=inner, header_row=header_row)
        if kind in _PARQUET:
            return read_parquet(found, columns=columns)
        return read_vector(found, columns=columns, part=inner, encoding=encoding)


def read_batches(
    path: Path | str,
    *,
    columns: Sequence[str] | None = None,
    part: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> Generator[pd.DataFrame]:
    """Read a file in batches of rows: a text file of any length in little memory, any other at once.

    Parameters
    ----------
    path, columns, part, encoding, delimiter, header_row
        As in `read_table`.

    Yields
    ------
    pandas.DataFrame or geopandas.GeoDataFrame
        At least one; put together they are what `read_table` returns.

    Raises
    ------
    InputRefused
        As `read_table`, some of it when all has been read.
    """
    with unpacked(Path(path), part) as (found, _):
        if found.suffix.lower() in _TEXT:
            for batch in read_delimited_batches(
                found, columns=columns, encoding=encoding, delimiter=delimiter, header_row=header_row
            ):
                check_cells(found.name, batch)
                yield batch
            return
    yield read_table(path, columns=columns, part=part, encoding=encoding, delimiter=delimiter, header_row=header_row)


def list_columns(
    path: Path | str,
    *,
    part: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> tuple[str, ...]:
    """Return the names of a file's columns, without keeping a value of any of them.

    Parameters
    ----------
    path, part, encoding, delimiter, header_row
        As in `read_table`.

    Raises
    ------
    InputRefused
        As `read_table`.
    """
    with unpacked(Path(path), part) as (found, inner):
        kind = found.suffix.lower()
        if kind in _TEXT:
            return delimited_columns(found, encoding=encoding, delimiter=delimiter, header_row=header_row)
        if kind in _BOOK:
            return tuple(read_workbook(found, sheet=inner, header_row=header_row).columns)
        return parquet_columns(found) if kind in _PARQUET else vector_columns(found, part=inner, encoding=encoding)


@contextmanager
def unpacked(path: Path, part: str | None) -> Iterator[tuple[Path, str | None]]:
    """Give the file to read and the part in it; of a zip, a copy of its one readable file in a folder for the time."""
    if not path.exists():
        raise InputRefused(f"{path}: there is no such file. Remedy: check the name and the folder.")
    if not path.is_file():
        raise InputRefused(f"{path}: this is not a file. Remedy: name the file in it.")
    if path.suffix.lower() not in READABLE:
        raise InputRefused(f"{path.name}: this kind of file can't be read. Remedy: use one of {', '.join(READABLE)}.")
    if path.suffix.lower() != ".zip":
        yield path, part
        return
    with unpack_part(path, part, readable=READABLE) as found:
        yield found, None
