"""What may be shown of a file: never a person; and an import of a hostile file leaves no trace of its persons."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from geo.errors import GeoError
from geo.intake import import_recipes
from geo.intake.doctor import diagnose
from geo.intake.persons.hiding import HIDDEN, hide_cells, hide_table, may_be_shown, show_header
from geo.intake.recipes.file import load_recipe
from geo.store import Store

VALUES = [
    "张伟敏与李娜 浙D12345",
    "王伟敏",
    "邻居老王",
    "13800138000",
    "欧阳娜娜",
    "a@b.example",
    "Zhang Wei",
    "13912345678打人",
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_that_may_be_of_a_person_is_not_shown(value: str) -> None:
    assert not may_be_shown(value, rows=1)
    assert hide_cells(pd.Series([value], dtype="str")).tolist() == [HIDDEN] or value == "邻居老王"


@pytest.mark.parametrize("value", ["NEW", "X12", "ufo", "7"])
def test_a_short_code_is_shown_at_once_and_words_when_they_repeat(value: str) -> None:
    assert may_be_shown(value, rows=1)
    assert [may_be_shown("邻里噪音", rows=rows) for rows in (1, 2, 3)] == [False, False, True]


def test_names_of_places_are_shown_but_for_numbers_in_them() -> None:
    names = pd.Series(["王家村", "王伟敏", "村委 13800138000"], dtype="str")
    assert hide_cells(names, places=True).tolist() == ["王家村", "王伟敏", HIDDEN]


@pytest.mark.parametrize("header", ["编号", "时间", "方式", "金额", "周工时", "成员数", "case_number", "高度"])
def test_usual_headers_are_shown(header: str) -> None:
    assert show_header(header) == header


# Every third row is hostile in another place: ids, classes, dates, columns that are not mapped.
PERSONS = ["王伟敏13800138001", "浙D12345车", "张伟敏 330681195001010009", "13912345678", "王伟敏"]
CLASSES = ["张伟敏与李娜 浙D54321", "陈建国", "步森大道88号303室"]
DATES = ["李秀英 15012345678", "赵海燕"]
NEEDLES = [
    "13800138001", "浙D12345", "330681195001010009", "13912345678", "王伟敏", "张伟敏", "李娜", "浙D54321",
    "陈建国", "步森大道88号", "李秀英", "15012345678", "赵海燕",
]  # fmt: skip


def hostile_rows() -> list[str]:
    rows = [f"R{at:05},theft,2025-03-01,120.05,30.05" for at in range(3_000)]
    rows += [f"{value},theft,2025-03-01,120.05,30.05" for value in PERSONS]
    rows += [f"C{at},{value},2025-03-01,120.05,30.05" for at, value in enumerate(CLASSES)]
    return rows + [f"D{at},theft,{value},120.05,30.05" for at, value in enumerate(DATES)]


def everything_in(folder: Path) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file() and "store" in path.parts]
    tables = [pq.read_table(path).to_pandas().to_csv() for path in files if path.suffix == ".parquet"]
    return b"".join(path.read_bytes() for path in files) + "".join(tables).encode()


def test_a_hostile_import_leaves_no_trace_of_persons(
    write_incidents: Callable[..., Path],
    county: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    staging = county / "staging"
    staging.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(staging))
    recipe = write_incidents("\n".join(["id,class,date,lon,lat", *hostile_rows()]))
    text = recipe.read_text("utf-8").replace('class = "class"\n', "")
    recipe.write_text(text + '[values.class]\nfrom = "class"\nmap = { theft = "theft" }\n', "utf-8")
    report = import_recipes([recipe, county / "grids.toml", county / "stations.toml"], Store(county / "store"))
    found = diagnose(county / "incidents.csv", recipe=load_recipe(recipe))
    told = json.dumps([report.to_dict(), found.to_dict()], ensure_ascii=False, default=str)
    told += "\n".join([*report.lines(), *found.lines(), *capfd.readouterr(), caplog.text])
    told += "".join(layer.rejects.to_csv() for layer in report.layers)
    kept = everything_in(county) + told.encode()
    assert [needle for needle in NEEDLES if needle.encode() in kept] == []
    assert list(staging.rglob("*")) == []
    incidents = next(layer for layer in report.layers if layer.layer == "incidents")
    assert (incidents.rows_in, incidents.rows_loaded, len(incidents.rejects)) == (3_010, 3_000, 10)


def test_a_file_without_a_header_shows_no_person(write_incidents: Callable[..., Path], county: Path) -> None:
    rows = [f"王伟敏,r{at},theft,2025-03-01,120.05,30.05,330681195001010009,13800138000" for at in range(20)]
    recipe = write_incidents("\n".join(rows))
    found = diagnose(county / "incidents.csv")
    told = json.dumps(found.to_dict(), ensure_ascii=False) + "\n".join(found.lines())
    with pytest.raises(GeoError, match="column 7") as refused:
        import_recipes([recipe, county / "grids.toml", county / "stations.toml"], Store(county / "store"))
    assert [one for one in ("王伟敏", "330681195001010009", "13800138000") if one in told + str(refused.value)] == []
    assert found.table is not None
    assert found.table.columns[:2] == ("column 1", "column 2")


def test_a_table_is_hidden_as_its_columns_are() -> None:
    cells = ["r1", "王伟敏 13800138000", None, "王家村", "王伟敏", "r1"]
    table = pd.DataFrame({"a": cells, "b": cells[::-1], "village": cells}, dtype="str")
    expected = pd.DataFrame({name: hide_cells(table[name], places=name == "village") for name in table})
    pd.testing.assert_frame_equal(hide_table(table, places=("village",)), expected)
