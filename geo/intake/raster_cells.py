"""The coarse cells of the raster index: which edges cross which cell, and who owns a cell's reference point.

An edge runs from a vertex to the next in one flat array of coordinates; its owner is the rank of its grid in the order
of codes. A cell lists the edges that touch it. Each cell has a reference point that no edge touches. Whether a grid
holds it is passed on from cell to cell along a row: it changes with every crossing of an edge on the straight way
between two reference points, and only edges of the two cells can lie on that way. So each edge is looked at in its own
cells alone, and a grid covers, without a test, all cells of a row that lie between its borders.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.intake.exact import compiled, crosses, is_on_segment, orientation

__all__ = [
    "NOBODY",
    "Edges",
    "Lattice",
    "Listing",
    "Sheet",
    "Trail",
    "bin_edges",
    "columns_in_row",
    "edge_in_cells",
    "flips",
    "place_reference",
    "reference_point",
    "span_of",
    "sweep_rows",
]

NOBODY = np.int32(2**31 - 1)
"""Rank of no grid; higher than any."""

# Cells are computed with rounding errors below a millionth of a cell; edges are listed this much beyond their cells.
_MARGIN = 1e-4
# Reference points after the first follow the plastic sequence, which fills a cell evenly.
_STEP_ALONG, _STEP_UP = 0.7548776662466927, 0.5698402909980532
_EDGE_OF_CELL = 0.1
_MOST_ATTEMPTS = 255


class Lattice(NamedTuple):
    """Cells over the grids: the south-west corner, cells per degree, and their number along and up."""

    west: float
    south: float
    columns_per_degree: float
    rows_per_degree: float
    columns: int
    rows: int


class Edges(NamedTuple):
    """Edge i runs from vertex i to vertex i + 1; its owner is the rank of its grid, or -1 where no edge starts."""

    coordinates: NDArray[np.float64]
    owner: NDArray[np.int32]


class Listing(NamedTuple):
    """Entries of cell c are entries[offsets[c]:offsets[c + 1]]: twice the edge, plus 1 if its owner holds the point."""

    offsets: NDArray[np.int64]
    entries: NDArray[np.int32]


@compiled
def edge_in_cells(lattice: Lattice, edges: Edges, edge: int, parts: int) -> tuple[float, float, float, float]:
    """Give both ends of an edge, counted in cells that are cut in `parts` along and up."""
    along = lattice.columns_per_degree * parts
    up = lattice.rows_per_degree * parts
    return (
        (edges.coordinates[edge, 0] - lattice.west) * along,
        (edges.coordinates[edge, 1] - lattice.south) * up,
        (edges.coordinates[edge + 1, 0] - lattice.west) * along,
        (edges.coordinates[edge + 1, 1] - lattice.south) * up,
    )


@compiled
def columns_in_row(ends: tuple[float, float, float, float], row: int) -> tuple[int, int]:
    """Give the first and last column that an edge touches in a row; one too many where it is close."""
    u1, v1, u2, v2 = ends
    if v1 > v2:
        u1, v1, u2, v2 = u2, v2, u1, v1
    start, end = u1, u2
    if v1 < row - _MARGIN:
        start = u1 + (u2 - u1) * ((row - _MARGIN - v1) / (v2 - v1))
    if v2 > row + 1 + _MARGIN:
        end = u1 + (u2 - u1) * ((row + 1 + _MARGIN - v1) / (v2 - v1))
    first = max(min(start, end) - _MARGIN, min(u1, u2))
    last = min(max(start, end) + _MARGIN, max(u1, u2))
    return math.floor(first), math.floor(last)


@compiled
def bin_edges(
    lattice: Lattice, edges: Edges, span: tuple[int, int], cursor: NDArray[np.int64], entries: NDArray[np.int32]
) -> None:
    """Move each cell's cursor by its edges of a span, and write them down if there are entries to write to."""
    for edge in range(span[0], span[1]):
        if edges.owner[edge] < 0:
            continue
        ends = edge_in_cells(lattice, edges, edge, 1)
        for row in range(int(min(ends[1], ends[3])), int(max(ends[1], ends[3])) + 1):
            first, last = columns_in_row(ends, row)
            for cell in range(row * lattice.columns + first, row * lattice.columns + last + 1):
                if len(entries):
                    entries[cursor[cell]] = edge << 1
                cursor[cell] += 1


