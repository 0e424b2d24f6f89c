"""The fine cells of the raster index: each coarse cell that edges cross is cut in parts, each with its few candidates.

A part without an edge in it has one owner or none. A part with edges is *mixed*; it is written down as a list of
numbers that says all that the decision on a point in it needs:

    attempt and number of candidates · who holds the point if no candidate does · for each candidate, by rising code:
    its position · twice the number of its edges, plus 1 if it holds the part's reference point · its edges, four times
    the edge plus the side of it (0, 1, 2 for right, on, left) that the reference point is on

Where the candidates fit together without gap or overlap, which is seen by each edge being there twice, once in each
direction, a point that is in none of the others is in the last one: it is left out of the list.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.intake.assignment.compiled import compiled, inner, pointer, shifted, whole
from geo.intake.assignment.exact import ends_of, orientation
from geo.intake.assignment.raster_cells import (
    MET,
    NOBODY,
    PARITY,
    Sheet,
    columns_in_row,
    edge_in_cells,
    end_of_run,
    enter_cell,
    flips,
    hop,
    last_met,
    leave_cell,
    make_trail,
    note_cell,
    place_reference,
    point_at,
    point_of,
)

__all__ = ["Table", "fill_parts", "make_scratch"]

_HEADER = 2
# An entry is one edge of a candidate of a part, each of which may be alone: two numbers more each.
_NUMBERS_PER_ENTRY = 5
_MOST_EDGES_PAIRED = 24


class Table(NamedTuple):
    """The finished index.

    Attributes
    ----------
    coarse
        For each coarse cell 32 times the place where its parts begin, plus log₂ of their number along and up.
    fine
        For each part the position of its grid, -1 for nobody, or -2 less where its numbers begin.
    mixed
        The numbers of the mixed parts.
    """

    coarse: NDArray[np.int64]
    fine: NDArray[np.int32]
    mixed: NDArray[np.int32]


def make_scratch(coarse: Sheet, *, most_parts: int, most_entries: int) -> tuple[Sheet, Sheet]:
    """Make room for the parts of any one coarse cell: the parts' sheet, and one more trail up its western border."""
    grids = int(np.diff(coarse.offsets).max(initial=1))
    sheet = coarse._replace(
        offsets=np.zeros(most_parts + 2, np.int64),
        entries=np.empty(most_entries, np.int32),
        attempts=np.zeros(most_parts + 1, np.uint8),
        cover=np.empty(most_parts, np.int32),
        rank=np.empty(grids, np.int32),
        trail=make_trail(grids),
    )
    return sheet, sheet._replace(trail=make_trail(grids))


@compiled
def fill_parts(
    arrays: Sheet,
    scratch: tuple[Sheet, Sheet],
    span: tuple[int, int],
    cuts: tuple[NDArray[np.uint8], NDArray[np.int64]],
    position: NDArray[np.int32],
    table: Table,
    at: int,
) -> tuple[int, int, int]:
    """Write the index of the coarse cells of a span, as far as there is room.

    Parameters
    ----------
    arrays
        The swept coarse cells.
    scratch
        What `make_scratch` gave, for this call alone.
    span
        First cell and the cell after the last.
    cuts
        For each coarse cell log₂ of its parts along and up, and where its parts begin.
    position
        Position of each rank's grid in the caller's order.
    table
        Written: the whole of `coarse` and `fine` for the cells of the span, `mixed` from `at` on.
    at
        How many numbers of `mixed` are written before.

    Returns
    -------
    tuple of int
        The cell that there was no room for, or the end of the span; how many numbers of `mixed` are written; how many
        entries that cell has.
    """
    coarse = point_at(arrays)
    positions, mixed = pointer(position), pointer(table.mixed)
    for cell in range(span[0], span[1]):
        shift, start = whole(cuts[0][cell]), cuts[1][cell]
        parts = 1 << (2 * shift)
        table.coarse[cell] = start << 5 | shift
        end = _end_of_undecided(coarse, cell)
        if end == coarse.offsets[cell]:
            owner = whole(-1) if coarse.cover[cell] == NOBODY else whole(positions[coarse.cover[cell]])
            for part in range(parts):
                table.fine[start + part] = owner
            continue
        sheet = _lay_sheet(coarse, point_at(scratch[0]), cell, shift)
        entries = _count_entries(coarse, sheet, (coarse.offsets[cell], end))
        if entries > len(scratch[0].entries) or at + _NUMBERS_PER_ENTRY * entries > len(table.mixed):
            return cell, at, entries
        _list_entries(coarse, sheet, (coarse.offsets[cell], end), coarse.cover[cell])
        _sweep_parts(coarse, sheet, _lay_sheet(coarse, point_at(scratch[1]), cell, shift), cell, end)
        for part in range(parts):
            table.fine[start + part], at = _write_part(sheet, part, positions, mixed, at)
    return span[1], at, whole(0)


