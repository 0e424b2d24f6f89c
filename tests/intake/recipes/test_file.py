from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from geo.errors import InputRefused, RecipeError
from geo.intake.recipes.file import load_recipe
from geo.intake.recipes.recipe import Condition, template_columns

GOOD = """
layer = "incidents"
file = "a.csv"
leave_out = ["block"]

[columns]
record_id = "id"
found_at = "date"

[constants]
source = "reported"

[dates.found_at]
format = "%m/%d/%Y %H:%M"
zone = "America/Chicago"

[values.class]
from = "type"
left_out = ["GAMBLING"]

[values.class.map]
THEFT = "theft"

[[leave_out_rows]]
reason = "domestic"
where = { domestic = "True", code = { starts_with = ["1", "2"] } }

[release]
as_of = 2025-12-31
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_recipe_is_read(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path, GOOD))
    assert recipe.sources() == ("id", "date", "type", "domestic", "code")
    assert recipe.values["class"].codes == {"THEFT": "theft"}
    assert recipe.row_rules[0].where["code"] == Condition("starts_with", ("1", "2"))
    assert recipe.release.as_of == date(2025, 12, 31)


FAULTS = {
    'layer = "gossip"': "line 2, layer: there is no layer 'gossip'",
    'colour = "red"\nlayer = "incidents"': "line 2, colour: there is no such key",
    "layer = 3": "layer: this must be text",
}


@pytest.mark.parametrize(("line", "message"), FAULTS.items())
def test_a_fault_at_the_top_is_told_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        load_recipe(write(tmp_path, GOOD.replace('layer = "incidents"', line)))


CHANGES = [
    ('record_id = "id"', 'record = "id"', "line 7, columns.record: no such column in incidents"),
    ('zone = "America/Chicago"', 'zone = "Mars/Base"', "line 15, dates.found_at.zone: there is no time zone"),
    ('THEFT = "theft"', "THEFT = 3", "line 22, values.class.map.THEFT: this must be a code"),
    ('left_out = ["GAMBLING"]', 'left_out = ["THEFT"]', "values.class.left_out: 'THEFT' is left out and mapped"),
    ('source = "reported"', "", "nothing fills source"),
    ('source = "reported"', 'source = "reported"\nfound_at = "x"', "found_at: filled more than once"),
    ('leave_out = ["block"]', 'leave_out = ["id"]', "column 'id' is left out and used as well"),
    ('reason = "domestic"', "", "leave_out_rows: a rule needs a reason"),
    ('domestic = "True"', "domestic = { like = 3 }", "no such condition"),
    ("as_of = 2025-12-31", 'as_of = "soon"', "release.as_of: this must be a day"),
    ('leave_out = ["block"]', 'crs = "EPSG:99999999"', "crs: 'EPSG:99999999' is no coordinate system"),
    ('leave_out = ["block"]', "dissolve = true", "incidents are no areas"),
    ("[release]", '[pad]\nsubclass = 4\n[release]', "pad.subclass: the recipe does not fill this column"),
    ("[release]", '[nest]\nstation_id = "guess"\n[release]', "incidents have no such parent"),
    ("[release]", "[placement]\nno_coordinates = [0, 0]\n[release]", "pairs of lon, lat"),
    ("[release]", '[placement]\nrecorded.beat = "b"\n[release]', "placement.recorded.beat: no such code"),
    ("[columns]", 'placed = "inside"\n[columns]', "placed: there is no such key"),
    ("%m/%d/%Y %H:%M", "%m/%Q", "line 14, dates.found_at.format: '%m/%Q' is no format of a date"),
    ('THEFT = "theft"', 'THEFT = "tehft"', "values.class: unknown code 'tehft'"),
    ('source = "reported"', 'source = "heard"', "line 11, constants.source: unknown code 'heard'"),
    ("[release]", '[only]\nfound_at = "x"\n[release]', "only.found_at: these must be conditions"),
    ("[release]", '[only.lon]\ncode = "1"\n[release]', "only.lon: the recipe does not fill this column"),
    ('leave_out = ["block"]', 'slug = ["grid_id"]', "slug.grid_id: the recipe does not fill this column"),
    ('zone = "America/Chicago"', 'moved = { as_if = "Mars" }', "dates.found_at.moved.as_if: there is no time zone"),
    ('zone = "America/Chicago"', 'moved = "UTC"', "dates.found_at.moved: it is not told for which zone"),
    ('left_out = ["GAMBLING"]', 'shared = "none.toml"', "values.class.shared"),
    ('left_out = ["GAMBLING"]', 'left_out = { a = ["X"], b = ["X"] }', "values.class.left_out: 'X' is left out twice"),
    ('domestic = "True"', "domestic = { mapped = true }", "no such condition"),
    ('leave_out = ["block"]', 'delimiter = "::"', "line 4, delimiter: this must be one character"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), CHANGES, ids=[change[2][:40] for change in CHANGES])
def test_a_fault_is_told_with_its_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RecipeError) as refused:
        load_recipe(write(tmp_path, GOOD.replace(old, new)))
    assert message in str(refused.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("America/Chicago", "Mars/Base").replace('file = "a.csv"', "").replace("THEFT = ", "THEFT = 3 #")
    with pytest.raises(RecipeError) as refused:
        load_recipe(write(tmp_path, text))
    assert len(str(refused.value).splitlines()) == 3


def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"this is not TOML.*line 1"):
        load_recipe(write(tmp_path, "layer = incidents"))


def test_settings_may_be_shared(tmp_path: Path) -> None:
    (tmp_path / "release.toml").write_text('title = "Shared"\n', encoding="utf-8")
    text = GOOD.replace("[release]\nas_of = 2025-12-31", "").replace("[columns]", 'release = "release.toml"\n[columns]')
    assert load_recipe(write(tmp_path, text)).release.title == "Shared"


def test_a_file_is_looked_for_under_the_folder_given_first(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path, GOOD))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.csv").touch()
    assert recipe.locate(tmp_path / "files") == tmp_path / "files" / "a.csv"
    with pytest.raises(InputRefused, match=r"no such file.*--files"):
        recipe.locate(None)


def test_columns_of_a_template() -> None:
    assert template_columns("{a} of {b c}.") == ("a", "b c")
    assert template_columns("plain") == ()


def test_a_shared_map_has_each_value_once_and_a_table_for_the_layer(tmp_path: Path) -> None:
    shared = '[disputes]\nNOISE = "neighbours"\n[left_out]\nfun = ["NOISE"]\n'
    (tmp_path / "types.toml").write_text(shared, encoding="utf-8")
    text = GOOD.replace('left_out = ["GAMBLING"]', 'shared = "types.toml"')
    with pytest.raises(RecipeError) as refused:
        load_recipe(write(tmp_path, text))
    assert "types.toml: 'NOISE' stands there twice" in str(refused.value)
    assert "types.toml has no table for incidents" in str(refused.value)
