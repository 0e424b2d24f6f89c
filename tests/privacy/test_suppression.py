"""What is withheld in tables that are not told from the ledger: by hand, and that no sum gives a withheld one away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.access import Scope
from geo.measures import coverage, measure, summary
from geo.measures.catalogue import CATALOGUE, NESTED, SUMS, describe
from geo.measures.table import Table
from geo.privacy import Protected, protect
from geo.privacy.parts import hide_parts, is_small
from geo.privacy.suppression import hidden_cells
from geo.store import Release
from geo.view import Period, View

PUBLIC = Scope("public")
T = 5
FEW = settings(max_examples=40, deadline=None)


def dispute_table(**figures: float) -> Table:
    """A table of disputes with one row: zero but for the figures given."""
    names = [name for name, entry in CATALOGUE.items() if "disputes" in entry.layers and ":" not in name]
    counts = {name: pd.array([0], dtype="Int64") for name in names if describe("disputes", name).unit == "count"}
    others = {name: np.array([np.nan]) for name in names if name not in counts}
    given = {name: pd.array([value], dtype="Int64") if name in counts else [value] for name, value in figures.items()}
    frame = pd.DataFrame({**counts, **others, **given})
    return Table(frame, "measure", 1, "", pd.Timestamp(2025, 1, 1).date(), 0, pd.DataFrame())


def withheld(**figures: float) -> set[str]:
    hidden = hidden_cells(dispute_table(**figures), "disputes", threshold=T)
    return set(hidden.columns[hidden.iloc[0]])


def test_counts_from_one_to_below_the_threshold_are_small() -> None:
    assert is_small([0, 1, 4, 5, np.nan], threshold=5).tolist() == [False, True, True, False, False]


def test_small_count_takes_all_that_is_based_on_it_along() -> None:
    found = withheld(n=4, n_compare=20, change=-0.8, change_low=-0.9, change_high=-0.3, per_1000_residents=1.0)
    assert {"n", "change", "change_low", "change_high", "per_1000_residents"} <= found
    assert "n_compare" not in found


def test_small_count_compared_with_takes_the_change_along() -> None:
    found = withheld(n=20, n_compare=4, change=4.0, beyond_chance=1.0, per_1000_residents=1.0)
    assert {"n_compare", "change", "beyond_chance"} <= found
    assert not {"n", "per_1000_residents"} & found


def test_part_that_would_give_a_small_one_away_is_withheld_too() -> None:
    assert {"reported", "discovered"} <= withheld(n=100, reported=97, discovered=3)
    # Labour is the smallest beside contract; neighbours stays.
    found = withheld(n=100, class_contract=2, class_labour=8, class_neighbours=90)
    assert {"class_contract", "class_labour"} <= found
    assert "class_neighbours" not in found


def test_single_hidden_part_gets_company_however_large_it_is() -> None:
    hidden = hide_parts(np.array([[9.0, 30.0, 20.0]]), np.array([[True, False, False]]), threshold=T)
    assert hidden.tolist() == [[True, False, True]]


@pytest.mark.parametrize(("settled", "hidden"), [(3, True), (17, True), (10, False), (20, False), (0, False)])
def test_share_is_withheld_with_a_small_numerator_or_rest(settled: int, hidden: bool) -> None:
    found = withheld(accepted=20, settled=settled, settled_share=settled / 20, settled_share_low=0.1)
    assert ("settled_share" in found) == hidden
    assert ("settled_share_low" in found) == hidden
    assert ("settled" in found) == hidden


def test_share_without_its_numerator_in_the_table_is_judged_by_its_n() -> None:
    assert "settled_in_month" in withheld(settled_in_month=0.1, settled_in_month_n=30)  # 3 of 30
    assert "settled_in_month" in withheld(settled_in_month=0.9, settled_in_month_n=30)  # all but 3
    assert "settled_in_month" not in withheld(settled_in_month=0.5, settled_in_month_n=30)


def test_median_of_few_is_withheld() -> None:
    assert "median_days" in withheld(accepted=40, settled=3, median_days=12.0)
    assert "median_days" not in withheld(accepted=40, settled=20, median_days=12.0)


def test_missing_is_not_withheld() -> None:
    assert "change" not in withheld(n=3)


@given(
    counts=arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 8)), elements=st.integers(0, 12)),
    threshold=st.integers(2, 8),
)
def test_hidden_parts_are_two_at_least_and_not_few(counts: np.ndarray, threshold: int) -> None:
    small = is_small(counts, threshold=threshold)
    hidden = hide_parts(counts.astype(np.float64), small, threshold=threshold)
    assert (hidden >= small).all()
    assert not hidden[~small.any(axis=1)].any()
    weak = hidden.any(axis=1) & ((hidden.sum(axis=1) < 2) | ((counts * hidden).sum(axis=1) < threshold))
    # Where nothing else could be hidden, the sum is no more than what is hidden: it is small, or the part itself.
    assert not ((counts * ~hidden).sum(axis=1)[weak] > 0).any()


def test_shares_of_coverage_hang_together(tiny: Release) -> None:
    view = View(Period("2025-03"), layer="coverage", level="village")
    # Four grids of eight are vacant: the share of grids is withheld, and with it the others, which would tell it.
    seen = protect(coverage.shares(tiny, view), view, PUBLIC)
    assert seen.frame["covered_share"].isna().all()
    assert seen.frame["n"].tolist()[:3] == [8, 248, 2090]
    assert seen.protected["n"].tolist() == [False, False, False, True]  # the last are of records


def test_survey_of_few_is_withheld(tiny: Release) -> None:
    view = View(Period("2025-02"), layer="service", level="station")
    table = summary(tiny, view)
    few = table.frame.assign(survey_satisfaction_n=pd.array([3], dtype="Int64"))
    hidden = hidden_cells(Table(few, "summary", 1, "", table.as_of, 0, table.lineage), "service", threshold=T)
    assert hidden[["survey_satisfaction", "survey_satisfaction_n"]].all(axis=None)


@pytest.mark.parametrize(("near", "hidden"), [(0.0, False), (0.003, True), (0.5, False), (0.997, True), (1.0, False)])
def test_reach_of_few_households_or_of_all_but_few_is_withheld(tiny: Release, near: float, hidden: bool) -> None:
    view = View(Period("2025-03"), layer="service", level="station")
    table = summary(tiny, view)
    frame = table.frame.assign(households=pd.array([1000], dtype="Int64"), reach_fire_point=near)
    cells = hidden_cells(Table(frame, "summary", 1, "", table.as_of, 0, table.lineage), "service", threshold=T)
    assert cells.loc[0, "reach_fire_point"] == hidden


def told(frame: pd.DataFrame, protected: pd.DataFrame, layer: str) -> list[tuple[object, str]]:
    """Withheld counts that follow from those shown: whatever is the only unknown of a sum is known."""
    equations = [(total, *parts) for total, parts in SUMS[layer]]
    names = list(dict.fromkeys(name for equation in equations for name in equation))
    values = frame[names].to_numpy(np.float64, na_value=np.nan)
    unknown, first = protected[names].to_numpy(dtype=bool).copy(), protected[names].to_numpy(dtype=bool)
    while True:
        before = unknown.sum()
        for total, *parts in equations:
            columns = [names.index(name) for name in (total, *parts)]
            holds = values[:, columns[0]] == values[:, columns[1:]].sum(axis=1)
            single = holds & (unknown[:, columns].sum(axis=1) == 1)
            unknown[np.ix_(single, columns)] = False
        if unknown.sum() == before:
            return [(frame.index[row], names[column]) for row, column in np.argwhere(first & ~unknown)]


def little_rests(seen: Protected, layer: str) -> int:
    rests = [seen.frame[whole].astype("Float64") - seen.frame[part] for whole, part in NESTED[layer]]
    return sum(int(is_small(rest.to_numpy(np.float64, na_value=np.nan), threshold=T).sum()) for rest in rests)


@pytest.mark.parametrize(("level", "period"), [("village", "2025-03"), ("village", "2024"), ("station", "2025-Q1")])
def test_no_withheld_cell_of_the_demo_s_coverage_follows_from_the_others(
    demo_release: Release, level: str, period: str
) -> None:
    layer = "coverage"
    view = View(Period(period), layer=layer, level=level)
    table = measure(demo_release, view)
    seen = protect(table, view, PUBLIC)
    assert told(table.frame, seen.protected, layer) == []
    assert little_rests(seen, layer) == 0


def chance_table(layer: str, seed: int, most: int) -> Table:
    """A table of chance counts in which all sums hold."""
    rng, counts = np.random.default_rng(seed), {}
    for name in [m.id for m in CATALOGUE.values() if layer in m.layers and m.unit == "count"]:
        counts[name] = rng.integers(0, most, 20) * rng.integers(0, 2, 20)
    subclasses_first = sorted(SUMS[layer], key=lambda equation: equation[0] == "n")
    for total, parts in subclasses_first:
        if total == "n" and parts != SUMS[layer][1][1]:
            counts |= split(np.sum([counts[name] for name in SUMS[layer][1][1]], axis=0), parts, rng)
        counts[total] = np.sum([counts[name] for name in parts], axis=0)
    for whole, part in NESTED[layer]:
        if whole not in {total for total, _ in SUMS[layer]}:
            counts[whole] = counts[part] + rng.integers(0, most, 20)
    frame = pd.DataFrame({name: pd.array(values, dtype="Int64") for name, values in counts.items()})
    return Table(frame, "measure", 1, "", pd.Timestamp(2025, 1, 1).date(), 0, pd.DataFrame())


def split(totals: np.ndarray, parts: tuple[str, ...], rng: np.random.Generator) -> dict[str, np.ndarray]:
    shares = rng.dirichlet(np.full(len(parts), 0.3), len(totals))
    return dict(zip(parts, rng.multinomial(totals, shares).T, strict=True))


@FEW
@given(layer=st.sampled_from(["disputes", "hazards", "incidents"]), seed=st.integers(0, 999), most=st.integers(2, 60))
def test_no_withheld_cell_of_any_table_follows_from_the_others(layer: str, seed: int, most: int) -> None:
    table = chance_table(layer, seed, most)
    assert told(table.frame, hidden_cells(table, layer, threshold=T), layer) == []


def test_parts_of_a_withheld_total_are_withheld_too() -> None:
    # All but three are settled, so that the settled are withheld; their parts would sum to them.
    found = withheld(n=40, accepted=40, settled=37, settled_village=20, settled_town=10, settled_county=7)
    assert {"settled", "settled_county", "settled_town"} <= found
    assert "settled_village" not in found
