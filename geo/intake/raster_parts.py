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

from geo.intake.exact import compiled, orientation
from geo.intake.raster_cells import (
    NOBODY,
    Edges,
    Lattice,
    Listing,
    Sheet,
    Trail,
    columns_in_row,
    edge_in_cells,
    end_of_run,
    enter_cell,
    flips,
    leave_cell,
    note_cell,
    place_reference,
    reference_point,
)

__all__ = ["UNCUT", "Coarse", "Plan", "Table", "fill_parts", "plan_parts"]

UNCUT = 255
"""Stands in a plan for a coarse cell that no edge decides on."""

_HEADER = 2
_MOST_EDGES_PAIRED = 24


class Coarse(NamedTuple):
    """What is known of the coarse cells: their edges, reference points, and who covers them whole."""

    lattice: Lattice
    edges: Edges
    listing: Listing
    attempts: NDArray[np.uint8]
    cover: NDArray[np.int32]


class Plan(NamedTuple):
    """For each coarse cell: log₂ of its parts along and up, or `UNCUT`; entries of its parts; numbers to write."""

    shift: NDArray[np.uint8]
    entries: NDArray[np.int32]
    numbers: NDArray[np.int64]


class Table(NamedTuple):
    """The finished index; a value from 0 is a position, -1 nobody, any lower one leads on to the next array."""

    coarse: NDArray[np.int64]
    fine: NDArray[np.int32]
    mixed: NDArray[np.int32]


class Scratch(NamedTuple):
    """Room to work out the parts of one coarse cell."""

    own: NDArray[np.int32]
    cursor: NDArray[np.int64]
    entries: NDArray[np.int32]
    group: NDArray[np.int32]
    group_first: NDArray[np.int64]
    attempts: NDArray[np.uint8]
    cover: NDArray[np.int32]
    trail: Trail


@compiled
def plan_parts(coarse: Coarse, span: tuple[int, int], edges_per_part: float, most: int, plan: Plan) -> None:
    """Choose how fine each coarse cell of a span is cut, and count what its parts will need."""
    cursor = np.zeros(1 << (2 * most), np.int64)
    for cell in range(span[0], span[1]):
        first, end = coarse.listing.offsets[cell], coarse.listing.offsets[cell + 1]
        edges = 0
        for at in range(first, end):
            edges += coarse.edges.owner[coarse.listing.entries[at] >> 1] < coarse.cover[cell]
        if edges == 0:
            continue
        shift = min(most, max(0, math.ceil(0.5 * math.log2(edges / edges_per_part))))
        cursor[: 1 << (2 * shift)] = 0
        entries = 0
        for at in range(first, end):
            entries += _bin_edge(coarse, cell, coarse.listing.entries[at], shift, cursor, coarse.listing.entries[:0])
        mixed = np.count_nonzero(cursor[: 1 << (2 * shift)])
        plan.shift[cell] = shift
        plan.entries[cell] = entries
        plan.numbers[cell] = 3 * entries + _HEADER * mixed


@compiled
def _bin_edge(
    coarse: Coarse, cell: int, entry: int, shift: int, cursor: NDArray[np.int64], entries: NDArray[np.int32]
) -> int:
    """Move the cursors of the parts that an edge touches, write its entry there if there is room, and count them."""
    row, column = cell // coarse.lattice.columns << shift, cell % coarse.lattice.columns << shift
    width = 1 << shift
    ends = edge_in_cells(coarse.lattice, coarse.edges, entry >> 1, width)
    lowest, highest = math.floor(min(ends[1], ends[3])), math.floor(max(ends[1], ends[3]))
    count = 0
    for part_row in range(max(lowest, row), min(highest, row + width - 1) + 1):
        first, last = columns_in_row(ends, part_row)
        west = ((part_row - row) << shift) - column
        for part in range(west + max(first, column), west + min(last, column + width - 1) + 1):
            if len(entries):
                entries[cursor[part]] = entry & ~1
            cursor[part] += 1
            count += 1
    return count


@compiled
def fill_parts(
    coarse: Coarse,
    span: tuple[int, int],
    plan: Plan,
    starts: NDArray[np.int64],
    position: NDArray[np.int32],
    table: Table,
) -> int:
    """Write the index of the coarse cells of a span.

    Parameters
    ----------
    coarse, plan
        The coarse cells and how they are cut.
    span
        First cell and the cell after the last.
    starts
        Where each coarse cell's parts begin.
    position
        Position of each rank's grid in the caller's order.
    table
        Written: the whole of `coarse` and `fine` for the cells of the span, `mixed` from its start on.

    Returns
    -------
    int
        How many numbers of `mixed` are written.
    """
    scratch = _scratch(coarse, span, plan)
    at = 0
    for cell in range(span[0], span[1]):
        if plan.shift[cell] == UNCUT:
            table.coarse[cell] = -1 if coarse.cover[cell] == NOBODY else position[coarse.cover[cell]]
            continue
        shift = int(plan.shift[cell])
        table.coarse[cell] = -((starts[cell] << 5) | shift) - 2
        groups = _list_parts(coarse, cell, shift, scratch)
        _sweep_parts(coarse, cell, shift, groups, scratch)
        for part in range(1 << (2 * shift)):
            value, at = _write_part(coarse, cell, shift, part, scratch, position, table.mixed, at)
            table.fine[starts[cell] + part] = value
    return at


