"""Stations side by side: practices by hand from tests/measures/tiny.py, intervals apart, and what is told of both."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from geo.access import Scope
from geo.codes import code_list
from geo.errors import NotPermitted
from geo.measures.compare import OUTCOME, _Figures, _outcome_rows, compare, practices
from geo.measures.intervals import shift_interval
from geo.measures.rows import area_rows
from geo.measures.scorecard import scorecard
from geo.measures.standing import peers_of
from geo.measures.table import Table
from geo.privacy import protect
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import Period, View
from tests.measures.tiny import tiny_rules

MARCH = View(Period("2025-03"), level="station")


def few_are_enough(rules: Rules) -> Rules:
    """Rules by which a single record is enough."""
    return replace(rules, standing=replace(rules.standing, least_records=1))


@cache
def table(release: Release, view: View = MARCH) -> Table:
    """The stations of the tiny county beside each other."""
    return compare(release, view, rules=tiny_rules())


def own(release: Release, view: View = MARCH, *, area: str = "S1") -> pd.DataFrame:
    """The practices of a station itself, by their ids."""
    frame = table(release, view).frame
    kept = (frame["area_id"] == area) & (frame["place"] == 0) & (frame["topic"] != OUTCOME)
    return frame[kept].set_index("line")


def test_channels_by_hand(tiny: Release) -> None:
    # Found in March in S1: D01 and D02 by the people's mediator, D04 by the police; D03 and D05 by nobody yet.
    rows = own(tiny)
    assert list(rows.loc["people_mediator", ["numerator", "denominator"]]) == [2, 3]
    assert rows.loc["police_mediator", "value"] == pytest.approx(1 / 3)
    # Wilson: (2/3 + z²/6 ± z √(2/27 + z²/36)) / (1 + z²/3) with z² = 3.8415
    assert rows.loc["people_mediator", "low"] == pytest.approx(0.2077, abs=1e-4)
    assert rows.loc["people_mediator", "high"] == pytest.approx(0.9385, abs=1e-4)


def test_levels_are_those_of_the_scorecard(tiny: Release) -> None:
    # Of April 2024, whose terms are over in May: D13 was settled in the town.
    may = MARCH.replace(period=Period("2024-05"))
    rows, card = own(tiny, may), scorecard(tiny, may, rules=tiny_rules()).frame
    card = card[card["area_id"] == "S1"].set_index("indicator")
    columns = ["period", "value"]
    assert list(rows.loc["in_town", columns]) == list(card.loc["town_share", columns]) == ["2024-04", 1]
    assert list(rows.loc["in_village", columns]) == list(card.loc["village_share", columns]) == ["2024-04", 0]
    # Nothing is settled in S2, so that of no level anything can be told.
    assert pd.isna(own(tiny, may, area="S2")["value"]["in_village"])


def test_sources_officers_and_visits_by_hand(tiny: Release) -> None:
    rows = own(tiny)
    assert list(rows.loc["disputes_found", ["numerator", "denominator"]]) == [1, 5]  # D02 of five
    assert rows.loc["posts_per_grid", "value"] == pytest.approx(2 / 4)  # P1 and P2 in G1 to G4
    assert rows.loc["vacant_grids", "value"] == pytest.approx(1 / 4)  # G4
    assert rows.loc["households_visited", "value"] == pytest.approx(130 / 1500)
    assert rows.loc["requests", "value"] == pytest.approx(1000 * 6 / 1500)


def test_of_one_source_alone_the_sources_are_not_told(tiny: Release) -> None:
    assert "disputes_found" not in own(tiny, MARCH.replace(source="reported")).index


def test_every_station_stands_beside_its_peers_nearest_first(tiny: Release) -> None:
    frame = table(tiny, MARCH).frame
    lines = frame[frame["line"] == "people_mediator"]
    assert lines.groupby("area_id")["place"].apply(list).to_dict() == {name: [0, 1, 2] for name in ("S1", "S2", "S3")}
    names = np.array(["S1", "S2", "S3"])
    group = peers_of(tiny, "station", tiny_rules().standing.peers).position[0]
    assert lines[lines["area_id"] == "S1"]["peer_id"].tolist() == ["", *names[group[group >= 0]]]
    assert table(tiny, MARCH.replace(area="S2")).frame["area_id"].unique().tolist() == ["S2"]


def test_of_few_records_no_difference_is_told(tiny: Release) -> None:
    frame = table(tiny, MARCH).frame
    told = frame[(frame["topic"] == "channel") & (frame["place"] > 0)]
    assert set(told["beside"].dropna()) == {"few"}
    assert told[["difference", "difference_low", "difference_high"]].isna().all(axis=None)


def _line(tiny: Release, good: str | None, ends: list[tuple[float, float, float]]) -> _Figures:
    value, low, high = (np.array(part) for part in zip(*ends, strict=True))
    arrays = {"value": value, "low": low, "high": high, "numerator": value, "denominator": value}
    enough = np.array([True, True, True])
    return _Figures(area_rows(tiny, MARCH), OUTCOME, "settled_share", "share", "2025-03", "share", good, arrays, enough)


@pytest.mark.parametrize(
    ("good", "said"),
    [("high", ["better", "none"]), ("low", ["worse", "none"]), (None, ["", ""])],
)
def test_better_is_said_of_intervals_that_lie_apart_and_not_of_points(
    tiny: Release, good: str | None, said: list[str]
) -> None:
    # The second lies above the station with its whole interval; the third with its value alone.
    one = _line(tiny, good, [(0.5, 0.4, 0.6), (0.7, 0.61, 0.8), (0.65, 0.59, 0.7)])
    rows = _outcome_rows(one, 0, np.array([1, 2]))
    assert rows["beside"].fillna("").tolist() == ["", *said]


def test_a_median_that_is_open_above_is_apart_from_nothing_above_it(tiny: Release) -> None:
    one = _line(tiny, "low", [(30, 25, np.nan), (40, 35, 45), (20, 15, 24)])
    assert _outcome_rows(one, 0, np.array([1, 2]))["beside"].tolist()[1:] == ["none", "better"]


def test_differences_are_widened_for_all_that_is_looked_at(chance: Release) -> None:
    view, rules = View(Period("2024"), level="station"), few_are_enough(load_rules())
    frame = compare(chance, view, rules=rules).frame
    channels = frame[(frame["topic"] == "channel")]
    at = channels["place"] > 0
    for (area, line), peers in channels[at].groupby(["area_id", "line"]):
        mine = channels[~at & (channels["area_id"] == area) & (channels["line"] == line)].iloc[0]
        alone = shift_interval(
            peers["numerator"], peers["denominator"], mine["numerator"], mine["denominator"], alpha=rules.alpha
        )
        known = peers["difference"].notna().to_numpy()
        np.testing.assert_allclose(peers["difference"].to_numpy()[known], alone.value[known])
        assert (peers["difference_low"].to_numpy()[known] <= alone.low[known]).all()
        told = peers["beside"].isin(["more", "less"]).to_numpy(dtype=bool)
        assert not (told & ~alone.beyond_chance).any()


def test_what_is_measured_whole_is_told_and_not_compared(tiny: Release) -> None:
    frame = compare(tiny, MARCH, rules=few_are_enough(tiny_rules())).frame
    whole = frame[frame["topic"] == "places"]
    assert whole[["low", "high", "difference", "beside"]].isna().all(axis=None)


def test_the_public_is_refused(tiny: Release) -> None:
    with pytest.raises(NotPermitted):
        protect(table(tiny, MARCH), MARCH, Scope("public"))


@pytest.mark.parametrize("role", ["director", "planner"])
def test_who_has_one_station_sees_nothing_of_the_others(tiny: Release, role: str) -> None:
    view = MARCH.replace(area="S1")
    seen = protect(table(tiny, view), view, Scope(role, "S1")).frame
    others = seen["place"] > 0
    figures = ["value", "low", "high", "numerator", "denominator", "difference", "beside"]
    assert seen.loc[others, figures].isna().all(axis=None)
    assert seen.loc[~others, "value"].notna().any()


def test_a_difference_is_not_told_to_who_has_one_of_the_two(tiny: Release) -> None:
    # S2 stands beside the others, too: what they are beside it would tell what they are.
    seen = protect(table(tiny), MARCH, Scope("director", "S2")).frame
    own_rows = (seen["area_id"] == "S2") & (seen["place"] == 0)
    assert seen.loc[~own_rows, ["value", "difference", "beside"]].isna().all(axis=None)
    assert seen.loc[own_rows, "value"].notna().any()


def test_who_has_the_county_sees_all_of_it(tiny: Release) -> None:
    seen = protect(table(tiny, MARCH), MARCH, Scope("director", "C"))
    assert not seen.protected.any(axis=None)


def test_practices_are_of_words_that_are_there() -> None:
    assert {one.topic for one in practices().values()} == {"channel", "level", "source", "coverage", "visits", "places"}
    channels = [one.numerator.removeprefix("channel_") for one in practices().values() if one.topic == "channel"]
    levels = [one.numerator.removeprefix("settled_") for one in practices().values() if one.topic == "level"]
    assert channels == list(code_list("channel"))
    assert levels == list(code_list("settled_at"))
