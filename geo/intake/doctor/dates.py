"""Reading dates in whatever way they are written: with what was found on the way, where a format was not told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.intake.doctor.case import Case
from geo.intake.doctor.table import spread
from geo.intake.match import contains, fullmatch
from geo.intake.moments import read_usual_moments
from geo.intake.serials import SERIAL, serial_moments

__all__ = ["FORMS", "Dates", "case_dates", "end_of", "read_dates"]

_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
_ZONE = r"\d ?(?:Z|[+-]\d{2}:?\d{2})$"
#: Ways of writing a date → pattern of the whole cell.
FORMS: Mapping[str, str] = {
    "iso": r"\d{4}-\d{1,2}-\d{1,2}" + _TIME,
    "year_first": r"\d{4}[/.]\d{1,2}[/.]\d{1,2}" + _TIME,
    "chinese": r"\d{4}年\d{1,2}月\d{1,2}日?(?: ?\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}秒?)?分?)?",
    "year_last": r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}" + _TIME,
    "two_digit_year": r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}" + _TIME,
    "digits": r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    "digits_time": r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d",
    "serial": SERIAL,
}
_DIGITS = {"digits": ("%Y%m%d",), "digits_time": ("%Y%m%d%H%M%S",)}
_DAY_FORMS = ("year_last", "two_digit_year")
_CLOCKS = ("%Y-%m-%d", *(f"%Y-%m-%d {clock}" for clock in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")))
_TRIED = 200


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates, read.

    Parameters
    ----------
    moments
        Wall times as they are written, without a zone; missing where a cell is no date. Index of the cells.
    forms
        How many cells are written in each way.
    order
        ``month`` or ``day``: which comes first in 03/04/2025; ``mixed`` where both must; ``unclear`` where both may;
        None where no cell is written so.
    zoned
        Which cells end with a zone or an offset; None if none does.
    """

    moments: pd.Series[Any]
    forms: Mapping[str, int]
    order: str | None
    zoned: NDArray[np.bool_] | None = None


def case_dates(case: Case, column: str, *, told: tuple[str, ...] = ()) -> Dates:
    """Return a column's dates, read once for all finders."""
    if column not in case.dates:
        cells = case.table.column(column)
        case.dates[column] = read_dates(cells, as_of=case.as_of, told=told, from_1904=case.from_1904)
    found: Dates = case.dates[column]
    return found


def read_dates(cells: pd.Series[Any], *, as_of: date, told: tuple[str, ...] = (), from_1904: bool = False) -> Dates:
    """Read dates in whatever way they are written.

    Parameters
    ----------
    cells
        Cells as text.
    as_of
        Day after which no date should lie; decides where day and month can't be told apart otherwise.
    told
        Formats (strptime) that are known; tried first.
    from_1904
        Whether Excel's numbers of days count from 1904.

    Examples
    --------
    >>> dates = read_dates(pd.Series(["13/04/2025", "02/04/2025"]), as_of=date(2026, 1, 1))
    >>> dates.order, dates.moments.dt.month.tolist()
    ('day', [4, 4])
    """
    text = _as_arrow(cells)
    found, usual = read_usual_moments(text, thousandths=False)
    if usual.all() and not told:
        return Dates(pd.Series(found, index=cells.index), {"iso": len(cells)} if len(cells) else {}, None)
    zoned = ~usual
    zoned[zoned] = contains(cells[zoned], _ZONE)
    if zoned.any():
        text = _replace(text, r"(\d)\s*(?:Z|[+-]\d{2}:?\d{2})$", r"\1")
    masks = _match_forms(cells, usual)
    ambiguous = np.zeros(len(cells), dtype=bool)
    for name in _DAY_FORMS:
        ambiguous |= masks.get(name, ambiguous)
    order = None if told or not ambiguous.any() else _day_or_month(_take(text, ambiguous), as_of)
    found = _parse(text, told) if told else found
    for name, mask in masks.items():
        open_cells = mask & np.isnat(found)
        if name == "serial":
            days = _take(text, open_cells).cast(pa.float64()).to_numpy(zero_copy_only=False)
            found[open_cells] = serial_moments(days, from_1904=from_1904)
        else:
            found[open_cells] = _read_form(name, _take(text, open_cells), order, as_of)
    forms = {name: int(mask.sum()) for name, mask in masks.items()}
    return Dates(pd.Series(found, index=cells.index).astype("datetime64[ms]"), forms, order, zoned)


