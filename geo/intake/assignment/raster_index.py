"""An exact index from points to grids: a raster of cells, each with its one grid or with the few to be tested.

The result is that of ``geopandas.sjoin(predicate="intersects")`` on the same longitudes and latitudes, where a point in
several grids, be it on their border or in their overlap, belongs to the grid with the smallest code, compared as text.
Edges are straight in longitude and latitude. Four points in five are decided by their cell alone; for the others the
number of edges is counted on the way to a point of the cell whose owners are known, with exact predicates.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeoError
from geo.intake.assignment.compiled import compiled, inner, pointer, whole
from geo.intake.assignment.exact import ends_of, is_clockwise, is_on_segment, orientation, reverse
from geo.intake.assignment.grid_checks import check_grids
from geo.intake.assignment.raster_cells import (
    Lattice,
    Sheet,
    bin_edges,
    make_sheet,
    make_trail,
    reference_point,
    span_of,
    sweep_rows,
)
from geo.intake.assignment.raster_order import order_by_cell
from geo.intake.assignment.raster_parts import Table, fill_parts, make_scratch

__all__ = ["GridIndex"]

_Result = TypeVar("_Result")

_THREADS = min(2, os.cpu_count() or 1)
_POINTS_PER_TASK = 1 << 18
_POINTS_AT_A_TIME = 1 << 12
_BANDS = 64
# A cell is never smaller than this part of the largest coordinate, so that rounding stays far below a cell.
_SMALLEST_CELL = 1e-9
_CELLS_PER_GRID = 2.0
_FEWEST_CELLS, _MOST_CELLS = 1 << 10, 1 << 24
# Parts of cells are as fine as pays, and coarser when the index would grow beyond about a gigabyte.
_EDGES_PER_PART = 0.5
_ENTRIES_AT_THAT = 6_000_000
_MOST_SHIFT = 7
# Bytes of an index that processors keep at hand; for a larger one it pays to bring so many points in order first.
_SMALL_INDEX_BYTES, _FEWEST_IN_ORDER = 1 << 25, 1 << 14
# Room to start with; more is made where it is needed.
_NUMBERS_PER_EDGE = 12


@dataclass(frozen=True)
class GridIndex:
    """Finds the grid of each point.

    Attributes
    ----------
    lattice, coordinates, table
        The cells, the vertices of all grids (v × 2 degrees), and what the cells know.
    """

    lattice: Lattice
    coordinates: NDArray[np.float64]
    table: Table

    @classmethod
    def build(cls, polygons: NDArray[np.object_] | Sequence[Any], ids: Sequence[str]) -> GridIndex:
        """Build the index of grids.

        Parameters
        ----------
        polygons
            n valid shapely polygons or multipolygons in longitude and latitude.
        ids
            n different codes.

        Raises
        ------
        LayerError
            If a grid has no polygon, an invalid one, or a code that another grid has; it names them and the remedy.

        Examples
        --------
        >>> index = GridIndex.build([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], ["b", "a"])
        >>> index.assign([0.5, 1.0, 3.0], [0.5, 0.5, 0.5]).tolist()
        [0, 1, -1]
        """
        shapes = np.asarray(polygons, dtype=object)
        codes = [str(code) for code in ids]
        check_grids(shapes, codes)
        order = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int32)
        coordinates, owner = _flatten(shapes[order])
        lattice = _lay_lattice(coordinates, len(codes))
        coarse = _fill_coarse(lattice, coordinates, owner, len(codes))
        return cls(lattice, coordinates, _fill_table(coarse, order))

    @property
    def nbytes(self) -> int:
        """Size of the index in memory."""
        return self.coordinates.nbytes + sum(values.nbytes for values in self.table)

    def assign(self, lon: ArrayLike, lat: ArrayLike, *, in_order: bool = False) -> NDArray[np.int32]:
        """Give the position of each point's grid, or -1 where there is none.

        Parameters
        ----------
        lon, lat
            m degrees each; NaN is nowhere.
        in_order
            Whether each point lies near the one before, as pixels do. Others are brought in order first where that
            pays: looking into a large index here and there takes twice as long.

        Returns
        -------
        ndarray of int32
            m positions in the order of the grids that the index was built from.

        Raises
        ------
        GeoError
            If there are not as many longitudes as latitudes.
        """
        lons = np.ascontiguousarray(lon, dtype=np.float64)
        lats = np.ascontiguousarray(lat, dtype=np.float64)
        if lons.shape != lats.shape or lons.ndim != 1:
            raise GeoError(
                f"{lons.shape} longitudes and {lats.shape} latitudes are not points. Remedy: give one of each"
            )
        positions = np.empty(len(lons), np.int32)
        in_order = in_order or self.nbytes <= _SMALL_INDEX_BYTES or len(lons) < _FEWEST_IN_ORDER
        look_up = self._look_up if in_order else self._look_up_in_order
        spans = span_of(len(lons), -(-len(lons) // _POINTS_PER_TASK))
        _run(lambda span: look_up(lons[slice(*span)], lats[slice(*span)], positions[slice(*span)]), spans)
        return positions

    def _look_up_in_order(
        self, lons: NDArray[np.float64], lats: NDArray[np.float64], positions: NDArray[np.int32]
    ) -> None:
        order, found = np.empty(len(lons), np.int32), np.empty(len(lons), np.int32)
        order_by_cell(self.lattice, lons, lats, order)
        self._look_up(lons[order], lats[order], found)
        positions[order] = found

    def _look_up(self, lons: NDArray[np.float64], lats: NDArray[np.float64], positions: NDArray[np.int32]) -> None:
        _locate(self.lattice, self.coordinates, self.table, lons, lats, positions)


def _run(task: Callable[[tuple[int, int]], _Result], spans: list[tuple[int, int]]) -> list[_Result]:
    """Run a compiled task over spans in threads; it holds no lock."""
    if len(spans) <= 1 or _THREADS == 1:
        return [task(span) for span in spans]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(task, spans))


def _flatten(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Lay the rings of all grids in one array, outer rings anticlockwise, and name the grid of each edge."""
    coordinates = np.ascontiguousarray(shapely.get_coordinates(shapes), dtype=np.float64)
    lengths, is_hole, grid = _list_rings(shapes)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    owner = np.repeat(grid, lengths)
    _run(lambda span: _direct_rings(coordinates, owner, starts, is_hole, span), span_of(len(lengths), _THREADS))
    return coordinates, owner