@compiled
def _scratch(coarse: Coarse, span: tuple[int, int], plan: Plan) -> Scratch:
    own, entries, parts = 1, 1, 1
    for cell in range(span[0], span[1]):
        if plan.shift[cell] != UNCUT:
            own = max(own, coarse.listing.offsets[cell + 1] - coarse.listing.offsets[cell])
            entries = max(entries, plan.entries[cell])
            parts = max(parts, 1 << (2 * int(plan.shift[cell])))
    return Scratch(
        np.empty(own, np.int32),
        np.empty(parts + 1, np.int64),
        np.empty(entries, np.int32),
        np.empty(entries, np.int32),
        np.empty(own + 1, np.int64),
        np.empty(parts + 1, np.uint8),
        np.empty(parts, np.int32),
        Trail(np.empty(own, np.int64), np.empty(own, np.int64), np.empty(own, np.int64), np.empty(own, np.int8)),
    )


@compiled
def _list_parts(coarse: Coarse, cell: int, shift: int, scratch: Scratch) -> int:
    """List each part's edges of grids below the cell's cover, place the reference points, and count the grids."""
    parts = 1 << (2 * shift)
    scratch.cursor[: parts + 1] = 0
    count, groups, owner = 0, 0, -1
    for at in range(coarse.listing.offsets[cell], coarse.listing.offsets[cell + 1]):
        entry = coarse.listing.entries[at]
        if coarse.edges.owner[entry >> 1] >= coarse.cover[cell]:
            break
        if coarse.edges.owner[entry >> 1] != owner:
            owner = coarse.edges.owner[entry >> 1]
            scratch.group_first[groups] = count
            groups += 1
        scratch.own[count] = entry
        count += 1
        _bin_edge(coarse, cell, entry, shift, scratch.cursor[1:], scratch.entries[:0])
    scratch.group_first[groups] = count
    for part in range(parts):
        scratch.cursor[part + 1] += scratch.cursor[part]
    for group in range(groups):
        for at in range(scratch.group_first[group], scratch.group_first[group + 1]):
            _bin_edge(coarse, cell, scratch.own[at], shift, scratch.cursor, scratch.entries)
    for part in range(parts, 0, -1):
        scratch.cursor[part] = scratch.cursor[part - 1]
    scratch.cursor[0] = 0
    return groups


