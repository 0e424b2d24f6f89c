"""Service figures of the tiny county in March 2025, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import ViewError
from geo.measures import compare, measure, scorecard, summary
from geo.measures.intervals import poisson_interval
from geo.measures.service import visit_dispersions
from geo.measures.times import day_number
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

MARCH = View(Period("2025-03"), layer="service", level="station")


def test_visits_groups_and_households(tiny: Release) -> None:
    frame = measure(tiny, MARCH).frame.set_index("area_id")
    assert frame["n"].tolist() == [130, 20, 0]
    assert frame["requests_handled"].tolist() == [6, 0, 0]
    assert frame.loc["S1", "visited_share"] == pytest.approx(130 / 1500)
    assert frame.loc[["S1"], ["groups", "members", "shifts"]].iloc[0].tolist() == [1, 12, 5]


def test_members_are_those_of_the_last_month_and_visits_of_all(tiny: Release) -> None:
    quarter = summary(tiny, MARCH.replace(period=Period("2025-Q1"))).frame.iloc[0]
    assert quarter[["n", "groups", "members", "shifts"]].tolist() == [200, 2, 17, 11]


def test_surveys_are_weighted_and_told_of_whole_stations(tiny: Release) -> None:
    # (100 * 80 + 50 * 95) / 150; the survey of satisfaction ended in February.
    county = summary(tiny, MARCH).frame.iloc[0]
    assert (county["survey_security"], county["survey_security_n"]) == (85, 150)
    assert pd.isna(county["survey_satisfaction"])
    february = measure(tiny, MARCH.replace(period=Period("2025-02"))).frame.set_index("area_id")
    assert february.loc["S1", "survey_satisfaction"] == 70
    assert measure(tiny, MARCH.replace(level="village")).frame["survey_security"].isna().all()


def test_layers_that_are_not_there_are_missing_not_zero(tmp_path: Path) -> None:
    kept = ("counties", "stations", "villages", "grids", "visits")
    layers = {name: layer for name, layer in tiny_layers().items() if name in kept}
    release = Store(tmp_path).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="t", title_zh="t")
    county = summary(release, MARCH).frame.iloc[0]
    assert county["n"] == 150
    assert county[["groups", "members", "reach_mediation_room"]].isna().all()
    assert pd.isna(county["survey_security"])
    with pytest.raises(ViewError, match="no disputes"):
        measure(release, MARCH.replace(layer="disputes"))
    with pytest.raises(ViewError, match="no officers and no assignments"):
        measure(release, MARCH.replace(layer="coverage"))


def test_visits_vary_more_than_single_events(tiny: Release) -> None:
    # S1 visits 130 of 1,500 households: 100, 0, 30 and 0 in its grids, where 34.67, 52, 17.33 and 26 were expected. S2
    # visits 20 of 490: all in one, where 18.37 and 1.63 were. S3 has none.
    expected = (65.333**2 / 34.667 + 52 + 12.667**2 / 17.333 + 26 + 1.633**2 / 18.367 + 1.633) / (6 - 2)
    window = (day_number(date(2025, 3, 1)), day_number(date(2025, 4, 1)))
    found = visit_dispersions(tiny, *window)["n"]
    assert found == pytest.approx(expected, rel=1e-3)
    # The page of service, the scorecard and the page that compares stations tell the same interval.
    ends = [part / 1500 for part in poisson_interval(130, alpha=0.05, dispersion=found)]
    card = scorecard(tiny, MARCH).frame.query("area_id == 'S1' and indicator == 'visited_share'")
    beside = compare(tiny, MARCH).frame.query("area_id == 'S1' and place == 0 and line == 'households_visited'")
    for frame, names in (
        (measure(tiny, MARCH).frame, ("visited_share_low", "visited_share_high")),
        (card, ("low", "high")),
        (beside, ("low", "high")),
    ):
        assert frame[list(names)].iloc[0].tolist() == pytest.approx(ends)
