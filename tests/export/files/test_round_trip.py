"""Every file opens again: `maplegrid import` takes its areas and figures in as they were written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
import tomli_w

from geo.access import Scope
from geo.export.files import Asked, write_file
from geo.export.files.shapefile import field_names
from geo.intake import import_recipes, read_table
from geo.measures import measure
from geo.privacy import Protected, protect
from geo.store import Release, Store, read_layer
from geo.view import View
from tests.maps.small import MARCH, publish_small

PLANNER = Scope("planner")
COVERAGE = View(MARCH, layer="coverage")
RELEASE = {
    "title": "Again",
    "as_of": pd.Timestamp("2025-03-31").date(),
    "time_zone": "Asia/Shanghai",
    "codes": "any",
    "made_up": True,
}
#: Kind, name of the file, how it is asked for, and what its recipe has to say.
MAPS = [
    ("gpkg", "zone.gpkg", {"crs": "cgcs2000-zone"}, {"part": "areas"}),
    ("gpkg", "gcj02.gpkg", {"crs": "gcj02"}, {"part": "areas"}),
    ("geojson", "areas.geojson", {}, {}),
    ("geojson", "gcj02.geojson", {"crs": "gcj02"}, {"repair": ["datum:gcj02"]}),
    ("shapefile", "gbk.zip", {"encoding": "gbk", "crs": "cgcs2000-3:120"}, {"part": "gbk.shp"}),
    ("shapefile", "gcj02.zip", {"crs": "gcj02"}, {"part": "gcj02.shp"}),
    ("geoparquet", "areas.parquet", {"crs": "cgcs2000"}, {}),
    ("kml", "areas.kml", {}, {}),
    ("gpkg", "areas.gpkg", {}, {"part": "areas"}),
    ("shapefile", "utf8.zip", {"encoding": "utf-8"}, {"part": "utf8.shp"}),
    ("geoparquet", "zone.parquet", {"crs": "cgcs2000-3"}, {}),
    ("kml", "gcj02.kml", {"crs": "gcj02"}, {"repair": ["datum:gcj02"]}),
]
#: Of a view of both sources the head of a number says so.
NUMBER = "Disputes, reported and discovered together, number"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("small"))


def table(release: Release, view: View) -> Protected:
    return protect(measure(release, view), view, PLANNER)


def imported(folder: Path, store: Path, **recipe: object) -> Release:
    path = folder / "recipe.toml"
    path.write_text(tomli_w.dumps(recipe), encoding="utf-8")
    report = import_recipes([path], Store(store))
    assert all(layer.rows_rejected == 0 for layer in report.layers)
    release = Store(store).current()
    assert release is not None
    return release


@pytest.mark.parametrize(("kind", "name", "asked", "recipe"), MAPS, ids=[name for _, name, _, _ in MAPS])
def test_areas_come_back_as_grids_with_their_figures(
    small: Release, tmp_path: Path, kind: str, name: str, asked: dict[str, str], recipe: dict[str, object]
) -> None:
    write_file(kind, small, COVERAGE, PLANNER, tmp_path / name, Asked(**asked))  # type: ignore[arg-type]  # texts
    figures = table(small, COVERAGE).frame
    names = field_names(["title", *figures.columns]) if kind == "shapefile" else {}
    assert_same(read_table(tmp_path / name, part=recipe.get("part")), figures, names)  # type: ignore[arg-type]  # a text
    columns = {"grid_id": "area_id", "name": "name2" if kind == "kml" else "name", "households": "households"}
    again = imported(tmp_path, tmp_path / "store", layer="grids", file=name, columns=columns, release=RELEASE, **recipe)
    before, after = read_layer(small, "grids").set_index("grid_id"), read_layer(again, "grids").set_index("grid_id")
    assert after["name"].to_dict() == before["name"].to_dict()
    assert after["households"].tolist() == figures["households"].tolist()
    apart = shapely.hausdorff_distance(after.geometry.to_numpy(), before.geometry.reindex(after.index).to_numpy())
    # A millimetre, in degrees.
    assert float(apart.max()) < 1e-8


def assert_same(back: pd.DataFrame, figures: pd.DataFrame, names: dict[str, str]) -> None:
    for column in figures.columns.drop(["name_en", "name"]):
        own, found = figures[column], back[names.get(column, column)]
        if pd.api.types.is_numeric_dtype(own.dtype):
            numbers = pd.to_numeric(own).to_numpy(np.float64, na_value=np.nan)
            np.testing.assert_allclose(pd.to_numeric(found).to_numpy(np.float64, na_value=np.nan), numbers, rtol=1e-12)
        else:
            assert found.tolist() == own.tolist()


@pytest.mark.parametrize("kind", ["shapefile", "kml"])
def test_a_hundred_columns_are_read_back_by_their_names(small: Release, tmp_path: Path, kind: str) -> None:
    view, out = View(MARCH), tmp_path / ("a.zip" if kind == "shapefile" else "a.kml")
    write_file(kind, small, view, PLANNER, out, Asked())
    figures = table(small, view).frame
    names = field_names(["title", *figures.columns]) if kind == "shapefile" else {}
    back = read_table(out, part="a.shp" if kind == "shapefile" else None)
    # What is missing in every row is not told of in KML, which has no word for it.
    kept = [column for column in figures.columns if kind == "shapefile" or figures[column].notna().any()]
    assert_same(back, figures[kept], names)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_table_comes_back_as_counts_by_grid(small: Release, tmp_path: Path, kind: str) -> None:
    view = View(MARCH)
    write_file(kind, small, view, PLANNER, tmp_path / f"t.{kind}", Asked())
    heads = {
        "xlsx": ("Code", NUMBER, "Disputes reported, number"),
        "csv": ("area_id", "n", "reported"),
    }[kind]
    # Only grids may have names: elsewhere they would be those of persons.
    names = {"xlsx": ("Name", "Name in English"), "csv": ("name", "name_en")}[kind]
    publish_small(tmp_path / "store")
    again = imported(
        tmp_path,
        tmp_path / "store",
        layer="visits",
        file=f"t.{kind}",
        columns=dict(zip(("grid_id", "households_visited", "requests_handled"), heads, strict=True)),
        constants={"month": "2025-03-01"},
        release={"made_up": True},
        leave_out=list(names),
        **({"part": "Areas"} if kind == "xlsx" else {}),
    )
    service = table(again, View(MARCH, layer="service")).frame.set_index("area_id")
    disputes = table(small, view).frame.set_index("area_id")
    assert service["n"].to_dict() == disputes["n"].to_dict() == {f"G{n}": n for n in range(9)}
    assert service["requests_handled"].to_dict() == disputes["reported"].to_dict()
