"""The cells of the raster index: which edges touch a cell, and which grids hold its reference point.

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

from geo.intake.assignment.compiled import compiled, inner, pointer, shifted, whole
from geo.intake.assignment.exact import crosses, ends_of, is_on_segment, orientation

__all__ = [
    "MET",
    "NOBODY",
    "PARITY",
    "Lattice",
    "Sheet",
    "bin_edges",
    "columns_in_row",
    "edge_in_cells",
    "end_of_run",
    "enter_cell",
    "flips",
    "hop",
    "last_met",
    "leave_cell",
    "make_sheet",
    "make_trail",
    "note_cell",
    "place_reference",
    "point_at",
    "point_of",
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


# What a trail holds of each grid.
MET, FIRST, LAST, PARITY = 0, 1, 2, 3
_MARKS = 4


class Lattice(NamedTuple):
    """Cells over the grids: the south-west corner, cells per degree, and their number along and up."""

    west: float
    south: float
    columns_per_degree: float
    rows_per_degree: float
    columns: int
    rows: int


class Sheet(NamedTuple):
    """A rectangle of cells, with what is known of them and where a sweep along a row last met each grid.

    Attributes
    ----------
    west, south, columns_per_degree, rows_per_degree
        Where the cells are counted from, and how many there are to a degree.
    column, row, width
        The south-west cell and the width in cells.
    coordinates, owner
        Edge i runs from vertex i to vertex i + 1 (vertices × 2 degrees); owner is -1 where no edge starts.
    offsets, entries
        Cell c lists entries[offsets[c]:offsets[c + 1]]: twice the edge, plus 1 if its owner holds the reference point.
    attempts, cover
        For each cell the attempt that gave its reference point, and the lowest rank that covers it without an edge.
    rank
        Rank of each grid that the sheet knows of.
    trail
        For each grid the cell where it was last met (`MET`), its run of entries there (from `FIRST` to before `LAST`),
        and 1 if it holds the point (`PARITY`).
    """

    west: float
    south: float
    columns_per_degree: float
    rows_per_degree: float
    column: int
    row: int
    width: int
    coordinates: NDArray[np.float64]
    owner: NDArray[np.int32]
    offsets: NDArray[np.int64]
    entries: NDArray[np.int32]
    attempts: NDArray[np.uint8]
    cover: NDArray[np.int32]
    rank: NDArray[np.int32]
    trail: NDArray[np.int64]


def make_sheet(
    lattice: Lattice,
    coordinates: NDArray[np.float64],
    owner: NDArray[np.int32],
    offsets: NDArray[np.int64],
    entries: NDArray[np.int32],
    *,
    cells: int,
    grids: int,
) -> Sheet:
    """Make a sheet of the whole lattice, of which nothing but the edges in each cell is known."""
    return Sheet(
        *lattice[:4], 0, 0, lattice.columns, coordinates, owner, offsets, entries,
        np.zeros(cells + 1, np.uint8), np.full(cells, NOBODY, np.int32), np.arange(grids, dtype=np.int32),
        make_trail(grids),
    )  # fmt: skip


def make_trail(grids: int) -> NDArray[np.int64]:
    """Make a trail that has met no grid."""
    return np.full(_MARKS * grids, -1, np.int64)


@inner
def point_at(sheet: Sheet) -> Sheet:
    """Give the sheet with pointers in place of arrays."""
    return Sheet(
        sheet.west, sheet.south, sheet.columns_per_degree, sheet.rows_per_degree,
        sheet.column, sheet.row, sheet.width,
        pointer(sheet.coordinates), pointer(sheet.owner), pointer(sheet.offsets), pointer(sheet.entries),
        pointer(sheet.attempts), pointer(sheet.cover), pointer(sheet.rank), pointer(sheet.trail),
    )  # fmt: skip


@inner
def edge_in_cells(
    frame: tuple[float, float, float, float], coordinates: NDArray[np.float64], edge: int
) -> tuple[float, float, float, float]:
    """Give both ends of an edge counted in cells of a frame: its west and south, and its cells per degree."""
    west, south, along, up = frame
    ax, ay, bx, by = ends_of(coordinates, edge)
    return (ax - west) * along, (ay - south) * up, (bx - west) * along, (by - south) * up


@inner
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
    lattice: Lattice,
    coordinates: NDArray[np.float64],
    owner: NDArray[np.int32],
    span: tuple[int, int],
    cursor: NDArray[np.int64],
    entries: NDArray[np.int32],
) -> None:
    """Move each cell's cursor by its edges of a span, and write them down if there are entries to write to."""
    room = len(entries)
    frame = (lattice.west, lattice.south, lattice.columns_per_degree, lattice.rows_per_degree)
    lonlat, owners, at, listed = pointer(coordinates), pointer(owner), pointer(cursor), pointer(entries)
    for edge in range(span[0], span[1]):
        if owners[edge] < 0:
            continue
        ends = edge_in_cells(frame, lonlat, edge)
        for row in range(int(min(ends[1], ends[3])), int(max(ends[1], ends[3])) + 1):
            first, last = columns_in_row(ends, row)
            for cell in range(row * lattice.columns + first, row * lattice.columns + last + 1):
                if room:
                    listed[at[cell]] = edge << 1
                at[cell] += 1


