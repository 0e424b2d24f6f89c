"""New borders: what became of grids and records, worked out by hand on squares and on random cuts of one area."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake import ImportReport, import_recipes
from geo.intake.borders import BorderChange, compare_grids, count_moves, find_borders
from geo.measures import measure
from geo.store import Store, read_layer
from geo.view import Period, View

Write = Callable[..., Path]


def strips(borders: dict[str, tuple[float, float]], names: dict[str, str] | None = None) -> gpd.GeoDataFrame:
    """Grids from a western to an eastern edge, in thousandths of a degree from 120° E; 0.01° high."""
    shapes = [shapely.box(120 + west / 1000, 30, 120 + east / 1000, 30.01) for west, east in borders.values()]
    called = [(names or {}).get(code, code) for code in borders]
    return gpd.GeoDataFrame({"grid_id": list(borders), "name": called}, geometry=shapes, crs=4326)


def told(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> list[tuple[str, str, str]]:
    changes = compare_grids(before, after)
    return [(one.kind, "+".join(one.before), "+".join(one.after)) for one in changes]


FOUR = {"a": (0.0, 10.0), "b": (10.0, 20.0), "c": (20.0, 30.0), "d": (30.0, 40.0)}


def test_grids_that_stay_are_the_same() -> None:
    assert told(strips(FOUR), strips(FOUR).iloc[::-1]) == [("same", code, code) for code in "abcd"]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({**FOUR, "a": (0, 4), "e": (4, 10)}, [("split", "a", "a+e")]),
        ({"b": (0, 20), "c": (20, 30), "d": (30, 40)}, [("merged", "a+b", "b")]),
        ({**FOUR, "a": (0, 12), "b": (12, 20)}, [("moved", "a", "a"), ("moved", "b", "b")]),
        ({"x": (0, 10), "b": (10, 20), "c": (20, 30), "d": (30, 40)}, [("renamed", "a", "x")]),
        ({"x": (0, 12), "b": (12, 20), "c": (20, 30), "d": (30, 40)}, [("moved", "a", "x"), ("moved", "b", "b")]),
        ({**FOUR, "e": (40, 50)}, [("new", "", "e")]),
        ({"a": (0, 10), "b": (10, 20), "c": (20, 30)}, [("gone", "d", "")]),
        # b is cut up: its west goes to a, its east to c.
        (
            {"a": (0, 14.9), "c": (14.9, 30), "d": (30, 40)},
            [("merged", "b+c", "c"), ("moved", "a", "a")],
        ),
        # A thin strip of each of three grids makes a fourth one.
        ({**FOUR, "a": (0, 5.5), "e": (5.5, 14.5), "b": (14.5, 20)}, [("moved", "a", "a"), ("moved", "b", "b"),
                                                                      ("new", "a+b", "e")]),
        # A half each to the neighbours: it is gone, and nobody has most of it.
        (
            {"a": (0, 15), "c": (15, 30), "d": (30, 40)},
            [("moved", "a", "a"), ("moved", "c", "c"), ("gone", "b", "a+c")],
        ),
        # Most of a goes to b, or to e; what is left keeps its code.
        ({**FOUR, "a": (0, 4), "b": (4, 20)}, [("moved", "a", "a"), ("moved", "b", "b")]),
        ({**FOUR, "b": (10, 24), "c": (24, 30)}, [("moved", "b", "b"), ("moved", "c", "c")]),
        ({**FOUR, "b": (10, 26), "c": (26, 30)}, [("moved", "b", "b"), ("moved", "c", "c")]),
    ],
)  # fmt: skip
def test_what_became_of_grids_is_told(
    after: dict[str, tuple[float, float]], expected: list[tuple[str, str, str]]
) -> None:
    changed = [one for one in told(strips(FOUR), strips(after)) if one[0] != "same"]
    assert changed == expected


def test_the_same_line_drawn_twice_has_not_moved() -> None:
    # 0.02 of a strip 10 wide leave 0.2 % of the land in one of the two alone; 0.06 leave 0.6 %.
    assert told(strips({"a": (0, 10)}), strips({"a": (0, 10.02)})) == [("same", "a", "a")]
    assert told(strips({"a": (0, 10)}), strips({"a": (0, 10.06)})) == [("moved", "a", "a")]


def test_another_name_is_a_new_name() -> None:
    assert told(strips({"a": (0, 10)}), strips({"a": (0, 10)}, {"a": "East"})) == [("renamed", "a", "a")]


def test_land_is_measured_in_square_kilometres() -> None:
    (change,) = compare_grids(strips({"a": (0, 10)}), strips({"a": (0, 5)}))
    # 0.01° by 0.01° at 30° N: 1.1086 km by 0.9649 km.
    assert change.kind == "moved"
    assert (change.area_before_km2, change.area_after_km2) == pytest.approx((1.0696, 0.5348), rel=1e-3)
    assert change.in_both == pytest.approx(0.5, rel=1e-4)


def incidents(places: dict[str, float], grids: dict[str, str]) -> pd.DataFrame:
    lon = [120 + place / 1000 for place in places.values()]
    grid = pd.Series([grids.get(record) for record in places], dtype="str")
    return pd.DataFrame({"record_id": list(places), "lon": lon, "lat": 30.005, "grid_id": grid})


def test_records_are_counted_by_their_old_and_new_grid() -> None:
    before = incidents({"1": 1, "2": 2, "3": 3, "4": 4}, {"1": "a", "2": "a", "3": "b"})
    after = incidents({"1": 1, "2": 2, "3": 9, "4": 4, "5": 5}, {"1": "a", "2": "b", "3": "a", "4": "a", "5": "a"})
    # 3 lies elsewhere now, 5 was not there.
    assert count_moves("incidents", before, after) == {("a", "a"): 1, ("a", "b"): 1, ("", "a"): 1}


def test_records_that_change_hands_are_told_with_the_grids() -> None:
    places = {str(place): float(place) for place in (1, 3, 5, 7, 11, 15, 25, 35)}
    old = incidents(places, {**dict.fromkeys("1357", "a"), "11": "b", "15": "b", "25": "c", "35": "d"})
    new = incidents(places, {"1": "a", "3": "a", "5": "e", "7": "e", "11": "b", "15": "c", "25": "c", "35": "x"})
    grids = {"a": (0.0, 4.0), "e": (4.0, 10.0), "b": (10.0, 14.0), "c": (14.0, 30.0), "x": (30.0, 40.0)}
    found = find_borders(strips(FOUR), strips(grids), {"incidents": old}, {"incidents": new})
    counts = [
        (one.kind, one.before, one.records_before, one.records_after, one.left, one.joined, one.recoded)
        for one in found.changes
    ]
    assert counts == [
        ("split", ("a",), 4, 4, 0, 0, 2),
        ("moved", ("b",), 2, 1, 1, 0, 0),
        ("moved", ("c",), 1, 2, 0, 1, 0),
        ("renamed", ("d",), 1, 1, 0, 0, 1),
    ]
    assert (found.changed_hands, found.compared) == ({"incidents": 3}, {"incidents": 8})


def test_a_border_that_a_record_changed_hands_over_has_moved() -> None:
    grids = strips({"a": (0, 10), "b": (10, 20)}), strips({"a": (0, 10.02), "b": (10.02, 20)})
    old, new = incidents({"1": 10.01}, {"1": "b"}), incidents({"1": 10.01}, {"1": "a"})
    found = find_borders(*grids, {"incidents": old}, {"incidents": new})
    assert [(one.kind, one.before, one.left, one.joined) for one in found.changes] == [
        ("moved", ("a",), 0, 1),
        ("moved", ("b",), 1, 0),
    ]


CUTS = st.lists(st.integers(1, 39), max_size=8, unique=True).map(sorted)


@settings(max_examples=60, deadline=None)
@given(before=CUTS, after=CUTS)
def test_every_grid_is_told_and_every_record_counted(before: list[int], after: list[int]) -> None:
    edges = [[0, *cuts, 40] for cuts in (before, after)]
    old, new = (strips({f"{cut[0]}": cut for cut in pairwise(each)}) for each in edges)
    places = {str(n): n + 0.5 for n in range(40)}
    old_rows, new_rows = (
        incidents(places, {str(n): str(each[np.searchsorted(each, n, side="right") - 1]) for n in range(40)})
        for each in edges
    )
    changes = compare_grids(old, new)
    assert {code for one in changes for code in one.before} == set(old["grid_id"])
    assert {code for one in changes for code in one.after} == set(new["grid_id"])
    assert all((one.kind == "same") == (one.in_both > 0.999 and one.before == one.after) for one in changes)
    found = find_borders(old, new, {"incidents": old_rows}, {"incidents": new_rows})
    assert all(one.records_before - one.left == one.records_after - one.joined for one in found.changes)
    by_hand = (old_rows["grid_id"] != new_rows["grid_id"]).sum()
    assert found.changed_hands["incidents"] <= by_hand
    assert found.compared == {"incidents": 40}


@settings(max_examples=40, deadline=None)
@given(before=CUTS, after=CUTS)
def test_back_again_splits_are_merges(before: list[int], after: list[int]) -> None:
    old, new = (
        strips({f"{west}": (west, east) for west, east in zip([0, *cuts], [*cuts, 40], strict=True)})
        for cuts in (before, after)
    )
    back = {"split": "merged", "merged": "split", "gone": "new", "new": "gone"}
    there = {(one.kind, one.before, one.after) for one in compare_grids(old, new)}
    assert {(back.get(one.kind, one.kind), one.after, one.before) for one in compare_grids(new, old)} == there


ROWS = "".join(f"{n},theft,2025-03-0{n},{120.01 + n / 50},30.05\n" for n in range(1, 10))


@pytest.fixture
def imported(county: Path, tmp_path: Path, write_incidents: Write) -> tuple[Store, ImportReport]:
    """A store whose second release has g1 cut in two, g3 and g4 made one, and the incidents carried over."""
    store = Store(tmp_path / "store")
    write_incidents("id,class,date,lon,lat\n" + ROWS)
    names = [county / f"{name}.toml" for name in ("stations", "grids", "incidents")]
    import_recipes(names, store)
    shapes = [shapely.box(west, 30, east, 30.1) for west, east in ((120, 120.06), (120.06, 120.1), (120.1, 120.2))]
    codes = {"code": ["g1", "g5", "g2", "g3"], "station": ["s1", "s1", "s1", "s2"]}
    grids = gpd.GeoDataFrame(codes, geometry=[*shapes, shapely.box(120.2, 30, 120.4, 30.1)], crs=4326)
    grids.to_file(county / "grids.geojson")
    return store, import_recipes([county / "grids.toml"], store)


def test_an_import_of_new_grids_tells_what_became_of_them(imported: tuple[Store, ImportReport]) -> None:
    store, report = imported
    assert report.borders is not None
    assert [(one.kind, one.before, one.after, one.recoded) for one in report.borders.changes] == [
        ("split", ("g1",), ("g1", "g5"), 2),
        ("merged", ("g3", "g4"), ("g3",), 0),
    ]
    # Of g1's points at 120.03, .05, .07 and .09 two are in g5 now; none of the nine lies in g4.
    assert report.borders.changed_hands == {"incidents": 2}
    assert "  changed hands         2  incidents, of 9 that lie where they lay" in report.lines()
    (kept,) = store.reports(store.release(2))
    assert kept.payload["borders"] == report.borders.to_dict()


def test_a_dry_run_tells_the_borders_too(county: Path, imported: tuple[Store, ImportReport]) -> None:
    store, _ = imported
    store.restore(1)
    dry = import_recipes([county / "grids.toml"], store, dry_run=True)
    assert dry.borders is not None
    assert [one.kind for one in dry.borders.changes] == ["split", "merged"]


def test_past_periods_are_counted_by_the_borders_of_the_release(imported: tuple[Store, ImportReport]) -> None:
    store, _ = imported
    view = View(layer="incidents", level="grid", period=Period("2025-03"))
    counts = [measure(store.release(n), view).frame.set_index("area_id")["n"].to_dict() for n in (1, 2)]
    assert counts == [{"g1": 4, "g2": 5, "g3": 0, "g4": 0}, {"g1": 2, "g2": 5, "g3": 0, "g5": 2}]
    rows = [read_layer(store.release(n), "incidents").set_index("record_id").sort_index() for n in (1, 2)]
    pd.testing.assert_frame_equal(rows[0].drop(columns="grid_id"), rows[1].drop(columns="grid_id"))


def test_a_change_is_told_in_one_line() -> None:
    from geo.intake.borders import Borders

    change = BorderChange("split", ("a",), ("a", "e"), 1.0, 1.0, 1.0, 5, 5, 0, 0, 2)
    lines = Borders(3, (change,), {"incidents": 2}, {"incidents": 9}).lines()
    assert lines[0] == "borders: 3 as before, 1 split"
    assert lines[1] == "  split: a → a, e (100.0% of the land in both; 5 records before, 5 now: 2 recoded)"
