"""What is withheld of classes, grades, months, hours and places, by hand; and that a solver finds no small count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.access import Scope
from geo.codes import code_list
from geo.measures import by_class, by_grade, by_hour, monthly, reach
from geo.measures.catalogue import COLUMNS, describe
from geo.measures.figures import share_columns
from geo.measures.table import Table
from geo.privacy import protect
from geo.privacy.parts import hide_rows, is_small
from geo.privacy.suppression import hidden_cells
from geo.store import Release
from geo.view import Period, View

PUBLIC = Scope("public")
T = 5
FEW = settings(max_examples=25, deadline=None)
COUNTS = ("reported", "discovered", "n", "n_compare", "open", "overdue", "removed", "removed_on_time_n")
#: What a reader can work out of a row: a figure is the sum of two others, of which some stand in no column.
ROWS = (
    ("n", "reported", "discovered"),
    ("open", "overdue", "not_overdue"),
    ("n", "removed_on_time_n", "not_due"),
    ("removed_on_time_n", "in_time", "late"),
)


def table_of(frame: pd.DataFrame, kind: str) -> Table:
    return Table(frame, kind, 1, "", pd.Timestamp(2025, 1, 1).date(), 0, pd.DataFrame())


def classes(seed: int, most: int, *, rows: int = 12) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """A table of hazards by class with chance counts, and all that could be worked out of it."""
    rng = np.random.default_rng(seed)
    names = ("reported", "discovered", "n_compare", "overdue", "not_overdue", "removed")
    drawn = {name: rng.integers(0, most, rows) * rng.integers(0, 2, rows) for name in names}
    drawn["n"], drawn["open"] = drawn["reported"] + drawn["discovered"], drawn["overdue"] + drawn["not_overdue"]
    drawn["not_due"] = rng.binomial(drawn["n"], rng.choice([0.0, 0.3], rows))
    drawn["removed_on_time_n"] = drawn["n"] - drawn["not_due"]
    drawn["in_time"] = rng.binomial(drawn["removed_on_time_n"], rng.random(rows))
    drawn["late"] = drawn["removed_on_time_n"] - drawn["in_time"]
    counts = {name: pd.array(drawn[name], dtype="Int64") for name in COUNTS}
    on_time = share_columns("removed_on_time", drawn["in_time"], drawn["removed_on_time_n"], alpha=0.05, with_n=False)
    return pd.DataFrame({"class": [f"c{i}" for i in range(rows)], **counts, **on_time}), drawn


def totals_told(drawn: dict[str, np.ndarray]) -> set[str]:
    """The sums over classes that the row of the whole area tells: no small ones, and none that leaves a small rest."""
    small = {name for name, values in drawn.items() if 0 < values.sum() < T}
    for whole, *parts in ROWS:
        small |= {part for part in parts if whole in small or small & set(parts)}
    return set(drawn) - small


def found_by_a_solver(frame: pd.DataFrame, hidden: pd.DataFrame, drawn: dict[str, np.ndarray]) -> list[tuple[str, int]]:
    """Small withheld counts that follow from what is shown, from the sums of rows and columns and from signs."""
    n, names = len(frame), list(drawn)
    at = {(name, row): names.index(name) * n + row for name in names for row in range(n)}
    equations: list[tuple[list[int], list[int], float]] = []
    for whole, first, second in ROWS:
        equations += [([at[whole, r], at[first, r], at[second, r]], [1, -1, -1], 0.0) for r in range(n)]
    for name in totals_told(drawn):
        equations.append(([at[name, r] for r in range(n)], [1] * n, float(drawn[name].sum())))
    shown = {name: ~hidden[name].to_numpy() for name in COUNTS} | {"in_time": ~hidden["removed_on_time"].to_numpy()}
    for name, rows in shown.items():
        equations += [([at[name, r]], [1], float(drawn[name][r])) for r in np.flatnonzero(rows).tolist()]
    matrix, right = np.zeros((len(equations), len(at))), [value for *_, value in equations]
    for line, (cells, factors, _) in enumerate(equations):
        matrix[line, cells] = factors

    def bound(cell: int, sign: int) -> float:
        goal = np.zeros(len(at))
        goal[cell] = sign
        solved = linprog(goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
        return np.inf if solved.fun is None else abs(float(solved.fun))

    few = [(name, row) for name, row in at if 0 < drawn[name][row] < T]
    return [cell for cell in few if bound(at[cell], -1) - bound(at[cell], 1) < 0.5]


@FEW
@given(seed=st.integers(0, 9999), most=st.sampled_from([4, 12, 40, 200]))
def test_solver_finds_no_small_count_of_a_class(seed: int, most: int) -> None:
    frame, drawn = classes(seed, most)
    hidden = hidden_cells(table_of(frame, "by_class"), "hazards", threshold=T).reindex(columns=frame.columns)
    for name in COUNTS:
        assert not is_small(drawn[name] * ~hidden[name].to_numpy(dtype=bool), threshold=T).any()
    # Long after the period the due dates of all are over: what is told of those would be told of the class.
    assert (hidden["removed_on_time_n"] >= hidden["n"]).all()
    assert found_by_a_solver(frame, hidden, drawn) == []


def test_solver_finds_a_count_that_is_hidden_alone() -> None:
    frame, drawn = classes(3, 200)
    hidden = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    drawn["open"][0], drawn["overdue"][0], drawn["not_overdue"][0] = 13, 3, 10
    hidden.loc[0, "overdue"] = True
    assert ("overdue", 0) in found_by_a_solver(frame, hidden, drawn)


@pytest.mark.parametrize("threshold", [3, 5])
@given(seed=st.integers(0, 9999), most=st.integers(2, 30))
def test_hidden_rows_hold_enough_in_every_column(threshold: int, seed: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, most, (8, 3)) * rng.integers(0, 2, (8, 3))
    small = np.asarray(is_small(counts, threshold=threshold).any(axis=1))
    hidden = hide_rows(counts.astype(float), small, threshold=threshold)
    assert (hidden >= small).all()
    assert hidden.any() == small.any()
    inside, outside = counts[hidden], counts[~hidden]
    few = ((inside > 0).sum(axis=0) < 2) | (inside.sum(axis=0) < threshold)
    # Where nothing else could be hidden, all of the column is.
    assert not (few & (inside > 0).any(axis=0) & (outside > 0).any(axis=0)).any()


@pytest.mark.parametrize(("kind", "measured"), [("by_class", by_class), ("by_grade", by_grade), ("monthly", monthly)])
@pytest.mark.parametrize("layer", ["disputes", "hazards", "incidents"])
@pytest.mark.parametrize("period", ["2024", "2024-08"])
def test_no_small_count_is_left_and_what_is_based_on_a_hidden_one_is_hidden(
    chance: Release, kind: str, measured: object, layer: str, period: str
) -> None:
    if kind == "by_grade" and layer != "hazards":
        return
    view = View(Period(period), layer=layer, area="v4", level="village")
    table = measured(chance, view)  # type: ignore[operator]
    seen = protect(table, view, PUBLIC)
    assert seen.protected.to_numpy().any() or period == "2024"
    for name in seen.protected.columns:
        if seen.frame[name].dtype == "Int64":
            assert not is_small(seen.frame[name].to_numpy(np.float64, na_value=np.nan), threshold=T).any(), name
        elif name not in ("low", "high"):
            bases = [base for base in describe(layer, str(name), table=kind).based_on if base in seen.frame]
            assert bases, name
            assert seen.frame.loc[seen.protected[bases].any(axis=1), name].isna().all(), name


def test_every_column_of_these_tables_that_is_no_count_says_what_it_discloses() -> None:
    for key, measure in COLUMNS.items():
        assert measure.unit == "count" or measure.based_on, key
        assert measure.definition.endswith(".")


def test_class_with_a_small_part_is_withheld_with_another() -> None:
    frame = pd.DataFrame(
        {
            "class": ["a", "b", "c"],
            "reported": [47, 30, 20],
            "discovered": [3, 10, 20],
            "n": [50, 40, 40],
            "n_compare": [40, 41, 42],
            "open": [20, 10, 30],
            "past_month": [0, 9, 15],  # all but one of b's are past a month
            "share": [0.38, 0.31, 0.31],
            "change": [0.25, 0.0, 0.0],
        }
    ).astype(dict.fromkeys(("reported", "discovered", "n", "n_compare", "open", "past_month"), "Int64"))
    hidden = hidden_cells(table_of(frame, "by_class"), "disputes", threshold=T)
    assert hidden["discovered"].tolist() == hidden["reported"].tolist() == [True, True, False]
    assert hidden["past_month"].tolist() == [False, True, True]
    assert not hidden[["n", "open", "share", "change"]].any(axis=None)


def test_hour_that_its_part_of_the_day_would_tell_is_withheld_with_another() -> None:
    # Mondays at 2 and at 3 are night, at 9 and at 10 morning; the two small ones alone would be told by the parts.
    counts = {(0, 2): 3, (0, 3): 20, (0, 9): 4, (0, 10): 30}
    hours = [(weekday, hour) for weekday in range(7) for hour in range(24)]
    n = pd.array([counts.get(of_week, 0) for of_week in hours], dtype="Int64")
    frame = pd.DataFrame(hours, columns=["weekday", "hour"]).assign(n=n)
    hidden = hidden_cells(table_of(frame, "by_hour"), "disputes", threshold=T)["n"]
    assert [hours[row] for row in np.flatnonzero(hidden)] == list(counts)


@pytest.mark.parametrize("layer", ["disputes", "hazards", "incidents"])
@pytest.mark.parametrize("period", ["2024", "2024-08"])
def test_no_part_of_the_day_tells_a_withheld_hour(chance: Release, layer: str, period: str) -> None:
    view = View(Period(period), layer=layer, level="village")
    before, seen = by_hour(chance, view).frame, protect(by_hour(chance, view), view, PUBLIC)
    hidden, counts = seen.protected["n"], before["n"].astype(int)
    assert (hidden & is_small(counts, threshold=T)).any()
    for code in [*code_list("day_part").values(), None]:
        part = before["hour"].isin(code.all_hours) if code else before["n"].notna()
        inside = counts[part & hidden]
        assert not len(inside) or (len(inside) > 1 and inside.sum() >= T) or counts[part & ~hidden].sum() == 0


def test_few_near_a_place_or_far_from_it_are_withheld(demo_release: Release) -> None:
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
    assert hidden["events"].tolist() == hidden["events_share_low"].tolist() == [False, False, True, True, False]
    assert "places" not in hidden
