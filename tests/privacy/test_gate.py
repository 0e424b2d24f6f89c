"""Who sees what: the public, a director in and outside the own area, a planner; and that there is one door alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import geo
from geo.access import Scope
from geo.errors import NotPermitted
from geo.measures import attention, by_class, by_hour, coverage, flow, measure, monthly, summary
from geo.privacy import Protected, protect
from geo.rules import Rules
from geo.store import Release
from geo.view import Period, View

PUBLIC, PLANNER, DIRECTOR = Scope("public"), Scope("planner"), Scope("director")
MARCH = View(Period("2025-03"), level="village")
GEO = Path(geo.__file__).parent


def test_nothing_is_withheld_in_the_own_area(tiny: Release) -> None:
    for scope in (PLANNER, DIRECTOR):
        table = measure(tiny, MARCH.replace(level="grid"))
        seen = protect(table, MARCH.replace(level="grid"), scope)
        assert not seen.protected.to_numpy().any()
        assert seen.frame.equals(table.frame)
        assert seen.unplaced == 1


def test_director_of_a_station_sees_own_rows_whole_and_others_as_the_public(tiny: Release) -> None:
    table, scope = measure(tiny, MARCH.replace(level="station")), Scope("director", "S1")
    seen = protect(table, MARCH.replace(level="station"), scope).frame.set_index("area_id")
    assert seen.loc["S1", "discovered"] == 1
    assert seen.loc[["S2", "S3"], "n"].isna().all()  # 2 and 1
    public = protect(table, MARCH.replace(level="station"), PUBLIC).frame.set_index("area_id")
    # Five are shown with noise, the same to everybody: five at least, eleven at most.
    assert public["n"].loc[["S1"]].between(5, 11).all()
    assert public.drop("S1").equals(seen.drop("S1"))


def test_grids_outside_the_own_area_are_withheld_whole(tiny: Release) -> None:
    grids = MARCH.replace(level="grid")
    seen = protect(measure(tiny, grids), grids, Scope("planner", "S1")).frame.set_index("area_id")
    assert seen.loc["G1", "n"] == 3
    assert seen.loc[["G5", "G8"], ["n", "class_other", "open"]].isna().all(axis=None)  # zeros too


def test_scope_of_an_area_that_is_not_there_is_the_public_s(tiny: Release) -> None:
    stranger = protect(measure(tiny, MARCH), MARCH, Scope("planner", "S9"))
    assert stranger.frame.equals(protect(measure(tiny, MARCH), MARCH, PUBLIC).frame)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"level": "grid"}, "level village or above"),
        ({"area": "G1", "level": "grid"}, "level village or above"),
        ({"period": Period("2025")}, "period 2024"),
        ({"period": Period("2025-Q2")}, "period 2025-Q1"),
        ({"period": Period("2024..2025")}, "period 2024"),
        ({"period": Period("2024-01..2024-02")}, "period 2024-02"),
        ({"classes": ("labour", "contract")}, "one class, or all"),
    ],
)
def test_public_is_refused_with_the_nearest_view_in_words(
    tiny: Release, changes: dict[str, object], words: str
) -> None:
    view = MARCH.replace(**changes)
    with pytest.raises(NotPermitted, match=f"Remedy: ask for .*{words}"):
        protect(measure(tiny, view), view, PUBLIC)


def test_single_grid_is_refused_in_every_table(tiny: Release) -> None:
    view = MARCH.replace(area="G1", level="grid")
    for table in (summary(tiny, view), monthly(tiny, view), by_class(tiny, view)):
        with pytest.raises(NotPermitted):
            protect(table, view, PUBLIC)


def test_states_of_grids_are_not_the_public_s(tiny: Release) -> None:
    view = View(Period("2025-03"), layer="coverage", level="grid")
    with pytest.raises(NotPermitted):
        protect(coverage.states(tiny, date(2025, 3, 31)), view, PUBLIC)
    seen = protect(coverage.states(tiny, date(2025, 3, 31)), view, Scope("director", "S2")).frame.set_index("area_id")
    assert seen.loc["G5", "reason"] == "only_other_roles"
    assert seen.loc["G1", ["state", "reason", "shared", "posts", "households"]].isna().all()


def test_posts_are_for_planners_and_the_station_s_own_director(tiny: Release, rules: Rules) -> None:
    view = View(Period("2025-03"), layer="coverage", level="station")
    table = coverage.workload(tiny, view, rules=rules)
    assert protect(table, view, PLANNER).frame["post_id"].tolist() == ["P1", "P2", "P4"]
    assert protect(table, view, Scope("planner", "S3")).frame["post_id"].tolist() == ["P4"]
    assert protect(table, view, Scope("director", "S1")).frame["post_id"].tolist() == ["P1", "P2"]
    for scope in (DIRECTOR, Scope("director", "C"), Scope("director", "S2"), PUBLIC):
        with pytest.raises(NotPermitted, match="planners and to the station's own director"):
            protect(table, view, scope)


def test_spread_over_posts_is_the_director_s_too_but_not_the_public_s(tiny: Release, rules: Rules) -> None:
    view = View(Period("2025-03"), layer="coverage", level="station")
    spread = coverage.spread(tiny, view, rules=rules)
    assert protect(spread, view, DIRECTOR).frame.loc[0, "posts"] == 3
    with pytest.raises(NotPermitted):
        protect(spread, view, PUBLIC)


def test_needs_and_hours_of_records_are_not_the_public_s(tiny: Release) -> None:
    for table in (attention(tiny, MARCH), by_hour(tiny, MARCH), flow(tiny, MARCH)):
        with pytest.raises(NotPermitted, match="ask for one of the tables measure, monthly or by_class"):
            protect(table, MARCH, PUBLIC)


def test_what_is_withheld_does_not_tell_whether_there_is_any(tiny: Release) -> None:
    # A median of V1's settled, none of V4's: both are withheld, though one of them is missing by itself.
    table = measure(tiny, MARCH)
    assert table.frame["median_days"].isna().any()
    assert table.frame["median_days"].notna().any()
    withheld = protect(table, MARCH, PUBLIC).protected
    assert withheld[["median_days", "settled_in_month", "settled_share_low"]].all(axis=None)


def test_change_without_anything_to_compare_with_is_missing_and_not_withheld(tiny: Release) -> None:
    view = MARCH.replace(compare="none")
    withheld = protect(measure(tiny, view), view, PUBLIC).protected
    assert not withheld[["n_compare", "change", "beyond_chance"]].any(axis=None)


def test_few_unplaced_are_withheld(tiny: Release) -> None:
    assert protect(measure(tiny, MARCH), MARCH, PUBLIC).unplaced is None


def test_table_itself_is_left_as_it_was(tiny: Release) -> None:
    table = measure(tiny, MARCH)
    before = table.frame.copy(deep=True)
    protect(table, MARCH, PUBLIC)
    assert table.frame.equals(before)


def test_nobody_else_makes_protected_figures(tiny: Release) -> None:
    seen = protect(measure(tiny, MARCH), MARCH, PUBLIC)
    with pytest.raises(TypeError, match=r"geo\.privacy\.protect"):
        Protected(seen.frame, seen.protected, "measure", 1, "", date(2025, 1, 1), 0, MARCH, PUBLIC, seal=object())
    with pytest.raises((TypeError, ValueError)):
        replace(seen, scope=PLANNER)  # type: ignore[call-arg]  # the seal is not to be had


# --- the door in the source: what draws, writes or shows takes no table around it ---

TABLES = {
    "measure",
    "summary",
    "monthly",
    "by_class",
    "by_grade",
    "by_hour",
    "flow",
    "reach",
    "attention",
    "states",
    "shares",
    "workload",
    "spread",
    "scorecard",
    "scorecard_whole",
    "waiting",
    "questions",
    "assessment",
    "designations",
    "compare",
    "peer_groups",
}
#: Where figures are measured and protected at once. Whoever needs another door adds it here, and why.
DOORS = {
    "cli/figures.py",
    "figures/asked.py",
    "maps/densities.py",
    "maps/tiles_told.py",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """All modules beyond the measures and the door."""
    for path in sorted(GEO.rglob("*.py")):
        name = path.relative_to(GEO).as_posix()
        if not name.startswith(("measures/", "privacy/")):
            yield name, ast.parse(path.read_text("utf-8"))


def imported_tables(tree: ast.Module) -> set[str]:
    """Names in a module that stand for functions of geo.measures that return a table, or for a module of them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("geo.measures"):
            found |= {alias.asname or alias.name for alias in node.names if alias.name in TABLES | {"coverage"}}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("geo.measures")}
    return found


