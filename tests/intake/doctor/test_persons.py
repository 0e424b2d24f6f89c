"""The doctor on persons: columns by header and by content, matters that are not taken in, and never a value."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from geo.intake.doctor import Diagnosis
from geo.intake.recipes.file import load_recipe
from tests.intake.doctor.conftest import codes_of, of_kind

Look = Callable[..., Diagnosis]
PLANTED = [
    "王小明",
    "李秀英",
    "张伟强",
    "刘海洋",
    "陈建国",
    "13800138000",
    "11010519491231002X",
    "浙A12345",
    "a.b@example.org",
    "枫源路12号3幢201室",
]


def records(header: str, *cells: str) -> str:
    rows = "".join(f"r{at},盗窃,2025-03-{at + 1:02},{cell}\n" for at, cell in enumerate(cells))
    return f"案件编号,案件类别,发生时间,{header}\n{rows}"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("姓名", "persons.names"),
        ("phone", "persons.phone"),
        ("身份证号", "persons.identity"),
        ("家庭住址", "persons.address"),
        ("车牌", "persons.plate"),
        ("信访件编号", "persons.petition_column"),
        ("民族", "persons.belief"),
        ("承办民警", "persons.officer"),
        ("block", "persons.address_of_event"),
    ],
)
def test_headers_of_persons_refuse_the_file(look: Look, header: str, code: str) -> None:
    found = look(records(header, "a", "b"))
    assert [(one.code, one.column, one.severity) for one in of_kind(found, "persons.")] == [(code, header, "refuse")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (PLANTED[:5], "persons.names_seen"),
        (["13800138000", "x", "y"], "persons.phone_seen"),
        (["11010519491231002X", "x"], "persons.identity_seen"),
        (["浙A12345", "x"], "persons.plate_seen"),
        (["a.b@example.org", "x"], "persons.email_seen"),
        (["枫源路12号3幢201室", "x"], "persons.address_seen"),
    ],
)
def test_content_of_persons_refuses_the_file_and_shows_nothing(look: Look, cells: list[str], code: str) -> None:
    found = look(records("extra", *cells))
    assert codes_of(found, "persons.") == [code]
    told = json.dumps(found.to_dict(), ensure_ascii=False) + "\n".join(found.lines())
    assert not [value for value in PLANTED if value in told]


def test_phones_typed_with_full_width_digits_or_as_codes_are_not_shown(look: Look) -> None:
    found = look(records("联系编号", "13800138000", "１３９１２３４５６７８", "'13912345678"))
    told = json.dumps(found.to_dict(), ensure_ascii=False)
    assert "persons.phone_seen" in codes_of(found)
    assert "138001" not in told
    assert "１３９" not in told


def test_petitions_are_refused_and_minors_and_families_asked_about(look: Look) -> None:
    found = look(records("小类", "信访转办", "涉未成年人", "家庭暴力", "competition", "domestic flight"))
    told = {one.code: (one.severity, one.rows) for one in of_kind(found, "persons.")}
    assert told == {
        "persons.petition": ("refuse", (2,)),
        "persons.minors": ("ask", (3,)),
        "persons.family_violence": ("ask", (4,)),
    }


def test_a_mark_of_family_violence_is_counted(look: Look) -> None:
    found = look(records("domestic", "True", "False", "True"))
    assert [(one.code, one.rows) for one in of_kind(found, "persons.")] == [("persons.family_violence", (2, 4))]


def test_what_the_recipe_leaves_out_is_not_told(look: Look, tmp_path_factory: pytest.TempPathFactory) -> None:
    recipe = tmp_path_factory.mktemp("recipes") / "a.toml"
    recipe.write_text(
        'layer = "incidents"\nfile = "a.csv"\nleave_out = ["姓名"]\n[columns]\n'
        'record_id = "案件编号"\nfound_at = "发生时间"\n'
        '[constants]\nclass = "theft"\nsource = "reported"\n[release]\ntitle = "T"\ntime_zone = "Asia/Shanghai"\n',
        "utf-8",
    )
    found = look(records("姓名", *PLANTED[:5]), recipe=load_recipe(recipe))
    assert codes_of(found, "persons.") == []
    assert len(found.to_dict()["columns"]) == 2


def test_rows_that_the_import_rejects_are_told_with_their_rows(look: Look) -> None:
    rows = [f"r{at},盗窃,2025-03-01" for at in range(400)]
    rows[7], rows[9] = "王伟敏13800138001,盗窃,2025-03-01", "浙D12345车,盗窃,2025-03-01"
    found = look("案件编号,案件类别,发生时间\n" + "\n".join(rows), layer="incidents")
    assert [(one.code, one.column, one.rows, one.severity) for one in of_kind(found, "persons.")] == [
        ("persons.rows", "案件编号", (9, 11), "warn")
    ]
    assert "13800138001" not in json.dumps(found.to_dict(), ensure_ascii=False)


def test_names_of_places_for_children_are_no_matters_of_minors(look: Look) -> None:
    text = "点位编号,名称,类型,经度,纬度\np1,枫桥镇儿童公园,巡逻点,120.1,30.1\np2,Children's Park,巡逻点,120.2,30.1\n"
    assert codes_of(look(text, layer="places"), "persons.") == []


def test_petitions_are_refused_in_a_column_that_is_not_mapped_as_by_the_import(look: Look) -> None:
    found = look(records("备注类", "进京访", "x", "y"))
    assert [(one.code, one.severity, one.rows) for one in of_kind(found, "persons.")] == [
        ("persons.petition", "refuse", (2,))
    ]
