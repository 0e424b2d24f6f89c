"""The scorecard, worked out by hand from tests/measures/tiny.py, and what holds for any county."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import ViewError
from geo.measures import scorecard, scorecard_whole, summary
from geo.measures.catalogue import CATALOGUE
from geo.measures.indicators import INDICATORS, PROMISES
from geo.measures.ranks import rank_areas
from geo.measures.standing import peers_of, stand_among
from geo.rules import Rules, load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import tiny_layers, tiny_rules

MARCH, MAY = (View(Period(month), level="station") for month in ("2025-03", "2024-05"))


@cache
def card(release: Release, view: View = MARCH, *, few: bool = False) -> pd.DataFrame:
    """The scorecard of a view; ``few``: by rules for which a single record is enough."""
    rules = tiny_rules()
    rules = replace(rules, standing=replace(rules.standing, least_records=1)) if few else rules
    return scorecard(release, view, rules=rules).frame


def line(release: Release, indicator: str, area: str = "S1", view: View = MARCH, *, few: bool = False) -> pd.Series:
    """One row of the scorecard."""
    frame = card(release, view, few=few)
    return frame[(frame["area_id"] == area) & (frame["indicator"] == indicator)].iloc[0]


def test_areas_stand_together_with_every_indicator_in_its_order(tiny: Release) -> None:
    frame = card(tiny)
    assert frame["area_id"].drop_duplicates().tolist() == ["S1", "S2", "S3"]
    told = [one for one in INDICATORS if not one.startswith("reach_")]
    assert [one for one in frame.loc[frame["area_id"] == "S2", "indicator"] if not one.startswith("reach_")] == told
    assert set(frame["promise"]) == set(PROMISES)


def test_shares_of_the_cohort(tiny: Release) -> None:
    # In May 2024 the 30 days of April's are over. Accepted in S1: D13, settled in the town, and D14, that lapsed on
    # 1 May: it counts, as May's last day is what is asked for.
    settled = line(tiny, "settled_share", view=MAY)
    assert (settled["period"], settled["numerator"], settled["denominator"]) == ("2024-04", 1, 2)
    assert (settled["low"], settled["high"]) == (pytest.approx(0.0945, abs=1e-4), pytest.approx(0.9055, abs=1e-4))
    shares = ("village_share", "town_share", "right_share", "lapse_share")
    assert [line(tiny, one, view=MAY)["value"] for one in shares] == [0, 1, 0, 0.5]
    # Nothing was accepted in S2, so nothing is settled anywhere.
    assert pd.isna(line(tiny, "village_share", "S2", view=MAY)["value"])


@pytest.mark.parametrize(("month", "told"), [("2025-03", "2025-02"), ("2025-02", "2024-12"), ("2024-05", "2024-04")])
def test_a_cohort_is_told_when_all_its_terms_are_over(tiny: Release, month: str, told: str) -> None:
    # 28 February and 30 days are 30 March; 31 January and 30 days are 2 March, after February.
    view = MARCH.replace(period=Period(month))
    assert line(tiny, "settled_share", view=view)["period"] == told
    assert line(tiny, "median_days", view=view)["period"] == month


def test_months_of_a_cohort_add_up_to_its_year(demo_release: Release) -> None:
    card = scorecard_whole(demo_release, View(Period("2025"))).frame.set_index("indicator")
    months = Period(card.loc["village_share", "period"]).months  # type: ignore[arg-type]
    assert months[0] == "2024-12"
    assert months[-1] == "2025-11"
    # Told of the same day, the least of the months lies below the year and the greatest above it, as of any mean.
    for one in ("settled_share", "village_share", "town_share", "lapse_share", "right_share"):
        trend = np.array(card.loc[one, "trend"], dtype=float)
        assert trend.min() <= card.loc[one, "value"] <= trend.max()
    accepted = [summary(demo_release, View(Period(month))).frame["accepted"].iloc[0] for month in months]
    settled = np.rint(np.array(card.loc["settled_share", "trend"], dtype=float) * accepted)
    assert settled.sum() == card.loc["settled_share", "numerator"]
    assert sum(accepted) == card.loc["settled_share", "denominator"]


def test_a_month_within_which_to_settle_is_told_of_the_last_month_that_is_over(tiny: Release) -> None:
    # In the middle of February 30 days are over by 17 March. D07 (S1) was not settled, D10 (S2) within 28 days.
    own, other = (line(tiny, "settled_in_month", area, few=True) for area in ("S1", "S2"))
    assert (own["period"], own["numerator"], own["denominator"]) == ("2025-02", 0, 1)
    assert (own["state"], other["state"]) == ("short", "reached")  # 0 of 1 is at most 79 %, the target 85 %
    assert line(tiny, "settled_in_month")["state"] == "few"
    assert line(tiny, "settled_in_month", view=MARCH.replace(period=Period("2025-Q1")))["period"] == "2025-Q1"


def test_rates_of_reported_records_with_their_change(tiny: Release) -> None:
    # D01, D03, D04 and D05 on 3,500 residents; D12 a year before.
    reported = line(tiny, "disputes_reported")
    assert reported["value"] == pytest.approx(1000 * 4 / 3500)
    assert (reported["low"], reported["high"]) == (
        pytest.approx(1000 * 1.0899 / 3500, rel=1e-4),
        pytest.approx(1000 * 10.2416 / 3500, rel=1e-4),
    )
    assert (reported["compare"], reported["change"]) == (pytest.approx(1000 / 3500), pytest.approx(3.0))
    assert line(tiny, "disputes_discovered")["numerator"] == 1
    assert line(tiny, "fraud")["numerator"] == 1  # I1; I2 was discovered
    assert line(tiny, "incidents_discovered")["numerator"] == 1


def test_months_of_the_trend(tiny: Release) -> None:
    # D14 in April 2024, D06 and D07 in February, four in March.
    shown = line(tiny, "disputes_reported")["trend"]
    assert [round(value * 3.5) for value in shown] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4]


def test_a_month_whose_terms_are_not_over_has_no_place_in_the_trend(tiny: Release) -> None:
    # Of March 2025 no 30 days are over by its end, of half of February's they are: D07 was not settled.
    year = line(tiny, "settled_in_month", view=MARCH.replace(period=Period("2024-04..2025-03")))
    assert year["period"] == "2024-04..2025-03"
    assert year["trend"][-2:] == [0, None]
    assert year["trend"][0] == pytest.approx(1 / 2)  # D13 of D13 and D14, accepted in April 2024


def test_changes_of_shares_and_scores_with_their_own_intervals(tiny: Release) -> None:
    # D10 of D07 and D10 in January and February 2025; D16 alone a year before: Newcombe's interval of -0.5.
    view = MARCH.replace(period=Period("2025-02..2025-03"))
    settled = scorecard_whole(tiny, view).frame.set_index("indicator").loc["settled_share"]
    assert settled["period"] == "2025-01..2025-02"
    assert (settled["compare"], settled["change"]) == (1.0, pytest.approx(-0.5))
    own, other = (0.5, 0.0945, 0.9055), (1.0, 0.2065, 1.0)
    low = -0.5 - np.hypot(own[0] - own[1], other[2] - other[0])
    high = -0.5 + np.hypot(own[2] - own[0], other[0] - other[1])
    assert [settled["change_low"], settled["change_high"]] == pytest.approx([low, high], abs=1e-3)
    assert not settled["beyond_chance"]


def test_terms_over_days_that_no_notice_tells_of_are_marked(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("later"))
    release = store.publish(tiny_layers(), as_of=date(2027, 3, 31), time_zone="Asia/Shanghai", title="Tiny County")
    rules = load_rules()
    working = replace(rules, deadlines=replace(rules.deadlines, hazard_kind="working"))

    def marked(rules: Rules, period: str) -> set[str]:
        frame = scorecard(release, MARCH.replace(period=Period(period)), rules=rules).frame
        return set(frame.loc[frame["provisional"], "layer"])

    assert marked(working, "2027-01") == {"hazards"}
    assert marked(rules, "2027-01") == set()


def test_hazards_and_coverage(tiny: Release) -> None:
    # H2 was due on 22 March, H3 is on the last day.
    overdue = line(tiny, "major_overdue_share")
    assert (overdue["numerator"], overdue["denominator"]) == (1, 2)
    covered = [line(tiny, "covered_share", area) for area in ("S1", "S2", "S3")]
    assert [row["value"] for row in covered] == [0.75, 0, 0.5]
    # Grids are counted, however few.
    assert [row["state"] for row in covered] == ["short"] * 3


def test_service(tiny: Release) -> None:
    visited = line(tiny, "visited_share")
    assert (visited["numerator"], visited["value"]) == (130, pytest.approx(130 / 1500))
    # 60 % is the target of a year, and of no month.
    assert pd.isna(visited["target"])
    assert line(tiny, "visited_share", view=MARCH.replace(period=Period("2024")))["target"] == 0.6
    # 80 of 100: as wide as if 80 of 100 had said yes.
    survey = line(tiny, "survey_security")
    assert (survey["value"], survey["low"]) == (80, pytest.approx(71.12, abs=0.01))


def test_visits_beside_all_are_held_against_how_much_they_vary(tiny: Release) -> None:
    # 130 of 1,500, 20 of 490 and 0 of 100 households: of single events 107.7 and 35.2 were to be expected, so that 20
    # would be fewer than chance; but visits vary 53 times as much (test_service), and then no rate is shown to differ.
    visited = [line(tiny, "visited_share", area) for area in ("S1", "S2", "S3")]
    overall = 150 / 2090
    assert [row["overall"] for row in visited] == pytest.approx([overall] * 3)
    assert [row["standing"] for row in visited[:2]] == [0, 0]
    assert [row["shrunk"] for row in visited] == pytest.approx([overall] * 3)


def test_what_is_not_told_of_a_week_has_no_interval(tiny: Release) -> None:
    # Visits come by month: of a week nothing is known, and not "0 % or more".
    week = line(tiny, "visited_share", view=MARCH.replace(period=Period("2025-W12")))
    assert week[["value", "low", "high"]].isna().all()


def test_standing_among_peers(tiny: Release) -> None:
    ranks = ["rank", "rank_best", "rank_worst", "rank_of"]
    # In February 0 of 1 and 1 of 1: the intervals overlap; S3 accepted none, and has no rank.
    assert line(tiny, "settled_share", few=True)[ranks].tolist() == [2, 1, 2, 2]
    assert line(tiny, "settled_share", "S3", few=True)[ranks[:3]].isna().all()
    assert line(tiny, "settled_share")[ranks].isna().all()
    # Reported counts have no good side, so there is no rank.
    assert line(tiny, "disputes_reported", few=True)[ranks].isna().all()


def test_no_target_and_no_rank_on_reported_counts_and_transfers_by_right() -> None:
    targets = load_rules().targets
    for one in INDICATORS.values():
        if (one.kind == "rate" and one.source) or one.id == "right_share":
            assert one.meaning.good is None
            assert one.measure not in targets
    for name, target in targets.items():
        assert 0 < target.value < (100 if CATALOGUE[name].unit == "score" else 1)


def test_of_one_source_alone(tiny: Release) -> None:
    frame = scorecard(tiny, MARCH.replace(source="discovered")).frame
    assert not {"disputes_reported", "theft"} & set(frame["indicator"])
    assert line(tiny, "settled_share", view=MAY.replace(source="discovered"))["denominator"] == 1  # D13 of D13 and D14


def test_whole_county_and_a_station_by_itself(tiny: Release) -> None:
    county = scorecard_whole(tiny, MARCH).frame.set_index("indicator")
    february = summary(tiny, MARCH.replace(period=Period("2025-02"))).frame["accepted"].iloc[0]
    assert county.loc["settled_share", "denominator"] == february == 2
    assert county["rank"].isna().all()
    station = scorecard_whole(tiny, MARCH.replace(area="S1", level="grid")).frame
    assert station["area_id"].unique().tolist() == ["S1"]
    # What tells of other stations is not told of one alone; its rank is.
    beside = ["shrunk", "overall", "inner_low", "inner_high", "outer_low", "outer_high", "standing"]
    assert station[beside].isna().all(axis=None)
    among_all = card(tiny).query("area_id == 'S1'").drop(columns=beside)
    pd.testing.assert_frame_equal(station.drop(columns=beside), among_all, check_dtype=False)


def test_villages_of_a_station_alone(tiny: Release) -> None:
    table = scorecard(tiny, MARCH.replace(area="S1", level="village"))
    assert table.frame["area_id"].unique().tolist() == ["V1", "V2"]
    assert table.lineage["station_id"].unique().tolist() == ["S1"]
    with pytest.raises(ViewError):
        scorecard(tiny, MARCH.replace(area="V1"))


def test_a_period_that_is_not_over_is_marked_and_has_no_change(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("running"))
    release = store.publish(tiny_layers(), as_of=date(2025, 3, 15), time_zone="Asia/Shanghai", title="Tiny County")
    running = line(release, "disputes_reported")
    assert not running["over"]
    assert pd.isna(running["change"])
    assert line(release, "disputes_reported", view=MARCH.replace(period=Period("2025-02")))["over"]
    # What waits for its terms is told of a month that is over.
    assert line(release, "settled_share")["over"]


def test_a_release_without_any_of_it_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("bare"))
    areas = {
        name: layer for name, layer in tiny_layers().items() if name in ("grids", "villages", "stations", "counties")
    }
    release = store.publish(areas, as_of=date(2025, 3, 31), time_zone="Asia/Shanghai", title="Tiny County")
    with pytest.raises(ViewError, match="no layer that the promises"):
        scorecard(release, MARCH)


PERIODS = st.sampled_from(["2024", "2024-Q3", "2024-08", "2025-03", "2023-12"])


@settings(max_examples=6, deadline=None)
@given(
    period=PERIODS, level=st.sampled_from(["station", "village"]), compare=st.sampled_from(["last-year", "previous"])
)
def test_what_holds_for_any_county(chance: Release, period: str, level: str, compare: str) -> None:
    frame = scorecard(chance, View(Period(period), level=level).replace(compare=compare)).frame
    value, low, high = (frame[name].to_numpy() for name in ("value", "low", "high"))
    known = np.isfinite(value) & np.isfinite(low)
    assert (low[known] <= value[known]).all()
    assert (np.nan_to_num(high[known], nan=np.inf) >= value[known]).all()
    # Nobody lies beyond chance from the rate of all whose own interval holds it, visits no more than others.
    rates = np.array([INDICATORS[one].kind == "rate" for one in frame["indicator"]])
    held = (low <= frame["overall"]) & (frame["overall"] <= high)
    assert (frame.loc[rates & held & frame["standing"].notna(), "standing"] == 0).all()
    # No interval without a value; but half may be settled after more days than the data reach.
    ends = frame.loc[frame["value"].isna(), ["indicator", "low", "high"]].dropna(how="all", subset=["low", "high"])
    assert set(ends["indicator"]) <= {"median_days"}
    shares = np.array([INDICATORS[one].kind == "share" for one in frame["indicator"]])
    assert ((value[shares & known] >= 0) & (value[shares & known] <= 1)).all()
    ranked = frame.dropna(subset="rank")
    assert (ranked["rank_best"] <= ranked["rank"]).all()
    assert (ranked["rank"] <= ranked["rank_worst"]).all()
    assert (ranked["rank_worst"] <= ranked["rank_of"]).all()
    assert ranked["enough"].all()
    # Whatever has a change and an interval has one of the change, too, that holds it; but for a median that is open.
    told = frame[frame["change"].notna() & frame["low"].notna() & np.isfinite(frame["change"])]
    ends = told.dropna(subset=["change_low", "change_high"])
    assert set(told.loc[told.index.difference(ends.index), "indicator"]) <= {"median_days"}
    assert (ends["change_low"] <= ends["change"] + 1e-9).all()
    assert (ends["change_high"] >= ends["change"] - 1e-9).all()
    assert frame["trend"].map(len).eq(12).all()


@given(
    rows=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 0.3), st.booleans()), min_size=3, max_size=9
    ),
    good=st.sampled_from(["high", "low"]),
)
def test_each_stands_as_its_group_is_ranked(rows: list[tuple[float, float, float, bool]], good: str) -> None:
    value, below, above, enough = (np.array(part) for part in zip(*rows, strict=True))
    low, high = value - below, value + above
    n = len(rows)
    peers = np.array([[(i + step) % n for step in (1, 2)] for i in range(n)])
    shown = stand_among(value, low, high, peers=peers, good=good, enough=enough)  # type: ignore[arg-type]
    for i in range(n):
        group = [i, *peers[i]]
        ranks = rank_areas(value[group], low[group], high[group], good=good, enough=enough[group])  # type: ignore[arg-type]
        if enough[i] and enough[peers[i]].any():
            assert (shown.rank[i], shown.best[i], shown.worst[i]) == (ranks.rank[0], ranks.best[0], ranks.worst[0])
        else:
            assert np.isnan(shown.rank[i])


def test_distances_between_peers_are_the_same_both_ways(chance: Release) -> None:
    peers = peers_of(chance, "village", 5)
    apart = {
        (i, int(j)): far for i, row in enumerate(peers.position) for j, far in zip(row, peers.distance[i], strict=True)
    }
    both = [(pair, far) for pair, far in apart.items() if pair[::-1] in apart]
    assert both
    assert all(apart[pair[::-1]] == pytest.approx(far) for pair, far in both)
