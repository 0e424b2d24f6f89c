"""Persons told by what stands in a column: each kind, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError, LayerError
from geo.intake import import_recipes
from geo.intake.person_content import find_person_content, refuse_person_content
from geo.store import Store

GENERATOR = np.random.default_rng(5)
NAMES = ["王小明", "李秀英", "张伟强", "刘洋", "陈建国", "杨丽华", "赵海燕", "黄志强", "周杰", "吴国平"]
ENGLISH = ["John Smith", "Mary Jones", "SMITH, ROBERT", "Linda K. Brown", "James O'Neil", "Karen White"]
REMARKS = [
    "当事人双方因宅基地界址发生争吵，已现场劝解。",
    "邻居反映噪音较大，经调解后双方和解。",
    "房东与租客因押金退还产生纠纷，约定下周再谈。",
]
SENTENCES = [f"The caller said that he was followed by case {at}" for at in range(5)]
# 11010519491231002X is the example of GB 11643 itself; 15 digits are of the form in use before 2000.
OLD = [
    f"330681{year:02}{month:02}{day:02}{at:03}"
    for at, (year, month, day) in enumerate(
        zip(range(40, 80), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * 4, [3, 9, 17, 28] * 10, strict=True)
    )
]
PERSONS = {
    "identity": ["11010519491231002X", "r2", "r3"],
    "phone": ["13800138000", "+86 139-0013-9000", "none"],
    "plate": ["浙A12345", "浙AD12345", "x"],
    "email": ["a.b@example.org", "x", "y"],
    "address": ["枫源路12号3幢201室", "枫桥镇枫源村35号", "x"],
    "names": NAMES,
    "free_text": REMARKS,
}
PLAIN = {
    "grid codes of 15 digits": [
        f"330681{town:03}{village:03}{grid:03}"
        for town in (1, 109, 200, 210)
        for village in (201, 215, 290)
        for grid in range(1, 6)
    ],
    "village codes": ["330681109290", "330681109291", "330681110201"],
    "coordinates": [repr(119 + value) for value in GENERATOR.random(50)],
    "record numbers that run on": [str(13_000_000_000 + at) for at in range(50)],
    "case numbers": ["18-00269879", "18-00838880", "JA354631", "2025-000123"],
    "moments": ["2025-03-01 10:00:00", "03/01/2025 10:00", "20250301100000"],
    "classes": ["邻里", "婚姻家庭", "房屋宅基地", "合同", "劳动争议", "其他"],
    "villages": ["枫源村", "王家村", "陈宅社区", "杜黄新村", "栎桥村", "赵家镇", "李宅村"],
    "hamlets": ["王家", "李宅", "张家坞", "陈蔡", "杨梅坞", "汪家"],
    "streets": ["N Charles St", "St Paul St", "W Baltimore St", "Harford Rd", "York Rd"],
    "neighbourhoods": [
        "Dorchester",
        "Central Park Heights",
        "Hollins Market",
        "Mount Vernon",
        "Charles Village",
        "Otterbein",
    ],
    "kinds": ["HLTH-Animal Failure to Restrain Animal, Known Owner/Known Address", "SW-Dirty Alley", "TRM-Potholes"]
    * 3,
    "grids": ["枫源村3号网格", "枫源村4号网格", "社区12号点位"],
    "amounts": ["1,200.50", "12%", "3.5E+05"],
    "dates of birth are none": ["1949-12-31", "2001-01-05", "1987-06-30"],
}


def column(values: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"extra": pd.Series(values, dtype="str")})


@pytest.mark.parametrize(
    ("group", "values"), [*PERSONS.items(), ("names", ENGLISH), ("free_text", SENTENCES), ("identity", OLD)]
)
def test_persons_are_told_by_what_stands_in_a_column(group: str, values: list[str]) -> None:
    assert [found.group for found in find_person_content(column(values))] == [group]


@pytest.mark.parametrize(
    "phone", ["0575-87654321", "(010) 12345678", "410-555-1234", "(410) 555-1234", "1-410-555-1234"]
)
def test_phones_of_other_forms_are_told(phone: str) -> None:
    assert [found.group for found in find_person_content(column([phone]))] == ["phone"]


@pytest.mark.parametrize("kind", PLAIN)
def test_what_only_looks_like_persons_is_let_through(kind: str) -> None:
    assert find_person_content(column(PLAIN[kind])) == ()


def test_chance_numbers_with_a_right_check_sign_are_let_through() -> None:
    numbers = [str(number) for number in GENERATOR.integers(10**17, 9 * 10**17, 5_000)]
    assert find_person_content(column(numbers)) == ()


def test_names_of_places_may_be_where_an_area_has_a_name() -> None:
    names = column(NAMES)
    assert find_person_content(names, named=["extra"]) == ()
    assert len(find_person_content(names)) == 1


def test_a_column_is_looked_at_until_it_is_left_out_and_no_value_is_told() -> None:
    table = column(["13800138000", "13912345678"])
    with pytest.raises(LayerError) as refused:
        refuse_person_content("a.csv", table)
    assert 'leave_out = ["extra"]' in str(refused.value)
    assert "13800138000" not in str(refused.value)
    refuse_person_content("a.csv", table, left_out=["extra"])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=40), max_size=30))
def test_any_text_can_be_looked_at(values: list[str]) -> None:
    shares = [found.share for found in find_person_content(column(values))]
    assert all(0 < share <= 1 for share in shares)


PLANTED = {
    "extra": ["13800138000", "13912345678", "15012345678"],
    "more": ["11010519491231002X", "11010519491231002X", "none"],
    "who": ["王小明", "李秀英", "张伟强"],
    "said": REMARKS,
}


@pytest.mark.parametrize("name", ["extra", "more", "said"])
def test_import_refuses_by_content_until_the_column_is_left_out(
    write_incidents: Callable[..., Path], county: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"r{at},theft,2025-03-01,120.05,30.05,{value}" for at, value in enumerate(PLANTED[name])]
    recipe = write_incidents("\n".join([f"id,class,date,lon,lat,{name}", *rows]))
    store = Store(county / "store")
    with pytest.raises(LayerError, match=f'leave_out = \\["{name}"\\]') as refused:
        import_recipes([recipe, county / "grids.toml", county / "stations.toml"], store)
    recipe.write_text(f'leave_out = ["{name}"]\n' + recipe.read_text("utf-8"), "utf-8")
    report = import_recipes([recipe, county / "grids.toml", county / "stations.toml"], store)
    told = f"{refused.value}{report.to_dict()}{report.lines()}{capsys.readouterr()}".encode()
    written = b"".join(path.read_bytes() for path in (county / "store").rglob("*") if path.is_file())
    assert not [value for value in PLANTED[name] if value.encode() in told + written and value != "none"]


def test_rejected_rows_carry_no_persons(write_incidents: Callable[..., Path], county: Path) -> None:
    text = "id,class,date,lon,lat,extra\nr1,theft,never,120.05,30.05,13800138000\nr2,theft,2025-03-01,120.05,30.05,x\n"
    recipe = write_incidents(text, more='leave_out = ["extra"]')
    store = Store(county / "store")
    report = import_recipes([recipe, county / "grids.toml", county / "stations.toml"], store)
    assert sum(layer.rejects["fate"].eq("rejected").sum() for layer in report.layers) == 1
    written = b"".join(path.read_bytes() for path in (county / "store").rglob("*") if path.is_file())
    assert b"13800138000" not in written + str(report.to_dict()).encode()
    assert issubclass(LayerError, GeoError)
