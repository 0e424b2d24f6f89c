"""Headers that may be shown: a file without a row of names has a person's record in its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from geo.intake.doctor.table import Reading
from geo.intake.persons.hiding import HIDDEN, holds_number, show_header

__all__ = ["without_persons"]


def without_persons(reading: Reading, known: Collection[str] = ()) -> Reading:
    """Return what was read with columns named by their place where their header may be of a person.

    Parameters
    ----------
    reading
        A table and what was told of it. Where it has no row of names, all columns are named by their place.
    known
        Headers that a recipe names: they stay, if they hold no number of a person.
    """
    table = reading.table
    if table is None:
        return reading
    nameless = any(code == "text.no_header" for code, _ in reading.told)
    numbers = holds_number(table.columns)
    names = [
        f"column {place}" if number or (name not in known and (nameless or show_header(name) == HIDDEN)) else name
        for place, (name, number) in enumerate(zip(table.columns, numbers, strict=True), start=1)
    ]
    if names == list(table.columns):
        return reading
    shown = dict(zip(table.columns, names, strict=True))
    told = tuple(
        (code, {**figures, "columns": [shown.get(str(one), HIDDEN) for one in figures["columns"]]})
        if isinstance(figures.get("columns"), list)
        else (code, figures)
        for code, figures in reading.told
    )
    return Reading(replace(table, cells=table.cells.set_axis(names, axis=1)), told)
