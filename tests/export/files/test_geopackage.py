"""A GeoPackage looks as the screen does: layers, styles, project; and QGIS itself draws it so."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from PIL import Image
from pyproj import CRS

from geo.access import Scope
from geo.export.files import Asked, write_file
from geo.maps import classes_of
from geo.maps.palettes import STATE_COLOURS
from geo.measures.catalogue import mappable
from geo.stats.density import Density
from geo.store import Release
from geo.view import View
from tests.maps.small import MARCH, protected_disputes, protected_states, publish_small

DRAW = Path(__file__).with_name("draw_project.py")
QGIS_PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def written(small: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Disputes by grid for a planner."""
    out = tmp_path_factory.mktemp("written") / "a.gpkg"
    made = write_file("gpkg", small, View(MARCH), Scope("planner"), out, Asked())
    assert made == (out, out.with_suffix(".qgz"))
    return out


def asked_of(path: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as base:
        return base.execute(question).fetchall()


def project_of(path: Path) -> ElementTree.Element:
    with zipfile.ZipFile(path) as bundle:
        (name,) = bundle.namelist()
        return ElementTree.fromstring(bundle.read(name))  # noqa: S314  our own file


def test_it_holds_all_layers_of_the_view(written: Path) -> None:
    layers = dict(pyogrio.list_layers(written))
    assert {name: kind for name, kind in layers.items() if name != "layer_styles"} == {
        "points": "Point",
        "jurisdictions": "MultiPolygon",
        "areas": "MultiPolygon",
        "background_lines": "MultiLineString",
        "background_polygons": "MultiPolygon",
    }
    areas = gpd.read_file(written, layer="areas")
    assert areas["n"].tolist() == list(range(9))
    assert areas["area_id"].tolist() == [f"G{n}" for n in range(9)]


def test_points_have_their_class_and_place_and_nothing_else(written: Path) -> None:
    points = gpd.read_file(written, layer="points")
    assert (len(points), set(points.columns)) == (36, {"title", "class", "geometry"})
    assert set(points["class"]) == {"neighbours"}


def test_points_can_be_left_out(small: Release, tmp_path: Path) -> None:
    out = tmp_path / "a.gpkg"
    write_file("gpkg", small, View(MARCH), Scope("planner"), out, Asked(points=False))
    assert {"points", "density"} & set(pyogrio.list_layers(out)[:, 0]) == set()


def test_the_public_gets_a_density_in_place_of_points(small: Release, tmp_path: Path) -> None:
    out = tmp_path / "a.gpkg"
    write_file("gpkg", small, View(MARCH, level="village"), Scope("public"), out, Asked())
    layers = set(pyogrio.list_layers(out)[:, 0])
    assert ("points" in layers, "density" in layers) == (False, True)
    areas = gpd.read_file(out, layer="areas")
    assert areas["n"].isna().tolist() == [True, False, False]
    assert "n" in areas["withheld"].iloc[0].split()
    density = gpd.read_file(out, layer="density")
    assert density["from_per_km2_year"].is_monotonic_increasing
    assert density.geometry.is_valid.all()


def test_a_density_that_skips_a_class_has_no_shape_of_it(
    small: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Classes of 60 are 1, 2, 5, 10, 20 and 50 upwards; none of these cells lies from 2 to 10.
    values = np.array([[1.5, 60.0], [12.0, 25.0]])
    steep = Density(values, 240_000, 3_300_000, 500, CRS.from_epsg(32651), bandwidth_m=500, events=9, period_days=31)
    monkeypatch.setattr("geo.export.files.layers.event_density", lambda *_, **__: steep)
    out = tmp_path / "a.gpkg"
    write_file("gpkg", small, View(MARCH, level="village"), Scope("public"), out, Asked())
    density = gpd.read_file(out, layer="density")
    assert density["from_per_km2_year"].tolist() == [1, 10, 20, 50]
    assert set(density.geom_type) == {"MultiPolygon"}


def test_it_says_what_it_is(written: Path) -> None:
    told = pyogrio.read_info(written, layer="areas")["dataset_metadata"]
    assert (told["mark"], told["release"], told["as_of"], told["made_up"]) == ("internal", "1", "2025-03-31", "True")
    assert told["title"].startswith("Small County · Disputes · March 2025")
    (words,) = asked_of(written, "SELECT description FROM gpkg_contents WHERE table_name = 'areas'")[0]
    assert {"Mark: For internal use", "Coordinates: EPSG:4326, WGS 84"} <= set(words.splitlines())
    project = project_of(written.with_suffix(".qgz"))
    assert project.findtext("projectMetadata/abstract") == words


def test_every_measure_that_can_be_drawn_is_a_style_and_one_is_the_first(small: Release, written: Path) -> None:
    styles = asked_of(written, "SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles ORDER BY id")
    of_areas = [style for style in styles if style[0] == "areas"]
    columns = protected_disputes(small).frame.columns
    assert len(of_areas) == len([known for known in mappable("disputes") if known.id in columns])
    assert [name for _, name, _, first in of_areas if first] == ["Disputes, reported and discovered together, number"]
    assert {name for name, _, _, first in styles if first} == set(pyogrio.list_layers(written)[:, 0]) - {"layer_styles"}


def test_the_style_has_the_classes_and_colours_of_the_screen(small: Release, written: Path) -> None:
    ((qml,),) = asked_of(written, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'areas' AND useAsDefault")
    page = ElementTree.fromstring(qml)  # noqa: S314  our own file
    classes = classes_of(protected_disputes(small), "n")
    assert [rule.get("label") for rule in page.iter("rule")] == list(classes.labels)
    fills = [option.get("value", "") for option in page.iter("Option") if option.get("name") == "color"]
    assert ["#" + "".join(f"{int(part):02x}" for part in fill.split(",")[:3]) for fill in fills] == list(
        classes.colours
    )


def test_the_project_lies_beside_it_and_shows_the_areas(written: Path) -> None:
    project = project_of(written.with_suffix(".qgz"))
    sources = [source.text for source in project.iter("datasource")]
    assert all(source and source.startswith("./a.gpkg|layername=") for source in sources)
    shown = {str(node.get("id")): node.get("checked") for node in project.iter("layer-tree-layer")}
    assert shown["maplegrid_areas"] == "Qt::Checked"
    assert shown["maplegrid_points"] == "Qt::Unchecked"


def test_heat_lies_over_the_map_in_place_of_the_areas(small: Release, tmp_path: Path) -> None:
    out = tmp_path / "a.gpkg"
    write_file("gpkg", small, View(MARCH, level="station"), Scope("planner"), out, Asked(bandwidth_m=500))
    nodes = project_of(out.with_suffix(".qgz")).iter("layer-tree-layer")
    shown = {str(node.get("id")): node.get("checked") for node in nodes}
    assert (shown["maplegrid_density"], shown["maplegrid_areas"]) == ("Qt::Checked", "Qt::Unchecked")
    # Their borders and names are drawn on every map, also where they are the areas themselves.
    assert shown["maplegrid_jurisdictions"] == "Qt::Checked"


@pytest.mark.slow
@pytest.mark.parametrize("layer", ["disputes", "coverage"])
def test_qgis_draws_the_project_as_the_screen_does(small: Release, tmp_path: Path, layer: str) -> None:
    if not has_qgis():
        pytest.skip("QGIS is not installed: apt-get install python3-qgis, and this is tested too")
    out = tmp_path / "a.gpkg"
    write_file("gpkg", small, View(MARCH, layer=layer), Scope("planner"), out, Asked(crs="cgcs2000-zone"))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path)}
    environment.pop("PYTHONPATH", None)
    words = [QGIS_PYTHON, str(DRAW), str(out.with_suffix(".qgz")), str(tmp_path / "a.png")]
    told = json.loads(subprocess.run(words, env=environment, check=True, capture_output=True, timeout=120).stdout)
    assert (told["read"], told["crs"], told["errors"]) == (True, "EPSG:4528", [])
    assert all(one["valid"] and one["crs"] == "EPSG:4528" for one in told["layers"].values())
    if layer == "disputes":
        classes = classes_of(protected_disputes(small), "n")
        lines = told["layers"]["Disputes, reported and discovered together, number"]["rules"]
        numbers = [
            int((classes.index(protected_disputes(small).frame["n"].to_numpy(float)) == at).sum())
            for at in range(len(classes.labels))
        ]
        assert [(words, n, colour) for words, n, colour in lines] == list(
            zip(classes.labels, numbers, classes.colours, strict=True)
        )
        wanted = set(classes.colours)
    else:
        wanted = {STATE_COLOURS["light"][state] for state in set(protected_states(small).frame["state"])}
    assert wanted <= painted(tmp_path / "a.png")


def painted(picture: Path) -> set[str]:
    """Return the colours that fill more than a thousand pixels of a picture."""
    with Image.open(picture) as opened:
        found = opened.convert("RGB").getcolors(maxcolors=1 << 24) or []
    return {"#" + "".join(f"{part:02x}" for part in colour) for n, colour in found if n > 1000}  # type: ignore[union-attr]


def has_qgis() -> bool:
    if shutil.which(QGIS_PYTHON) is None:
        return False
    return subprocess.run([QGIS_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode == 0
