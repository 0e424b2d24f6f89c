"""Match cells with patterns (RE2), a whole column at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["contains", "fullmatch"]


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
