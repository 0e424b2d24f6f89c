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
from geo.intake.persons.content import find_person_content, refuse_person_content
from geo.store import Store
from tests.shared_files import shared_file

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


# Written in other ways, under a header that says nothing.
HIDDEN = {
    "identity": [
        ["330681 19500101 0009", "x"],
        ["３３０６８１１９５００１０１０００９", "x"],
        ["330681********0009", "330681********0025"],
        ["无"] * 99 + ["11010519491231002X"],
        ["E12345678", "G87654321", "EA1234567"],
    ],
    "phone": [
        ["13912345678.0", "13800138000.0"],
        ["1.38001E+10", "1.39001E+10"],
        ["138****0001", "139****1234"],
        ["057587001234", "057587654321"],
        ["+44 20 7946 0000", "+44 20 7946 0011"],
        ["无"] * 95 + ["13800138000", "13912345678", "15012345678"],
    ],
    "names": [
        ["王伟", "李娜", "张敏", "刘洋", "陈静", "杨丽", "赵强"],
        ["王**", "李**", "张*"],
        ["王某", "李某某", "张先生"],
        ["王伟敏(户主)", "李娜(租客)", "张静（户主）"],
        ["张伟敏、李娜", "王强与赵敏", "刘洋 陈静"],
        ["王伟敏", "李秀英"] * 40,
        ["Zhang Wei", "Li Xiaoming", "Wang Fang", "Chen Jie", "Wei Liu"],
        ["阿依古丽·买买提", "迪丽热巴·迪力木拉提", "古丽娜扎尔", "买买提·艾力", "吐尔逊·阿不都"],
        ["James Miller", "Mary Novak", "Olga Petrova", "Robert Kim", "Wiktor Nowak", "Tove Berg", "Linda Holm"],
    ],
    "address": [
        ["钟山社区3组5户", "钟山社区12组1户"],
        [f"{at}号" for at in range(1, 40)],
        ["Apt 1B, Elm Court", "Apt 12, Oak House"],
    ],
    "plate": [["浙d00001", "浙d1234a"]],
    "account": [["5500000000000004", "4111111111111111"], ["wxid_00000001abc", "x"]],
    "standing": [["汉族", "畲族", "回族"], ["男", "女"]],
    "free_text": [["与邻居因宅基地边界发生争吵，经调解双方达成一致。"] * 50, [f"与邻居争吵{at}次" for at in range(20)]],
    "petition": [["进京访", "邻里"], ["集访", "邻里"], ["letters and visits", "x"]],
}


def column(values: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"extra": pd.Series(values, dtype="str")})


@pytest.mark.parametrize(
    ("group", "values"), [*PERSONS.items(), ("names", ENGLISH), ("free_text", SENTENCES), ("identity", OLD)]
)
def test_persons_are_told_by_what_stands_in_a_column(group: str, values: list[str]) -> None:
    assert [found.group for found in find_person_content(column(values))] == [group]


@pytest.mark.parametrize(
    ("group", "values"), [(group, values) for group, columns in HIDDEN.items() for values in columns]
)
def test_persons_written_in_other_ways_are_told(group: str, values: list[str]) -> None:
    assert [found.group for found in find_person_content(column(values))] == [group]


@pytest.mark.parametrize(
    "values", [["无"] * 95 + ["13800138000"], ["邻里"] * 9 + ["进京访"], ["E12345678", "G87654321"]]
)
def test_a_mapped_column_is_refused_later_than_another(values: list[str]) -> None:
    assert len(find_person_content(column(values))) == 1
    assert find_person_content(column(values), mapped=["extra"]) == ()


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


@pytest.mark.slow
def test_names_of_real_villages_are_no_persons() -> None:
    path = shared_file("data", "cn-divisions-zhejiang", "villages_zhejiang.csv")
    real = pd.read_csv(path, dtype="str")
    assert len(real) > 20_000
    bare = real["name"].str.replace("(?:社区|村)?(?:村民|居民)?委员会$|(?:社区|村|居)委会$|社区$|村$", "", regex=True)
    # As an area's name, as the village of some hundred events, with and without what says that it is a village.
    columns = {
        f"{kind} {area}": names.reset_index(drop=True)
        for kind, all_names in (("whole", real["name"]), ("bare", bare))
        for area, names in all_names.groupby(real["areaCode"])
    }
    alarms = find_person_content(pd.DataFrame({"all": real["name"], **columns}))
    assert alarms == ()


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("chicago-crimes", "chicago_crimes_25k_2017_2019.csv"), {"block"}),
        (("baltimore-311", "311_sample.csv"), {"Address", "SRType"}),
        (("geonames-zhejiang", "geonames_zhejiang_places.csv"), set()),
        (("baltimore-areas", "xwalk_csa2nsa.csv"), set()),
    ],
)
def test_of_public_files_only_what_holds_addresses_or_petitions_is_told(parts: tuple[str, str], told: set[str]) -> None:
    # One type of Baltimore's service requests is of petitions to a court.
    table = pd.read_csv(shared_file("data", *parts), dtype="str")
    assert {found.column for found in find_person_content(table)} == told
    assert "SRType" not in {found.column for found in find_person_content(table, mapped=["SRType"])}


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
