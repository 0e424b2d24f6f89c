"""Grids in a hot spot: a board of grids with a planted one, and the one that the demo county has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.access import Scope
from geo.demo.truths import load_truths
from geo.errors import NotPermitted
from geo.measures import measure, scorecard, scorecard_whole, summary, waiting
from geo.measures.intervals import wilson_interval
from geo.measures.waiting import untold_duties
from geo.privacy import protect
from geo.rules import Rules, load_rules
from geo.store import Release, Store, read_layer
from geo.view import Period, View

SIDE, MIDDLE = 8, 27
BLOCK = [MIDDLE + up + side for up in (-SIDE, 0, SIDE) for side in (-1, 0, 1)]
AS_OF = date(2025, 3, 15)
FEBRUARY = View(Period("2025-02"), layer="incidents", level="grid")


def board_layers() -> dict[str, pd.DataFrame]:
    """64 grids with one report a month each, and four more in each of nine of them from October 2024 on."""
    ids = [f"g{i:02d}" for i in range(SIDE**2)]
    squares = [
        shapely.box(
            120 + 0.01 * (i % SIDE), 30 + 0.01 * (i // SIDE), 120.01 + 0.01 * (i % SIDE), 30.01 + 0.01 * (i // SIDE)
        )
        for i in range(SIDE**2)
    ]
    table = {
        "grid_id": ids,
        "name": ids,
        "village_id": [f"v{i // SIDE}" for i in range(SIDE**2)],
        "station_id": [f"s{i // 32}" for i in range(SIDE**2)],
    }
    counts = {
        "households": pd.array([100] * SIDE**2, dtype="Int64"),
        "residents": pd.array([300] * SIDE**2, dtype="Int64"),
    }
    grids = gpd.GeoDataFrame({**table, **counts, "kind": "village"}, geometry=squares, crs="EPSG:4326")
    months = pd.period_range("2024-01", "2025-03", freq="M")
    rows = [(month, grid) for month in months for grid in ids]
    rows += [(month, ids[one]) for month in months[9:] for one in BLOCK for _ in range(4)]
    found = pd.DataFrame(rows, columns=["month", "grid_id"])
    incidents = pd.DataFrame(
        {
            "record_id": [f"I{i}" for i in range(len(found))],
            "class": "theft",
            "source": "reported",
            "found_at": found["month"].dt.to_timestamp() + pd.Timedelta(days=3),
            "grid_id": found["grid_id"],
            "placed": "inside",
            "lon": None,
            "lat": None,
        }
    )
    visits = pd.DataFrame(
        {"grid_id": ids, "month": pd.Timestamp("2024-06-01"), "households_visited": 50, "requests_handled": 1}
    )
    visits.loc[MIDDLE, "households_visited"] = 90
    return {"grids": grids, "incidents": incidents, "visits": visits} | {
        layer: grids.dissolve(key, as_index=False)[[key, *more, "geometry"]].assign(name=lambda one, key=key: one[key])
        for layer, key, more in (("villages", "village_id", ["station_id"]), ("stations", "station_id", []))
    }


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Release:
    store = Store(tmp_path_factory.mktemp("board"))
    return store.publish(board_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Board")


def hot(release: Release, view: View = FEBRUARY, rules: Rules | None = None) -> list[str]:
    frame = measure(release, view, rules=rules).frame
    return frame.loc[frame["hot_spots"] == 1, "area_id"].tolist()


def test_the_middle_of_the_planted_ones_is_new(board: Release) -> None:
    # All nine around the middle are planted, six of nine around those beside it: 2e-8 and 0.0004 by chance. Around a
    # corner it is four of nine, 0.027: of 64 grids many have that.
    assert hot(board) == ["g19", "g26", "g27", "g28", "g35"]
    whole = summary(board, FEBRUARY).frame.iloc[0]
    assert whole[["hot_new", "hot_persistent", "hot_fading", "hot_share_n"]].tolist() == [5, 0, 0, 64]


def test_the_hot_ones_wait_to_be_looked_into(board: Release) -> None:
    waits = waiting(board, FEBRUARY.replace(layer="disputes"), parts=("look_into",)).frame
    assert waits["area_id"].tolist() == hot(board) != []
    assert waits["n"].eq(1).all()
    assert untold_duties(board, FEBRUARY.replace(period=Period("2024-11"))).count("look_into") == 1


def test_it_is_told_of_the_last_month_that_is_over(board: Release) -> None:
    # The data end in the middle of March: what is told of it is told of February.
    assert hot(board, FEBRUARY.replace(period=Period("2025-03"))) == hot(board)
    assert hot(board, FEBRUARY.replace(period=Period("2024"))) == hot(board)
    assert summary(board, FEBRUARY.replace(period=Period("2024-12"))).frame["hot_spots"].tolist() == [5]


def test_without_twelve_months_nothing_is_told(board: Release) -> None:
    early = summary(board, FEBRUARY.replace(period=Period("2024-11"))).frame.iloc[0]
    assert early[["hot_spots", "hot_share", "hot_share_low"]].isna().all()


def test_hot_in_all_months_it_is_persistent(board: Release) -> None:
    rules = load_rules()
    short = replace(rules, hot_spots=replace(rules.hot_spots, months=5))
    frame = summary(board, FEBRUARY, rules=short).frame.iloc[0]
    assert frame[["hot_new", "hot_persistent"]].tolist() == [0, 5]


def test_the_share_with_an_interval_that_takes_neighbours_as_one(board: Release) -> None:
    stations = measure(board, FEBRUARY.replace(level="station")).frame
    assert stations["hot_spots"].tolist() == [4, 1]
    # Four rows of eight: two corners with 4 and six with 6 on the edge, then three rows of two with 6 and six with 9.
    together = (2 * 4 + 6 * 6 + 3 * (2 * 6 + 6 * 9)) / 32
    share, low, high = wilson_interval(4 / together, 32 / together, alpha=0.05)
    for name, expected in (("hot_share", share), ("hot_share_low", low), ("hot_share_high", high)):
        assert stations[name].iloc[0] == pytest.approx(expected)


def test_visits_stand_beside(board: Release) -> None:
    row = summary(board, FEBRUARY).frame.iloc[0]
    assert row["hot_visits_per_1000"] == pytest.approx(1000 * (4 * 50 + 90) / 500)
    assert row["visits_per_1000"] == pytest.approx(1000 * (63 * 50 + 90) / 6400)
    line = scorecard_whole(board, FEBRUARY).frame.query("indicator == 'hot_share'")
    assert line[["numerator", "denominator"]].to_numpy().tolist() == [[5, 64]]
    assert line["effort_all"].tolist() == [row["visits_per_1000"]]
    assert line[["target", "rank"]].isna().all(axis=None)


def test_a_station_is_told_the_same_alone_and_among_all(board: Release) -> None:
    alone = summary(board, FEBRUARY.replace(area="s0")).frame.iloc[0]
    among = measure(board, FEBRUARY.replace(level="station")).frame.iloc[0]
    names = [name for name in map(str, among.index) if name.startswith("hot")]
    pd.testing.assert_series_equal(alone[names], among[names], check_names=False)


def test_of_one_source_and_of_classes(board: Release) -> None:
    assert hot(board, FEBRUARY.replace(source="discovered")) == []
    assert hot(board, FEBRUARY.replace(classes=("fraud",))) == []
    assert hot(board, FEBRUARY.replace(classes=("theft",))) == hot(board)


def test_the_public_is_told_of_no_hot_spot(board: Release) -> None:
    view = FEBRUARY.replace(level="station")
    shown = protect(measure(board, view), view, Scope("public"))
    names = [name for name in map(str, shown.frame) if name.startswith(("hot", "visits"))]
    assert names
    assert shown.frame[names].isna().all(axis=None)
    assert shown.protected[names].all(axis=None)
    with pytest.raises(NotPermitted):
        protect(scorecard(board, view), view, Scope("public"))


def test_the_demo_has_the_one_that_is_planted(demo_release: Release) -> None:
    view = View(Period("2025-12"), layer="incidents", level="grid")
    frame = measure(demo_release, view).frame
    found = frame.loc[frame["hot_new"] == 1, "area_id"]
    areas = read_layer(demo_release, "grids").set_index("grid_id").geometry
    # From 1 July 2025 on, within 350 m of a market; what touches the grids around it is hot with it.
    assert load_truths().hot_spot.start == date(2025, 7, 1)
    assert 3 <= len(found) <= 15
    assert shapely.unary_union(areas[found].to_numpy()).geom_type == "Polygon"
    assert not measure(demo_release, view.replace(period=Period("2025-06"))).frame["hot_new"].isin([1]).any()
    assert frame["hot_persistent"].eq(0).all()
