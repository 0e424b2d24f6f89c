"""A drafted recipe takes in the file that it was drafted for: from the doctor to the release."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.crs import wgs84_to_gcj02
from geo.intake import import_recipes
from geo.intake.doctor import diagnose
from geo.intake.draft import Draft, draft_recipe, guess_formats, write_recipe
from geo.intake.recipe_file import load_recipe
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
        (["soon"], ()),
    ],
)
def test_ways_to_write_dates(tmp_path: Path, written: list[str], ways: tuple[str, ...]) -> None:
    path = tmp_path / "hazards.csv"
    pd.DataFrame({"found": written, "id": range(len(written))}).to_csv(path, index=False)
    table = diagnose(path, layer="hazards", today=TODAY).table
    assert table is not None
    assert sorted(guess_formats(table, "found")) == sorted(ways)
