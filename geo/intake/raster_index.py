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

from geo.errors import Fault, GeoError, LayerError
from geo.intake.exact import compiled, is_on_segment, orientation
from geo.intake.raster_cells import NOBODY, Edges, Lattice, Listing, bin_edges, reference_point, span_of, sweep_rows
from geo.intake.raster_parts import UNCUT, Coarse, Plan, Table, fill_parts, plan_parts

__all__ = ["GridIndex"]

_Result = TypeVar("_Result")

_THREADS = min(2, os.cpu_count() or 1)
_POINTS_PER_TASK = 1 << 18
_BANDS = 64
# A cell is never smaller than this part of the largest coordinate, so that rounding stays far below a cell.
_SMALLEST_CELL = 1e-9
_CELLS_PER_GRID = 4.0
_FEWEST_CELLS, _MOST_CELLS = 1 << 10, 1 << 24
_MOST_SHIFT = 7
_SHOWN = 5
_AREAL = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]


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
        _check_grids(shapes, codes)
        order = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int32)
        edges = _flatten(shapes[order])
        lattice = _lay_lattice(edges.coordinates, len(codes))
        coarse = _fill_coarse(lattice, edges, len(codes))
        return cls(lattice, edges.coordinates, _fill_table(coarse, order))

    @property
    def nbytes(self) -> int:
        """Size of the index in memory."""
        return self.coordinates.nbytes + sum(values.nbytes for values in self.table)

    def assign(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """Give the position of each point's grid, or -1 where there is none.

        Parameters
        ----------
        lon, lat
            m degrees each; NaN is nowhere.

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
        spans = span_of(len(lons), -(-len(lons) // _POINTS_PER_TASK))
        _run(lambda span: _locate(self.lattice, self.coordinates, self.table, lons, lats, positions, span), spans)
        return positions


def _run(task: Callable[[tuple[int, int]], _Result], spans: list[tuple[int, int]]) -> list[_Result]:
    """Run a compiled task over spans in threads; it holds no lock."""
    if len(spans) <= 1 or _THREADS == 1:
        return [task(span) for span in spans]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(task, spans))


def _check_grids(shapes: NDArray[np.object_], codes: list[str]) -> None:
    if len(shapes) != len(codes):
        raise GeoError(f"{len(shapes)} polygons and {len(codes)} codes. Remedy: give each grid both")
    named = np.array(codes, dtype=object)
    areal = np.isin(shapely.get_type_id(shapes), _AREAL) & ~shapely.is_empty(shapes)
    valid = np.ones(len(shapes), bool)
    spans = span_of(len(shapes), _THREADS)
    for span, is_valid in zip(spans, _run(partial(_are_valid, shapes), spans), strict=True):
        valid[slice(*span)] = is_valid
    faults = []
    if not areal.all():
        faults.append(_fault(named[~areal], "has no polygon", "give it one, or leave the grid out"))
    if not valid[areal].all():
        broken = areal & ~valid
        reasons = "; ".join(shapely.is_valid_reason(shapes[broken][:_SHOWN]))
        remedy = "repair it with shapely.make_valid or with 'Fix geometries' in QGIS"
        faults.append(_fault(named[broken], f"has an invalid polygon ({reasons})", remedy))
    if len(set(codes)) < len(codes):
        unique, counts = np.unique(named, return_counts=True)
        faults.append(_fault(unique[counts > 1], "is there more than once", "dissolve its pieces to one area"))
    if faults:
        raise LayerError(faults)


def _are_valid(shapes: NDArray[np.object_], span: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray(shapely.is_valid(shapes[slice(*span)]))


def _fault(codes: NDArray[np.object_], problem: str, remedy: str) -> Fault:
    more = f" and {len(codes) - _SHOWN:,} more" if len(codes) > _SHOWN else ""
    return Fault("grids", "geometry", (), f"grid {', '.join(codes[:_SHOWN])}{more} {problem}", remedy)


def _flatten(shapes: NDArray[np.object_]) -> Edges:
    """Lay the rings of all grids in one array; outer rings run anticlockwise, holes clockwise."""
    oriented = shapely.orient_polygons(shapely.force_2d(shapes))
    kind, coordinates, offsets = shapely.to_ragged_array(oriented)
    rings = offsets[0]
    ring_of_part = offsets[1]
    part_of_grid = offsets[2] if kind == shapely.GeometryType.MULTIPOLYGON else np.arange(len(shapes) + 1)
    vertices = rings[ring_of_part[part_of_grid]]
    owner = np.repeat(np.arange(len(shapes), dtype=np.int32), np.diff(vertices))
    owner[rings[1:] - 1] = -1
    _drop_points(coordinates, owner)
    return Edges(np.ascontiguousarray(coordinates, dtype=np.float64), owner)


@compiled
def _drop_points(coordinates: NDArray[np.float64], owner: NDArray[np.int32]) -> None:
    """Take away the edges that have no length."""
    for edge in range(len(owner) - 1):
        same = coordinates[edge, 0] == coordinates[edge + 1, 0] and coordinates[edge, 1] == coordinates[edge + 1, 1]
        if same:
            owner[edge] = -1


def _lay_lattice(coordinates: NDArray[np.float64], grids: int) -> Lattice:
    """Choose cells that are nearly square on the ground, with an empty one around."""
    if not len(coordinates):
        return Lattice(0.0, 0.0, 1.0, 1.0, 1, 1)
    west, south = coordinates.min(axis=0)
    east, north = coordinates.max(axis=0)
    smallest = _SMALLEST_CELL * max(abs(west), abs(south), abs(east), abs(north))
    shrink = max(0.05, float(np.cos(np.radians(min(89.0, abs(south + north) / 2)))))
    cells = min(max(_CELLS_PER_GRID * grids, _FEWEST_CELLS), _MOST_CELLS)
    width, height = max(east - west, smallest), max(north - south, smallest)
    size = max(float(np.sqrt(width * shrink * height / cells)), width * shrink / cells, height / cells)
    across, up = max(size / shrink, smallest * 2**_MOST_SHIFT), max(size, smallest * 2**_MOST_SHIFT)
    columns, rows = int(width / across) + 3, int(height / up) + 3
    return Lattice(float(west - 1.5 * across), float(south - 1.5 * up), float(1 / across), float(1 / up), columns, rows)


def _fill_coarse(lattice: Lattice, edges: Edges, grids: int) -> Coarse:
    cells = lattice.columns * lattice.rows
    spans = span_of(len(edges.owner), _THREADS)
    counts = [np.zeros(cells, np.int64) for _ in spans]
    nothing = np.empty(0, np.int32)
    _run(lambda span: bin_edges(lattice, edges, span, counts[spans.index(span)], nothing), spans)
    offsets = np.zeros(cells + 1, np.int64)
    np.cumsum(sum(counts, np.zeros(cells, np.int64)), out=offsets[1:])
    cursors = [offsets[:-1] + sum(counts[:number], np.zeros(cells, np.int64)) for number in range(len(spans))]
    listing = Listing(offsets, np.empty(offsets[-1], np.int32))
    _run(lambda span: bin_edges(lattice, edges, span, cursors[spans.index(span)], listing.entries), spans)
    attempts, cover = np.zeros(cells + 1, np.uint8), np.full(cells, NOBODY, np.int32)
    rows = span_of(lattice.rows, _THREADS)
    _run(lambda span: sweep_rows(lattice, edges, listing, span, attempts, cover, grids), rows)
    return Coarse(lattice, edges, listing, attempts, cover)


def _fill_table(coarse: Coarse, order: NDArray[np.int32]) -> Table:
    cells = len(coarse.cover)
    plan = Plan(np.full(cells, UNCUT, np.uint8), np.zeros(cells, np.int32), np.zeros(cells, np.int64))
    spans = span_of(cells, _BANDS)
    _run(lambda span: plan_parts(coarse, span, 0.25, _MOST_SHIFT, plan), spans)
    parts = np.where(plan.shift == UNCUT, 0, 1 << (2 * (plan.shift.astype(np.int64) % UNCUT)))
    starts = np.concatenate([[0], np.cumsum(parts)])
    table = Table(np.empty(cells, np.int64), np.empty(starts[-1], np.int32), np.empty(0, np.int32))

    def fill(span: tuple[int, int]) -> NDArray[np.int32]:
        mixed = np.empty(int(plan.numbers[slice(*span)].sum()), np.int32)
        used = fill_parts(coarse, span, plan, starts, order, table._replace(mixed=mixed))
        return mixed[:used].copy()

    return table._replace(mixed=_join(_run(fill, spans), [table.fine[starts[a] : starts[b]] for a, b in spans]))


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
    span: tuple[int, int],
) -> None:
    for point in range(span[0], span[1]):
        along = (lons[point] - lattice.west) * lattice.columns_per_degree
        up = (lats[point] - lattice.south) * lattice.rows_per_degree
        if not (0 <= along < lattice.columns and 0 <= up < lattice.rows):
            positions[point] = -1
            continue
        column, row = int(along), int(up)
        value = table.coarse[row * lattice.columns + column]
        if value < -1:
            shift = (-value - 2) & 31
            start = (-value - 2) >> 5
            part_column, part_row = int(along * (1 << shift)), int(up * (1 << shift))
            value = table.fine[start + ((part_row - (row << shift)) << shift) + part_column - (column << shift)]
            if value < -1:
                place = (part_column, part_row, 1 << shift)
                value = _decide(lattice, coordinates, table.mixed, -value - 2, place, lons[point], lats[point])
        positions[point] = value


@compiled
def _decide(
    lattice: Lattice,
    coordinates: NDArray[np.float64],
    mixed: NDArray[np.int32],
    at: int,
    place: tuple[int, int, int],
    lon: float,
    lat: float,
) -> int:
    """Test the candidates of a mixed part in the order of their codes."""
    rx, ry = reference_point(lattice, place[0], place[1], place[2], mixed[at] & 255)
    otherwise = mixed[at + 1]
    candidates = mixed[at] >> 8
    at += 2
    for _ in range(candidates):
        number = mixed[at + 1] >> 1
        if _is_inside(coordinates, mixed, at + 2, number, mixed[at + 1] & 1, (lon, lat, rx, ry)):
            return int(mixed[at])
        at += 2 + number
    return int(otherwise)


@compiled
def _is_inside(
    coordinates: NDArray[np.float64],
    mixed: NDArray[np.int32],
    first: int,
    number: int,
    parity: int,
    way: tuple[float, float, float, float],
) -> bool:
    """Tell whether a candidate holds the start of a way to a point that it holds if `parity` is 1."""
    px, py, rx, ry = way
    for at in range(first, first + number):
        edge = mixed[at] >> 2
        ax, ay = coordinates[edge, 0], coordinates[edge, 1]
        bx, by = coordinates[edge + 1, 0], coordinates[edge + 1, 1]
        side = orientation(ax, ay, bx, by, px, py)
        if side == 0:
            if is_on_segment(ax, ay, bx, by, px, py):
                return True
        elif side * ((mixed[at] & 3) - 1) < 0 and (orientation(px, py, rx, ry, ax, ay) > 0) != (
            orientation(px, py, rx, ry, bx, by) > 0
        ):
            parity ^= 1
    return parity == 1