@compiled
def reference_point(lattice: Lattice, column: int, row: int, parts: int, attempt: int) -> tuple[float, float]:
    """Give the point of a cell, cut in parts, that its owners are known for."""
    along = 0.5 + attempt * _STEP_ALONG
    up = 0.5 + attempt * _STEP_UP
    along = _EDGE_OF_CELL + (1 - 2 * _EDGE_OF_CELL) * (along - math.floor(along))
    up = _EDGE_OF_CELL + (1 - 2 * _EDGE_OF_CELL) * (up - math.floor(up))
    return (
        lattice.west + (column + along) / (lattice.columns_per_degree * parts),
        lattice.south + (row + up) / (lattice.rows_per_degree * parts),
    )


@compiled
def place_reference(
    lattice: Lattice, place: tuple[int, int, int], edges: Edges, entries: NDArray[np.int32], first: int, last: int
) -> int:
    """Find the first attempt at a reference point (column, row, parts) that is on none of the entries' edges."""
    for attempt in range(_MOST_ATTEMPTS):
        lon, lat = reference_point(lattice, place[0], place[1], place[2], attempt)
        free = True
        for at in range(first, last):
            edge = entries[at] >> 1
            ax, ay = edges.coordinates[edge, 0], edges.coordinates[edge, 1]
            bx, by = edges.coordinates[edge + 1, 0], edges.coordinates[edge + 1, 1]
            if is_on_segment(ax, ay, bx, by, lon, lat) and orientation(ax, ay, bx, by, lon, lat) == 0:
                free = False
                break
        if free:
            return attempt
    raise ValueError("borders fill a cell of the index")


@compiled
def flips(
    edges: Edges,
    entries: NDArray[np.int32],
    run: tuple[int, int],
    known: tuple[int, int],
    way: tuple[float, float, float, float],
) -> int:
    """Count modulo 2 the run's edges on a way, without those that the known run lists too (both ascend)."""
    px, py, rx, ry = way
    parity, other = 0, known[0]
    for at in range(run[0], run[1]):
        edge = entries[at] >> 1
        while other < known[1] and entries[other] >> 1 < edge:
            other += 1
        if other < known[1] and entries[other] >> 1 == edge:
            continue
        ax, ay = edges.coordinates[edge, 0], edges.coordinates[edge, 1]
        bx, by = edges.coordinates[edge + 1, 0], edges.coordinates[edge + 1, 1]
        if crosses(ax, ay, bx, by, px, py, rx, ry):
            parity ^= 1
    return parity


class Sheet(NamedTuple):
    """A rectangle of cells: south-west cell, width in cells, and the parts that the lattice's cells are cut in."""

    lattice: Lattice
    column: int
    row: int
    width: int
    parts: int


class Trail(NamedTuple):
    """Where a row's sweep last met each grid: the cell, its run of entries there, and if it held the point."""

    cell: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    parity: NDArray[np.int8]


@compiled
def way_east(sheet: Sheet, attempts: NDArray[np.uint8], cell: int) -> tuple[float, float, float, float]:
    """Give the way from a cell's reference point to the next cell's."""
    column = sheet.column + cell % sheet.width
    row = sheet.row + cell // sheet.width
    px, py = reference_point(sheet.lattice, column, row, sheet.parts, attempts[cell])
    rx, ry = reference_point(sheet.lattice, column + 1, row, sheet.parts, attempts[cell + 1])
    return px, py, rx, ry


@compiled
def leave_cell(
    sheet: Sheet,
    edges: Edges,
    entries: NDArray[np.int32],
    trail: Trail,
    grid: int,
    attempts: NDArray[np.uint8],
) -> int:
    """Tell whether a grid holds the reference point next to the cell where it was last met."""
    met = trail.cell[grid]
    run = (trail.first[grid], trail.last[grid])
    parity: int = trail.parity[grid] ^ flips(edges, entries, run, (0, 0), way_east(sheet, attempts, met))
    return parity


