"""Findings on outlines, through files as planners have them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.intake.doctor import Finding, diagnose
from geo.intake.doctor.outlines import border_faults
from geo.store import Store
from tests.intake.doctor.test_areas import on_map, ring_with_gap, squares
from tests.shared_files import shared_file

TODAY = date(2025, 12, 31)


def findings(path: Path, layer: str | None = "grids", store: Store | None = None) -> dict[str, Finding]:
    told = diagnose(path, layer=layer, store=store, today=TODAY).findings
    return {found.code: found for found in told if found.code.startswith(("areas.", "coordinates."))}


def write(folder: Path, shapes: object, *, crs: object = 4326, **columns: object) -> Path:
    layer = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)  # type: ignore[call-overload]
    layer["grid_id"] = [f"g{number}" for number in range(len(layer))]
    path = folder / "grids.gpkg"
    layer.to_file(path)
    return path


def test_areas_that_fill_their_map_are_right(tmp_path: Path) -> None:
    assert findings(write(tmp_path, squares(0))) == {}


def test_overlaps_gaps_and_holes_are_told_with_their_sizes(tmp_path: Path) -> None:
    told = findings(write(tmp_path, squares(-4)))
    assert told["areas.overlaps"].figures["total_m2"] == pytest.approx(400, rel=1e-3)
    assert told["areas.overlaps"].rows == (1, 2)
    assert told["areas.overlaps"].repair == "areas:close"
    assert findings(write(tmp_path, squares(-40)))["areas.overlaps"].repair is None
    gaps = findings(write(tmp_path, ring_with_gap(2)))["areas.gaps"]
    assert (gaps.count, round(float(gaps.figures["widest_m"]))) == (1, 2)
    wide = findings(write(tmp_path, ring_with_gap(60)))
    assert "areas.gaps" not in wide
    assert wide["areas.holes"].severity == "note"


def test_an_area_twice_is_no_overlap(tmp_path: Path) -> None:
    told = findings(write(tmp_path, [*squares(0), squares(0)[0]]))
    assert set(told) == {"areas.double"}
    assert told["areas.double"].rows == (3,)


def test_an_area_within_another_is_told_as_such(tmp_path: Path) -> None:
    school, village = on_map(shapely.box(50, 50, 90, 90), shapely.box(0, 0, 200, 200))
    told = findings(write(tmp_path, [school, village]))
    assert set(told) == {"areas.enclaves"}
    assert (told["areas.enclaves"].rows, told["areas.enclaves"].repair) == ((1,), None)
    assert told["areas.enclaves"].figures["total_m2"] == pytest.approx(1600, rel=1e-3)


def test_gaps_that_lead_outside_are_told(tmp_path: Path) -> None:
    told = findings(write(tmp_path, squares(5)))
    assert set(told) == {"areas.gaps"}
    assert told["areas.gaps"].figures["total_m2"] == pytest.approx(500, rel=1e-3)
    assert findings(write(tmp_path, squares(25))) == {}


def test_rings_that_are_not_closed_are_not_also_empty(tmp_path: Path) -> None:
    layer = gpd.GeoDataFrame({"grid_id": ["g1", "g2"]}, geometry=squares(0), crs=4326)
    drawn = json.loads(layer.to_json())
    drawn["features"][0]["geometry"]["coordinates"][0].pop()
    path = tmp_path / "grids.geojson"
    path.write_text(json.dumps(drawn), encoding="utf-8")
    assert set(findings(path)) == {"areas.unclosed"}


def test_broken_outlines_are_told_with_the_reason(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(120, 30), (120.01, 30.01), (120.01, 30), (120, 30.01)])
    told = findings(write(tmp_path, [bow_tie, None]))
    assert told["areas.invalid"].repair == "make_valid"
    assert "Self-intersection (1)" in told["areas.invalid"].problem
    assert told["areas.empty"].rows == (2,)


def test_slivers_and_far_parts(tmp_path: Path) -> None:
    far = shapely.MultiPolygon([shapely.box(0, 200, 100, 300), shapely.box(6100, 200, 6150, 250)])
    told = findings(write(tmp_path, on_map(shapely.box(0, 0, 2, 500), far)))
    assert told["areas.slivers"].rows == (1,)
    assert told["areas.far_parts"].rows == (2,)
    assert told["areas.far_parts"].figures["farthest_km"] == pytest.approx(6.0, rel=1e-3)


def test_lines_are_no_areas(tmp_path: Path) -> None:
    assert (
        findings(write(tmp_path, [shapely.LineString([(120, 30), (120.1, 30)])]))["areas.not_polygons"].severity
        == "refuse"
    )


def test_areas_outside_of_the_station_that_they_name(tmp_path: Path) -> None:
    station = gpd.GeoDataFrame(
        {"station_id": ["s1"], "name": ["s1"]}, geometry=on_map(shapely.box(0, 0, 300, 100)), crs=4326
    )
    store = Store(tmp_path / "store")
    store.publish({"stations": station}, as_of=TODAY, time_zone="Asia/Shanghai", title="One")
    # Inside; 40 of 100 m outside; wholly outside; 2 m outside, as wide as a border drawn twice.
    boxes = [(100, 0, 200, 100), (240, 0, 340, 100), (400, 0, 500, 100), (-2, 0, 98, 100)]
    path = write(tmp_path, on_map(*(shapely.box(*box) for box in boxes)), station_id=["s1"] * 4)
    told = findings(path, store=store)["areas.outside_parent"]
    assert (told.count, told.rows, told.column, told.figures["level"]) == (2, (3, 2), "station_id", "station")
    assert told.figures["most"] == pytest.approx(1.0)


def test_a_file_that_does_not_say_its_system(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"grid_id": ["g1"]}, geometry=[squares(0)[0]], crs=4326).to_file(tmp_path / "grids.shp")
    (tmp_path / "grids.prj").unlink()
    assert findings(tmp_path / "grids.shp")["coordinates.no_system"].severity == "ask"


def test_faults_are_a_layer_to_look_at(tmp_path: Path) -> None:
    outlines = gpd.GeoDataFrame(geometry=[*ring_with_gap(2), *on_map(shapely.box(299, 0, 400, 300))], crs=4326)
    found = border_faults(outlines.set_axis([5, 6, 7]))
    assert found["kind"].tolist() == ["overlap", "gap"]
    assert found["rows"].tolist() == ["6, 7", "6, 5"]
    assert found["area_m2"].tolist() == pytest.approx([300, 200], rel=1e-2)
    assert found.crs == 4326


@pytest.mark.slow
def test_what_a_real_city_s_areas_have(tmp_path: Path) -> None:
    told = findings(shared_file("data", "baltimore-areas", "neighborhoods.geojson"))
    assert told["areas.invalid"].count == 2
    assert told["areas.overlaps"].count == 6
    label = findings(shared_file("data", "chicago-police-areas", "community_areas.geojson"))["coordinates.label"]
    assert "Hu Tzu Shan" in label.problem
    assert "Taiwan" in label.problem