@inner
def reference_point(
    frame: tuple[float, float, float, float], column: int, row: int, attempt: int
) -> tuple[float, float]:
    """Give the point of a frame's cell that its owners are known for."""
    west, south, columns_per_degree, rows_per_degree = frame
    along = 0.5 + attempt * _STEP_ALONG
    up = 0.5 + attempt * _STEP_UP
    along = _EDGE_OF_CELL + (1 - 2 * _EDGE_OF_CELL) * (along - math.floor(along))
    up = _EDGE_OF_CELL + (1 - 2 * _EDGE_OF_CELL) * (up - math.floor(up))
    return west + (column + along) / columns_per_degree, south + (row + up) / rows_per_degree


@inner
def point_of(sheet: Sheet, cell: int) -> tuple[float, float]:
    """Give the reference point of a sheet's cell."""
    row = cell // sheet.width
    frame = (sheet.west, sheet.south, sheet.columns_per_degree, sheet.rows_per_degree)
    column = sheet.column + cell - row * sheet.width
    return reference_point(frame, column, sheet.row + row, whole(sheet.attempts[cell]))


@inner
def place_reference(sheet: Sheet, cell: int) -> None:
    """Make the first attempt at a reference point that is on none of the cell's edges."""
    for attempt in range(_MOST_ATTEMPTS):
        sheet.attempts[cell] = attempt
        lon, lat = point_of(sheet, cell)
        free = True
        for at in range(sheet.offsets[cell], sheet.offsets[cell + 1]):
            ax, ay, bx, by = ends_of(sheet.coordinates, sheet.entries[at] >> 1)
            if is_on_segment(ax, ay, bx, by, lon, lat) and orientation(ax, ay, bx, by, lon, lat) == 0:
                free = False
                break
        if free:
            return
    raise ValueError("borders fill a cell of the index")


@inner
def flips(
    sheet: Sheet,
    entries: NDArray[np.int32],
    run: tuple[int, int],
    known: tuple[int, int],
    way: tuple[float, float, float, float],
) -> int:
    """Count modulo 2 the run's edges on a way, without those that the known run lists too (both ascend)."""
    parity, other = 0, known[0]
    for at in range(run[0], run[1]):
        edge = entries[at] >> 1
        while other < known[1] and entries[other] >> 1 < edge:
            other += 1
        if other < known[1] and entries[other] >> 1 == edge:
            continue
        ax, ay, bx, by = ends_of(sheet.coordinates, edge)
        if crosses(ax, ay, bx, by, way[0], way[1], way[2], way[3]):
            parity ^= 1
    return parity