def _match_forms(cells: pd.Series[Any], iso: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Tell which cells are written in which way, the usual ways first: most cells are then matched once.

    Some that are written as in ISO are known.
    """
    tried = spread(cells, _TRIED)
    hits = {name: int(fullmatch(tried, pattern).sum()) for name, pattern in FORMS.items()}
    left, masks = np.flatnonzero(~iso), dict[str, NDArray[np.bool_]]()
    for name in sorted(FORMS, key=lambda one: -hits[one]):
        fits = fullmatch(cells.iloc[left], FORMS[name])
        mask = iso.copy() if name == "iso" else np.zeros(len(cells), dtype=bool)
        mask[left[fits]] = True
        left = left[~fits]
        if mask.any():
            masks[name] = mask
    return masks


def _day_or_month(text: pa.Array, as_of: date) -> str:
    """Tell which of day and month comes first, by what can't be a month, and by what would lie in the future."""
    parts = pc.extract_regex(text, r"^(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.]")
    first, second = (_numbers(pc.struct_field(parts, name)) for name in ("first", "second"))
    if (first > 12).any() or (second > 12).any():
        if (first > 12).any() and (second > 12).any():
            return "mixed"
        return "day" if (first > 12).any() else "month"
    read = {order: _read_form("year_last", text, order, as_of) for order in ("day", "month")}
    late = {order: int((moments >= np.datetime64(end_of(as_of))).sum()) for order, moments in read.items()}
    if len(text) > 1 and min(late.values()) == 0 < max(late.values()):
        return min(late, key=lambda order: late[order])
    return _by_sequence(read)


def _numbers(text: pa.Array) -> NDArray[np.int64]:
    return np.asarray(text.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)


def _by_sequence(read: Mapping[str, NDArray[np.datetime64]]) -> str:
    """Files are mostly written in order of time: the reading in which more rows follow the one before is right."""
    steps = {}
    for order, moments in read.items():
        turns = np.diff(moments[~np.isnat(moments)].astype("int64"))
        steps[order] = max(float(np.mean(turns >= 0)), float(np.mean(turns <= 0))) if len(turns) >= 10 else 0.0
    best, other = sorted(steps, key=lambda order: steps[order], reverse=True)
    return best if steps[best] > 0.98 and steps[other] < 0.9 else "unclear"


def _read_form(name: str, text: pa.Array, order: str | None, as_of: date) -> NDArray[np.datetime64]:
    """Read cells that are all written in one way; missing where one is no date after all."""
    if name in _DIGITS:
        return _parse(text, _DIGITS[name])
    for pattern, usual in _usual_writing(name, order):
        text = _replace(text, pattern, usual)
    if name == "two_digit_year":
        text = _century(text, as_of)
    if pc.any(pc.match_substring_regex(text, r"[T.]|\s{2}|\d[AaPp][Mm]|[ap]m")).as_py():
        text = _replace(pc.utf8_upper(text), "T", " ")
        text = pc.utf8_trim_whitespace(_replace(_replace(text, r"\.\d+", ""), r"\s+", " "))
        text = _replace(text, r"(\d)([AP]M)$", r"\1 \2")
    return _parse(text, _CLOCKS)


def _usual_writing(name: str, order: str | None) -> Iterator[tuple[str, str]]:
    """Yield what has to be replaced by what, so that a date is written year, month, day with lines between."""
    if name == "chinese":
        yield from (("[年月]", "-"), ("[日秒]|分$", " "), ("[时分：]", ":"), (r"[:\s]+$", ""), (r"\s+", " "))
    elif name == "year_first":
        yield r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", r"\1-\2-\3"
    elif name in _DAY_FORMS:
        to = r"\3-\2-\1" if order == "day" else r"\3-\1-\2"
        yield r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", to


def _parse(text: pa.Array, formats: Sequence[str]) -> NDArray[np.datetime64]:
    """Read dates by the first format that fits each, those first that fit most of the first cells."""
    fits = {form: _strptime(text[:_TRIED], form).null_count for form in formats}
    found = pa.nulls(len(text), pa.timestamp("ms"))
    for form in sorted(formats, key=lambda one: fits[one]):
        if found.null_count == 0:
            break
        found = pc.coalesce(found, _strptime(text, form))
    moments: NDArray[np.datetime64] = found.to_numpy(zero_copy_only=False).astype("datetime64[ms]")
    return moments


def _strptime(cells: pa.Array, form: str) -> pa.Array:
    """Read dates by a format; a day that its month does not have, which Arrow takes for one of the next, is none."""
    found = pc.strptime(cells, format=form, unit="ms", error_is_null=True)
    rows = np.flatnonzero(pc.less_equal(pc.day(found), 3).fill_null(False).to_numpy(zero_copy_only=False))
    early = cells.take(pa.array(rows))
    may_roll = pc.match_substring_regex(early, "29|30|31").to_numpy(zero_copy_only=False)
    rows, texts = rows[may_roll], early.filter(pa.array(may_roll)).to_pylist()
    if not len(rows):
        return found
    there = {text: _is_there(text, form) for text in set(texts)}
    rolled = np.zeros(len(cells), dtype=bool)
    rolled[rows] = [not there[text] for text in texts]
    return pc.if_else(pa.array(rolled), pa.scalar(None, found.type), found)


def _is_there(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _replace(text: pa.Array, pattern: str, replacement: str) -> pa.Array:
    return pc.replace_substring_regex(text, pattern=pattern, replacement=replacement)


def _as_arrow(cells: pd.Series[Any]) -> pa.Array:
    text = pa.array(cells, pa.large_string(), from_pandas=True)
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def _take(text: pa.Array, mask: NDArray[np.bool_]) -> pa.Array:
    return text if mask.all() else text.filter(pa.array(mask))


def _century(text: pa.Array, as_of: date) -> pa.Array:
    recent = _numbers(pc.utf8_slice_codeunits(text, 0, 2)) <= as_of.year % 100 + 1
    centuries = pa.array(np.where(recent, "20", "19"), pa.large_string())
    return pc.binary_join_element_wise(centuries, text, pa.scalar("", pa.large_string()))


def end_of(day: date) -> pd.Timestamp:
    """Return the first moment after a day."""
    return pd.Timestamp(day) + pd.Timedelta(days=1)
