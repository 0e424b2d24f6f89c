"""A planner takes a file in on the page Data: findings, columns, a rehearsal, a release; nobody else is offered to."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Route, expect

from geo.store import Store, read_layer
from tests.browser.conftest import Watched, serve, watch
from tests.measures.tiny import AS_OF, tiny_layers

pytestmark = pytest.mark.browser

PHONES = [f"1391234{row:04d}" for row in range(5)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The tiny county, to be changed."""
    store = Store(tmp_path / "store")
    store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    return store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Five hazards in GBK, one of a class that nobody knows, with phones."""
    known = tiny_layers()["hazards"].dropna(subset=["lon"]).head(5)
    rows = {
        "隐患编号": [f"N{row}" for row in range(len(known))],
        "隐患类型": ["消防", "燃气", "消防", "燃气", "待定"][: len(known)],
        "等级": ["一般"] * len(known),
        "发现时间": known["found_at"].dt.strftime("%Y/%m/%d %H:%M"),
        "经度": known["lon"],
        "纬度": known["lat"],
        "联系电话": PHONES[: len(known)],
    }
    path = tmp_path / "隐患台账.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="gb18030")
    return path


def test_a_file_becomes_a_release(planner: Watched, store: Store, file: Path) -> None:
    planner.open("/data?lang=en")
    page = planner.page
    page.locator("input[type=file]").set_input_files(file)
    publish = page.get_by_role("button", name="Publish a release")
    trial = page.get_by_role("button", name="See what would happen")
    expect(trial).to_be_enabled()
    assert publish.count() == 0
    assert not any(phone in page.content() for phone in PHONES)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the recipe").click()
    recipe = tomllib.loads(Path(saved.value.path()).read_text("utf-8"))
    assert recipe["leave_out"] == ["联系电话"]
    assert recipe["values"]["class"]["left_out"] == ["待定"]
    late: list[Route] = []
    page.route("**/streamlit_folium*/index.html*", lambda route: late.append(route))
    trial.click()
    expect(page.get_by_text(re.compile("5 rows = 4 loaded \\+ 1 not loaded"))).to_be_visible()
    with page.expect_download() as rejects:
        page.get_by_role("button", name="Rows not loaded (Excel)").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(rejects.value.path()).read_bytes())).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [6]
    assert store.current().number == 1  # type: ignore[union-attr]
    # The button does not jump away from a click when the map above it comes.
    planner.settle()
    before = publish.bounding_box()
    assert late
    for route in late:
        route.continue_()
    planner.wait_for_map()
    assert publish.bounding_box() == before
    # Streamlit tells the console of a component that lets it wait.
    assert all("timeout" in fault for fault in planner.faults)
    planner.faults.clear()
    publish.click()
    expect(page.get_by_text("Release 2 is published.")).to_be_visible()
    release = store.current()
    assert release is not None
    assert sorted(read_layer(release, "hazards")["record_id"]) == ["N0", "N1", "N2", "N3"]


def test_nobody_else_is_offered_to_take_a_file_in(context: BrowserContext, store: Store) -> None:
    with serve(store, role="director") as url:
        watched = watch(context, url)
        watched.open("/data?lang=en")
        expect(watched.page.get_by_role("heading", name="Data")).to_be_visible()
        assert watched.page.locator("input[type=file]").count() == 0
        watched.page.close()