def _list_rings(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int32]]:
    """Give each ring's number of vertices, whether it is a hole, and its grid, in the order of the coordinates."""
    # Most grids are one ring: they are told without a look at their rings, one by one.
    lone = (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    parts, grid_of_part = shapely.get_parts(shapes[~lone], return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    grid = np.concatenate([np.flatnonzero(lone), np.flatnonzero(~lone)[grid_of_part[part_of_ring]]]).astype(np.int32)
    lengths = np.concatenate([shapely.get_num_coordinates(shapes[lone]), shapely.get_num_coordinates(rings)])
    is_hole = np.zeros(len(lengths), bool)
    is_hole[len(lengths) - len(rings) + 1 :] = part_of_ring[1:] == part_of_ring[:-1]
    order = np.argsort(grid, kind="stable")
    return lengths[order].astype(np.int64), is_hole[order], grid[order]


@compiled
def _direct_rings(
    coordinates: NDArray[np.float64],
    owner: NDArray[np.int32],
    starts: NDArray[np.int64],
    is_hole: NDArray[np.bool_],
    span: tuple[int, int],
) -> None:
    """Turn the rings of a span so that the grid is on the left; no edge starts at a last vertex or has no length."""
    lonlat = pointer(coordinates)
    for ring in range(span[0], span[1]):
        first, last = starts[ring], starts[ring + 1] - 1
        if is_clockwise(lonlat, first, last) != is_hole[ring]:
            reverse(lonlat, first, last)
        owner[last] = -1
        for edge in range(first, last):
            ax, ay, bx, by = ends_of(lonlat, edge)
            if ax == bx and ay == by:
                owner[edge] = -1


def _lay_lattice(coordinates: NDArray[np.float64], grids: int) -> Lattice:
    """Choose cells that are nearly square on the ground, with an empty one around."""
    if not len(coordinates):
        return Lattice(0.0, 0.0, 1.0, 1.0, 1, 1)
    west, east = coordinates[:, 0].min(), coordinates[:, 0].max()
    south, north = coordinates[:, 1].min(), coordinates[:, 1].max()
    smallest = _SMALLEST_CELL * max(abs(west), abs(south), abs(east), abs(north))
    shrink = max(0.05, float(np.cos(np.radians(min(89.0, abs(south + north) / 2)))))
    cells = min(max(_CELLS_PER_GRID * grids, _FEWEST_CELLS), _MOST_CELLS)
    width, height = max(east - west, smallest), max(north - south, smallest)
    size = max(float(np.sqrt(width * shrink * height / cells)), width * shrink / cells, height / cells)
    across, up = max(size / shrink, smallest * 2**_MOST_SHIFT), max(size, smallest * 2**_MOST_SHIFT)
    columns, rows = int(width / across) + 3, int(height / up) + 3
    return Lattice(float(west - 1.5 * across), float(south - 1.5 * up), float(1 / across), float(1 / up), columns, rows)


def _fill_coarse(lattice: Lattice, coordinates: NDArray[np.float64], owner: NDArray[np.int32], grids: int) -> Sheet:
    """List the edges of each coarse cell, then tell who holds its reference point or covers it whole."""
    cells = lattice.columns * lattice.rows
    halves = span_of(len(owner), _THREADS)
    cursors = {half: np.zeros(cells, np.int64) for half in halves}
    nothing = np.empty(0, np.int32)
    _run(lambda half: bin_edges(lattice, coordinates, owner, half, cursors[half], nothing), halves)
    offsets = np.zeros(cells + 1, np.int64)
    np.cumsum(sum(cursors.values()), out=offsets[1:])
    start = offsets[:-1].copy()
    for half in halves:
        counts, cursors[half] = cursors[half], start
        start = start + counts
    entries = np.empty(offsets[-1], np.int32)
    _run(lambda half: bin_edges(lattice, coordinates, owner, half, cursors[half], entries), halves)
    coarse = make_sheet(lattice, coordinates, owner, offsets, entries, cells=cells, grids=grids)
    _run(lambda rows: sweep_rows(coarse._replace(trail=make_trail(grids)), rows), span_of(lattice.rows, _THREADS))
    return coarse


def _fill_table(coarse: Sheet, order: NDArray[np.int32]) -> Table:
    """Cut the coarse cells that edges cross, band by band."""
    shift = _choose_cuts(np.diff(coarse.offsets))
    starts = np.concatenate([[0], np.cumsum(1 << (2 * shift.astype(np.int64)))])
    table = Table(np.empty(len(shift), np.int64), np.empty(starts[-1], np.int32), np.empty(0, np.int32))
    bands = span_of(len(shift), _BANDS)
    fine = [table.fine[starts[first] : starts[last]] for first, last in bands]
    return table._replace(mixed=_join(_run(partial(_fill_band, coarse, (shift, starts), order, table), bands), fine))


def _choose_cuts(edges: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Give log₂ of the parts of coarse cells along and up by their numbers of edges."""
    edges_per_part = _EDGES_PER_PART * max(1.0, float(edges.sum()) / _ENTRIES_AT_THAT)
    parts = np.maximum(edges / edges_per_part, 1.0)
    return np.minimum(np.ceil(np.log2(parts) / 2), _MOST_SHIFT).astype(np.uint8)


def _fill_band(
    coarse: Sheet,
    cuts: tuple[NDArray[np.uint8], NDArray[np.int64]],
    order: NDArray[np.int32],
    table: Table,
    band: tuple[int, int],
) -> NDArray[np.int32]:
    """Fill the table for a band of coarse cells, making room where there is too little; give its mixed numbers."""
    first, last = band
    edges = coarse.offsets[first : last + 1]
    most_parts = 1 << (2 * int(cuts[0][first:last].max()))
    most_entries = 4 * int(np.diff(edges).max()) + 1
    mixed = np.empty(_NUMBERS_PER_EDGE * int(edges[-1] - edges[0]) + 1, np.int32)
    cell, used = first, 0
    while cell < last:
        scratch = make_scratch(coarse, most_parts=most_parts, most_entries=most_entries)
        table = table._replace(mixed=mixed)
        cell, used, entries = fill_parts(coarse, scratch, (cell, last), cuts, order, table, used)
        most_entries = max(most_entries, 2 * entries)
        if cell < last:
            mixed = np.concatenate([mixed[:used], np.empty(len(mixed) + 10 * entries, np.int32)])
    return mixed[:used].copy()


def _join(bands: list[NDArray[np.int32]], fine: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Lay the bands' numbers one after the other, giving each band's memory back, and mend what leads to them."""
    mixed = np.empty(sum(len(band) for band in bands), np.int32)
    at = 0
    for parts in fine:
        band = bands.pop(0)
        mixed[at : at + len(band)] = band
        parts[parts < -1] -= at
        at += len(band)
    return mixed


@compiled
def _locate(
    lattice: Lattice,
    coordinates: NDArray[np.float64],
    table: Table,
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    positions: NDArray[np.int32],
) -> None:
    """Write the positions of points, some at a time: of all those that their part decides, then of the others.

    Reading first what needs no decision lets the processor read many parts at a time, which is what takes long.
    """
    coarse, fine, mixed, lonlat = pointer(table.coarse), pointer(table.fine), pointer(table.mixed), pointer(coordinates)
    undecided = np.empty(_POINTS_AT_A_TIME, np.int64)
    west, south, along, up = lattice.west, lattice.south, lattice.columns_per_degree, lattice.rows_per_degree
    for first in range(0, len(lons), _POINTS_AT_A_TIME):
        count = 0
        for point in range(first, min(first + _POINTS_AT_A_TIME, len(lons))):
            value = whole(-1)
            if _is_over(lattice, lons[point], lats[point]):
                value = whole(fine[_find_part(lattice, coarse, lons[point], lats[point])[0]])
            positions[point] = value
            undecided[count] = point
            count += value < -1
        for number in range(count):
            point = undecided[number]
            lon, lat, at = lons[point], lats[point], whole(-positions[point] - 2)
            _, column, row, parts = _find_part(lattice, coarse, lon, lat)
            frame = (west, south, along * parts, up * parts)
            rx, ry = reference_point(frame, column, row, whole(mixed[at] & 255))
            positions[point] = _decide(lonlat, mixed, at, (lon, lat, rx, ry))


@inner
def _is_over(lattice: Lattice, lon: float, lat: float) -> bool:
    """Tell whether a point is over the lattice; what is not a number is not."""
    along = (lon - lattice.west) * lattice.columns_per_degree
    up = (lat - lattice.south) * lattice.rows_per_degree
    return 0 <= along < lattice.columns and 0 <= up < lattice.rows


@inner
def _find_part(lattice: Lattice, coarse: NDArray[np.int64], lon: float, lat: float) -> tuple[int, int, int, int]:
    """Give where a point's part stands among the fine ones, its column and row, and the parts of its coarse cell."""
    along = (lon - lattice.west) * lattice.columns_per_degree
    up = (lat - lattice.south) * lattice.rows_per_degree
    column, row = int(along), int(up)
    code = coarse[row * lattice.columns + column]
    shift = code & 31
    parts = 1 << shift
    part_column, part_row = int(along * parts), int(up * parts)
    at = (code >> 5) + ((part_row - (row << shift)) << shift) + part_column - (column << shift)
    return at, part_column, part_row, parts


@inner
def _decide(
    coordinates: NDArray[np.float64], mixed: NDArray[np.int32], at: int, way: tuple[float, float, float, float]
) -> int:
    """Test the candidates of a mixed part in the order of their codes."""
    otherwise, candidates = mixed[at + 1], mixed[at] >> 8
    at += 2
    for _ in range(candidates):
        position, number, parity = mixed[at], mixed[at + 1] >> 1, mixed[at + 1] & 1
        at += 2
        if _is_inside(coordinates, mixed, (at, at + number), parity, way):
            return whole(position)
        at += number
    return whole(otherwise)


@inner
def _is_inside(
    coordinates: NDArray[np.float64],
    mixed: NDArray[np.int32],
    run: tuple[int, int],
    parity: int,
    way: tuple[float, float, float, float],
) -> bool:
    """Tell whether a candidate holds the start of a way to a point that it holds if `parity` is 1."""
    px, py, rx, ry = way
    for at in range(run[0], run[1]):
        ax, ay, bx, by = ends_of(coordinates, mixed[at] >> 2)
        side = orientation(ax, ay, bx, by, px, py)
        if side == 0:
            if is_on_segment(ax, ay, bx, by, px, py):
                return True
        elif side * ((mixed[at] & 3) - 1) < 0 and (orientation(px, py, rx, ry, ax, ay) > 0) != (
            orientation(px, py, rx, ry, bx, by) > 0
        ):
            parity ^= 1
    return parity == 1
