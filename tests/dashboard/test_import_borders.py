"""New borders on the page Data: grids that were split, merged and moved by an import, with their records by hand."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo.dashboard.parts.import_borders import closed_line
from geo.intake import import_recipes
from geo.store import Store
from geo.words import speak
from tests.measures.tiny import AS_OF, tiny_layers

# G1 gives the third of its land with its records in the middle to G2; G3 and G4 become G3; G5 is cut in two.
_EDGES = {
    "G1": (0, 4),
    "G2": (4, 20),
    "G3": (20, 40),
    "G5": (40, 44.9),
    "G9": (44.9, 50),
    "G6": (50, 60),
    "G7": (60, 70),
    "G8": (70, 80),
}
_LAYERS = ("counties", "stations", "villages", "grids", "disputes", "hazards", "incidents")
_VILLAGES = {"G1": "V1", "G2": "V1", "G3": "V2", "G5": "V3", "G9": "V3", "G6": "V3", "G7": "V4", "G8": "V4"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The tiny county, whose grids a file has cut anew."""
    store = Store(tmp_path / "store")
    kept = {name: rows for name, rows in tiny_layers().items() if name in _LAYERS}
    store.publish(kept, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    rows = {"grid_id": list(_EDGES), "name": [f"{code}格" for code in _EDGES], "village_id": list(_VILLAGES.values())}
    shapes = [shapely.box(120 + west / 1000, 30, 120 + east / 1000, 30.01) for west, east in _EDGES.values()]
    gpd.GeoDataFrame(rows, geometry=shapes, crs=4326).to_file(tmp_path / "grids.geojson")
    columns = "".join(f"{name} = {json.dumps(name)}\n" for name in rows)
    release = f'[release]\ntitle = "Tiny County"\nas_of = {AS_OF}\ntime_zone = "Asia/Shanghai"\n'
    (tmp_path / "grids.toml").write_text(f'layer = "grids"\nfile = "grids.geojson"\n[columns]\n{columns}{release}')
    import_recipes([tmp_path / "grids.toml"], store)
    return store


def test_new_borders_are_told_with_their_records(store: Store, app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_STORE", str(store.root))
    app.switch_page("screens/data.py").run()
    assert not app.exception
    title = next(box.label for box in app.expander if box.label.startswith("New borders"))
    assert title == "New borders: split 1, merged 1, border moved 2, unchanged 3"
    table = next(one.value for one in app.dataframe if "in_both" in one.value.columns)
    assert table["kind"].tolist() == ["split", "merged", "border moved", "border moved"]
    assert table["before"].tolist() == ["G5格 (G5)", "G3格 (G3), G4", "G1格 (G1)", "G2格 (G2)"]
    assert table["after"].tolist() == ["G5格 (G5), G9格 (G9)", "G3格 (G3)", "G1格 (G1)", "G2格 (G2)"]
    # All records of G1 lie in the middle of it, which is G2's now.
    before, after, left, joined = (
        table[name].tolist() for name in ("records_before", "records_after", "left", "joined")
    )
    assert (after[2], left[2], joined[3], after[3]) == (0, before[2], before[2], before[2] + before[3])
    assert before[2] > 0
    told = next(text.value for text in app.markdown if text.value.startswith("Records now in another grid"))
    # D01, D02, D03, D12 of G1 and D08, D09, D10 of G5, whose middle is G9's.
    assert "Disputes **7** of 16" in told


def test_closed_borders_are_told_in_one_line() -> None:
    closed = {"gaps": 2, "overlaps": 1, "moved_m2": 1234.6, "areas_changed": 3, "gaps_left": 1}
    assert closed_line(closed) == (
        "Borders closed: 2 gaps and 1 overlaps, 1,235 m² in all; 3 areas changed. 1 wider gap stays as it is."
    )
    speak("zh_CN")
    assert closed_line({**closed, "gaps_left": 0}) == "边界已闭合：缝隙2处、重叠1处，共1,235平方米；3个区域有变化。"
    assert closed_line(None) == ""
