"""Reach of places: the share of households and of reported events within a distance of the nearest place of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo.codes import code_list
from geo.crs import layer_bounds, project_geometries, project_points, working_crs
from geo.errors import ViewError
from geo.layers import EVENT_LAYERS
from geo.measures.figures import Columns, as_counts, make_table, share, share_columns
from geo.measures.rows import Rows, grid_areas, total_row
from geo.measures.table import Table
from geo.measures.times import Window, day_of, make_window
from geo.rules import Rules, load_rules
from geo.store import Release, connect, read_layer
from geo.view import View

__all__ = ["area_shares", "reach", "reach_by_grid", "reach_columns"]

Floats: TypeAlias = npt.NDArray[np.float64]
_RELEASES_KEPT = 4
# A circle as a polygon of 4 x 32 corners is 0.04 % too small.
_CORNERS_PER_QUARTER = 32
# An edge of a grid this long (about 1 km) is off by 1 cm when it is projected whole.
_STEP_DEGREES = 0.01
_ROUNDING = 1e-9


def reach_columns(release: Release, rows: Rows, rules: Rules) -> Columns:
    """Return for each kind of place the share of each row's households within the rule's distance of one.

    Households count as spread evenly over their grid. Missing where the release has no place of the kind.
    """
    households = _households(release)
    of_grid = grid_reach(release, tuple(rules.reach_m.items()))
    known = rows.sum_grids(households)
    columns: Columns = {}
    for kind in code_list("place_kind"):
        inside = of_grid.get(kind)
        columns[f"reach_{kind}"] = (
            np.full(rows.n, np.nan) if inside is None else share(rows.sum_grids(households * inside), known)
        )
    return columns


def reach(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return how many households and reported events of a view's area lie near a place, by kind of place.

    Parameters
    ----------
    view
        Its area and period; households are those of the release.

    Returns
    -------
    Table
        A row for each kind of place: ``kind``, ``distance_m`` (the rule's, in a straight line), ``places`` of the kind
        in the area, ``households`` within the distance of the nearest place of the kind, wherever it lies,
        ``households_share`` of the ``households_share_n`` known; ``events`` likewise, of the disputes, hazards and
        incidents reported in the period whose coordinates are known, with the interval of their share.

    Raises
    ------
    ViewError
        When the release has no such area, or no places.
    """
    if not release.has("places"):
        raise ViewError(f"Release {release.number} has no places. Remedy: import a file of places.")
    rules, rows = rules or load_rules(), total_row(release, view)
    kinds = [kind for kind in code_list("place_kind") if kind in rules.reach_m]
    households = _households(release)
    inside, total = grid_reach(release, tuple(rules.reach_m.items())), rows.sum_grids(households)[0]
    near = [rows.sum_grids(households * inside[kind])[0] if kind in inside else np.nan for kind in kinds]
    columns: Columns = {
        "places": as_counts([_count_places(release, kind, rows) for kind in kinds]),
        "households": as_counts(np.round(near)),
        "households_share": share(near, np.full(len(kinds), total)),
        "households_share_n": as_counts(np.full(len(kinds), total)),
        **_event_columns(release, view, rows, kinds, rules),
    }
    labels = {"kind": np.array(kinds, dtype=object), "distance_m": [rules.reach_m[kind] for kind in kinds]}
    return make_table(release, rules, "reach", columns, labels=labels, lineage=rows.lineage)


def _count_places(release: Release, kind: str, rows: Rows) -> int:
    grids = _places(release)[kind][2] if kind in _places(release) else np.array([], dtype=np.int32)
    return int(np.count_nonzero(rows.of_grid[grids] >= 0))


def _event_columns(release: Release, view: View, rows: Rows, kinds: list[str], rules: Rules) -> Columns:
    window = make_window(release, view, data_begin=None)
    layers = [layer for layer in EVENT_LAYERS if release.has(layer)]
    easting, northing = _reported(release, layers, window, rows)
    hits, n = np.full(len(kinds), np.nan), len(easting) if layers and window.known else np.nan
    for position, kind in enumerate(kinds):
        if kind in _places(release) and np.isfinite(n):
            places = np.column_stack(_places(release)[kind][:2])
            hits[position] = _count_near(np.column_stack([easting, northing]), places, rules.reach_m[kind])
    total = np.where(np.isnan(hits), np.nan, n)
    columns = share_columns("events_share", hits, total, alpha=rules.alpha, with_n=True)
    return {"events": as_counts(hits), **columns}


def _count_near(points: Floats, places: Floats, distance_m: float) -> int:
    from scipy.spatial import cKDTree

    if not len(points):
        return 0
    nearest_m, _ = cKDTree(places).query(points)
    return int(np.count_nonzero(nearest_m <= distance_m))


