"""Each finding on codes has a file that has it, and one that almost has it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.doctor import Diagnosis
from geo.intake.doctor.codes import KnownCodes, nearest_code
from geo.intake.repair.codes import clean_code, clean_codes
from geo.store import Store
from tests.intake.doctor.conftest import VILLAGES, codes_of, of_kind
from tests.shared_files import shared_file

Look = Callable[..., Diagnosis]


def records(*codes: str, column: str = "网格编码") -> str:
    rows = "".join(f"r{at},邻里,2025-03-{at % 28 + 1:02},120.05,30.05,{code}\n" for at, code in enumerate(codes))
    return f"记录编号,纠纷类型,发现时间,经度,纬度,{column}\n{rows}"


def test_codes_that_excel_damaged_are_refused_without_a_repair(look: Look) -> None:
    found = look(records("3.30681E+11", "3.30681E+11", "330681109290"))
    assert [
        (one.code, one.count, one.rows, one.repair, one.figures["different"]) for one in of_kind(found, "codes.")
    ] == [("codes.scientific", 2, (2, 3), None, 1)]
    assert found.refused


def test_a_measured_number_in_that_form_is_no_code(look: Look) -> None:
    assert codes_of(look("name,density\na,1.5E+05\nb,2.5E+05\n")) == []


@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        ("０１０１", "full_width"),
        ("0101\u200b", "hidden"),
        ("01 01", "spaces"),
        ("'0101", "apostrophe"),
        ("101.0", "float"),
    ],
)
def test_badly_typed_codes_are_told_and_can_be_repaired(look: Look, code: str, flaw: str) -> None:
    found = look(records("0102", code, "0103"))
    assert [(one.code, one.rows, one.repair) for one in of_kind(found, "codes.")] == [
        (f"codes.{flaw}", (3,), "codes:text")
    ]


@pytest.mark.parametrize("code", ["New Town", "A-01", "枫源 1", "10.5", "12.0.1"])
def test_codes_of_other_kinds_are_left_as_they_are(code: str) -> None:
    assert clean_code(code) == code


@given(st.text(max_size=20))
def test_cleaning_twice_is_cleaning_once(code: str) -> None:
    once = clean_code(code)
    assert clean_code(once) == once


def test_cleaning_lists_what_it_changed() -> None:
    cells = pd.Series(["0101", "０１０２", None], index=[2, 3, 4], dtype="str")
    mended, changed = clean_codes(cells)
    assert mended.tolist()[:2] == ["0101", "0102"]
    assert changed.tolist() == [3]
    assert cells.loc[3] == "０１０２"


def test_lost_zeros_are_told_by_the_store(look: Look, county: Store) -> None:
    found = look(records("101", "102", "0103"), store=county)
    assert [(one.code, one.count, one.figures["digits"], one.repair) for one in of_kind(found, "codes.")] == [
        ("codes.zeros", 2, 4, "codes:pad")
    ]


def test_known_codes_are_nothing_to_tell(look: Look, county: Store) -> None:
    assert codes_of(look(records("0101", "0102", "0105"), store=county), "codes.") == []


def test_an_unknown_code_is_told_with_the_nearest_one(look: Look, county: Store) -> None:
    found = look(records("330681109209", "330681109290", "330681110201", column="村编码"), store=county)
    told = {one.code: one for one in found.findings}
    assert told["codes.near"].rows == (2,)
    assert told["codes.near"].figures["examples"] == "330681109209 → 330681109290"
    assert "codes.unknown" not in told


def test_codes_far_from_all_known_ones_are_not_shown(look: Look, county: Store) -> None:
    found = look(records("98765432", "0101", "0102"), store=county)
    told = {one.code: one for one in found.findings}
    assert told["codes.unknown"].rows == (2,)
    assert "98765432" not in str(found.to_dict())


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("340681109290", "province"),
        ("331681109290", "city"),
        ("330683109290", "county"),
        ("330681111290", "town"),
        ("330681109999", "village"),
        ("330681109290", None),
        ("330681109290001", None),
    ],
)
def test_the_wrong_part_of_a_village_code_is_named(code: str, part: str | None) -> None:
    assert KnownCodes.of(VILLAGES).wrong_part(code) == part


def test_every_real_village_code_has_known_parts_and_a_slip_is_found() -> None:
    path = shared_file("data", "cn-divisions-zhejiang", "villages_zhejiang.csv")
    codes = pd.read_csv(path, dtype="str")["code"]
    known = KnownCodes.of(codes)
    assert codes.map(known.wrong_part).isna().all()
    assert known.wrong_part("339999001001") == "city"
    town = KnownCodes.of(codes[codes.str.startswith("330681109")])
    assert nearest_code("330682109290", town) == "330681109290"
    assert nearest_code("33068110929", town) is None


@given(st.sampled_from(VILLAGES), st.integers(0, 11), st.sampled_from("0123456789"))
def test_one_wrong_digit_leads_back_or_to_nothing(code: str, at: int, digit: str) -> None:
    slip = code[:at] + digit + code[at + 1 :]
    assert nearest_code(slip, KnownCodes.of([code])) == code
    near = nearest_code(slip, KnownCodes.of(VILLAGES))
    assert near is None or near in VILLAGES


def villages(*codes: str) -> str:
    return "village_id,name\n" + "".join(f"{code},v{at}\n" for at, code in enumerate(codes))


GOOD = tuple(f"330681109{290 + at}" for at in range(30))


def test_division_codes_are_judged_part_by_part(look: Look) -> None:
    wrong = ("990681109290", "330681000290", "330681109000", "330682109290")
    found = look(villages(*GOOD, *wrong), layer="villages")
    (told,) = of_kind(found, "codes.division")
    assert (told.count, told.rows) == (4, (32, 33, 34, 35))
    assert told.figures["parts"] == "province 1, town 1, village 1, county 1"
    assert of_kind(look(villages(*GOOD), layer="villages"), "codes.division") == []


def test_all_codes_of_a_province_are_good_division_codes(look: Look) -> None:
    real = pd.read_csv(shared_file("data", "cn-divisions-zhejiang", "villages_zhejiang.csv"), dtype="str")
    assert of_kind(look(villages(*real["code"]), layer="villages"), "codes.division") == []


def test_a_grid_has_the_first_digits_of_its_village(look: Look) -> None:
    rows = ["330681109290001,330681109290", "330681109291001,330681109290", "330681109291002,330681109291"]
    found = look("grid_id,village_id,name\n" + "".join(f"{row},g\n" for row in rows), layer="grids")
    assert [(one.count, one.rows, one.column) for one in of_kind(found, "codes.parent")] == [(1, (3,), "grid_id")]


@pytest.mark.parametrize(("code", "near"), [("990681109290", None), ("330681199290", "330681109290")])
def test_two_slips_in_the_province_are_another_place(code: str, near: str | None) -> None:
    assert nearest_code(code, KnownCodes.of(["330681109290"])) == near
