"""A drafted recipe takes in the file that it was drafted for: from the doctor to the release."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from geo.crs import wgs84_to_gcj02
from geo.intake import import_recipes
from geo.intake.doctor import diagnose
from geo.intake.recipes.draft import Draft, draft_recipe, guess_formats, write_recipe
from geo.intake.recipes.earlier import find_earlier
from geo.intake.recipes.file import load_recipe
from geo.store import Store, read_layer

AREA = shapely.box(120.0, 30.0, 120.02, 30.02)
TODAY = date(2025, 12, 31)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two grids of two kilometres by one."""
    halves = shapely.box([120.0, 120.01], [30.0] * 2, [120.01, 120.02], [30.02] * 2)
    store = Store(tmp_path / "store")
    grids = gpd.GeoDataFrame({"grid_id": ["g1", "g2"], "name": ["g1", "g2"]}, geometry=halves, crs=4326)
    store.publish({"grids": grids}, as_of=TODAY, time_zone="Asia/Shanghai", title="Two")
    return store


@pytest.fixture
def hazards(tmp_path: Path) -> Path:
    """A planner's file: GBK, Chinese headers and words, dates with a slash, a phone column, points of a web map."""
    n = 200
    lon = [120.0003 + 0.0097 * (row % 2) + 0.00001 * row for row in range(n)]
    lat = [30.0005 + 0.00009 * row for row in range(n)]
    moved_lon, moved_lat = wgs84_to_gcj02(lon, lat)
    rows = {
        "隐患编号": [f"H{row:04d}" for row in range(n)],
        "隐患类型": ["消防", "用电", "待定", "道路交通"] * (n // 4),
        "等级": ["一般", "重大"] * (n // 2),
        "发现时间": [f"2025/3/{1 + row % 28} 09:30" for row in range(n)],
        "经度": moved_lon,
        "纬度": moved_lat,
        "网格编码": ["g1" if x < 120.01 else "g2" for x in lon],
        "联系电话": [f"138{row:08d}" for row in range(n)],
    }
    path = tmp_path / "隐患台账.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="gb18030")
    return path


def test_a_planner_s_file_is_taken_in_by_the_recipe_drafted_for_it(tmp_path: Path, hazards: Path, store: Store) -> None:
    diagnosis = diagnose(hazards, store=store, today=TODAY)
    assert diagnosis.layer == "hazards"
    repairs = [found.repair for found in diagnosis.findings if found.repair]
    assert "datum:gcj02" in repairs
    draft = draft_recipe(diagnosis, "hazards", repairs=repairs)
    assert draft.missing == ()
    assert draft.leave_out == ("联系电话",)
    recipe = tmp_path / "drafted.toml"
    recipe.write_text(write_recipe(draft), encoding="utf-8")
    (report,) = import_recipes([recipe], store).layers
    assert (report.rows_in, report.rows_loaded, sum(report.left_out.values())) == (200, 150, 50)
    release = store.current()
    assert release is not None
    loaded = read_layer(release, "hazards").set_index("record_id")
    assert loaded["class"].value_counts().to_dict() == {"fire": 50, "electrical": 50, "road": 50}
    assert set(loaded["grade"]) == {"general", "major"}
    assert loaded.loc["H0000", "lon"] == pytest.approx(120.0003, abs=1e-8)
    assert (loaded["placed"] == "inside").all()
    assert loaded.loc["H0001", "found_at"] == pd.Timestamp("2025-03-02 09:30")


def test_a_draft_says_what_is_missing_and_what_it_takes_for_granted(hazards: Path) -> None:
    draft = draft_recipe(diagnose(hazards, layer="hazards", today=TODAY), "hazards")
    assert draft.constants == {"source": "reported"}
    assert draft.codes["class"] == {"消防": "fire", "用电": "electrical", "待定": "", "道路交通": "road"}
    without = draft.replace(columns={name: source for name, source in draft.columns.items() if name != "class"})
    assert without.missing == ("class",)


def test_what_is_written_is_what_a_recipe_can_say(tmp_path: Path) -> None:
    draft = Draft(
        "grids",
        'a "b"\\c.geojson',
        {"grid_id": "code", "name": "name"},
        crs="EPSG:4549",
        close_borders_m=20.0,
        repairs=("make_valid",),
        nest={"station_id": "largest_overlap"},
        release={"title": "Two\nlines", "as_of": TODAY, "time_zone": "Asia/Shanghai"},
    )
    path = tmp_path / "grids.toml"
    path.write_text(write_recipe(draft), encoding="utf-8")
    recipe = load_recipe(path)
    assert (recipe.file, recipe.crs, recipe.close_borders_m) == (draft.file, draft.crs, 20.0)
    assert recipe.release.as_of == TODAY
    assert "values" not in tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("written", "ways"),
    [
        (["2025-03-01", "2025-03-01 09:30:00"], ()),
        (["2025/3/1 9:30"], ("%Y/%m/%d %H:%M",)),
        (["2025年3月1日", "2025/03/02"], ("%Y/%m/%d", "%Y年%m月%d日")),
        (["03/25/2025 08:00:00 PM"], ("%m/%d/%Y %I:%M:%S %p",)),
        (["25.3.2025"], ("%d.%m.%Y",)),
        (["2025-03", "2025-04"], ("%Y-%m",)),
        (["20250301"], ("%Y%m%d",)),
        (["2025年3月"], ("%Y年%m月",)),
        (["soon"], ()),
    ],
)
def test_ways_to_write_dates(tmp_path: Path, written: list[str], ways: tuple[str, ...]) -> None:
    path = tmp_path / "hazards.csv"
    pd.DataFrame({"found": written, "id": range(len(written))}).to_csv(path, index=False)
    table = diagnose(path, layer="hazards", today=TODAY).table
    assert table is not None
    assert sorted(guess_formats(table, "found")) == sorted(ways)


def test_the_next_file_is_read_as_the_last(tmp_path: Path, hazards: Path, store: Store) -> None:
    rows = pd.read_csv(hazards, encoding="gb18030", dtype="str").drop(columns="联系电话")
    rows = rows.rename(columns={"隐患类型": "甲", "发现时间": "乙"})
    odd = tmp_path / "odd.csv"
    rows.to_csv(odd, index=False)
    guessed = draft_recipe(diagnose(odd, layer="hazards", today=TODAY), "hazards")
    assert "found_at" not in guessed.columns
    by_hand = guessed.replace(
        columns={**guessed.columns, "class": "甲", "found_at": "乙"},
        codes={**guessed.codes, "class": {"消防": "gas", "待定": ""}},
        formats={"found_at": ("%Y/%m/%d %H:%M",)},
    )
    recipe = tmp_path / "odd.toml"
    recipe.write_text(write_recipe(by_hand), encoding="utf-8")
    import_recipes([recipe], store)
    assert find_earlier(store, "hazards", ["甲"]) is None
    assert find_earlier(store, "disputes", rows.columns) is None
    again = diagnose(odd, layer="hazards", today=TODAY)
    assert again.table is not None
    draft = draft_recipe(again, "hazards", like=find_earlier(store, "hazards", again.table.columns))
    assert (draft.columns["class"], draft.columns["found_at"]) == ("甲", "乙")
    assert draft.codes["class"] == {"消防": "gas", "待定": "", "用电": "electrical", "道路交通": "road"}


def test_a_draft_does_what_the_doctor_offers(tmp_path: Path, store: Store) -> None:
    release = store.current()
    assert release is not None
    grids = read_layer(release, "grids")
    lost = grids.assign(grid_id=["0001", "0002"], name=["g1", "g2"])
    known = Store(tmp_path / "known")
    known.publish({"grids": lost}, as_of=TODAY, time_zone="Asia/Shanghai", title="Zeros")
    path = tmp_path / "visits.csv"
    path.write_text("网格编码,月份,走访户数\n1,2025-01,5\n2,2025-01,5\n1,2025-02,5\n合计,,15\n", encoding="utf-8")
    found = diagnose(path, layer="visits", store=known, today=TODAY)
    offered = {one.repair for one in found.findings}
    assert {"codes:pad", "rows:totals"} <= offered
    draft = draft_recipe(found, "visits", repairs=("codes:pad", "rows:totals"))
    assert draft.pad == {"grid_id": 4}
    assert draft.repairs == ("rows:totals",)


def test_a_matter_that_no_layer_takes_leaves_its_rows_out_and_not_its_column(tmp_path: Path, hazards: Path) -> None:
    rows = pd.read_csv(hazards, encoding="gb18030", dtype="str").drop(columns="联系电话")
    rows.loc[3, "隐患类型"] = "信访"
    path = tmp_path / "hazards.csv"
    rows.to_csv(path, index=False)
    found = diagnose(path, layer="hazards", today=TODAY)
    assert "persons.petition" in {one.code for one in found.findings}
    draft = draft_recipe(found, "hazards")
    assert (draft.leave_out, draft.codes["class"]["信访"]) == ((), "")


def test_columns_that_record_areas_are_compared_with(hazards: Path, store: Store) -> None:
    found = diagnose(hazards, layer="hazards", store=store, today=TODAY)
    assert draft_recipe(found, "hazards", release=store.current()).recorded == {"grid_id": "网格编码"}
    assert draft_recipe(found, "hazards").recorded == {}


def test_northing_first_asks_for_a_swap_as_well(tmp_path: Path, hazards: Path, store: Store) -> None:
    rows = pd.read_csv(hazards, encoding="gb18030", dtype="str").drop(columns="联系电话")
    to_zone = Transformer.from_crs(4326, 4549, always_xy=True)
    east, north = to_zone.transform(rows["经度"].astype(float), rows["纬度"].astype(float))
    path = tmp_path / "hazards.csv"
    rows.assign(经度=north, 纬度=east).to_csv(path, index=False)
    found = diagnose(path, layer="hazards", store=store, today=TODAY)
    draft = draft_recipe(found, "hazards", repairs=("coordinates:system",))
    assert (draft.crs, draft.repairs) == ("EPSG:4549", ("coordinates:swap",))
