"""What a measure returns: figures with the release and rules they were told from, not yet fit for anyone's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from geo.layers import AREA_LEVELS
from geo.store import Release

__all__ = ["IDENTITY", "LINEAGE", "Table"]

#: Columns that say which area a row is, in front of its figures.
IDENTITY = ("area_id", "name", "name_en", "level")
#: Columns of `Table.lineage`.
LINEAGE = ("area_id", *(f"{level}_id" for level in AREA_LEVELS))


@dataclass(frozen=True, eq=False)
class Table:
    """Figures before protection; `geo.privacy.protect` alone turns them into what may be shown or written.

    Parameters
    ----------
    frame
        One row per area (or month, class, post); counts are ``Int64``, other figures ``float64``, both missing where a
        figure can't be told.
    kind
        What the rows are: ``measure``, ``summary``, ``monthly``, ``by_class``, ``by_grade``, ``by_hour``, ``flow``,
        ``reach``, ``coverage_states``, ``coverage_shares``, ``workload``, ``workload_spread``, ``peers``,
        ``attention``, ``scorecard``, ``waiting``, ``questions``, ``assessment``, ``compare`` or ``designations``.
    release
        Number of the release.
    rules_hash
        SHA-256 of the rules.
    as_of
        Last day that the data tell of.
    unplaced
        Records of the period and filter that lie in no grid and so in no row; 0 where the view is of one area.
    lineage
        For each row the ids of its area and of the areas above it; a single row when all rows are about one area.
    origin
        The release itself; None for a table made by hand, of which the public is told nothing.
    """

    frame: pd.DataFrame
    kind: str
    release: int
    rules_hash: str
    as_of: date
    unplaced: int
    lineage: pd.DataFrame
    origin: Release | None = None