@inner
def _end_of_undecided(coarse: Sheet, cell: int) -> int:
    """Give the end of those entries of a coarse cell whose owners come before the grid that covers it."""
    end = coarse.offsets[cell]
    while end < coarse.offsets[cell + 1] and coarse.owner[coarse.entries[end] >> 1] < coarse.cover[cell]:
        end += 1
    return whole(end)


@inner
def _lay_sheet(coarse: Sheet, scratch: Sheet, cell: int, shift: int) -> Sheet:
    """Lay a sheet of parts over a coarse cell."""
    width = 1 << shift
    return Sheet(
        coarse.west, coarse.south, coarse.columns_per_degree * width, coarse.rows_per_degree * width,
        cell % coarse.width << shift, cell // coarse.width << shift, width,
        scratch.coordinates, scratch.owner, scratch.offsets, scratch.entries,
        scratch.attempts, scratch.cover, scratch.rank, scratch.trail,
    )  # fmt: skip


@inner
def _count_entries(coarse: Sheet, sheet: Sheet, run: tuple[int, int]) -> int:
    """Lay each part's place in the list of entries, and count them all."""
    parts = sheet.width * sheet.width
    for part in range(parts + 2):
        sheet.offsets[part] = 0
    # The cursor of a part is where the next part's list begins: two places on while counting, one while writing.
    _bin_run(coarse, sheet, run, shifted(sheet.offsets, 2), whole(0))
    for part in range(2, parts + 2):
        sheet.offsets[part] += sheet.offsets[part - 1]
    return whole(sheet.offsets[parts + 1])


@inner
def _list_entries(coarse: Sheet, sheet: Sheet, run: tuple[int, int], cover: int) -> None:
    """List each part's edges, and place its reference point."""
    _bin_run(coarse, sheet, run, shifted(sheet.offsets, 1), whole(1))
    for part in range(sheet.width * sheet.width):
        sheet.cover[part] = cover
        place_reference(sheet, part)


@inner
def _bin_run(coarse: Sheet, sheet: Sheet, run: tuple[int, int], cursor: NDArray[np.int64], room: int) -> None:
    """Move the cursors of the parts that a run's edges touch, and write the edges down if there is room."""
    frame = (sheet.west, sheet.south, sheet.columns_per_degree, sheet.rows_per_degree)
    for at in range(run[0], run[1]):
        edge = coarse.entries[at] >> 1
        ends = edge_in_cells(frame, sheet.coordinates, edge)
        lowest = max(sheet.row, math.floor(min(ends[1], ends[3])))
        highest = min(sheet.row + sheet.width - 1, math.floor(max(ends[1], ends[3])))
        for row in range(lowest, highest + 1):
            first, last = columns_in_row(ends, row)
            west = (row - sheet.row) * sheet.width - sheet.column
            for part in range(west + max(first, sheet.column), west + min(last, sheet.column + sheet.width - 1) + 1):
                if room:
                    sheet.entries[cursor[part]] = edge << 1
                cursor[part] += 1


@inner
def _sweep_parts(coarse: Sheet, sheet: Sheet, border: Sheet, cell: int, end: int) -> None:
    """Tell who holds each part's reference point and which grid covers a part whole."""
    width = sheet.width
    grids = _start_from_cell(coarse, border, cell, end)
    for west in range(0, width * width, width):
        _climb_border(sheet, border, west, grids)
        for part in range(west + 1, west + width):
            first, last_of_part, grid = sheet.offsets[part], sheet.offsets[part + 1], 0
            while first < last_of_part:
                while sheet.rank[grid] != sheet.owner[sheet.entries[first] >> 1]:
                    grid += 1
                last = end_of_run(sheet, sheet.entries, first, last_of_part)
                enter_cell(sheet, grid, part, (first, last))
                first = last
        for grid in range(grids):
            if last_met(sheet, grid, MET) < west + width - 1:
                leave_cell(sheet, grid, west + width)


