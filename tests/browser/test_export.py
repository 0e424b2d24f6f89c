"""What is on the map is seen as a sheet and saved as files that other programs read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest
from PIL import Image
from playwright.sync_api import Download, expect
from pypdf import PdfReader

from geo.store import Store
from tests.browser.conftest import Watched
from tests.measures.tiny import AS_OF, tiny_layers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny county."""
    store = Store(tmp_path_factory.mktemp("export"))
    store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    return store


def made(planner: Watched, label: str, *, words: str = "Save: ") -> Download:
    """Have a file made by its button, and return it as the button that saves it brings it."""
    page = planner.page
    page.get_by_role("button", name=label, exact=True).click()
    save = page.get_by_role("button", name=f"{words}{label}", exact=True)
    expect(save).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name=label, exact=True)).to_have_count(0)
    planner.settle()
    with page.expect_download() as coming:
        save.click()
    return coming.value


def saved(planner: Watched, label: str) -> bytes:
    """Have a file made, and return what it holds."""
    return Path(made(planner, label).path()).read_bytes()


def choose(planner: Watched, label: str, words: str) -> None:
    """Choose an option of a list."""
    field = planner.page.get_by_role("combobox", name=label)
    # A list closes when the page moves below it.
    field.scroll_into_view_if_needed()
    planner.settle()
    field.click()
    planner.page.get_by_role("option", name=words, exact=True).click()
    planner.settle()


def test_the_sheet_and_the_files_hold_what_is_on_the_map(planner: Watched, tmp_path: Path) -> None:
    planner.open("/export?lang=en&layer=disputes&level=grid&period=2025-03")
    page = planner.page
    sheet = page.get_by_test_id("stImage").locator("img")
    expect(sheet).to_be_visible()
    seen = sheet.get_attribute("src")
    page.get_by_label("Note below the legend").fill("For the meeting of May")
    page.get_by_text("Portrait").click()
    expect(sheet).not_to_have_attribute("src", seen or "")
    planner.settle()
    [printed] = PdfReader(io.BytesIO(saved(planner, "PDF to print"))).pages
    assert printed.mediabox.height > printed.mediabox.width
    assert "For the meeting of May" in printed.extract_text()
    with zipfile.ZipFile(io.BytesIO(saved(planner, "Picture (PNG)"))) as archive:
        assert sorted(Path(name).suffix for name in archive.namelist()) == [".pgw", ".png", ".prj"]
    table = pd.read_csv(io.BytesIO(saved(planner, "CSV")))
    with zipfile.ZipFile(io.BytesIO(saved(planner, "GeoPackage"))) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".gpkg")]
        assert any(other.endswith(".qgz") for other in archive.namelist())
        archive.extract(name, tmp_path)
    areas = pyogrio.read_dataframe(tmp_path / name, layer="areas", read_geometry=False)
    assert areas.set_index("area_id")["n"].to_dict() == table.set_index("area_id")["n"].to_dict()
    assert table["n"].sum() > 0


def test_files_in_gcj02_say_so_and_those_that_cannot_be_are_not_offered(planner: Watched) -> None:
    planner.open("/export?lang=zh_CN&layer=hazards&level=village&period=2025-03")
    page = planner.page
    choose(planner, "坐标系", "CGCS2000")
    expect(page.get_by_role("button", name="KML", exact=True)).to_be_disabled()
    choose(planner, "坐标系", "GCJ-02，偏移数百米")
    expect(page.get_by_role("button", name="KML", exact=True)).to_be_enabled()
    kml = made(planner, "KML", words="保存：")
    assert kml.suggested_filename.endswith("-gcj02.kml")
    assert "GCJ-02" in Path(kml.path()).read_text("utf-8")
    # In other coordinates it is another file, which is not made yet.
    choose(planner, "坐标系", "WGS84")
    expect(page.get_by_role("button", name="KML", exact=True)).to_be_enabled()


def test_a_logo_and_the_classes_of_a_year_are_on_the_sheet(planner: Watched) -> None:
    planner.open("/export?lang=en&layer=disputes&level=grid&period=2025-03&show=settled_share")
    page = planner.page
    sheet = page.get_by_test_id("stImage").locator("img")
    expect(sheet).to_be_visible()
    assert not images_of(saved(planner, "PDF to print"))
    logo = io.BytesIO()
    Image.new("RGB", (200, 100), "#ff0000").save(logo, "PNG")
    seen = sheet.get_attribute("src")
    picture = {"name": "logo.png", "mimeType": "image/png", "buffer": logo.getvalue()}
    page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]  # a file of its own
    expect(sheet).not_to_have_attribute("src", seen or "")
    planner.settle()
    choose(planner, "Classes taken from", "2025")
    printed = saved(planner, "PDF to print")
    # Drawn anew for the paper, in its own proportions.
    assert [wide / high for wide, high in images_of(printed)] == [pytest.approx(2, rel=0.02)]
    assert "Classes of 2025." in PdfReader(io.BytesIO(printed)).pages[0].extract_text()


def images_of(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of the pictures in a page, without those that only say how clear others are."""
    resources: Any = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
    found = [one.get_object() for one in resources.get("/XObject", {}).values()]
    return [(one["/Width"], one["/Height"]) for one in found if one["/Subtype"] == "/Image"]


@pytest.mark.slow
def test_reports_are_made_and_saved(planner: Watched) -> None:
    planner.open("/export?lang=en&layer=disputes&level=grid&period=2025-03")
    page = planner.page
    pages = PdfReader(io.BytesIO(saved(planner, "Briefing (PDF)"))).pages
    assert len(pages) == 2
    assert "6 disputes reported (+500" in pages[0].extract_text()
    assert saved(planner, "Slides (PPTX)").startswith(b"PK")
    assert "Atlas of" in PdfReader(io.BytesIO(saved(planner, "Atlas (PDF)"))).pages[0].extract_text()
    # What was made before can still be saved; of another period nothing is made yet.
    expect(page.get_by_role("button", name="Save: Briefing (PDF)")).to_be_visible()
    planner.open("/export?lang=en&layer=disputes&level=grid&period=2025-02")
    expect(page.get_by_role("button", name="Atlas (PDF)", exact=True)).to_be_visible()


def test_the_map_for_the_browser_is_made_of_what_is_shown(planner: Watched) -> None:
    planner.open("/export?lang=en&layer=hazards&level=village&period=2025-03&show=overdue")
    file = made(planner, "Offline map (HTML)")
    assert file.suggested_filename == "maplegrid-hazards-village-2025-03.html"
    text = Path(file.path()).read_text("utf-8")
    assert '"chosen": "hazards"' in text.replace('":"', '": "')
    assert "March 2025" in text


def test_making_can_be_stopped(planner: Watched) -> None:
    planner.open("/export?lang=en&layer=disputes&level=grid&period=2024")
    page = planner.page
    # What takes long; all kinds are made by the same means.
    page.get_by_role("button", name="Atlas (PDF)", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Stop").click(no_wait_after=True)
    planner.settle()
    expect(page.get_by_role("button", name="Atlas (PDF)", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Save: Atlas (PDF)")).to_have_count(0)
