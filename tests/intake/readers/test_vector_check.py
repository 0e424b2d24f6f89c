"""What a map file shows before it is read: brackets and texts counted as JSON has them, tables that are none."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputRefused
from geo.intake.readers import encoding, vector_check
from geo.intake.readers.vector_check import check_vector

SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def limits(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small limits: five brackets, texts of forty bytes, three names."""
    own = tmp_path_factory.mktemp("limits") / "own.toml"
    own.write_text("[json]\ndepth = 5\n[table]\ncell_characters = 10\ncolumns = 3\n", encoding="utf-8")
    monkeypatch.setenv("MAPLEGRID_LIMITS", str(own))


def _json(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.geojson"
    path.write_text(text, encoding="utf-8")
    return path


def _depth(value: object) -> int:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(_depth, inner), default=0)
    return 0


VALUES = st.recursive(
    st.text(alphabet='[]{}"\\x', max_size=8) | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=12,
)


@SETTINGS
@given(value=st.lists(VALUES, max_size=4), piece=st.integers(1, 9))
def test_brackets_are_counted_as_json_has_them(value: list[object], piece: int, tmp_path: Path) -> None:
    path = _json(tmp_path, json.dumps(value))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_PIECE_BYTES", piece)
        if _depth(value) <= 5:
            check_vector(path)
        else:
            with pytest.raises(InputRefused, match="more than 5 brackets within brackets, in line 1"):
                check_vector(path)


@pytest.mark.parametrize("piece", [1, 7, 1000])
@pytest.mark.parametrize(("size", "fits"), [(40, True), (41, False)])
def test_texts_are_measured_across_pieces(
    size: int, fits: bool, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_PIECE_BYTES", piece)
    path = _json(tmp_path, json.dumps({"a": 1, "b": "x" * size}))
    if fits:
        check_vector(path)
    else:
        with pytest.raises(InputRefused, match="a text of more than 10 characters, before the end of line 1"):
            check_vector(path)


def test_names_are_counted_once_each(tmp_path: Path) -> None:
    check_vector(_json(tmp_path, json.dumps([{"a": ":x", "b": 1, "c": 1}] * 50)))
    with pytest.raises(InputRefused, match="more than 3 attributes, in line 2"):
        check_vector(_json(tmp_path, '{"a":1,"b":1,\n"c":1,"d":1}'))


def test_the_usual_geopackage_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAPLEGRID_LIMITS")
    areas = gpd.GeoDataFrame({"code": ["1"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    areas.to_file(tmp_path / "a.gpkg")
    check_vector(tmp_path / "a.gpkg")


def test_a_question_of_too_many_steps_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAPLEGRID_LIMITS")
    areas = gpd.GeoDataFrame({"code": ["1"] * 3000}, geometry=[shapely.Point(0, 0)] * 3000, crs=4326)
    areas.to_file(tmp_path / "a.gpkg")
    monkeypatch.setattr(vector_check, "_STEPS", 1)
    with pytest.raises(InputRefused, match=r"a\.gpkg: the file can't be read \(interrupted\)"):
        check_vector(tmp_path / "a.gpkg")


def test_a_file_that_does_not_fit_into_memory_is_refused(tmp_path: Path) -> None:
    path = _json(tmp_path, "{}")
    with path.open("r+b") as file:
        file.truncate(3 << 30)
    with pytest.raises(InputRefused, match=r"a\.geojson: the file is longer than 2 GiB"):
        check_vector(path)