def _reported(release: Release, layers: list[str], window: Window, rows: Rows) -> tuple[Floats, Floats]:
    """Return easting and northing of the events reported in the window that lie in a row's grids."""
    found: list[Floats] = [np.empty((0, 2))]
    with connect(release) as connection:
        for layer in layers:
            # The names are those of the schema, never of a file or a user.
            query = f"""
                SELECT g.position, e.lon, e.lat FROM {layer} e
                JOIN (SELECT grid_id, row_number() OVER (ORDER BY grid_id) - 1 AS position FROM grids) g USING (grid_id)
                WHERE e.source = 'reported' AND e.found_at >= $start AND e.found_at < $end
                    AND e.lon IS NOT NULL AND e.lat IS NOT NULL
            """  # noqa: S608
            days = {"start": day_of(window.start), "end": day_of(window.end)}
            records = connection.execute(query, days).fetchnumpy()
            inside = rows.of_grid[np.asarray(records["position"], dtype=np.int64)] >= 0
            found.append(np.column_stack([records["lon"], records["lat"]])[inside])
    lon, lat = np.concatenate(found).T
    return project_points(lon, lat, _metres(release))


def _households(release: Release) -> Floats:
    """Return the households of each grid, NaN where they are not known."""
    return np.asarray(grid_areas(release)["households"].to_numpy(dtype=np.float64, na_value=np.nan))


def reach_by_grid(release: Release, rules: Rules, kind: str) -> Floats | None:
    """Return the share of each grid within the rule's distance of a kind of place; None if the release has none of it.

    In the order of `geo.measures.rows.grid_areas`.
    """
    return grid_reach(release, tuple(rules.reach_m.items())).get(kind)


@lru_cache(maxsize=_RELEASES_KEPT)
def grid_reach(release: Release, distances_m: tuple[tuple[str, float], ...]) -> Mapping[str, Floats]:
    """Return for each kind of place the share of each grid's area within its distance, in the order of `grid_areas`.

    Kinds that the release has no place of are left out.
    """
    if not release.has("places"):
        return MappingProxyType({})
    grids = read_layer(release, "grids").set_index("grid_id").geometry.reindex(grid_areas(release)["area_id"])
    shapes = project_geometries(grids.to_numpy(), _metres(release), step_degrees=_STEP_DEGREES)
    places = _places(release)
    return MappingProxyType(
        {
            kind: area_shares(shapes, np.column_stack(places[kind][:2]), distance_m=distance_m)
            for kind, distance_m in distances_m
            if kind in places
        }
    )


def area_shares(shapes: npt.NDArray[np.object_], points: Floats, *, distance_m: float) -> Floats:
    """Return the share of each polygon's area that lies within a distance of the nearest point.

    Parameters
    ----------
    shapes
        n polygons in metres.
    points
        Easting and northing of m points in metres, m × 2.

    Returns
    -------
    float array of length n
        0 to 1.

    Examples
    --------
    >>> square = np.array([shapely.box(0, 0, 2000, 1000)])
    >>> [round(float(part), 4) for part in area_shares(square, np.array([[0.0, 0.0]]), distance_m=1000)]
    [0.3925]
    """
    shares = np.zeros(len(shapes))
    places = np.asarray(shapely.points(np.unique(points, axis=0)), dtype=object)
    # Only what lies near a polygon is cut out of it: one union of all circles would have thousands of corners.
    place, shape = shapely.STRtree(shapes).query(places, predicate="dwithin", distance=distance_m)
    if not len(shape):
        return shares
    order = np.argsort(shape, kind="stable")
    place, shape = place[order], shape[order]
    circles = np.asarray(shapely.buffer(places, distance_m, quad_segs=_CORNERS_PER_QUARTER), dtype=object)
    pieces = np.asarray(shapely.intersection(shapes[shape], circles[place]), dtype=object)
    whole = shapely.area(shapes)
    firsts = np.flatnonzero(np.r_[True, shape[1:] != shape[:-1]])
    for first, after in zip(firsts, np.r_[firsts[1:], len(shape)], strict=True):
        covered = shapely.area(pieces[first:after]).max()
        if after - first > 1 and covered < whole[shape[first]]:
            covered = shapely.area(shapely.union_all(pieces[first:after]))
        shares[shape[first]] = covered / whole[shape[first]]
    # What is cut out of a polygon and put together again is all of it but for the last digit.
    return np.where(shares > 1 - _ROUNDING, 1.0, shares)


@lru_cache(maxsize=_RELEASES_KEPT)
def _metres(release: Release) -> CRS:
    return working_crs(layer_bounds(read_layer(release, "grids").geometry.to_numpy()))


@lru_cache(maxsize=_RELEASES_KEPT)
def _places(release: Release) -> Mapping[str, tuple[Floats, Floats, npt.NDArray[np.int32]]]:
    """Return easting, northing and position of the grid (-1 for none) of the places of each kind."""
    places = read_layer(release, "places")
    easting, northing = project_points(places["lon"], places["lat"], _metres(release))
    grid = pd.Index(grid_areas(release)["area_id"]).get_indexer(pd.Index(places["grid_id"])).astype(np.int32)
    kinds = {kind: (places["kind"] == kind).to_numpy(dtype=bool) for kind in code_list("place_kind")}
    return MappingProxyType({k: (easting[own], northing[own], grid[own]) for k, own in kinds.items() if own.any()})
