"""Match cells with patterns (RE2), or look which signs they hold, a whole column at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["contains", "fullmatch", "holds_only"]


def contains(cells: pd.Series[Any], pattern: str) -> NDArray[np.bool_]:
    """Tell which cells hold a match of a pattern (RE2); a missing one does not.

    Examples
    --------
    >>> contains(pd.Series(["a1", "b", None], dtype="str"), "[0-9]").tolist()
    [True, False, False]
    """
    text = pa.array(cells, type=pa.large_string(), from_pandas=True)
    found = pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def fullmatch(cells: pd.Series[Any], pattern: str) -> NDArray[np.bool_]:
    """Tell which cells match a pattern (RE2) as a whole; a missing one does not.

    Examples
    --------
    >>> fullmatch(pd.Series(["a1", "1", None], dtype="str"), "[0-9]").tolist()
    [False, True, False]
    """
    return contains(cells, f"^(?:{pattern})$")


def holds_only(text: pa.LargeStringArray | pa.ChunkedArray, signs: bytes) -> bool:
    """Tell whether a column holds no other signs than some of ASCII: many times faster than any pattern.

    Parameters
    ----------
    text
        Cells; nulls hold nothing.
    signs
        The signs.

    Examples
    --------
    >>> cells = pa.array(["12", None, "1.5"], pa.large_string())
    >>> holds_only(cells, b"0123456789"), holds_only(cells, b"0123456789.")
    (False, True)
    """
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    return not any(_bytes_of(chunk).translate(None, signs) for chunk in chunks)


def _bytes_of(text: pa.LargeStringArray) -> bytes:
    """Return what stands in all cells, one behind the other."""
    _, offsets, data = text.buffers()
    if not len(text) or data is None:
        return b""
    first, end = np.frombuffer(offsets, np.int64)[[text.offset, text.offset + len(text)]].tolist()
    return bytes(data.slice(first, end - first))
