"""Faults of areas that should fill a map; sizes worked out by hand on squares of known metres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.crs import unproject_points, working_crs
from geo.errors import GeoError
from geo.intake.doctor.areas import (
    Metric,
    far_parts,
    find_gaps,
    find_outside,
    find_overlaps,
    find_slivers,
    stray_parts,
)
from geo.intake.repair.close_borders import close_borders

CRS = working_crs((120.0, 30.0, 120.02, 30.02))


# Two areas stand on a wide one: the border below has a point less than the two above.
T_JUNCTION = [
    shapely.box(120, 30, 120.02, 30.01),
    shapely.box(120, 30.01, 120.01, 30.02),
    shapely.box(120.01, 30.01, 120.02, 30.02),
]


def on_map(*shapes: shapely.Geometry) -> NDArray[np.object_]:
    """Turn shapes in metres around 30.01° N 120.01° E into longitude and latitude."""

    def back(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(unproject_points(metres[:, 0], metres[:, 1], CRS))

    return shapely.transform(np.array(shapes, dtype=object), back)


def squares(gap_m: float) -> NDArray[np.object_]:
    """Two squares of 100 m side by side, so far apart (or, below 0, on each other)."""
    return on_map(shapely.box(0, 0, 100, 100), shapely.box(100 + gap_m, 0, 200 + gap_m, 100))


def ring_with_gap(width_m: float) -> NDArray[np.object_]:
    """Two halves of a square of 300 m with a slit of 100 m between them that both go round."""
    slit = shapely.box(150, 100, 150 + width_m, 200)
    left, right = shapely.box(0, 0, 150, 300), shapely.box(150, 0, 300, 300)
    return on_map(left.difference(slit), right.difference(slit))


def test_an_overlap_has_its_size_and_width() -> None:
    (found,) = find_overlaps(Metric.of(squares(-4))).itertuples()
    assert (found.first, found.second) == (0, 1)
    assert found.area_m2 == pytest.approx(400, rel=1e-3)
    assert found.width_m == pytest.approx(4, rel=0.02)
    assert found.share == pytest.approx(0.04, rel=1e-3)


def test_neighbours_that_only_touch_do_not_overlap() -> None:
    assert find_overlaps(Metric.of(squares(0))).empty
    assert find_overlaps(Metric.of(squares(5))).empty


def test_an_area_twice_lies_on_itself_wholly() -> None:
    twice = Metric.of(np.concatenate([squares(0), squares(0)[:1]]))
    assert find_overlaps(twice)["share"].tolist() == pytest.approx([1.0])


def test_a_border_with_more_points_on_one_side_is_the_same_border() -> None:
    # Straight edges in longitude and latitude; in metres the long one bends away from the two short ones.
    assert find_overlaps(Metric.of(T_JUNCTION)).empty
    assert find_gaps(Metric.of(T_JUNCTION), open_width_m=20).empty


def test_an_area_within_another_is_not_like_it() -> None:
    (found,) = find_overlaps(Metric.of(on_map(shapely.box(0, 0, 200, 200), shapely.box(50, 50, 90, 90)))).itertuples()
    assert found.share == pytest.approx(1)
    # 1,600 m² of the 40,000 m² that either of them holds.
    assert found.alike == pytest.approx(0.04, rel=1e-3)


@pytest.mark.parametrize("other", [[(105, 0, 205, 100)], [(105, 0, 205, 50), (105, 50, 205, 100)]])
def test_a_strip_between_areas_that_leads_outside_is_a_gap(other: list[tuple[float, float, float, float]]) -> None:
    areas = Metric.of(on_map(shapely.box(0, 0, 100, 100), *(shapely.box(*bounds) for bounds in other)))
    assert find_gaps(areas).empty
    (found,) = find_gaps(areas, open_width_m=20).itertuples()
    assert found.neighbours == tuple(range(1 + len(other)))
    assert (found.area_m2, found.width_m) == (pytest.approx(500, rel=1e-3), pytest.approx(5, rel=0.02))
    assert find_gaps(areas, open_width_m=4).empty


def test_inlets_and_corners_of_the_outer_border_are_no_gaps() -> None:
    beside = shapely.box(100, 0, 200, 50)
    inlet = shapely.box(0, 0, 100, 100).difference(shapely.box(50, 40, 55, 100))
    notch = shapely.box(0, 0, 100, 100).difference(shapely.box(92, 80, 100, 100))
    for areas in ([inlet, beside], [notch, shapely.box(100, 0, 200, 100)]):
        assert find_gaps(Metric.of(on_map(*areas)), open_width_m=20).empty


def test_between_scattered_areas_there_are_streets() -> None:
    parks = [shapely.box(at * 1000, 0, at * 1000 + 100, 100) for at in range(3)]
    across = shapely.box(110, 0, 210, 100)
    assert find_gaps(Metric.of(on_map(*parks, across)), open_width_m=20).empty
    # Two of three have one beside them.
    assert len(find_gaps(Metric.of(on_map(*parks[:2], across)), open_width_m=20)) == 1


def test_an_island_is_no_part_of_the_gap_around_it() -> None:
    around, inner = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60)), shapely.box(41, 41, 59, 59)
    (found,) = find_gaps(Metric.of(on_map(around, inner))).itertuples()
    # 20² - 18²
    assert found.area_m2 == pytest.approx(76, rel=1e-3)
    assert sorted(found.neighbours) == [0, 1]


def test_a_gap_has_its_size_width_and_neighbours() -> None:
    (found,) = find_gaps(Metric.of(ring_with_gap(2))).itertuples()
    assert found.area_m2 == pytest.approx(200, rel=1e-3)
    assert found.width_m == pytest.approx(2, rel=0.02)
    assert sorted(found.neighbours) == [0, 1]
    # The slit is cut out of the right half alone: it has three of its sides.
    assert found.neighbours[0] == 1


def test_a_hole_in_one_area_that_nothing_fills_is_a_gap_of_one() -> None:
    hole = on_map(shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60)))
    (found,) = find_gaps(Metric.of(hole)).itertuples()
    assert (found.neighbours, round(found.area_m2)) == ((0,), 400)


def test_a_hole_that_another_area_fills_is_none() -> None:
    inner = shapely.box(40, 40, 60, 60)
    assert find_gaps(Metric.of(on_map(shapely.box(0, 0, 100, 100).difference(inner), inner))).empty


def test_slivers_are_narrow_not_small() -> None:
    strip, small = shapely.box(0, 0, 2, 500), shapely.box(10, 0, 16, 6)
    assert find_slivers(Metric.of(on_map(strip, small))).tolist() == [0]


def test_parts_far_apart_for_their_size_are_told_with_their_distance() -> None:
    # The largest part of the second measures 141 m across: 550 m are more than three times as much.
    near = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(520, 0, 570, 50)])
    far = shapely.MultiPolygon([shapely.box(0, 200, 100, 300), shapely.box(650, 200, 700, 250)])
    island = shapely.MultiPolygon([shapely.box(0, 400, 3000, 3400), shapely.box(9000, 400, 9500, 900)])
    assert far_parts(Metric.of(on_map(near, far, island))) == {1: pytest.approx(550, rel=1e-3)}


def test_tiny_parts_are_told_and_small_areas_are_not() -> None:
    stray = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(110, 0, 110.5, 0.5)])
    small = shapely.box(300, 0, 300.5, 0.5)
    several = shapely.MultiPolygon([shapely.box(0, 200, 100, 300), shapely.box(110, 200, 112, 202)])
    assert stray_parts(Metric.of(on_map(stray, small, several))).tolist() == [0]


def test_the_share_outside_of_the_parent_and_its_width() -> None:
    areas = on_map(shapely.box(0, 0, 100, 100), shapely.box(90, 0, 110, 10), shapely.box(0, 0, 1, 1))
    parent = on_map(shapely.box(0, 0, 100, 100))[0]
    outside = find_outside(Metric.of(areas), [parent, parent, None])
    assert outside["share"][:2].tolist() == pytest.approx([0.0, 0.5], abs=1e-3)
    assert outside["width_m"][:2].tolist() == pytest.approx([0.0, 10.0], rel=0.02)
    assert outside.loc[2].isna().all()


def test_no_areas_have_no_faults() -> None:
    nothing = Metric.of([])
    assert find_overlaps(nothing).empty
    assert find_gaps(nothing).empty
    assert find_slivers(nothing).size == 0


def test_narrow_gaps_and_overlaps_are_closed() -> None:
    areas = np.concatenate([ring_with_gap(1), on_map(shapely.box(299.5, 0, 400, 300))])
    closing = close_borders(areas, width_m=2)
    assert (closing.gaps, closing.overlaps, closing.wider) == (1, 1, 0)
    assert closing.moved_m2 == pytest.approx(100 + 150, rel=0.01)
    assert shapely.coverage_is_valid(closing.areas)
    assert find_gaps(Metric.of(closing.areas)).empty
    assert set(closing.changed) <= {0, 1, 2}
    assert 1 in closing.changed
    assert shapely.area(Metric.of(closing.areas).metres).sum() == pytest.approx(400 * 300, rel=1e-5)


@pytest.mark.parametrize("slant_m", [0, 40])
def test_a_gap_that_leads_outside_is_closed(slant_m: float) -> None:
    left = shapely.Polygon([(0, 0), (100, 0), (100 - slant_m, 100), (0, 100)])
    right = shapely.Polygon([(103, 0), (200, 0), (200, 100), (103 - slant_m, 100)])
    closing = close_borders(on_map(left, right), width_m=5)
    assert (closing.gaps, closing.overlaps, closing.wider, len(closing.changed)) == (1, 0, 0, 1)
    assert closing.moved_m2 == pytest.approx(300, rel=1e-3)
    assert shapely.coverage_is_valid(closing.areas)
    assert shapely.get_num_geometries(closing.areas).tolist() == [1, 1]
    assert shapely.get_num_geometries(shapely.union_all(closing.areas)) == 1


def test_what_fits_is_not_said_to_be_closed() -> None:
    closing = close_borders(T_JUNCTION, width_m=20)
    assert (closing.gaps, closing.overlaps, closing.moved_m2, closing.changed) == (0, 0, 0.0, ())


def test_a_wide_gap_stays_and_is_told() -> None:
    closing = close_borders(ring_with_gap(20), width_m=2)
    assert (closing.gaps, closing.wider, closing.changed) == (0, 1, ())
    assert find_gaps(Metric.of(closing.areas))["area_m2"].tolist() == pytest.approx([2000], rel=1e-3)


def test_a_wide_overlap_is_for_people_to_decide() -> None:
    with pytest.raises(GeoError, match=r"1 overlaps are wider than 2 m, such as between areas 0 and 1.*decide"):
        close_borders(squares(-30), width_m=2)
    with pytest.raises(GeoError, match="width of 0 m"):
        close_borders(squares(0), width_m=0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), wobble_m=st.floats(0.01, 0.8))
def test_whatever_wobbles_is_a_coverage_afterwards(seed: int, wobble_m: float) -> None:
    random = np.random.default_rng(seed)
    cells = [
        shapely.box(column * 50, row * 50, column * 50 + 50, row * 50 + 50) for column in range(3) for row in range(3)
    ]
    shaken = [
        shapely.transform(
            cell, lambda points: points + random.uniform(-wobble_m, wobble_m, points.shape)[[0, 1, 2, 3, 0]]
        )
        for cell in cells
    ]
    before = on_map(*shaken)
    closing = close_borders(before, width_m=5)
    assert shapely.coverage_is_valid(closing.areas)
    assert len(closing.areas) == 9
    assert find_overlaps(Metric.of(closing.areas)).empty
    sizes, kept = (shapely.area(Metric.of(shapes).metres) for shapes in (before, closing.areas))
    assert np.abs(sizes - kept).max() < 2 * 50 * 4 * wobble_m + 1
