"""Findings on columns whose header says what they are for, and whose cells are something else."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geo.intake.doctor.case import Case
from geo.intake.doctor.columns import called_by, code_list_of
from geo.intake.doctor.finding import Finding, make_finding
from geo.intake.match import contains, fullmatch
from geo.layers import LAYERS, Layer

__all__ = ["find_unfilled"]

_OWN = ("geometry", "placed")
_MOST = 0.6
# Seconds or thousandths of seconds since 1970, from 2001 on.
_EPOCH = r"1\d{9}(?:\d{3})?(?:\.\d+)?"
_HALF_DAY = "上午|下午|凌晨|中午|晚上"


def find_unfilled(case: Case) -> Iterator[Finding]:
    """Find columns that the layer should have by their headers, and that nothing in them fits."""
    about = LAYERS.get(case.layer or "")
    if about is None or case.recipe is not None:
        return
    used = {*case.meaning.values(), *case.persons}
    free = [name for name in case.table.columns if name not in used]
    for target in about.columns:
        if target in case.meaning or not _is_asked_for(case, about, target):
            continue
        source = called_by(free, about.name, target)
        if source is None:
            continue
        cells = case.table.column(source)
        code = _code_of(about, target, case.table.sample(source))
        if len(cells) and code is not None:
            free.remove(source)
            yield make_finding(code, count=len(cells), rows=cells.index, column=source)


def _is_asked_for(case: Case, about: Layer, target: str) -> bool:
    """Tell whether a column has to be there, or is a date or a degree, which are written in many ways."""
    if target in _OWN or (target in ("lon", "lat") and case.table.geometry is not None):
        return False
    required = target in about.schema.columns and about.schema.columns[target].required
    return bool(required or target in ("lon", "lat") or about.dtypes[target] == "datetime64[ms]")


def _code_of(about: Layer, target: str, sample: pd.Series[str]) -> str | None:
    """Return the finding for cells that are not what a column should hold; None where any text may stand."""
    if code_list_of(about.name, target) is not None:
        return "columns.no_codes"
    if target in ("lon", "lat"):
        return "columns.no_degrees"
    if about.dtypes[target] == "datetime64[ms]":
        if fullmatch(sample, _EPOCH).mean() >= _MOST:
            return "columns.epoch"
        return "columns.half_days" if contains(sample, _HALF_DAY).mean() >= _MOST else "columns.no_dates"
    return "columns.no_numbers" if about.dtypes[target] in ("Int64", "float64") else None
