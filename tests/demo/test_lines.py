"""Borders are smoothed once for both sides, and stay a coverage."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Voronoi

from geo.demo.lines import merge_segments, polygons_of, smooth_line
from geo.demo.mesh import Mesh, grow


def test_corners_are_cut_at_a_quarter_and_ends_stay() -> None:
    bent = shapely.LineString([(0, 0), (4, 0), (4, 4)])

    assert list(smooth_line(bent).coords) == [(0, 0), (3, 0), (4, 1), (4, 4)]


def test_a_straight_line_of_two_points_stays() -> None:
    assert list(smooth_line(shapely.LineString([(0, 0), (4, 0)]), times=3).coords) == [(0, 0), (4, 0)]


def test_segments_are_joined_up_to_the_junction() -> None:
    star = np.array([[[0, 0], [1, 0]], [[1, 0], [2, 0]], [[2, 0], [3, 1]], [[2, 0], [3, -1]]], dtype=float)

    assert sorted(shapely.get_num_points(merge_segments(star)).tolist()) == [2, 2, 3]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), labels=st.integers(2, 6))
def test_any_labels_become_a_coverage_that_fills_the_square(seed: int, labels: int) -> None:
    rng = np.random.default_rng(seed)
    inner = rng.uniform(0, 1_000, (120, 2))
    ring = np.array([(x, y) for x in range(-400, 1_500, 100) for y in range(-400, 1_500, 100)], dtype=float)
    outer = ring[((ring < -50) | (ring > 1_050)).any(axis=1)] + rng.uniform(-9, 9, (1, 2))
    sites = np.concatenate([inner, outer])
    mesh = _mesh(sites)
    inside = (np.arange(len(sites)) < len(inner)).astype(np.int64)
    seeds = rng.choice(len(inner), labels, replace=False)
    label = grow(mesh, mesh.lengths_m(), seeds, within=inside)

    shapes = polygons_of(mesh, label, count=labels, tolerance_m=0.0)

    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(shapely.coverage_union_all(shapes)))
    assert shapely.contains(shapes, shapely.points(inner[seeds])).all()


def _mesh(sites: np.ndarray) -> Mesh:
    diagram = Voronoi(sites)
    corners = np.array(diagram.ridge_vertices)
    finite = (corners >= 0).all(axis=1)
    edges = np.array(diagram.ridge_points, dtype=np.int64)[finite]
    nowhere = np.full(len(sites), -1)
    return Mesh(sites, diagram.vertices, edges, corners[finite], nowhere, nowhere, np.zeros(len(edges), dtype=int))
