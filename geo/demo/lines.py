"""Lines that areas share: each border is smoothed once, so that both sides keep the same one."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.demo.mesh import Mesh
from geo.demo.terrain import Floats, Ints

Shapes = NDArray[np.object_]


def polygons_of(mesh: Mesh, label: Ints, *, count: int, tolerance_m: float) -> Shapes:
    """Dissolve cells by label into a coverage of polygons with smooth common borders.

    Parameters
    ----------
    mesh
        The cells, in local metres.
    label
        Label of each cell, 0 to ``count - 1``; -1 lies outside. Cells of a label hang together.
    count
        Number of labels.
    tolerance_m
        Bends smaller than this are taken out.

    Returns
    -------
    numpy.ndarray
        One polygon for each label, shape (count,).
    """
    sides = label[mesh.edges]
    arcs = merge_segments(mesh.corners[mesh.edge_corners[sides[:, 0] != sides[:, 1]]])
    faces = shapely.get_parts(shapely.polygonize([smooth_line(arc) for arc in arcs]))
    owner = _owners(faces, mesh.sites, label)
    polygons = np.empty(count, dtype=object)
    polygons[owner[owner >= 0]] = faces[owner >= 0]
    return np.asarray(shapely.coverage_simplify(polygons, tolerance_m))


def _owners(faces: Shapes, sites: Floats, label: Ints) -> Ints:
    """Find the label of each face: that of most of the cells whose centres it holds."""
    tree = shapely.STRtree(np.asarray(shapely.points(sites)))
    face, cell = tree.query(faces, predicate="contains")
    votes = np.zeros((len(faces), label.max() + 2), dtype=np.int32)
    np.add.at(votes, (face, label[cell] + 1), 1)
    return np.asarray(votes.argmax(axis=1) - 1)


def merge_segments(segments: Floats) -> Shapes:
    """Join segments, shape (n, 2 ends, 2), to lines from one junction to the next."""
    lines = np.asarray(shapely.linestrings(segments))
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))))


def smooth_line(line: shapely.LineString, *, times: int = 1) -> shapely.LineString:
    """Cut the corners of a line (Chaikin, Computer Graphics and Image Processing 3, 1974); its ends stay.

    Cutting stays inside the convex cell at each corner, so borders of a Voronoi mesh do not cross by it.
    """
    points = shapely.get_coordinates(line)
    for _ in range(times):
        if len(points) < 3:
            break
        early = 0.75 * points[:-1] + 0.25 * points[1:]
        late = 0.25 * points[:-1] + 0.75 * points[1:]
        inner = np.stack([early, late], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], inner[1:-1], points[-1:]])
    return shapely.LineString(points)


def nearest_on(points: Floats, others: Floats) -> Ints:
    """Find for each point the nearest of the others."""
    return np.asarray(cKDTree(others).query(points)[1])