@inner
def _start_from_cell(coarse: Sheet, border: Sheet, cell: int, end: int) -> int:
    """Carry each grid's state from the coarse cell's reference point to the first part's, and count the grids."""
    px, py = point_of(coarse, cell)
    rx, ry = point_of(border, 0)
    first, grids = coarse.offsets[cell], whole(0)
    while first < end:
        last = end_of_run(coarse, coarse.entries, first, end)
        nothing = (whole(0), whole(0))
        flipped = flips(coarse, coarse.entries, (first, last), nothing, (px, py, rx, ry))
        parity = whole(flipped ^ (coarse.entries[first] & 1))
        border.rank[grids] = coarse.owner[coarse.entries[first] >> 1]
        note_cell(border, grids, whole(0), nothing, parity)
        grids += 1
        first = last
    return grids


@inner
def _climb_border(sheet: Sheet, border: Sheet, west: int, grids: int) -> None:
    """Carry each grid's state from a row's first part to the next row's."""
    first, end = sheet.offsets[west], sheet.offsets[west + 1]
    for grid in range(grids):
        last = first
        if first < end and sheet.owner[sheet.entries[first] >> 1] == sheet.rank[grid]:
            last = end_of_run(sheet, sheet.entries, first, end)
        parity = last_met(border, grid, PARITY)
        if west:
            parity = hop(border, grid, last_met(border, grid, MET), west, (first, last))
        if first == last and parity:
            sheet.cover[west] = min(sheet.cover[west], sheet.rank[grid])
        note_cell(border, grid, west, (first, last), parity)
        note_cell(sheet, grid, west, (first, last), parity)
        first = last


@inner
def _write_part(
    sheet: Sheet, part: int, position: NDArray[np.int32], mixed: NDArray[np.int32], at: int
) -> tuple[int, int]:
    """Write the candidates of a part from `at` on; give the part's value and where the next one starts."""
    entries, cover = sheet.entries, sheet.cover[part]
    first, end = sheet.offsets[part], sheet.offsets[part + 1]
    otherwise = whole(-1) if cover == NOBODY else whole(position[cover])
    if cover == NOBODY and _fits_together(sheet, first, end):
        end -= 1
        otherwise = whole(position[sheet.owner[entries[end] >> 1]])
        while sheet.owner[entries[end - 1] >> 1] == sheet.owner[entries[end] >> 1]:
            end -= 1
    if first == end or sheet.owner[entries[first] >> 1] >= cover:
        return otherwise, at
    start, candidates = at, 0
    at += _HEADER
    while first < end and sheet.owner[entries[first] >> 1] < cover:
        last = end_of_run(sheet, entries, first, end)
        mixed[at] = position[sheet.owner[entries[first] >> 1]]
        mixed[at + 1] = (last - first) << 1 | entries[first] & 1
        at = _write_edges(sheet, part, (first, last), mixed, at + 2)
        candidates += 1
        first = last
    mixed[start] = candidates << 8 | sheet.attempts[part]
    mixed[start + 1] = otherwise
    return -start - 2, at


@inner
def _write_edges(sheet: Sheet, part: int, run: tuple[int, int], mixed: NDArray[np.int32], at: int) -> int:
    """Write the edges of a run, each with the side of it that the part's reference point is on."""
    lon, lat = point_of(sheet, part)
    for number in range(run[0], run[1]):
        edge = sheet.entries[number] >> 1
        ax, ay, bx, by = ends_of(sheet.coordinates, edge)
        mixed[at] = edge << 2 | (orientation(ax, ay, bx, by, lon, lat) + 1)
        at += 1
    return at


@inner
def _fits_together(sheet: Sheet, first: int, end: int) -> bool:
    """Tell whether every point of a part is held by one grid: one holds the reference point, all edges are paired."""
    if end - first > _MOST_EDGES_PAIRED or end == first:
        return False
    holders, owner = 0, np.int32(-1)
    for at in range(first, end):
        edge = sheet.entries[at] >> 1
        if sheet.owner[edge] != owner:
            owner = sheet.owner[edge]
            holders += sheet.entries[at] & 1
        partners = 0
        for other in range(first, end):
            if other != at:
                partners += _pair(sheet, edge, sheet.entries[other] >> 1)
        if partners != 1:
            return False
    return holders == 1


@inner
def _pair(sheet: Sheet, one: int, other: int) -> int:
    """Give 1 if two edges of different grids are one in opposite directions, 2 if they are one in another way, or 0."""
    ax, ay, bx, by = ends_of(sheet.coordinates, one)
    cx, cy, dx, dy = ends_of(sheet.coordinates, other)
    if ax == dx and ay == dy and bx == cx and by == cy:
        return 1 if sheet.owner[one] != sheet.owner[other] else 2
    return 2 if ax == cx and ay == cy and bx == dx and by == dy else 0
