"""All kinds of tables that measures make: each is told from the ledger, is of no records, or is refused."""

from __future__ import annotations

import pytest

from geo.access import Scope
from geo.errors import NotPermitted, ViewError
from geo.figures.asked import MEASURED
from geo.layers import EVENT_LAYERS
from geo.privacy import protect
from geo.privacy.public import public_columns
from geo.privacy.public.open_data import OPEN, open_columns, open_rows
from geo.rules import Rules
from geo.store import Release
from geo.view import Period, View

PUBLIC = Scope("public")
LAYERS = (*EVENT_LAYERS, "coverage", "service")
#: Tables of which nothing is for the public, whatever the layer.
REFUSED = {
    "by_grade",
    "by_hour",
    "flow",
    "attention",
    "states",
    "workload",
    "spread",
    "scorecard",
    "scorecard_whole",
    "waiting",
    "questions",
    "assessment",
    "compare",
}


@pytest.mark.slow
@pytest.mark.parametrize("measured", sorted(MEASURED))
def test_public_reads_the_ledger_or_what_is_of_no_records(tiny: Release, rules: Rules, measured: str) -> None:
    told = 0
    for layer in LAYERS:
        view = View(Period("2025-03"), layer=layer, level="village")
        try:
            table = MEASURED[measured](tiny, view)
            seen = protect(table, view, PUBLIC, rules=rules)
        except (NotPermitted, ViewError):
            continue
        told += 1
        allowed = {*(public_columns(table, view, rules) or {}), *open_columns(table.kind, layer)}
        shown = {name for name in seen.protected if not seen.protected[name].all()}
        assert shown <= allowed, layer
        assert seen.protected[~open_rows(table.kind, table.frame)].all(axis=None)
        assert seen.unplaced is None
    assert not (told and measured in REFUSED)


def test_of_coverage_no_share_of_records_is_told(tiny: Release, rules: Rules) -> None:
    view = View(Period("2025-03"), layer="coverage", level="village")
    for measured in ("measure", "summary"):
        withheld = protect(MEASURED[measured](tiny, view), view, PUBLIC, rules=rules).protected
        assert withheld[["events", "covered_share_events"]].all(axis=None)
    shares = protect(MEASURED["shares"](tiny, view), view, PUBLIC, rules=rules)
    of_events = shares.frame["of"] == "events"
    assert shares.frame.loc[of_events, ["covered_share", "n"]].isna().all(axis=None)


def test_of_service_members_and_answers_are_not_told(tiny: Release, rules: Rules) -> None:
    view = View(Period("2025-03"), layer="service", level="station")
    withheld = protect(MEASURED["measure"](tiny, view), view, PUBLIC, rules=rules).protected
    persons = [name for name in withheld if str(name).startswith(("members", "shifts", "survey"))]
    assert len(persons) > 8
    assert withheld[persons].all(axis=None)


def test_why_is_told_of_every_open_column() -> None:
    assert all(len(why) > 20 for columns in OPEN.values() for why in columns.values())
    assert not [name for columns in OPEN.values() for name in columns if "event" in name or "survey" in name]


def test_that_there_are_no_rows_is_not_told_either(tiny: Release, rules: Rules) -> None:
    view = View(Period("2025-03"), level="village")
    table = MEASURED["questions"](tiny, view)
    assert table.frame.empty
    with pytest.raises(NotPermitted):
        protect(table, view, PUBLIC, rules=rules)
