"""Rows of a layer on their way into a release, too many to be held at once: a file that is written batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.layers import LAYERS, Layer

__all__ = ["Checked", "StagedRows", "StagedTable", "layer_schema", "repeated_columns"]

#: What is read at a time.
_ROWS_AT_A_TIME = 122_880
# Written once, read twice, and gone: little time goes into making it small.
_COMPRESSION = "lz4"


@dataclass(frozen=True)
class Checked:
    """What somebody has checked every row of a layer with by `geo.layers.find_faults`, double keys included.

    Parameters
    ----------
    rules_hash
        Of the rules.
    codes
        Set of code patterns: a key of ``rules.codes``.
    """

    rules_hash: str
    codes: str


@dataclass(frozen=True)
class StagedRows:
    """A layer's rows in a file of their own, in no order.

    Parameters
    ----------
    layer
        Name of the layer; it has no geometry.
    path
        Parquet file with the layer's columns in their types.
    rows
        How many.
    checked
        What whoever wrote them has checked them with, so that publishing need not do it again; None if nobody has.
    """

    layer: str
    path: Path
    rows: int
    checked: Checked | None = None

    def __len__(self) -> int:
        return self.rows

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """Give the rows, some at a time, in the layer's types; the index is their number in the file.

        Parameters
        ----------
        columns
            Columns wanted; all if None.
        """
        types = {name: dtype for name, dtype in LAYERS[self.layer].dtypes.items() if columns is None or name in columns}
        first = 0
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(_ROWS_AT_A_TIME, columns=list(types)):
                rows: pd.DataFrame = batch.to_pandas().astype(types)
                yield rows.set_axis(pd.RangeIndex(first, first + len(rows)))
                first += len(rows)

    def read(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return all rows at once: for few columns, or few rows."""
        return pd.concat(list(self.batches(columns)))


class StagedTable:
    """Writes batches of one schema to a Parquet file; a context that closes it.

    Parameters
    ----------
    path
        File to write.
    schema
        Of all batches.
    repeated
        Columns whose values come again and again.
    compression
        Of the file.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, *, repeated: Sequence[str] = (), compression: str = _COMPRESSION
    ) -> None:
        self.path, self.schema, self.rows = path, schema, 0
        self._writer = pq.ParquetWriter(
            path, schema, compression=compression, use_dictionary=list(repeated) or False, write_statistics=False
        )

    def __enter__(self) -> StagedTable:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, rows: pd.DataFrame) -> None:
        """Add rows."""
        if len(rows):
            self._writer.write_table(pa.Table.from_pandas(rows, schema=self.schema, preserve_index=False))
            self.rows += len(rows)


def layer_schema(layer: Layer) -> pa.Schema:
    """Return the Arrow schema of a layer without geometry, as pandas has its types."""
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in layer.dtypes.items()})
    return pa.Schema.from_pandas(empty, preserve_index=False)


def repeated_columns(layer: Layer) -> list[str]:
    """Return the columns of text whose values come again: names of single rows repeat nowhere, all other text does."""
    return [name for name, dtype in layer.dtypes.items() if dtype == "str" and layer.key != (name,)]