@compiled
def enter_cell(
    sheet: Sheet,
    edges: Edges,
    entries: NDArray[np.int32],
    trail: Trail,
    grid: int,
    attempts: NDArray[np.uint8],
    cover: NDArray[np.int32],
    cell: int,
    run: tuple[int, int],
) -> None:
    """Carry a grid's state along the row to a cell that it has edges in, covering the cells between."""
    met = trail.cell[grid]
    known = (trail.first[grid], trail.last[grid])
    parity = trail.parity[grid]
    if met < cell - 1:
        parity = leave_cell(sheet, edges, entries, trail, grid, attempts)
        known = (0, 0)
        if parity:
            owner = edges.owner[entries[run[0]] >> 1]
            for between in range(met + 1, cell):
                cover[between] = min(cover[between], owner)
    way = way_east(sheet, attempts, cell - 1)
    parity ^= flips(edges, entries, known, (0, 0), way) ^ flips(edges, entries, run, known, way)
    note_cell(entries, trail, grid, cell, run, parity)


@compiled
def note_cell(
    entries: NDArray[np.int32], trail: Trail, grid: int, cell: int, run: tuple[int, int], parity: int
) -> None:
    """Write a grid's state in a cell to its entries there and to the trail."""
    for at in range(run[0], run[1]):
        entries[at] |= parity
    trail.cell[grid], trail.first[grid], trail.last[grid], trail.parity[grid] = cell, run[0], run[1], parity


@compiled
def sweep_rows(
    lattice: Lattice,
    edges: Edges,
    listing: Listing,
    span: tuple[int, int],
    attempts: NDArray[np.uint8],
    cover: NDArray[np.int32],
    grids: int,
) -> None:
    """Tell for rows of a span who holds each cell's reference point and which grid covers a cell whole.

    Parameters
    ----------
    lattice, edges, listing
        The cells, whose outermost columns hold no edge; the edges; the edges of each cell. The lowest bit of the
        listing's entries is written.
    span
        First row and the row after the last.
    attempts
        Written: the attempt that gave each cell's reference point.
    cover
        Written: the lowest rank that covers a cell without an edge in it, or `NOBODY`.
    grids
        How many grids there are.
    """
    sheet = Sheet(lattice, 0, 0, lattice.columns, 1)
    trail = Trail(
        np.full(grids, -1, np.int64), np.zeros(grids, np.int64), np.zeros(grids, np.int64), np.zeros(grids, np.int8)
    )
    for row in range(span[0], span[1]):
        west_cell = row * lattice.columns
        for cell in range(west_cell + 1, west_cell + lattice.columns):
            first, end = listing.offsets[cell], listing.offsets[cell + 1]
            if first == end:
                continue
            place = (cell - west_cell, row, 1)
            attempts[cell] = place_reference(lattice, place, edges, listing.entries, first, end)
            while first < end:
                owner = edges.owner[listing.entries[first] >> 1]
                last = end_of_run(edges, listing.entries, first, end)
                if trail.cell[owner] < west_cell:
                    trail.cell[owner], trail.parity[owner], trail.last[owner] = west_cell, 0, trail.first[owner]
                enter_cell(sheet, edges, listing.entries, trail, owner, attempts, cover, cell, (first, last))
                first = last


@compiled
def end_of_run(edges: Edges, entries: NDArray[np.int32], first: int, end: int) -> int:
    """Give the end of the run of entries that have the first one's owner."""
    owner = edges.owner[entries[first] >> 1]
    last = first + 1
    while last < end and edges.owner[entries[last] >> 1] == owner:
        last += 1
    return last


def span_of(count: int, parts: int) -> list[tuple[int, int]]:
    """Cut a count in spans of nearly the same length."""
    bounds: list[int] = np.linspace(0, count, parts + 1).astype(int).tolist()
    return [(first, last) for first, last in pairwise(bounds) if first < last]
