"""Exact predicates of plane geometry in compiled code: the side of a line, the crossing of two segments.

The side of a line is first computed in plain floating point with an error bound; where the bound does not decide, it
is computed again as an exact expansion (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust
Geometric Predicates", Discrete & Computational Geometry 18, 1997). The answer is exact for all coordinates whose
products neither overflow nor underflow, which longitudes, latitudes and metres never do.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from geo.intake.assignment.compiled import inner

__all__ = ["crosses", "ends_of", "is_clockwise", "is_on_segment", "orientation", "reverse"]

_Eight: TypeAlias = tuple[float, float, float, float, float, float, float, float]

# The bound of Shewchuk's first stage: (3 + 16 u) u with u = 2⁻⁵³.
_ERROR_BOUND = 3.3306690738754716e-16
# Splits a double in two halves of 26 bits (Dekker).
_SPLITTER = 134217729.0
_TERMS = 16


@inner
def orientation(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Tell the side of the line from a to b that p is on: 1 left, -1 right, 0 exactly on the line."""
    left = (ax - px) * (by - py)
    right = (ay - py) * (bx - px)
    determinant = left - right
    bound = _ERROR_BOUND * (abs(left) + abs(right))
    if determinant > bound:
        return 1
    if -determinant > bound:
        return -1
    return _orientation_exact(ax, ay, bx, by, px, py)


@inner
def _orientation_exact(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    return _sign_of_sum(_multiply_differences(ax, px, by, py) + _multiply_differences(py, ay, bx, px))


@inner
def _multiply_differences(a: float, b: float, c: float, d: float) -> _Eight:
    """Give eight numbers whose exact sum is (a - b) · (c - d)."""
    first, first_rest = _subtract(a, b)
    second, second_rest = _subtract(c, d)
    one, two = _multiply(first, second)
    three, four = _multiply(first, second_rest)
    five, six = _multiply(first_rest, second)
    seven, eight = _multiply(first_rest, second_rest)
    return one, two, three, four, five, six, seven, eight


@inner
def _subtract(a: float, b: float) -> tuple[float, float]:
    """Give the rounded difference and its exact rest (two-diff)."""
    difference = a - b
    b_virtual = a - difference
    a_virtual = difference + b_virtual
    return difference, (a - a_virtual) + (b_virtual - b)


@inner
def _multiply(a: float, b: float) -> tuple[float, float]:
    """Give the rounded product and its exact rest (two-product)."""
    product = a * b
    scaled = _SPLITTER * a
    a_high = scaled - (scaled - a)
    a_low = a - a_high
    scaled = _SPLITTER * b
    b_high = scaled - (scaled - b)
    b_low = b - b_high
    rest = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, rest


@inner
def _sign_of_sum(terms: tuple[float, ...]) -> int:
    """Tell the sign of the exact sum of sixteen terms by growing an expansion; its last part that is not 0 decides."""
    expansion = np.empty(_TERMS)
    for count in range(_TERMS):
        carry = terms[count]
        for part in range(count):
            total = carry + expansion[part]
            virtual = total - carry
            expansion[part] = (carry - (total - virtual)) + (expansion[part] - virtual)
            carry = total
        expansion[count] = carry
    for part in range(_TERMS - 1, -1, -1):
        if expansion[part] != 0.0:
            return 1 if expansion[part] > 0.0 else -1
    return 0


@inner
def is_on_segment(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> bool:
    """Tell whether p, which is on the line through a and b, is between them or one of them."""
    return min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by)


@inner
def crosses(ax: float, ay: float, bx: float, by: float, px: float, py: float, rx: float, ry: float) -> bool:
    """Tell whether the way from p to r crosses the edge from a to b; neither p nor r may be on the edge.

    A vertex that is exactly on the way counts as right of it. Each vertex is judged alike for both its edges, so the
    number of crossings with a closed ring is odd exactly if one of p and r is inside it and the other is not.
    """
    if orientation(ax, ay, bx, by, px, py) * orientation(ax, ay, bx, by, rx, ry) >= 0:
        return False
    return (orientation(px, py, rx, ry, ax, ay) > 0) != (orientation(px, py, rx, ry, bx, by) > 0)


@inner
def ends_of(coordinates: NDArray[np.float64], edge: int) -> tuple[float, float, float, float]:
    """Give both ends of an edge, which runs from a vertex to the next; vertex i is at items 2 i and 2 i + 1."""
    at = 2 * edge
    return coordinates[at], coordinates[at + 1], coordinates[at + 2], coordinates[at + 3]


@inner
def is_clockwise(coordinates: NDArray[np.float64], first: int, last: int) -> bool:
    """Tell whether a valid ring of the vertices first to last, which are the same, turns right.

    At the lowest of its westernmost vertices a ring turns as it does on the whole.
    """
    corner = first
    px, py = coordinates[2 * first], coordinates[2 * first + 1]
    for vertex in range(first + 1, last):
        x, y = coordinates[2 * vertex], coordinates[2 * vertex + 1]
        if x < px or (x == px and y < py):
            corner, px, py = vertex, x, y
    before, after = corner, corner
    while coordinates[2 * before] == px and coordinates[2 * before + 1] == py:
        before = before - 1 if before > first else last - 1
    while coordinates[2 * after] == px and coordinates[2 * after + 1] == py:
        after = after + 1 if after < last else first + 1
    ax, ay = coordinates[2 * before], coordinates[2 * before + 1]
    bx, by = coordinates[2 * after], coordinates[2 * after + 1]
    return orientation(ax, ay, px, py, bx, by) < 0


@inner
def reverse(coordinates: NDArray[np.float64], first: int, last: int) -> None:
    """Turn the order of the vertices first to last."""
    for step in range((last - first + 1) // 2):
        for item in range(2):
            one, other = 2 * (first + step) + item, 2 * (last - step) + item
            coordinates[one], coordinates[other] = coordinates[other], coordinates[one]
