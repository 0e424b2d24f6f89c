"""Kinds of files: their names, what is refused, what odd views give, and what other readers make of them."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from typer.models import OptionInfo

from geo.access import Scope
from geo.cli import DONE, REFUSED, main
from geo.cli.figures import export
from geo.errors import GeoError, NotPermitted
from geo.export.files import KINDS, Asked, write_file
from geo.export.files.about import readable
from geo.export.files.shapefile import field_names
from geo.export.html import write_html
from geo.maps import classes_of
from geo.measures import measure
from geo.measures.catalogue import CATALOGUE
from geo.privacy import open_to_public, protect
from geo.store import Release
from geo.view import Period, View
from tests.hostile import NAMES, TITLE, hostile_store
from tests.maps.small import MARCH, protected_disputes, publish_small
from tests.privacy.public.county import incidents, publish

ROOT = Path(__file__).parents[3]
PLANNER = Scope("planner")
TABLES = {"fields.csv", "about.csv", "withheld.csv"}
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("small"))


def written(release: Release, folder: Path, kind: str, view: View, scope: Scope = PLANNER, **asked: object) -> Path:
    out = folder / f"a{KINDS[kind].endings[0]}"
    write_file(kind, release, view, scope, out, Asked(**asked))  # type: ignore[arg-type]  # each of its own type
    return out


def rows_of(kind: str, out: Path) -> int:
    """Return how many areas an independent reader finds."""
    match kind:
        case "csv":
            return len(pd.read_csv(out))
        case "xlsx":
            return len(pd.read_excel(out, sheet_name="Areas", engine="openpyxl"))
        case "geoparquet":
            return int(pq.read_metadata(out).num_rows)
        case "kml":
            return len(list(ElementTree.parse(out).iter(f"{KML}Placemark")))  # noqa: S314  our own file
        case "shapefile":
            return int(pyogrio.read_info(f"/vsizip/{out}/a.shp")["features"])
        case _:
            return int(pyogrio.read_info(out, layer="areas" if kind == "gpkg" else None)["features"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("view", "scope", "areas"),
    [
        pytest.param(View(Period("2024-01")), PLANNER, 9, id="before the data"),
        pytest.param(View(MARCH, area="G3"), PLANNER, 1, id="one grid"),
        pytest.param(View(MARCH, level="village", source="discovered"), Scope("public"), 3, id="all protected"),
    ],
)
def test_odd_views_give_a_proper_file(
    small: Release, tmp_path: Path, kind: str, view: View, scope: Scope, areas: int
) -> None:
    assert rows_of(kind, written(small, tmp_path, kind, view, scope)) == areas


def test_a_view_that_may_not_be_seen_leaves_nothing_behind(small: Release, tmp_path: Path) -> None:
    for kind in KINDS:
        with pytest.raises(NotPermitted):
            written(small, tmp_path, kind, View(MARCH), Scope("public"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "asked", "words"),
    [
        ("gpkg", "a.zip", {}, "ends in .gpkg"),
        ("xlsx", "a.xls", {}, "name it so"),
        ("geojson", "a.geojson", {"crs": "cgcs2000"}, "not in cgcs2000"),
        ("kml", "a.kml", {"crs": "cgcs2000-zone:40"}, "write a gpkg"),
        ("gpkg", "a.gpkg", {"crs": "gcj02"}, "name it a-gcj02.gpkg"),
        ("gpkg", "a.gpkg", {"measure_id": "covered"}, "no measure 'covered'"),
        ("shapefile", "a.zip", {"encoding": "big5"}, "utf-8, gbk"),
    ],
)
def test_what_can_not_be_is_refused_with_a_remedy(
    small: Release, tmp_path: Path, kind: str, name: str, asked: dict[str, str], words: str
) -> None:
    with pytest.raises(GeoError, match=words):
        write_file(kind, small, View(MARCH), PLANNER, tmp_path / name, Asked(**asked))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_geojson_in_gcj02_says_so_in_name_and_content(small: Release, tmp_path: Path) -> None:
    out = tmp_path / "a-GCJ-02.geojson"
    write_file("geojson", small, View(MARCH), PLANNER, out, Asked(crs="gcj02"))
    collection = json.loads(out.read_text("utf-8"))
    assert collection["maplegrid"]["coordinates"].startswith("GCJ-02")
    assert "crs" not in collection
    # Some hundred metres off.
    assert 0.003 < collection["bbox"][0] - 120.0 < 0.007


def test_a_geojson_is_of_the_standard_by_an_own_check(small: Release, tmp_path: Path) -> None:
    collection = json.loads(written(small, tmp_path, "geojson", View(MARCH)).read_text("utf-8"))
    assert len({feature["id"] for feature in collection["features"]}) == 9
    west, south, east, north = collection["bbox"]
    for feature in collection["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["geometry"]["type"] == "Polygon"
        outer, *holes = feature["geometry"]["coordinates"]
        assert shapely.is_ccw(shapely.LinearRing(outer))
        assert holes == []
        assert outer[0] == outer[-1]
        assert all(west <= lon <= east and south <= lat <= north for lon, lat in outer)


def test_a_shapefile_tells_its_fields_and_encoding(small: Release, tmp_path: Path) -> None:
    out = written(small, tmp_path, "shapefile", View(MARCH), encoding="gbk", lang="zh_CN", crs="cgcs2000-zone")
    with zipfile.ZipFile(out) as bundle:
        assert {"a.shp", "a.shx", "a.dbf", "a.prj", "a.cpg", *TABLES} == set(bundle.namelist())
        assert bundle.read("a.cpg").decode() == "GBK"
        assert "第1网格".encode("gbk") in bundle.read("a.dbf")
        assert "zone_40" in bundle.read("a.prj").decode().replace(" ", "_").lower()
        with bundle.open("fields.csv") as file:
            fields = pd.read_csv(file).set_index("column")
    assert fields.loc["settled_in_month", "field"] == "set_in_mon"
    assert fields.loc["n", "title"] == "矛盾纠纷（群众报告与主动发现合计）（数量）"
    assert fields["field"].str.len().max() <= 10


def test_a_shapefile_names_every_cell_that_is_withheld_from_the_public(tmp_path: Path) -> None:
    counts = {"2024-01": {village: 3 * village for village in range(6)}}
    release, view = publish(tmp_path / "store", incidents(counts), date(2024, 1, 31)), View(Period("2024-01"))
    open_to_public(release)
    view = view.replace(level="village", layer="incidents")
    hidden = protect(measure(release, view), view, Scope("public"))
    out = written(release, tmp_path, "shapefile", view, Scope("public"))
    with zipfile.ZipFile(out) as bundle:
        told, fields = (pd.read_csv(bundle.open(name)) for name in ("withheld.csv", "fields.csv"))
    codes = hidden.frame["area_id"]
    cells = {(code, column) for column in hidden.protected for code in codes[hidden.protected[column]]}
    assert {("v0", "n"), ("v1", "n")} <= cells
    assert ("v5", "n") not in cells
    assert sorted(zip(told["area_id"], told["column"], strict=True)) == sorted(cells)
    assert told["field"].tolist() == told["column"].map(fields.set_index("column")["field"]).tolist()
    back = pyogrio.read_dataframe(f"/vsizip/{out}/a.shp").set_index("area_id")
    assert all(pd.isna(back.loc[area, field]) for area, field in zip(told["area_id"], told["field"], strict=True))


def test_names_of_fields_are_never_alike() -> None:
    columns = ["title", "area_id", *CATALOGUE]
    short = field_names(columns)
    assert len({name.lower() for name in short.values()}) == len(columns)
    assert all(len(name.encode()) <= 10 for name in short.values())


def test_signs_that_gbk_has_not_are_named(tmp_path: Path) -> None:
    from geo.export.files.shapefile import _check_signs

    frame = gpd.GeoDataFrame({"name": pd.Series(["第一网格", "𠮷"], dtype="str")}, geometry=[shapely.Point(0, 0)] * 2)
    _check_signs(frame, "utf-8")
    with pytest.raises(GeoError, match=r"GBK has no 𠮷\. Remedy: .*utf-8"):
        _check_signs(frame, "gbk")


def test_geoparquet_is_of_version_1_1(small: Release, tmp_path: Path) -> None:
    metadata = pq.read_schema(written(small, tmp_path, "geoparquet", View(MARCH), crs="cgcs2000")).metadata
    geo = json.loads(metadata[b"geo"])
    assert (geo["version"], geo["columns"]["geometry"]["crs"]["id"]["code"]) == ("1.1.0", 4490)
    assert json.loads(metadata[b"maplegrid"])["mark"] == "internal"


def test_kml_has_the_colours_of_the_screen(small: Release, tmp_path: Path) -> None:
    page = ElementTree.parse(written(small, tmp_path, "kml", View(MARCH))).getroot()  # noqa: S314  our own file
    fills = [str(style.findtext(f"{KML}PolyStyle/{KML}color")) for style in page.iter(f"{KML}Style")]
    classes = classes_of(protected_disputes(small), "n")
    assert [f"#{fill[6:8]}{fill[4:6]}{fill[2:4]}" for fill in fills] == list(classes.colours)
    marks = list(page.iter(f"{KML}Placemark"))
    assert marks[0].findtext(f"{KML}styleUrl") == "#class-0"
    assert "For internal use" in str(page.findtext(f"{KML}Document/{KML}description"))


def test_names_from_files_are_text_in_every_xml(tmp_path: Path) -> None:
    release = hostile_store(tmp_path / "store").current()
    assert release is not None
    page = ElementTree.parse(written(release, tmp_path, "kml", View(MARCH))).getroot()  # noqa: S314  our own file
    assert [mark.findtext(f"{KML}name") for mark in page.iter(f"{KML}Placemark")] == list(NAMES[4:])
    assert "<img" not in str(page.findtext(f"{KML}Document/{KML}description"))
    out = written(release, tmp_path, "gpkg", View(MARCH))
    with zipfile.ZipFile(out.with_suffix(".qgz")) as bundle:
        project = ElementTree.fromstring(bundle.read("a.qgs"))  # noqa: S314  our own file
    assert str(project.findtext("title")).startswith(TITLE)
    assert readable("a\x00b\x0b\ud800c\n枫") == "abc\n枫"


def test_a_csv_has_a_mark_of_utf_8_and_beside_it_what_it_is(small: Release, tmp_path: Path) -> None:
    out = written(small, tmp_path, "csv", View(MARCH), lang="zh_CN")
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    told = json.loads((tmp_path / "a.csv-metadata.json").read_text("utf-8"))
    columns = {column["name"]: column for column in told["tableSchema"]["columns"]}
    assert list(columns) == pd.read_csv(out).columns.tolist()
    assert columns["n"] == {
        "name": "n",
        "titles": "矛盾纠纷（群众报告与主动发现合计）（数量）",
        "datatype": "integer",
    } | {"dc:description": columns["n"]["dc:description"]}
    assert (told["notes"][0]["mark"], told["url"]) == ("internal", "a.csv")


def test_another_gdal_reads_them(small: Release, tmp_path: Path) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("GDAL is not installed: apt-get install gdal-bin, and this is tested too")
    for kind, layer in (("gpkg", "areas"), ("geojson", "a"), ("kml", None), ("shapefile", "a")):
        out = written(small, tmp_path, kind, View(MARCH))
        path = f"/vsizip/{out}/a.shp" if kind == "shapefile" else str(out)
        words = ["ogrinfo", "-ro", "-al", "-geom=NO", path, *([layer] if layer else [])]
        text = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout
        assert [int(n) for n in re.findall(r"^  n \(\w+\) = (\d+)$", text, re.MULTILINE)] == list(range(9)), kind


def test_the_command_writes_every_kind(small: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(small.root)
    for kind, known in KINDS.items():
        out = tmp_path / f"a{known.endings[0]}"
        words = ["export", kind, "--store", store, "--view", "level=station&period=2025-03", "--out", str(out)]
        assert main(words) == DONE
        assert rows_of(kind, out) == 2
    assert "a.qgz: beside it." in capsys.readouterr().err
    words = ["export", "kml", "--store", store, "--view", "level=station", "--out", str(tmp_path / "b.kml")]
    assert main([*words, "--crs", "cgcs2000"]) == REFUSED


def test_the_readme_tells_every_option_and_kind() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    hints = get_type_hints(export, include_extras=True)
    options = [
        name
        for parameter in inspect.signature(export).parameters
        if get_origin(hints[parameter]) is Annotated
        for info in get_args(hints[parameter])
        if isinstance(info, OptionInfo)
        for name in "/".join(info.param_decls or ()).split("/")
    ]
    assert len(options) > 20
    assert [name for name in options if not re.search(rf"{name}(?![a-z-])", readme)] == []
    assert [kind for kind in KINDS if f"`{kind}`" not in readme] == []


@pytest.mark.slow
def test_the_offline_map_of_the_demo_fits_a_mail(demo_release: Release, tmp_path: Path) -> None:
    write_html(demo_release, View(Period("2025")), PLANNER, tmp_path / "a.html", lang="zh_CN")
    assert (tmp_path / "a.html").stat().st_size < 5_000_000
