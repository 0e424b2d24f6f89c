from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake.assignment.exact import crosses, is_clockwise, is_on_segment, orientation

# Longitudes and latitudes as they come: any double between a millionth of a degree and the far side of the earth.
degrees = st.one_of(st.just(0.0), st.floats(1e-6, 180.0), st.floats(-180.0, -1e-6))
sixteenths = st.integers(-40, 40).map(lambda number: 120 + number / 16)


def orientation_by_fractions(*coordinates: float) -> int:
    ax, ay, bx, by, px, py = (Fraction(coordinate) for coordinate in coordinates)
    determinant = (ax - px) * (by - py) - (ay - py) * (bx - px)
    return (determinant > 0) - (determinant < 0)


@settings(deadline=None, max_examples=300)
@given(st.tuples(*[st.one_of(degrees, sixteenths)] * 6))
def test_the_side_of_a_line_is_exact(coordinates: tuple[float, ...]) -> None:
    assert orientation(*coordinates) == orientation_by_fractions(*coordinates)


@settings(deadline=None, max_examples=300)
# Products of numbers below 1e-150 vanish; nothing on earth is as small.
@given(st.tuples(*[degrees] * 4), st.just(0.0) | st.floats(1e-100, 1))
def test_the_side_is_exact_for_points_rounded_onto_the_line(ends: tuple[float, ...], share: float) -> None:
    ax, ay, bx, by = ends
    px, py = ax + share * (bx - ax), ay + share * (by - ay)
    assert orientation(ax, ay, bx, by, px, py) == orientation_by_fractions(ax, ay, bx, by, px, py)


def test_a_difference_that_doubles_cannot_hold_is_seen() -> None:
    # (1 + e, 1 + e) is on the diagonal, (1 + e, 1) and (1, 1 + e) are one unit in the last place off it.
    e = 2.0**-52
    assert orientation(0.0, 0.0, 3.0, 3.0, 1 + e, 1 + e) == 0
    assert orientation(0.0, 0.0, 3.0, 3.0, 1 + e, 1.0) == -1
    assert orientation(0.0, 0.0, 3.0, 3.0, 1.0, 1 + e) == 1


@pytest.mark.parametrize(
    ("point", "expected"), [((1.0, 1.0), True), ((0.0, 0.0), True), ((2.0, 2.0), True), ((3.0, 3.0), False)]
)
def test_a_point_of_the_line_is_on_the_segment_between_its_ends(point: tuple[float, float], expected: bool) -> None:
    assert is_on_segment(0.0, 0.0, 2.0, 2.0, *point) is expected


def test_a_way_through_a_shared_vertex_crosses_the_two_edges_once() -> None:
    # The chain (0, 0) → (1, 1) → (2, 0) is met by the way from (1, 2) down to (1, -1) exactly in its middle vertex.
    way = (1.0, 2.0, 1.0, -1.0)
    assert crosses(0.0, 0.0, 1.0, 1.0, *way) + crosses(1.0, 1.0, 2.0, 0.0, *way) == 1


def test_a_way_that_touches_a_peak_crosses_both_edges_or_none() -> None:
    way = (0.0, 1.0, 2.0, 1.0)
    assert crosses(0.0, 0.0, 1.0, 1.0, *way) + crosses(1.0, 1.0, 2.0, 0.0, *way) in (0, 2)


@pytest.mark.parametrize("start", range(6))
@pytest.mark.parametrize("reverse", [False, True])
def test_the_turn_of_a_ring_is_told_from_any_first_vertex(start: int, reverse: bool) -> None:
    # An arrow head that turns left on the whole though its notch turns right, with its western corner there twice.
    vertices = [(0.0, 0.0), (0.0, 0.0), (4.0, -1.0), (1.0, 0.0), (4.0, 1.0), (2.0, 1.0)]
    turned = vertices[start:] + vertices[:start]
    ring = np.array([*turned, turned[0]][:: -1 if reverse else 1])
    assert is_clockwise(ring.ravel(), 0, len(ring) - 1) is reverse
