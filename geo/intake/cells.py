"""Cells of a file in the types of a layer: text, whole numbers, numbers, dates in the release's zone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.intake.match import holds_only
from geo.intake.moments import read_usual_moments
from geo.intake.recipes.recipe import DateFormat

__all__ = ["Converted", "convert", "read_decimals", "to_arrow", "to_slug", "to_text"]

_ISO = "ISO8601"
_OF_DECIMALS = b"0123456789.-"
_DECIMAL = r"^[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?$"
_ISO_DAY = r"^\d{4}-\d\d-\d\d"
_OFFSET = r"\d(?:Z|[+-]\d\d:?\d\d)$"
_NO_LETTER = re.compile(r"[^\w]+|_+")
_TRUE_WORDS = {True: "True", False: "False"}


@dataclass(frozen=True)
class Converted:
    """A column in its type, and the labels of the rows whose cell can't be read (missing in the column)."""

    column: pd.Series[Any]
    unreadable: pd.Index[Any]
    problem: str


def convert(
    cells: pd.Series[Any], dtype: str, *, dates: DateFormat, zone: str, moved: pd.Series[bool] | None = None
) -> Converted:
    """Give cells the type of a layer's column.

    Parameters
    ----------
    cells
        Cells as the file holds them, missing ones as NA.
    dtype
        ``str``, ``Int64``, ``float64`` or ``datetime64[ms]``.
    dates
        How dates are written.
    zone
        Time zone of the release: what dates become wall time in.
    moved
        Rows whose dates somebody moved, to be moved back by ``dates.moved``; none if None.

    Returns
    -------
    Converted
        With the index of the cells.
    """
    if dtype == "str":
        return Converted(to_text(cells), cells.index[:0], "")
    if dtype == "datetime64[ms]":
        return _move_back(cells, _to_dates(cells, dates, zone), dates, zone, moved)
    return _to_numbers(cells, whole=dtype == "Int64")


