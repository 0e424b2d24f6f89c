from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import LayerError
from geo.intake.doctor.columns import known_headers
from geo.intake.persons.headers import find_person_columns, refuse_person_columns
from geo.intake.persons.values import PersonValues, find_person_values
from geo.layers import LAYERS

PERSONS = {
    "names": [
        "name",
        "Victim_Name",
        "victimName",
        "Name of the suspect",
        "LASTNAME",
        "姓名",
        "当事人姓名",
        "户主",
        "联系人",
        "姓 名",
    ],
    "identity": ["ID_No", "IDCard", "id card number", "身份证号码", "证件号", "出生日期", "DateOfBirth", "passport"],
    "phone": ["Phone", "Tel.", "mobile_no", "ｐｈｏｎｅ", "联系电话", "手机号", "email", "contactPhone2", "微信号"],
    "address": ["Address", "HOME_ADDR", "住址", "现居住地", "家庭地址", "户籍地", "门牌号"],
    "address_of_event": ["block", "Street Name", "ZipCode"],
    "plate": ["license plate", "plateNo", "车牌", "号牌号码"],
    "petition": ["信访件编号", "petition_id", "上访次数"],
    "belief": ["民族", "religion", "宗教信仰"],
    "officer": ["officer", "handled_by", "承办民警", "调解员"],
}
PLAIN = [
    *[
        "id",
        "record_id",
        "类别",
        "class",
        "found_at",
        "经度",
        "lon",
        "households",
        "district_name",
        "网格编码",
        "status",
    ],
    *["status", "residents", "competition", "case_number", "template", "placed", "网格名称", "name_of_grid"],
]


@pytest.mark.parametrize(("group", "header"), [(group, header) for group in PERSONS for header in PERSONS[group]])
def test_headers_of_persons_are_told(group: str, header: str) -> None:
    found = find_person_columns([header], layer="disputes", kind="event")
    assert [person.column for person in found] == [header]
    assert found[0].group in (group, "names")


@pytest.mark.parametrize("header", PLAIN)
def test_other_headers_are_let_through(header: str) -> None:
    assert find_person_columns([header], layer="disputes", kind="event") == ()


MORE = [
    "甲方", "乙方", "纠纷双方", "调解对象", "反映对象", "诉求人", "求助人", "申诉人", "家属", "亲属", "车主",
    "驾驶人", "违章车辆", "法人", "责任人", "经手人", "网格长", "联络员", "性别", "年龄", "职业", "学历",
    "工作单位", "婚姻状况", "LXR", "LXFS", "CSRQ", "MZ", "HJD", "xb",
    "claimant", "gender", "sex", "age", "NID", "msisdn", "reg_no",
]  # fmt: skip


@pytest.mark.parametrize("header", MORE)
def test_headers_of_parties_and_their_standing_are_told(header: str) -> None:
    assert len(find_person_columns([header], layer="disputes", kind="event")) == 1


@pytest.mark.parametrize("header", ["网格长度", "法人单位数", "age_0_14", "性别比", "amz", "户籍人口", "Average_Age"])
def test_counts_of_areas_are_no_persons(header: str) -> None:
    assert find_person_columns([header], layer="grids", kind="area") == ()


def test_no_header_that_fills_a_column_is_of_persons_but_a_name() -> None:
    told = {
        word
        for layer, about in LAYERS.items()
        for part in ("any", layer)
        for target, words in known_headers().get(part, {}).items()
        for word in words
        if target in about.columns and target not in ("name", "name_en")
        if find_person_columns([word], layer=layer, kind=about.kind)
    }
    assert told == set()


def test_a_header_that_is_a_number_of_a_person_is_refused_by_its_place() -> None:
    with pytest.raises(LayerError, match="column 2") as refused:
        refuse_person_columns("a.csv", ["r1", "330681195001010009"], left_out=["330681195001010009"], layer="disputes")
    assert "1950" not in str(refused.value)


def test_an_area_may_have_a_name_and_an_event_may_not() -> None:
    assert find_person_columns(["name"], layer="villages", kind="area", named=["name"]) == ()
    assert find_person_columns(["NAME"], layer="places", kind="table", named=[]) == ()
    assert len(find_person_columns(["name"], layer="disputes", kind="event", named=["name"])) == 1


@pytest.mark.parametrize("header", ["负责人姓名", "contact name", "owner_name"])
def test_the_name_of_somebody_is_no_name_of_an_area(header: str) -> None:
    assert len(find_person_columns([header], layer="grids", kind="area", named=[header])) == 1


def test_the_message_names_columns_and_the_way_out() -> None:
    with pytest.raises(LayerError) as refused:
        refuse_person_columns("a.csv", ["id", "姓名", "手机"], left_out=[], layer="disputes")
    assert 'leave_out = ["姓名", "手机"]' in str(refused.value)
    assert [fault.column for fault in refused.value.faults] == ["姓名", "手机"]


def test_only_columns_left_out_by_name_are_let_through() -> None:
    refuse_person_columns("a.csv", ["id", "姓名"], left_out=["姓名"], layer="disputes")
    with pytest.raises(LayerError):
        refuse_person_columns("a.csv", ["id", "姓名"], left_out=["手机"], layer="disputes")


def values(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"id": pd.Series(texts, index=range(2, 2 + len(texts)), dtype="str")})


# 11010519491231002X is the example of GB 11643-1999 itself.
@pytest.mark.parametrize("text", ["11010519491231002X", "浙A12345", "信访转办", "a Petition"])
def test_one_value_of_a_person_or_a_petition_refuses_the_column(text: str) -> None:
    faults = find_person_values("a.csv", values("r1", text, "r3"))
    assert [fault.rows for fault in faults] == [(3,)]
    assert text not in str(faults[0])


def test_phones_refuse_a_column_and_a_chance_number_does_not() -> None:
    assert len(find_person_values("a.csv", values("13800138000", "13900139000"))) == 1
    assert find_person_values("a.csv", values(*["r1"] * 9, "13800138000")) == ()


@pytest.mark.parametrize("text", ["110105194912310021", "330681109290001001", "unfair competition"])
def test_codes_and_plain_words_are_let_through(text: str) -> None:
    assert find_person_values("a.csv", values(text)) == ()


def test_what_batches_hold_of_persons_is_judged_together() -> None:
    first, second = values("13800138000", *["r"] * 5), values("r", "110101199003070038")
    second.index += len(first)
    together = PersonValues.look(first).add(PersonValues.look(second))
    whole = find_person_values("a.csv", pd.concat([first, second]))
    # One phone in the first six cells is a sixth of them: too few, together with the rest even fewer.
    assert together.faults("a.csv") == whole
    assert [fault.rows for fault in whole] == [(int(second.index[1]),)]