@compiled
def _sweep_parts(coarse: Coarse, cell: int, shift: int, groups: int, scratch: Scratch) -> None:
    """Tell who holds each part's reference point and which grid covers a part whole."""
    width = 1 << shift
    row, column = cell // coarse.lattice.columns << shift, cell % coarse.lattice.columns << shift
    sheet = Sheet(coarse.lattice, column, row, width, width)
    scratch.cover[: width * width] = coarse.cover[cell]
    for part in range(width * width):
        place = (column + part % width, row + part // width, width)
        first, last = scratch.cursor[part], scratch.cursor[part + 1]
        scratch.attempts[part] = place_reference(coarse.lattice, place, coarse.edges, scratch.entries, first, last)
    for west in range(0, width * width, width):
        _start_row(coarse, cell, sheet, west, groups, scratch)
        for part in range(west + 1, west + width):
            _visit_part(coarse.edges, sheet, part, groups, scratch)
        _end_row(coarse.edges, sheet, west + width - 1, groups, scratch)


@compiled
def _start_row(coarse: Coarse, cell: int, sheet: Sheet, west: int, groups: int, scratch: Scratch) -> None:
    """Carry each grid's state from the coarse cell's reference point to that of the row's first part."""
    lattice, edges = coarse.lattice, coarse.edges
    px, py = reference_point(lattice, cell % lattice.columns, cell // lattice.columns, 1, coarse.attempts[cell])
    row = sheet.row + west // sheet.width
    rx, ry = reference_point(lattice, sheet.column, row, sheet.parts, scratch.attempts[west])
    first, end = scratch.cursor[west], scratch.cursor[west + 1]
    for group in range(groups):
        all_own = (scratch.group_first[group], scratch.group_first[group + 1])
        entry = scratch.own[all_own[0]]
        parity = (entry & 1) ^ flips(edges, scratch.own, all_own, (0, 0), (px, py, rx, ry))
        last = first
        if first < end and edges.owner[scratch.entries[first] >> 1] == edges.owner[entry >> 1]:
            last = end_of_run(edges, scratch.entries, first, end)
        elif parity:
            scratch.cover[west] = min(scratch.cover[west], edges.owner[entry >> 1])
        note_cell(scratch.entries, scratch.trail, group, west, (first, last), parity)
        first = last


@compiled
def _visit_part(edges: Edges, sheet: Sheet, part: int, groups: int, scratch: Scratch) -> None:
    """Carry the state of each grid that has edges in a part to it."""
    first, end = scratch.cursor[part], scratch.cursor[part + 1]
    group = 0
    while first < end:
        owner = edges.owner[scratch.entries[first] >> 1]
        while edges.owner[scratch.own[scratch.group_first[group]] >> 1] != owner:
            group += 1
        last = end_of_run(edges, scratch.entries, first, end)
        enter_cell(
            sheet,
            edges,
            scratch.entries,
            scratch.trail,
            group,
            scratch.attempts,
            scratch.cover,
            part,
            (first, last),
        )
        first = last


@compiled
def _end_row(edges: Edges, sheet: Sheet, east: int, groups: int, scratch: Scratch) -> None:
    """Cover the parts from where each grid was last met to the end of the row."""
    for group in range(groups):
        met = scratch.trail.cell[group]
        if met < east and leave_cell(sheet, edges, scratch.entries, scratch.trail, group, scratch.attempts):
            owner = edges.owner[scratch.own[scratch.group_first[group]] >> 1]
            for part in range(met + 1, east + 1):
                scratch.cover[part] = min(scratch.cover[part], owner)


@compiled
def _write_part(
    coarse: Coarse,
    cell: int,
    shift: int,
    part: int,
    scratch: Scratch,
    position: NDArray[np.int32],
    mixed: NDArray[np.int32],
    at: int,
) -> tuple[int, int]:
    """Write the candidates of a part from `at` on; give the part's value and where the next one starts."""
    edges, entries, cover = coarse.edges, scratch.entries, scratch.cover[part]
    first, end = scratch.cursor[part], scratch.cursor[part + 1]
    otherwise = -1 if cover == NOBODY else position[cover]
    if first == end or edges.owner[entries[first] >> 1] >= cover:
        return otherwise, at
    if cover == NOBODY and _fits_together(edges, entries, first, end):
        end -= 1
        otherwise = position[edges.owner[entries[end] >> 1]]
        while edges.owner[entries[end - 1] >> 1] == edges.owner[entries[end] >> 1]:
            end -= 1
    width = 1 << shift
    column = (cell % coarse.lattice.columns << shift) + part % width
    row = (cell // coarse.lattice.columns << shift) + part // width
    lon, lat = reference_point(coarse.lattice, column, row, width, scratch.attempts[part])
    start, candidates = at, 0
    at += _HEADER
    while first < end and edges.owner[entries[first] >> 1] < cover:
        last = end_of_run(edges, entries, first, end)
        mixed[at] = position[edges.owner[entries[first] >> 1]]
        mixed[at + 1] = (last - first) << 1 | entries[first] & 1
        at = _write_edges(edges, entries, (first, last), (lon, lat), mixed, at + 2)
        candidates += 1
        first = last
    mixed[start] = candidates << 8 | scratch.attempts[part]
    mixed[start + 1] = otherwise
    return -start - 2, at


@compiled
def _write_edges(
    edges: Edges,
    entries: NDArray[np.int32],
    run: tuple[int, int],
    reference: tuple[float, float],
    mixed: NDArray[np.int32],
    at: int,
) -> int:
    for number in range(run[0], run[1]):
        edge = entries[number] >> 1
        ax, ay = edges.coordinates[edge, 0], edges.coordinates[edge, 1]
        bx, by = edges.coordinates[edge + 1, 0], edges.coordinates[edge + 1, 1]
        mixed[at] = edge << 2 | (orientation(ax, ay, bx, by, reference[0], reference[1]) + 1)
        at += 1
    return at


@compiled
def _fits_together(edges: Edges, entries: NDArray[np.int32], first: int, end: int) -> bool:
    """Tell whether every point of a part is held by one grid: one holds the reference point, all edges are paired."""
    if end - first > _MOST_EDGES_PAIRED:
        return False
    holders, owner = 0, -1
    for at in range(first, end):
        if edges.owner[entries[at] >> 1] != owner:
            owner = edges.owner[entries[at] >> 1]
            holders += entries[at] & 1
        partners = 0
        for other in range(first, end):
            if other != at and _share_ends(edges, entries[at] >> 1, entries[other] >> 1):
                partners += 1 if _are_opposite(edges, entries[at] >> 1, entries[other] >> 1) else 2
        if partners != 1:
            return False
    return holders == 1


@compiled
def _share_ends(edges: Edges, one: int, other: int) -> bool:
    c = edges.coordinates
    same = c[one, 0] == c[other, 0] and c[one, 1] == c[other, 1]
    if same:
        return bool(c[one + 1, 0] == c[other + 1, 0] and c[one + 1, 1] == c[other + 1, 1])
    reverse = c[one, 0] == c[other + 1, 0] and c[one, 1] == c[other + 1, 1]
    return bool(reverse and c[one + 1, 0] == c[other, 0] and c[one + 1, 1] == c[other, 1])


@compiled
def _are_opposite(edges: Edges, one: int, other: int) -> bool:
    c = edges.coordinates
    reverse = c[one, 0] == c[other + 1, 0] and c[one, 1] == c[other + 1, 1]
    return bool(reverse and edges.owner[one] != edges.owner[other])
