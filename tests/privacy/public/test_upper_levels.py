"""Cities, provinces and the country on the lattice: proven together with all that lies below them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.access import Scope
from geo.areas import area_table
from geo.measures import measure
from geo.privacy import protect
from geo.privacy.lattice import nearest_allowed
from geo.privacy.public.axes import Axis, sum_cells
from geo.privacy.public.cubes import area_label, tally
from geo.privacy.public.joint import show_jointly
from geo.privacy.public.ledger import Ledger, open_to_public
from geo.rules import PublicNoise, Rules
from geo.store import Release, Store, read_layer
from geo.view import Period, View
from tests.privacy.public.attacker import carried, is_small, told
from tests.privacy.public.small import agreeing, chance_keys, chance_table, make_axes, small_cells

QUARTER = Period("2025-Q1")
PUBLIC = Scope("public")


def corner(country: Release, root: Path, *, mean: float, seed: int = 3, ragged: bool = False) -> Release:
    """Publish two provinces of two cities of two counties, and a quarter of incidents in their 128 villages."""
    areas = area_table(country)
    kept = {"countries": read_layer(country, "countries")}
    held: Any = None
    for level, layer, above in (
        ("province", "provinces", None),
        ("city", "cities", "province_id"),
        ("county", "counties", "city_id"),
    ):
        rows = read_layer(country, layer)
        if above is not None:
            rows = rows[rows[above].isin(held)]
        rows = rows.groupby(above).head(2) if above is not None else rows.head(2)
        kept[layer], held = rows.reset_index(drop=True), rows[f"{level}_id"]
    for layer, column in (("stations", "county_id"), ("villages", "station_id"), ("grids", "station_id")):
        rows = read_layer(country, layer)
        key = kept["counties"]["county_id"] if column == "county_id" else kept["stations"]["station_id"]
        kept[layer] = rows[rows[column].isin(key)].reset_index(drop=True)
    if ragged:
        # In each province a county that lies in no city.
        counties = kept["counties"].assign(province_id=None)
        last = counties.groupby(counties["city_id"].map(areas.set_index("area_id")["province_id"])).tail(1)
        counties.loc[last.index, "province_id"] = last["city_id"].map(areas.set_index("area_id")["province_id"])
        counties.loc[last.index, "city_id"] = None
        kept["counties"] = counties
    return Store(root).publish(
        {**kept, "incidents": records(kept["grids"], mean=mean, seed=seed)},
        as_of=date(2025, 3, 31),
        time_zone="Asia/Shanghai",
        title="Two provinces",
    )


def records(grids: pd.DataFrame, *, mean: float, seed: int) -> pd.DataFrame:
    """Incidents of two classes, unevenly over villages: some have many, most have few."""
    random = np.random.default_rng(seed)
    found = []
    for month in ("2025-01", "2025-02", "2025-03"):
        counts = random.poisson(mean * random.gamma(0.7, 1 / 0.7, len(grids)))
        found.append(pd.DataFrame({"grid_id": np.repeat(grids["grid_id"].to_numpy(), counts), "month": month}))
    rows = pd.concat(found, ignore_index=True)
    return pd.DataFrame(
        {
            "record_id": [f"i{number}" for number in range(len(rows))],
            "class": np.where(random.random(len(rows)) < 0.8, "theft", "fraud"),
            "subclass": None,
            "source": np.where(random.random(len(rows)) < 0.6, "reported", "discovered"),
            "found_at": pd.to_datetime(rows["month"] + "-15 10:00"),
            "lon": None,
            "lat": None,
            "grid_id": rows["grid_id"].astype("str"),
            "placed": "inside",
        }
    )


@pytest.fixture(scope="module", params=[0.4, 3.0])
def opened(
    country: Release, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Release, Ledger]:
    release = corner(country, tmp_path_factory.mktemp("corner"), mean=request.param)
    return release, open_to_public(release)


def test_nothing_told_of_any_level_pins_a_withheld_count_down(opened: tuple[Release, Ledger]) -> None:
    _release, ledger = opened
    (block,) = ledger.blocks
    levels = {label.partition(":")[0] for label in block.axes[0].labels}
    assert levels == {"country", "province", "city", "county", "station", "village"}
    known = carried(told(block), block.axes)
    small = is_small(block, known)
    assert small.sum() > 300
    assert (block.shown[small] < 0).all()
    assert known.width[small].min() >= block.terms.noise.values_left


def test_public_reads_provinces_and_cities_from_the_ledger_alone(opened: tuple[Release, Ledger], rules: Rules) -> None:
    release, ledger = opened
    true = 0
    for level in ("country", "province", "city", "county"):
        view = View(QUARTER, layer="incidents", level=level, compare="none")
        assert nearest_allowed(view, PUBLIC, release).view == view
        table = measure(release, view)
        seen = protect(table, view, PUBLIC, rules=rules).frame
        labels = [area_label(level, code) for code in seen["area_id"]]
        np.testing.assert_array_equal(
            seen["n"].to_numpy(dtype=np.float64, na_value=np.nan),
            ledger.counts("incidents", labels, QUARTER.text, "all", "all"),
        )
        off = (seen["n"] - table.frame["n"]).dropna()
        assert (off.abs() <= 6).all()
        true += int((off == 0).sum())
    assert true < 12


def test_counties_in_no_city_are_in_their_province_and_no_group_of_their_own(
    country: Release, tmp_path: Path, rules: Rules
) -> None:
    release = corner(country, tmp_path, mean=1.0, ragged=True)
    told_of = tally(release, "incidents", rules)
    assert told_of is not None
    axis = told_of.axes[0]
    size = {label: int(stop - start) for label, start, stop in zip(axis.labels, axis.start, axis.stop, strict=True)}
    groups = {label: n for label, n in size.items() if label.startswith(("province:", "city:"))}
    assert not [label for label in groups if label.endswith(("nan", "None"))]
    assert sorted(groups.values()) == [16, 16, 32, 32, 64, 64]


def test_a_station_s_director_has_the_public_s_numbers_of_provinces(
    opened: tuple[Release, Ledger], rules: Rules
) -> None:
    release, ledger = opened
    station = str(read_layer(release, "stations")["station_id"][0])
    view = View(QUARTER, layer="incidents", level="province", compare="none")
    table = measure(release, view)
    seen = protect(table, view, Scope("director", station), rules=rules).frame
    labels = [area_label("province", code) for code in seen["area_id"]]
    shown = ledger.counts("incidents", labels, QUARTER.text, "all", "all")
    np.testing.assert_array_equal(seen["n"].to_numpy(dtype=np.float64, na_value=np.nan), shown)


def test_a_city_s_director_has_all_of_the_city_and_the_public_s_numbers_of_others(
    opened: tuple[Release, Ledger], rules: Rules
) -> None:
    release, ledger = opened
    city, other = read_layer(release, "cities")["city_id"].tolist()[:2]
    for level in ("city", "village"):
        view = View(QUARTER, layer="incidents", level=level, compare="none")
        table = measure(release, view)
        seen = protect(table, view, Scope("director", city), rules=rules).frame
        own, others = ((table.lineage["city_id"] == code).to_numpy() for code in (city, other))
        assert own.any()
        assert seen["n"][own].tolist() == table.frame["n"][own].tolist()
        labels = [area_label(level, code) for code in seen["area_id"][others]]
        shown = ledger.counts("incidents", labels, QUARTER.text, "all", "all")
        np.testing.assert_array_equal(seen["n"][others].to_numpy(dtype=np.float64, na_value=np.nan), shown)


#: Three villages: two in one county, which is all of its city, and one that is county and city at once; a province.
NESTED = Axis.of(["a", "b", "c"], {"K1": ["a", "b"], "C1": ["a", "b"], "K2": ["c"], "C2": ["c"], "P": ["a", "b", "c"]})


def test_all_tables_that_agree_with_nested_levels_leave_three_values() -> None:
    noise, rng, withheld = PublicNoise(sd=0.6, most=1, values_left=3), np.random.default_rng(9), 0
    axes = [NESTED, *make_axes((2,))]
    for turn in range(12):
        base = chance_table(rng, (3, 2), 6)
        keys = chance_keys((3, 2), str(turn))
        shown = show_jointly(base, axes, keys=keys, threshold=4, noise=noise)
        assert shown[NESTED.position["C2"]].tolist() == shown[NESTED.position["c"]].tolist()
        _, sums = agreeing(axes, shown, most=6, threshold=4, noise=noise)
        true = sum_cells(base, axes).ravel()
        for cell in small_cells(true, 4):
            withheld += 1
            values = set(sums[:, cell].tolist())
            assert true[cell] in values
            assert len(values) >= noise.values_left
    assert withheld > 30
