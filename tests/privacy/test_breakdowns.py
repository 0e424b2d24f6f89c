"""What is withheld of places and of shares of coverage: tables that the ledger of records does not tell."""

from __future__ import annotations

import pandas as pd

from geo.measures import reach
from geo.measures.catalogue import COLUMNS
from geo.measures.table import Table
from geo.privacy.breakdowns import BREAKDOWNS
from geo.privacy.suppression import hidden_cells
from geo.store import Release
from geo.view import Period, View

T = 5


def table_of(frame: pd.DataFrame, kind: str) -> Table:
    return Table(frame, kind, 1, "", pd.Timestamp(2025, 1, 1).date(), 0, pd.DataFrame())


def test_every_column_of_these_tables_that_is_no_count_says_what_it_discloses() -> None:
    of_these = {key: one for key, one in COLUMNS.items() if key.split(":")[0] in BREAKDOWNS}
    assert {"reach:households_share", "reach:events_share"} <= set(of_these)
    for key, measure in of_these.items():
        assert measure.unit in ("count", "text") or measure.based_on, key
        assert measure.definition.endswith(".")


def test_few_near_a_place_or_far_from_it_are_withheld_and_all_events(demo_release: Release) -> None:
    view = View(Period("2025-03"), layer="service", level="village")
    frame = reach(demo_release, view).frame.assign(
        places=pd.array([2, 1, 3, 9, 0], dtype="Int64"),
        households=pd.array([3, 996, 500, 400, 300], dtype="Int64"),
        households_share_n=pd.array([1000] * 5, dtype="Int64"),
        events=pd.array([20, 20, 47, 2, 0], dtype="Int64"),
        events_share_n=pd.array([50] * 5, dtype="Int64"),
    )
    hidden = hidden_cells(table_of(frame, "reach"), "service", threshold=T)
    assert hidden["households"].tolist() == hidden["households_share"].tolist() == [True, True, False, False, False]
    assert hidden[["events", "events_share_n"]].all(axis=None)
    assert "places" not in hidden
