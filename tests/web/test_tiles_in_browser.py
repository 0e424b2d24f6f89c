"""A map of more areas than are sent as shapes, in a real browser: tiles are painted, a click finds the exact grid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import expect

from geo.layers import LAYERS
from geo.rules import load_rules
from geo.store import Store
from tests.maps.small import SIDE
from tests.web.served import Watched, browse, serve, watch

pytestmark = pytest.mark.browser

SIDES = 110
#: The grid that has all disputes, and a place in it: the third from the south, the fifth from the west.
BUSY, LON, LAT = "G002004", 120 + 4.5 * SIDE, 30 + 2.5 * SIDE


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Watched]:
    store = publish_squares(tmp_path_factory.mktemp("squares"))
    folder = tmp_path_factory.mktemp("page")
    page = Path(__file__).with_name("map_page.py")
    script = f"import streamlit as st\nfrom geo.web import routes\napp = st.App({str(page)!r}, routes=routes())\n"
    (folder / "app.py").write_text(script, encoding="utf-8")
    with (
        serve(folder / "app.py", store) as address,
        browse(chromium) as context,
        watch(context, address, areas=None) as seen,
    ):
        yield seen


def publish_squares(root: Path) -> Path:
    """Publish a square of squares, more than a browser is sent as shapes, and nine disputes in one of them."""
    assert load_rules().map_shapes < SIDES**2
    row, column = np.divmod(np.arange(SIDES**2), SIDES)
    west, south = 120 + column * SIDE, 30 + row * SIDE
    ids = [f"G{place // SIDES:03d}{place % SIDES:03d}" for place in range(SIDES**2)]
    boxes = shapely.box(west, south, west + SIDE, south + SIDE)
    grids = gpd.GeoDataFrame({"grid_id": ids, "name": ids, "station_id": "S1"}, geometry=boxes, crs=4326)
    whole = [shapely.box(120, 30, 120 + SIDES * SIDE, 30 + SIDES * SIDE)]
    station = gpd.GeoDataFrame({"station_id": ["S1"], "name": ["站"]}, geometry=whole, crs=4326)
    disputes = pd.DataFrame(
        {"record_id": [f"D{number}" for number in range(9)], "source": "reported", "placed": "inside"}
    )
    disputes = disputes.assign(found_at=pd.Timestamp("2025-03-10"), lon=LON, lat=LAT, grid_id=BUSY)
    layers = {
        "stations": station,
        "grids": grids,
        "disputes": disputes.assign(**{"class": "neighbours"}).reindex(columns=list(LAYERS["disputes"].columns)),
    }
    Store(root).publish(layers, as_of=date(2025, 3, 31), time_zone="Asia/Shanghai", title="Squares", made_up=True)
    return root


def colour_at(watched: Watched, lon: float, lat: float) -> list[int]:
    """The colour that tiles have at a place."""
    script = """([lon, lat]) => {
        const point = map.latLngToContainerPoint([lat, lon]);
        const [left, top] = [map.getContainer().getBoundingClientRect()].flatMap((box) => [box.left, box.top]);
        for (const tile of document.querySelectorAll("img.leaflet-tile-loaded")) {
            const box = tile.getBoundingClientRect();
            const [x, y] = [left + point.x - box.left, top + point.y - box.top];
            if (x < 0 || y < 0 || x >= box.width || y >= box.height) continue;
            const pen = new OffscreenCanvas(1, 1).getContext("2d");
            const share = tile.naturalWidth / box.width;
            pen.drawImage(tile, Math.floor(x * share), Math.floor(y * share), 1, 1, 0, 0, 1, 1);
            return [...pen.getImageData(0, 0, 1, 1).data];
        }
        return [];
    }"""
    return [int(part) for part in watched.frame.evaluate(script, [lon, lat])]


def test_tiles_are_painted_told_clicked_and_sharp(watched: Watched) -> None:
    assert colour_at(watched, LON, LAT) != colour_at(watched, LON + 2 * SIDE, LAT)
    # The station's borders, and no shapes of grids.
    assert len([url for url in watched.asked if "/geometry/" in url]) == 1
    watched.frame.evaluate(f"() => map.setView([{LAT}, {LON}], 15, {{ animate: false }})")
    watched.frame.wait_for_function("() => [...document.querySelectorAll('.maple-tile')].length === 1")
    # Just inside its western border is the grid, just outside its neighbour.
    watched.frame.wait_for_function("() => !document.querySelector('.maple-tile img:not(.leaflet-tile-loaded)')")
    inside, outside = (colour_at(watched, 120 + 4 * SIDE + step, LAT) for step in (1e-4, -1e-4))
    assert inside == colour_at(watched, LON, LAT)
    assert outside == colour_at(watched, LON - SIDE, LAT)
    box = watched.page.locator("iframe").bounding_box()
    assert box is not None
    middle = watched.frame.evaluate(
        f"() => {{ const at = map.latLngToContainerPoint([{LAT}, {LON}]); return [at.x, at.y]; }}"
    )
    place = (box["x"] + middle[0], box["y"] + middle[1])
    watched.page.mouse.move(place[0] - 3, place[1])
    watched.page.mouse.move(*place)
    tip = watched.page.frame_locator("iframe").locator(".maple-tip")
    expect(tip).to_contain_text("Disputes, reported and discovered together: 9")
    watched.page.mouse.click(*place)
    expect(watched.page.get_by_text(f"clicked ('{BUSY}', 1)")).to_be_visible()
    assert [url for url in watched.asked if not url.startswith(watched.address)] == []
    assert watched.complaints == []
