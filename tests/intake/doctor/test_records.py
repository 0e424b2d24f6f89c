"""Each finding on records has a file that has it, and one that almost has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake.doctor import Diagnosis
from geo.intake.doctor.case import Case
from geo.intake.doctor.records import find_records
from geo.intake.doctor.table import Layout, RawTable
from geo.store import Store
from tests.intake.doctor.conftest import of_kind

Look = Callable[..., Diagnosis]
COLUMNS = ["id", "class", "at", "lon", "lat"]
HEADER = "纠纷编号,纠纷类型,发现时间,经度,纬度,受理日期,化解日期,移送日期,回访日期\n"


def told(found: Diagnosis) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.code, one.rows) for one in of_kind(found, "records.")]


def test_good_records_have_nothing_wrong(look: Look) -> None:
    rows = [
        "r1,邻里,2025-03-01 10:00,120.1,30.1,2025-03-01,2025-03-05,,2025-03-20",
        "r2,合同,2025-03-01 10:00,120.1,30.1,,,,",
    ]
    assert told(look(HEADER + "\n".join(rows) + "\n")) == []


def test_double_ids_are_told_and_whole_copies_counted(look: Look) -> None:
    row = "r1,邻里,2025-03-01 10:00,120.1,30.1,,,,\n"
    found = look(HEADER + row + row + row.replace("邻里", "合同"))
    first = of_kind(found, "records.double_id")[0]
    assert (first.rows, first.figures["same"]) == ((3, 4), 1)


def test_one_matter_under_two_ids_is_told_by_class_place_and_minute(look: Look) -> None:
    rows = [
        "r1,邻里,2025-03-01 10:00:05",
        "r2,邻里,2025-03-01 10:00:40",
        "r3,邻里,2025-03-01 10:01:00",
        "r4,合同,2025-03-01 10:00:05",
    ]
    text = HEADER + "".join(f"{row},120.1,30.1,,,,\n" for row in rows)
    assert told(look(text)) == [("records.double_record", (3,))]


def test_records_of_one_day_without_a_clock_are_not_doubles(look: Look) -> None:
    text = HEADER + "".join(f"r{at},邻里,2025-03-01,120.1,30.1,,,,\n" for at in range(4))
    assert told(look(text)) == []


ROW = st.tuples(
    st.sampled_from(["r1", "r2", "r3", ""]),
    st.sampled_from(["邻里", "合同", ""]),
    st.sampled_from(["2025-03-01 10:00:05", "2025-03-01 10:00", "2025-03-01"]),
    st.sampled_from(["120.1", "120.10", "near", ""]),
    st.sampled_from(["30.1", "0", "-0"]),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(ROW, min_size=1, max_size=7))
def test_doubles_are_those_found_by_comparing_all_rows(rows: list[tuple[str, ...]]) -> None:
    cells = pd.DataFrame(rows, columns=COLUMNS, index=range(2, 2 + len(rows)), dtype="str").replace("", None)
    meaning = dict(zip(("record_id", "class", "found_at", "lon", "lat"), COLUMNS, strict=True))
    case = Case("a.csv", RawTable(cells, Layout("text")), "disputes", meaning, date(2026, 1, 1))
    found = {one.code: (one.rows, one.figures.get("same")) for one in find_records(case) if "double" in one.code}
    ids = cells[cells["id"].notna()]
    double = ids[ids.duplicated("id")]
    same = int(cells.duplicated().loc[double.index].sum())
    full = cells.dropna()
    full = full[full.duplicated(["lon", "lat", "class"], keep=False) & ~full.duplicated("id")]
    full = full[full["at"] != "2025-03-01"].assign(at="2025-03-01 10:00")
    twice = full[full.duplicated(["lon", "lat", "class"])]
    expected = {"records.double_id": (tuple(double.index), same), "records.double_record": (tuple(twice.index), None)}
    assert found == {code: told for code, told in expected.items() if told[0]}


def test_states_follow_each_other(look: Look) -> None:
    rows = [
        "r1,邻里,2025-03-01,120.1,30.1,2025-03-04,2025-03-03,,",
        "r2,邻里,2025-03-01,120.1,30.1,2025-03-02,,,2025-03-09",
        "r3,邻里,2025-03-01,120.1,30.1,2025-03-02,2025-03-03,2025-03-04,",
        "r4,邻里,2025-03-01,120.1,30.1,2025-03-02,2025-03-02,,2025-03-02",
    ]
    assert told(look(HEADER.replace("\n", ",调解不成日期\n") + "".join(f"{row},\n" for row in rows))) == [
        ("records.steps", (2,)),
        ("records.step_missing", (3,)),
        ("records.two_ends", (4,)),
    ]


def test_keys_that_lead_nowhere_are_told(look: Look, county: Store) -> None:
    text = "纠纷编号,纠纷类型,发现时间,重复编号\nr1,邻里,2025-03-01,\nr2,邻里,2025-03-02,r1\nr3,邻里,2025-03-03,r9\n"
    assert told(look(text, store=county)) == [("records.lost_key", (4,))]


def test_a_return_visit_without_the_one_end_that_the_file_knows_is_told(look: Look) -> None:
    rows = "r1,邻里,2025-03-01,120.1,30.1,2025-03-02,2025-03-04\nr2,邻里,2025-03-01,120.1,30.1,,2025-03-04\n"
    found = look("纠纷编号,纠纷类型,发现时间,经度,纬度,化解日期,回访日期\n" + rows)
    assert told(found) == [("records.step_missing", (3,))]


def test_a_record_without_an_id_is_told(look: Look) -> None:
    rows = "r1,邻里,2025-03-01,120.1,30.1\n,合同,2025-03-02,120.2,30.1\n"
    assert told(look("纠纷编号,纠纷类型,发现时间,经度,纬度\n" + rows)) == [("records.no_id", (3,))]
