"""Terms of disputes and hazards: given dates, pauses, extensions and working days, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.measures import summary, waiting
from geo.measures.events import read_events
from geo.measures.terms import is_provisional
from geo.measures.times import day_number
from geo.resources import resource
from geo.rules import Rules, load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, placed_records, tiny_layers

# Days are month-day of 2025. All were found and accepted on 15 February: 30 days end on 17 March, of H on 2 March.
DISPUTES = """
record_id class source found_at accepted_on settled_on due_on paused_on resumed_on extended_until_on grid_id
D1 labour reported 02-15 02-15 - - - - - G1
D2 labour reported 02-15 02-15 - - 02-20 03-12 - G1
D3 labour reported 02-15 02-15 - - 03-01 - - G2
D4 labour reported 02-15 02-15 - - - - 04-10 G3
D5 labour reported 02-15 02-15 - 03-05 03-06 03-20 - G5
D6 labour reported 02-15 02-15 03-20 - 03-01 03-06 - G5
"""
HAZARDS = """
record_id class grade source found_at rectified_on due_on paused_on resumed_on extended_until_on grid_id
H1 fire general reported 02-15 03-05 - 02-20 02-24 - G1
H2 fire general reported 02-15 03-05 - - - - G2
H3 fire general reported 02-15 - - - - 03-31 G5
"""
FEBRUARY = View(Period("2025-02"), compare="none")
MARCH = View(Period("2025-03"), compare="none")


@pytest.fixture(scope="module")
def paused(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county with terms that stood still or were extended."""
    layers = tiny_layers()
    layers |= {"disputes": placed_records("disputes", DISPUTES), "hazards": placed_records("hazards", HAZARDS)}
    store = Store(tmp_path_factory.mktemp("paused"))
    return store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")


def test_open_on_the_last_of_march(paused: Release) -> None:
    march = summary(paused, MARCH).frame.iloc[0]
    assert march["open"] == 5
    # D1 ended on 17 March. D2 stood still for 20 days: 6 April. D3 still does. D4 was extended. D5 had its own date.
    assert march["overdue"] == 2
    # An extension puts off no month: D1 and D4. D5 stood still from 6 to 19 March: 31 March, not past it.
    assert march["past_month"] == 2


def test_what_waits_tells_of_terms_that_stand_still_or_were_extended(paused: Release) -> None:
    frame = waiting(paused, MARCH.replace(level="station")).frame
    cases = (
        frame[frame["duty"].isin(("settle", "remove"))][["duty", "area_id", "n", "paused", "extended"]]
        .to_numpy()
        .tolist()
    )
    # D3 stands still, D2 and D5 run again. D4 and H3 were extended.
    assert sorted(cases) == [["remove", "S2", 1, 0, 1], ["settle", "S1", 4, 1, 1], ["settle", "S2", 1, 0, 0]]
    assert frame.loc[frame["duty"] == "assign", "paused"].eq(0).all()


def test_settled_in_a_month_leaves_out_pauses(paused: Release) -> None:
    february = summary(paused, FEBRUARY).frame.iloc[0]
    # D1, D4 and D5 (31 March) are over, and D6: 22 March, 5 days later. It was settled on the 20th.
    assert february["settled_in_month_n"] == 4
    assert february["settled_in_month"] == pytest.approx(1 / 4)


# Found and accepted as above. D3's own date is 3 days before the pause ends, D4's a day after it.
WITHIN = """
record_id class source found_at accepted_on settled_on due_on paused_on resumed_on extended_until_on grid_id
D1 labour reported 02-15 02-15 - 03-10 03-01 - - G1
D2 labour reported 02-15 02-15 - 03-10 03-05 03-27 - G1
D3 labour reported 02-15 02-15 - 03-10 03-01 03-13 - G2
D4 labour reported 02-15 02-15 - 03-10 03-01 03-09 - G3
D5 labour reported 02-15 02-15 03-05 - 03-01 - - G5
"""


def test_a_date_within_a_pause_is_put_off_by_it_and_closing_ends_one(tmp_path: Path) -> None:
    layers = tiny_layers() | {"disputes": placed_records("disputes", WITHIN)}
    release = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    # D1 stands still. D2: 10 March and 22 days, 1 April. D3: 12 days, 22 March. D4's date is after the pause.
    assert summary(release, MARCH).frame.iloc[0]["overdue"] == 2
    # D5 stood still until it was settled: its month ended on 21 March, of D3 on the 29th, of D4 on the 25th.
    february = summary(release, FEBRUARY).frame.iloc[0]
    assert february["settled_in_month_n"] == 3
    assert february["settled_in_month"] == pytest.approx(1 / 3)


def test_hazards_on_time(paused: Release) -> None:
    february = summary(paused, FEBRUARY.replace(layer="hazards")).frame.iloc[0]
    # H1 stood still for 4 days: 6 March, in time. H2 was due on the 2nd, late. H3 was extended to the 31st.
    assert february["removed_on_time_n"] == 3
    assert february["removed_on_time"] == pytest.approx(1 / 3)
    # On 31 March H3 is in its last day.
    assert summary(paused, MARCH.replace(layer="hazards")).frame.iloc[0]["overdue"] == 0


def rules_with(**kinds: object) -> Rules:
    rules = load_rules()
    return replace(rules, deadlines=replace(rules.deadlines, **kinds))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "days", "overdue"),
    [
        # From Saturday 15 February 2025: 30 working days end on 28 March (10 in February, 20 in March).
        ("working", 30, 2),
        # 31 end on Monday, 31 March, not past it.
        ("working", 31, 1),
        ("calendar", 30, 2),
    ],
)
def test_working_days(paused: Release, kind: str, days: int, overdue: int) -> None:
    rules = rules_with(mediation_kind=kind, mediation_days=days)
    assert summary(paused, MARCH, rules=rules).frame.iloc[0]["overdue"] == overdue


def test_a_term_that_ends_on_a_day_off_may_end_on_the_next_workday(paused: Release) -> None:
    # 42 days from 15 February end on Saturday, 29 March; on Monday the 31st it is not past. D5 has its own date.
    assert summary(paused, MARCH, rules=rules_with(mediation_days=42)).frame.iloc[0]["overdue"] == 2
    shifted = rules_with(mediation_days=42, ends_on_workday=True)
    assert summary(paused, MARCH, rules=shifted).frame.iloc[0]["overdue"] == 1


def test_columns_that_no_record_fills_are_not_kept(tiny: Release, paused: Release) -> None:
    assert "paused_on" not in read_events(tiny, "disputes").days
    assert {"paused_on", "resumed_on", "extended_until_on"} <= set(read_events(paused, "hazards").days)


def test_terms_beyond_the_notices_are_provisional() -> None:
    year = (day_number(date(2027, 1, 1)), day_number(date(2028, 1, 1)))
    working = rules_with(hazard_kind="working")
    assert is_provisional("hazards", *year, working)
    assert not is_provisional("disputes", *year, working)
    assert not is_provisional("hazards", *year, load_rules())
    assert not is_provisional("hazards", day_number(date(2025, 1, 1)), day_number(date(2026, 1, 1)), working)


@pytest.fixture
def strange(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(before: str, after: str) -> Path:
        path = tmp_path / "rules.toml"
        path.write_text(resource("rules.toml").read_text("utf-8").replace(before, after), "utf-8")
        return path

    return write


def test_a_kind_of_days_that_nobody_knows_is_refused(strange: Callable[[str, str], Path]) -> None:
    with pytest.raises(GeoError, match="hazard_kind must be one of calendar, working"):
        load_rules(strange('hazard_kind = "calendar"', 'hazard_kind = "banking"'))
