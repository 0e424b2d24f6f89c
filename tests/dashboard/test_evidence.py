"""The evidence behind a criterion, on the page and on paper: by hand from tests/measures/tiny.py."""

from __future__ import annotations

from functools import cache as kept

import pytest

from geo.access import Scope
from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.evidence import behind, evidence_of
from geo.dashboard.parts.lacking import lacking_words
from geo.dashboard.state import PageState
from geo.measures.exemplary import assessment
from geo.measures.scorecard import scorecard
from geo.privacy import Protected, protect
from geo.store import Release, Store
from geo.view import Period, View
from geo.words.formats import WITHHELD
from geo.words.indicators import Line, lines_of
from tests.measures.tiny import tiny_rules

SPACE = "\N{NARROW NO-BREAK SPACE}"
MARCH = View(Period("2025-03"), level="station")
DIRECTOR = Scope("director", "S1")


@pytest.fixture
def release(tiny_store: Store) -> Release:
    found = tiny_store.current()
    assert found is not None
    return found


@pytest.fixture
def frame(release: Release) -> Frame:
    return Frame(release, cache.tree(release), Scope("director"), PageState(view=MARCH, language="en"))


@kept
def sheets_of(release: Release, scope: Scope) -> Protected:
    return protect(assessment(release, MARCH, rules=tiny_rules()), MARCH, scope)


def line_of(release: Release, criterion: str, station: str, scope: Scope | None = None) -> Line:
    sheets = sheets_of(release, scope or Scope("director"))
    rows = lines_of(sheets)
    at = sheets.frame.index[(sheets.frame["criterion"] == criterion) & (sheets.frame["area_id"] == station)][0]
    return rows[int(at)]


def card_of(release: Release, station: str | None, scope: Scope) -> Protected:
    view = MARCH.replace(area=station, level="village")
    return protect(scorecard(release, view, rules=tiny_rules()), view, scope)


def test_officers_village_by_village_with_count_and_out_of(release: Release, frame: Frame) -> None:
    found = evidence_of(frame, line_of(release, "officers", "S1"), card_of(release, "S1", Scope("director")))
    months, villages = found.tables
    # V2: G3 of G3 and G4; V1: both. The intervals are Wilson's of 1 in 2 and 2 in 2.
    assert villages.heads == ("Villages", "Count", "Out of", "Value", "Interval")
    assert villages.rows == (
        ("V2名", "1", "2", f"50.0{SPACE}%", "9.5–90.5"),
        ("V1名", "2", "2", f"100{SPACE}%", "34.2–100.0"),
    )
    # Before 11 March G4 had P2; in all months before it three of four, and G1 to G3 since 2024, too.
    assert months.is_strip
    assert (months.heads[0], months.heads[-1]) == ("Apr 2024", "Mar 2025")
    assert months.rows[0][-2:] == (f"100{SPACE}%", f"75.0{SPACE}%")
    # One more of four grids would make all four, of 98 per cent asked.
    assert found.missing == "Missing to the goal: 1 more of 4."
    assert found.figure == f"75.0{SPACE}% (30.1–95.4) short of 98{SPACE}%"


def test_what_is_withheld_has_another_sign_than_what_is_missing(release: Release, frame: Frame) -> None:
    card = card_of(release, None, DIRECTOR)
    found = evidence_of(frame, line_of(release, "officers", "S1", DIRECTOR), card)
    rows = {row[0]: row[1:] for row in found.tables[-1].rows}
    assert rows["V1名"][2] == f"100{SPACE}%"
    assert rows["V3名"] == rows["V4名"] == (WITHHELD,) * 4
    # They stand last, whatever they are.
    assert [row[0] for row in found.tables[-1].rows][-2:] == ["V3名", "V4名"]
    assert found.missing.endswith("Withheld of 2 areas.")
    # Nothing was settled in V2 of S1: missing, and not withheld.
    own = behind(line_of(release, "repeats", "S1", DIRECTOR), card_of(release, "S1", DIRECTOR))
    assert own.n_withheld == 0


def test_a_station_of_which_another_is_director_tells_nothing_of_its_own_line(release: Release, frame: Frame) -> None:
    line = line_of(release, "officers", "S2", DIRECTOR)
    assert lacking_words(frame, line) == "Missing: it is withheld."
    assert line.value == "withheld"


def test_what_is_missing_in_words(release: Release, frame: Frame) -> None:
    def words(criterion: str, station: str) -> str:
        return lacking_words(frame, line_of(release, criterion, station))

    # H2 and H3 are the major ones, both in S1; the tiny county has no places; D10's visit alone is looked at in S2.
    assert words("major_overdue", "S1") == "Missing: records. Of 2 nothing can be said; it takes 10."
    assert words("major_overdue", "S2") == "Nothing to measure: there was none of it."
    assert words("near_a_room", "S1") == "Missing: data. No file has been taken in for: Places."
    assert words("satisfaction", "S2") == "Missing: data. The files of “Surveys” do not tell of it in this period."
    assert words("rightful_transfers", "S1") == ""


def test_what_is_not_told_by_area_has_its_months(release: Release, frame: Frame) -> None:
    found = evidence_of(frame, line_of(release, "sense_of_security", "S1"), card_of(release, "S1", Scope("director")))
    assert "The data do not tell of it by area." in found.missing
    (months,) = found.tables
    # 80 of 100 answered in the quarter that ended in March.
    assert months.rows[0][-1] == "80.0"
    assert months.rows[0][:-1] == ("–",) * 11


def test_areas_of_which_nothing_is_told_are_named(release: Release, frame: Frame) -> None:
    found = evidence_of(frame, line_of(release, "repeats", "S1"), card_of(release, "S1", Scope("director")))
    # Five were found in V1 in March, none of them again; in V2 none was found.
    assert [row[:3] for row in found.tables[-1].rows] == [("V1名", "0", "5")]
    assert found.missing.endswith("Nothing to tell of: V2名.")
