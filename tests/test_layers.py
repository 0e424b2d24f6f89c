"""Layers: types are set, every fault is told at once, keys hold between layers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPoint, Polygon, box

from geo.codes import Code, code_list
from geo.errors import GeoError, LayerError
from geo.layers import LAYERS, check_keys, check_layer, find_faults
from geo.layers.schemas import read_levels
from geo.rules import load_rules

RULES = load_rules()


@pytest.fixture
def grids() -> gpd.GeoDataFrame:
    values = {"grid_id": ["a", "b"], "name": ["Mill", "Weir"], "kind": ["village", None], "households": [300, None]}
    return gpd.GeoDataFrame(values, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326)


@pytest.fixture
def disputes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "record_id": ["1", "2"],
            "class": ["neighbours", "labour"],
            "source": ["reported", "discovered"],
            "found_at": pd.to_datetime(["2025-01-02 10:30", "2025-01-03 08:00"]),
            "settled_on": pd.to_datetime(pd.Series(["2025-01-02", None])),
            "placed": ["inside", "outside"],
            "grid_id": ["a", None],
        }
    )


def problems(name: str, frame: pd.DataFrame, codes: str = "any") -> set[tuple[str | None, tuple[int, ...]]]:
    with pytest.raises(LayerError) as caught:
        check_layer(name, frame, rules=RULES, codes=codes)
    return {(fault.column, fault.rows) for fault in caught.value.faults}


def test_types_and_order_are_those_of_the_layer(disputes: pd.DataFrame) -> None:
    checked = check_layer("disputes", disputes, rules=RULES)
    assert {name: str(dtype) for name, dtype in checked.dtypes.items()} == dict(LAYERS["disputes"].dtypes)
    assert checked["channel"].isna().all()


def test_areas_stay_geometry(grids: gpd.GeoDataFrame) -> None:
    checked = check_layer("grids", grids, rules=RULES)
    assert isinstance(checked, gpd.GeoDataFrame)
    assert checked["households"].tolist() == [300, pd.NA]


def test_unknown_and_missing_columns_are_told_together(grids: gpd.GeoDataFrame) -> None:
    frame = grids.drop(columns="name").assign(phone="0")
    assert problems("grids", frame) == {("phone", ()), ("name", ())}


def test_all_faults_of_the_rows_are_told_at_once(grids: gpd.GeoDataFrame) -> None:
    frame = grids.assign(kind=["farm", None], grid_id=["a", "a"], name=[None, "x"], households=[1, -1])
    assert problems("grids", frame) == {("kind", (0,)), ("grid_id", (1,)), ("name", (0,)), ("households", (1,))}


SURVEYS = st.lists(
    st.fixed_dictionaries(
        {
            "station_id": st.sampled_from(["s1", "", None, "x" * 201]),
            "kind": st.sampled_from([*code_list("survey_kind"), "odd", None]),
            "from_on": st.sampled_from(["2025-03-01", "2025-03-01 10:30", None]),
            "until_on": st.sampled_from(["2025-03-01", "2025-03-01 10:30", None]),
            "respondents": st.sampled_from([0, 7, -1, None]),
            "score": st.sampled_from([0.0, 100.0, 100.5, -0.5, None]),
        }
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=50)
@given(SURVEYS)
def test_the_faults_of_cells_are_those_of_the_schema(rows: list[dict[str, object]]) -> None:
    layer = LAYERS["surveys"]
    frame = pd.DataFrame(rows, columns=list(layer.columns)).astype(dict(layer.dtypes)).set_axis(range(7, 7 + len(rows)))
    try:
        layer.schema.validate(frame, lazy=True)
        expected = set[tuple[str, str, int]]()
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases[["column", "check", "index"]]
        expected = {
            (column, str(check).split(";")[0], int(row)) for column, check, row in cases.itertuples(index=False)
        }
    _, found = find_faults("surveys", frame, rules=RULES, double=np.zeros(len(frame), dtype=bool))
    missing = "an empty cell where a value must stand"
    assert expected == {
        (str(fault.column), "not_nullable" if fault.problem == missing else fault.problem, int(row))
        for fault, labels in found
        for row in labels
    }


def test_text_in_a_number_is_told_without_repeating_it(disputes: pd.DataFrame) -> None:
    with pytest.raises(LayerError) as caught:
        check_layer("disputes", disputes.assign(lon="13800138000x"), rules=RULES)
    assert "13800138000x" not in str(caught.value)
    assert caught.value.faults[0].column == "lon"


def test_a_step_before_the_record_was_found_is_a_fault(disputes: pd.DataFrame) -> None:
    early = disputes.assign(settled_on=pd.to_datetime(pd.Series(["2025-01-01", None])))
    assert problems("disputes", early) == {("settled_on", (0,))}


def test_a_day_has_no_time(disputes: pd.DataFrame) -> None:
    assert problems("disputes", disputes.assign(due_on=disputes["found_at"])) == {("due_on", (0, 1))}


@pytest.mark.parametrize(
    "shape", [Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), Polygon(), None, MultiPoint([(0, 0)]), box(179, 0, 181, 1)]
)
def test_bad_shapes_are_named(grids: gpd.GeoDataFrame, shape: object) -> None:
    frame = grids.set_geometry(gpd.GeoSeries([shape, grids.geometry[1]], crs=4326))
    assert ("geometry", (0,)) in problems("grids", frame)


def test_other_coordinate_systems_are_refused(grids: gpd.GeoDataFrame) -> None:
    assert problems("grids", grids.to_crs(3857)) == {("geometry", (0, 1))}


def test_chinese_codes_have_their_pattern(grids: gpd.GeoDataFrame) -> None:
    assert problems("grids", grids.assign(grid_id=["330681109290001", "33068110929"]), "cn") == {("grid_id", (1,))}


def test_rows_keep_the_numbers_of_their_file(disputes: pd.DataFrame) -> None:
    frame = disputes.set_index(pd.Index([2, 17])).assign(source=["reported", "rumour"])
    _, faults = find_faults("disputes", frame, rules=RULES)
    assert [(fault.column, list(rows)) for fault, rows in faults] == [("source", [17])]


def test_keys_between_layers(grids: gpd.GeoDataFrame, disputes: pd.DataFrame) -> None:
    checked = {
        "grids": check_layer("grids", grids, rules=RULES),
        "disputes": check_layer("disputes", disputes.assign(grid_id=["a", "z"]), rules=RULES),
    }
    assert [(fault.layer, fault.column, fault.rows) for fault in check_keys(checked)] == [("disputes", "grid_id", (1,))]
    assert check_keys({**checked, "disputes": checked["disputes"].assign(grid_id=pd.Series(["a", None]))}) == ()


def test_an_empty_layer_is_a_layer() -> None:
    empty = pd.DataFrame({name: [] for name in LAYERS["incidents"].columns})
    assert len(check_layer("incidents", empty, rules=RULES)) == 0


def test_many_rows_are_counted_not_listed(disputes: pd.DataFrame) -> None:
    frame = pd.concat([disputes] * 50, ignore_index=True).assign(record_id=np.arange(100).astype(str), source="rumour")
    with pytest.raises(LayerError, match=r"rows 0, 1, 2, 3, 4 and 95 more: unknown code"):
        check_layer("disputes", frame, rules=RULES)


def test_levels_end_with_the_four_that_the_product_stands_on() -> None:
    core = {level: Code(level, level, level) for level in ("county", "station", "village", "grid")}
    state = Code("state", "state", "州", layer="states", many="States")
    assert list(read_levels({"state": state, **core}).items())[:2] == [("state", "states"), ("county", "counties")]
    wrong: list[dict[str, Code]] = [
        {**core, "state": state},
        {"state": Code("state", "state", "州"), **core},
        {"state": Code("state", "state", "州", layer="grids"), **core},
        {"state": Code("state", "state", "州", layer="a; drop"), **core},
        {level: code for level, code in core.items() if level != "village"},
    ]
    for levels in wrong:
        with pytest.raises(GeoError, match="levels of areas"):
            read_levels(levels)


def test_a_county_has_a_column_for_what_is_above_only_if_it_came_with_one() -> None:
    counties = gpd.GeoDataFrame({"county_id": ["c"], "name": ["C"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    assert list(check_layer("counties", counties, rules=RULES)) == ["county_id", "name", "name_en", "geometry"]
    above = check_layer("counties", counties.assign(city_id="k"), rules=RULES)
    assert list(above) == ["county_id", "name", "name_en", "city_id", "geometry"]