def test_only_the_doors_measure() -> None:
    assert {name for name, tree in modules() if imported_tables(tree)} <= DOORS


def test_doors_protect_what_they_measure() -> None:
    for name, tree in modules():
        tables = imported_tables(tree)
        protected = {id(inner) for call in calls(tree, "protect") for arg in call.args for inner in ast.walk(arg)}
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            if getattr(function.returns, "id", "") == "Table":
                continue  # hands the table on to a caller in the same module, whose call is looked at
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and measures(node.func, tables):
                    assert id(node) in protected, f"{name}:{node.lineno}"


def calls(tree: ast.Module, function: str) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function]


def measures(func: ast.expr, tables: set[str]) -> bool:
    """Tell whether a call is of a table function, or of one kept in a registry of them."""
    if isinstance(func, ast.Attribute):
        return isinstance(func.value, ast.Name) and func.value.id == "coverage" and func.value.id in tables
    if isinstance(func, ast.Subscript):
        return getattr(func.value, "id", "") == "MEASURED"
    return isinstance(func, ast.Name) and func.id in tables


def test_nothing_but_the_doors_knows_bare_tables() -> None:
    for name, tree in modules():
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names = {
            alias.name for node in imports if (node.module or "").startswith("geo.measures") for alias in node.names
        }
        assert "Table" not in names or name in DOORS, name


def test_protected_is_made_in_one_place() -> None:
    made = [name for name, tree in modules() if calls(tree, "Protected")]
    assert made == []
