"""Findings on records: double ids, double records, states that do not follow each other, keys that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.intake.doctor.case import Case
from geo.intake.doctor.columns import called_by
from geo.intake.doctor.coordinates import case_angles, may_repeat
from geo.intake.doctor.dates import case_dates
from geo.intake.doctor.finding import Finding, make_finding
from geo.layers import AREA_LEVELS, LAYERS

__all__ = ["find_records"]

_MINUTE = "min"
#: Steps of which each can only come after one of the others: step → steps before it.
_AFTER: Mapping[str, tuple[str, ...]] = {
    "mediating_on": ("accepted_on",),
    "settled_on": ("accepted_on", "mediating_on"),
    "transferred_on": ("accepted_on", "mediating_on"),
    "failed_on": ("accepted_on", "mediating_on"),
    "returned_on": ("settled_on", "transferred_on", "failed_on"),
    "rectifying_on": ("notified_on",),
    "rectified_on": ("notified_on", "rectifying_on"),
    "verified_on": ("rectified_on",),
}
#: Steps that only a record with one of others can have.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "returned_on": ("settled_on", "transferred_on", "failed_on"),
    "verified_on": ("rectified_on",),
}
#: Ends of which a record can have one.
_ENDS = ("settled_on", "transferred_on", "failed_on")
_AREA_KEYS = tuple(f"{level}_id" for level in AREA_LEVELS)


def find_records(case: Case) -> Iterator[Finding]:
    """Find what is wrong with the records of a known layer."""
    about = LAYERS.get(case.layer or "")
    if about is None:
        return
    yield from _double_keys(case, about.key)
    if about.kind == "event":
        yield from _double_records(case)
        yield from _steps(case, about.steps)
    yield from _lost_keys(case, about.parents)


def _double_keys(case: Case, key: tuple[str, ...]) -> Iterator[Finding]:
    sources = [case.source(name) for name in key]
    columns = [source for source in sources if source is not None]
    if not key or len(columns) < len(key) or (case.recipe is not None and case.recipe.dissolve):
        return
    for column in columns:
        empty = case.table.cells.index[case.table.cells[column].isna().to_numpy()]
        if len(empty):
            yield make_finding("records.no_id", column=column, count=len(empty), rows=empty)
    cells = case.table.cells[columns].dropna()
    alike = cells[cells.duplicated(keep=False).to_numpy()]
    double = alike.index[alike.duplicated(keep="first").to_numpy()]
    if len(double):
        # Rows that are wholly alike have the same key.
        wholly = case.table.cells.loc[alike.index]
        figures = {"same": int(wholly.duplicated(keep="first").loc[double].sum())}
        yield make_finding("records.double_id", column=columns[0], count=len(double), rows=double, figures=figures)


def _double_records(case: Case) -> Iterator[Finding]:
    """Find records of one class at one place in one minute that have different ids."""
    named = [source for name in ("lon", "lat", "found_at") if (source := case.source(name)) is not None]
    key, kind = case.source("record_id"), case.source("class")
    kind = kind or called_by(case.table.columns, case.layer or "", "class")
    if len(named) < 3 or key is None or kind is None or kind in case.persons:
        return
    cells = _at_shared_places(case, named[:2])[[*named, key, kind]].dropna()
    near = cells[cells.duplicated(subset=[*named[:2], kind], keep=False).to_numpy()]
    # The first row with an id may lie elsewhere.
    same_id = case.table.cells.loc[case.table.cells[key].isin(near[key]), [*named, key, kind]].dropna()
    near = near.loc[near.index.isin(same_id.index[~same_id.duplicated(subset=[key]).to_numpy()])]
    if near.empty:
        return
    moments = case_dates(case, named[2]).moments.reindex(near.index).dt.floor(_MINUTE)
    # A day without a clock is no minute: many records of a day may lie at one place.
    clocked = moments.notna() & (moments != moments.dt.normalize())
    near = near.assign(**{named[2]: moments})[clocked.to_numpy()]
    double = near.index[near.duplicated(subset=[name for name in near.columns if name != key], keep="first").to_numpy()]
    if len(double):
        yield make_finding("records.double_record", column=key, count=len(double), rows=double)


def _at_shared_places(case: Case, columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows that may share their coordinates with another: all that do, and by chance a few more."""
    lon, lat = (case_angles(case, column).degrees for column in columns)
    return case.table.cells[may_repeat(lon, lat)]


def _steps(case: Case, steps: tuple[str, ...]) -> Iterator[Finding]:
    days = {
        step: case_dates(case, source)
        for step in steps
        if (source := case.source(step)) is not None and source not in case.persons
    }
    read = {step: one.moments.dt.normalize() for step, one in days.items() if one.order not in ("mixed", "unclear")}
    index = case.table.cells.index
    frame = pd.DataFrame({step: moments.reindex(index) for step, moments in read.items()}, index=index)
    for step, earlier in _AFTER.items():
        for before in earlier:
            if step in frame and before in frame:
                wrong = index[(frame[step] < frame[before]).to_numpy()]
                if len(wrong):
                    figures = {"before": str(case.source(before))}
                    yield make_finding(
                        "records.steps", column=case.source(step), count=len(wrong), rows=wrong, figures=figures
                    )
    for step, needed in _NEEDS.items():
        there = [name for name in needed if name in frame]
        if step in frame and there:
            alone = index[frame[step].notna().to_numpy() & frame[there].isna().all(axis=1).to_numpy()]
            if len(alone):
                yield make_finding("records.step_missing", column=case.source(step), count=len(alone), rows=alone)
    ends = [name for name in _ENDS if name in frame]
    if len(ends) > 1:
        both = index[(frame[ends].notna().sum(axis=1) > 1).to_numpy()]
        if len(both):
            yield make_finding("records.two_ends", column=case.source(ends[0]), count=len(both), rows=both)


def _lost_keys(case: Case, parents: Mapping[str, str]) -> Iterator[Finding]:
    """Find keys to rows that are not there; codes of areas are told with the codes."""
    for name, layer in parents.items():
        source, known = case.source(name), case.known(name)
        if name in _AREA_KEYS or source is None or source in case.persons or known is None:
            continue
        cells: pd.Series[Any] = case.table.column(source)
        lost = cells.index[~cells.isin(known).to_numpy(dtype=bool)]
        if len(lost):
            yield make_finding("records.lost_key", column=source, count=len(lost), rows=lost, figures={"layer": layer})
    repeats = case.source("repeat_of")
    key = case.source("record_id")
    if repeats is not None and key is not None:
        cells = case.table.column(repeats)
        lost = cells.index[~np.isin(cells.to_numpy(dtype=object), case.table.column(key).to_numpy(dtype=object))]
        if len(lost):
            figures = {"layer": "records of the file"}
            yield make_finding("records.lost_key", column=repeats, count=len(lost), rows=lost, figures=figures)