def to_text(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return cells as text: whole numbers without a point, dates as ISO, blank cells missing.

    Examples
    --------
    >>> to_text(pd.Series([110105.0, None])).tolist()
    ['110105', nan]
    """
    if pd.api.types.is_bool_dtype(cells.dtype):
        return cells.map(_TRUE_WORDS).astype("str")
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return pd.Series([_iso(cell) for cell in cells], index=cells.index, dtype="str")
    if pd.api.types.is_float_dtype(cells.dtype):
        return pd.Series([_short_number(cell) for cell in cells], index=cells.index, dtype="str")
    text = cells.astype("str").str.strip()
    blank = text == ""
    return text.mask(blank) if blank.any() else text


def to_arrow(cells: pd.Series[Any]) -> pa.LargeStringArray:
    """Return text as one Arrow array, missing cells as nulls."""
    found = pa.array(cells.astype("str"), type=pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def read_decimals(text: pa.LargeStringArray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read decimals with a point, a whole column at once.

    Returns
    -------
    (ndarray of float64, ndarray of bool)
        The number nearest to what each cell says, NaN in the others; which cells are decimals.

    Examples
    --------
    >>> read_decimals(pa.array(["120.5", "-3e2", "1,5", None], pa.large_string()))
    (array([ 120.5, -300. ,    nan,    nan]), array([ True,  True, False, False]))
    """
    usual = _read_usual_decimals(text)
    if usual is not None:
        return usual, np.ones(len(text), dtype=bool)
    plain = _as_numpy(pc.fill_null(pc.match_substring_regex(text, _DECIMAL), fill_value=False))
    numbers = np.full(len(text), np.nan)
    chosen = text if plain.all() else text.filter(pa.array(plain))
    numbers[plain] = pc.utf8_ltrim(chosen, characters="+").cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers, plain


def _read_usual_decimals(text: pa.LargeStringArray) -> NDArray[np.float64] | None:
    """Read a column of nothing but decimals without an exponent, such as 120.5 and -3; None of any other."""
    if text.null_count or not holds_only(text, _OF_DECIMALS):
        return None
    try:
        numbers = np.array(text.cast(pa.float64()), dtype=np.float64)
    except pa.ArrowInvalid:
        return None
    # A number that begins with its point is written oddly, and is told by the pattern.
    pointed = pc.or_(pc.starts_with(text, "."), pc.starts_with(text, "-."))
    return None if pc.any(pointed).as_py() else numbers


def _as_numpy(answers: pa.BooleanArray) -> NDArray[np.bool_]:
    return np.asarray(answers.to_numpy(zero_copy_only=False), dtype=bool)


def to_slug(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return names as codes: small letters and digits, a hyphen for all between them.

    Examples
    --------
    >>> to_slug(pd.Series(["Penrose/Fayette Street Outreach", "枫源村 一格", None])).tolist()
    ['penrose-fayette-street-outreach', '枫源村-一格', nan]
    """
    text = to_text(cells)
    made = {name: _slug(name) for name in text.dropna().unique()}
    return text.map(made).astype("str")


def _slug(name: str) -> str:
    return _NO_LETTER.sub("-", unicodedata.normalize("NFKC", name).casefold()).strip("-")


def _iso(moment: Any) -> str | None:  # noqa: ANN401 - a timestamp or a missing one
    return None if pd.isna(moment) else str(moment.isoformat(sep=" "))


def _short_number(number: Any) -> str | None:  # noqa: ANN401 - a float or a missing one
    if pd.isna(number):
        return None
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _to_numbers(cells: pd.Series[Any], *, whole: bool) -> Converted:
    there = cells if pd.api.types.is_numeric_dtype(cells.dtype) else to_text(cells)
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64") if there is cells else _read_numbers(there)
    bad = there.notna() & ~np.isfinite(numbers)
    if whole:
        bad |= numbers.notna() & (numbers != numbers.round())
    kept = numbers.mask(bad)
    problem = "not a whole number" if whole else "not a number"
    return Converted(kept.astype("Int64") if whole else kept, cells.index[bad], problem)


def _read_numbers(text: pd.Series[Any]) -> pd.Series[Any]:
    """Read decimals all at once, and what else may be a number cell by cell."""
    numbers, plain = read_decimals(to_arrow(text))
    if not plain.all():
        numbers[~plain] = pd.to_numeric(text[~plain], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    return pd.Series(numbers, index=text.index)


def _to_dates(cells: pd.Series[Any], dates: DateFormat, zone: str) -> Converted:
    source_zone = dates.zone or zone
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        local = _to_wall_time(cells, source_zone, zone)
    else:
        local = _parse(to_text(cells), dates.formats, source_zone, zone)
    told = f"as {' or '.join(dates.formats)}" if dates.formats else "in ISO form; give its format in the recipe"
    return Converted(local, cells.index[cells.notna() & local.isna()], f"not a date {told}")


def _move_back(
    cells: pd.Series[Any], found: Converted, dates: DateFormat, zone: str, moved: pd.Series[bool] | None
) -> Converted:
    """Move rows back whose clock was taken for another zone's: its wall time was the local one all along."""
    if dates.moved is None or moved is None or not moved.any():
        return found
    own_zone = dates.zone or zone
    meant = _to_dates(cells[moved], replace(dates, zone=own_zone), dates.moved.as_if).column
    local = _to_wall_time(meant, own_zone, zone)
    return Converted(found.column.mask(moved, local.reindex(found.column.index)), found.unreadable, found.problem)


def _parse(text: pd.Series[Any], formats: Sequence[str], source_zone: str, zone: str) -> pd.Series[Any]:
    """Try the formats in order, then ISO; a cell keeps the first that fits, and an offset comes before the zone."""
    if formats:
        return _parse_each(text, formats, source_zone, zone)
    moments, _ = read_usual_moments(to_arrow(text))
    local = _to_wall_time(pd.Series(moments, index=text.index), source_zone, zone)
    rest = (local.isna() & text.notna()).to_numpy()
    if rest.any():
        local = local.copy()
        local[rest] = _parse_each(text[rest], (), source_zone, zone)
    return local


def _parse_each(text: pd.Series[Any], formats: Sequence[str], source_zone: str, zone: str) -> pd.Series[Any]:
    local = pd.Series(pd.NaT, index=text.index, dtype="datetime64[ms]")
    offset = text.str.contains(_OFFSET, regex=True).eq(True)
    iso = text.str.contains(_ISO_DAY, regex=True).eq(True)
    for form in (*formats, _ISO):
        with_offset = offset if form == _ISO else pd.Series("%z" in form, index=text.index)
        # A lone "2025" or "20250301" would pass as ISO, and be a number that somebody mapped by mistake.
        rest = text.where(local.isna() & (iso if form == _ISO else True))
        aware = pd.to_datetime(rest.where(with_offset), format=form, errors="coerce", utc=True)
        naive = pd.to_datetime(rest.mask(with_offset), format=form, errors="coerce")
        local = local.fillna(_to_wall_time(aware, source_zone, zone)).fillna(_to_wall_time(naive, source_zone, zone))
    return local


def _to_wall_time(moments: pd.Series[Any], source_zone: str, zone: str) -> pd.Series[Any]:
    aware = getattr(moments.dt, "tz", None) is not None
    if not aware and source_zone == zone:
        return moments.astype("datetime64[ms]")
    if not aware:
        # An hour that a clock change doubles is taken as its first run; one that it skips moves on to the next.
        first = np.ones(len(moments), dtype=bool)
        moments = moments.dt.tz_localize(ZoneInfo(source_zone), ambiguous=first, nonexistent="shift_forward")
    local: pd.Series[Any] = moments.dt.tz_convert(ZoneInfo(zone)).dt.tz_localize(None)
    return local.astype("datetime64[ms]")
