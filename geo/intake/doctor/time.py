"""Findings on dates: how they are written, which of day and month comes first, and dates that can't be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.intake.doctor.case import Case
from geo.intake.doctor.columns import is_date
from geo.intake.doctor.dates import FORMS, Dates, case_dates, end_of
from geo.intake.doctor.finding import Figure, Finding, make_finding
from geo.intake.match import fullmatch
from geo.layers import LAYERS

__all__ = ["find_times", "format_of"]

_LEAST_SHARE = 0.6
_DAYS_1904 = 1462
_SHIFTED_SHARE = 0.95
_MOST_HOURS = 2


def find_times(case: Case) -> Iterator[Finding]:
    """Find what is wrong with dates, column by column, then between the columns of a record."""
    read: dict[str, Dates] = {}
    for column, target in _date_columns(case).items():
        cells = case.table.column(column)
        told = _told_formats(case, target)
        dates = case_dates(case, column, told=told)
        read[target or column] = dates
        yield from _find_writing(case, column, cells, dates, told=bool(told))
        if target not in ("due_on", "until_on", "extended_until_on"):
            yield from _find_future(column, dates, case.as_of)
        yield from _find_shifted(column, dates)
    yield from _find_order(case, read)


def _date_columns(case: Case) -> dict[str, str | None]:
    """Return columns of dates with the layer's column that they fill: by meaning, or by what stands in them."""
    about = LAYERS.get(case.layer or "")
    meaning = {
        source: target
        for target, source in case.meaning.items()
        if about is not None and about.dtypes.get(target) == "datetime64[ms]" and target != "month"
    }
    found: dict[str, str | None] = {}
    for name in case.table.columns:
        sample = case.table.sample(name)
        if name in case.persons or sample.empty:
            continue
        seen = float(is_date(sample).mean())
        if seen >= _LEAST_SHARE and name not in case.meaning.values():
            # Eight digits are as often a code as a day.
            if float(fullmatch(sample, FORMS["digits"]).mean()) < _LEAST_SHARE:
                found[name] = None
        elif name in meaning and seen + float(fullmatch(sample, FORMS["serial"]).mean()) >= _LEAST_SHARE:
            found[name] = meaning[name]
    return found


def _told_formats(case: Case, target: str | None) -> tuple[str, ...]:
    if case.recipe is None or target is None or target not in case.recipe.dates:
        return ()
    return case.recipe.dates[target].formats


def _find_writing(case: Case, column: str, cells: pd.Series[Any], dates: Dates, *, told: bool) -> Iterator[Finding]:
    if len(dates.forms) > 1 and not told:
        usual = max(dates.forms, key=lambda name: dates.forms[name])
        rows = cells.index[~fullmatch(cells, FORMS[usual]) & dates.moments.notna().to_numpy()]
        shown = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in dates.forms.items())
        yield make_finding("time.mixed_forms", column=column, count=len(rows), rows=rows, figures={"forms": shown})
    if "serial" in dates.forms:
        yield _tell_serial(column, cells, dates, case)
    if "two_digit_year" in dates.forms:
        rows = cells.index[fullmatch(cells, FORMS["two_digit_year"])]
        yield make_finding("time.two_digit_year", column=column, count=len(rows), rows=rows)
    yield from _find_order_of_parts(column, cells, dates)
    yield from _find_zones(column, cells, dates)
    lost = cells.index[dates.moments.isna().to_numpy()]
    if len(lost):
        yield make_finding("time.unreadable", column=column, count=len(lost), rows=lost)


def _find_zones(column: str, cells: pd.Series[Any], dates: Dates) -> Iterator[Finding]:
    zoned = dates.zoned
    if zoned is None or not zoned.any():
        return
    if not zoned.all():
        yield make_finding("time.mixed_zones", column=column, count=int(zoned.sum()), rows=cells.index[zoned])
    zones = cells[zoned].str.extract(r"(Z|[+-]\d{2}:?\d{2})$", expand=False).str.replace(":", "")
    zones = zones.replace({"Z": "+0000", "-0000": "+0000"})
    counts = zones.value_counts()
    if len(counts) > 1:
        shown = ", ".join(f"{zone} {int(count):,}" for zone, count in counts.items())
        rows = zones.index[zones != counts.index[0]]
        yield make_finding("time.several_zones", column=column, count=len(rows), rows=rows, figures={"zones": shown})


