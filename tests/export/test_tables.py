"""Tables for Excel and QGIS hold what the screen shows, and what is withheld stays withheld."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import shapely

from geo.access import Scope
from geo.errors import ViewError
from geo.export.files.geojson import geojson_text
from geo.export.tables import csv_text, write_csv
from geo.measures import measure, monthly
from geo.privacy import Protected, protect
from geo.rules import load_rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

#: The most that is added to a count for the public.
NOISE = load_rules().public_noise.most
MARCH = View(Period("2025-03"), level="station")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county."""
    store = Store(tmp_path_factory.mktemp("tables"))
    return store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", made_up=True)


def _stations(release: Release, role: str = "planner") -> Protected:
    return protect(measure(release, MARCH), MARCH, Scope(role))


def test_csv_opens_in_excel_as_chinese(tiny: Release, tmp_path: Path) -> None:
    write_csv(_stations(tiny), tmp_path / "t.csv")
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfarea_id,name,name_en,level,n,")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [(row["name"], row["n"]) for row in rows] == [("S1名", "5"), ("S2名", "2"), ("S3名", "1")]


def test_a_withheld_count_is_empty_and_named(tiny: Release) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(_stations(tiny, "public")))))
    assert 5 <= int(rows[0]["n"]) <= 5 + NOISE  # five, with the noise of a secret drawn for this store
    assert [row["n"] for row in rows[1:]] == ["", ""]
    assert "n" not in rows[0]["withheld"].split()
    assert {"n", "reported", "per_1000_residents"} <= set(rows[1]["withheld"].split())


def test_nothing_withheld_leaves_no_such_column(tiny: Release) -> None:
    assert "withheld" not in csv_text(_stations(tiny)).splitlines()[0].split(",")


def test_geojson_is_rfc_7946(tiny: Release) -> None:
    collection = json.loads(geojson_text(tiny, _stations(tiny)))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    assert collection["bbox"] == [120.0, 30.0, 120.08, 30.01]
    first = collection["features"][0]
    assert (first["id"], first["properties"]["n"], first["properties"]["median_days"] is None) == ("S1", 5, False)
    shape = shapely.geometry.shape(first["geometry"])
    assert shapely.is_ccw(shapely.get_exterior_ring(shape))
    assert shape.bounds == (120.0, 30.0, 120.04, 30.01)


def test_geojson_says_where_it_comes_from(tiny: Release) -> None:
    origin = json.loads(geojson_text(tiny, _stations(tiny, "public")))["maplegrid"]
    assert (origin["view"], origin["role"]) == ("level=station&period=2025-03&layer=disputes", "public")
    assert (origin["release"], origin["as_of"], origin["made_up"]) == (1, "2025-03-31", True)


def test_geojson_withholds_what_the_screen_withholds(tiny: Release) -> None:
    features = json.loads(geojson_text(tiny, _stations(tiny, "public"), lang="zh_CN"))["features"]
    shown, *others = [feature["properties"]["n"] for feature in features]
    assert 5 <= shown <= 5 + NOISE
    assert others == [None, None]
    assert features[0]["properties"]["title"] == "S1名"


def test_a_table_without_areas_is_no_map(tiny: Release) -> None:
    months = protect(monthly(tiny, MARCH), MARCH, Scope("planner"))
    with pytest.raises(ViewError, match="Remedy: save it as CSV"):
        geojson_text(tiny, months)
