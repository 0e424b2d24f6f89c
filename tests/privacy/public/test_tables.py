"""Tables as the public reads them: worked out of the ledger, and of nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.access import Scope
from geo.areas import area_table
from geo.figures.asked import only, seen
from geo.measures import by_class, measure, monthly, summary
from geo.measures.intervals import poisson_interval
from geo.measures.parts import PARTS
from geo.privacy import protect
from geo.privacy.public import ledger_of, public_columns
from geo.privacy.public.cubes import area_label
from geo.rules import Rules
from geo.store import Release
from geo.view import Period, View

PUBLIC = Scope("public")
YEAR = View(Period("2024"), level="village")


@pytest.mark.parametrize("measured", [measure, summary, monthly, by_class])
@pytest.mark.parametrize("layer", ["disputes", "hazards", "incidents"])
def test_records_of_the_release_do_not_matter(chance: Release, rules: Rules, measured: object, layer: str) -> None:
    view = YEAR.replace(layer=layer)
    table = measured(chance, view)  # type: ignore[operator]
    counts = [name for name in table.frame if table.frame[name].dtype == "Int64"]
    other = replace(table, frame=table.frame.assign(**dict.fromkeys(counts, pd.array([7] * len(table.frame), "Int64"))))
    told, told_other = (protect(one, view, PUBLIC, rules=rules).frame[counts] for one in (table, other))
    pd.testing.assert_frame_equal(told, told_other)


def test_counts_are_those_of_the_ledger(chance: Release, rules: Rules) -> None:
    seen = protect(measure(chance, YEAR), YEAR, PUBLIC, rules=rules).frame
    labels = [area_label("village", code) for code in seen["area_id"]]
    for column, nodes in {
        "n": ("all", "all"),
        "reported": ("all", "reported"),
        "class_labour": ("labour", "all"),
    }.items():
        known = ledger_of(chance, rules=rules).counts("disputes", labels, "2024", *nodes)
        assert np.array_equal(seen[column].to_numpy(np.float64, na_value=np.nan), known, equal_nan=True)
    assert seen["n"].notna().any()


@pytest.mark.parametrize("scope", [PUBLIC, Scope("director", "s1")])
@pytest.mark.parametrize("layer", ["disputes", "hazards", "incidents"])
@pytest.mark.parametrize("query", ["period=2024", "period=2024-05&source=reported", "period=2024-Q2&compare=last-year"])
def test_parts_of_the_columns_are_told_as_they_are_beside_all_others(
    chance: Release, scope: Scope, layer: str, query: str
) -> None:
    view = View.parse(f"level=village&layer={layer}&{query}", period=Period("2024"))
    whole = seen("measure", chance, view, scope)
    for part in PARTS[layer]:
        alone = seen(only("measure", ("number", part)), chance, view, scope)
        columns = list(alone.protected.columns)
        assert set(columns) < set(whole.protected.columns)
        pd.testing.assert_frame_equal(alone.frame, whole.frame[list(alone.frame.columns)])
        pd.testing.assert_frame_equal(alone.protected, whole.protected[columns])


@pytest.mark.parametrize("layer", ["disputes", "hazards", "incidents"])
def test_reported_and_discovered_have_rates_of_their_own(chance: Release, rules: Rules, layer: str) -> None:
    view = YEAR.replace(level="station", layer=layer)
    seen = protect(measure(chance, view), view, PUBLIC, rules=rules)
    stations = area_table(chance).set_index(["level", "area_id"])["residents"].loc["station"]
    residents = stations.reindex(seen.frame["area_id"]).to_numpy(np.float64)
    for source in ("reported", "discovered"):
        count, rate, low, high = (
            seen.frame[name].to_numpy(np.float64, na_value=np.nan)
            for name in (source, *(f"{source}_per_1000{end}" for end in ("", "_low", "_high")))
        )
        assert np.isfinite(count).any()
        assert np.allclose(rate, 1000 * count / residents, equal_nan=True)
        assert (seen.protected[f"{source}_per_1000"] == seen.protected[source]).all()
        known = np.isfinite(rate)
        # Wider than of a count without noise.
        assert (low[known] < 1000 * poisson_interval(count[known], alpha=0.05)[0] / residents[known]).all()
        assert (high[known] > 1000 * poisson_interval(count[known], alpha=0.05)[1] / residents[known]).all()


def test_nothing_shown_is_small_nor_further_off_than_the_noise(chance: Release, rules: Rules) -> None:
    for view in (YEAR, YEAR.replace(period=Period("2024-Q2")), YEAR.replace(level="station", layer="incidents")):
        true, seen = (
            measure(chance, view).frame["n"],
            protect(measure(chance, view), view, PUBLIC, rules=rules).frame["n"],
        )
        assert seen.dropna().ge(5).all()
        assert (seen - true).abs().dropna().le(rules.public_noise.most).all()
        assert seen[true < 5].isna().all()


def test_filter_of_one_class_is_on_the_lattice_and_of_another_source_is_nothing(chance: Release, rules: Rules) -> None:
    view = YEAR.replace(classes=("labour",), source="reported")
    columns = public_columns(measure(chance, view), view, rules)
    assert columns is not None
    n, reported = (np.asarray(columns[name], dtype=np.float64) for name in ("n", "reported"))
    assert np.array_equal(n, reported, equal_nan=True)
    assert np.isnan(np.asarray(columns["discovered"], dtype=np.float64)).all()
    assert "settled_in_month" not in columns


@pytest.mark.parametrize("layer", ["disputes", "hazards", "incidents"])
def test_a_class_has_a_share_where_its_number_and_the_whole_are_told(chance: Release, rules: Rules, layer: str) -> None:
    areas = measure(chance, YEAR.replace(layer=layer)).frame["area_id"]
    withheld = 0
    for area in areas[:4]:
        view = YEAR.replace(layer=layer, area=str(area), period=Period("2024-03"))
        table = protect(by_class(chance, view), view, PUBLIC, rules=rules)
        n, share = (table.frame[name].to_numpy(np.float64, na_value=np.nan) for name in ("n", "share"))
        assert np.isnan(share[np.isnan(n)]).all()
        assert table.protected.loc[np.isnan(n), "share"].all()
        withheld += int(np.isnan(n).sum())
    assert withheld


def test_other_tables_have_no_figures_for_the_public(chance: Release, rules: Rules) -> None:
    assert public_columns(replace(measure(chance, YEAR), kind="by_hour"), YEAR, rules) is None


def test_two_readings_are_the_same(chance: Release, rules: Rules) -> None:
    first, second = (protect(measure(chance, YEAR), YEAR, PUBLIC, rules=rules).frame for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
