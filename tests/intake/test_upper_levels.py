"""Cities and provinces above the counties, from files and recipes as all other areas."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.areas import find_area, levels, parent
from geo.errors import LayerError
from geo.intake import import_recipes
from geo.intake.doctor import diagnose
from geo.intake.recipes.draft import draft_recipe
from geo.store import Store
from tests.intake.conftest import RELEASE


def write(folder: Path, level: str, layer: str, codes: list[str], **columns: list[str]) -> Path:
    """Write squares beside each other as a file and its recipe; columns are named as those of the layer."""
    boxes = [shapely.box(120 + 0.4 * at, 30, 120.4 + 0.4 * at, 30.1) for at in range(len(codes))]
    table = {"代码": codes, "名称": [f"{code}名" for code in codes], **columns}
    gpd.GeoDataFrame(table, geometry=boxes, crs=4326).to_file(folder / f"{layer}.geojson")
    lines = [f'{level}_id = "代码"', 'name = "名称"', *(f'{name} = "{name}"' for name in columns)]
    recipe = folder / f"{layer}.toml"
    text = "\n".join([f'layer = "{layer}"', f'file = "{layer}.geojson"', "[columns]", *lines, RELEASE])
    recipe.write_text(text, encoding="utf-8")
    return recipe


@pytest.fixture
def recipes(tmp_path: Path) -> list[Path]:
    return [
        write(tmp_path, "county", "counties", ["330681", "330682"], city_id=["3306", "3306"]),
        write(tmp_path, "city", "cities", ["3306"], province_id=["33"]),
        write(tmp_path, "province", "provinces", ["33"]),
    ]


def test_one_import_takes_in_all_levels_in_any_order(tmp_path: Path, recipes: list[Path]) -> None:
    store = Store(tmp_path / "store")
    report = import_recipes(recipes, store)
    assert [(layer.layer, layer.rows_loaded) for layer in report.layers] == [
        ("provinces", 1),
        ("cities", 1),
        ("counties", 2),
    ]
    release = store.current()
    assert release is not None
    assert levels(release) == ("province", "city", "county")
    assert [parent(release, area) for area in ("330681", "3306", "33")] == ["3306", "33", None]
    assert find_area(release, "330682")["province_id"] == "33"


def test_levels_above_come_to_counties_that_are_there(tmp_path: Path, recipes: list[Path]) -> None:
    store = Store(tmp_path / "store")
    import_recipes([write(tmp_path, "county", "counties", ["330681", "330682"])], store)
    counties = write(tmp_path, "county", "counties", ["330681", "330682"], city_id=["3306", "3306"])
    import_recipes(recipes[1:], store)
    import_recipes([counties], store)
    release = store.current()
    assert release is not None
    assert parent(release, "330681") == "3306"


def test_counties_of_cities_that_are_not_there_are_refused(tmp_path: Path, recipes: list[Path]) -> None:
    with pytest.raises(LayerError, match="point to cities that are not there"):
        import_recipes(recipes[:1], Store(tmp_path / "store"))


def test_a_city_may_not_be_taken_away_from_its_counties(tmp_path: Path, recipes: list[Path]) -> None:
    store = Store(tmp_path / "store")
    import_recipes(recipes, store)
    with pytest.raises(LayerError, match="point to cities that are not there, such as '3306'"):
        import_recipes([write(tmp_path, "city", "cities", ["3307"], province_id=["33"])], store)


def test_the_doctor_asks_for_a_city_where_there_are_cities(tmp_path: Path, recipes: list[Path]) -> None:
    store = Store(tmp_path / "store")
    import_recipes(recipes[1:], store)
    file = tmp_path / "counties.geojson"
    assert "city_id" not in diagnose(file, layer="counties").meaning
    found = diagnose(file, layer="counties", store=store)
    assert found.meaning["city_id"] == "city_id"
    assert draft_recipe(found, "counties", release=store.current()).columns["city_id"] == "city_id"


def test_of_two_layers_that_fit_as_well_the_lower_is_guessed(tmp_path: Path) -> None:
    write(tmp_path, "county", "counties", ["a", "b"])
    file = (tmp_path / "counties.geojson").rename(tmp_path / "shapes.geojson")
    names = [name for name, _score in diagnose(file).layers]
    assert names.index("counties") < names.index("provinces")
    write(tmp_path, "province", "provinces", ["a", "b"])
    assert diagnose(tmp_path / "provinces.geojson").layer == "provinces"
