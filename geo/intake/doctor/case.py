"""A case: what every finder of the doctor is given — the table, what its columns mean, and what is known beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

import pandas as pd

from geo.intake.doctor.finding import Finding
from geo.intake.doctor.table import RawTable
from geo.intake.recipes.recipe import Recipe
from geo.layers import AREA_LEVELS
from geo.store import Release, read_layer

__all__ = ["Case", "Finder", "System"]


@dataclass(frozen=True)
class System:
    """A coordinate system that the numbers of a file were found to be in; swapped if the second one goes east."""

    crs: str
    swapped: bool


@dataclass(frozen=True, eq=False)
class Case:
    """A file under examination.

    Parameters
    ----------
    file
        Name of the file.
    table
        Its table.
    layer
        Layer that it is for, told or guessed; None if nothing fits.
    meaning
        Column of the layer → column of the file, by the recipe or guessed.
    as_of
        Day up to which its records may tell.
    release
        Current release of the store to compare with; None without a store.
    recipe
        Recipe that the file is read by, if there is one.
    persons
        Columns of the file that hold persons: what stands in them is never shown.
    from_1904
        Whether the file is a workbook that counts days from 1904.
    dates, angles
        Columns of dates and of degrees that have been read.
    system
        The systems that its numbers were found to be in, whatever the file says; the last one holds.
    """

    file: str
    table: RawTable
    layer: str | None
    meaning: Mapping[str, str]
    as_of: date
    release: Release | None = None
    recipe: Recipe | None = None
    persons: frozenset[str] = frozenset()
    from_1904: bool = False
    dates: dict[str, Any] = field(default_factory=dict, repr=False)
    angles: dict[str, Any] = field(default_factory=dict, repr=False)
    system: list[System] = field(default_factory=list, repr=False)
    _known: dict[str, pd.Series[Any]] = field(default_factory=dict, repr=False)

    def known(self, key: str) -> pd.Series[Any] | None:
        """Return the keys that the release knows by a column such as ``grid_id``; None if it has no such layer."""
        layer = _HOMES.get(key)
        if layer is None or self.release is None or not self.release.has(layer):
            return None
        if key not in self._known:
            self._known[key] = read_layer(self.release, layer, columns=[key])[key].dropna()
        return self._known[key]

    def source(self, column: str) -> str | None:
        """Return the column of the file that fills a column of the layer."""
        return self.meaning.get(column)


#: Looks at a case and yields what it finds; it never raises for what a file holds.
Finder: TypeAlias = Callable[[Case], Iterable[Finding]]

_HOMES = {**{f"{level}_id": layer for level, layer in AREA_LEVELS.items()}, "post_id": "officers"}
