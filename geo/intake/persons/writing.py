"""Columns in which somebody wrote freely, and columns of nothing but the standing of persons."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.intake.match import contains
from geo.intake.persons.column import PersonCells
from geo.intake.persons.patterns import person_words

__all__ = ["free_text_share", "standing_share"]

_FUNCTION_WORDS = r"(?i)\b(?:the|was|were|is|has|had|he|she|they|to|with|that|from|his|her|their|said|not|and)\b"
# In letters of usual width the stops of Chinese are those of Latin.
_STOPS = "[,;!?。]"


def free_text_share(seen: PersonCells) -> float:
    """Return the share of cells that somebody wrote freely: sentences, or words that no other cell has.

    Parameters
    ----------
    seen
        The cells of a column.
    """
    kinds = seen.kinds
    chinese = _count(kinds, "[\u4e00-\u9fff]")
    sentences = (chinese >= 15) & contains(kinds, _STOPS) & contains(kinds, "[。!?]|.{8,}[,;].{4,}")
    if len(kinds) < max(3, 0.5 * seen.cells):
        return seen.share(sentences)
    words = _count(kinds, r"[A-Za-z]{2,}")
    written = sentences | (chinese >= 8) & contains(kinds, _STOPS) | (chinese >= 30) | (words >= 12)
    written |= (words >= 5) & contains(kinds, _FUNCTION_WORDS)
    written |= (chinese >= 5) & contains(kinds, _told_words())
    if any(word in seen.column.lower() for word in person_words()["content"]["free_headers"]):
        written |= (chinese >= 6) | (words >= 4)
    return seen.share(written & ~contains(kinds, r"[|{}<>]"))


def standing_share(seen: PersonCells) -> float:
    """Return the share of cells that are peoples, beliefs, sexes and the like, where at least two of them stand.

    Parameters
    ----------
    seen
        The cells of a column.
    """
    hits = seen.kinds.str.lower().isin(_standings()).to_numpy(dtype=bool)
    rest = seen.kinds[~hits].isin(["无", "不详", "未知", "其他", "unknown", "other", "none"]).to_numpy(dtype=bool)
    told = hits.copy()
    told[~hits] = rest
    return seen.share(told) if hits.sum() >= 2 else 0.0


def _count(kinds: pd.Series[str], pattern: str) -> NDArray[np.int64]:
    counts = pc.count_substring_regex(pa.array(kinds, pa.large_string(), from_pandas=True), pattern)
    return np.asarray(counts.to_numpy(zero_copy_only=False), dtype=np.int64)


@cache
def _standings() -> frozenset[str]:
    content = person_words()["content"]
    return frozenset([*content["standings"], *content["peoples"]])


@cache
def _told_words() -> str:
    return "|".join(person_words()["content"]["told_words"])
