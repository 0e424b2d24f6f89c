"""A look at what a Parquet file says of itself, and at all its values, before it is read as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.errors import InputRefused
from geo.intake.readers.limits import Limits, in_words, load_limits
from geo.intake.readers.trial import TrialFailed, try_out
from geo.intake.readers.vector_check import check_size

__all__ = ["check_parquet"]

_NUMBER_BYTES = 8
_TEXTS = "BYTE_ARRAY"
_MARK = b"PAR1"
_PAGE_BYTES = 1 << 20
_TRIAL_SECONDS = 120
_REFUSED = "refused: "
_TRIAL = f"""
from pathlib import Path
from geo.errors import InputRefused
from geo.intake.readers.parquet_check import look_through
try:
    look_through(Path(sys.argv[1]))
except InputRefused as error:
    print("{_REFUSED}", error, sep="", end="")
    sys.exit(1)
except Exception as error:
    print(error, end="")
    sys.exit(1)
"""


def check_parquet(path: Path) -> None:
    """Refuse a Parquet file that is broken, or would become more in memory than the limits allow.

    The look is in a process of its own, as a wrong byte may end the one that reads it.

    Raises
    ------
    InputRefused
        When it has too many columns, or becomes too much.
    TrialFailed
        When it is broken: what its reader says of it.
    """
    check_size(path)
    if not _is_marked(path):
        raise TrialFailed("it does not begin and end as Parquet does")
    about = path.stat()
    refusal = _refusal(path.absolute(), about.st_size, about.st_mtime_ns)
    if refusal:
        raise InputRefused(refusal)


def _is_marked(path: Path) -> bool:
    with path.open("rb") as file:
        begins = file.read(len(_MARK)) == _MARK
        file.seek(max(0, path.stat().st_size - len(_MARK)))
        return begins and file.read() == _MARK


@lru_cache(maxsize=64)
def _refusal(path: Path, size: int, changed_ns: int) -> str:
    """Return why a file is refused, nothing if it is not; a file that has not changed is looked at once."""
    del size, changed_ns  # they tell one state of the file from the next
    try:
        try_out(path, _TRIAL, seconds=_TRIAL_SECONDS, memory_bytes=4 * load_limits().file_held_bytes)
    except TrialFailed as error:
        if str(error).startswith(_REFUSED):
            return str(error).removeprefix(_REFUSED)
        raise
    return ""


def look_through(path: Path) -> None:
    """Read all that a Parquet file holds, a column of a row group at a time, and forget it.

    A column of one value takes a few bytes in the file however many rows it has.

    Raises
    ------
    InputRefused
        When it has too many columns, or becomes too much; what is broken, such as text that is no UTF-8, is told by
        `pyarrow`'s own errors.
    """
    limits = load_limits()
    with pq.ParquetFile(path) as file:
        about = file.metadata
        if about.num_columns > limits.table_columns:
            problem = f"{about.num_columns:,} columns; a table has at most {limits.table_columns:,}"
            raise _refuse(path, problem, "take out those that are not needed")
        if about.num_rows > limits.table_whole_rows:
            problem = f"{about.num_rows:,} rows; a Parquet file may have {limits.table_whole_rows:,}"
            raise _refuse(path, problem, "cut it into parts, or save it as CSV")
        held = about.num_rows * about.num_columns * _NUMBER_BYTES
        if held > limits.file_held_bytes or _packed_bytes(about) > limits.file_held_bytes:
            raise _too_much(path, limits)
        columns = [about.schema.column(place) for place in range(about.num_columns)]
        texts = [column.path for column in columns if column.physical_type == _TEXTS]
        _check_cells(path, about, limits)
    held += sum(_text_bytes(path, name, limits) for name in texts)
    _read_through(path, [column.path for column in columns if column.physical_type != _TEXTS])
    if held > limits.file_held_bytes:
        raise _too_much(path, limits)


def _check_cells(path: Path, about: pq.FileMetaData, limits: Limits) -> None:
    """Refuse columns whose texts must be longer than any cell's, without reading one."""
    for group in map(about.row_group, range(about.num_row_groups)):
        for place in range(about.num_columns):
            chunk, column = group.column(place), about.schema.column(place)
            text = column.logical_type.type in ("STRING", "JSON", "ENUM")
            most = 4 * limits.table_cell_characters * max(1, chunk.num_values)
            if text and chunk.total_uncompressed_size > most + _PAGE_BYTES:
                problem = f"column {column.path} has cells of more than {limits.table_cell_characters:,} characters"
                raise _refuse(path, problem, "take them out")


def _packed_bytes(about: pq.FileMetaData) -> int:
    groups = range(about.num_row_groups)
    return sum(int(about.row_group(place).total_byte_size) for place in groups)


def _text_bytes(path: Path, name: str, limits: Limits) -> int:
    """Return how many bytes the texts of a column are, without making them: each different one is read once."""
    total = 0
    with pq.ParquetFile(path, read_dictionary=[name]) as file:
        for group in range(file.metadata.num_row_groups):
            read = file.read_row_group(group, columns=[name], use_threads=False)
            read.validate(full=True)  # a damaged file may have offsets outside its page, and text that is no UTF-8
            total += sum(_leaf_bytes(chunk) for column in read.columns for chunk in column.chunks)
            if total > limits.file_held_bytes:
                raise _too_much(path, limits)
    return total


def _read_through(path: Path, names: Sequence[str]) -> None:
    with pq.ParquetFile(path) as file:
        for group in range(file.metadata.num_row_groups):
            for name in names:
                file.read_row_group(group, columns=[name], use_threads=False).validate(full=True)


def _leaf_bytes(values: pa.Array) -> int:
    if not pa.types.is_dictionary(values.type):
        return int(values.nbytes)
    lengths = pc.binary_length(values.dictionary).take(values.indices)
    return int(pc.sum(lengths.cast(pa.int64())).as_py() or 0)


def _too_much(path: Path, limits: Limits) -> InputRefused:
    problem = f"its table becomes more than {in_words(limits.file_held_bytes)}"
    return _refuse(path, problem, "export fewer rows or columns, or save it as CSV")


def _refuse(path: Path, problem: str, remedy: str) -> InputRefused:
    return InputRefused(f"{path.name}: {problem}. Remedy: {remedy}.")