def _find_order_of_parts(column: str, cells: pd.Series[Any], dates: Dates) -> Iterator[Finding]:
    if dates.order is None:
        return
    written = fullmatch(cells, FORMS["year_last"]) | fullmatch(cells, FORMS["two_digit_year"])
    rows = cells.index[written]
    if dates.order in ("mixed", "unclear"):
        yield make_finding(f"time.order_{dates.order}", column=column, count=len(rows), rows=rows)
        return
    figures: dict[str, Figure] = {"format": format_of(str(cells[written].iloc[0]), dates.order)}
    yield make_finding(f"time.{dates.order}_first", column=column, count=len(rows), rows=rows[:0], figures=figures)


def format_of(cell: str, order: str) -> str:
    """Return the strptime format of a date with the year last.

    Examples
    --------
    >>> format_of("04/12/2018 11:11:26 AM", "month")
    '%m/%d/%Y %I:%M:%S %p'
    """
    day, _, clock = cell.replace("T", " ").partition(" ")
    mark = next(sign for sign in "/-." if sign in day)
    year = "%Y" if len(day.split(mark)[2]) == 4 else "%y"
    form = mark.join(["%d", "%m", year] if order == "day" else ["%m", "%d", year])
    half = clock.strip().upper().endswith(("AM", "PM"))
    pieces = clock.upper().removesuffix("AM").removesuffix("PM").strip().split(":")
    if not clock.strip():
        return form
    hours = "%I" if half else "%H"
    seconds = {2: ":%M", 3: ":%M:%S"}.get(len(pieces), "")
    return f"{form} {hours}{seconds}{' %p' if half else ''}"


def _tell_serial(column: str, cells: pd.Series[Any], dates: Dates, case: Case) -> Finding:
    """Numbers of days since 1900 or 1904: the workbook may say it; the later is out where it leads into the future."""
    rows = cells.index[fullmatch(cells, FORMS["serial"])]
    found = dates.moments.loc[rows].dropna()
    if case.from_1904:
        told: dict[str, Figure] = {"first": str(found.min().date()), "last": str(found.max().date())}
        return make_finding("time.excel_serial_1904", column=column, count=len(rows), rows=rows, figures=told)
    last_1904 = found.max() + pd.Timedelta(days=_DAYS_1904)
    figures: dict[str, Figure] = {
        "first": str(found.min().date()),
        "last": str(found.max().date()),
        "last_1904": str(last_1904.date()),
    }
    clear = last_1904 > end_of(case.as_of)
    code = "time.excel_serial" if clear else "time.excel_serial_unclear"
    return make_finding(code, column=column, count=len(rows), rows=rows, figures=figures)


def _find_future(column: str, dates: Dates, as_of: date) -> Iterator[Finding]:
    if dates.order in ("mixed", "unclear"):
        return
    late = dates.moments.index[(dates.moments >= end_of(as_of)).to_numpy()]
    if len(late):
        figures = {"as_of": as_of.isoformat(), "last": str(dates.moments.max().date())}
        yield make_finding("time.future", column=column, count=len(late), rows=late, figures=figures)


def _find_shifted(column: str, dates: Dates) -> Iterator[Finding]:
    """Days that were moved by a zone all lie at one hour of the clock, or at two where it has a summer time."""
    moments = dates.moments.dropna()
    whole: NDArray[np.int64] = moments.to_numpy(dtype="datetime64[ms]").astype("int64") % 86_400_000
    if len(whole) < 10:
        return
    clocks, counts = np.unique(whole, return_counts=True)
    usual = np.argsort(counts)[::-1][:_MOST_HOURS]
    hours = sorted(int(clock // 3_600_000) for clock in clocks[usual] if clock % 3_600_000 == 0)
    if len(hours) == len(usual) and 0 not in hours and counts[usual].sum() >= _SHIFTED_SHARE * len(whole):
        at = " and ".join(f"{hour}:00" for hour in hours)
        rows = moments.index[np.isin(whole, clocks[usual])]
        yield make_finding("time.shifted", column=column, count=int(counts[usual].sum()), rows=rows, figures={"at": at})


def _find_order(case: Case, read: Mapping[str, Dates]) -> Iterator[Finding]:
    """Find steps of records that lie before the record was found, by the day."""
    found = read.get("found_at")
    about = LAYERS.get(case.layer or "")
    if found is None or about is None or found.order in ("mixed", "unclear"):
        return
    opened = found.moments.dt.normalize()
    for step in about.steps:
        dates = read.get(step)
        if dates is None or dates.order in ("mixed", "unclear"):
            continue
        early = dates.moments.index[(dates.moments < opened.reindex(dates.moments.index)).to_numpy()]
        if len(early):
            yield make_finding("time.before_found", column=case.meaning[step], count=len(early), rows=early)
