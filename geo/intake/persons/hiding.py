"""What of a file may be shown in messages, lists of rejects and headers: never a value that may be of a person."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.codes import all_words
from geo.intake.persons.patterns import (
    ADDRESS,
    BANK_CARD,
    EMAIL,
    IDENTITY,
    MASKED_IDENTITY,
    MASKED_PHONE,
    MOBILE,
    OTHER_PHONE,
    PLATE,
    WECHAT,
    name_words,
    of_usual_width,
    plain,
)

__all__ = ["HIDDEN", "hide_cells", "hide_table", "holds_number", "may_be_shown", "show_header"]

#: What stands where something may not be shown.
HIDDEN = "●●●"
_LONG_HEADER = 80
_LONGEST = 40
# A value in so many rows is one of a kind, not of a person.
_ROWS_OF_A_KIND = 3
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,5}")
_LONG_NUMBER = re.compile(r"\d{7,}")


def holds_number(values: Iterable[str]) -> NDArray[np.bool_]:
    """Tell which texts hold an identity number, a phone, a plate, an account or an address.

    Examples
    --------
    >>> holds_number(["编号", "13800138000", "浙A12345"]).tolist()
    [False, True, True]
    """
    return _match(of_usual_width(pa.array(list(values), pa.large_string())), _numbers())


def hide_cells(cells: pd.Series[Any], *, places: bool = False) -> pd.Series[Any]:
    """Return cells with a mark for those that may be of a person.

    Parameters
    ----------
    cells
        Text, missing cells as NA.
    places
        Whether they are names of areas or places, which may be as persons' and tell where they lie.

    Examples
    --------
    >>> hide_cells(pd.Series(["r1", "王伟敏 13800138000", None], dtype="str")).tolist()
    ['r1', '●●●', nan]
    """
    text = of_usual_width(pa.array(cells, pa.large_string(), from_pandas=True))
    hits = _match(text, _but_for_places() if places else f"{_numbers()}|{_names()}")
    if not places:
        hits &= ~cells.isin(all_words()).to_numpy(dtype=bool)
    return cells.mask(hits, HIDDEN)


def hide_table(table: pd.DataFrame, *, places: Collection[str] = ()) -> pd.DataFrame:
    """Return a table of text with a mark for the cells that may be of a person; each different cell is looked at once.

    Parameters
    ----------
    table
        Columns of text, missing cells as NA.
    places
        Columns of names of areas or places.
    """
    hidden = table.copy()
    for are_places in (False, True):
        columns = [name for name in table.columns if (name in places) == are_places]
        if not columns:
            continue
        kinds = pd.concat([table[name] for name in columns]).dropna().drop_duplicates()
        persons = kinds[(hide_cells(kinds, places=are_places) != kinds).to_numpy(dtype=bool)]
        if len(persons):
            hidden[columns] = table[columns].mask(table[columns].isin(persons.to_numpy()), HIDDEN)
    return hidden


def may_be_shown(value: str, *, rows: int) -> bool:
    """Tell whether a value that nobody expected may stand in a message: a short code, or what is in several rows.

    Examples
    --------
    >>> may_be_shown("X12", rows=1), may_be_shown("邻里噪音", rows=1), may_be_shown("邻里噪音", rows=3)
    (True, False, True)
    >>> may_be_shown("王伟敏", rows=30)
    False
    """
    if len(value) > _LONGEST or _LONG_NUMBER.search(value):
        return False
    text = of_usual_width(pa.array([value], pa.large_string()))
    if value not in all_words() and _match(text, f"{_numbers()}|{_names()}")[0]:
        return False
    return rows >= _ROWS_OF_A_KIND or _CODE.fullmatch(value) is not None


def show_header(name: str) -> str:
    """Return a header as it may be shown, cut where it is longer than a reader needs to find it.

    Examples
    --------
    >>> show_header("纠纷类型"), show_header("王伟敏"), show_header("tel 13800138000")
    ('纠纷类型', '●●●', '●●●')
    >>> show_header("k" * 3_000) == "k" * 80 + "…"
    True
    """
    text = of_usual_width(pa.array([name], pa.large_string()))
    if _match(text, f"{_numbers()}|{_names(loose=False)}")[0]:
        return HIDDEN
    return name if len(name) <= _LONG_HEADER else name[:_LONG_HEADER] + "…"


@cache
def _numbers() -> str:
    return f"{_but_for_places()}|{ADDRESS}"


@cache
def _but_for_places() -> str:
    forms = (IDENTITY, MASKED_IDENTITY, MOBILE, MASKED_PHONE, OTHER_PHONE, PLATE, EMAIL, WECHAT, BANK_CARD)
    return "|".join(f"(?:{plain(form)})" for form in forms)


@cache
def _names(*, loose: bool = True) -> str:
    """Names of their own or in a list, and those of three signs anywhere; loosely, whatever follows a surname."""
    words = name_words()
    bound = "[^一-鿿]"
    given = r"[一-鿿]"
    surname = "[" + "".join(sorted(one for one in words.surnames if len(one) == 1)) + "]"
    name = f"{words.likely}|{words.shortened}" + (f"|{surname}{given}{{2}}" if loose else "")
    return (
        rf"{words.likely_long}|(?:^|{bound})(?:{name})(?:$|{bound})"
        rf"|^(?:{words.pinyin})$|(?i:^(?:{'|'.join(sorted(words.given))})\b)"
        rf"|{given}{{2,}}[·•・]{given}{{2,}}"
    )


def _match(text: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found = pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
