"""Points in an order in which they lie near each other, so that a large index is read strip by strip of its cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.intake.assignment.compiled import compiled, pointer, whole
from geo.intake.assignment.raster_cells import Lattice

__all__ = ["order_by_cell"]

_MOST_STRIPS = 1 << 13


@compiled
def order_by_cell(
    lattice: Lattice, lons: NDArray[np.float64], lats: NDArray[np.float64], order: NDArray[np.int32]
) -> None:
    """Write the numbers of the points by the strip of cells that they are in, those over no cell last."""
    cells, shift = lattice.columns * lattice.rows, whole(0)
    while cells >> shift >= _MOST_STRIPS:
        shift += 1
    nowhere = (cells >> shift) + 1
    strips, starts = np.empty(len(lons), np.int32), np.zeros(nowhere + 2, np.int64)
    strip_of, start_of, ordered = pointer(strips), pointer(starts), pointer(order)
    for point in range(len(lons)):
        along = (lons[point] - lattice.west) * lattice.columns_per_degree
        up = (lats[point] - lattice.south) * lattice.rows_per_degree
        strip = nowhere
        if 0 <= along < lattice.columns and 0 <= up < lattice.rows:
            strip = (int(up) * lattice.columns + int(along)) >> shift
        strip_of[point] = strip
        start_of[strip + 1] += 1
    for strip in range(nowhere + 1):
        start_of[strip + 1] += start_of[strip]
    for point in range(len(lons)):
        at = start_of[strip_of[point]]
        ordered[at] = point
        start_of[strip_of[point]] = at + 1
