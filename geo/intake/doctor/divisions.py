"""Findings on statistical division codes, judged part by part: province, city, county, town, village, and grid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geo.intake.doctor.case import Case
from geo.intake.doctor.codes import AREA_KEYS, code_columns
from geo.intake.doctor.finding import Finding, make_finding
from geo.intake.match import fullmatch

__all__ = ["PROVINCES", "find_divisions"]

#: First two digits of division codes: provinces, regions and cities of their rank (GB/T 2260).
PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44"),
    *("45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"),
)
_DIVISION = r"\d{6}|\d{9}|\d{12}|\d{15}"
_VILLAGE_DIGITS = 12
#: Where the parts below the county begin: all zeros there name the area above.
_BELOW = {6: "town", 9: "village", 12: "grid"}
_SHARE_CLEAR = 0.9
_LEAST = 10


def find_divisions(case: Case) -> Iterator[Finding]:
    """Find division codes of which a part can't be right, and grids whose code is of another village."""
    columns = {target: source for source, target in code_columns(case).items() if target in AREA_KEYS}
    for source in columns.values():
        yield from _judge_parts(source, case.table.column(source))
    if "grid_id" in columns and "village_id" in columns:
        yield from _judge_parents(case.table.cells, columns["grid_id"], columns["village_id"])


def _judge_parts(column: str, cells: pd.Series[Any]) -> Iterator[Finding]:
    codes = cells[fullmatch(cells, _DIVISION)].astype("str")
    if len(codes) < _SHARE_CLEAR * len(cells) or codes.empty:
        return
    known = codes.str[:2].isin(PROVINCES)
    if known.mean() < _SHARE_CLEAR:
        # Numbers of some other kind.
        return
    wrong = pd.Series("province", index=codes.index, dtype="object").mask(known)
    for begin, part in _BELOW.items():
        zero = codes.str[begin : begin + 3] == "000"
        wrong = wrong.mask(wrong.isna() & zero, part)
    counties = codes.str[:6]
    usual = counties.value_counts(normalize=True)
    if len(codes) >= _LEAST and usual.iloc[0] >= _SHARE_CLEAR:
        wrong = wrong.mask(wrong.isna() & (counties != usual.index[0]), "county")
    rows = wrong.dropna()
    if len(rows):
        told = ", ".join(f"{part} {int(count):,}" for part, count in rows.value_counts().items())
        yield make_finding("codes.division", column=column, count=len(rows), rows=rows.index, figures={"parts": told})


def _judge_parents(cells: pd.DataFrame, grid: str, village: str) -> Iterator[Finding]:
    both = cells[[grid, village]].dropna()
    as_said = fullmatch(both[grid], r"\d{15}") & fullmatch(both[village], r"\d{12}")
    both = both.loc[as_said]
    differs = both[grid].str[:_VILLAGE_DIGITS] != both[village]
    rows = both.index[differs]
    if len(rows):
        yield make_finding("codes.parent", column=grid, count=len(rows), rows=rows, figures={"beside": village})
