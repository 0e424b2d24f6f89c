from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import InputRefused, LayerError
from geo.intake.recipes.recipe import Recipe
from geo.intake.shapes import Split, find_parents, nest_areas, prepare_shapes, split_areas, to_lonlat

BOW = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])  # crosses itself in the middle


def recipe(**more: object) -> Recipe:
    return Recipe(path=Path("r.toml"), layer="grids", file="a.geojson", **more)  # type: ignore[arg-type]


def grids(*shapes: shapely.Geometry, codes: list[str] | None = None, crs: str | None = "EPSG:4326") -> gpd.GeoDataFrame:
    names = codes or [f"g{place}" for place in range(len(shapes))]
    frame = gpd.GeoDataFrame({"grid_id": names, "name": names}, geometry=list(shapes), crs=crs)
    frame.index = frame.index + 1
    return frame


def test_pieces_of_one_area_become_one() -> None:
    rows = grids(shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), shapely.box(5, 0, 6, 1), codes=["a", "a", "b"])
    prepared = prepare_shapes(rows, recipe(dissolve=True))
    assert prepared.areas["grid_id"].tolist() == ["a", "b"]
    assert shapely.area(prepared.areas.geometry.to_numpy()).tolist() == [2.0, 1.0]
    assert prepared.dissolved == {"a": 2}


def test_pieces_that_differ_in_other_columns_are_refused() -> None:
    rows = grids(shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), codes=["a", "a"]).assign(name=["x", "y"])
    with pytest.raises(LayerError, match="rows 1, 2: pieces with the same grid_id differ"):
        prepare_shapes(rows, recipe(dissolve=True))


def test_an_invalid_polygon_is_refused_by_its_code() -> None:
    with pytest.raises(LayerError, match=r"row 2: invalid polygons \(g1\).*make_valid"):
        prepare_shapes(grids(shapely.box(0, 0, 1, 1), BOW), recipe())


def test_an_invalid_polygon_is_repaired_where_the_recipe_says_so_and_listed() -> None:
    prepared = prepare_shapes(grids(shapely.box(3, 0, 4, 1), BOW), recipe(repair=("make_valid",)))
    assert prepared.repaired == ("g1",)
    assert prepared.areas.geometry.is_valid.all()
    # Two triangles of base 1 and height 1/2.
    assert shapely.area(prepared.areas.geometry.to_numpy()).tolist() == pytest.approx([1.0, 0.5])


@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
def test_an_area_without_a_shape_is_refused(shape: shapely.Geometry) -> None:
    with pytest.raises(LayerError, match="row 2: no geometry"):
        prepare_shapes(grids(shapely.box(0, 0, 1, 1), shape), recipe())


def test_a_file_without_a_coordinate_system_is_refused_and_the_recipe_s_is_taken() -> None:
    rows = grids(shapely.box(13_358_338, 3_503_549, 13_358_348, 3_503_559), crs=None)
    with pytest.raises(InputRefused, match="does not say its coordinate system"):
        to_lonlat(rows, name="a.shp")
    # Web Mercator of 120 E, 30 N.
    assert to_lonlat(rows, name="a.shp", crs="EPSG:3857").total_bounds[:2] == pytest.approx([120, 30], abs=1e-4)


def test_the_recipe_s_word_comes_before_a_wrong_one_in_the_file() -> None:
    rows = grids(shapely.box(120, 30, 121, 31), crs="EPSG:4236")
    assert to_lonlat(rows, name="a", crs="EPSG:4326").total_bounds.tolist() == [120, 30, 121, 31]


def test_heights_are_dropped() -> None:
    rows = grids(shapely.force_3d(shapely.box(0, 0, 1, 1), 5.0))
    assert not to_lonlat(rows, name="a").has_z.any()


PARENTS = np.array([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)])


def test_the_larger_overlap_is_the_parent_and_an_equal_one_goes_to_the_smaller_code() -> None:
    areas = np.array([shapely.box(1.5, 0, 2.2, 1), shapely.box(1.5, 0, 2.5, 1), shapely.box(9, 9, 10, 10)])
    assert find_parents(areas, PARENTS, ["b", "a"], method="largest_overlap") == ["b", "a", None]


def test_a_border_shared_is_no_overlap() -> None:
    areas = np.array([shapely.box(4, 0, 5, 1)])
    assert find_parents(areas, PARENTS, ["a", "b"], method="largest_overlap") == [None]


def test_the_representative_point_lies_in_the_area_even_if_its_middle_does_not() -> None:
    horseshoe = shapely.difference(shapely.box(0.5, 0.5, 3.5, 1.5), shapely.box(0.9, 0.4, 3.6, 1.4))
    expected = "a" if shapely.point_on_surface(horseshoe).x < 2 else "b"
    assert find_parents(np.array([horseshoe]), PARENTS, ["a", "b"], method="representative_point") == [expected]


def test_areas_in_several_parents_are_told_with_their_shares_the_most_divided_first() -> None:
    areas = np.array([shapely.box(0, 0, 1, 1), shapely.box(1.25, 0, 2.25, 1), shapely.box(1.4, 0, 2.4, 1)])
    split = split_areas(areas, ["whole", "quarter", "two fifths"], PARENTS, ["a", "b"])
    assert [(one.area, one.parent, one.second) for one in split] == [("two fifths", "a", "b"), ("quarter", "a", "b")]
    assert [one.share for one in split] == pytest.approx([0.6, 0.75], abs=1e-3)
    assert [one.second_share for one in split] == pytest.approx([0.4, 0.25], abs=1e-3)


def test_an_area_that_juts_out_of_all_parents_has_no_second() -> None:
    (one,) = split_areas(np.array([shapely.box(3, 0, 5, 1)]), ["g"], PARENTS, ["a", "b"])
    assert replace(one, share=round(one.share, 3)) == Split("g", "b", 0.5, None, 0.0)


def test_a_border_drawn_twice_divides_nothing() -> None:
    assert split_areas(np.array([shapely.box(1, 0, 2.001, 1)]), ["g"], PARENTS, ["a", "b"]) == ()


def stations() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"station_id": ["a", "b"]}, geometry=list(PARENTS), crs=4326)


def test_parents_are_filled_in_and_recorded_ones_stand() -> None:
    rows = grids(shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), shapely.box(3, 0, 4, 1))
    rows["station_id"] = [None, "a", "b"]
    nested, nesting = nest_areas(rows, stations(), layer="grids", column="station_id", method="largest_overlap")
    assert nested["station_id"].tolist() == ["a", "a", "b"]
    assert nesting.disagreeing == (("g1", "a", "b"),)


def test_an_area_in_no_parent_is_refused_by_its_code() -> None:
    with pytest.raises(LayerError, match="row 1: 1 areas lie in none of the parents, such as g0"):
        nest_areas(
            grids(shapely.box(8, 8, 9, 9)), stations(), layer="grids", column="station_id", method="largest_overlap"
        )
