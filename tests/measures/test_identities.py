"""What must hold for any records and any view: sums over levels, parts of counts, stocks and flows, a plain loop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.codes import code_list
from geo.measures import by_class, by_grade, by_hour, coverage, measure, monthly, summary
from geo.measures.catalogue import CATALOGUE, SUMS, describe
from geo.rules import load_rules
from geo.store import Release, Store, read_layer
from geo.view import CLASS_LISTS, Period, View
from tests.measures.chance import AS_OF, chance_layers

EVENTS = ("disputes", "hazards", "incidents")
# Posts may work in two areas; surveys are of whole stations.
NOT_ADDED = ("posts",)
# Each example measures several views; the first reads the release, so that time says nothing. Two counties: 50 in all.
FEW = settings(max_examples=25, deadline=None)
PERIODS = st.sampled_from(["2023", "2024", "2025", "2024-Q1", "2025-Q2", "2024-12", "2025-05", "2023-11", "2024..2025"])


@pytest.fixture(scope="module", params=[1, 2])
def chance(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Release:
    store = Store(tmp_path_factory.mktemp("chance"))
    return store.publish(
        chance_layers(request.param), as_of=AS_OF, time_zone="Asia/Shanghai", title="Chance County", title_zh="随机县"
    )


@st.composite
def views(draw: st.DrawFn, layers: tuple[str, ...] = (*EVENTS, "coverage")) -> View:
    layer = draw(st.sampled_from(layers))
    names = CLASS_LISTS[layer]
    classes = draw(st.lists(st.sampled_from(list(code_list(names))), max_size=3, unique=True)) if names else []
    return View(Period(draw(PERIODS)), layer=layer).replace(
        area=draw(st.sampled_from([None, "s1", "v4"])),
        classes=tuple(classes),
        source=draw(st.sampled_from([None, "reported", "discovered"])),
        compare=draw(st.sampled_from(["last-year", "previous", "none"])),
    )


def counts_of(frame: pd.DataFrame, layer: str) -> list[str]:
    return [name for name in map(str, frame) if name in CATALOGUE and describe(layer, name).unit == "count"]


@FEW
@given(view=views())
def test_rows_of_every_level_sum_to_the_summary(chance: Release, view: View) -> None:
    whole = summary(chance, view).frame
    names = [name for name in counts_of(whole, view.layer) if name not in NOT_ADDED]
    expected = whole[names].iloc[0].tolist()
    for level in ("station", "village", "grid"):
        if view.area is None or level == "grid" or (view.area, level) in {("s1", "station"), ("s1", "village")}:
            frame = measure(chance, view.replace(level=level)).frame
            assert frame[names].sum(min_count=1).tolist() == expected


@FEW
@given(view=views())
def test_parts_sum_to_their_counts(chance: Release, view: View) -> None:
    frame = measure(chance, view).frame
    if view.layer in EVENTS:
        assert (frame["reported"] + frame["discovered"]).tolist() == frame["n"].tolist()
    for total, parts in SUMS[view.layer]:
        summed = frame[list(parts)].sum(axis=1, min_count=1)
        # Channel, kind and level of settlement may be missing; class, source, state, grade never are.
        optional = parts[0].startswith(("channel_", "subclass_", "settled_"))
        known = frame[total].notna()
        assert (summed[known] <= frame.loc[known, total]).all() if optional else summed.equals(frame[total])


@FEW
@given(view=views())
def test_shares_lie_between_0_and_1_and_in_their_intervals(chance: Release, view: View) -> None:
    frame = measure(chance, view).frame
    for name in [name for name in map(str, frame) if name in CATALOGUE and describe(view.layer, name).unit == "share"]:
        values = frame[name].dropna()
        if not name.startswith("change"):
            assert values.between(0, 1).all(), name
        if f"{name}_low" in frame:
            assert (frame.loc[values.index, f"{name}_low"].fillna(-1) <= values).all()
            assert (frame.loc[values.index, f"{name}_high"].fillna(np.inf) >= values).all()


@FEW
@given(view=views(("disputes", "hazards")))
def test_open_at_the_end_is_open_before_and_found_less_closed(chance: Release, view: View) -> None:
    closed = {"disputes": "closed", "hazards": "removed"}[view.layer]
    month = view.replace(period=Period("2024-08"))
    now, before = (
        summary(chance, month).frame.iloc[0],
        summary(chance, month.replace(period=Period("2024-07"))).frame.iloc[0],
    )
    assert now["open"] == before["open"] + now["n"] - now[closed]


@FEW
@given(view=views(EVENTS))
def test_months_sum_to_the_period(chance: Release, view: View) -> None:
    months = monthly(chance, view).frame.tail(len(view.period.months))
    assert months["n"].sum() == (summary(chance, view).frame["n"].fillna(0).iloc[0])


@FEW
@given(view=views(EVENTS))
def test_classes_and_grades_sum_to_the_summary(chance: Release, view: View) -> None:
    whole = summary(chance, view).frame.iloc[0]
    tables = [by_class(chance, view).frame, *([by_grade(chance, view).frame] if view.layer == "hazards" else [])]
    for frame in tables:
        counts = [str(name) for name in frame if frame[name].dtype == "Int64"]
        assert frame[counts].sum(min_count=1).fillna(-1).tolist() == whole[counts].fillna(-1).tolist()
        assert {"n", "n_compare", "reported"} <= set(counts)
        assert frame["share"].sum() == pytest.approx(1 if (frame["n"].fillna(0) > 0).any() else 0)


@FEW
@given(view=views(EVENTS))
def test_hours_sum_to_the_parts_of_the_day(chance: Release, view: View) -> None:
    hours, whole = by_hour(chance, view).frame, summary(chance, view).frame.iloc[0]
    for code in code_list("day_part").values():
        part = [hours.loc[hours["hour"].isin(code.all_hours), "n"].sum(min_count=1)]
        assert pd.Series(part, dtype="Int64").equals(pd.Series([whole[f"part_{code.code}"]], dtype="Int64"))


@FEW
@given(view=views(("hazards",)))
def test_repeats_are_those_of_a_plain_loop(chance: Release, view: View) -> None:
    frame = measure(chance, view).frame.set_index("area_id")
    grids = read_layer(chance, "grids").set_index("grid_id")["households"]
    records = read_layer(chance, "hazards").dropna(subset="grid_id")
    days = records.assign(day=records["found_at"].dt.normalize())
    last = pd.Timestamp(min(view.period.last_day, AS_OF))
    found = days[days["day"].between(pd.Timestamp(view.period.start), last)]
    found = found[found["class"].isin(view.classes or list(code_list("hazard_class")))]
    found = found[found["source"] == view.source] if view.source else found
    for grid in frame.index[frame["n"].notna()]:
        gaps = [
            (row.day - days.loc[(days["grid_id"] == grid) & (days["class"] == row._2), "day"]).dt.days
            for row in found[found["grid_id"] == grid][["day", "class"]].itertuples()
        ]
        again = sum(bool(((gap > 0) & (gap <= 180)).any()) for gap in gaps)
        expected = again if grids[grid] >= 8 else pd.NA
        assert pd.isna(frame.loc[grid, "repeats"]) if pd.isna(expected) else frame.loc[grid, "repeats"] == expected


@FEW
@given(view=views(("disputes",)))
def test_disputes_are_those_of_a_plain_loop(chance: Release, view: View) -> None:
    county = summary(chance, view).frame.iloc[0]
    last = min(view.period.last_day, AS_OF)
    records = list(_let_through(chance, view))
    found = [r for r in records if view.period.start <= r["found"] <= last]
    still_open = [r for r in records if r["found"] <= last and not (r["closed"] and r["closed"] <= last)]
    accepted = [
        r for r in records if r["found"] <= last and r["accepted"] and view.period.start <= r["accepted"] <= last
    ]
    term = timedelta(days=load_rules().deadlines.past_month_days)
    ends = [(r, _walk(r, term.days)) for r in accepted]
    over = [(r, end) for r, end in ends if end and end <= AS_OF]
    if pd.isna(county["n"]):
        assert not found
        return
    assert county["n"] == len(found)
    assert county["open"] == len(still_open)
    assert county["past_month"] == sum(bool(end := _walk(r, term.days)) and end < last for r in still_open)
    assert county["overdue"] == sum(bool(due) and due < last for due in map(_due, still_open))
    assert county["accepted"] == len(accepted)
    assert county["settled"] == sum(bool(r["settled"]) and r["settled"] <= last for r in accepted)
    assert county["settled_in_month_n"] == len(over)
    if over:
        in_time = sum(bool(r["settled"]) and r["settled"] <= end for r, end in over)
        assert county["settled_in_month"] == pytest.approx(in_time / len(over))


_STEPS = ("accepted", "settled", "due", "paused", "resumed", "extended_until")


def _let_through(release: Release, view: View) -> Iterator[dict[str, Any]]:
    frame = read_layer(release, "disputes").dropna(subset="grid_id")
    inside: tuple[str, ...] = {
        None: ("g",),
        "s1": ("g06", "g07", "g08", "g09", "g10", "g11"),
        "v4": ("g12", "g13", "g14"),
    }[view.area]
    frame = frame[frame["grid_id"].str.startswith(inside)]
    frame = frame[frame["class"].isin(view.classes or list(code_list("dispute_class")))]
    frame = frame[frame["source"] == view.source] if view.source else frame
    for row in frame.to_dict("records"):
        days = {k: None if pd.isna(row[f"{k}_on"]) else row[f"{k}_on"].date() for k in _STEPS}
        closing = [row[name].date() for name in ("settled_on", "transferred_on", "failed_on") if not pd.isna(row[name])]
        yield {"found": row["found_at"].date(), "closed": min(closing, default=None), **days}


def _due(record: dict[str, Any]) -> Any:  # noqa: ANN401  # a day, or None
    due = record["due"] or _walk(record, load_rules().deadlines.mediation_days)
    if due and record["extended_until"]:
        due = max(due, record["extended_until"])
    paused, resumed = record["paused"], _resumed(record)
    if not due or not paused or due < paused:
        return due
    if not resumed:
        return None
    return due + (resumed - paused) if due < resumed else due


def _resumed(record: dict[str, Any]) -> Any:  # noqa: ANN401  # a day, or None
    until = record["resumed"] or record["closed"]
    return max(until, record["paused"]) if until and record["paused"] else until


def _walk(record: dict[str, Any], days: int) -> Any:  # noqa: ANN401  # a day, or None while it stands still
    day, paused, resumed = record["accepted"], record["paused"], _resumed(record)
    while day and days:
        day += timedelta(days=1)
        if paused and paused <= day and not resumed:
            return None
        days -= not (paused and paused <= day < resumed)
    return day


@FEW
@given(offset=st.integers(0, 400))
def test_coverage_of_a_day_is_that_of_a_plain_loop(chance: Release, offset: int) -> None:
    day = AS_OF - timedelta(days=offset)
    rules = load_rules()
    roles = read_layer(chance, "officers").set_index("post_id")["role"]
    rows = read_layer(chance, "assignments")
    valid = rows[(rows["from_on"] <= pd.Timestamp(day)) & ~(rows["until_on"] <= pd.Timestamp(day))]
    looks_after = {post: set(valid.loc[valid["post_id"] == post, "grid_id"]) for post in roles.index}
    for grid in coverage.states(chance, day).frame.itertuples():
        posts = {post for post, grids in looks_after.items() if grid.area_id in grids}
        counting = {post for post in posts if roles[post] in rules.coverage.counting_roles}
        free = {p for p in counting if len(looks_after[p]) <= rules.coverage.max_grids_per_post[roles[p]]}
        assert grid.state == ("vacant" if not counting else "covered" if free else "shared")
        assert (grid.posts, grid.counting_posts) == (len(posts), len(counting))


@pytest.mark.parametrize("month", [(2024, 2), (2025, 2)])
def test_grid_days_are_the_days_on_which_a_grid_is_covered(chance: Release, month: tuple[int, int]) -> None:
    days = [date(*month, day) for day in range(1, 29 + (month[0] == 2024))]
    frame = measure(chance, View(Period(f"{days[0]:%Y-%m}"), layer="coverage")).frame
    covered = [coverage.states(chance, day).frame["state"].ne("vacant").to_numpy() for day in days]
    assert frame["covered_share_days"].tolist() == pytest.approx(list(np.mean(covered, axis=0)))
