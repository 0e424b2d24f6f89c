"""Findings on persons: columns that hold them, by header and by content, and matters that are not taken in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geo.intake.doctor.case import Case
from geo.intake.doctor.columns import code_list_of, squash
from geo.intake.doctor.finding import Finding, Severity, make_finding
from geo.intake.match import contains
from geo.intake.persons.content import find_person_content
from geo.intake.persons.headers import find_person_columns
from geo.intake.persons.patterns import special_words
from geo.intake.persons.values import PersonValues
from geo.layers import LAYERS

__all__ = ["find_persons"]

# Values of kinds repeat; only where few differ are all rows counted by them.
_MOST_KINDS = 2_000
_TRUE = frozenset({"true", "1", "y", "yes", "是", "t"})
_NAMES = ("name", "名称", "name_en")
_FAMILY_HEADERS = ("domestic", "家暴", "家庭暴力", "domesticviolence")


def find_persons(case: Case) -> Iterator[Finding]:
    """Find columns of persons that the recipe does not leave out, then values of petitions, minors and families.

    No finding holds a value; there are counts, shares and rows alone.
    """
    left_out = frozenset(case.recipe.leave_out) if case.recipe else frozenset[str]()
    columns = [name for name in case.table.columns if name not in left_out]
    told = set[str]()
    for person in find_person_columns(columns, layer=case.layer or "", kind=_kind(case), named=_named(case)):
        told.add(person.column)
        cells = int(case.table.cells[person.column].notna().sum())
        code = "persons.petition_column" if person.group == "petition" else f"persons.{person.group}"
        yield make_finding(code, column=person.column, count=cells)
    rest = case.table.cells[[name for name in columns if name not in told]]
    mapped = case.recipe.sources() if case.recipe else list(case.meaning.values())
    for found in find_person_content(rest, named=_places(case), mapped=mapped):
        if found.group == "petition":
            continue  # told below, with its rows
        if found.group == "petition":
            continue  # told below, with its rows
        told.add(found.column)
        cells = int(rest[found.column].notna().sum())
        figures = {"share": round(found.share, 4)}
        yield make_finding(f"persons.{found.group}_seen", column=found.column, count=cells, figures=figures)
    for name in columns:
        if name not in told:
            yield from _special_values(case, name)
    yield from _single_values(case, [name for name in mapped if name in columns and name not in told])


def _kind(case: Case) -> str:
    """Return the layer's kind; of an unknown layer a "name" may be a place's, and what stands in it decides."""
    about = LAYERS.get(case.layer or "")
    return about.kind if about is not None else "area"


def _named(case: Case) -> list[str]:
    return [source for target, source in case.meaning.items() if target in ("name", "name_en")]


def _places(case: Case) -> list[str]:
    """Return columns of names where the layer has names of its own."""
    about = LAYERS.get(case.layer or "")
    return _named(case) if about is not None and "name" in about.columns else []


def _special_values(case: Case, name: str) -> Iterator[Finding]:
    cells = case.table.column(name)
    if cells.empty:
        return
    words = special_words()
    if squash(name) in _FAMILY_HEADERS:
        yield from _count(case, "persons.family_violence", name, cells[cells.str.lower().isin(_TRUE)].index)
        return
    kinds = cells if case.table.sample(name).nunique() > _MOST_KINDS else pd.Series(cells.unique(), dtype="str")
    looked_at = case.table.sample(name) if kinds is cells else kinds
    for code, pattern in (
        ("persons.petition", words.petition),
        ("persons.minors", words.minors),
        ("persons.family_violence", words.family_violence),
    ):
        hits = looked_at[contains(looked_at, pattern)]
        if len(hits) and (code == "persons.petition" or not _of_places(case, name)):
            yield from _count(case, code, name, cells.index[cells.isin(list(hits))])


def _of_places(case: Case, name: str) -> bool:
    """Tell whether a column is of areas or places: a kindergarten is no matter of minors."""
    about = LAYERS.get(case.layer or "")
    if about is None:
        return name in _named(case) or squash(name) in _NAMES
    return about.kind in ("area", "background") or about.name == "places"


def _single_values(case: Case, mapped: list[str]) -> Iterator[Finding]:
    """Find rows that the import rejects, or refuses the file for, as a mapped cell holds a person."""
    about = LAYERS.get(case.layer or "")
    if about is None:
        return
    coded = [
        source
        for target, source in case.meaning.items()
        if target in about.columns and code_list_of(about.name, target)
    ]
    texts = [name for target, name in case.meaning.items() if name in mapped and about.dtypes.get(target) == "str"]
    table = case.table.cells[list(dict.fromkeys(texts))]
    found = PersonValues.look(table, places=_places(case), coded=coded if about.kind == "event" else texts)
    many = {fault.column for fault in found.faults(case.file)}
    rows = dict[str, set[int]]()
    for name, _, hits in found.single():
        rows.setdefault(name, set()).update(hits)
    for name, all_hits in rows.items():
        severity: Severity = "refuse" if name in many else "warn"
        yield make_finding("persons.rows", column=name, count=len(all_hits), rows=sorted(all_hits), severity=severity)


def _count(case: Case, code: str, name: str, rows: pd.Index[Any]) -> Iterator[Finding]:
    asked = case.recipe is None or code == "persons.petition"
    if len(rows) and asked:
        yield make_finding(code, column=name, count=len(rows), rows=rows)