@inner
def hop(sheet: Sheet, grid: int, start: int, end: int, run: tuple[int, int]) -> int:
    """Give the parity of a grid in a cell with a run of its entries, from that in a cell beside it."""
    met = shifted(sheet.trail, _MARKS * grid)
    known, nothing = (met[FIRST], met[LAST]), (whole(0), whole(0))
    px, py = point_of(sheet, start)
    rx, ry = point_of(sheet, end)
    way = (px, py, rx, ry)
    flipped = flips(sheet, sheet.entries, known, nothing, way) ^ flips(sheet, sheet.entries, run, known, way)
    return whole(met[PARITY] ^ flipped)


@inner
def leave_cell(sheet: Sheet, grid: int, end: int) -> None:
    """Carry a grid's state one cell on from where it was last met, and cover the cells from there to an end."""
    met = shifted(sheet.trail, _MARKS * grid)
    start = met[MET] + 1
    met[PARITY] = hop(sheet, grid, start - 1, start, (whole(0), whole(0)))
    if met[PARITY]:
        for cell in range(start, end):
            sheet.cover[cell] = min(sheet.cover[cell], sheet.rank[grid])
    met[LAST] = met[FIRST]


@inner
def enter_cell(sheet: Sheet, grid: int, cell: int, run: tuple[int, int]) -> None:
    """Carry a grid's state along the row to a cell that it has edges in, covering the cells between."""
    if last_met(sheet, grid, MET) < cell - 1:
        leave_cell(sheet, grid, cell)
    note_cell(sheet, grid, cell, run, hop(sheet, grid, cell - 1, cell, run))


@inner
def note_cell(sheet: Sheet, grid: int, cell: int, run: tuple[int, int], parity: int) -> None:
    """Write a grid's state in a cell to its entries there and to the trail."""
    for at in range(run[0], run[1]):
        sheet.entries[at] |= parity
    met = shifted(sheet.trail, _MARKS * grid)
    met[MET] = cell
    met[FIRST] = run[0]
    met[LAST] = run[1]
    met[PARITY] = parity


@inner
def last_met(sheet: Sheet, grid: int, mark: int) -> int:
    """Give a mark of a grid's trail."""
    return whole(sheet.trail[_MARKS * grid + mark])


@inner
def end_of_run(sheet: Sheet, entries: NDArray[np.int32], first: int, end: int) -> int:
    """Give the end of the run of entries that have the first one's owner."""
    owner = sheet.owner[entries[first] >> 1]
    last = first + 1
    while last < end and sheet.owner[entries[last] >> 1] == owner:
        last += 1
    return last


@compiled
def sweep_rows(arrays: Sheet, span: tuple[int, int]) -> None:
    """Tell for rows of a span who holds each cell's reference point and which grid covers a cell whole.

    The outermost columns of the sheet hold no edge. Written are the lowest bit of the entries, the attempts, and the
    cover; nobody else may use the trail meanwhile.
    """
    sheet = point_at(arrays)
    for row in range(span[0], span[1]):
        west = row * sheet.width
        for cell in range(west + 1, west + sheet.width):
            first, end = sheet.offsets[cell], sheet.offsets[cell + 1]
            if first < end:
                place_reference(sheet, cell)
            while first < end:
                owner = whole(sheet.owner[sheet.entries[first] >> 1])
                last = end_of_run(sheet, sheet.entries, first, end)
                if last_met(sheet, owner, MET) < west:
                    note_cell(sheet, owner, west, (first, first), whole(0))
                enter_cell(sheet, owner, cell, (first, last))
                first = last


def span_of(count: int, parts: int) -> list[tuple[int, int]]:
    """Cut a count in spans of nearly the same length."""
    bounds: list[int] = np.linspace(0, count, parts + 1).astype(int).tolist()
    return [(first, last) for first, last in pairwise(bounds) if first < last]
